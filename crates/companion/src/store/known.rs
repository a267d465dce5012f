//! What every *Vastleggen* needs and rarely changes, kept verified in memory while the store is unlocked: the key
//! directory, the vocabulary, this installation's signing key. Each is used again only for the very bytes it was
//! verified from; checking the directory's signature anew for every record cost more than sealing it.

use std::sync::{Arc, Mutex, PoisonError};

use baken_protocol::dsse::Verified;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::SigningKey;
use baken_protocol::vocabulary::Vocabulary;
use zeroize::Zeroize;

/// One value with the bytes it came from.
pub(crate) struct Remembered<T>(Mutex<Option<(Vec<u8>, Arc<T>)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Remembered<T> {
    /// The value of `bytes`: as remembered, or read by `read` and remembered from now on.
    pub(crate) fn of<E>(&self, bytes: Vec<u8>, read: impl FnOnce(&[u8]) -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, value)) = slot.as_ref()
            && *known == bytes
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(read(&bytes)?);
        *slot = Some((bytes, Arc::clone(&value)));
        Ok(value)
    }

    fn forget(&self) {
        if let Some((mut bytes, _)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bytes.zeroize();
        }
    }
}

/// Everything that is remembered.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) directory: Remembered<Verified<KeyDirectory>>,
    pub(crate) vocabulary: Remembered<Vocabulary>,
    pub(crate) signing_key: Remembered<SigningKey>,
}

impl Known {
    /// Forgets everything: the store is locked.
    pub(crate) fn forget(&self) {
        self.directory.forget();
        self.vocabulary.forget();
        self.signing_key.forget();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn reads_again_only_when_the_bytes_have_changed() {
        let remembered = Remembered::default();
        let mut reads = 0;
        for bytes in [b"a", b"a", b"b", b"a"] {
            let value = remembered.of(bytes.to_vec(), |bytes| {
                reads += 1;
                Ok::<_, ()>(bytes.to_vec())
            });
            assert_eq!(*value.unwrap(), bytes);
        }
        assert_eq!(reads, 3);
        assert!(remembered.of(b"c".to_vec(), |_| Err(())).is_err());
        assert_eq!(*remembered.of(b"a".to_vec(), |_| Err(())).unwrap(), b"a", "a failure forgets nothing");
    }
}
