//! Making a verified push durable: place it, store it, sign its receipt, all in one transaction.

use baken_protocol::batch::Batch;
use baken_protocol::chain::{ChainStatus, Head, Place, place};
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainReference, DeviceId, RecordId};
use baken_protocol::keydir::Team;
use baken_protocol::limits;
use baken_protocol::record::{Action, AttachmentReference, Operation};
use baken_sqlite::Cached;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use super::columns::{OperationColumns, listed_codes};
use super::enrolments::{known_device, read_device};
use super::{SqliteStorage, parse_digest, time_text};
use crate::ingest::{VerifiedOperation, VerifiedPush};
use crate::register::AlertCode;
use crate::storage::{Ingest, Ingested, KnownDevice, ListedAttachment, ReceiptFacts, Signatures, StorageError};

impl Ingest for SqliteStorage {
    fn device(&self, device: DeviceId) -> Result<Option<KnownDevice>, StorageError> {
        self.read(|tx| {
            let sql = "SELECT device, public_key, revoked_at IS NOT NULL, enrolled_at FROM devices WHERE device = ?1";
            tx.query_row(sql, [device.to_string()], read_device).optional()?.map(known_device).transpose()
        })
    }

    fn chain_status(&self, chain: ChainReference) -> Result<ChainStatus, StorageError> {
        self.read(|tx| {
            let head = head(tx, chain)?;
            Ok(ChainStatus {
                next_seq: head.map_or(1, |head| head.seq + 1),
                head: head.map(|head| head.hash),
                frozen: is_frozen(tx, chain)?,
                missing_attachments: awaited_attachments(tx, chain.device)?,
            })
        })
    }

    fn ingest(
        &self,
        push: &VerifiedPush,
        push_bytes: &[u8],
        now: DateTime<Utc>,
        sign: &Signatures<'_>,
    ) -> Result<Ingested, StorageError> {
        let ingested = self.write(|tx| {
            let batch = &push.batch.payload;
            let chain = ChainReference { device: batch.device, chain: batch.chain };
            let at_place = accepted_at(tx, chain, batch.seq)?;
            let place = match &at_place {
                Some((hash, _, _)) if *hash == push.hash => Place::Replay,
                _ if is_frozen(tx, chain)? => return Ok(Ingested::Frozen),
                known => place(head(tx, chain)?, known.as_ref().map(|(hash, _, _)| *hash), batch, push.hash),
            };
            match (place, at_place) {
                (Place::Replay, Some((_, receipt, quarantined))) => Ok(Ingested::Replayed { receipt, quarantined }),
                (Place::Gap { expected_seq }, _) => Ok(Ingested::Gap { expected_seq }),
                (Place::Next, _) if !contradicts_an_operation(tx, push)? => accept(tx, push, now, sign),
                (Place::Next | Place::Fork | Place::Replay, _) => {
                    freeze(tx, push, push_bytes, now)?;
                    Ok(Ingested::Forked)
                }
            }
        })?;
        // A kill here loses the answer, not the batch: the retry gets the identical receipt.
        fail::fail_point!("ingest-after-commit", |_| Err(StorageError::Busy));
        Ok(ingested)
    }
}

fn head(tx: &Transaction<'_>, ChainReference { device, chain }: ChainReference) -> Result<Option<Head>, StorageError> {
    let sql = "SELECT seq, hash FROM batches WHERE device = ?1 AND chain = ?2 ORDER BY seq DESC LIMIT 1";
    let row: Option<(u64, String)> =
        tx.query_row(sql, [device.to_string(), chain.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    row.map(|(seq, hash)| Ok(Head { seq, hash: parse_digest(&hash)? })).transpose()
}

pub(super) fn is_frozen(
    tx: &Transaction<'_>,
    ChainReference { device, chain }: ChainReference,
) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM chains WHERE device = ?1 AND chain = ?2 AND frozen_at IS NOT NULL)";
    Ok(tx.query_row(sql, [device.to_string(), chain.to_string()], |row| row.get(0))?)
}

