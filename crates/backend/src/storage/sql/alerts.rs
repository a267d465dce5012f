//! What there is to look into: what was noted of devices, and what their records raise.

use baken_protocol::ids::{DeviceId, RecordId};
use chrono::{DateTime, Utc};

use super::conditions::Conditions;
use super::{SqlTransaction, Value, values};
use crate::storage::{AlertCode, AlertRow, Alerts, Clearance, StorageError};

impl Alerts for SqlTransaction<'_> {
    fn noted_alerts(&self) -> Result<Vec<AlertRow>, StorageError> {
        let sql = "SELECT a.id, a.code, a.device, d.label, a.raised_at, a.detail, last.times
                   FROM (SELECT max(id) AS id, count(*) AS times FROM alerts GROUP BY code, device) AS last
                   JOIN alerts a ON a.id = last.id JOIN devices d ON d.device = a.device ORDER BY a.id DESC";
        self.sql().all(sql, &[], |row| {
            Ok(AlertRow {
                id: row.get(0)?,
                code: row.parsed(1)?,
                device: row.get(2)?,
                device_label: row.get(3)?,
                raised_at: row.get(4)?,
                detail: row.get(5)?,
                count: row.get(6)?,
                record: None,
            })
        })
    }

    fn record_alerts(&self, clearance: &Clearance, code: AlertCode) -> Result<Vec<AlertRow>, StorageError> {
        let (mut visible, name) = (Conditions::visible(clearance), code.to_string());
        visible.add("NOT o.quarantined", []);
        if code == AlertCode::Retracted {
            visible.add("o.action = 'retract'", []);
        } else {
            let odd = "(o.device, o.operation) IN (SELECT device, operation FROM oddities WHERE code = ?)";
            visible.add(odd, [Value::from(&name)]);
        }
        let sql = format!(
            "SELECT o.leaf_index, last.times, o.device, d.label, o.received_at, o.operation, o.kind
             FROM (SELECT max(o.number) AS number, count(*) AS times FROM operations o WHERE {} GROUP BY o.device) AS last
             JOIN operations o ON o.number = last.number JOIN devices d ON d.device = o.device ORDER BY o.device",
            visible.sql()
        );
        self.sql().all(&sql, visible.values(), |row| {
            let record = RecordId { device: row.get(2)?, operation: row.get(5)? };
            Ok(AlertRow {
                id: row.get(0)?,
                code,
                device: row.get(2)?,
                device_label: row.get(3)?,
                raised_at: row.get(4)?,
                detail: String::new(),
                count: row.get(1)?,
                record: Some((record, row.text(6)?.parse().map_err(|_| StorageError::Content)?)),
            })
        })
    }
    fn note_oddity(&self, RecordId { device, operation }: RecordId, code: AlertCode) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO oddities (device, operation, code) VALUES ($1, $2, $3)",
            values![device, operation, &code.to_string()],
        )?;
        Ok(())
    }

    fn raise_alert(
        &self,
        code: AlertCode,
        device: DeviceId,
        at: DateTime<Utc>,
        detail: &str,
    ) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO alerts (id, code, device, raised_at, detail)
             SELECT coalesce(max(id) + 1, 1), $1, $2, $3, $4 FROM alerts",
            values![&code.to_string(), device, at, detail],
        )?;
        Ok(())
    }

    fn was_told(&self, code: AlertCode, device: DeviceId) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM alerts WHERE code = $1 AND device = $2)";
        self.sql().value(sql, values![&code.to_string(), device])
    }
}
