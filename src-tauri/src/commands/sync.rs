//! Sync: start, pause, look.

use baken_companion::CommandError;
use baken_companion::sync::{HttpTransport, SyncProgress};
use tauri::{AppHandle, Runtime, State};

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn sync_start<R: Runtime>(app: AppHandle<R>, shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.sync.resume();
    begin(&app, &shell).await
}

/// Starts a sync of the open store, whoever asks for it.
pub(crate) async fn begin<R: Runtime>(app: &AppHandle<R>, shell: &Shell) -> Result<(), CommandError> {
    // The address and the token are read from the store: off the event loop, and before the desk is locked.
    let made = shell.blocking(|companion| {
        let store = companion.store()?;
        let transport = HttpTransport::for_store(&store)?;
        Ok((store, transport))
    });
    let (store, transport) = made.await?;
    shell.sync.start(app.clone(), store, transport);
    Ok(())
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
