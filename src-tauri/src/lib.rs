//! The shell: a window, the commands it may call, and nothing of its own to decide.
//!
//! Every command unpacks its arguments, calls `baken-companion` and maps the error. Nothing that only a
//! desktop has stands outside a `cfg`, so the same library is the entry point on Android and iOS.

mod after_lock;
mod commands;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod core_dumps;
mod folder;
mod idle;
#[cfg(target_os = "linux")]
mod permissions;
mod presence;
mod state;
mod surroundings;
mod sync;

use tauri::plugin::TauriPlugin;
use tauri::{App, Builder, Context, Manager, Runtime};

use state::Shell;

/// Starts the app; returns when its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_target(false).init();
    #[cfg(any(target_os = "linux", target_os = "android"))]
    core_dumps::switch_off();
    #[cfg(target_os = "linux")]
    let shown = permissions::answer;
    #[cfg(not(target_os = "linux"))]
    let shown = |_: &App| Ok(());
    if let Err(error) = assembled(Builder::default(), baken_platform::plugin::init(), shown).run(context()) {
        tracing::error!(%error, "the app could not start");
    }
}

/// The app whatever shows it: the web view of the system does in [`run`], and a browser in tests (`tests/phone`).
/// `platform` answers for what it runs on; `shown` is done once its window is there.
#[doc(hidden)]
pub fn assembled<R: Runtime>(
    builder: Builder<R>,
    platform: TauriPlugin<R>,
    shown: impl FnOnce(&App<R>) -> tauri::Result<()> + Send + 'static,
) -> Builder<R> {
    builder
        .plugin(platform)
        .setup(|app| {
            app.manage(Shell::new(folder::data_folder(app)?));
            idle::watch(app.handle().clone());
            surroundings::watch(app.handle().clone());
            Ok(shown(app)?)
        })
        .invoke_handler(commands::handler())
}

/// What `tauri.conf.json` and the capabilities say, and the built interface.
#[doc(hidden)]
#[expect(clippy::disallowed_methods, reason = "Tauri's own macro ends the process when the window is gone")]
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}
