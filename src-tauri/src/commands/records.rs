//! What was signed on this device, and the backend's word on it.

use baken_companion::{CommandError, ReceiptView, RecordDetail, RecordPage, RecordSummary, Wanted};
use baken_protocol::ids::OperationId;
use tauri::State;

use crate::state::Shell;

/// A page of what is wanted of the list: from its top, or from where the page before it said that the next begins.
#[tauri::command]
pub(crate) async fn records(
    shell: State<'_, Shell>,
    wanted: Wanted,
    before: Option<u64>,
    limit: u32,
) -> Result<RecordPage, CommandError> {
    shell.on_store(move |store| store.record_page(&wanted, before, limit)).await
}

#[tauri::command]
pub(crate) async fn record(shell: State<'_, Shell>, operation: OperationId) -> Result<RecordDetail, CommandError> {
    shell.on_store(move |store| store.record(operation)).await
}

#[tauri::command]
pub(crate) async fn retract(
    shell: State<'_, Shell>,
    operation: OperationId,
    reason: String,
) -> Result<RecordSummary, CommandError> {
    shell.on_store(move |store| store.retract(operation, &reason)).await
}

#[tauri::command]
pub(crate) async fn receipt(
    shell: State<'_, Shell>,
    operation: OperationId,
) -> Result<Option<ReceiptView>, CommandError> {
    shell.on_store(move |store| store.receipt(operation)).await
}
