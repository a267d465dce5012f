//! One record with everything signed around it.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainReference, OperationId, RecordId};
use baken_protocol::record::{Operation, RecordKind};

use super::batches::is_frozen;
use super::conditions::Conditions;
use super::{Columns, Engine, SqlTransaction, Value, values};
use crate::storage::{Clearance, Records, StorageError, StoredDevice, StoredRecord};

impl Records for SqlTransaction<'_> {
    fn record(&self, clearance: Option<&Clearance>, record: RecordId) -> Result<Option<StoredRecord>, StorageError> {
        let RecordId { device, operation } = record;
        let mut conditions = clearance.map_or_else(Conditions::none, Conditions::visible);
        conditions.add("o.device = ? AND o.operation = ?", [device.into(), operation.into()]);
        let sql = format!("{SELECT} WHERE {}", conditions.sql());
        let found = self.sql().first(&sql, conditions.values(), |row| Ok((alone(row)?, row.get(14)?)))?;
        let Some((found, chain)) = found else { return Ok(None) };
        let seqs = "SELECT seq FROM batches WHERE device = $1 AND chain = $2 ORDER BY seq";
        let receipts = "SELECT receipt_envelope FROM attachments
                        WHERE device = $1 AND operation = $2 AND receipt_envelope IS NOT NULL ORDER BY sha256";
        Ok(Some(StoredRecord {
            key_directories: directories(self.sql(), &found.operation)?,
            chain_seqs: self.sql().all(seqs, values![device, chain], |row| row.get(0))?,
            chain_frozen: is_frozen(self.sql(), ChainReference { device, chain })?,
            attachment_receipts: self.sql().all(receipts, values![device, operation], |row| row.get(0))?,
            ..found
        }))
    }

    fn sealed(&self, clearance: &Clearance, record: RecordId) -> Result<Option<(Envelope, Vec<u8>)>, StorageError> {
        let mut visible = Conditions::visible(clearance);
        visible.add("o.device = ? AND o.operation = ?", [record.device.into(), record.operation.into()]);
        let sql = format!(
            "SELECT c.envelope, c.sealed FROM operations o JOIN operation_contents c ON c.number = o.number WHERE {}",
            visible.sql()
        );
        self.sql().first(&sql, visible.values(), |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn records_ending(
        &self,
        clearance: &Clearance,
        end: &str,
        limit: u32,
    ) -> Result<Vec<(RecordId, RecordKind)>, StorageError> {
        let (sql, visible) = ending_sql(clearance, end, limit);
        self.sql().all(&sql, visible.values(), |row| {
            Ok((RecordId { device: row.get(0)?, operation: row.get(1)? }, row.parsed(2)?))
        })
    }

    fn records_named(&self, operation: OperationId) -> Result<Vec<RecordId>, StorageError> {
        let sql = "SELECT device FROM operations WHERE operation = $1 ORDER BY device";
        self.sql().all(sql, values![operation], |row| Ok(RecordId { device: row.get(0)?, operation }))
    }
}

/// What is asked for the records that end so. The last eight of an id's thirty-six characters, in both engines, as the index
/// `operations_by_number` has them.
pub(in crate::storage) fn ending_sql<'a>(
    clearance: &'a Clearance,
    end: &'a str,
    limit: u32,
) -> (String, Conditions<'a>) {
    let mut visible = Conditions::visible(clearance);
    visible.add("substr(CAST(o.operation AS TEXT), 29) = ?", [Value::Text(end)]);
    let sql = format!(
        "SELECT o.device, o.operation, o.kind FROM operations o WHERE {} ORDER BY o.number DESC LIMIT {limit}",
        visible.sql()
    );
    (sql, visible)
}

const SELECT: &str = "
    SELECT o.entity, d.device, d.label, d.organisation, d.enrolled_at, o.received_at, d.revoked_at,
           c.envelope, c.sealed, b.envelope, b.receipt_envelope, d.enrolment_envelope, d.public_key,
           o.quarantined, b.chain, d.revoked_reason, d.certificate_envelope,
           d.wipe_ordered_at, d.wipe_fetched_at
    FROM operations o
    JOIN operation_contents c ON c.number = o.number
    JOIN batches b ON b.leaf_index = o.leaf_index
    JOIN devices d ON d.device = o.device";

/// A row of [`SELECT`], without what stands in other tables.
fn alone(row: &dyn Columns) -> Result<StoredRecord, StorageError> {
    Ok(StoredRecord {
        entity: row.get(0)?,
        operation: row.get(7)?,
        sealed: row.get(8)?,
        batch: row.get(9)?,
        receipt: row.get(10)?,
        enrolment: row.get(11)?,
        certificate: row.get(16)?,
        signer: StoredDevice {
            device: row.get(1)?,
            label: row.get(2)?,
            organisation: row.get(3)?,
            public_key: row.get(12)?,
            enrolled_at: row.get(4)?,
            revoked_at: row.get(6)?,
            revoked_reason: row.get(15)?,
            wipe_ordered_at: row.get(17)?,
            wipe_fetched_at: row.get(18)?,
        },
        received_at: row.get(5)?,
        quarantined: row.get(13)?,
        key_directories: Vec::new(),
        chain_seqs: Vec::new(),
        chain_frozen: false,
        attachment_receipts: Vec::new(),
    })
}

/// The directory a record was sealed under, and the newest, which names every receipt key there has been; one where
/// they are the same.
fn directories(sql: &dyn Engine, operation: &Envelope) -> Result<Vec<Envelope>, StorageError> {
    let epoch = operation.peek::<Operation>().map_err(|_| StorageError::Content)?.sealed.epoch;
    let named = "SELECT envelope FROM key_directories
                 WHERE epoch = $1 OR epoch = (SELECT max(epoch) FROM key_directories) ORDER BY epoch";
    sql.all(named, values![epoch], |row| row.get(0))
}
