#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::environment::Uptime;

/// Time as it really passes, and a wall clock that shows what it likes.
struct TestClock {
    wall: Mutex<DateTime<Utc>>,
    uptime: Mutex<Uptime>,
}

impl TestClock {
    fn new() -> Self {
        Self {
            wall: Mutex::new(DateTime::UNIX_EPOCH),
            uptime: Mutex::new(Uptime { boot: uuid::Uuid::from_u128(1), ms: 50_000 }),
        }
    }

    fn pass(&self, seconds: u64) {
        self.uptime.lock().unwrap().ms += seconds * 1000;
    }

    fn set_wall(&self, seconds: i64) {
        *self.wall.lock().unwrap() += TimeDelta::seconds(seconds);
    }

    /// The device is switched off and on.
    fn restart(&self) {
        let mut uptime = self.uptime.lock().unwrap();
        *uptime = Uptime { boot: uuid::Uuid::from_u128(uptime.boot.as_u128() + 1), ms: 9000 };
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.wall.lock().unwrap()
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }

    fn since_boot(&self) -> Option<Uptime> {
        Some(*self.uptime.lock().unwrap())
    }
}

const SECRET: &str = "een lange wachtzin";

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::new(folder.path().join("vault.json"), Access::ReadWrite);
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
    for guess in ["fout", "mis", "nog eens"] {
        assert!(matches!(vault.unlock(guess, &clock), Err(VaultError::WrongSecret { .. })));
    }
    assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Wait { seconds: 5 })));
    clock.pass(5);
    assert!(vault.unlock(SECRET, &clock).is_ok());
}

#[test]
fn a_wait_follows_no_wall_clock_and_begins_anew_with_the_device() {
    let (folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    for guess in ["fout", "mis", "nog eens"] {
        assert!(matches!(vault.unlock(guess, &clock), Err(VaultError::WrongSecret { .. })));
    }
    for wall in [365 * 86_400, -2 * 365 * 86_400] {
        clock.set_wall(wall);
        assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Wait { seconds: 5 })), "by {wall} s");
    }
    clock.pass(3);
    // Another run of the program: the wait is on the disk.
    let again = Vault::new(folder.path().join("vault.json"), Access::ReadWrite);
    assert!(matches!(again.unlock(SECRET, &clock), Err(VaultError::Wait { seconds: 2 })));
    clock.restart();
    assert_eq!(again.attempts(&clock).unwrap(), (7, 5), "nobody knows how long it was off");
    clock.pass(4);
    assert!(matches!(again.unlock(SECRET, &clock), Err(VaultError::Wait { seconds: 1 })));
    clock.pass(1);
    assert!(again.unlock(SECRET, &clock).is_ok());
}

