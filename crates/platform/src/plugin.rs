//! The plugin that Tauri starts. The window may call none of it: it has no command for a page, and no permission names
//! it, so every way to the keystore or a sensor goes through the shell's own commands.

#[cfg(target_os = "android")]
mod android;

#[cfg(not(target_os = "android"))]
use tauri::Manager;
use tauri::Runtime;
use tauri::plugin::{Builder, TauriPlugin};

/// What Tauri calls it.
const NAME: &str = "baken-platform";

/// The platform this program runs on; the shell finds it as managed state.
#[cfg(target_os = "android")]
pub type Native = crate::Kotlin<Box<dyn crate::Calls>>;
/// The platform this program runs on; the shell finds it as managed state.
#[cfg(not(target_os = "android"))]
pub type Native = crate::Absent;

/// Starts the platform with the app.
#[cfg(not(target_os = "android"))]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new(NAME)
        .setup(|app, _| {
            app.manage(Native::default());
            Ok(())
        })
        .build()
}

#[cfg(target_os = "android")]
pub use android::init;
