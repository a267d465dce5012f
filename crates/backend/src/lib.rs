//! The municipality's side of Baken: takes signed batches in, answers with signed receipts, serves the console.
//!
//! The way of a batch: `routes::batches` (HTTP) → `ingest::verify` (pure) → `storage` (one transaction) →
//! a receipt. The backend never holds a key that opens a sealed part.

pub mod accounts;
pub mod acquaintance;
pub mod admin;
pub mod admission;
pub mod attachments;
pub mod attempts;
pub mod bearer;
pub mod bodies;
pub mod compression;
pub mod console;
pub mod cross_site;
pub mod data_folder;
pub mod environment;
pub mod fingerprint;
pub mod hashed;
pub mod headers;
pub mod ingest;
pub mod known_browsers;
pub mod origin;
pub mod patience;
pub mod private_files;
pub mod problem;
pub mod refusals;
pub mod register;
pub mod request_log;
pub mod room;
pub mod routes;
pub mod serve;
pub mod sessions;
pub mod state;
pub mod storage;
pub mod time_zone;
