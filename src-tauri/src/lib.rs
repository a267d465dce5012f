//! The shell: a window, the commands it may call, and nothing of its own to decide.
//!
//! Every command unpacks its arguments, calls `baken-companion` and maps the error. Nothing that only a
//! desktop has stands outside a `cfg`, so the same library is the entry point on Android and iOS.

mod commands;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod core_dumps;
mod folder;
mod idle;
#[cfg(target_os = "linux")]
mod permissions;
mod state;
mod sync;

use tauri::Manager;

use state::Shell;

/// Starts the app; returns when its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
#[expect(clippy::disallowed_methods, reason = "Tauri's own macro ends the process when the window is gone")]
pub fn run() {
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_target(false).init();
    #[cfg(any(target_os = "linux", target_os = "android"))]
    core_dumps::switch_off();
    let outcome = tauri::Builder::default()
        .setup(|app| {
            app.manage(Shell::new(folder::data_folder(app)?));
            idle::watch(app.handle().clone());
            #[cfg(target_os = "linux")]
            permissions::answer(app)?;
            Ok(())
        })
        .invoke_handler(commands::handler())
        .run(tauri::generate_context!());
    if let Err(error) = outcome {
        tracing::error!(%error, "the app could not start");
    }
}
