//! What was signed on this device, and the backend's word on it.

use baken_companion::{CommandError, ReceiptView, RecordDetail, RecordSummary, Store};
use baken_protocol::ids::OperationId;
use tauri::State;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn records(shell: State<'_, Shell>) -> Result<Vec<RecordSummary>, CommandError> {
    shell.on_store(Store::records).await
}

#[tauri::command]
pub(crate) async fn record(shell: State<'_, Shell>, operation: OperationId) -> Result<RecordDetail, CommandError> {
    shell.on_store(move |store| store.record(operation)).await
}

#[tauri::command]
pub(crate) async fn receipt(
    shell: State<'_, Shell>,
    operation: OperationId,
) -> Result<Option<ReceiptView>, CommandError> {
    shell.on_store(move |store| store.receipt(operation)).await
}
