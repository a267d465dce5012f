//! What was signed and how far it has come: batches, receipts, what waits apart, and the state of each record. How it
//! travels is [`sync`](crate::sync)'s.

pub(crate) mod aside;
pub(crate) mod batches;
mod entries;
pub(crate) mod gathering;
pub(crate) mod home;
pub(crate) mod log_line;
pub(crate) mod loose;
pub(crate) mod order;
pub(crate) mod outcomes;
pub(crate) mod overview;
mod purge;
pub(crate) mod receipts;
pub(crate) mod records;
pub(crate) mod standing;
pub(crate) mod steps;