/// Attachments that operations of this device name and that are not held whole.
fn awaited_attachments(tx: &Transaction<'_>, device: DeviceId) -> Result<Vec<Digest>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT sha256 FROM attachments WHERE device = ?1 AND completed_at IS NULL ORDER BY sha256 LIMIT ?2",
    )?;
    let limit = i64::try_from(limits::CHAIN_MISSING_ATTACHMENTS).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![device.to_string(), limit], |row| row.get::<_, String>(0))?;
    rows.map(|hash| parse_digest(&hash?)).collect()
}

type Accepted = (Digest, Vec<u8>, bool);

fn accepted_at(
    tx: &Transaction<'_>,
    ChainReference { device, chain }: ChainReference,
    seq: u64,
) -> Result<Option<Accepted>, StorageError> {
    let sql = "SELECT hash, receipt_envelope, quarantined FROM batches
               WHERE device = ?1 AND chain = ?2 AND seq = ?3";
    let row: Option<(String, Vec<u8>, bool)> = tx
        .query_row(sql, params![device.to_string(), chain.to_string(), seq], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    row.map(|(hash, receipt, quarantined)| Ok((parse_digest(&hash)?, receipt, quarantined))).transpose()
}

/// Whether an id this device gave already stands for other bytes: then it has two histories, even if the chain looks
/// whole. Another device may use the same id for something of its own.
fn contradicts_an_operation(tx: &Transaction<'_>, push: &VerifiedPush) -> Result<bool, StorageError> {
    let mut statement = tx.prepare_cached("SELECT hash FROM operations WHERE device = ?1 AND operation = ?2")?;
    for operation in &push.operations {
        let RecordId { device, operation: id } = operation.signed.payload.id();
        let known: Option<String> =
            statement.query_row([device.to_string(), id.to_string()], |row| row.get(0)).optional()?;
        if known.is_some_and(|hash| hash != operation.hash.to_string()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn accept(
    tx: &Transaction<'_>,
    push: &VerifiedPush,
    now: DateTime<Utc>,
    sign: &Signatures<'_>,
) -> Result<Ingested, StorageError> {
    let batch = &push.batch.payload;
    let quarantined: bool = tx.query_row(
        "SELECT revoked_at IS NOT NULL FROM devices WHERE device = ?1",
        [batch.device.to_string()],
        |row| row.get(0),
    )?;
    let leaf_index: u64 = tx.query_row("SELECT coalesce(max(leaf_index) + 1, 0) FROM batches", [], |row| row.get(0))?;
    let missing_attachments = missing_attachments(tx, batch)?;
    let receipt = (sign.batch)(ReceiptFacts { leaf_index, missing_attachments, quarantined })
        .and_then(|envelope| envelope.to_json())
        .map_err(|_| StorageError::Content)?;
    know_chain(tx, batch)?;
    tx.execute(
        "INSERT INTO batches (leaf_index, chain, seq, hash, device, envelope, receipt_envelope, made_at,
                              received_at, quarantined)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            leaf_index,
            batch.chain.to_string(),
            batch.seq,
            push.hash.to_string(),
            batch.device.to_string(),
            push.batch.envelope.to_json().map_err(|_| StorageError::Content)?,
            receipt,
            time_text(batch.made_at),
            time_text(now),
            quarantined,
        ],
    )?;
    let organisation: String =
        tx.query_row("SELECT organisation FROM devices WHERE device = ?1", [batch.device.to_string()], |row| {
            row.get(0)
        })?;
    let newest_epoch: u64 =
        tx.query_row("SELECT coalesce(max(epoch), 0) FROM key_directories", [], |row| row.get(0))?;
    let organisation = &organisation;
    for (position, operation) in push.operations.iter().enumerate() {
        let is_for_later = batch.key_epoch > newest_epoch || operation.signed.payload.sealed.epoch > newest_epoch;
        let row = OperationRow { leaf_index, position, organisation, is_for_later, now, quarantined, sign };
        row.insert(tx, operation)?;
    }
    if quarantined {
        alert(tx, AlertCode::Quarantined, batch, now, "a batch arrived from a revoked device")?;
    }
    fail::fail_point!("ingest-before-commit", |_| Err(StorageError::Full));
    Ok(Ingested::Accepted { receipt, quarantined })
}

fn know_chain(tx: &Transaction<'_>, batch: &Batch) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO chains (chain, device, continues) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![batch.chain.to_string(), batch.device.to_string(), batch.continues.map(|chain| chain.to_string())],
    )?;
    Ok(())
}

fn missing_attachments(tx: &Transaction<'_>, batch: &Batch) -> Result<Vec<Digest>, StorageError> {
    let mut missing = Vec::new();
    for attachment in &batch.attachments {
        if !has_brought(tx, batch.device, attachment)? {
            missing.push(attachment.sha256);
        }
    }
    Ok(missing)
}

/// Whether this device brought a file of this hash and this very size before.
fn has_brought(tx: &Transaction<'_>, device: DeviceId, attachment: &AttachmentReference) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM attachments WHERE device = ?1 AND sha256 = ?2 AND size_bytes = ?3
                              AND completed_at IS NOT NULL)";
    let values = params![device.to_string(), attachment.sha256.to_string(), attachment.size_bytes];
    Ok(tx.query_row_cached(sql, values, |row| row.get(0))?)
}

