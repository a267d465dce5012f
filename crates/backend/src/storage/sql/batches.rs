//! Chains, batches and operations, as they are kept.

use std::collections::{BTreeMap, BTreeSet};

use baken_protocol::chain::Head;
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, ChainReference, DeviceId, EntityId, OperationId};
use baken_protocol::log_continuation::LogPlace;

use super::{Engine, SqlTransaction, Table, Value, values};
use crate::storage::{
    BatchRow, Batches, Fork, HeldBatch, LogEntryKind, OperationColumns, OperationRow, StorageError, listed_codes,
};

impl Batches for SqlTransaction<'_> {
    fn chain_head(&self, ChainReference { device, chain }: ChainReference) -> Result<Option<Head>, StorageError> {
        let sql = "SELECT seq, hash FROM batches WHERE device = $1 AND chain = $2 ORDER BY seq DESC LIMIT 1";
        self.sql().first(sql, values![device, chain], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }))
    }

    fn is_frozen(&self, chain: ChainReference) -> Result<bool, StorageError> {
        is_frozen(self.sql(), chain)
    }

    fn frozen_chains(&self) -> Result<Vec<ChainReference>, StorageError> {
        let sql = "SELECT device, chain FROM chains WHERE frozen_at IS NOT NULL ORDER BY device, chain";
        self.sql().all(sql, &[], |row| Ok(ChainReference { device: row.get(0)?, chain: row.get(1)? }))
    }

    fn batch_at(
        &self,
        ChainReference { device, chain }: ChainReference,
        seq: u64,
    ) -> Result<Option<HeldBatch>, StorageError> {
        let sql = "SELECT hash, receipt_envelope, quarantined FROM batches
                   WHERE device = $1 AND chain = $2 AND seq = $3";
        self.sql().first(sql, values![device, chain, seq], |row| {
            Ok(HeldBatch { hash: row.get(0)?, receipt: row.get(1)?, quarantined: row.get(2)? })
        })
    }

    fn next_leaf(&self) -> Result<u64, StorageError> {
        // Of the batches too: a program of an earlier schema that still serves enters nothing. `verify` names those.
        let after = "SELECT coalesce(max(place) + 1, 0) FROM (
                         SELECT max(leaf_index) AS place FROM log_entries
                         UNION ALL SELECT max(leaf_index) FROM batches) AS places";
        self.sql().value(after, &[])
    }

    fn next_number(&self) -> Result<i64, StorageError> {
        self.sql().value("SELECT coalesce(max(number) + 1, 1) FROM operations", &[])
    }

    fn last_batch_place(&self) -> Result<Option<LogPlace>, StorageError> {
        let sql = "SELECT leaf_index, hash FROM batches ORDER BY leaf_index DESC LIMIT 1";
        self.sql().first(sql, &[], |row| Ok(LogPlace { leaf_index: row.get(0)?, batch_hash: row.get(1)? }))
    }

    fn operation_hashes(
        &self,
        device: DeviceId,
        operations: &[OperationId],
    ) -> Result<BTreeMap<OperationId, Digest>, StorageError> {
        let newest = "SELECT operation FROM operations WHERE device = $1 ORDER BY operation DESC LIMIT 1";
        let newest: Option<OperationId> = self.sql().first(newest, values![device], |row| row.get(0))?;
        // A device counts its ids up with time, so what is new is past all that is held and need not be looked for.
        let perhaps_held: Vec<_> = operations.iter().copied().filter(|id| Some(*id) <= newest).collect();
        let (sql, mut held) = (signed_as_sql(), BTreeMap::new());
        for values in lots(device, &perhaps_held) {
            held.extend(self.sql().all(&sql, &values, |row| Ok((row.get::<OperationId>(0)?, row.get::<Digest>(1)?)))?);
        }
        Ok(held)
    }

    fn entities_of(&self, device: DeviceId, entities: &[EntityId]) -> Result<BTreeMap<EntityId, bool>, StorageError> {
        let (sql, mut known) = (entities_sql(), BTreeMap::new());
        for values in lots(device, entities) {
            known.extend(self.sql().all(&sql, &values, |row| Ok((row.get::<EntityId>(0)?, row.get::<bool>(1)?)))?);
        }
        Ok(known)
    }

    fn know_chain(
        &self,
        ChainReference { device, chain }: ChainReference,
        continues: Option<ChainId>,
    ) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO chains (chain, device, continues) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values![chain, device, continues],
        )?;
        Ok(())
    }

    fn add_batch(&self, batch: &BatchRow<'_>) -> Result<(), StorageError> {
        self.sql().execute(
            "INSERT INTO log_entries (leaf_index, kind, hash, received_at) VALUES ($1, $2, $3, $4)",
            values![batch.leaf_index, LogEntryKind::Batch.code(), batch.hash, batch.received_at],
        )?;
        self.sql().execute(
            "INSERT INTO batches (leaf_index, chain, seq, hash, device, envelope, receipt_envelope, made_at,
                                  received_at, quarantined)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                batch.leaf_index,
                batch.chain.chain,
                batch.seq,
                batch.hash,
                batch.chain.device,
                batch.envelope,
                batch.receipt,
                batch.made_at,
                batch.received_at,
                batch.quarantined,
            ],
        )?;
        Ok(())
    }

    fn add_operations(&self, rows: &[OperationRow<'_>]) -> Result<(), StorageError> {
        let columns: Vec<_> = rows.iter().map(|row| OperationColumns::of(row.operation)).collect();
        let found: Vec<_> = rows.iter().zip(&columns).flat_map(|(row, columns)| found_by(row, columns)).collect();
        self.sql().insert(&OPERATIONS, &found)?;
        let mut contents = Vec::new();
        // A code that is listed twice is there once.
        let mut listed = BTreeSet::new();
        for row in rows {
            contents.extend([Value::from(row.number), row.envelope.into(), row.sealed.into()]);
            listed.extend(listed_codes(&row.operation.open).map(|(list, code)| (row.number, list, code.as_str())));
        }
        self.sql().insert(&CONTENTS, &contents)?;
        let codes: Vec<Value<'_>> =
            listed.into_iter().flat_map(|(number, list, code)| [number.into(), list.into(), code.into()]).collect();
        self.sql().insert(&CODES, &codes)
    }

    fn freeze(&self, fork: &Fork<'_>) -> Result<(), StorageError> {
        let (ChainReference { device, chain }, at) = (fork.chain, fork.received_at);
        let frozen = "UPDATE chains SET frozen_at = $1 WHERE device = $2 AND chain = $3";
        self.sql().execute(frozen, values![at, device, chain])?;
        self.sql().execute(
            "INSERT INTO forked_batches (hash, device, chain, seq, push, received_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
            values![fork.hash, device, chain, fork.seq, fork.push, at],
        )?;
        Ok(())
    }
}

