//! Enrolment and the vocabulary that comes with it.

use baken_companion::sync::HttpTransport;
use baken_companion::{AppStatus, CommandError, Companion, Failure, InvitationPreview, Store};
use baken_protocol::vocabulary::Vocabulary;
use tauri::State;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn check_invitation(
    shell: State<'_, Shell>,
    text: String,
    address: Option<String>,
) -> Result<InvitationPreview, CommandError> {
    shell.blocking(move |companion| companion.check_invitation(&text, address.as_deref())).await
}

#[tauri::command]
pub(crate) async fn enrol(
    shell: State<'_, Shell>,
    text: String,
    address: Option<String>,
) -> Result<AppStatus, CommandError> {
    let store = shell.companion()?.store()?;
    let transport = HttpTransport::anonymous().map_err(Failure::from)?;
    store.enrol(&text, address.as_deref(), &transport).await?;
    shell.blocking(Companion::status).await
}

#[tauri::command]
pub(crate) async fn vocabulary(shell: State<'_, Shell>) -> Result<Vocabulary, CommandError> {
    shell.on_store_to_send(Store::vocabulary).await
}