struct OperationRow<'a> {
    leaf_index: u64,
    position: usize,
    organisation: &'a str,
    /// Whether it, or the batch that brings it, goes by a newer key directory than there is here: perhaps the register was
    /// restored without the newest one.
    is_for_later: bool,
    now: DateTime<Utc>,
    quarantined: bool,
    sign: &'a Signatures<'a>,
}

impl OperationRow<'_> {
    /// Stores an operation; one that is held already (sent before on a chain since abandoned) is a success.
    fn insert(&self, tx: &Transaction<'_>, verified: &VerifiedOperation) -> Result<(), StorageError> {
        let operation = &verified.signed.payload;
        let columns = OperationColumns::of(operation);
        let inserted = tx
            .prepare_cached(
                "INSERT INTO operations (operation, hash, leaf_index, position, device, organisation, entity, kind,
                                         action, inspection, level, place_kind, district, urgency, observed_at,
                                         finalised_at, received_at, quarantined, inspection_device)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
                 ON CONFLICT (device, operation) DO NOTHING",
            )?
            .execute(params![
                operation.operation.to_string(),
                verified.hash.to_string(),
                self.leaf_index,
                self.position,
                operation.device.to_string(),
                self.organisation,
                columns.entity,
                columns.kind,
                columns.action,
                columns.inspection,
                columns.level,
                columns.place_kind,
                columns.district,
                columns.urgency,
                columns.observed_at,
                columns.finalised_at,
                time_text(self.now),
                self.quarantined,
                columns.inspection_device,
            ])?;
        if inserted == 0 {
            return Ok(());
        }
        let number = tx.last_insert_rowid();
        let envelope = verified.signed.envelope.to_json().map_err(|_| StorageError::Content)?;
        let sql = "INSERT INTO operation_contents (number, envelope, sealed) VALUES (?1, ?2, ?3)";
        tx.prepare_cached(sql)?.execute(params![number, envelope, verified.sealed])?;
        let sql = "INSERT INTO operation_codes (number, list, code) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let mut statement = tx.prepare_cached(sql)?;
        for (list, code) in listed_codes(&operation.open) {
            statement.execute(params![number, list, code.as_str()])?;
        }
        self.oddities(tx, operation, &columns)?;
        self.attachments(tx, operation)
    }

    fn attachments(&self, tx: &Transaction<'_>, operation: &Operation) -> Result<(), StorageError> {
        let (device, id) = (operation.device.to_string(), operation.operation.to_string());
        for attachment in &operation.attachments {
            let held = has_brought(tx, operation.device, attachment)?;
            let listed = ListedAttachment {
                record: operation.id(),
                sha256: attachment.sha256,
                size_bytes: attachment.size_bytes,
                receipt: None,
                others_brought_it: false,
            };
            // For this record the file arrives now, however long another's has been here.
            let receipt = held.then(|| (self.sign.attachment)(&listed, self.now).and_then(|signed| signed.to_json()));
            tx.prepare_cached(
                "INSERT INTO attachments (device, operation, sha256, size_bytes, class, completed_at, receipt_envelope)
                 VALUES (?1, ?2, ?3, ?4, 'photo', ?5, ?6)",
            )?
            .execute(params![
                device,
                id,
                attachment.sha256.to_string(),
                attachment.size_bytes,
                held.then(|| time_text(self.now)),
                receipt.transpose().map_err(|_| StorageError::Content)?,
            ])?;
        }
        Ok(())
    }
}