const OPERATIONS: Table<'_> = Table {
    name: "operations",
    columns: &[
        "number",
        "device",
        "operation",
        "hash",
        "leaf_index",
        "position",
        "organisation",
        "entity",
        "kind",
        "action",
        "inspection_device",
        "inspection",
        "level",
        "place_kind",
        "district",
        "urgency",
        "observed_at",
        "finalised_at",
        "received_at",
        "quarantined",
        "standing",
    ],
};
const CONTENTS: Table<'_> = Table { name: "operation_contents", columns: &["number", "envelope", "sealed"] };
const CODES: Table<'_> = Table { name: "operation_codes", columns: &["number", "list", "code"] };

/// A row of [`OPERATIONS`].
fn found_by<'a>(row: &OperationRow<'a>, columns: &'a OperationColumns) -> [Value<'a>; 21] {
    let signed = row.operation;
    [
        row.number.into(),
        signed.device.into(),
        signed.operation.into(),
        row.hash.into(),
        row.leaf_index.into(),
        row.position.into(),
        row.organisation.into(),
        signed.entity.into(),
        Value::from(&columns.kind),
        Value::from(&columns.action),
        signed.inspection.map(|inspection| inspection.device).into(),
        signed.inspection.map(|inspection| inspection.entity).into(),
        Value::from(&columns.level),
        Value::from(&columns.place_kind),
        columns.district.as_deref().into(),
        columns.urgency.as_deref().into(),
        signed.observed_at.into(),
        signed.finalised_at.into(),
        row.received_at.into(),
        row.quarantined.into(),
        row.standing.into(),
    ]
}

/// How many ids one question names. It is always as many, so that one statement stays prepared.
const LOT: usize = 32;

/// Asked of a device and [`LOT`] ids. Of `kind` and `action` nothing is asked: bound to a column that a partial index is
/// made by, a value lets SQLite prepare the statement anew each time.
fn of_lot(columns: &str, id: &str) -> String {
    let marks: Vec<String> = (2..LOT + 2).map(|number| format!("${number}")).collect();
    format!("SELECT {columns} FROM operations WHERE device = $1 AND {id} IN ({})", marks.join(", "))
}

/// What a device signed under these ids.
pub(in crate::storage) fn signed_as_sql() -> String {
    of_lot("operation, hash", "operation")
}

/// What a device signed about these entities.
pub(in crate::storage) fn entities_sql() -> String {
    // One row for each, however often it was signed about.
    let created = "max(CASE WHEN action = 'create' THEN 1 ELSE 0 END) = 1";
    format!("{} GROUP BY entity", of_lot(&format!("entity, {created}"), "entity"))
}

/// The values of as many questions as it takes. The last id fills up what is left.
fn lots<'a, T: Copy + Into<Value<'a>>>(device: DeviceId, ids: &[T]) -> impl Iterator<Item = Vec<Value<'a>>> {
    ids.chunks(LOT).map(move |lot| {
        let filled = lot.iter().chain(std::iter::repeat_n(lot.last(), LOT - lot.len()).flatten());
        std::iter::once(device.into()).chain(filled.map(|id| (*id).into())).collect()
    })
}

pub(super) fn is_frozen(
    sql: &dyn Engine,
    ChainReference { device, chain }: ChainReference,
) -> Result<bool, StorageError> {
    let frozen = "SELECT EXISTS (SELECT 1 FROM chains WHERE device = $1 AND chain = $2 AND frozen_at IS NOT NULL)";
    sql.value(frozen, values![device, chain])
}
