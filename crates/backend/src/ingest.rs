//! Ingest: from bytes of a stranger to something that is kept, with a receipt for it.
//!
//! [`verify`] proves what came, `plan` decides what becomes of it, [`take`] keeps it, [`ReceiptSigner`] says so.
//! None of it knows a request or a database engine.

mod attachment;
mod plan;
mod receipt;
mod take;
mod verify;

pub use attachment::{note_whole, upload};
pub use receipt::ReceiptSigner;
pub use take::{TakeError, Taken, take};
pub use verify::{Refusal, VerifiedOperation, VerifiedPush, verify};
