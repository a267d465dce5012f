//! Wrapping the store's key, and what an Argon2id try costs.

use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::file::{Kdf, VERSION, VaultFile, Wrapped};
use super::{StoreKey, VaultError};

/// A secret only this device's hardware gives out.
pub enum PlatformSecret {
    /// There is no hardware keystore here.
    Absent,
    /// Mixed into the wrapping, so that a copied folder cannot be tried elsewhere.
    Present(Zeroizing<Vec<u8>>),
}

impl PlatformSecret {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Absent => &[],
            Self::Present(secret) => secret,
        }
    }
}

/// The cost of one try: Argon2id memory, passes and lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
}

const LANES: u32 = 1;
/// What a vault may ask for at most: a file that somebody changed must not take the device's memory or a whole day.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_ITERATIONS: u32 = 64;
const MAX_LANES: u32 = 16;

impl KdfCost {
    /// The least this project accepts in the field: 64 MiB, three passes.
    pub const MINIMUM: Self = Self { memory_kib: 64 * 1024, iterations: 3 };
    /// For tests of everything else, where each unlock should not cost half a second.
    pub const TEST: Self = Self { memory_kib: 64, iterations: 1 };

    /// At least `MINIMUM`, with as many passes as bring one try on this device to about 0.6 s.
    pub fn tuned() -> Self {
        let started = Instant::now();
        let trial = Kdf {
            algorithm: "argon2id".into(),
            memory_kib: Self::MINIMUM.memory_kib,
            iterations: Self::MINIMUM.iterations,
            lanes: LANES,
            salt: "00".repeat(16),
        };
        let _ = stretch(&trial, "trial");
        let per_pass = started.elapsed().as_millis() / u128::from(Self::MINIMUM.iterations);
        let passes = u32::try_from(600 / per_pass.max(1)).unwrap_or(24);
        Self { iterations: passes.clamp(Self::MINIMUM.iterations, 24), ..Self::MINIMUM }
    }
}

/// Wraps `key` under `secret`.
pub(super) fn wrap(
    key: &StoreKey,
    secret: &str,
    platform: &PlatformSecret,
    cost: KdfCost,
) -> Result<VaultFile, VaultError> {
    let random = SystemRandom::new();
    let (mut salt, mut nonce) = ([0; 16], [0; 12]);
    random.fill(&mut salt).map_err(|_| VaultError::Crypto)?;
    random.fill(&mut nonce).map_err(|_| VaultError::Crypto)?;
    let kdf = Kdf {
        algorithm: "argon2id".into(),
        memory_kib: cost.memory_kib,
        iterations: cost.iterations,
        lanes: LANES,
        salt: HEXLOWER.encode(&salt),
    };
    let store_salt = HEXLOWER.encode(&key.salt);
    let aead = wrapping_key(&stretch(&kdf, secret)?, platform)?;
    let mut sealed = key.key.to_vec();
    aead.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound(&kdf, &store_salt), &mut sealed)
        .map_err(|_| VaultError::Crypto)?;
    Ok(VaultFile {
        version: VERSION,
        kdf,
        store_salt,
        wrapped: Some(Wrapped { nonce: HEXLOWER.encode(&nonce), ciphertext: HEXLOWER.encode(&sealed) }),
    })
}

/// Opens the wrapping; `None` where the secret is wrong.
pub(super) fn unwrap(
    file: &VaultFile,
    stretched: &Stretched,
    platform: &PlatformSecret,
) -> Result<Option<StoreKey>, VaultError> {
    let Some(wrapped) = &file.wrapped else { return Err(VaultError::Destroyed) };
    let nonce = hex::<12>(&wrapped.nonce)?;
    let salt = hex::<16>(&file.store_salt)?;
    let mut sealed = HEXLOWER.decode(wrapped.ciphertext.as_bytes()).map_err(|_| VaultError::Damaged)?;
    let aead = wrapping_key(stretched, platform)?;
    let nonce = Nonce::assume_unique_for_key(nonce);
    let Ok(opened) = aead.open_in_place(nonce, bound(&file.kdf, &file.store_salt), &mut sealed) else {
        return Ok(None);
    };
    let mut key = Zeroizing::new([0; 32]);
    if opened.len() != key.len() {
        return Err(VaultError::Damaged);
    }
    key.copy_from_slice(opened);
    zeroize::Zeroize::zeroize(&mut sealed);
    Ok(Some(StoreKey { key, salt }))
}

/// What Argon2id makes of a secret; guessing back from it costs as much as guessing at the vault.
#[derive(PartialEq, Eq)]
pub(super) struct Stretched(Zeroizing<[u8; 32]>);

/// Stretches a secret as this vault says, if what it says is what this program would ever ask for.
pub(super) fn stretch_for(file: &VaultFile, secret: &str) -> Result<Stretched, VaultError> {
    let kdf = &file.kdf;
    let within = kdf.memory_kib <= MAX_MEMORY_KIB && kdf.iterations <= MAX_ITERATIONS && kdf.lanes <= MAX_LANES;
    if within { stretch(kdf, secret) } else { Err(VaultError::CostTooHigh) }
}

fn wrapping_key(stretched: &Stretched, platform: &PlatformSecret) -> Result<LessSafeKey, VaultError> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, platform.bytes());
    let mut key = Zeroizing::new([0; 32]);
    salt.extract(stretched.0.as_ref())
        .expand(&[b"baken vault v1"], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut()))
        .map_err(|_| VaultError::Crypto)?;
    let unbound = UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).map_err(|_| VaultError::Crypto)?;
    Ok(LessSafeKey::new(unbound))
}

fn stretch(kdf: &Kdf, secret: &str) -> Result<Stretched, VaultError> {
    let params = Params::new(kdf.memory_kib, kdf.iterations, kdf.lanes, Some(32)).map_err(|_| VaultError::Damaged)?;
    let salt = HEXLOWER.decode(kdf.salt.as_bytes()).map_err(|_| VaultError::Damaged)?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.as_bytes(), &salt, out.as_mut())
        .map_err(|_| VaultError::Crypto)?;
    Ok(Stretched(out))
}

/// What the wrapping is bound to: nobody lowers the cost or swaps the salt unnoticed.
fn bound(kdf: &Kdf, store_salt: &str) -> Aad<String> {
    Aad::from(format!(
        "{VERSION} {} {} {} {} {} {store_salt}",
        kdf.algorithm, kdf.memory_kib, kdf.iterations, kdf.lanes, kdf.salt
    ))
}

fn hex<const N: usize>(text: &str) -> Result<[u8; N], VaultError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| VaultError::Damaged)?;
    bytes.try_into().map_err(|_| VaultError::Damaged)
}
