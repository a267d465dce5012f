//! What requests pass on their way in and out; some of it stands on some routes only.

pub mod admission;
pub mod bodies;
pub mod compression;
pub mod cross_site;
pub mod headers;
pub mod request_log;
