//! Purging: of what the municipality received, the copy that its author can read leaves this device after a time. Whoever
//! takes a device finds the less on it the shorter that time is.
//!
//! What was signed and sealed stays, with its receipts: a backend that was restored from a backup is given it again. The
//! database takes the words and the pixels out itself (migration 14), in the transaction that says so.
//!
//! Deliberately absent: purging what is not whole at the municipality, what somebody is amending or correcting, and an
//! inspection that is still worked in. An inspection that several devices do stays too, as its join code has the same text.

use baken_protocol::catalogue::settings::{PURGE_AFTER_DAYS, Settings};
use baken_protocol::ids::EntityId;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use crate::content;
use crate::failure::Failure;
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, parse_time, time_text};
use crate::trust::clock_reading;

/// A record whose steps and photos were all received before `?1`, and that nothing here still needs. `?2` is the open
/// inspection.
const DUE: &str = "
    SELECT l.position FROM listed l CROSS JOIN operations f ON f.position = l.position
    WHERE l.finalised_at < ?1 AND l.kind <> 'participation'
      AND NOT EXISTS (SELECT 1 FROM purged p WHERE p.position = l.position)
      AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.amends = l.position)
      AND (?2 IS NULL OR (f.entity IS NOT ?2 AND l.inspection IS NOT ?2))
      AND NOT EXISTS (SELECT 1 FROM joint_inspections j WHERE j.entity = f.entity)
      AND (l.kind <> 'inspection'
           OR NOT EXISTS (SELECT 1 FROM drafts d
                          WHERE CASE WHEN json_valid(d.form) THEN d.form ->> '$.inspection' END = f.entity))
      AND NOT EXISTS (
          SELECT 1 FROM operations o
          WHERE o.position IN (SELECT l.position UNION ALL
                               SELECT c.position FROM corrections c WHERE c.first = l.position)
            AND (NOT EXISTS (SELECT 1 FROM outbox_entries e
                             CROSS JOIN standing_receipts r ON r.chain = e.chain AND r.seq = e.seq
                             WHERE e.position = o.position AND e.refused IS NULL AND r.received_at < ?1)
                 OR EXISTS (SELECT 1 FROM photos p WHERE p.operation = o.operation
                            AND (p.uploaded_at IS NULL OR p.receipt IS NULL OR p.uploaded_at >= ?1))))
    ORDER BY l.position LIMIT ?3";

impl Store {
    /// Purges what is due, at most so many records, each in a transaction of its own. Answers how many it were: where it
    /// were that many there may be more.
    pub fn purge(&self, most: u32) -> Result<u32, Failure> {
        let due = self.read(|connection| {
            let before = self.purged_before(connection)?;
            let open = Setting::OpenInspection.read::<EntityId>(connection)?.map(|open| open.to_string());
            let mut statement = connection.prepare_cached(DUE)?;
            let due = statement.query_map(params![time_text(before), open, most], |row| row.get::<_, i64>(0))?;
            Ok::<_, Failure>(due.collect::<Result<Vec<_>, _>>()?)
        })?;
        let mut purged = 0;
        for position in due {
            purged += u32::from(self.purge_record(position)?);
        }
        Ok(purged)
    }

    /// What began to be amended or was corrected since it was looked at stays.
    fn purge_record(&self, position: i64) -> Result<bool, Failure> {
        self.write(|tx| {
            let now = clock_reading::latest_known(tx, &self.environment, &self.known)?;
            let inserted = tx.execute_cached(
                "INSERT INTO purged (position, purged_at)
                 SELECT ?1, ?2
                 WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE amends = ?1)
                   AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.first = ?1
                                   AND NOT EXISTS (SELECT 1 FROM outbox_entries e
                                                   CROSS JOIN standing_receipts r ON r.chain = e.chain AND r.seq = e.seq
                                                   WHERE e.position = c.position))",
                params![position, time_text(now)],
            )?;
            Ok(inserted == 1)
        })
    }

    fn purged_before(&self, connection: &Connection) -> Result<DateTime<Utc>, Failure> {
        let settings = content::held::<Settings>(connection)?;
        let days = settings.and_then(|settings| settings.purge_after_days).unwrap_or(PURGE_AFTER_DAYS);
        // By the earlier of the two: neither a clock that was set ahead nor an unsigned word about the time takes away what
        // its author may still have to read.
        let known = clock_reading::latest_known(connection, &self.environment, &self.known)?;
        let now = known.min(self.environment.clock.now());
        Ok(now - TimeDelta::days(i64::from(days)))
    }
}

/// When the record whose first step stands there was purged, if it was.
pub(super) fn purged_at(connection: &Connection, first: i64) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = "SELECT purged_at FROM purged WHERE position = ?1";
    let at: Option<String> = connection.query_row_cached(sql, [first], |row| row.get(0)).optional()?;
    Ok(at.as_deref().map(parse_time).transpose()?)
}

#[cfg(test)]
mod tests;
