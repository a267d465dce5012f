#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::environment::Uptime;
use crate::vault::Vault;

const PASSPHRASE: &str = "een lange wachtzin";
const PIN: &str = "271828";
const ENVELOPE: &[u8] = &[1, 9, 9];
const BRIEF: u64 = BRIEF_SECONDS as u64;

/// Time as it really passes; or a device that cannot tell it.
struct TestClock(Mutex<Option<Uptime>>);

impl TestClock {
    fn new() -> Self {
        Self(Mutex::new(Some(Uptime { boot: uuid::Uuid::from_u128(1), ms: 50_000 })))
    }

    fn pass(&self, seconds: u64) {
        if let Some(uptime) = self.0.lock().unwrap().as_mut() {
            uptime.ms += seconds * 1000;
        }
    }

    fn restart(&self) {
        *self.0.lock().unwrap() = Some(Uptime { boot: uuid::Uuid::from_u128(2), ms: 60_000 });
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }

    fn since_boot(&self) -> Option<Uptime> {
        *self.0.lock().unwrap()
    }
}

/// A folder with a vault, opened by its passphrase, where a finger was set up.
struct Device {
    folder: tempfile::TempDir,
    clock: TestClock,
    key: StoreKey,
    secret: PlatformSecret,
    presence: Presence,
    /// `vault.json` as it was made.
    vault: Vec<u8>,
}

impl Device {
    fn new(pin: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.json");
        let (clock, secret) = (TestClock::new(), PlatformSecret::fresh().unwrap());
        let key = Vault::new(path.clone(), Access::ReadWrite).create(PASSPHRASE, KdfCost::TEST).unwrap();
        let presence = Presence::beside(path.clone(), Access::ReadWrite);
        presence.set_up(presence.turn(), &key, (&secret, ENVELOPE, pin), KdfCost::TEST, &clock).unwrap();
        Self { clock, key, secret, presence, vault: fs::read(path).unwrap(), folder }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("vault.json")
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("presence.json")
    }

    /// The program, started anew on this folder.
    fn started(&self) -> Presence {
        Presence::beside(self.path(), Access::ReadWrite)
    }

    fn state(&self) -> PresenceState {
        self.presence.state(&self.clock)
    }

    /// A try with what the hardware gives now; where it is not asked, with what it gave before.
    fn by(
        &self,
        presence: &Presence,
        secret: &PlatformSecret,
        pin: Option<&str>,
    ) -> Result<(StoreKey, OpenedBy), VaultError> {
        let question = PresenceQuestion { envelope: ENVELOPE.to_vec(), turn: presence.held().turn };
        presence.open(&question, secret, pin, &self.clock)
    }

    fn opens(&self, presence: &Presence, pin: Option<&str>) -> bool {
        let opened = self.by(presence, &self.secret, pin);
        opened.is_ok_and(|(key, _)| *key.key == *self.key.key && key.salt == self.key.salt)
    }

