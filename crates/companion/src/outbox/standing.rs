//! The state of a record, decided once, and how many records are in which.
//!
//! A state is derived from what is on disk (a batch, a receipt, uploaded photos), never stored beside it, so it cannot say
//! more than is true: `acknowledged` means a verified receipt and no photo missing. Counting is left to the database, which
//! keeps the counts in the transaction that moves a record: a home screen looks at none of them.

use std::collections::BTreeMap;

use baken_protocol::record::RecordKind;
use rusqlite::Connection;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::Serialize;
use ts_rs::TS;

use crate::failure_code::FailureCode;
use crate::store::StoreError;
use crate::store::settings::Setting;

/// Where a record is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum RecordState {
    /// Signed, on this device only.
    Finalised,
    /// In a batch, or received while photos are still on their way; also while it waits for a network or for a
    /// backend that will serve later.
    Sending,
    /// Received: the receipt was verified and no photo is missing.
    Acknowledged,
    /// It does not arrive until a person does something.
    Failed,
}

impl RecordState {
    /// How much is still to be done before it has arrived.
    pub(super) const fn still_to_go(self) -> u8 {
        match self {
            Self::Acknowledged => 0,
            Self::Sending => 1,
            Self::Finalised => 2,
            Self::Failed => 3,
        }
    }
}

/// How many records are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct StateCounts {
    /// Signed, on this device only.
    pub finalised: u64,
    /// On their way.
    pub sending: u64,
    /// Received, with a verified receipt and all photos.
    pub acknowledged: u64,
    /// Waiting for a person to do something.
    pub failed: u64,
}

impl StateCounts {
    fn add(&mut self, state: RecordState, records: i64) {
        let count = match state {
            RecordState::Finalised => &mut self.finalised,
            RecordState::Sending => &mut self.sending,
            RecordState::Acknowledged => &mut self.acknowledged,
            RecordState::Failed => &mut self.failed,
        };
        *count = count.saturating_add_signed(records);
    }
}

/// Where an entry stands, as the view `outbox_standings` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// In no batch.
    Waiting,
    /// In a batch.
    Batched,
    /// Apart, for a reason of its own.
    Refused,
}

