//! What only somebody who means harm would do: well-signed nonsense, spoiled files, a register edited byte by byte.
//!
//! Shares the backend and the device of the device side's suite; what is refused there is not asked again here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "tests; the backend and device of the other suite have more than is needed here"
)]

#[path = "../device_side/backend.rs"]
mod backend;
#[path = "../device_side/device.rs"]
mod device;

mod bytes_of_the_register;
mod guessing;
mod installation;
mod integers;
mod second_chain;
mod shared_photos;
mod signed_payloads;