#[test]
fn the_same_wrong_secret_once_more_is_not_counted_again() {
    let (_folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    for _ in 0..20 {
        for same in ["een andere wachtzin", "een\u{a0}andere wacht\u{ad}zin\u{200b}"] {
            let wrong = vault.unlock(same, &clock);
            assert!(matches!(wrong, Err(VaultError::WrongSecret { attempts_left: 9 })));
        }
    }
    assert!(matches!(vault.unlock("iets anders", &clock), Err(VaultError::WrongSecret { attempts_left: 8 })));
}

#[test]
fn what_no_keyboard_means_is_no_guess() {
    let (_folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    for unusable in ["", "\u{200b}", "een\u{7}lange wachtzin"] {
        assert!(matches!(vault.unlock(unusable, &clock), Err(VaultError::Unusable)));
    }
    assert_eq!(vault.attempts(&clock).unwrap(), (10, 0));
    assert!(vault.unlock("\u{feff}een\u{a0}lange wacht\u{ad}zin", &clock).is_ok(), "what nobody sees is no difference");
}

#[test]
fn refuses_a_passphrase_that_is_long_and_easy() {
    let (folder, vault) = vault();
    for (secret, why) in [("aaaaaaaaaaaa", SecretWeakness::Repeats), ("wachtwoord2026", SecretWeakness::CommonWord)] {
        assert!(matches!(vault.create(secret, KdfCost::TEST), Err(VaultError::Weak(weakness)) if weakness == why));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_vault_that_asks_for_more_memory_than_any_of_ours_is_refused_before_it_gets_it() {
    let (folder, vault) = vault();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let path = folder.path().join("vault.json");
    let changes: [fn(&mut VaultFile); 3] =
        [|file| file.kdf.memory_kib = u32::MAX, |file| file.kdf.iterations = u32::MAX, |file| file.kdf.lanes = 1 << 20];
    let whole = fs::read(&path).unwrap();
    for change in changes {
        fs::write(&path, &whole).unwrap();
        let mut file = VaultFile::read(&path).unwrap();
        change(&mut file);
        file.write(&path).unwrap();
        assert!(matches!(vault.unlock(SECRET, &TestClock::new()), Err(VaultError::CostTooHigh)));
    }
}

#[test]
fn in_a_folder_that_cannot_be_written_tries_count_for_as_long_as_the_program_runs() {
    let (folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let before = fs::read(folder.path().join("tries")).unwrap();
    let path = folder.path().join("vault.json");
    let read_only = Vault::new(path, Access::ReadOnly);
    assert!(matches!(read_only.unlock("fout", &clock), Err(VaultError::WrongSecret { attempts_left: 9 })));
    assert!(matches!(read_only.unlock("mis", &clock), Err(VaultError::WrongSecret { attempts_left: 8 })));
    assert!(read_only.unlock(SECRET, &clock).is_ok());
    assert_eq!(fs::read(folder.path().join("tries")).unwrap(), before);
}

#[test]
fn ten_wrong_tries_in_a_folder_that_cannot_be_written_are_the_last_while_the_program_runs() {
    let (folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let path = folder.path().join("vault.json");
    let read_only = Vault::new(path, Access::ReadOnly);
    for number in 0..9 {
        let wrong = read_only.unlock(&format!("fout {number}"), &clock);
        assert!(matches!(wrong, Err(VaultError::WrongSecret { .. })), "{number}");
        clock.pass(601);
    }
    assert!(matches!(read_only.unlock("fout", &clock), Err(VaultError::Destroyed)));
    clock.pass(601);
    assert!(matches!(read_only.unlock(SECRET, &clock), Err(VaultError::Destroyed)), "also with the right one");
}

#[test]
fn only_a_read_only_file_system_is_counted_for_in_memory() {
    let of = |kind: std::io::ErrorKind| written_or_read_only(Err(VaultError::Io(kind.into())));
    assert!(matches!(of(std::io::ErrorKind::ReadOnlyFilesystem), Ok(false)));
    for kind in [std::io::ErrorKind::PermissionDenied, std::io::ErrorKind::StorageFull, std::io::ErrorKind::Other] {
        assert!(matches!(of(kind), Err(VaultError::Io(_))), "a try for nothing: {kind:?}");
    }
    assert!(matches!(written_or_read_only(Ok(true)), Ok(true)));
}

#[test]
fn ten_wrong_tries_destroy_the_wrapping_for_ever() {
    let (folder, vault) = vault();
    let clock = TestClock::new();
    vault.create(SECRET, KdfCost::TEST).unwrap();
    let length = fs::metadata(folder.path().join("vault.json")).unwrap().len();
    for left in (1..10).rev() {
        let wrong = vault.unlock(&format!("fout {left}"), &clock);
        assert!(matches!(wrong, Err(VaultError::WrongSecret { attempts_left }) if attempts_left == left));
        clock.pass(601);
    }
    assert!(matches!(vault.unlock("fout", &clock), Err(VaultError::Destroyed)));
    assert!(vault.is_destroyed().unwrap());
    assert!(matches!(vault.unlock(SECRET, &clock), Err(VaultError::Destroyed)));
    let path = folder.path().join("vault.json");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(u64::try_from(text.len()).unwrap(), length, "overwritten where it stood");
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
    assert_eq!(vault.attempts(&clock).unwrap().0, 9);
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
        let guesses: Vec<_> = (0..8)
            .map(|number| {
                let (vault, clock) = (&vault, &clock);
                scope.spawn(move || vault.unlock(&format!("geraden {number}"), clock))
            })
            .collect();
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
