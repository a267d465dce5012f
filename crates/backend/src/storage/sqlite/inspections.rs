//! The list of inspections: the latest record of each, with how many of its observations the asker may see.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{EntityReference, RecordId};
use baken_protocol::record::{OpenPart, Operation};
use baken_sqlite::Cached;
use rusqlite::{Connection, Row, params_from_iter};

use super::conditions::Conditions;
use super::{SqliteTransaction, parse, parse_time, time_text};
use crate::register::{ArrivalCursor, InspectionListItem, InspectionPage, InspectionRequest, Sight};
use crate::storage::{Inspections, StorageError};

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
    fn inspections(&self, sight: &Sight, request: &InspectionRequest) -> Result<InspectionPage, StorageError> {
        let mut conditions = Conditions::visible(sight);
        conditions.add("o.kind = 'inspection'", []);
        conditions.add(SHOWN, []);
        conditions.among_entities("o.device, o.entity", &request.entities);
        if let Some(ArrivalCursor { received_at, record: RecordId { device, operation } }) = &request.after {
            conditions.add(
                "(o.received_at, o.operation, o.device) < (?, ?, ?)",
                [time_text(*received_at).into(), operation.to_string().into(), device.to_string().into()],
            );
        }
        let sql = format!(
            "SELECT c.envelope, o.received_at, o.organisation, o.quarantined, d.device, d.label, {}, {}
             FROM operations o JOIN operation_contents c ON c.number = o.number
             JOIN devices d ON d.device = o.device WHERE {} ORDER BY o.received_at DESC, o.operation DESC, o.device DESC LIMIT {}",
            last("amend"),
            last("retract"),
            conditions.sql(),
            u64::from(request.limit) + 1
        );
        let tx = self.connection();
        let mut statement = tx.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(conditions.values()), ItemRow::read)?;
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let items = rows.into_iter().map(|row| row.item(tx, sight)).collect::<Result<Vec<_>, _>>()?;
        let cursor = |last: &InspectionListItem| {
            let (received_at, record) = (last.received_at, parse(&last.operation)?);
            Ok::<_, StorageError>(ArrivalCursor { received_at, record }.to_text())
        };
        let next_cursor = items.last().filter(|_| more).map(cursor).transpose()?;
        Ok(InspectionPage { items, next_cursor })
    }
}

struct ItemRow {
    envelope: Vec<u8>,
    received_at: String,
    organisation: String,
    quarantined: bool,
    device: String,
    label: String,
    changed: [Option<String>; 2],
}

impl ItemRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            envelope: row.get(0)?,
            received_at: row.get(1)?,
            organisation: row.get(2)?,
            quarantined: row.get(3)?,
            device: row.get(4)?,
            label: row.get(5)?,
            changed: [row.get(6)?, row.get(7)?],
        })
    }

    /// What is shown comes from the signed bytes, not from columns beside them.
    fn item(self, tx: &Connection, sight: &Sight) -> Result<InspectionListItem, StorageError> {
        let envelope = Envelope::from_json(&self.envelope).map_err(|_| StorageError::Content)?;
        let signed: Operation = envelope.peek().map_err(|_| StorageError::Content)?;
        let OpenPart::Inspection(open) = signed.open.clone() else { return Err(StorageError::Content) };
        let [amended_at, retracted_at] = self.changed.map(|at| at.as_deref().map(parse_time).transpose());
        Ok(InspectionListItem {
            inspection: signed.entity().to_string(),
            operation: signed.id().to_string(),
            device: parse(&self.device)?,
            device_label: self.label,
            organisation: self.organisation,
            started_at: signed.observed_at,
            received_at: parse_time(&self.received_at)?,
            place_kind: open.place_kind.to_string(),
            district: open.district.map(String::from),
            organisations: open.organisations.into_iter().map(String::from).collect(),
            ground: open.ground.to_string(),
            observation_count: count_observations(tx, sight, signed.entity())?,
            amended_at: amended_at?,
            retracted_at: retracted_at?,
            quarantined: self.quarantined,
        })
    }
}

/// As many as the inbox shows for this inspection: a number over all levels would tell that there is more.
fn count_observations(tx: &Connection, sight: &Sight, inspection: EntityReference) -> Result<u64, StorageError> {
    let mut conditions = Conditions::visible(sight);
    conditions.add("o.kind = 'observation' AND o.quarantined = 0", []);
    conditions.among_entities("o.inspection_device, o.inspection", &[inspection]);
    let sql = format!(
        "SELECT count(DISTINCT o.device || ' ' || o.entity || ' ' || o.level) FROM operations o WHERE {}",
        conditions.sql()
    );
    Ok(tx.query_row_cached(&sql, params_from_iter(conditions.values()), |row| row.get(0))?)
}
