//! One record with everything signed around it.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, OperationId};
use baken_protocol::signature::VerifyingKey;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params_from_iter};

use super::enrolments::newest_directory;
use super::inbox::Conditions;
use super::ingest::is_frozen;
use super::{parse, parse_digest, parse_time};
use crate::register::{Sight, StoredDevice, StoredRecord};
use crate::storage::StorageError;

struct RecordRow {
    texts: [String; 6],
    revoked: (Option<String>, Option<String>),
    blobs: [Vec<u8>; 6],
    quarantined: bool,
}

pub(super) fn load(
    tx: &Transaction<'_>,
    sight: Option<&Sight>,
    operation: OperationId,
) -> Result<Option<StoredRecord>, StorageError> {
    let id: Value = operation.to_string().into();
    let (condition, values) = match sight {
        Some(sight) => {
            let mut conditions = Conditions::visible(sight);
            conditions.add("o.operation = ?", [id]);
            (conditions.sql(), conditions.values().to_vec())
        }
        None => ("o.operation = ?".to_owned(), vec![id]),
    };
    let sql = format!(
        "SELECT o.entity, d.device, d.label, d.organisation, d.enrolled_at, o.received_at, d.revoked_at,
                o.envelope, o.sealed, b.envelope, b.receipt_envelope, d.enrolment_envelope, d.public_key,
                o.quarantined, b.chain, d.revoked_reason
         FROM operations o
         JOIN batches b ON b.leaf_index = o.leaf_index
         JOIN devices d ON d.device = o.device
         WHERE {condition}"
    );
    let row = tx
        .query_row(&sql, params_from_iter(values), |row| {
            let record = RecordRow {
                texts: [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
                revoked: (row.get(6)?, row.get(15)?),
                blobs: [row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?],
                quarantined: row.get(13)?,
            };
            Ok((record, row.get::<_, String>(14)?))
        })
        .optional()?;
    let Some((row, chain)) = row else { return Ok(None) };
    let key_directory = newest_directory(tx)?;
    let chain_seqs = column(tx, "SELECT seq FROM batches WHERE chain = ?1 ORDER BY seq", &chain)?;
    let chain_frozen = is_frozen(tx, parse::<ChainId>(&chain)?)?;
    let sql = "SELECT sha256 FROM attachments WHERE operation = ?1 AND completed_at IS NOT NULL";
    let complete: Vec<String> = column(tx, sql, &operation.to_string())?;
    row.assemble(&key_directory, chain_seqs, chain_frozen, &complete).map(Some)
}

impl RecordRow {
    fn assemble(
        self,
        key_directory: &[u8],
        chain_seqs: Vec<u64>,
        chain_frozen: bool,
        complete: &[String],
    ) -> Result<StoredRecord, StorageError> {
        let [entity, device, label, organisation, enrolled_at, received_at] = self.texts;
        let [operation, sealed, batch, receipt, enrolment, public_key] = self.blobs;
        let envelope = |bytes: &[u8]| Envelope::from_json(bytes).map_err(|_| StorageError::Content);
        Ok(StoredRecord {
            entity: parse(&entity)?,
            operation: envelope(&operation)?,
            sealed,
            batch: envelope(&batch)?,
            receipt: envelope(&receipt)?,
            enrolment: envelope(&enrolment)?,
            key_directory: envelope(key_directory)?,
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
            complete_attachments: complete.iter().map(|text| parse_digest(text)).collect::<Result<_, _>>()?,
        })
    }
}

fn column<T: rusqlite::types::FromSql>(tx: &Transaction<'_>, sql: &str, key: &str) -> Result<Vec<T>, StorageError> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([key], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