impl FromSql for Standing {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "waiting" => Ok(Self::Waiting),
            "batched" => Ok(Self::Batched),
            "refused" => Ok(Self::Refused),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// The state of a record that stands there. `whole`: received, and all of its photos too. `needs_person`: nothing arrives
/// until a person does something, by the last sync.
pub(super) const fn state(standing: Standing, whole: bool, needs_person: bool) -> RecordState {
    if whole {
        return RecordState::Acknowledged;
    }
    match standing {
        Standing::Refused => RecordState::Failed,
        Standing::Waiting => RecordState::Finalised,
        Standing::Batched if needs_person => RecordState::Failed,
        Standing::Batched => RecordState::Sending,
    }
}

/// How many entries stand where. What has none yet waits, and comes after the last of them.
const KEPT: &str = "
    SELECT standing, received, sum(records) FROM outbox_counts WHERE ?1 IS NULL OR kind = ?1 GROUP BY standing, received
    UNION ALL
    SELECT 'waiting', 0, count(*) FROM operations
    WHERE position > (SELECT coalesce(max(position), 0) FROM outbox_entries) AND (?1 IS NULL OR kind = ?1)";

/// The same by a look at each.
const LOOKED_AT: &str = "
    SELECT standing, received, count(*) FROM outbox_standings WHERE ?1 IS NULL OR kind = ?1 GROUP BY standing, received
    UNION ALL
    SELECT 'waiting', 0, count(*) FROM operations
    WHERE position > (SELECT coalesce(max(position), 0) FROM outbox_entries) AND (?1 IS NULL OR kind = ?1)";

/// Received records of which a photo is missing: found from the photos, of which few are ever unsent.
const WITHOUT_A_PHOTO: &str = "
    SELECT standing, count(*) FROM (
        SELECT DISTINCT s.position, s.standing
        FROM photos p CROSS JOIN operations o ON o.operation = p.operation
        CROSS JOIN outbox_standings s ON s.position = o.position
        WHERE p.uploaded_at IS NULL AND p.operation IS NOT NULL AND s.received AND s.kind = ?1)
    GROUP BY standing";

/// The steps of every record of a kind that was corrected, and where each stands. Few records ever are.
const OF_CORRECTED: &str = "
    WITH corrected (first) AS MATERIALIZED (
        SELECT DISTINCT c.first FROM corrections c CROSS JOIN operations o ON o.position = c.first WHERE o.kind = ?1),
    step (first, position) AS (
        SELECT first, first FROM corrected
        UNION ALL SELECT c.first, c.position FROM corrected f CROSS JOIN corrections c ON c.first = f.first)
    SELECT t.first, coalesce(s.standing, 'waiting'),
           coalesce(s.received, 0)
           AND NOT EXISTS (SELECT 1 FROM operations o CROSS JOIN photos p ON p.operation = o.operation
                           WHERE o.position = t.position AND p.uploaded_at IS NULL)
    FROM step t LEFT JOIN outbox_standings s ON s.position = t.position";

/// How many records of a kind are in which state. It takes as long with many records as with few, but for those that were
/// corrected.
pub(crate) fn counts(connection: &Connection, kind: RecordKind) -> Result<StateCounts, StoreError> {
    let needs_person = Setting::LastSyncError.read::<FailureCode>(connection)?.is_some_and(FailureCode::needs_person);
    let mut counts = StateCounts::default();
    for (standing, received, records) in standings(connection, KEPT, Some(kind))? {
        counts.add(state(standing, received, needs_person), records);
    }
    let mut missing = connection.prepare_cached(WITHOUT_A_PHOTO)?;
    let rows = missing.query_map([kind.name()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for row in rows {
        let (standing, records): (Standing, i64) = row?;
        counts.add(RecordState::Acknowledged, -records);
        counts.add(state(standing, false, needs_person), records);
    }
    debug_assert!(are_kept_right(connection), "what is counted is not what is there");
    count_corrected_once(connection, kind, needs_person, &mut counts)?;
    Ok(counts)
}

/// What is counted are steps: of those of one record only the one counts that has come least far.
fn count_corrected_once(
    connection: &Connection,
    kind: RecordKind,
    needs_person: bool,
    counts: &mut StateCounts,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(OF_CORRECTED)?;
    let rows = statement.query_map([kind.name()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut least: BTreeMap<i64, RecordState> = BTreeMap::new();
    for row in rows {
        let (first, standing, whole): (i64, Standing, bool) = row?;
        let state = state(standing, whole, needs_person);
        counts.add(state, -1);
        let least = least.entry(first).or_insert(state);
        if state.still_to_go() > least.still_to_go() {
            *least = state;
        }
    }
    for state in least.into_values() {
        counts.add(state, 1);
    }
    Ok(())
}

/// How many steps there are of all records.
pub(super) fn total(connection: &Connection) -> Result<u64, StoreError> {
    let standings = standings(connection, KEPT, None)?;
    Ok(standings.into_iter().fold(0, |total, (_, _, records)| total.saturating_add_signed(records)))
}

fn standings(
    connection: &Connection,
    sql: &str,
    kind: Option<RecordKind>,
) -> Result<Vec<(Standing, bool, i64)>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([kind.map(RecordKind::name)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether what is kept is what a look at each finds: asked in every test that shows a home screen or locks.
pub(crate) fn are_kept_right(connection: &Connection) -> bool {
    RecordKind::ALL.iter().copied().all(|kind| {
        let of = |sql| {
            let mut found = standings(connection, sql, Some(kind)).unwrap_or_default();
            found.retain(|(_, _, records)| *records != 0);
            found.sort_by_key(|(standing, received, records)| (*standing as u8, *received, *records));
            found
        };
        of(KEPT) == of(LOOKED_AT)
    })
}

#[cfg(test)]
mod tests;
