//! Bytes under ChaCha20-Poly1305 (RFC 8439), with a key that HKDF-SHA256 (RFC 5869) makes of a secret for one purpose.

use data_encoding::HEXLOWER;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::{Zeroize, Zeroizing};

use super::file::Wrapped;
use super::{StoreKey, VaultError};

/// A key for one purpose.
pub(super) struct Sealing(LessSafeKey);

impl Sealing {
    /// Made of `secret`; `purpose` keeps it apart from every other key of the same secret.
    pub(super) fn of(salt: &[u8], secret: &[u8], purpose: &'static [u8]) -> Result<Self, VaultError> {
        let key = derived(salt, secret, purpose)?;
        let unbound = UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).map_err(|_| VaultError::Crypto)?;
        Ok(Self(LessSafeKey::new(unbound)))
    }

    /// Seals under a fresh nonce. `bound` is not hidden, and cannot be exchanged.
    pub(super) fn seal(&self, plain: &[u8], bound: &str) -> Result<Wrapped, VaultError> {
        let mut nonce = [0; 12];
        SystemRandom::new().fill(&mut nonce).map_err(|_| VaultError::Crypto)?;
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut sealed)
            .map_err(|_| VaultError::Crypto)?;
        Ok(Wrapped { nonce: HEXLOWER.encode(&nonce), ciphertext: HEXLOWER.encode(&sealed) })
    }

    /// What was sealed; `None` where the key, or what it is bound to, is another.
    pub(super) fn open(&self, wrapped: &Wrapped, bound: &str) -> Result<Option<Zeroizing<[u8; 32]>>, VaultError> {
        let nonce = Nonce::assume_unique_for_key(hex(&wrapped.nonce)?);
        let mut sealed = HEXLOWER.decode(wrapped.ciphertext.as_bytes()).map_err(|_| VaultError::Damaged)?;
        let Ok(opened) = self.0.open_in_place(nonce, Aad::from(bound), &mut sealed) else { return Ok(None) };
        let mut plain = Zeroizing::new([0; 32]);
        if opened.len() != plain.len() {
            return Err(VaultError::Damaged);
        }
        plain.copy_from_slice(opened);
        sealed.zeroize();
        Ok(Some(plain))
    }

    /// The same for what holds the store's key.
    pub(super) fn open_key(
        &self,
        wrapped: &Wrapped,
        bound: &str,
        store_salt: &str,
    ) -> Result<Option<StoreKey>, VaultError> {
        let salt = hex(store_salt)?;
        Ok(self.open(wrapped, bound)?.map(|key| StoreKey { key, salt }))
    }
}

/// 32 bytes for one purpose.
pub(super) fn derived(salt: &[u8], secret: &[u8], purpose: &'static [u8]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[purpose], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut()))
        .map_err(|_| VaultError::Crypto)?;
    Ok(key)
}

pub(super) fn hex<const N: usize>(text: &str) -> Result<[u8; N], VaultError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| VaultError::Damaged)?;
    bytes.try_into().map_err(|_| VaultError::Damaged)
}
