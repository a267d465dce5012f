//! The home screen and the inspections.

use baken_companion::{
    CommandError, Failure, Home, InspectionOverview, InspectionSummary, JoinPreview, ShownJoinCode, Store,
};
use baken_protocol::ids::{Code, EntityId};
use data_encoding::BASE64;
use tauri::State;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn home(shell: State<'_, Shell>) -> Result<Home, CommandError> {
    shell.on_store(Store::home).await
}

/// One that was signed on this device, open or not.
#[tauri::command]
pub(crate) async fn inspection(
    shell: State<'_, Shell>,
    inspection: EntityId,
) -> Result<Option<InspectionSummary>, CommandError> {
    shell.on_store(move |store| store.inspection(inspection)).await
}

/// The open one still runs.
#[tauri::command]
pub(crate) async fn confirm_inspection(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.on_store(Store::confirm_inspection).await
}

#[tauri::command]
pub(crate) async fn close_inspection(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.on_store(Store::close_inspection).await
}

/// The open one, with what is still open in it.
#[tauri::command]
pub(crate) async fn inspection_overview(shell: State<'_, Shell>) -> Result<Option<InspectionOverview>, CommandError> {
    shell.on_store(Store::inspection_overview).await
}

#[tauri::command]
pub(crate) async fn show_join_code(shell: State<'_, Shell>) -> Result<ShownJoinCode, CommandError> {
    shell.on_store(Store::show_join_code).await
}

/// The text of a QR code in a picture, which crosses as base64.
#[tauri::command]
pub(crate) async fn read_join_code(shell: State<'_, Shell>, base64: String) -> Result<String, CommandError> {
    shell
        .on_store(move |store| {
            let picture = BASE64.decode(base64.as_bytes()).map_err(|_| Failure::PhotoUnreadable)?;
            store.read_join_code(&picture)
        })
        .await
}

#[tauri::command]
pub(crate) async fn check_join_code(shell: State<'_, Shell>, text: String) -> Result<JoinPreview, CommandError> {
    shell.on_store(move |store| store.check_join_code(&text)).await
}

#[tauri::command]
pub(crate) async fn join_inspection(
    shell: State<'_, Shell>,
    text: String,
    role: Code,
) -> Result<InspectionSummary, CommandError> {
    shell.on_store(move |store| store.join(&text, role)).await
}
