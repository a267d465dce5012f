//! What leaves after the lock: signed and sealed bytes, the address and the token. Nothing that opens anything: no key
//! of the store, no signing key, no text a person typed.
//!
//! It is kept in memory only, never on disk: the open part of a record tells enough. So it is bounded; what does not
//! fit leaves after the next unlock, from the store in which all of it stays anyway.

use baken_protocol::ids::ChainId;
use rusqlite::Connection;

use super::plan::LocalPhoto;
use super::sender::Sender;
use crate::batches::{self, acute_first};
use crate::device::{self, BackendAccess, EnrolledDevice};
use crate::failure::Failure;
use crate::recovery::Unsent;
use crate::store::StoreError;

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
    /// Bytes taken into memory at the lock. Batches come first, so only photos can be too many.
    pub(crate) const MAX_BYTES: usize = 96 * 1024 * 1024;

    /// Reads what has no receipt, but for what already has an answer that waits with `sender`; photos as far as there
    /// is room. `None` where nothing has to leave.
    pub(crate) fn load(connection: &Connection, sender: &Sender, room: usize) -> Result<Option<Self>, Failure> {
        let Some(device) = device::load(connection)? else { return Ok(None) };
        let chain = device::chain(connection)?.0;
        let mut pushes = Vec::new();
        let mut bytes = 0_usize;
        for seq in without_receipt(connection, chain)? {
            if !sender.has_receipt(chain, seq) {
                let (_, push) = batches::load_push(connection, chain, seq)?;
                bytes = bytes.saturating_add(push.len());
                pushes.push(PackedPush { chain, seq, bytes: push });
            }
        }
        let photos = photos(connection, sender, room.saturating_sub(bytes))?;
        let nothing = pushes.is_empty() && photos.is_empty();
        let EnrolledDevice { address, device, token, .. } = device;
        let backend = BackendAccess { address, device, token };
        Ok((!nothing).then_some(Self { backend, pushes, photos }))
    }

    pub(crate) fn into_unsent(self) -> Unsent {
        Unsent {
            pushes: self.pushes.into_iter().map(|push| (push.chain.to_string(), push.seq, push.bytes)).collect(),
            photos: self.photos.into_iter().map(|photo| (photo.photo.sha256.to_string(), photo.sealed)).collect(),
        }
    }
}

fn without_receipt(connection: &Connection, chain: ChainId) -> Result<Vec<u64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq FROM batches b WHERE chain = ?1
            AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.chain = b.chain AND r.seq = b.seq)
         ORDER BY seq",
    )?;
    let rows = statement.query_map([chain.to_string()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of acute records first.
fn photos(connection: &Connection, sender: &Sender, mut room: usize) -> Result<Vec<PackedPhoto>, Failure> {
    let mut waiting = connection.prepare_cached(concat!(
        "SELECT p.operation, p.sha256, length(p.sealed) FROM photos p JOIN operations o ON o.operation = p.operation
         WHERE p.uploaded_at IS NULL AND o.refused IS NULL ORDER BY ",
        acute_first!("o"),
        ", o.position, p.photo",
    ))?;
    let mut bytes = connection.prepare_cached("SELECT sealed FROM photos WHERE sha256 = ?1")?;
    let rows =
        waiting.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u64>(2)?)))?;
    let mut packed = Vec::new();
    for row in rows {
        let (operation, hash, size_bytes) = row?;
        let operation = operation.parse().map_err(|_| StoreError::Content)?;
        let sha256 = hash.parse().map_err(|_| StoreError::Content)?;
        let size = usize::try_from(size_bytes).unwrap_or(usize::MAX);
        if sender.has_photo_receipt(sha256) || size > room {
            continue;
        }
        room -= size;
        let sealed = bytes.query_row([hash], |row| row.get(0))?;
        packed.push(PackedPhoto { photo: LocalPhoto { operation, sha256, size_bytes }, sealed });
    }
    Ok(packed)
}
