//! Wrapping the store's key under a passphrase, and what an Argon2id try costs.

use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::file::{Kdf, VERSION, VaultFile};
use super::sealed::Sealing;
use super::{StoreKey, VaultError};

/// The cost of one try: Argon2id memory, passes and lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    pub(super) memory_kib: u32,
    pub(super) iterations: u32,
}

const LANES: u32 = 1;
const PURPOSE: &[u8] = b"baken vault v1";
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
        let _ = stretched_by(&trial, "trial");
        let per_pass = started.elapsed().as_millis() / u128::from(Self::MINIMUM.iterations);
        let passes = u32::try_from(600 / per_pass.max(1)).unwrap_or(24);
        Self { iterations: passes.clamp(Self::MINIMUM.iterations, 24), ..Self::MINIMUM }
    }
}

impl Kdf {
    /// At this cost, with a fresh salt.
    pub(super) fn fresh(cost: KdfCost) -> Result<Self, VaultError> {
        let mut salt = [0; 16];
        SystemRandom::new().fill(&mut salt).map_err(|_| VaultError::Crypto)?;
        Ok(Self {
            algorithm: "argon2id".into(),
            memory_kib: cost.memory_kib,
            iterations: cost.iterations,
            lanes: LANES,
            salt: HEXLOWER.encode(&salt),
        })
    }

    /// As a wrapping is bound to it: nobody lowers the cost or swaps the salt unnoticed.
    pub(super) fn bound(&self) -> String {
        format!("{} {} {} {} {}", self.algorithm, self.memory_kib, self.iterations, self.lanes, self.salt)
    }
}

/// Wraps `key` under `secret`.
pub(super) fn wrap(key: &StoreKey, secret: &str, cost: KdfCost) -> Result<VaultFile, VaultError> {
    let kdf = Kdf::fresh(cost)?;
    let store_salt = HEXLOWER.encode(&key.salt);
    let wrapped = sealing(&stretched_by(&kdf, secret)?)?.seal(key.key.as_ref(), &bound(&kdf, &store_salt))?;
    Ok(VaultFile { version: VERSION, kdf, store_salt, wrapped: Some(wrapped), wiped: false })
}

/// Opens the wrapping; `None` where the secret is wrong.
pub(super) fn unwrap(file: &VaultFile, stretched: &Stretched) -> Result<Option<StoreKey>, VaultError> {
    let Some(wrapped) = &file.wrapped else { return Err(VaultError::Destroyed) };
    sealing(stretched)?.open_key(wrapped, &bound(&file.kdf, &file.store_salt), &file.store_salt)
}

/// What Argon2id makes of a secret; guessing back from it costs as much as guessing at the vault.
#[derive(PartialEq, Eq)]
pub(super) struct Stretched(Zeroizing<[u8; 32]>);

impl Stretched {
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }
}

/// Stretches a secret as a file says, if what it says is what this program would ever ask for.
pub(super) fn stretch(kdf: &Kdf, secret: &str) -> Result<Stretched, VaultError> {
    let within = kdf.memory_kib <= MAX_MEMORY_KIB && kdf.iterations <= MAX_ITERATIONS && kdf.lanes <= MAX_LANES;
    if within { stretched_by(kdf, secret) } else { Err(VaultError::CostTooHigh) }
}

fn sealing(stretched: &Stretched) -> Result<Sealing, VaultError> {
    Sealing::of(&[], stretched.bytes(), PURPOSE)
}

fn stretched_by(kdf: &Kdf, secret: &str) -> Result<Stretched, VaultError> {
    let params = Params::new(kdf.memory_kib, kdf.iterations, kdf.lanes, Some(32)).map_err(|_| VaultError::Damaged)?;
    let salt = HEXLOWER.decode(kdf.salt.as_bytes()).map_err(|_| VaultError::Damaged)?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.as_bytes(), &salt, out.as_mut())
        .map_err(|_| VaultError::Crypto)?;
    Ok(Stretched(out))
}

/// What the wrapping is bound to.
fn bound(kdf: &Kdf, store_salt: &str) -> String {
    format!("{VERSION} {} {store_salt}", kdf.bound())
}
