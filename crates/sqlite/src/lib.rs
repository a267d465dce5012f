//! What the device's store and the register share about SQLite: a commit that has reached the disk, migrations, what an
//! error means, times as text, statements kept prepared.
//!
//! Deliberately absent: the schema and the SQL of either, keys, and how many connections there are. Those differ.

mod cached;
mod durable;
mod fault;
mod migrations;
#[cfg(test)]
mod released;
mod time_text;

pub use cached::Cached;
pub use durable::make_durable;
pub use fault::Fault;
pub use migrations::{MigrationError, Migrations};
pub use time_text::{NotATime, parse_time, time_text};
