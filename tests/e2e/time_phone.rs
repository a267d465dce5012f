//! `make bench`: how long the interface takes on a phone, in Chromium with a phone's size and touch, as fast as this machine
//! and six times slower (the browser's own throttling). The core is a process beside it and is not slowed down: what it
//! takes is in both. Looked at every 50 ms.
//!
//! `time-phone HOME`, with the passphrase in `BAKEN_PASSPHRASE`, on a data folder that `baken-fleet load` filled.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    dead_code,
    clippy::indexing_slicing,
    reason = "a tool for measuring, on the tests' own means"
)]

mod chromium;
mod page;
#[path = "phone/handset.rs"]
mod phone;
mod processes;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use phone::Handset;
use serde_json::json;

const TIMES: usize = 5;

#[tokio::main]
async fn main() {
    let home = PathBuf::from(std::env::args().nth(1).expect("the data folder"));
    let passphrase = std::env::var("BAKEN_PASSPHRASE").expect("BAKEN_PASSPHRASE");
    let mut phone = Handset::start(&home).await;
    for rate in [1, 6] {
        phone.tell("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
        let mut taken = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..TIMES {
            for (all, one) in taken.iter_mut().zip(once(&mut phone, &home, &passphrase).await) {
                all.push(one);
            }
        }
        let [start, unlock, form, finalise] = taken.map(median);
        println!(
            "CPU 1/{rate}: unlock screen {start:.2} s, home {unlock:.2} s after Openen, a new observation {form:.2} s, \
             Vastleggen {finalise:.2} s (medians of {TIMES})"
        );
    }
    phone.close().await;
}

async fn once(phone: &mut Handset, home: &std::path::Path, passphrase: &str) -> [Duration; 4] {
    phone.kill();
    let started = Instant::now();
    phone.begin(home).await;
    let page = &phone.page;
    page.wait_until_shown("unlock-secret").await;
    let start = started.elapsed();
    page.fill("unlock-secret", passphrase).await;
    let pressed = Instant::now();
    page.click("unlock").await;
    page.wait_until_shown("new-observation").await;
    let unlock = pressed.elapsed();
    let pressed = Instant::now();
    page.click("new-observation").await;
    page.wait_until_shown("narrative").await;
    let form = pressed.elapsed();
    page.click("form-arbeid").await;
    page.fill("narrative", "Zes mannen slapen onder dek.").await;
    page.click("basis-waarneming").await;
    page.click("urgency-regulier").await;
    let pressed = Instant::now();
    page.click("finalise").await;
    page.wait_for("record-state").await;
    [start, unlock, form, pressed.elapsed()]
}

fn median(mut all: Vec<Duration>) -> f64 {
    all.sort_unstable();
    all[all.len() / 2].as_secs_f64()
}
