//! Observations: each operation as it is shown, and what else is asked of them.

use std::collections::BTreeMap;

use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use baken_protocol::record::RecordKind;
use uuid::Uuid;

use super::conditions::{Conditions, of_kind};
use super::steps::{self, is_observation};
use super::{Columns, SqlTransaction, values};
use crate::storage::{Arrivals, Clearance, EachStep, Observations, Of, ShownRow, StorageError};

const SELECT: &str = "
    SELECT o.device, o.operation, o.entity, o.level, c.envelope, o.received_at, d.label, o.organisation, o.quarantined,
           (SELECT count(*) FROM attachments a
            WHERE a.operation = o.operation AND a.device = o.device AND a.completed_at IS NULL)
    FROM operations o JOIN operation_contents c ON c.number = o.number JOIN devices d ON d.device = o.device";

impl Observations for SqlTransaction<'_> {
    fn each_step(&self, of: Of<'_>, take: &mut EachStep<'_>) -> Result<(), StorageError> {
        let asked = match of {
            Of::All => Conditions::none(),
            Of::Author(clearance, device, entity) => by(clearance, device, entity),
            Of::Others(clearance, device, entity) => Conditions::of_others(clearance, device, entity),
        };
        steps::each(self.sql(), &asked, take)
    }

    fn shown(&self, clearance: Option<&Clearance>, record: RecordId) -> Result<Option<ShownRow>, StorageError> {
        let mut conditions = clearance.map_or_else(Conditions::none, Conditions::visible);
        conditions.add(
            format!("{} AND o.device = ? AND o.operation = ?", of_kind(RecordKind::Observation)),
            [record.device.into(), record.operation.into()],
        );
        let sql = format!("{SELECT} WHERE {}", conditions.sql());
        self.sql().first(&sql, conditions.values(), row)
    }

    fn history(
        &self,
        clearance: &Clearance,
        device: DeviceId,
        entity: EntityId,
        limit: u32,
    ) -> Result<Vec<ShownRow>, StorageError> {
        let mut visible = by(clearance, device, entity);
        visible.add(of_kind(RecordKind::Observation), []);
        let sql = format!(
            "{SELECT} WHERE (o.leaf_index, o.position) IN (
                 SELECT o.leaf_index, o.position FROM operations o WHERE {}
                 ORDER BY row_number() OVER (PARTITION BY o.urgency ORDER BY o.leaf_index, o.position) = 1 DESC,
                          o.leaf_index DESC, o.position DESC
                 LIMIT {limit})
             ORDER BY o.leaf_index, o.position",
            visible.sql()
        );
        self.sql().all(&sql, visible.values(), row)
    }

    fn was_created_by(&self, device: DeviceId, entity: EntityId) -> Result<bool, StorageError> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM operations o
             WHERE o.entity = $1 AND o.device = $2 AND {} AND o.action = 'create')",
            of_kind(RecordKind::Observation)
        );
        self.sql().value(&sql, values![entity, device])
    }

    fn is_claimed(&self, clearance: &Clearance, device: DeviceId, entity: EntityId) -> Result<bool, StorageError> {
        let others = Conditions::of_others(clearance, device, entity);
        self.sql().value(&claimed_sql(&others), others.values())
    }

    fn came_after(&self, clearance: &Clearance, number: i64) -> Result<bool, StorageError> {
        let mut visible = Conditions::visible(clearance);
        visible.add("o.number > ?", [number.into()]);
        let sql = format!("SELECT EXISTS (SELECT 1 FROM operations o WHERE {})", visible.sql());
        self.sql().value(&sql, visible.values())
    }

    fn arrivals(&self, clearance: &Clearance, devices: &[Uuid]) -> Result<BTreeMap<Uuid, Arrivals>, StorageError> {
        let mut visible = Conditions::visible(clearance);
        visible.only_ids("o.device", devices);
        let sql = format!(
            "SELECT o.device, max(o.received_at),
                    count(DISTINCT o.entity || o.level) FILTER (WHERE {} AND NOT o.quarantined)
             FROM operations o WHERE {} GROUP BY o.device",
            of_kind(RecordKind::Observation),
            visible.sql()
        );
        let rows = self.sql().all(&sql, visible.values(), |row| {
            let arrivals = Arrivals { last_received_at: row.get(1)?, observations: row.get(2)? };
            Ok((row.get(0)?, arrivals))
        })?;
        Ok(rows.into_iter().collect())
    }
}

/// What a device signed about an entity.
fn by(clearance: &Clearance, device: DeviceId, entity: EntityId) -> Conditions<'_> {
    let mut visible = Conditions::visible(clearance);
    visible.add("o.device = ? AND o.entity = ?", [device.into(), entity.into()]);
    visible
}

/// Whether `others` signed an observation.
pub(in crate::storage) fn claimed_sql(others: &Conditions<'_>) -> String {
    format!("SELECT EXISTS (SELECT 1 FROM operations o WHERE {} AND {})", is_observation(), others.sql())
}

/// A row of [`SELECT`].
fn row(row: &dyn Columns) -> Result<ShownRow, StorageError> {
    Ok(ShownRow {
        record: RecordId { device: row.get(0)?, operation: row.get(1)? },
        entity: row.get(2)?,
        level: row.get(3)?,
        envelope: row.get(4)?,
        received_at: row.get(5)?,
        device_label: row.get(6)?,
        organisation: row.get(7)?,
        quarantined: row.get(8)?,
        attachments_missing: row.get(9)?,
    })
}
