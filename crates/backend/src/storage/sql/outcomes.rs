//! What devices are told of their observations: a range of an index for each device.

use baken_protocol::ids::DeviceId;
use chrono::{DateTime, Utc};

use super::{SqlTransaction, values};
use crate::storage::{OutcomeRow, Outcomes, StorageError};

impl Outcomes for SqlTransaction<'_> {
    fn note_outcome(&self, standing: i64, device: DeviceId, since: DateTime<Utc>) -> Result<(), StorageError> {
        // Asked before the one before goes, which may have the highest number.
        let number: u64 = self.sql().value("SELECT coalesce(max(number) + 1, 1) FROM outcomes", &[])?;
        self.sql().execute("DELETE FROM outcomes WHERE standing = $1", values![standing])?;
        let sql = "INSERT INTO outcomes (number, standing, device, since) VALUES ($1, $2, $3, $4)";
        self.sql().execute(sql, values![number, standing, device, since])?;
        Ok(())
    }

    fn outcomes_after(&self, device: DeviceId, number: u64, limit: u32) -> Result<Vec<OutcomeRow>, StorageError> {
        self.sql().all(&outcomes_sql(limit), values![device, number], |row| {
            Ok(OutcomeRow { number: row.get(0)?, standing: row.get(1)?, operation: row.get(2)?, since: row.get(3)? })
        })
    }

    fn count_stray_outcomes(&self) -> Result<u64, StorageError> {
        let sql = "SELECT count(*) FROM outcomes t
                   WHERE NOT EXISTS (SELECT 1 FROM operations o JOIN standings s ON s.number = o.number
                                     WHERE o.number = t.standing AND o.device = t.device AND s.acts > 0)";
        self.sql().value(sql, &[])
    }

    fn count_untold_outcomes(&self) -> Result<u64, StorageError> {
        let sql = "SELECT count(*) FROM standings s
                   WHERE (s.holder IS NOT NULL OR s.handled_at IS NOT NULL OR s.question IS NOT NULL)
                     AND NOT EXISTS (SELECT 1 FROM outcomes t WHERE t.standing = s.number)";
        self.sql().value(sql, &[])
    }
}

/// So many changes of one device's observations after a number, read from an index in their order.
pub(in crate::storage) fn outcomes_sql(limit: u32) -> String {
    format!(
        "SELECT t.number, t.standing, o.operation, t.since FROM outcomes t JOIN operations o ON o.number = t.standing
         WHERE t.device = $1 AND t.number > $2 ORDER BY t.number LIMIT {limit}"
    )
}
