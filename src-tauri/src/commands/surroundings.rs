//! What the page says of the window's surroundings.

use baken_platform::plugin::Native;
use baken_platform::{Back, Insets, Neutral, PlatformError};
use tauri::State;

use crate::state::Shell;

/// A screen of the system, such as a chooser, is about to cover the window: leaving it is expected for a while.
#[tauri::command]
pub(crate) async fn expect_absence(shell: State<'_, Shell>) -> Result<(), ()> {
    shell.surroundings.expect_absence();
    Ok(())
}

/// The room that bars and keyboard take now; changes come as events. Nothing where nobody tells of it.
#[tauri::command]
pub(crate) async fn insets(shell: State<'_, Shell>) -> Result<Option<Insets>, ()> {
    Ok(shell.surroundings.insets())
}

/// What the notification says while something is sent after a lock: neutral, in the language of the page.
#[tauri::command]
pub(crate) async fn name_work(shell: State<'_, Shell>, title: String) -> Result<(), ()> {
    shell.surroundings.say(Neutral { title });
    Ok(())
}

/// Puts the app behind the others. Whether it went is not told: where it cannot, it stays as it is.
#[tauri::command]
pub(crate) async fn leave(platform: State<'_, Native>) -> Result<(), ()> {
    match platform.leave().await {
        Ok(()) | Err(PlatformError::Unsupported) => {}
        Err(error) => tracing::warn!(error.code = error.code(), "the app could not be put behind the others"),
    }
    Ok(())
}
