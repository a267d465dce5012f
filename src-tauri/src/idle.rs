//! The core's own look at the clock: a window that hangs or sleeps must not keep the vault open.

use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime};

use crate::state::Shell;

const EVERY: Duration = Duration::from_secs(1);

/// Looks every second, for as long as the program runs.
pub(crate) fn watch<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let app = app.clone();
            let looked = tauri::async_runtime::spawn_blocking(move || {
                let shell = app.state::<Shell>();
                shell.lock_if_idle(&app);
                shell.lock_if_left(&app);
                shell.purge_if_due();
            });
            if let Err(error) = looked.await {
                tracing::error!(%error, "the look at the idle time ended unexpectedly");
            }
        }
    });
}
