//! `presence.json` on disk, and what opens what in it. Written as durably as the vault's own file.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::vault::file::{Kdf, Wrapped, replace_durably, sync_folder_of};
use crate::vault::sealed::{Sealing, derived};
use crate::vault::wrap::{KdfCost, stretch};
use crate::vault::{StoreKey, VaultError};

use super::salt_text;
use super::secret::PlatformSecret;

const VERSION: u32 = 1;
/// More than it ever takes.
const MAX_BYTES: u64 = 16 * 1024;
/// As many as the platform's envelope has at most.
const MAX_ENVELOPE: usize = 512;
const CHECK: &[u8] = b"baken presence check v1";
const KEPT: &[u8] = b"baken presence kept v1";
const PIN: &[u8] = b"baken presence pin v1";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PresenceFile {
    version: u32,
    /// What the hardware sealed, in hexadecimal.
    envelope: String,
    /// By what the platform's secret is known again. Nobody can work back from it: the secret is 32 random bytes.
    check: String,
    /// The platform's secret under the store's key, for an opening without the hardware.
    kept: Wrapped,
    /// None where no PIN was chosen.
    pub(super) pin: Option<PinWrapped>,
}

/// The store's key under the platform's secret and a PIN together.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PinWrapped {
    kdf: Kdf,
    wrapped: Wrapped,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl PresenceFile {
    /// What is kept of a secret, for the store's `key`.
    pub(super) fn around(
        key: &StoreKey,
        secret: &PlatformSecret,
        envelope: &[u8],
        pin: Option<&String>,
        cost: KdfCost,
    ) -> Result<Self, VaultError> {
        if envelope.is_empty() || envelope.len() > MAX_ENVELOPE {
            return Err(VaultError::PresenceLost);
        }
        let salt = salt_text(key);
        let envelope = HEXLOWER.encode(envelope);
        let kept = kept_by(key)?.seal(secret.bytes(), &bound("kept", &salt, &envelope))?;
        let pin = pin
            .map(|pin| {
                let kdf = Kdf::fresh(cost)?;
                let sealing = under_both(secret, &kdf, pin)?;
                let wrapped = sealing.seal(key.key.as_ref(), &bound_to_pin(&salt, &envelope, &kdf))?;
                Ok::<_, VaultError>(PinWrapped { kdf, wrapped })
            })
            .transpose()?;
        Ok(Self { version: VERSION, envelope, check: check(secret, &salt)?, kept, pin })
    }

    /// What was set up beside `vault`. One that a newer version made is none of ours: it is left alone.
    pub(super) fn read(vault: &Path) -> Result<Option<Self>, VaultError> {
        let mut bytes = Vec::new();
        match File::open(path(vault)) {
            Ok(file) => file.take(MAX_BYTES).read_to_end(&mut bytes)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Versioned { version } = serde_json::from_slice(&bytes).map_err(|_| VaultError::Damaged)?;
        if version > VERSION {
            return Ok(None);
        }
        let file: Self = serde_json::from_slice(&bytes).map_err(|_| VaultError::Damaged)?;
        if file.version == VERSION { Ok(Some(file)) } else { Err(VaultError::Damaged) }
    }

    pub(super) fn write(&self, vault: &Path) -> Result<(), VaultError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| VaultError::Damaged)?;
        Ok(replace_durably(&path(vault), &bytes)?)
    }

    /// Removes it, and what a write that was cut off left.
    pub(super) fn remove(vault: &Path) -> Result<(), VaultError> {
        for path in [path(vault), path(vault).with_extension("new")] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(sync_folder_of(vault)?)
    }

    pub(super) fn envelope(&self) -> Result<Vec<u8>, VaultError> {
        HEXLOWER.decode(self.envelope.as_bytes()).map_err(|_| VaultError::Damaged)
    }

    /// Whether `secret` is the one that was sealed, for this vault.
    pub(super) fn knows(&self, secret: &PlatformSecret, store_salt: &str) -> Result<bool, VaultError> {
        Ok(self.check == check(secret, store_salt)?)
    }

    /// The platform's secret, for whoever has the store's key; `None` where the file was changed or is another vault's.
    pub(super) fn secret(&self, key: &StoreKey) -> Result<Option<PlatformSecret>, VaultError> {
        let salt = salt_text(key);
        let Some(secret) = kept_by(key)?.open(&self.kept, &bound("kept", &salt, &self.envelope))? else {
            return Ok(None);
        };
        let secret = PlatformSecret::read(secret.as_ref())?;
        Ok(if self.knows(&secret, &salt)? { Some(secret) } else { None })
    }

    /// The store's key; `None` where the PIN is wrong.
    pub(super) fn open_with_pin(
        &self,
        pin: &PinWrapped,
        secret: &PlatformSecret,
        typed: &str,
        store_salt: &str,
    ) -> Result<Option<StoreKey>, VaultError> {
        let bound = bound_to_pin(store_salt, &self.envelope, &pin.kdf);
        under_both(secret, &pin.kdf, typed)?.open_key(&pin.wrapped, &bound, store_salt)
    }
}

fn path(vault: &Path) -> PathBuf {
    vault.with_file_name("presence.json")
}

fn check(secret: &PlatformSecret, store_salt: &str) -> Result<String, VaultError> {
    Ok(HEXLOWER.encode(derived(store_salt.as_bytes(), secret.bytes(), CHECK)?.as_ref()))
}

fn kept_by(key: &StoreKey) -> Result<Sealing, VaultError> {
    Sealing::of(salt_text(key).as_bytes(), key.key.as_ref(), KEPT)
}

/// The key under which a PIN wraps. It takes both: there is no way to make it of a PIN alone.
fn under_both(secret: &PlatformSecret, kdf: &Kdf, pin: &str) -> Result<Sealing, VaultError> {
    Sealing::of(secret.bytes(), stretch(kdf, pin)?.bytes(), PIN)
}

fn bound(what: &str, store_salt: &str, envelope: &str) -> String {
    format!("presence {VERSION} {what} {store_salt} {envelope}")
}

fn bound_to_pin(store_salt: &str, envelope: &str, kdf: &Kdf) -> String {
    format!("{} {}", bound("pin", store_salt, envelope), kdf.bound())
}
