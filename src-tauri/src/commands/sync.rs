//! Sync: start, pause, look.

use baken_companion::sync::{HttpTransport, SyncProgress};
use baken_companion::{CommandError, FailureCode};
use baken_platform::network::allowance::{Allowance, Asker};
use tauri::{AppHandle, Runtime, State};

use crate::state::Shell;

#[tauri::command]
pub(crate) async fn sync_start<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    asker: Asker,
) -> Result<(), CommandError> {
    shell.sync.resume();
    begin(&app, &shell, asker).await
}

/// Starts a sync of the open store, whoever asks for it, if there is a way.
pub(crate) async fn begin<R: Runtime>(app: &AppHandle<R>, shell: &Shell, asker: Asker) -> Result<(), CommandError> {
    // The address and the token are read from the store: off the event loop, and before the desk is locked.
    let made = shell.blocking(|companion| {
        let store = companion.store_to_send()?;
        let transport = HttpTransport::for_store(&store)?;
        Ok((store, transport))
    });
    let (store, transport) = made.await?;
    match shell.surroundings.allowance(asker) {
        Allowance::Waits => shell.sync.not_now(app, FailureCode::Network),
        Allowance::SignIn => shell.sync.not_now(app, FailureCode::NetworkSignIn),
        Allowance::Records(_) => shell.sync.start(app.clone(), store, transport, asker),
    }
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
