//! The home screen and the inspections.

use baken_companion::{CommandError, Home, InspectionSummary, Store};
use baken_protocol::ids::EntityId;
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

#[tauri::command]
pub(crate) async fn close_inspection(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.on_store(Store::close_inspection).await
}
