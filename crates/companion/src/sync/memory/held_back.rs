//! Photos that the network at hand is too dear for. Each plan counts them anew; nothing of them failed.

use crate::store::allowed::Photos;
use crate::store::road::LocalPhoto;

/// What waits for another network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sync) struct HeldBack {
    /// How many photos.
    pub(in crate::sync) photos: u64,
    /// Their bytes.
    pub(in crate::sync) bytes: u64,
}

impl HeldBack {
    /// What of `ahead` may not leave.
    pub(in crate::sync) fn of(ahead: &[LocalPhoto], photos: Photos) -> Self {
        ahead
            .iter()
            .filter(|photo| !photos.may_leave(photo))
            .fold(Self::default(), |held, photo| Self { photos: held.photos + 1, bytes: held.bytes + photo.size_bytes })
    }

    /// Whether there is none.
    pub(in crate::sync) const fn is_none(self) -> bool {
        self.photos == 0
    }
}
