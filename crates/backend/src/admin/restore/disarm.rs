//! What is done to the register of a backup before it may be served from: whoever had a session or an invitation may have
//! lost it since, and the register it was copied from may have gone on.

use baken_protocol::dsse::Envelope;
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, Utc};

use crate::register::{AdoptedDirectory, take_in};
use crate::storage::{AuditAction, AuditEntry, AuditObject, Installation, StorageError, Transaction};

/// What is new about a restored register.
pub(super) struct Fresh<'a> {
    pub(super) now: DateTime<Utc>,
    /// Makes the log's name one that no log had before.
    pub(super) suffix: &'a str,
    pub(super) receipt_key: &'a SigningKey,
    /// Directories that were signed since.
    pub(super) adopted: &'a [AdoptedDirectory<'a>],
}

/// Ends every session and withdraws every open invitation, gives the log a name of its own, takes in directories signed
/// since, and writes that down. Answers the time up to which the backup knows what was done.
pub(super) fn disarm(tx: &dyn Transaction, fresh: &Fresh<'_>) -> Result<DateTime<Utc>, StorageError> {
    let known_until = tx.known_until()?;
    tx.end_sessions()?;
    let installation = tx.installation()?.ok_or(StorageError::Content)?;
    let statement = LogContinuation { last: tx.last_batch_place()?, ..continuation(installation, fresh) };
    let signed = Envelope::sign(&statement, fresh.receipt_key).and_then(|envelope| envelope.to_json());
    tx.continue_log(&statement.log_origin, &signed.map_err(|_| StorageError::Content)?)?;
    tx.withdraw_invitations(fresh.now)?;
    tx.remove_member_invitations()?;
    tx.audit(fresh.now, &AuditEntry::by_operator(AuditAction::Restore, AuditObject::Register, ""))?;
    // After the line of the restore: until one stands there, no directory is signed (`awaits_newest_directory`).
    for directory in fresh.adopted {
        take_in(tx, directory)?;
    }
    Ok(known_until)
}

/// The log goes on under another name. One that was restored before keeps the first part of its name alone.
fn continuation(Installation { tenant, log_origin, .. }: Installation, fresh: &Fresh<'_>) -> LogContinuation {
    let next = next_name(&log_origin, fresh.suffix);
    LogContinuation { tenant, log_origin: next, continues: log_origin, last: None, restored_at: fresh.now }
}

fn next_name(name: &str, suffix: &str) -> String {
    let base = name.split_once('+').map_or(name, |(base, _)| base);
    format!("{base}+{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_was_restored_twice_has_one_suffix() {
        let once = next_name("baken.example/baken/GM0453", "aa");
        assert_eq!(once, "baken.example/baken/GM0453+aa");
        assert_eq!(next_name(&once, "bb"), "baken.example/baken/GM0453+bb");
    }
}
