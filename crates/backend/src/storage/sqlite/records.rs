//! One record with everything signed around it, and the rest of what coordinators ask.

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{DeviceId, EntityId, OperationId};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params_from_iter};
use uuid::Uuid;

use super::inbox::{Conditions, FOREMOST};
use super::{SqliteStorage, parse, parse_digest, parse_time};
use crate::register::{
    Alert, DeviceSummary, InvitationSummary, ObservationPage, ObservationSummary, PageRequest, Sight, StoredRecord,
    StoredSigner,
};
use crate::storage::{Register, StorageError};

impl Register for SqliteStorage {
    fn observations(&self, sight: &Sight, request: &PageRequest) -> Result<ObservationPage, StorageError> {
        self.page(sight, request)
    }

    fn observation(&self, sight: &Sight, entity: EntityId) -> Result<Option<ObservationSummary>, StorageError> {
        self.one_observation(sight, entity)
    }

    fn inspection_operation(&self, sight: &Sight, entity: EntityId) -> Result<Option<OperationId>, StorageError> {
        let mut conditions = Conditions::visible(sight);
        conditions.add("o.kind = 'inspection' AND o.entity = ?", [entity.to_string().into()]);
        let sql = format!("SELECT o.operation FROM operations o WHERE {} {FOREMOST}", conditions.sql());
        self.read(|tx| {
            let id: Option<String> =
                tx.query_row(&sql, params_from_iter(conditions.values()), |row| row.get(0)).optional()?;
            id.map(|id| parse(&id)).transpose()
        })
    }

    fn record(&self, sight: Option<&Sight>, operation: OperationId) -> Result<Option<StoredRecord>, StorageError> {
        self.read(|tx| load(tx, sight, operation))
    }

    fn attachment_owner(&self, sight: &Sight, sha256: Digest) -> Result<Option<OperationId>, StorageError> {
        let mut conditions = Conditions::visible(sight);
        conditions.add("a.sha256 = ?", [sha256.to_string().into()]);
        let sql = format!(
            "SELECT o.operation FROM attachments a JOIN operations o ON o.operation = a.operation WHERE {} LIMIT 1",
            conditions.sql()
        );
        self.read(|tx| {
            let id: Option<String> =
                tx.query_row(&sql, params_from_iter(conditions.values()), |row| row.get(0)).optional()?;
            id.map(|id| parse(&id)).transpose()
        })
    }

    fn devices(&self) -> Result<Vec<DeviceSummary>, StorageError> {
        self.device_list()
    }

    fn revoke(&self, device: DeviceId, by: &str, reason: &str, now: DateTime<Utc>) -> Result<bool, StorageError> {
        self.revoke_device(device, by, reason, now)
    }

    fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<InvitationSummary>, StorageError> {
        self.invitations_open_at(now)
    }

    fn withdraw_invitation(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StorageError> {
        self.withdraw(id, now)
    }

    fn alerts(&self) -> Result<Vec<Alert>, StorageError> {
        self.last_alerts()
    }
}

struct RecordRow {
    texts: [String; 6],
    revoked_at: Option<String>,
    blobs: [Vec<u8>; 6],
    quarantined: bool,
}

fn load(
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
                o.quarantined, b.chain
         FROM operations o
         JOIN batches b ON b.leaf_index = o.leaf_index
         JOIN devices d ON d.device = o.device
         WHERE {condition}"
    );
    let row = tx
        .query_row(&sql, params_from_iter(values), |row| {
            let record = RecordRow {
                texts: [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
                revoked_at: row.get(6)?,
                blobs: [row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?],
                quarantined: row.get(13)?,
            };
            Ok((record, row.get::<_, String>(14)?))
        })
        .optional()?;
    let Some((row, chain)) = row else { return Ok(None) };
    let key_directory: Vec<u8> =
        tx.query_row("SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1", [], |row| row.get(0))?;
    let chain_seqs = column(tx, "SELECT seq FROM batches WHERE chain = ?1 ORDER BY seq", &chain)?;
    let frozen = "SELECT EXISTS (SELECT 1 FROM chains WHERE chain = ?1 AND frozen_at IS NOT NULL)";
    let chain_frozen = tx.query_row(frozen, [&chain], |row| row.get(0))?;
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
            signer: StoredSigner {
                device: parse(&device)?,
                label,
                organisation,
                public_key: VerifyingKey::parse(&public_key).map_err(|_| StorageError::Content)?,
                enrolled_at: parse_time(&enrolled_at)?,
                revoked_at: self.revoked_at.as_deref().map(parse_time).transpose()?,
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
