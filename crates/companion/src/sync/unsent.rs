//! What a folder that was brought back still has to send: exact bytes, for whoever sends or keeps them by hand.

use baken_protocol::carried::{Part, PartName};
use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainReference, RecordId};

use super::parcel::{PackedPhoto, PackedPush, Parcel};
use crate::failure::Failure;
use crate::store::Store;
use crate::store::road::LocalPhoto;

/// Exact bytes that were signed and sealed and have no receipt.
pub struct Unsent {
    /// Batches, in order.
    pub pushes: Vec<UnsentPush>,
    /// Sealed photos.
    pub photos: Vec<UnsentPhoto>,
}

/// A batch as it travels.
pub struct UnsentPush {
    /// Its chain.
    pub chain: ChainReference,
    /// Its place in it.
    pub seq: u64,
    /// The body of the request.
    pub bytes: Vec<u8>,
}

/// A sealed photo.
pub struct UnsentPhoto {
    /// The record that lists it.
    pub record: RecordId,
    /// The hash by which it is sent.
    pub sha256: Digest,
    /// Its bytes.
    pub sealed: Vec<u8>,
}

impl Store {
    /// Forms the last batches, and reads what has no receipt. What waited apart waits no longer: nobody unlocks this
    /// device any more, so no later day and no other network would come.
    pub fn unsent(&self) -> Result<Unsent, Failure> {
        self.release_all_aside()?;
        while self.form_batch()?.is_some() {}
        let parcel = self.read(|connection| Parcel::load(connection, &self.road, usize::MAX))?;
        Ok(parcel.map_or(Unsent { pushes: Vec::new(), photos: Vec::new() }, Parcel::into_unsent))
    }
}

impl Parcel {
    /// As parts of a file that is carried.
    pub(super) fn into_parts(self) -> Vec<Part> {
        let Unsent { pushes, photos } = self.into_unsent();
        let push = |UnsentPush { chain, seq, bytes }| Part { name: PartName::Push(chain, seq), bytes };
        let photo =
            |UnsentPhoto { record, sha256, sealed }| Part { name: PartName::Attachment(record, sha256), bytes: sealed };
        pushes.into_iter().map(push).chain(photos.into_iter().map(photo)).collect()
    }

    fn into_unsent(self) -> Unsent {
        let device = self.backend.device;
        let push =
            |PackedPush { chain, seq, bytes }| UnsentPush { chain: ChainReference { device, chain }, seq, bytes };
        let photo = |PackedPhoto { photo: LocalPhoto { operation, sha256, .. }, sealed }| {
            let record = RecordId { device, operation };
            UnsentPhoto { record, sha256, sealed }
        };
        let pushes = self.pushes.into_iter().map(push).collect();
        Unsent { pushes, photos: self.photos.into_iter().map(photo).collect() }
    }
}
