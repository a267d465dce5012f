#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;

struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    fn new() -> Self {
        Self(Mutex::new(DateTime::UNIX_EPOCH))
    }

    fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += TimeDelta::seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }
}

const SECRET: &str = "een lange wachtzin";

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::new(folder.path().join("vault.json"), PlatformSecret::Absent);
    (folder, vault)
}

#[test]
fn opens_with_the_right_secret_and_gives_the_same_key() {
    let (_folder, vault) = vault();
    let made = vault.create(SECRET, KdfCost::TEST).unwrap();
    let opened = vault.unlock(SECRET, &TestClock::new()).unwrap();
    assert_eq!(*made.key, *opened.key);
    assert_eq!(made.salt, opened.salt);
}

#[test]
fn refuses_a_short_secret_and_a_second_vault() {
    let (_folder, vault) = vault();
    assert!(matches!(vault.create("kort", KdfCost::TEST), Err(VaultError::TooShort)));
    vault.create(SECRET, KdfCost::TEST).unwrap();
    assert!(matches!(vault.create(SECRET, KdfCost::TEST), Err(VaultError::Exists)));
}

#[test]
fn a_right_try_clears_the_count_of_wrong_ones() {
    let (_folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    assert!(matches!(vault.unlock("fout", &clock), Err(VaultError::WrongSecret { attempts_left: 9 })));
    vault.unlock(SECRET, &clock).unwrap();
    assert_eq!(vault.attempts(&clock).unwrap(), (10, 0));
}

#[test]
fn waits_ever_longer_from_the_third_wrong_try_and_refuses_even_the_right_secret_meanwhile() {
    let (_folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    for _ in 0..3 {
        assert!(matches!(vault.unlock("fout", &clock), Err(VaultError::WrongSecret { .. })));
    }
    assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Wait { seconds: 5 })));
    clock.pass(-3600);
    assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Wait { seconds: 5 })), "clock set back");
    clock.pass(5);
    assert!(vault.unlock(SECRET, &clock).is_ok(), "the wait counts by the corrected clock");
}

#[test]
fn ten_wrong_tries_destroy_the_wrapping_for_ever() {
    let (folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    for left in (1..10).rev() {
        let wrong = vault.unlock("fout", &clock);
        assert!(matches!(wrong, Err(VaultError::WrongSecret { attempts_left }) if attempts_left == left));
        clock.pass(601);
    }
    assert!(matches!(vault.unlock("fout", &clock), Err(VaultError::Destroyed)));
    assert!(vault.is_destroyed().unwrap());
    assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Destroyed)));
    let text = fs::read_to_string(folder.path().join("vault.json")).unwrap();
    assert!(text.contains("\"wrapped\": null"), "the wrapped key is gone from the disk");
}

#[test]
fn a_try_counts_even_if_the_app_is_killed_before_its_outcome() {
    let (folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let path = folder.path().join("vault.json");
    let mut file = VaultFile::read(&path).unwrap();
    // Testing a secret against this ends in an error before there is an outcome to write down.
    file.kdf.salt = "not hexadecimal".into();
    file.write(&path).unwrap();
    assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Damaged)));
    assert_eq!(VaultFile::read(&path).unwrap().failures, 1);
}

#[test]
fn changing_the_cost_or_the_salt_is_noticed() {
    let (folder, vault) = vault();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let path = folder.path().join("vault.json");
    let whole = fs::read(&path).unwrap();
    let changes: [fn(&mut VaultFile); 3] =
        [|file| file.store_salt = "00".repeat(16), |file| file.kdf.memory_kib /= 2, |file| file.kdf.iterations += 1];
    for change in changes {
        fs::write(&path, &whole).unwrap();
        let mut file = VaultFile::read(&path).unwrap();
        change(&mut file);
        file.write(&path).unwrap();
        assert!(matches!(vault.unlock(SECRET, &TestClock::new()), Err(VaultError::WrongSecret { .. })));
    }
}

#[test]
fn a_copied_folder_is_worthless_without_the_platform_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    let platform = |byte| PlatformSecret::Present(Zeroizing::new(vec![byte; 32]));
    Vault::new(path.clone(), platform(1)).create("123456", KdfCost::TEST).unwrap();
    let clock = TestClock::new();
    let elsewhere = Vault::new(path.clone(), platform(2));
    assert!(matches!(elsewhere.unlock("123456", &clock), Err(VaultError::WrongSecret { .. })));
    assert!(Vault::new(path, platform(1)).unlock("123456", &clock).is_ok());
}

#[test]
fn the_tuned_cost_never_falls_below_the_minimum() {
    let tuned = KdfCost::tuned();
    assert!(tuned.memory_kib >= KdfCost::MINIMUM.memory_kib && tuned.iterations >= KdfCost::MINIMUM.iterations);
}

#[test]
fn a_damaged_vault_file_is_reported_not_replaced() {
    let (folder, vault) = vault();
    let path = folder.path().join("vault.json");
    fs::write(&path, b"{").unwrap();
    assert!(matches!(vault.unlock(SECRET, &TestClock::new()), Err(VaultError::Damaged)));
    assert!(matches!(vault.create(SECRET, KdfCost::TEST), Err(VaultError::Exists)));
    assert_eq!(fs::read(&path).unwrap(), b"{");
}

#[test]
fn guesses_side_by_side_cost_as_many_tries_as_one_by_one() {
    let (_folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..8).map(|_| scope.spawn(|| vault.unlock("geraden", &clock))).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    let mut left: Vec<u32> = outcomes
        .into_iter()
        .filter_map(|outcome| match outcome {
            Err(VaultError::WrongSecret { attempts_left }) => Some(attempts_left),
            _ => None,
        })
        .collect();
    left.sort_unstable();
    let tries = u32::try_from(left.len()).unwrap();
    assert_eq!(left, (MAX_FAILURES - tries..MAX_FAILURES).collect::<Vec<_>>(), "each try was counted");
    assert_eq!(vault.attempts(&clock).unwrap().0, MAX_FAILURES - tries);
}
