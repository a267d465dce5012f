//! The app as a phone's browser shows it: the interface as it is built, in front of the app's own commands, capabilities
//! and device core, over loopback. Android's web view is Chromium, so Chromium with a phone's size and touch is nearer to
//! it than the web view of a desktop.
//!
//!     BAKEN_HOME=FOLDER baken-phone PORT
//!
//! For tests alone: whoever reaches the port is the window. It is a package of its own, since Tauri's mock runtime is a
//! feature that no build of the app may have. The phone itself is a script, which a test goes on writing over the same
//! port (`platform`). Deliberately absent: anything that decides; the commands are the app's.

mod calls;
mod happenings;
mod page;
mod platform;

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::routing::{get, post};
use tauri::{Listener, Manager};
use tokio::net::TcpListener;

use happenings::Happenings;

/// The events that the interface listens to.
const EVENTS: [&str; 5] = ["sync-progress", "locked", "insets", "withdrawn", "memory-low"];

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::INFO).init();
    let port: u16 = std::env::args().nth(1).context("usage: baken-phone PORT")?.parse()?;
    let script = Arc::new(platform::script());
    let plugin = baken_platform::plugin::init_over(Box::new(Arc::clone(&script)));
    let builder = baken_app::assembled(tauri::test::mock_builder(), plugin, move |app| {
        let window = app.get_webview_window("main").ok_or(tauri::Error::WindowNotFound)?;
        let happenings = Arc::new(Happenings::default());
        for name in EVENTS {
            let happenings = Arc::clone(&happenings);
            app.listen_any(name, move |event| happenings.note(name, event.payload()));
        }
        let pages = Router::new()
            .route("/ipc/{command}", post(calls::call))
            .layer(calls::limit())
            .with_state(window)
            .merge(Router::new().route("/happenings/{after}", get(happenings::after)).with_state(happenings))
            .merge(platform::routes(script))
            .fallback(page::file);
        tauri::async_runtime::spawn(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            axum::serve(listener, pages).await
        });
        Ok(())
    });
    builder.build(baken_app::context())?.run(|_, _| {});
    Ok(())
}
