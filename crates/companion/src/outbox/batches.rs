//! Batches: signed operations gathered into the next link of this installation's chain.
//!
//! A batch's exact bytes are on disk before the first send and are never rebuilt. What is signed while a
//! batch is on its way goes into the next one.

use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{BatchId, ChainId};
use baken_protocol::signature::Signature;
use baken_protocol::strict_json;
use baken_protocol::wire::{CompactEnvelope, Push};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::environment::APP_VERSION;
use crate::failure::Failure;
use crate::outbox::aside::{self, Aside, TakenApart};
use crate::outbox::entries::enter;
use crate::outbox::gathering::{Waiting, gather};
use crate::store::settings::Setting;
use crate::store::{Cached, Store, StoreError, time_text};
use crate::trust::device;
use crate::trust::key_directory;

/// Chains left within [`LEFT_WITHIN`] because the backend had another history of them.
const MAX_LEFT: usize = 4;
const LEFT_WITHIN: TimeDelta = TimeDelta::days(1);

/// A batch as it was signed.
#[derive(Debug, Clone)]
pub(crate) struct StoredBatch {
    pub(crate) hash: Digest,
    payload: Vec<u8>,
    signature: Signature,
}

impl StoredBatch {
    pub(crate) fn load(connection: &Connection, chain: ChainId, seq: u64) -> Result<Option<Self>, StoreError> {
        let row: Option<(String, Vec<u8>, Vec<u8>)> = connection
            .query_row_cached(
                "SELECT hash, payload, signature FROM batches WHERE chain = ?1 AND seq = ?2",
                params![chain.to_string(), seq],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let Some((hash, payload, signature)) = row else { return Ok(None) };
        Ok(Some(Self {
            hash: hash.parse().map_err(|_| StoreError::Content)?,
            payload,
            signature: Signature::parse(&signature).map_err(|_| StoreError::Content)?,
        }))
    }

    pub(crate) fn payload(&self) -> Result<Batch, StoreError> {
        strict_json::parse(&self.payload).map_err(|_| StoreError::Content)
    }

    pub(crate) fn envelope(&self, keyid: Digest) -> Envelope {
        self.compact().expand::<Batch>(keyid)
    }

    pub(super) fn compact(&self) -> CompactEnvelope {
        CompactEnvelope { payload: self.payload.clone(), signature: self.signature }
    }
}

impl From<Envelope> for StoredBatch {
    fn from(envelope: Envelope) -> Self {
        Self { hash: envelope.digest(), payload: envelope.payload, signature: envelope.signature }
    }
}

/// Where a batch stands in which chain.
pub(super) struct Link {
    pub(super) chain: ChainId,
    pub(super) seq: u64,
    pub(super) prev: Option<Digest>,
    pub(super) continues: Option<ChainId>,
}

impl Store {
    /// Signs batches of what waits until `ahead` of the current chain have no receipt. Answers how many were signed, and
    /// whether more waits.
    pub(crate) fn form_ahead(&self, ahead: usize) -> Result<(usize, bool), Failure> {
        let mut formed = 0;
        loop {
            let unreceipted: usize = self.read::<_, Failure>(|connection| {
                let chain = device::chain(connection)?.0;
                Ok(connection.query_row_cached(
                    "SELECT count(*) FROM batches b WHERE chain = ?1 AND NOT EXISTS
                            (SELECT 1 FROM standing_receipts r WHERE r.chain = b.chain AND r.seq = b.seq)",
                    [chain.to_string()],
                    |row| row.get(0),
                )?)
            })?;
            if unreceipted >= ahead {
                return Ok((formed, self.read(something_waits)?));
            }
            if self.form_batch()?.is_none() {
                return Ok((formed, false));
            }
            formed += 1;
        }
    }

    /// Signs the next batch of everything that waits, up to the limits; `None` when nothing waits.
    pub(crate) fn form_batch(&self) -> Result<Option<u64>, Failure> {
        self.write_to_send(|tx| form(tx, self))
    }

    /// Leaves the current chain, of which the backend has another history, for a fresh one that names it: after a
    /// fork, a frozen chain, or a restored copy. Everything sent on it is batched anew, also what has a receipt: a
    /// backend restored from a backup may have lost it since, and it recognises what it holds. One that calls chain
    /// after chain frozen is not followed further than a few a day: each costs the room of everything anew. Answers
    /// whether there is a fresh chain.
    pub(crate) fn open_new_chain(&self) -> Result<bool, Failure> {
        let fresh = self.environment.ids.uuid();
        let now = self.environment.clock.now();
        self.write_to_send(|tx| {
            let mut left: Vec<DateTime<Utc>> = Setting::ChainsLeft.read(tx)?.unwrap_or_default();
            left.retain(|time| *time > now - LEFT_WITHIN);
            if left.len() >= MAX_LEFT {
                return Ok(false);
            }
            // A clock that was set back must not keep what lies in its future for ever.
            left.push(now);
            Setting::ChainsLeft.write(tx, Some(&left.iter().map(|time| *time.min(&now)).collect::<Vec<_>>()))?;
            let chain = device::chain(tx)?.0;
            release(tx, chain)?;
            release_unreceipted(tx)?;
            start_chain(tx, fresh)?;
            forget_unsent(tx, chain)?;
            Ok(true)
        })
    }

