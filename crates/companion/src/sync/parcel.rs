//! What leaves after the lock: signed and sealed bytes, the address and the token. Nothing that opens anything: no key
//! of the store, no signing key, no text a person typed.
//!
//! It is kept in memory only, never on disk: the open part of a record tells enough. So it is bounded; what does not
//! fit leaves after the next unlock, from the store in which all of it stays anyway.

use baken_protocol::ids::ChainId;
use rusqlite::Connection;

use super::state::photos_ahead;
use crate::failure::Failure;
use crate::outbox::batches;
use crate::store::StoreError;
use crate::store::road::LocalPhoto;
use crate::store::road::Road;
use crate::trust::device::{self, BackendAccess, EnrolledDevice};

/// Everything that is signed and sealed and has no receipt.
pub(crate) struct Parcel {
    pub(super) backend: BackendAccess,
    pub(super) pushes: Vec<PackedPush>,
    pub(super) photos: Vec<PackedPhoto>,
}

/// A batch as it travels.
pub(super) struct PackedPush {
    pub(super) chain: ChainId,
    pub(super) seq: u64,
    pub(super) bytes: Vec<u8>,
}

/// A sealed photo.
pub(super) struct PackedPhoto {
    pub(super) photo: LocalPhoto,
    pub(super) sealed: Vec<u8>,
}

impl Parcel {
    /// Bytes taken into memory at the lock: batches first.
    pub(crate) const MAX_BYTES: usize = 96 * 1024 * 1024;

    /// Reads what has no receipt, but for what already has an answer that waits on `road`, as far as there is room.
    /// A chain has no gaps: batches end with the first one that does not fit. `None` where nothing has to leave.
    pub(crate) fn load(connection: &Connection, road: &Road, mut room: usize) -> Result<Option<Self>, Failure> {
        let Some(device) = device::load(connection)? else { return Ok(None) };
        let chain = device::chain(connection)?.0;
        let mut pushes = Vec::new();
        for seq in without_receipt(connection, chain)? {
            if road.has_receipt(chain, seq) {
                continue;
            }
            let (_, bytes) = batches::load_push(connection, chain, seq)?;
            let Some(left) = room.checked_sub(bytes.len()) else { break };
            room = left;
            pushes.push(PackedPush { chain, seq, bytes });
        }
        let photos = photos(connection, road, room)?;
        let nothing = pushes.is_empty() && photos.is_empty();
        let EnrolledDevice { address, device, token, .. } = device;
        let backend = BackendAccess { address, device, token };
        Ok((!nothing).then_some(Self { backend, pushes, photos }))
    }
}

