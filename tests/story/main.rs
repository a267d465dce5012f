//! Device against backend over real HTTP on loopback, with everything that goes wrong between them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod backups;
mod canary;
mod carried;
mod chains;
mod clocks;
mod console;
mod contact;
mod content;
mod continuations;
mod corrections;
mod device;
mod doctor;
mod earlier_chains;
mod flicker;
mod foreign_disk;
mod format_grows;
mod front;
mod joint;
mod lease;
mod local_faults;
mod meddler;
mod network_faults;
mod outcomes;
mod persons;
mod portals;
mod power_loss;
mod progress;
mod proxies;
mod purge;
mod receipt_keys;
mod recovery;
mod refusals;
mod restored_backends;
mod sending;
mod small_disk;
mod spoken;
mod swallowed;
mod team_keys;
mod trust;
mod upgrade;
mod walk;
mod wipe;
mod working_day;
mod world;