    /// A batch as it travels, if it or one that follows it still carries a record: those of one that was taken apart,
    /// or whose chain was released, travel elsewhere by now.
    pub(crate) fn push_if_it_carries(
        &self,
        chain: ChainId,
        seq: u64,
    ) -> Result<Option<(StoredBatch, Vec<u8>)>, Failure> {
        self.read(|connection| {
            let carries: bool = connection.query_row_cached(
                "SELECT EXISTS (SELECT 1 FROM outbox_entries WHERE chain = ?1 AND seq >= ?2)",
                params![chain.to_string(), seq],
                |row| row.get(0),
            )?;
            if carries { load_push(connection, chain, seq).map(Some) } else { Ok(None) }
        })
    }

    /// Batches everything sent on `chain` anew, on the current one. Answers how many records these are.
    pub(crate) fn release_chain(&self, chain: ChainId) -> Result<usize, Failure> {
        self.write(|tx| Ok(release(tx, chain)?))
    }

    /// A whole batch was not taken. So that one bad record never blocks the rest, its operations go on in a fresh
    /// chain, one by one or (where it was only too large) fewer at a time; one that was alone already waits apart,
    /// if one more `may_wait`.
    pub(crate) fn take_apart(
        &self,
        chain: ChainId,
        seq: u64,
        why: Aside,
        may_wait: bool,
    ) -> Result<TakenApart, Failure> {
        let place = (chain.to_string(), seq);
        let fresh = self.environment.ids.uuid();
        self.write(|tx| {
            let done = aside::mark(tx, (&place.0, place.1), why, may_wait, self.environment.clock.now())?;
            if done == TakenApart::Untouched {
                return Ok(done);
            }
            // The batch may have a receipt, of a backend that was restored since and is stricter now: then it and
            // what followed are lost there. What came before the backend still has.
            tx.execute_cached(
                "UPDATE outbox_entries SET chain = NULL, seq = NULL WHERE chain = ?1 AND seq >= ?2",
                params![place.0, place.1],
            )?;
            release_unreceipted(tx)?;
            if device::chain(tx)?.0 == chain {
                start_chain(tx, fresh)?;
            }
            forget_unsent(tx, chain)?;
            Ok(done)
        })
    }
}

/// Signs the next batch of everything that waits, up to the limits; `None` when nothing waits.
pub(crate) fn form(tx: &Connection, store: &Store) -> Result<Option<u64>, Failure> {
    enter(tx)?;
    let taken = gather(tx, |_| true)?;
    if taken.is_empty() { Ok(None) } else { sign(tx, store, &taken).map(Some) }
}

/// A batch with all it lists, as it travels.
pub(crate) fn load_push(connection: &Connection, chain: ChainId, seq: u64) -> Result<(StoredBatch, Vec<u8>), Failure> {
    let batch = StoredBatch::load(connection, chain, seq)?.ok_or(StoreError::Content)?;
    let bytes = as_it_travels(connection, &batch)?;
    Ok((batch, bytes))
}

/// The bytes of a batch together with all it lists.
pub(super) fn as_it_travels(connection: &Connection, batch: &StoredBatch) -> Result<Vec<u8>, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT payload, signature, sealed FROM operations WHERE operation = ?1")?;
    let read = |reference: &OperationReference| -> Result<(CompactEnvelope, Vec<u8>), Failure> {
        let (payload, signature, sealed): (Vec<u8>, Vec<u8>, Vec<u8>) = statement
            .query_row([reference.operation.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let signature = Signature::parse(&signature).map_err(|_| StoreError::Content)?;
        Ok((CompactEnvelope { payload, signature }, sealed))
    };
    let operations: Result<Vec<_>, Failure> = batch.payload()?.operations.iter().map(read).collect();
    let push = Push { batch: batch.compact(), operations: operations? };
    Ok(push.encode().map_err(|_| StoreError::Content)?)
}

pub(super) fn start_chain(tx: &Connection, fresh: Uuid) -> Result<(), Failure> {
    tx.execute_cached("UPDATE device SET continues = chain, chain = ?1", [fresh.to_string()])?;
    Ok(())
}

fn release(tx: &Connection, chain: ChainId) -> Result<usize, StoreError> {
    Ok(tx.execute_cached("UPDATE outbox_entries SET chain = NULL, seq = NULL WHERE chain = ?1", [chain.to_string()])?)
}

pub(super) fn release_unreceipted(tx: &Connection) -> Result<(), StoreError> {
    tx.execute_cached(
        "UPDATE outbox_entries SET chain = NULL, seq = NULL
         WHERE seq IS NOT NULL AND NOT EXISTS
               (SELECT 1 FROM standing_receipts r
                WHERE r.chain = outbox_entries.chain AND r.seq = outbox_entries.seq)",
        [],
    )?;
    Ok(())
}

/// Deletes batches of a chain that was left which carry no record any more: with them a backend that refuses whatever it
/// is sent fills the disk. What has a receipt stays, and so does the first batch after the last of these, which the
/// backend may hold though its answer was lost. Where a chain has no receipt at all nothing stays. If the backend holds
/// its first batch after all, nothing is lost: the records travel again in another chain, and one that is held already
/// counts as received.
pub(super) fn forget_unsent(tx: &Connection, left: ChainId) -> Result<(), StoreError> {
    tx.execute_cached(
        "DELETE FROM batches WHERE chain = ?1
         AND seq > coalesce((SELECT max(r.seq) + 1 FROM receipts r WHERE r.chain = ?1), 0)
         AND NOT EXISTS (SELECT 1 FROM outbox_entries o WHERE o.chain = batches.chain AND o.seq = batches.seq)",
        [left.to_string()],
    )?;
    Ok(())
}

fn something_waits(connection: &Connection) -> Result<bool, Failure> {
    Ok(connection.query_row_cached(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE chain IS NULL AND seq IS NULL AND refused IS NULL)",
        [],
        |row| row.get(0),
    )?)
}

fn sign(tx: &Connection, store: &Store, taken: &[Waiting]) -> Result<u64, Failure> {
    let (chain, continues) = device::chain(tx)?;
    let last: Option<(u64, String)> = tx
        .query_row_cached(
            "SELECT seq, hash FROM batches WHERE chain = ?1 ORDER BY seq DESC LIMIT 1",
            [chain.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (seq, prev) = match last {
        None => (1, None),
        Some((seq, hash)) => (seq + 1, Some(hash.parse().map_err(|_| StoreError::Content)?)),
    };
    let link = Link { chain, seq, prev, continues: continues.filter(|_| seq == 1) };
    let (envelope, made_at) = signed(tx, store, taken, link)?;
    tx.execute_cached(
        "INSERT INTO batches (chain, seq, hash, payload, signature, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            chain.to_string(),
            seq,
            envelope.digest().to_string(),
            envelope.payload,
            envelope.signature.as_bytes(),
            time_text(made_at)
        ],
    )?;
    for waiting in taken {
        tx.execute_cached(
            "UPDATE outbox_entries SET chain = ?2, seq = ?3 WHERE position = ?1",
            params![waiting.position, chain.to_string(), seq],
        )?;
    }
    Ok(seq)
}

/// The batch that lists these, at that place, and when it was made.
pub(super) fn signed(
    connection: &Connection,
    store: &Store,
    taken: &[Waiting],
    Link { chain, seq, prev, continues }: Link,
) -> Result<(Envelope, DateTime<Utc>), Failure> {
    let device = device::load(connection)?.ok_or(Failure::NotEnrolled)?;
    let batch = Batch {
        tenant: device.tenant,
        device: device.device,
        chain,
        seq,
        prev,
        batch: BatchId(store.environment.ids.uuid()),
        made_at: store.environment.clock.now(),
        boot_id: store.environment.boot_id,
        monotonic_ms: store.environment.clock.monotonic_ms(),
        last_receipt: Setting::LastReceipt.read(connection)?,
        continues,
        key_epoch: key_directory::newest(connection, &store.known)?.payload.epoch,
        // Those that leave together are of one.
        schema: taken.first().map_or(SCHEMA, |waiting| waiting.schema),
        app_version: APP_VERSION.to_owned(),
        operations: taken
            .iter()
            .map(|waiting| OperationReference { operation: waiting.operation.operation, sha256: waiting.hash })
            .collect(),
        attachments: taken.iter().flat_map(|waiting| waiting.operation.attachments.clone()).collect(),
    };
    let key = device::signing_key(connection, &store.known)?;
    Ok((Envelope::sign(&batch, &key)?, batch.made_at))
}
