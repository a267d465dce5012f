//! The plugin that Tauri starts. The window may call none of it: it has no command for a page, and no permission names
//! it, so every way to the keystore or a sensor goes through the shell's own commands.

#[cfg(target_os = "android")]
mod android;

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager, Runtime};

use crate::{Calls, Kotlin};

/// What Tauri calls it.
const NAME: &str = "baken-platform";

/// The platform this program runs on; the shell finds it as managed state.
pub type Native = Kotlin<Box<dyn Calls>>;

/// Starts the platform with the app.
#[cfg(target_os = "android")]
pub use android::init;

/// Starts the platform with the app: where there is nothing to call, nobody answers.
#[cfg(not(target_os = "android"))]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    init_over(Box::new(crate::Absent))
}

/// The same with whoever carries the calls. A test is its own platform by this.
pub fn init_over<R: Runtime>(calls: Box<dyn Calls>) -> TauriPlugin<R> {
    Builder::new(NAME)
        .setup(move |app, _| {
            app.manage(Native::new(calls));
            Ok(())
        })
        .build()
}
