//! Where the app keeps its data.

use std::path::PathBuf;

use tauri::{App, Manager, Runtime};

/// The platform's own place for app data; on a desktop `BAKEN_HOME` chooses another.
pub(crate) fn data_folder<R: Runtime>(app: &App<R>) -> tauri::Result<PathBuf> {
    #[cfg(desktop)]
    if let Some(home) = std::env::var_os("BAKEN_HOME") {
        return Ok(home.into());
    }
    app.path().app_data_dir()
}
