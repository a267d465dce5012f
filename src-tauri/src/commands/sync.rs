//! Sync: start, pause, look.

use baken_companion::CommandError;
use baken_companion::sync::SyncProgress;
use tauri::{AppHandle, State};

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn sync_start(app: AppHandle, shell: State<'_, Shell>) -> Result<(), CommandError> {
    let store = shell.companion()?.store()?;
    Ok(shell.sync.start(app, store)?)
}

#[tauri::command]
pub(crate) async fn sync_pause(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.sync.pause();
    Ok(())
}

#[tauri::command]
pub(crate) async fn sync_status(shell: State<'_, Shell>) -> Result<SyncProgress, CommandError> {
    Ok(shell.sync.latest())
}
