//! What there is to look into: what was noted of devices, and what their records raise.

use baken_protocol::ids::RecordId;
use rusqlite::params_from_iter;

use super::conditions::Conditions;
use super::{SqliteTransaction, parse, parse_time};
use crate::storage::{AlertCode, AlertRow, Alerts, Clearance, StorageError};

impl Alerts for SqliteTransaction<'_> {
    fn noted_alerts(&self) -> Result<Vec<AlertRow>, StorageError> {
        let mut statement = self.connection().prepare(
            "SELECT a.id, a.code, a.device, d.label, a.raised_at, a.detail, last.times
             FROM (SELECT max(id) AS id, count(*) AS times FROM alerts GROUP BY code, device) last
             JOIN alerts a ON a.id = last.id JOIN devices d ON d.device = a.device ORDER BY a.id DESC",
        )?;
        let rows = statement.query_map([], |row| {
            let texts: [String; 5] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((row.get(0)?, texts, row.get(6)?))
        })?;
        rows.map(|row| {
            let (id, [code, device, device_label, raised_at, detail], count) = row?;
            let (code, device, raised_at) = (parse(&code)?, parse(&device)?, parse_time(&raised_at)?);
            Ok(AlertRow { id, code, device, device_label, raised_at, detail, count, record: None })
        })
        .collect()
    }

    fn record_alerts(&self, clearance: &Clearance, code: AlertCode) -> Result<Vec<AlertRow>, StorageError> {
        let mut visible = Conditions::visible(clearance);
        visible.add("o.quarantined = 0", []);
        if code == AlertCode::Retracted {
            visible.add("o.action = 'retract'", []);
        } else {
            visible.add(
                "(o.device, o.operation) IN (SELECT device, operation FROM oddities WHERE code = ?)",
                [code.to_string().into()],
            );
        }
        // With a single max(), SQLite takes the other columns from the row it is found in.
        let sql = format!(
            "SELECT max(o.leaf_index), count(*), o.device, d.label, o.received_at, o.operation, o.kind
             FROM operations o JOIN devices d ON d.device = o.device WHERE {} GROUP BY o.device",
            visible.sql()
        );
        let mut statement = self.connection().prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(visible.values()), |row| {
            let texts: [String; 5] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
            Ok((row.get(0)?, row.get(1)?, texts))
        })?;
        rows.map(|row| {
            let (id, count, [device, device_label, raised_at, operation, kind]) = row?;
            let record = RecordId { device: parse(&device)?, operation: parse(&operation)? };
            let (device, raised_at) = (parse(&device)?, parse_time(&raised_at)?);
            let (detail, record) = (String::new(), Some((record, kind)));
            Ok(AlertRow { id, code, device, device_label, raised_at, detail, count, record })
        })
        .collect()
    }
}
