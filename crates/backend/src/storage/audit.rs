//! The audit log: who is accountable for what.

use chrono::{DateTime, Utc};

use super::{AuditEntry, StorageError};

/// What is asked of the audit log.
pub trait Audit {
    /// Writes a line, in the transaction of what it tells of; there is no way to change or remove one.
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError>;
}
