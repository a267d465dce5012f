//! The Baken protocol: what a device and a backend say to each other, and how each proves it.
//!
//! Everything here is a pure function over bytes: no file, no socket, no clock. Both programs and any
//! auditor build on the same few types, so a rule lives in one place. `docs/PROTOCOL.md` is the prose.
//!
//! Deliberately absent: storage, transport, and any choice at run time of an algorithm. A media type
//! names its algorithms once and for all; other algorithms would be another media type.

pub mod attachment_receipt;
pub mod batch;
pub mod carried;
pub mod catalogue;
pub mod chain;
pub mod coordinates;
mod crockford;
pub mod device_certificate;
pub mod digest;
pub mod dsse;
pub mod enrolment;
pub mod identifiers;
pub mod ids;
pub mod invitation;
pub mod join_code;
pub mod keydir;
pub mod limits;
pub mod log_continuation;
pub mod moment;
pub mod outcomes;
pub mod receipt;
pub mod record;
pub mod refusal;
pub mod revocations;
pub mod seal;
pub mod signature;
pub mod strict_json;
pub mod text;
pub mod this_machine;
pub mod vocabulary;
pub mod wire;
pub mod zone_name;