fn without_receipt(connection: &Connection, chain: ChainId) -> Result<Vec<u64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq FROM batches b WHERE chain = ?1
            AND NOT EXISTS (SELECT 1 FROM standing_receipts r WHERE r.chain = b.chain AND r.seq = b.seq)
         ORDER BY seq",
    )?;
    let rows = statement.query_map([chain.to_string()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of acute records first.
fn photos(connection: &Connection, road: &Road, mut room: usize) -> Result<Vec<PackedPhoto>, Failure> {
    let mut bytes = connection.prepare_cached("SELECT sealed FROM photos WHERE sha256 = ?1")?;
    let mut packed = Vec::new();
    for photo in photos_ahead(connection)? {
        let size = usize::try_from(photo.size_bytes).unwrap_or(usize::MAX);
        if road.has_photo_receipt(photo.sha256) || size > room {
            continue;
        }
        room -= size;
        let sealed = bytes.query_row([photo.sha256.to_string()], |row| row.get(0))?;
        packed.push(PackedPhoto { photo, sealed });
    }
    Ok(packed)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::store::scratch;
    use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
    use baken_protocol::digest::Digest;
    use baken_protocol::ids::{BatchId, DeviceId, OperationId};
    use rusqlite::params;
    use uuid::Uuid;

    const SEALED_BYTES: usize = 10_000;

    pub(in crate::sync) fn enrol(tx: &Connection) -> ChainId {
        tx.execute(
            "INSERT INTO enrolment (id, device, tenant, organisation, label, address, root_fingerprint, token,
                                    enrolled_at)
             VALUES (1, ?1, 'GM0453', 'gemeente', 'Toestel', 'http://127.0.0.1:1', ?2, 'token', '2026-01-01')",
            params![Uuid::nil().to_string(), "A".repeat(16)],
        )
        .unwrap();
        device::chain(tx).unwrap().0
    }

    /// A batch with one record and, where asked for, one photo of that record.
    pub(in crate::sync) fn add_batch(tx: &Connection, chain: ChainId, seq: u64, photo_bytes: Option<usize>) {
        let operation = OperationId(Uuid::from_u128(u128::from(seq)));
        let batch = Batch {
            tenant: "GM0453".parse().unwrap(),
            device: DeviceId(Uuid::nil()),
            chain,
            seq,
            prev: None,
            batch: BatchId(Uuid::from_u128(u128::from(seq))),
            made_at: chrono::DateTime::UNIX_EPOCH,
            boot_id: Uuid::nil(),
            monotonic_ms: 0,
            last_receipt: None,
            continues: None,
            key_epoch: 1,
            schema: SCHEMA,
            app_version: "1.0.0".into(),
            operations: vec![OperationReference { operation, sha256: Digest::of(b"") }],
            attachments: vec![],
        };
        let hash = Digest::of(&seq.to_be_bytes()).to_string();
        tx.execute(
            "INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
             VALUES (?1, ?2, ?3, ?4, zeroblob(64), '2026-01-01')",
            params![chain.to_string(), seq, hash, serde_json::to_vec(&batch).unwrap()],
        )
        .unwrap();
        tx.execute(
            "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload,
                                     form, sealed)
             VALUES (?1, ?1, 'observation', ?2, '2026-01-01', 0, ?3 + 2, zeroblob(64), x'7b7d', '{}', zeroblob(?3))",
            params![operation.to_string(), hash, SEALED_BYTES],
        )
        .unwrap();
        tx.execute(
            "INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq)
             VALUES (last_insert_rowid(), 'observation', 0, ?1, ?2, ?3)",
            params![SEALED_BYTES + 2, chain.to_string(), seq],
        )
        .unwrap();
        if let Some(bytes) = photo_bytes {
            tx.execute(
                "INSERT INTO photos (photo, operation, taken_at, width, height, jpeg, sealed, sha256)
                 VALUES (?1, ?1, '2026-01-01', 1, 1, x'00', zeroblob(?2), ?3)",
                params![operation.to_string(), bytes, hash],
            )
            .unwrap();
        }
    }

    #[test]
    fn no_more_is_taken_along_than_there_is_room_for_and_batches_without_a_gap() {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        store
            .write::<_, StoreError>(|tx| {
                let chain = enrol(tx);
                for seq in 1..=5 {
                    add_batch(tx, chain, seq, (seq < 3).then_some(1000));
                }
                Ok(())
            })
            .unwrap();
        let packed = |room: usize| {
            let parcel = store.read(|connection| Parcel::load(connection, &store.road, room)).unwrap();
            parcel.map_or((vec![], 0), |parcel| {
                (parcel.pushes.iter().map(|push| push.seq).collect::<Vec<_>>(), parcel.photos.len())
            })
        };
        assert_eq!(packed(usize::MAX), (vec![1, 2, 3, 4, 5], 2));
        assert_eq!(packed(4 * SEALED_BYTES), (vec![1, 2, 3], 2), "the fourth is a little more than its sealed part");
        assert_eq!(packed(2 * SEALED_BYTES), (vec![1], 2));
        assert_eq!(packed(1500), (vec![], 1));
        assert_eq!(packed(0), (vec![], 0));
    }
}
