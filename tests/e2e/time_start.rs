//! `make bench`: how long the app's own window takes from its start to the unlocked home screen, on a data folder
//! that `baken-fleet load` filled. By WebDriver under a virtual display, so drawn in software; looked at every 50 ms.
//!
//! `time-app-start HOME`, with the passphrase in `BAKEN_PASSPHRASE`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    dead_code,
    reason = "a tool for measuring, on the tests' own means"
)]

mod app;
mod page;
mod processes;

use std::path::PathBuf;
use std::time::Instant;

use app::App;

const STARTS: usize = 5;

#[tokio::main]
async fn main() {
    let home = PathBuf::from(std::env::args().nth(1).expect("the data folder"));
    let passphrase = std::env::var("BAKEN_PASSPHRASE").expect("BAKEN_PASSPHRASE");
    for start in 1..=STARTS {
        let started = Instant::now();
        let app = App::start(&home).await;
        app.page.wait_until_shown("unlock-secret").await;
        let asked = started.elapsed();
        app.page.fill("unlock-secret", &passphrase).await;
        let typed = Instant::now();
        app.page.click("unlock").await;
        app.page.wait_until_shown("new-observation").await;
        let opened = typed.elapsed();
        println!(
            "start {start}: unlock screen after {:.2} s (WebDriver's own start included), home {:.2} s after Openen",
            asked.as_secs_f64(),
            opened.as_secs_f64()
        );
        app.close().await;
    }
}
