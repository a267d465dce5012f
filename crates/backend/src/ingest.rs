//! Ingest: from bytes of a stranger to something that may be stored.

mod verify;

pub use verify::{Refusal, VerifiedOperation, VerifiedPush, verify};
