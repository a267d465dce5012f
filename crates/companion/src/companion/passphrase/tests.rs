#![allow(clippy::unwrap_used, reason = "tests")]
use std::path::Path;

use super::*;
use crate::companion::{Options, Phase};
use crate::environment::Environment;
use crate::vault::{VaultError, set_tries_for_tests};

const OLD: &str = "een lange wachtzin";
const NEW: &str = "zeven kiezels op de pier";

fn opened(folder: &Path) -> Companion {
    Companion::open(Options {
        folder: folder.to_owned(),
        kdf_cost: Some(KdfCost::TEST),
        environment: Environment::system(),
    })
    .unwrap()
}

/// A folder with a vault, open.
fn begun() -> (tempfile::TempDir, Companion) {
    let folder = tempfile::tempdir().unwrap();
    let companion = opened(folder.path());
    companion.create_vault(OLD).unwrap();
    (folder, companion)
}

fn wrong<T>(answer: &Result<T, Failure>) -> bool {
    matches!(answer, Err(Failure::Vault(VaultError::WrongSecret { .. })))
}

#[test]
fn the_new_passphrase_opens_the_same_store_and_the_old_one_no_more() {
    let (folder, companion) = begun();
    let key = *companion.store().unwrap().key().lock().unwrap().as_ref().unwrap().key;
    companion.change_passphrase(OLD, NEW).unwrap();
    companion.lock();
    drop(companion);
    let companion = opened(folder.path());
    assert!(wrong(&companion.unlock(OLD)));
    companion.unlock(NEW).unwrap();
    assert_eq!(*companion.store().unwrap().key().lock().unwrap().as_ref().unwrap().key, key);
}

#[test]
fn a_wrong_passphrase_changes_nothing_and_counts_as_one_at_the_lock() {
    let (_folder, companion) = begun();
    let before = companion.status().unwrap().attempts_left;
    assert!(wrong(&companion.change_passphrase("een andere wachtzin", NEW)));
    assert_eq!(companion.status().unwrap().attempts_left, before - 1);
    companion.lock();
    companion.unlock(OLD).unwrap();
}

#[test]
fn the_tenth_wrong_one_destroys_here_too() {
    let (folder, companion) = begun();
    set_tries_for_tests(&folder.path().join("vault.json"), 9);
    let answer = companion.change_passphrase("een andere wachtzin", NEW);
    assert!(matches!(answer, Err(Failure::Vault(VaultError::Destroyed))));
    assert_eq!(companion.status().unwrap().phase, Phase::Destroyed);
}

#[test]
fn a_new_one_that_will_not_do_costs_no_try() {
    let (_folder, companion) = begun();
    let before = companion.status().unwrap().attempts_left;
    for (new, why) in [("kort", "too short"), ("aaaaaaaaaaaaaaaa", "weak"), ("een\u{7}lange wachtzin", "unusable")] {
        let refused = companion.change_passphrase("een andere wachtzin", new);
        assert!(
            matches!(refused, Err(Failure::Vault(VaultError::TooShort | VaultError::Weak(_) | VaultError::Unusable))),
            "{why}"
        );
    }
    assert_eq!(companion.status().unwrap().attempts_left, before);
    companion.lock();
    companion.unlock(OLD).unwrap();
}

#[test]
fn who_has_not_opened_the_store_changes_nothing() {
    let (_folder, companion) = begun();
    companion.lock();
    assert!(matches!(companion.change_passphrase(OLD, NEW), Err(Failure::Locked)));
    companion.unlock(OLD).unwrap();
}

/// A store that was found damaged lies beside the new one, with a copy of the wrapping.
fn with_a_damaged_store() -> (tempfile::TempDir, Companion) {
    let (folder, companion) = begun();
    companion.lock();
    drop(companion);
    std::fs::write(folder.path().join("store.sqlite"), vec![0xaa; 8192]).unwrap();
    let companion = opened(folder.path());
    assert!(companion.unlock(OLD).is_err());
    companion.unlock(OLD).unwrap();
    (folder, companion)
}

fn wrapping_aside(folder: &Path) -> std::path::PathBuf {
    let mut names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    names.find(|entry| is_wrapping_aside(&entry.file_name())).unwrap().path()
}

#[test]
fn the_copy_beside_a_damaged_store_follows() {
    let (folder, companion) = with_a_damaged_store();
    let aside = wrapping_aside(folder.path());
    let old = std::fs::read(&aside).unwrap();
    companion.change_passphrase(OLD, NEW).unwrap();
    assert_ne!(std::fs::read(&aside).unwrap(), old);
    assert_eq!(std::fs::read(&aside).unwrap(), std::fs::read(folder.path().join("vault.json")).unwrap());
}

#[test]
fn whoever_was_cut_off_before_the_copies_followed_has_them_follow_at_the_next_opening() {
    let (folder, companion) = with_a_damaged_store();
    let aside = wrapping_aside(folder.path());
    let old = std::fs::read(&aside).unwrap();
    companion.change_passphrase(OLD, NEW).unwrap();
    std::fs::write(&aside, old).unwrap();
    companion.lock();
    companion.unlock(NEW).unwrap();
    assert_eq!(std::fs::read(&aside).unwrap(), std::fs::read(folder.path().join("vault.json")).unwrap());
}

#[test]
fn a_copy_around_another_key_is_left_as_it_is() {
    let (folder, companion) = with_a_damaged_store();
    let aside = wrapping_aside(folder.path());
    let elsewhere = begun();
    std::fs::copy(elsewhere.0.path().join("vault.json"), &aside).unwrap();
    let of_another = std::fs::read(&aside).unwrap();
    companion.change_passphrase(OLD, NEW).unwrap();
    assert_eq!(std::fs::read(&aside).unwrap(), of_another);
}

#[test]
#[cfg(unix)]
fn nothing_of_the_old_wrapping_stays_in_the_file_that_had_it() {
    let (folder, companion) = begun();
    let path = folder.path().join("vault.json");
    // The same file under a second name, as whoever looks at the disk itself would find it.
    let found = folder.path().join("found");
    std::fs::hard_link(&path, &found).unwrap();
    let old: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let wrapped = old["wrapped"]["ciphertext"].as_str().unwrap();
    companion.change_passphrase(OLD, NEW).unwrap();
    assert!(!std::fs::read_to_string(found).unwrap().contains(wrapped));
    companion.lock();
    companion.unlock(NEW).unwrap();
}
