//! Observations: each operation as it is shown, and what else is asked of them.

use std::collections::BTreeMap;

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params_from_iter};
use uuid::Uuid;

use super::conditions::Conditions;
use super::steps::{self, IS_OBSERVATION};
use super::{SqliteTransaction, parse, parse_time};
use crate::storage::{Arrivals, Clearance, EachStep, Observations, Of, ShownRow, StorageError};

const SELECT: &str = "
    SELECT o.device, o.operation, o.entity, o.level, c.envelope, o.received_at, d.label, o.organisation, o.quarantined,
           (SELECT count(*) FROM attachments a
            WHERE a.operation = o.operation AND a.device = o.device AND a.completed_at IS NULL)
    FROM operations o JOIN operation_contents c ON c.number = o.number JOIN devices d ON d.device = o.device";

impl Observations for SqliteTransaction<'_> {
    fn each_step(&self, of: Of<'_>, take: &mut EachStep<'_>) -> Result<(), StorageError> {
        let asked = match of {
            Of::All => Conditions::none(),
            Of::Author(clearance, device, entity) => by(clearance, device, entity),
            Of::Others(clearance, device, entity) => {
                Conditions::of_others(clearance, &entity.to_string(), &device.to_string())
            }
        };
        steps::each(self.connection(), &asked, take)
    }

    fn shown(&self, clearance: Option<&Clearance>, record: RecordId) -> Result<Option<ShownRow>, StorageError> {
        let mut conditions = clearance.map_or_else(Conditions::none, Conditions::visible);
        conditions.add(
            "o.kind = 'observation' AND o.device = ? AND o.operation = ?",
            [record.device.to_string().into(), record.operation.to_string().into()],
        );
        let sql = format!("{SELECT} WHERE {}", conditions.sql());
        let mut statement = self.connection().prepare_cached(&sql)?;
        let row = statement.query_row(params_from_iter(conditions.values()), Columns::read).optional()?;
        row.map(Columns::row).transpose()
    }

    fn history(
        &self,
        clearance: &Clearance,
        device: DeviceId,
        entity: EntityId,
        limit: u32,
    ) -> Result<Vec<ShownRow>, StorageError> {
        let mut visible = by(clearance, device, entity);
        visible.add("o.kind = 'observation'", []);
        let sql = format!(
            "{SELECT} WHERE (o.leaf_index, o.position) IN (
                 SELECT o.leaf_index, o.position FROM operations o WHERE {}
                 ORDER BY row_number() OVER (PARTITION BY o.urgency ORDER BY o.leaf_index, o.position) = 1 DESC,
                          o.leaf_index DESC, o.position DESC
                 LIMIT {limit})
             ORDER BY o.leaf_index, o.position",
            visible.sql()
        );
        let mut statement = self.connection().prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(visible.values()), Columns::read)?;
        rows.map(|row| row?.row()).collect()
    }

    fn was_created_by(&self, device: DeviceId, entity: EntityId) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM operations
                   WHERE entity = ?1 AND device = ?2 AND kind = 'observation' AND action = 'create')";
        let mut statement = self.connection().prepare_cached(sql)?;
        Ok(statement.query_row([entity.to_string(), device.to_string()], |row| row.get(0))?)
    }

    fn is_claimed(&self, clearance: &Clearance, device: DeviceId, entity: EntityId) -> Result<bool, StorageError> {
        let others = Conditions::of_others(clearance, &entity.to_string(), &device.to_string());
        let mut statement = self.connection().prepare_cached(&claimed_sql(&others))?;
        Ok(statement.query_row(params_from_iter(others.values()), |row| row.get(0))?)
    }

    fn arrivals(&self, clearance: &Clearance) -> Result<BTreeMap<Uuid, Arrivals>, StorageError> {
        let visible = Conditions::visible(clearance);
        let sql = format!(
            "SELECT o.device, max(o.received_at),
                    count(DISTINCT o.entity || o.level) FILTER (WHERE o.kind = 'observation' AND NOT o.quarantined)
             FROM operations o WHERE {} GROUP BY o.device",
            visible.sql()
        );
        let mut statement = self.connection().prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(visible.values()), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?))
        })?;
        rows.map(|row| {
            let (device, last, observations) = row?;
            Ok((parse(&device)?, Arrivals { last_received_at: Some(parse_time(&last)?), observations }))
        })
        .collect()
    }
}

/// What a device signed about an entity.
fn by(clearance: &Clearance, device: DeviceId, entity: EntityId) -> Conditions {
    let mut visible = Conditions::visible(clearance);
    let names: [Value; 2] = [device.to_string().into(), entity.to_string().into()];
    visible.add("o.device = ? AND o.entity = ?", names);
    visible
}

/// Whether `others` signed an observation.
pub(super) fn claimed_sql(others: &Conditions) -> String {
    format!("SELECT EXISTS (SELECT 1 FROM operations o WHERE {IS_OBSERVATION} AND {})", others.sql())
}

/// A row of [`SELECT`].
struct Columns {
    texts: [String; 7],
    envelope: Vec<u8>,
    quarantined: bool,
    attachments_missing: u32,
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            texts: [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(5)?, row.get(6)?, row.get(7)?],
            envelope: row.get(4)?,
            quarantined: row.get(8)?,
            attachments_missing: row.get(9)?,
        })
    }

    fn row(self) -> Result<ShownRow, StorageError> {
        let [device, operation, entity, level, received_at, device_label, organisation] = self.texts;
        Ok(ShownRow {
            record: RecordId { device: parse(&device)?, operation: parse(&operation)? },
            entity: parse(&entity)?,
            level,
            envelope: Envelope::from_json(&self.envelope).map_err(|_| StorageError::Content)?,
            received_at: parse_time(&received_at)?,
            device_label,
            organisation,
            quarantined: self.quarantined,
            attachments_missing: self.attachments_missing,
        })
    }
}
