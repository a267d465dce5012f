//! Chains, batches and operations, as they are kept.

use baken_protocol::chain::Head;
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, ChainReference, DeviceId, EntityId, RecordId};
use baken_sqlite::Cached;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteTransaction, parse_digest, time_text};
use crate::storage::{
    AlertCode, BatchRow, Batches, Fork, HeldBatch, OperationColumns, OperationRow, StorageError, listed_codes,
};

impl Batches for SqliteTransaction<'_> {
    fn chain_head(&self, ChainReference { device, chain }: ChainReference) -> Result<Option<Head>, StorageError> {
        let sql = "SELECT seq, hash FROM batches WHERE device = ?1 AND chain = ?2 ORDER BY seq DESC LIMIT 1";
        let names = [device.to_string(), chain.to_string()];
        let row = self.connection().query_row_cached(sql, names, |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
        row.optional()?.map(|(seq, hash)| Ok(Head { seq, hash: parse_digest(&hash)? })).transpose()
    }

    fn is_frozen(&self, chain: ChainReference) -> Result<bool, StorageError> {
        is_frozen(self.connection(), chain)
    }

    fn batch_at(
        &self,
        ChainReference { device, chain }: ChainReference,
        seq: u64,
    ) -> Result<Option<HeldBatch>, StorageError> {
        let sql = "SELECT hash, receipt_envelope, quarantined FROM batches
                   WHERE device = ?1 AND chain = ?2 AND seq = ?3";
        let row = self.connection().query_row_cached(sql, params![device.to_string(), chain.to_string(), seq], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
        });
        let held = row.optional()?;
        held.map(|(hash, receipt, quarantined)| Ok(HeldBatch { hash: parse_digest(&hash)?, receipt, quarantined }))
            .transpose()
    }

    fn next_leaf(&self) -> Result<u64, StorageError> {
        let sql = "SELECT coalesce(max(leaf_index) + 1, 0) FROM batches";
        Ok(self.connection().query_row_cached(sql, [], |row| row.get(0))?)
    }

    fn next_number(&self) -> Result<i64, StorageError> {
        let sql = "SELECT coalesce(max(number) + 1, 1) FROM operations";
        Ok(self.connection().query_row_cached(sql, [], |row| row.get(0))?)
    }

    fn newest_epoch(&self) -> Result<u64, StorageError> {
        let sql = "SELECT coalesce(max(epoch), 0) FROM key_directories";
        Ok(self.connection().query_row_cached(sql, [], |row| row.get(0))?)
    }

    fn operation_hash(&self, RecordId { device, operation }: RecordId) -> Result<Option<Digest>, StorageError> {
        let sql = "SELECT hash FROM operations WHERE device = ?1 AND operation = ?2";
        let names = [device.to_string(), operation.to_string()];
        let hash: Option<String> = self.connection().query_row_cached(sql, names, |row| row.get(0)).optional()?;
        hash.map(|hash| parse_digest(&hash)).transpose()
    }

    fn was_created_before(
        &self,
        RecordId { device, operation }: RecordId,
        entity: EntityId,
    ) -> Result<bool, StorageError> {
        let names = [device.to_string(), entity.to_string(), operation.to_string()];
        Ok(self.connection().query_row_cached(CREATED_BEFORE, names, |row| row.get(0))?)
    }

    fn know_chain(
        &self,
        ChainReference { device, chain }: ChainReference,
        continues: Option<ChainId>,
    ) -> Result<(), StorageError> {
        self.connection().execute_cached(
            "INSERT INTO chains (chain, device, continues) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![chain.to_string(), device.to_string(), continues.map(|chain| chain.to_string())],
        )?;
        Ok(())
    }

    fn add_batch(&self, batch: &BatchRow<'_>) -> Result<(), StorageError> {
        self.connection().execute_cached(
            "INSERT INTO batches (leaf_index, chain, seq, hash, device, envelope, receipt_envelope, made_at,
                                  received_at, quarantined)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                batch.leaf_index,
                batch.chain.chain.to_string(),
                batch.seq,
                batch.hash.to_string(),
                batch.chain.device.to_string(),
                batch.envelope,
                batch.receipt,
                time_text(batch.made_at),
                time_text(batch.received_at),
                batch.quarantined,
            ],
        )?;
        Ok(())
    }

    fn add_operation(&self, row: &OperationRow<'_>) -> Result<(), StorageError> {
        let (tx, columns) = (self.connection(), OperationColumns::of(row.operation));
        tx.execute_cached(
            "INSERT INTO operations (operation, hash, leaf_index, position, device, organisation, entity, kind,
                                     action, inspection, level, place_kind, district, urgency, observed_at,
                                     finalised_at, received_at, quarantined, inspection_device, number, standing)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
            params![
                row.operation.operation.to_string(),
                row.hash.to_string(),
                row.leaf_index,
                row.position,
                row.operation.device.to_string(),
                row.organisation.as_str(),
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
                time_text(row.received_at),
                row.quarantined,
                columns.inspection_device,
                row.number,
                row.standing,
            ],
        )?;
        tx.execute_cached(
            "INSERT INTO operation_contents (number, envelope, sealed) VALUES (?1, ?2, ?3)",
            params![row.number, row.envelope, row.sealed],
        )?;
        let sql = "INSERT INTO operation_codes (number, list, code) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let mut statement = tx.prepare_cached(sql)?;
        for (list, code) in listed_codes(&row.operation.open) {
            statement.execute(params![row.number, list, code.as_str()])?;
        }
        Ok(())
    }

    fn note_oddity(&self, RecordId { device, operation }: RecordId, code: AlertCode) -> Result<(), StorageError> {
        self.connection().execute_cached(
            "INSERT INTO oddities (device, operation, code) VALUES (?1, ?2, ?3)",
            [device.to_string(), operation.to_string(), code.to_string()],
        )?;
        Ok(())
    }

    fn freeze(&self, fork: &Fork<'_>) -> Result<(), StorageError> {
        let (device, chain) = (fork.chain.device.to_string(), fork.chain.chain.to_string());
        let at = time_text(fork.received_at);
        self.connection()
            .execute("UPDATE chains SET frozen_at = ?3 WHERE device = ?1 AND chain = ?2", [&device, &chain, &at])?;
        self.connection().execute(
            "INSERT INTO forked_batches (hash, device, chain, seq, push, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (hash) DO NOTHING",
            params![fork.hash.to_string(), device, chain, fork.seq, fork.push, at],
        )?;
        Ok(())
    }

    fn raise_alert(
        &self,
        code: AlertCode,
        device: DeviceId,
        at: DateTime<Utc>,
        detail: &str,
    ) -> Result<(), StorageError> {
        self.connection().execute(
            "INSERT INTO alerts (code, device, raised_at, detail) VALUES (?1, ?2, ?3, ?4)",
            [&code.to_string(), &device.to_string(), &time_text(at), detail],
        )?;
        Ok(())
    }

    fn was_told(&self, code: AlertCode, device: DeviceId) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM alerts WHERE code = ?1 AND device = ?2)";
        Ok(self.connection().query_row_cached(sql, [code.to_string(), device.to_string()], |row| row.get(0))?)
    }
}

/// Whether a device signed another first record under an id. Of `kind` nothing is asked: bound to a column that a
/// partial index is made by, a value lets SQLite prepare the statement anew for every record.
pub(super) const CREATED_BEFORE: &str = "
    SELECT EXISTS (SELECT 1 FROM operations
                   WHERE device = ?1 AND entity = ?2 AND action = 'create' AND operation <> ?3)";

pub(super) fn is_frozen(
    tx: &Connection,
    ChainReference { device, chain }: ChainReference,
) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM chains WHERE device = ?1 AND chain = ?2 AND frozen_at IS NOT NULL)";
    Ok(tx.query_row_cached(sql, [device.to_string(), chain.to_string()], |row| row.get(0))?)
}
