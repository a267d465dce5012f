//! Inspections: of each the latest record, and how many of its observations are seen. Of contact moments the latest record.

use baken_protocol::ids::{EntityReference, RecordId};
use baken_protocol::record::RecordKind;
use uuid::Uuid;

use super::SqlTransaction;
use super::conditions::{Conditions, of_kind};
use crate::storage::{
    ArrivalCursor, Clearance, InspectionRequest, InspectionRow, Inspections, StepRecord, StorageError,
};

/// The operation that is shown for a record: the last that says something, else what took the record back. Only its
/// own device replaces what it signed, and nothing that was set apart replaces what was not.
const SHOWN: &str = "NOT EXISTS (SELECT 1 FROM operations n
    WHERE n.kind = o.kind AND n.device = o.device AND n.entity = o.entity AND n.level = o.level
      AND n.quarantined = o.quarantined
      AND (n.action <> 'retract', n.leaf_index, n.position) > (o.action <> 'retract', o.leaf_index, o.position))";

/// When the same record was last amended or taken back.
fn last(action: &str) -> String {
    format!(
        "(SELECT max(n.received_at) FROM operations n
          WHERE n.kind = o.kind AND n.device = o.device AND n.entity = o.entity AND n.level = o.level
            AND n.quarantined = o.quarantined AND n.action = '{action}')"
    )
}

impl Inspections for SqlTransaction<'_> {
    fn inspections(
        &self,
        clearance: &Clearance,
        request: &InspectionRequest,
    ) -> Result<Vec<InspectionRow>, StorageError> {
        latest(self, RecordKind::Inspection, clearance, request)
    }

    fn contacts(&self, clearance: &Clearance, request: &InspectionRequest) -> Result<Vec<InspectionRow>, StorageError> {
        latest(self, RecordKind::Contact, clearance, request)
    }

    fn count_observations(&self, clearance: &Clearance, inspection: EntityReference) -> Result<u64, StorageError> {
        let mut conditions = Conditions::visible(clearance);
        conditions.add(of_kind(RecordKind::Observation), []);
        conditions.add("NOT o.quarantined", []);
        conditions.among_entities(["o.inspection_device", "o.inspection"], &[inspection]);
        let sql = format!(
            "SELECT count(*) FROM (SELECT DISTINCT o.device, o.entity, o.level FROM operations o WHERE {}) AS seen",
            conditions.sql()
        );
        self.sql().value(&sql, conditions.values())
    }

    fn steps_in(&self, clearance: &Clearance, inspection: EntityReference) -> Result<Vec<StepRecord>, StorageError> {
        let mut conditions = Conditions::visible(clearance);
        conditions.add(of_kind(RecordKind::Participation), []);
        conditions.among_entities(["o.inspection_device", "o.inspection"], &[inspection]);
        let sql = format!(
            "SELECT c.envelope, d.device, d.label, d.organisation, o.quarantined
             FROM operations o JOIN operation_contents c ON c.number = o.number
             JOIN devices d ON d.device = o.device WHERE {} ORDER BY o.number",
            conditions.sql()
        );
        self.sql().all(&sql, conditions.values(), |row| {
            Ok(StepRecord {
                envelope: row.get(0)?,
                device: row.get(1)?,
                device_label: row.get(2)?,
                organisation: row.get(3)?,
                quarantined: row.get(4)?,
            })
        })
    }

    fn observations_by_device(
        &self,
        clearance: Option<&Clearance>,
        inspection: EntityReference,
    ) -> Result<Vec<(Uuid, u64)>, StorageError> {
        let mut conditions = clearance.map_or_else(Conditions::none, Conditions::visible);
        conditions.add(of_kind(RecordKind::Observation), []);
        conditions.among_entities(["o.inspection_device", "o.inspection"], &[inspection]);
        let sql = format!(
            "SELECT o.device, count(DISTINCT o.entity) FROM operations o WHERE {} GROUP BY o.device ORDER BY o.device",
            conditions.sql()
        );
        self.sql().all(&sql, conditions.values(), |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

/// The latest record of each entity of this kind, the last received first.
fn latest(
    transaction: &SqlTransaction<'_>,
    kind: RecordKind,
    clearance: &Clearance,
    request: &InspectionRequest,
) -> Result<Vec<InspectionRow>, StorageError> {
    let mut conditions = Conditions::visible(clearance);
    conditions.add(of_kind(kind), []);
    conditions.add(SHOWN, []);
    conditions.among_entities(["o.device", "o.entity"], &request.entities);
    if let Some(ArrivalCursor { received_at, record: RecordId { device, operation } }) = &request.after {
        conditions.add(
            "(o.received_at, o.operation, o.device) < (?, ?, ?)",
            [(*received_at).into(), (*operation).into(), (*device).into()],
        );
    }
    let sql = format!(
        "SELECT c.envelope, o.received_at, o.organisation, o.quarantined, d.device, d.label, {}, {}
         FROM operations o JOIN operation_contents c ON c.number = o.number
         JOIN devices d ON d.device = o.device WHERE {}
         ORDER BY o.received_at DESC, o.operation DESC, o.device DESC LIMIT {}",
        last("amend"),
        last("retract"),
        conditions.sql(),
        u64::from(request.limit) + 1
    );
    transaction.sql().all(&sql, conditions.values(), |row| {
        Ok(InspectionRow {
            envelope: row.get(0)?,
            received_at: row.get(1)?,
            organisation: row.get(2)?,
            quarantined: row.get(3)?,
            device: row.get(4)?,
            device_label: row.get(5)?,
            amended_at: row.get(6)?,
            retracted_at: row.get(7)?,
        })
    })
}
