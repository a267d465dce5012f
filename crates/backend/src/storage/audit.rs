//! The audit log: who is accountable for what.

use chrono::{DateTime, Utc};

use super::{AuditAction, AuditEntry, AuditObject, StorageError};

/// How often somebody read something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRow {
    /// Who, by login.
    pub actor: String,
    /// How often.
    pub times: u64,
    /// When last.
    pub last: DateTime<Utc>,
}

/// What is asked of the audit log.
pub trait Audit {
    /// Writes a line, in the transaction of what it tells of; there is no way to change or remove one.
    fn audit(&self, now: DateTime<Utc>, entry: &AuditEntry<'_>) -> Result<(), StorageError>;
    /// Who was shown that very thing, and how often; from an index of readings alone.
    fn readings(&self, object: AuditObject, id: &str) -> Result<Vec<ReadingRow>, StorageError>;
    /// The number of the last line about this that an operator's command wrote.
    fn last_line_by_operator(&self, action: AuditAction) -> Result<Option<i64>, StorageError>;
    /// The time up to which the register knows what was done: that of its last line, or of its making.
    fn known_until(&self) -> Result<DateTime<Utc>, StorageError>;
}
