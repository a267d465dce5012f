//! One record with everything signed around it.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainReference, OperationId, RecordId};
use baken_protocol::record::Operation;
use baken_protocol::signature::VerifyingKey;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::batches::is_frozen;
use super::conditions::Conditions;
use super::{SqliteTransaction, parse, parse_time};
use crate::storage::{Clearance, Records, StorageError, StoredDevice, StoredRecord};

impl Records for SqliteTransaction<'_> {
    fn record(&self, clearance: Option<&Clearance>, record: RecordId) -> Result<Option<StoredRecord>, StorageError> {
        load(self.connection(), clearance, record)
    }

    fn records_named(&self, operation: OperationId) -> Result<Vec<RecordId>, StorageError> {
        let sql = "SELECT device FROM operations WHERE operation = ?1 ORDER BY device";
        let mut statement = self.connection().prepare(sql)?;
        let rows = statement.query_map([operation.to_string()], |row| row.get::<_, String>(0))?;
        rows.map(|device| Ok(RecordId { device: parse(&device?)?, operation })).collect()
    }
}

struct RecordRow {
    texts: [String; 6],
    revoked: (Option<String>, Option<String>),
    blobs: [Vec<u8>; 7],
    quarantined: bool,
}

fn load(
    tx: &Connection,
    clearance: Option<&Clearance>,
    record: RecordId,
) -> Result<Option<StoredRecord>, StorageError> {
    const THIS: &str = "o.device = ? AND o.operation = ?";
    let id: [Value; 2] = [record.device.to_string().into(), record.operation.to_string().into()];
    let mut conditions = clearance.map_or_else(Conditions::none, Conditions::visible);
    conditions.add(THIS, id);
    let sql = format!(
        "SELECT o.entity, d.device, d.label, d.organisation, d.enrolled_at, o.received_at, d.revoked_at,
                c.envelope, c.sealed, b.envelope, b.receipt_envelope, d.enrolment_envelope, d.public_key,
                o.quarantined, b.chain, d.revoked_reason, d.certificate_envelope
         FROM operations o
         JOIN operation_contents c ON c.number = o.number
         JOIN batches b ON b.leaf_index = o.leaf_index
         JOIN devices d ON d.device = o.device
         WHERE {}",
        conditions.sql()
    );
    let row = tx
        .query_row(&sql, params_from_iter(conditions.values()), |row| {
            let found = RecordRow {
                texts: [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
                revoked: (row.get(6)?, row.get(15)?),
                blobs: [row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?, row.get(16)?],
                quarantined: row.get(13)?,
            };
            Ok((found, row.get::<_, String>(14)?))
        })
        .optional()?;
    let Some((row, chain)) = row else { return Ok(None) };
    let key_directories = directories(tx, row.operation())?;
    let device = record.device.to_string();
    let sql = "SELECT seq FROM batches WHERE device = ?1 AND chain = ?2 ORDER BY seq";
    let chain_seqs = column(tx, sql, &device, &chain)?;
    let chain_frozen = is_frozen(tx, ChainReference { device: record.device, chain: parse(&chain)? })?;
    let sql = "SELECT receipt_envelope FROM attachments
               WHERE device = ?1 AND operation = ?2 AND receipt_envelope IS NOT NULL ORDER BY sha256";
    let receipts: Vec<Vec<u8>> = column(tx, sql, &device, &record.operation.to_string())?;
    row.assemble(&key_directories, chain_seqs, chain_frozen, &receipts).map(Some)
}

impl RecordRow {
    fn operation(&self) -> &[u8] {
        let [operation, ..] = &self.blobs;
        operation
    }

    fn assemble(
        self,
        key_directories: &[Vec<u8>],
        chain_seqs: Vec<u64>,
        chain_frozen: bool,
        attachment_receipts: &[Vec<u8>],
    ) -> Result<StoredRecord, StorageError> {
        let [entity, device, label, organisation, enrolled_at, received_at] = self.texts;
        let [operation, sealed, batch, receipt, enrolment, public_key, certificate] = self.blobs;
        let envelope = |bytes: &[u8]| Envelope::from_json(bytes).map_err(|_| StorageError::Content);
        Ok(StoredRecord {
            entity: parse(&entity)?,
            operation: envelope(&operation)?,
            sealed,
            batch: envelope(&batch)?,
            receipt: envelope(&receipt)?,
            enrolment: envelope(&enrolment)?,
            certificate: envelope(&certificate)?,
            key_directories: key_directories.iter().map(|bytes| envelope(bytes)).collect::<Result<_, _>>()?,
            signer: StoredDevice {
                device: parse(&device)?,
                label,
                organisation,
                public_key: VerifyingKey::parse(&public_key).map_err(|_| StorageError::Content)?,
                enrolled_at: parse_time(&enrolled_at)?,
                revoked_at: self.revoked.0.as_deref().map(parse_time).transpose()?,
                revoked_reason: self.revoked.1,
            },
            received_at: parse_time(&received_at)?,
            quarantined: self.quarantined,
            chain_seqs,
            chain_frozen,
            attachment_receipts: attachment_receipts.iter().map(|bytes| envelope(bytes)).collect::<Result<_, _>>()?,
        })
    }
}

/// The directory a record was sealed under, and the newest, which names every receipt key there has been; one where
/// they are the same.
fn directories(tx: &Connection, operation: &[u8]) -> Result<Vec<Vec<u8>>, StorageError> {
    let envelope = Envelope::from_json(operation).map_err(|_| StorageError::Content)?;
    let epoch = envelope.peek::<Operation>().map_err(|_| StorageError::Content)?.sealed.epoch;
    let mut statement = tx.prepare_cached(
        "SELECT envelope FROM key_directories
         WHERE epoch = ?1 OR epoch = (SELECT max(epoch) FROM key_directories) ORDER BY epoch",
    )?;
    let rows = statement.query_map([epoch], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn column<T: rusqlite::types::FromSql>(
    tx: &Connection,
    sql: &str,
    device: &str,
    own: &str,
) -> Result<Vec<T>, StorageError> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([device, own], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
