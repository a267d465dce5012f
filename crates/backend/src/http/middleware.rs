//! What every request passes on its way in and out.

pub mod admission;
pub mod bodies;
pub mod compression;
pub mod cross_site;
pub mod headers;
pub mod request_log;
