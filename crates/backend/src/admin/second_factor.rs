//! `baken-backend second-factor`: takes a member's second factor away at the machine. It is the way back where the only
//! administrator lost their phone. Works while the backend serves.

use crate::environment::Environment;
use crate::register::end_second_factor;
use crate::storage::{AuditAction, AuditEntry, AuditObject, Database, StorageError, UnitOfWork};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// No such member, or one without.
    #[error("there is no member of this login with a second factor; nothing was changed")]
    None,
    /// The register refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes it away, and signs the member out everywhere.
pub fn end(storage: &dyn Database, environment: &Environment, login: &str) -> Result<(), EndError> {
    storage.write(|tx| {
        if !end_second_factor(tx, login)? {
            return Err(EndError::None);
        }
        tx.end_sessions_of(login)?;
        let entry = AuditEntry::by_operator(AuditAction::EndSecondFactor, AuditObject::Account, login);
        Ok(tx.audit(environment.clock.now(), &entry)?)
    })
}
