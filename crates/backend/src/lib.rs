//! The municipality's side of Baken: takes signed batches in, answers with signed receipts, serves the console.
//!
//! The way of a batch: `http::routes::device::batches` → `ingest::verify` and `ingest::plan` (pure) →
//! `ingest::take` in one transaction of `storage` → a receipt. Each floor uses those below it only
//! (docs/ARCHITECTURE.md). The backend never holds a key that opens a sealed part.

pub mod access;
pub mod accounts;
pub mod admin;
pub mod content;
pub mod environment;
pub mod files;
pub mod http;
pub mod ingest;
pub mod openid;
pub mod register;
pub mod storage;
pub mod time_zone;