/// Whether a device signed another first record under an id. Of `kind` nothing is asked: bound to a column that a
/// partial index is made by, a value lets SQLite prepare the statement anew for every record.
pub(super) const CREATED_BEFORE: &str = "
    SELECT EXISTS (SELECT 1 FROM operations
                   WHERE device = ?1 AND entity = ?2 AND action = 'create' AND operation <> ?3)";

/// What a record is kept with and coordinators are told of. Nothing of it is refused: what it says may be true, and a
/// device that is refused says it nowhere.
impl OperationRow<'_> {
    fn oddities(
        &self,
        tx: &Transaction<'_>,
        operation: &Operation,
        columns: &OperationColumns,
    ) -> Result<(), StorageError> {
        if operation.action == Action::Create {
            let (device, id) = (operation.device.to_string(), operation.operation.to_string());
            let again = tx.query_row_cached(CREATED_BEFORE, [&device, &columns.entity, &id], |row| row.get(0))?;
            tell_of(tx, operation, AlertCode::CreatedAgain, again)?;
        }
        let is_of_others = |team: &Team| match team {
            Team::Organisation(code) => code.as_str() != self.organisation,
            Team::Coordinators | Team::Care | Team::Recovery => false,
        };
        tell_of(tx, operation, AlertCode::SealedToOthers, operation.sealed.recipients.iter().any(is_of_others))?;
        tell_of(tx, operation, AlertCode::SealedForLater, self.is_for_later)
    }
}

fn tell_of(tx: &Transaction<'_>, operation: &Operation, code: AlertCode, it_is: bool) -> Result<(), StorageError> {
    if it_is {
        let sql = "INSERT INTO oddities (device, operation, code) VALUES (?1, ?2, ?3)";
        tx.prepare_cached(sql)?.execute(params![
            operation.device.to_string(),
            operation.operation.to_string(),
            code.to_string(),
        ])?;
    }
    Ok(())
}

/// Keeps a contradicting batch whole, stops the chain, and tells the coordinators.
fn freeze(tx: &Transaction<'_>, push: &VerifiedPush, bytes: &[u8], now: DateTime<Utc>) -> Result<(), StorageError> {
    let batch = &push.batch.payload;
    let at = time_text(now);
    know_chain(tx, batch)?;
    tx.execute(
        "UPDATE chains SET frozen_at = ?3 WHERE device = ?1 AND chain = ?2",
        params![batch.device.to_string(), batch.chain.to_string(), at],
    )?;
    tx.execute(
        "INSERT INTO forked_batches (hash, device, chain, seq, push, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (hash) DO NOTHING",
        params![push.hash.to_string(), batch.device.to_string(), batch.chain.to_string(), batch.seq, bytes, at],
    )?;
    let detail = format!("chain {} has two batches at place {}", batch.chain, batch.seq);
    alert(tx, AlertCode::ChainForked, batch, now, &detail)
}

fn alert(
    tx: &Transaction<'_>,
    code: AlertCode,
    batch: &Batch,
    now: DateTime<Utc>,
    detail: &str,
) -> Result<(), StorageError> {
    // One alert for a revoked device is enough: fifty of them must not push a fork out of sight.
    tx.execute(
        "INSERT INTO alerts (code, device, raised_at, detail) SELECT ?1, ?2, ?3, ?4
         WHERE ?1 <> 'quarantined' OR NOT EXISTS (SELECT 1 FROM alerts WHERE code = ?1 AND device = ?2)",
        params![code.to_string(), batch.device.to_string(), time_text(now), detail],
    )?;
    Ok(())
}
