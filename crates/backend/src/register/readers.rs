//! Who read something: by the lines that the audit log has of each reading.
//!
//! Deliberately absent: lists, and searches of sealed parts, which name what they showed in the detail of a line. They are
//! in the log itself.

use std::collections::{BTreeMap, BTreeSet};

use baken_protocol::ids::RecordId;
use baken_protocol::record::Operation;
use chrono::{DateTime, Utc};

use super::reports::seen;
use crate::access::Clearance;
use crate::storage::{AuditObject, ReadingRow, ReportNumber, StorageError, Transaction};

/// Operations of one observation that are looked at.
const OPERATIONS: u32 = 200;

/// Somebody who read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who, by login.
    pub login: String,
    /// Of which organisation; none of an account that is not there.
    pub organisation: Option<String>,
    /// How often the page was read.
    pub times: u64,
    /// How often something sealed was fetched.
    pub sealed_times: u64,
    /// When last.
    pub last: DateTime<Utc>,
}

/// Who read a report that `clearance` allows.
pub fn readers_of_report(
    tx: &dyn Transaction,
    clearance: &Clearance,
    name: ReportNumber,
) -> Result<Option<Vec<Reader>>, StorageError> {
    if seen(tx, clearance, name)?.is_none() {
        return Ok(None);
    }
    let id = name.to_string();
    let (pages, sealed) = (tx.readings(AuditObject::Report, &id)?, tx.readings(AuditObject::ReportTexts, &id)?);
    gathered(tx, &pages, &sealed).map(Some)
}

/// Who read an observation that `clearance` allows.
pub fn readers_of_observation(
    tx: &dyn Transaction,
    clearance: &Clearance,
    record: RecordId,
) -> Result<Option<Vec<Reader>>, StorageError> {
    let Some(row) = tx.shown(Some(clearance), record)? else { return Ok(None) };
    let (mut pages, mut sealed, mut attachments) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in tx.history(clearance, record.device, row.entity, OPERATIONS)? {
        let signed: Operation = row.envelope.peek().map_err(|_| StorageError::Content)?;
        let id = row.record.to_string();
        pages.extend(tx.readings(AuditObject::Observation, &id)?);
        sealed.extend(tx.readings(AuditObject::SealedPart, &id)?);
        attachments.extend(signed.attachments.iter().map(|it| it.sha256.to_string()));
    }
    for sha256 in attachments {
        sealed.extend(tx.readings(AuditObject::Attachment, &sha256)?);
    }
    gathered(tx, &pages, &sealed).map(Some)
}

/// One for each who read, whoever read last first.
fn gathered(tx: &dyn Transaction, pages: &[ReadingRow], sealed: &[ReadingRow]) -> Result<Vec<Reader>, StorageError> {
    let organisations: BTreeMap<String, String> =
        tx.members()?.into_iter().map(|member| (member.login, member.organisation.to_string())).collect();
    let mut readers: BTreeMap<&str, Reader> = BTreeMap::new();
    for (row, is_sealed) in pages.iter().map(|row| (row, false)).chain(sealed.iter().map(|row| (row, true))) {
        let reader = readers.entry(&row.actor).or_insert_with(|| Reader {
            login: row.actor.clone(),
            organisation: organisations.get(&row.actor).cloned(),
            times: 0,
            sealed_times: 0,
            last: row.last,
        });
        let times = if is_sealed { &mut reader.sealed_times } else { &mut reader.times };
        *times = times.saturating_add(row.times);
        reader.last = reader.last.max(row.last);
    }
    let mut readers: Vec<Reader> = readers.into_values().collect();
    readers.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.login.cmp(&b.login)));
    Ok(readers)
}
