//! The home screen and the open inspection.

use baken_companion::{CommandError, Home, Store};
use tauri::State;

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn home(shell: State<'_, Shell>) -> Result<Home, CommandError> {
    shell.on_store(Store::home).await
}

#[tauri::command]
pub(crate) async fn close_inspection(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.on_store(Store::close_inspection).await
}
