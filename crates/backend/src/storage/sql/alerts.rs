//! What there is to look into: what was noted of devices, and what their records raise.

use baken_protocol::ids::RecordId;

use super::conditions::Conditions;
use super::{SqlTransaction, Value};
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
}
