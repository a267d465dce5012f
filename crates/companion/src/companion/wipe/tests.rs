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
fn an_order_destroys_the_keys_and_where_nothing_is_left_the_store_too() {
    let (folder, companion) = begun();
    companion.store().unwrap().wipe_ordered.store(true, Ordering::Release);
    assert!(companion.carry_out_wipe().unwrap());
    let status = companion.status().unwrap();
    assert_eq!((status.phase, status.wiped), (Phase::Destroyed, true));
    assert!(matches!(companion.unlock(PASSPHRASE), Err(Failure::Vault(VaultError::Destroyed))));
    assert!(!folder.path().join("store.sqlite").exists());
    companion.erase_destroyed().unwrap();
    assert_eq!(companion.status().unwrap().phase, Phase::New, "a new invitation begins it anew");
}

#[test]
fn what_the_municipality_does_not_hold_yet_stays_for_its_recovery_identity() {
    let (folder, companion) = begun();
    let store = companion.store().unwrap();
    store
        .write(|tx| {
            tx.execute(
                "INSERT INTO drafts (draft, kind, started_at, saved_at, form)
                 VALUES ('00000000-0000-0000-0000-000000000001', 'observation', '2026-01-01T00:00:00.000Z',
                         '2026-01-01T00:00:00.000Z', '{}')",
                [],
            )?;
            Ok::<_, crate::store::StoreError>(())
        })
        .unwrap();
    store.wipe_ordered.store(true, Ordering::Release);
    assert!(companion.carry_out_wipe().unwrap());
    assert!(folder.path().join("store.sqlite").exists());
    assert_eq!(companion.status().unwrap().phase, Phase::Destroyed);
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