    /// Whatever happened, the passphrase opens, and its file is the very same.
    fn passphrase_opens(&self) {
        assert_eq!(fs::read(self.path()).unwrap(), self.vault);
        let key = Vault::new(self.path(), Access::ReadWrite).unlock(PASSPHRASE, &self.clock).unwrap();
        assert_eq!(*key.key, *self.key.key);
    }
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_finger_is_enough_after_a_short_absence_and_the_pin_goes_with_it_after_a_longer_one() {
    let device = Device::new(Some(PIN));
    device.presence.left(&device.clock);
    device.clock.pass(BRIEF - 1);
    assert_eq!(device.state(), PresenceState::Finger);
    assert!(device.opens(&device.presence, None));
    device.clock.pass(1);
    assert_eq!(device.state(), PresenceState::FingerAndPin);
    let alone = device.by(&device.presence, &device.secret, None);
    assert!(matches!(alone, Err(VaultError::PresenceOver)));
    assert!(device.opens(&device.presence, Some(PIN)));
    device.passphrase_opens();
}

#[test]
fn without_a_pin_the_passphrase_opens_after_a_longer_absence() {
    let device = Device::new(None);
    device.presence.left(&device.clock);
    assert!(device.opens(&device.presence, None));
    device.clock.pass(BRIEF);
    assert_eq!(device.state(), PresenceState::PassphraseFirst);
    for pin in [None, Some(PIN)] {
        let refused = device.by(&device.presence, &device.secret, pin);
        assert!(matches!(refused, Err(VaultError::PresenceOver)));
    }
    device.passphrase_opens();
}

#[test]
fn a_finger_alone_opens_nothing_that_lies_on_the_disk() {
    let device = Device::new(None);
    device.presence.left(&device.clock);
    let refused = device.by(&device.started(), &device.secret, None);
    assert!(matches!(refused, Err(VaultError::PresenceOver)), "another run of the program");
    assert!(PresenceFile::read(&device.path()).unwrap().unwrap().pin.is_none());
}

/// Whoever knows the PIN and has the folder, and makes the file say that theirs is the hardware's secret.
#[test]
fn no_wrapping_is_under_a_pin_alone() {
    let device = Device::new(Some(PIN));
    let salt = salt_text(&device.key);
    let whole = fs::read_to_string(device.file()).unwrap();
    let check = |secret: &PlatformSecret| {
        let key = super::super::sealed::derived(salt.as_bytes(), secret.bytes(), b"baken presence check v1");
        HEXLOWER.encode(key.unwrap().as_ref())
    };
    assert!(whole.contains(&check(&device.secret)), "it is looked for in the right place");
    for byte in [0, 1, 0xff] {
        let forged = PlatformSecret::read(&[byte; 32]).unwrap();
        fs::write(device.file(), whole.replace(&check(&device.secret), &check(&forged))).unwrap();
        let opened = device.by(&device.started(), &forged, Some(PIN));
        assert!(matches!(opened, Err(VaultError::WrongPin { .. })), "{byte}");
    }
    for secret in [&[] as &[u8], &[0; 31], &[0; 33]] {
        assert!(matches!(PlatformSecret::read(secret), Err(VaultError::PresenceLost)));
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let vault = Vault::new(elsewhere.path().join("vault.json"), Access::ReadWrite);
    assert!(matches!(vault.create(PIN, KdfCost::TEST), Err(VaultError::TooShort)), "nor is the first one");
}

#[test]
fn the_screen_put_away_a_restart_of_the_device_and_a_shift_that_is_over_end_the_short_absence() {
    let ends: [fn(&Device); 3] = [
        |device| device.presence.demand_typing(),
        |device| device.clock.restart(),
        |device| *device.clock.0.lock().unwrap() = None,
    ];
    for end in ends {
        let device = Device::new(Some(PIN));
        device.presence.left(&device.clock);
        assert_eq!(device.state(), PresenceState::Finger);
        end(&device);
        assert_eq!(device.state(), PresenceState::FingerAndPin);
        assert!(!device.opens(&device.presence, None));
    }
    // Many short absences are no longer one than a shift.
    let device = Device::new(Some(PIN));
    for _ in 0..12 * 6 {
        device.presence.left(&device.clock);
        assert!(device.opens(&device.presence, None));
        device.presence.opened(&device.key, OpenedBy::Finger, &device.clock);
        device.clock.pass(600);
    }
    device.presence.left(&device.clock);
    assert!(!device.opens(&device.presence, None));
    device.presence.opened(&device.key, OpenedBy::Typing, &device.clock);
    device.presence.left(&device.clock);
    assert!(device.opens(&device.presence, None), "and typing begins another");
}

#[test]
fn an_answer_to_what_was_asked_before_the_app_was_opened_left_or_put_away_comes_too_late() {
    let device = Device::new(Some(PIN));
    let meanwhile: [fn(&Device); 4] = [
        |device| device.presence.opened(&device.key, OpenedBy::Typing, &device.clock),
        |device| device.presence.left(&device.clock),
        |device| device.presence.demand_typing(),
        |device| device.presence.give_up(),
    ];
    for happens in meanwhile {
        device.presence.left(&device.clock);
        let question = device.presence.question().unwrap().unwrap();
        happens(&device);
        let late = device.presence.open(&question, &device.secret, Some(PIN), &device.clock);
        assert!(matches!(late, Err(VaultError::PresenceLate)));
    }
}

#[test]
fn a_short_absence_begins_once_and_is_forgotten_when_it_is_over() {
    let device = Device::new(None);
    assert_ne!(device.state(), PresenceState::Finger, "nobody has left");
    device.presence.left(&device.clock);
    device.clock.pass(BRIEF - 1);
    device.presence.left(&device.clock);
    device.presence.look_at(&device.clock);
    assert!(device.presence.held().brief.is_some());
    device.clock.pass(1);
    device.presence.look_at(&device.clock);
    assert!(device.presence.held().brief.is_none());
}

#[test]
fn the_fifth_wrong_pin_takes_this_way_in_with_it_and_the_passphrase_opens() {
    let device = Device::new(Some(PIN));
    let presence = device.started();
    for left in (1..MAX_PIN_FAILURES).rev() {
        let wrong = device.by(&presence, &device.secret, Some("314159"));
        assert!(matches!(wrong, Err(VaultError::WrongPin { attempts_left }) if attempts_left == left));
    }
    let last = device.by(&presence, &device.secret, Some("314159"));
    assert!(matches!(last, Err(VaultError::PinSpent)));
    assert_eq!(presence.state(&device.clock), PresenceState::Off);
    assert!(matches!(device.by(&presence, &device.secret, Some(PIN)), Err(VaultError::PresenceOff)));
    assert!(!names(device.folder.path()).iter().any(|name| name.contains("pin") || name.contains("presence")));
    device.passphrase_opens();
}

#[test]
fn a_wrong_pin_counts_over_restarts_and_a_right_one_or_the_passphrase_clears_the_count() {
    let device = Device::new(Some(PIN));
    for clear in [
        |device: &Device| assert!(device.opens(&device.started(), Some(PIN))),
        |device: &Device| device.started().opened(&device.key, OpenedBy::Typing, &device.clock),
    ] {
        for left in [4, 3] {
            let wrong = device.by(&device.started(), &device.secret, Some("314159"));
            assert!(matches!(wrong, Err(VaultError::WrongPin { attempts_left }) if attempts_left == left));
        }
        clear(&device);
    }
    let unusable = device.by(&device.started(), &device.secret, Some("3141"));
    assert!(matches!(unusable, Err(VaultError::PinUnusable)));
    let next = device.by(&device.started(), &device.secret, Some("314159"));
    assert!(matches!(next, Err(VaultError::WrongPin { attempts_left: 4 })), "what is no PIN is no try");
}

#[test]
fn a_count_of_wrong_pins_that_is_lost_gives_nobody_a_try() {
    let device = Device::new(Some(PIN));
    fs::remove_file(device.folder.path().join("tries-pin")).unwrap();
    assert!(matches!(device.by(&device.started(), &device.secret, Some(PIN)), Err(VaultError::PinSpent)));
    device.passphrase_opens();
}

#[test]
fn what_the_hardware_did_not_seal_opens_nothing_and_changes_nothing_on_the_disk() {
    let device = Device::new(Some(PIN));
    let before = fs::read(device.file()).unwrap();
    device.presence.left(&device.clock);
    let other = PlatformSecret::fresh().unwrap();
    assert!(matches!(device.by(&device.presence, &other, None), Err(VaultError::PresenceLost)));
    assert_eq!(device.state(), PresenceState::Lost);
    assert!(!device.opens(&device.presence, None), "it is said until something is typed");
    assert_eq!(fs::read(device.file()).unwrap(), before);
    assert!(device.opens(&device.started(), Some(PIN)), "and it may have been a whim");
    device.passphrase_opens();
}

#[test]
fn a_lost_key_is_removed_once_the_passphrase_has_opened_and_is_set_up_anew() {
    let device = Device::new(Some(PIN));
    device.presence.give_up();
    assert!(device.presence.question().unwrap().is_none(), "the hardware is not asked again");
    assert!(device.file().exists());
    device.passphrase_opens();
    device.presence.opened(&device.key, OpenedBy::Typing, &device.clock);
    assert!(!device.file().exists());
    assert_eq!(device.state(), PresenceState::Lost, "it is still said");
    let anew = PlatformSecret::fresh().unwrap();
    device
        .presence
        .set_up(device.presence.turn(), &device.key, (&anew, &[1, 8], None), KdfCost::TEST, &device.clock)
        .unwrap();
    device.presence.left(&device.clock);
    assert_eq!(device.state(), PresenceState::Finger);
    assert!(device.by(&device.presence, &anew, None).is_ok());
}

#[test]
fn set_up_twice_the_second_holds() {
    let device = Device::new(Some(PIN));
    let second = PlatformSecret::fresh().unwrap();
    device
        .presence
        .set_up(device.presence.turn(), &device.key, (&second, &[1, 8], Some("402917")), KdfCost::TEST, &device.clock)
        .unwrap();
    let presence = device.started();
    assert_eq!(presence.question().unwrap().unwrap().envelope, [1, 8]);
    assert!(device.by(&presence, &second, Some("402917")).is_ok());
    assert!(matches!(device.by(&presence, &device.secret, Some(PIN)), Err(VaultError::PresenceLost)));
    device.passphrase_opens();
}

#[test]
fn switched_off_nothing_of_it_is_left() {
    let device = Device::new(Some(PIN));
    fs::write(device.file().with_extension("new"), b"cut off").unwrap();
    device.presence.left(&device.clock);
    device.presence.remove().unwrap();
    assert!(!device.opens(&device.presence, None));
    let mut left = names(device.folder.path());
    left.sort();
    assert_eq!(left, ["tries", "vault.json"]);
    device.passphrase_opens();
    device.presence.remove().unwrap();
}

#[test]
fn a_weak_pin_or_no_envelope_sets_nothing_up() {
    let device = Device::new(Some(PIN));
    let before = fs::read(device.file()).unwrap();
    let other = PlatformSecret::fresh().unwrap();
    let set_up = |envelope: &[u8], pin| {
        device.presence.set_up(
            device.presence.turn(),
            &device.key,
            (&other, envelope, pin),
            KdfCost::TEST,
            &device.clock,
        )
    };
    assert!(matches!(set_up(ENVELOPE, Some("123456")), Err(VaultError::PinWeak)));
    assert!(matches!(set_up(ENVELOPE, Some("12345")), Err(VaultError::PinUnusable)));
    assert!(matches!(set_up(&[], None), Err(VaultError::PresenceLost)));
    assert!(matches!(set_up(&[1; 513], None), Err(VaultError::PresenceLost)));
    assert_eq!(fs::read(device.file()).unwrap(), before);
    assert!(device.opens(&device.started(), Some(PIN)));
}

#[test]
fn a_write_that_was_cut_off_leaves_what_was_there() {
    let device = Device::new(Some(PIN));
    let whole = fs::read(device.file()).unwrap();
    for cut in 0..whole.len() {
        fs::write(device.file().with_extension("new"), &whole[..cut]).unwrap();
        assert_eq!(device.started().state(&device.clock), PresenceState::FingerAndPin);
    }
    // The file itself cut off, as by a disk that lies about what it wrote.
    for cut in 0..whole.len() {
        fs::write(device.file(), &whole[..cut]).unwrap();
        let presence = device.started();
        assert_eq!(presence.state(&device.clock), PresenceState::Lost, "{cut}");
        assert!(!device.opens(&presence, Some(PIN)), "{cut}");
    }
    device.passphrase_opens();
}

#[test]
fn what_was_set_up_in_another_folder_opens_nothing_here() {
    let (here, there) = (Device::new(Some(PIN)), Device::new(Some(PIN)));
    fs::copy(there.file(), here.file()).unwrap();
    let presence = here.started();
    let refused = here.by(&presence, &there.secret, Some(PIN));
    assert!(matches!(refused, Err(VaultError::PresenceLost)), "not the key of a store that would be called damaged");
    presence.opened(&here.key, OpenedBy::Typing, &here.clock);
    assert_eq!(presence.state(&here.clock), PresenceState::Lost);
}

#[test]
fn a_destroyed_vault_is_not_opened_by_a_finger() {
    let device = Device::new(Some(PIN));
    device.presence.left(&device.clock);
    VaultFile::read(&device.path()).unwrap().destroy(&device.path()).unwrap();
    for presence in [&device.presence, &device.started()] {
        let refused = device.by(presence, &device.secret, Some(PIN));
        assert!(matches!(refused, Err(VaultError::Destroyed)));
    }
}

/// As this version wrote it: a later one must open it. The cost is that of tests.
#[test]
fn what_this_version_wrote_is_opened() {
    let written = r#"{
        "version": 1,
        "envelope": "010909",
        "check": "68241c0b3a84a9fee70d4268dc0f3e175c5a35538e9f32ab574d453f1c8a9f4c",
        "kept": {
            "nonce": "59859f42e043022cf149c174",
            "ciphertext": "a884f901d499c83d985797cbc387e46cb39cf279f2dd4a92ac267812c7c3d22ef678522bc1eed29d7d1245df6d5c3f7f"
        },
        "pin": {
            "kdf": {
                "algorithm": "argon2id", "memoryKib": 64, "iterations": 1, "lanes": 1,
                "salt": "d689302181a2b9882b085128fdb39fcd"
            },
            "wrapped": {
                "nonce": "4fb32db5b1c6917358dca2d4",
                "ciphertext": "56e79191d50205d7c6d12cab80f1c6d293bcdabf7d5edd35f6f412b38770280c38fbed184632977a83da35e9b8a08b6a"
            }
        }
    }"#;
    let file: PresenceFile = serde_json::from_str(written).unwrap();
    let key = StoreKey { key: zeroize::Zeroizing::new([9; 32]), salt: [3; 16] };
    let secret = PlatformSecret::read(&[7; 32]).unwrap();
    assert_eq!(file.secret(&key).unwrap().unwrap().bytes(), secret.bytes());
    assert_eq!(file.envelope().unwrap(), ENVELOPE);
    let opened = file.open_with_pin(file.pin.as_ref().unwrap(), &secret, PIN, &salt_text(&key)).unwrap().unwrap();
    assert_eq!(*opened.key, *key.key);
    assert!(file.open_with_pin(file.pin.as_ref().unwrap(), &secret, "314159", &salt_text(&key)).unwrap().is_none());
}

#[test]
fn what_a_newer_version_wrote_is_left_alone() {
    let device = Device::new(Some(PIN));
    let newer = br#"{ "version": 2, "more": true }"#;
    fs::write(device.file(), newer).unwrap();
    let presence = device.started();
    assert_eq!(presence.state(&device.clock), PresenceState::Off);
    presence.opened(&device.key, OpenedBy::Typing, &device.clock);
    assert_eq!(fs::read(device.file()).unwrap(), newer);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    /// One byte of what is kept, of any value: it opens with the very key or not at all.
    #[test]
    fn whatever_is_changed_in_the_file_opens_nothing_else(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let device = Device::new(Some(PIN));
        let mut bytes = fs::read(device.file()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = value;
        fs::write(device.file(), &bytes).unwrap();
        if let Ok((key, _)) = device.by(&device.started(), &device.secret, Some(PIN)) {
            prop_assert_eq!(*key.key, *device.key.key);
            prop_assert_eq!(key.salt, device.key.salt);
        }
        device.passphrase_opens();
    }
}
