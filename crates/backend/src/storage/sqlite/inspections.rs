//! Inspections: of each the latest record, and how many of its observations are seen.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{EntityReference, RecordId};
use baken_sqlite::Cached;
use rusqlite::{Row, params_from_iter};

use super::conditions::Conditions;
use super::{SqliteTransaction, parse, parse_time, time_text};
use crate::storage::{ArrivalCursor, Clearance, InspectionRequest, InspectionRow, Inspections, StorageError};

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

impl Inspections for SqliteTransaction<'_> {
    fn inspections(
        &self,
        clearance: &Clearance,
        request: &InspectionRequest,
    ) -> Result<Vec<InspectionRow>, StorageError> {
        let mut conditions = Conditions::visible(clearance);
        conditions.add("o.kind = 'inspection'", []);
        conditions.add(SHOWN, []);
        conditions.among_entities(["o.device", "o.entity"], &request.entities);
        if let Some(ArrivalCursor { received_at, record: RecordId { device, operation } }) = &request.after {
            conditions.add(
                "(o.received_at, o.operation, o.device) < (?, ?, ?)",
                [time_text(*received_at).into(), operation.to_string().into(), device.to_string().into()],
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
        let mut statement = self.connection().prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(conditions.values()), Columns::read)?;
        rows.map(|row| row?.row()).collect()
    }

    fn count_observations(&self, clearance: &Clearance, inspection: EntityReference) -> Result<u64, StorageError> {
        let mut conditions = Conditions::visible(clearance);
        conditions.add("o.kind = 'observation' AND o.quarantined = 0", []);
        conditions.among_entities(["o.inspection_device", "o.inspection"], &[inspection]);
        let sql = format!(
            "SELECT count(DISTINCT o.device || ' ' || o.entity || ' ' || o.level) FROM operations o WHERE {}",
            conditions.sql()
        );
        Ok(self.connection().query_row_cached(&sql, params_from_iter(conditions.values()), |row| row.get(0))?)
    }
}

struct Columns {
    envelope: Vec<u8>,
    texts: [String; 4],
    quarantined: bool,
    changed: [Option<String>; 2],
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            envelope: row.get(0)?,
            texts: [row.get(1)?, row.get(2)?, row.get(4)?, row.get(5)?],
            quarantined: row.get(3)?,
            changed: [row.get(6)?, row.get(7)?],
        })
    }

    fn row(self) -> Result<InspectionRow, StorageError> {
        let [received_at, organisation, device, device_label] = self.texts;
        let [amended_at, retracted_at] = self.changed.map(|at| at.as_deref().map(parse_time).transpose());
        Ok(InspectionRow {
            envelope: Envelope::from_json(&self.envelope).map_err(|_| StorageError::Content)?,
            received_at: parse_time(&received_at)?,
            organisation,
            quarantined: self.quarantined,
            device: parse(&device)?,
            device_label,
            amended_at: amended_at?,
            retracted_at: retracted_at?,
        })
    }
}
