//! What there is to look into: what was noted of devices, and what their records raise.

use std::cmp::Reverse;

use rusqlite::{Connection, params_from_iter};

use super::conditions::Conditions;
use super::{SqliteTransaction, parse, parse_time};
use crate::register::{Alert, AlertCode, AlertRecord, Sight};
use crate::storage::{Alerts, StorageError};

impl Alerts for SqliteTransaction<'_> {
    /// One line for each kind and device, whatever a device does to push the others out of sight: there are never
    /// more than three for each device in the list of devices.
    fn alerts(&self, sight: &Sight) -> Result<Vec<Alert>, StorageError> {
        let tx = self.connection();
        let mut statement = tx.prepare(
            "SELECT a.id, a.code, a.device, d.label, a.raised_at, a.detail, last.times
                 FROM (SELECT max(id) AS id, count(*) AS times FROM alerts GROUP BY code, device) last
                 JOIN alerts a ON a.id = last.id JOIN devices d ON d.device = a.device ORDER BY a.id DESC",
        )?;
        let rows = statement.query_map([], |row| {
            let texts: [String; 5] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((row.get(0)?, texts, row.get(6)?))
        })?;
        let stored = rows.map(|row| {
            let (id, [code, device, device_label, raised_at, detail], count) = row?;
            let (code, device, raised_at) = (parse(&code)?, parse(&device)?, parse_time(&raised_at)?);
            Ok(Alert { id, code, device, device_label, raised_at, detail, count, record: None })
        });
        let mut alerts = stored.collect::<Result<Vec<_>, StorageError>>()?;
        for code in AlertCode::OF_RECORDS {
            alerts.extend(about_records(tx, sight, code)?);
        }
        alerts.sort_by_key(|alert| Reverse(alert.raised_at));
        Ok(alerts)
    }
}

/// In technical words.
const fn said_of(code: AlertCode) -> &'static str {
    match code {
        AlertCode::Retracted => "takes back a record",
        AlertCode::CreatedAgain => "is another first record under an id its device used before",
        AlertCode::SealedToOthers => "is sealed to an organisation that is not its device's",
        AlertCode::SealedForLater => "goes by an epoch that is not known here",
        // Said of a whole batch, when it came.
        AlertCode::ChainForked | AlertCode::Quarantined => "is of a batch that was told of",
    }
}

/// What is to be told of the records of each device. Read with the records themselves: whoever may not see one learns
/// nothing of what is odd about it or that it was taken back. What a revoked device sends is told by itself.
fn about_records(tx: &Connection, sight: &Sight, code: AlertCode) -> Result<Vec<Alert>, StorageError> {
    let mut visible = Conditions::visible(sight);
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
    let mut statement = tx.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(visible.values()), |row| {
        let texts: [String; 5] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
        Ok((row.get(0)?, row.get(1)?, texts))
    })?;
    rows.map(|row| {
        let (id, count, [device, device_label, raised_at, operation, kind]) = row?;
        Ok(Alert {
            id,
            code,
            device: parse(&device)?,
            device_label,
            raised_at: parse_time(&raised_at)?,
            detail: format!("operation {device}.{operation} {}", said_of(code)),
            count,
            record: Some(AlertRecord { operation: format!("{device}.{operation}"), kind }),
        })
    })
    .collect()
}
