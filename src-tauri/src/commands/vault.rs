//! The vault: make it, open it, shut it.

use baken_companion::{AppStatus, CommandError, Companion, FailureCode};
use tauri::{AppHandle, Runtime, State};
use zeroize::Zeroizing;

use crate::presence;
use crate::state::Shell;

#[tauri::command]
pub(crate) async fn status(shell: State<'_, Shell>) -> Result<AppStatus, CommandError> {
    shell.blocking(Companion::status).await
}

#[tauri::command]
pub(crate) async fn create_vault(shell: State<'_, Shell>, secret: String) -> Result<AppStatus, CommandError> {
    let secret = Zeroizing::new(secret);
    shell
        .blocking(move |companion| {
            companion.create_vault(&secret)?;
            companion.status()
        })
        .await
}

#[tauri::command]
pub(crate) async fn unlock<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    secret: String,
) -> Result<AppStatus, CommandError> {
    let secret = Zeroizing::new(secret);
    let opened = shell.blocking(move |companion| companion.unlock(&secret)).await;
    if opened.as_ref().map_or_else(|error| error.code == FailureCode::VaultDestroyed, |()| true) {
        presence::tidy_later(&app);
    }
    opened?;
    shell.blocking(Companion::status).await
}

#[tauri::command]
pub(crate) async fn change_passphrase(
    shell: State<'_, Shell>,
    current: String,
    new: String,
) -> Result<AppStatus, CommandError> {
    let (current, new) = (Zeroizing::new(current), Zeroizing::new(new));
    shell
        .blocking(move |companion| {
            companion.change_passphrase(&current, &new)?;
            companion.status()
        })
        .await
}

/// Shuts the vault; what was signed goes on without it.
#[tauri::command]
pub(crate) async fn lock<R: Runtime>(app: AppHandle<R>, shell: State<'_, Shell>) -> Result<AppStatus, CommandError> {
    shell
        .blocking(|companion| {
            companion.lock();
            Ok(())
        })
        .await?;
    shell.locked(&app)?;
    shell.blocking(Companion::status).await
}

/// Somebody uses the app.
#[tauri::command]
pub(crate) async fn touched(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.companion()?.touched();
    Ok(())
}

/// Clears what a destroyed vault leaves behind; the core refuses any other.
#[tauri::command]
pub(crate) async fn erase<R: Runtime>(app: AppHandle<R>, shell: State<'_, Shell>) -> Result<AppStatus, CommandError> {
    shell.blocking(Companion::erase_destroyed).await?;
    presence::tidy_later(&app);
    shell.blocking(Companion::status).await
}
