//! What the backend asks of its database: rows, in and out. What they mean is decided above.
//!
//! A [`Database`] begins a [`Transaction`], which holds a small trait for each kind of thing that is kept. All that was
//! done in one is durable once it was committed, or none of it happened. SQLite stands behind them; the tests put one in
//! front that fails at any step. Everything blocks: callers run it off the async runtime.

mod accounts;
mod attachments;
mod audit;
mod audit_line;
mod batches;
mod columns;
mod database;
mod devices;
mod enrolments;
mod error;
mod installations;
mod invitations;
mod known_browsers;
mod records;
mod sessions;
pub mod sqlite;
mod whole;

pub use accounts::Accounts;
pub use attachments::{Attachments, Brought, ListedAttachment};
pub use audit::Audit;
pub use audit_line::{AuditAction, AuditEntry, AuditObject, LOCAL, OPERATOR, StoredLine};
pub use batches::{BatchRow, Batches, Fork, HeldBatch, OperationRow};
pub use columns::{OperationColumns, listed_codes};
pub use database::{Database, Health, Transaction, UnitOfWork};
pub use devices::{Devices, KnownDevice};
pub use enrolments::{EnrolledKey, Enrolments, HeldInvitation, NewDevice};
pub use error::StorageError;
pub use installations::{AdoptedDirectory, Installation, Installations, NextDirectory, SignedAnew};
pub use invitations::{Invitations, NewInvitation};
pub use known_browsers::KnownBrowsers;
pub use records::{Alerts, Inbox, Inspections, Records};
pub use sessions::{SessionRow, Sessions};
pub use whole::{Each, EnrolledRow, ListedRow, StoredBatch, StoredOperation, Whole};
