//! Where there is nothing to call: desktops, and iOS until it has a plugin.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager, Runtime};

use super::{NAME, Native};

/// Starts the platform with the app.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new(NAME)
        .setup(|app, _| {
            app.manage(Native::default());
            Ok(())
        })
        .build()
}
