//! Drafts, from the first tap to *Vastleggen*.

use baken_companion::{CommandError, Draft, DraftForm, DraftSaved, Earlier, RecordKind, RecordSummary};
use baken_protocol::ids::OperationId;
use serde_json::Value;
use tauri::State;
use uuid::Uuid;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn start_draft(shell: State<'_, Shell>, kind: RecordKind) -> Result<Draft, CommandError> {
    shell.on_store(move |store| store.start_draft(kind)).await
}

#[tauri::command]
pub(crate) async fn start_amendment(shell: State<'_, Shell>, operation: OperationId) -> Result<Draft, CommandError> {
    shell.on_store(move |store| store.start_amendment(operation)).await
}

#[tauri::command]
pub(crate) async fn draft(shell: State<'_, Shell>, id: Uuid) -> Result<Draft, CommandError> {
    shell.on_store(move |store| store.draft(id)).await
}

#[tauri::command]
pub(crate) async fn earlier(shell: State<'_, Shell>, draft: Uuid) -> Result<Earlier, CommandError> {
    shell.on_store(move |store| store.earlier(draft)).await
}

/// Reads the form itself: an answer that cannot be read is refused by its field, where Tauri would refuse the call.
#[tauri::command]
pub(crate) async fn save_draft(shell: State<'_, Shell>, id: Uuid, form: Value) -> Result<DraftSaved, CommandError> {
    shell.on_store(move |store| store.save_draft(id, &DraftForm::from_json(form)?)).await
}

#[tauri::command]
pub(crate) async fn discard_draft(shell: State<'_, Shell>, id: Uuid) -> Result<(), CommandError> {
    shell.on_store(move |store| store.discard_draft(id)).await
}

#[tauri::command]
pub(crate) fn mask_bsn(text: &str) -> String {
    baken_companion::mask_bsn(text)
}

#[tauri::command]
pub(crate) async fn finalise(shell: State<'_, Shell>, id: Uuid) -> Result<RecordSummary, CommandError> {
    shell.on_store(move |store| store.finalise(id)).await
}
