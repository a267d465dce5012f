#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use super::*;
use crate::companion::{Options, Phase};
use crate::environment::Environment;
use crate::vault::presence::OpenedBy;
use crate::vault::{PresenceState, VaultError, set_tries_for_tests};

const PASSPHRASE: &str = "een lange wachtzin";
const PIN: &str = "271828";

fn opened(folder: &Path) -> Companion {
    let options =
        Options { folder: folder.to_owned(), kdf_cost: Some(KdfCost::TEST), environment: Environment::system() };
    Companion::open(options).unwrap()
}

/// A device that is open, where a finger was set up.
fn set_up(folder: &Path, pin: Option<&str>) -> (Companion, PlatformSecret) {
    let (companion, secret) = (opened(folder), PlatformSecret::fresh().unwrap());
    companion.create_vault(PASSPHRASE).unwrap();
    let wished = companion.check_wish(PASSPHRASE, pin).unwrap();
    companion.set_up_presence(wished, &secret, &[1, 9], pin).unwrap();
    (companion, secret)
}

fn by_finger(companion: &Companion, secret: &PlatformSecret, pin: Option<&str>) -> Result<(), Failure> {
    let question = companion.presence_question()?.ok_or(VaultError::PresenceOff)?;
    companion.unlock_by_presence(&question, secret, pin)
}

fn state(companion: &Companion) -> PresenceState {
    companion.status().unwrap().presence
}

#[test]
fn a_finger_opens_the_store_that_was_left_a_moment_ago() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, secret) = set_up(folder.path(), None);
    companion.lock();
    assert_eq!(state(&companion), PresenceState::Finger);
    by_finger(&companion, &secret, None).unwrap();
    assert_eq!(companion.status().unwrap().phase, Phase::Unenrolled);
    companion.lock();
    companion.demand_typing();
    assert_eq!(state(&companion), PresenceState::PassphraseFirst);
    assert!(by_finger(&companion, &secret, None).is_err());
    companion.unlock(PASSPHRASE).unwrap();
    companion.lock();
    assert_eq!(state(&companion), PresenceState::Finger, "the passphrase begins another short absence");
}

#[test]
fn a_finger_and_the_pin_open_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, secret) = set_up(folder.path(), Some(PIN));
    drop(companion);
    let companion = opened(folder.path());
    assert_eq!(state(&companion), PresenceState::FingerAndPin);
    by_finger(&companion, &secret, Some(PIN)).unwrap();
    companion.lock();
    assert_eq!(state(&companion), PresenceState::Finger);
}

#[test]
fn it_is_set_up_and_switched_off_only_while_the_store_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, secret) = set_up(folder.path(), None);
    let wished = companion.check_wish(PASSPHRASE, None).unwrap();
    companion.lock();
    assert!(matches!(companion.check_wish(PASSPHRASE, None), Err(Failure::Locked)));
    assert!(matches!(companion.set_up_presence(wished, &secret, &[1, 9], None), Err(Failure::Locked)));
    assert!(matches!(companion.remove_presence(), Err(Failure::Locked)));
    companion.unlock(PASSPHRASE).unwrap();
    companion.remove_presence().unwrap();
    assert_eq!(state(&companion), PresenceState::Off);
}

#[test]
fn whoever_holds_the_open_app_and_does_not_know_the_passphrase_sets_nothing_up_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, _) = set_up(folder.path(), None);
    let wrong = companion.check_wish("helemaal verkeerd", None);
    assert!(matches!(wrong, Err(Failure::Vault(VaultError::WrongSecret { attempts_left: 9 }))));
    assert_eq!(companion.status().unwrap().attempts_left, 9);
    let weak = companion.check_wish("nog verkeerder", Some("123456"));
    assert!(matches!(weak, Err(Failure::Vault(VaultError::PinWeak))), "before anything is counted");
}

#[test]
fn the_tenth_wrong_passphrase_takes_the_finger_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, secret) = set_up(folder.path(), Some(PIN));
    companion.lock();
    set_tries_for_tests(&folder.path().join("vault.json"), 9);
    assert!(matches!(companion.unlock("fout"), Err(Failure::Vault(VaultError::Destroyed))));
    assert!(!folder.path().join("presence.json").exists());
    assert!(by_finger(&companion, &secret, Some(PIN)).is_err());
    companion.erase_destroyed().unwrap();
    assert_eq!(state(&companion), PresenceState::Off);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "in-use");
}

/// The program was killed between destroying the one wrapping and removing the other.
#[test]
fn a_finger_does_not_outlive_a_destroyed_wrapping() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, secret) = set_up(folder.path(), Some(PIN));
    let kept = fs::read(folder.path().join("presence.json")).unwrap();
    companion.lock();
    set_tries_for_tests(&folder.path().join("vault.json"), 9);
    assert!(companion.unlock("fout").is_err());
    drop(companion);
    fs::write(folder.path().join("presence.json"), kept).unwrap();
    let companion = opened(folder.path());
    assert!(!folder.path().join("presence.json").exists());
    assert!(by_finger(&companion, &secret, Some(PIN)).is_err());
}

#[test]
fn a_lost_key_is_said_and_the_passphrase_leads_back() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, _) = set_up(folder.path(), None);
    companion.lock();
    companion.presence_lost();
    assert_eq!(state(&companion), PresenceState::Lost);
    assert!(companion.presence_question().unwrap().is_none());
    companion.unlock(PASSPHRASE).unwrap();
    assert_eq!(state(&companion), PresenceState::Lost);
    let anew = PlatformSecret::fresh().unwrap();
    let wished = companion.check_wish(PASSPHRASE, None).unwrap();
    companion.set_up_presence(wished, &anew, &[1, 8], None).unwrap();
    companion.lock();
    by_finger(&companion, &anew, None).unwrap();
}

/// Whoever pressed *Scherm weg* meanwhile was looked at: nothing that begins before it counts as a short absence after it.
#[test]
fn a_finger_that_is_set_up_while_the_screen_is_put_away_opens_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, _) = set_up(folder.path(), None);
    let wished = companion.check_wish(PASSPHRASE, None).unwrap();
    companion.demand_typing();
    let anew = PlatformSecret::fresh().unwrap();
    companion.set_up_presence(wished, &anew, &[1, 8], None).unwrap();
    companion.lock();
    assert_eq!(state(&companion), PresenceState::PassphraseFirst);
}

#[test]
fn what_is_locked_or_put_away_while_it_is_being_opened_stays_shut() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, _) = set_up(folder.path(), None);
    companion.lock();
    for interrupt in [Companion::lock, Companion::demand_typing] as [fn(&Companion); 2] {
        let opening = companion.begins_to_open();
        let key = companion.key_by_passphrase(PASSPHRASE).unwrap();
        interrupt(&companion);
        let opened = companion.open_store(key, OpenedBy::Typing, opening);
        assert!(matches!(opened, Err(Failure::Locked)));
        assert!(companion.store().is_err(), "nothing is open");
        companion.unlock(PASSPHRASE).unwrap();
        companion.demand_typing();
        companion.lock();
    }
}

#[test]
fn of_two_openings_that_overlap_the_first_stays_and_the_second_finds_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let (companion, _) = set_up(folder.path(), None);
    let first = companion.store().unwrap();
    companion.unlock(PASSPHRASE).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &companion.store().unwrap()));
    companion.lock();
    assert!(first.home().is_err(), "and is closed with the lock");
}
