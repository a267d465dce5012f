#![allow(clippy::unwrap_used, reason = "tests")]
use std::path::Path;
use std::sync::atomic::Ordering;

use super::*;
use crate::companion::{Options, Phase};
use crate::environment::Environment;
use crate::store::settings::Setting;
use crate::vault::{KdfCost, VaultError};

const PASSPHRASE: &str = "een lange wachtzin";

fn opened(folder: &Path) -> Companion {
    let options =
        Options { folder: folder.to_owned(), kdf_cost: Some(KdfCost::TEST), environment: Environment::system() };
    Companion::open(options).unwrap()
}

fn begun() -> (tempfile::TempDir, Companion) {
    let folder = tempfile::tempdir().unwrap();
    let companion = opened(folder.path());
    companion.create_vault(PASSPHRASE).unwrap();
    (folder, companion)
}

#[test]
fn nothing_is_destroyed_that_nobody_ordered() {
    let (_folder, companion) = begun();
    assert!(!companion.carry_out_wipe().unwrap());
    companion.lock();
    assert!(!companion.carry_out_wipe().unwrap());
    companion.unlock(PASSPHRASE).unwrap();
}

#[test]
fn an_order_destroys_the_keys_and_leaves_the_store_to_the_recovery_identity() {
    let (folder, companion) = begun();
    companion.store().unwrap().wipe_ordered.store(true, Ordering::Release);
    assert!(companion.carry_out_wipe().unwrap());
    let status = companion.status().unwrap();
    assert_eq!((status.phase, status.wiped), (Phase::Destroyed, true));
    assert!(matches!(companion.unlock(PASSPHRASE), Err(Failure::Vault(VaultError::Destroyed))));
    assert!(folder.path().join("store.sqlite").exists(), "receipts are no proof of what the municipality holds now");
    companion.erase_destroyed().unwrap();
    assert_eq!(companion.status().unwrap().phase, Phase::New, "a new invitation begins it anew");
}

/// The program ended between hearing of the order and carrying it out.
#[test]
fn an_order_that_was_written_down_is_carried_out_before_anything_is_shown() {
    let (folder, companion) = begun();
    companion.store().unwrap().write(|tx| Setting::WipeOrdered.write(tx, Some(&true))).unwrap();
    companion.lock();
    drop(companion);
    let companion = opened(folder.path());
    assert!(matches!(companion.unlock(PASSPHRASE), Err(Failure::Vault(VaultError::Destroyed))));
    let status = companion.status().unwrap();
    assert_eq!((status.phase, status.wiped), (Phase::Destroyed, true));
}
