//! Opening with a finger: whether it can be had, having it, using it, and putting the screen away.

use baken_companion::{AppStatus, CommandError};
use baken_platform::keystore::PromptWords;
use baken_platform::plugin::Native;
use tauri::State;
use zeroize::Zeroizing;

use crate::presence::{self, Wish};
use crate::state::Shell;

/// Whether this device can have a finger open.
#[tauri::command]
pub(crate) async fn presence_offered(platform: State<'_, Native>) -> Result<bool, ()> {
    Ok(presence::is_offered(platform.inner()).await)
}

#[tauri::command]
pub(crate) async fn set_up_presence(
    shell: State<'_, Shell>,
    platform: State<'_, Native>,
    secret: String,
    pin: Option<String>,
    title: String,
    cancel: String,
) -> Result<AppStatus, CommandError> {
    let words = PromptWords { title, cancel };
    let wish = Wish { passphrase: Zeroizing::new(secret), pin: pin.map(Zeroizing::new), words };
    presence::set_up(&shell, platform.inner(), wish).await
}

#[tauri::command]
pub(crate) async fn remove_presence(
    shell: State<'_, Shell>,
    platform: State<'_, Native>,
) -> Result<AppStatus, CommandError> {
    presence::remove(&shell, platform.inner()).await
}

#[tauri::command]
pub(crate) async fn unlock_by_presence(
    shell: State<'_, Shell>,
    platform: State<'_, Native>,
    pin: Option<String>,
    title: String,
    cancel: String,
) -> Result<AppStatus, CommandError> {
    presence::open(&shell, platform.inner(), &PromptWords { title, cancel }, pin.map(Zeroizing::new)).await
}

/// The screen was put away on purpose: something is typed at the next unlocking.
#[tauri::command]
pub(crate) async fn put_away(shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.companion()?.demand_typing();
    Ok(())
}
