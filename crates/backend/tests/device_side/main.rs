//! The backend from outside: what is accepted, and that everything else is refused without a trace.
//!
//! Each test has a register in a folder of its own, a clock that it sets, and signs as a device would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

#[path = "../http/mod.rs"]
mod answers;
mod attachments;
mod backend;
mod batches;
mod concurrency;
mod console;
mod cross_site;
mod daily_bound;
mod device;
mod disk_full;
mod enrolment;
mod every_step;
mod forks;
mod hiding;
mod hostile;
mod http;
mod limits;
mod line;
mod listing;
mod municipalities;
mod names_in_paths;
mod narrow_networks;
mod opening;
mod operator;
mod outcomes;
mod postgres;
mod register;
mod renewal;
mod revocation;
mod served;
mod slow;
#[path = "../../../../tests/vectors/spellings.rs"]
mod spellings;
mod tampering;
mod verify;
