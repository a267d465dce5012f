#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use baken_companion::{Environment, KdfCost, Options, PresenceState};
use baken_platform::{Reply, Script};
use serde_json::{Value, json};

use super::*;

const PASSPHRASE: &str = "vijf zeehonden op de pier";
const PIN: &str = "271828";
/// Longer than a person is waited for.
const TOO_LONG: Duration = Duration::from_secs(121);

type Phone = Native;

struct Device {
    shell: Shell,
    script: Arc<Script>,
    phone: Phone,
    folder: tempfile::TempDir,
}

impl Device {
    /// Open, on a phone whose hardware holds what it says.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            folder: folder.path().to_owned(),
            kdf_cost: Some(KdfCost::TEST),
            environment: Environment::system(),
        };
        let companion = Companion::open(options).unwrap();
        companion.create_vault(PASSPHRASE).unwrap();
        let commands = ["keystore", "seal", "open", "forgetOthers", "dismiss"];
        let script =
            commands.into_iter().fold(Script::default(), |script, command| script.on(command, Reply::AsHardware));
        let script = Arc::new(script);
        Self { shell: Shell::around(companion), phone: Native::new(Box::new(Arc::clone(&script))), script, folder }
    }

    async fn set_up(&self, passphrase: &str, pin: Option<&str>) -> Result<AppStatus, FailureCode> {
        let pin = pin.map(|pin| Zeroizing::new(pin.to_owned()));
        let wish = Wish { passphrase: Zeroizing::new(passphrase.to_owned()), pin, words: words() };
        set_up(&self.shell, &self.phone, wish).await.map_err(|error| error.code)
    }

    async fn open(&self, pin: Option<&str>) -> Result<AppStatus, FailureCode> {
        let pin = pin.map(|pin| Zeroizing::new(pin.to_owned()));
        open(&self.shell, &self.phone, &words(), pin).await.map_err(|error| error.code)
    }

    fn companion(&self) -> Arc<Companion> {
        self.shell.companion().unwrap()
    }

    fn state(&self) -> PresenceState {
        self.companion().status().unwrap().presence
    }

    fn is_open(&self) -> bool {
        self.companion().store().is_ok()
    }

    /// What the hardware was told to keep last.
    fn kept(&self) -> Option<Value> {
        let asked = self.script.asked().into_iter().rev().find(|(command, _)| *command == "forgetOthers");
        asked.and_then(|(_, arguments)| arguments.get("kept").cloned())
    }
}

fn words() -> PromptWords {
    PromptWords { title: "Openen".into(), cancel: "Terug".into() }
}

#[tokio::test(start_paused = true)]
async fn a_finger_is_set_up_with_the_passphrase_and_opens_what_was_left() {
    let device = Device::new();
    assert!(is_offered(&device.phone).await);
    let status = device.set_up(PASSPHRASE, None).await.unwrap();
    assert_eq!(status.presence, PresenceState::PassphraseFirst);
    assert!(device.kept().is_some_and(|kept| kept.is_string()), "and every older key goes");
    device.companion().lock();
    assert_eq!(device.state(), PresenceState::Finger);
    device.open(None).await.unwrap();
    assert!(device.is_open());
}

#[tokio::test(start_paused = true)]
async fn after_the_screen_was_put_away_the_pin_goes_with_the_finger() {
    let device = Device::new();
    device.set_up(PASSPHRASE, Some(PIN)).await.unwrap();
    device.companion().demand_typing();
    device.companion().lock();
    assert_eq!(device.open(None).await, Err(FailureCode::PresenceOver));
    assert_eq!(device.open(Some("314159")).await, Err(FailureCode::WrongPin));
    device.open(Some(PIN)).await.unwrap();
    assert!(device.is_open());
}

#[tokio::test(start_paused = true)]
async fn the_last_wrong_pin_has_the_hardware_forget_its_key() {
    let device = Device::new();
    device.set_up(PASSPHRASE, Some(PIN)).await.unwrap();
    device.companion().demand_typing();
    device.companion().lock();
    for _ in 0..4 {
        assert_eq!(device.open(Some("314159")).await, Err(FailureCode::WrongPin));
    }
    assert_eq!(device.open(Some("314159")).await, Err(FailureCode::PinSpent));
    assert_eq!((device.state(), device.kept()), (PresenceState::Off, Some(Value::Null)));
}

#[tokio::test(start_paused = true)]
async fn each_answer_of_the_hardware_has_its_code_and_its_way_on() {
    use PresenceState::{Finger, FingerAndPin, Lost};
    let expected = [
        ("invalidated", FailureCode::PresenceLost, Lost),
        ("damaged", FailureCode::PresenceLost, Lost),
        ("locked-out", FailureCode::PresenceLockedOut, FingerAndPin),
        ("locked-out-for-good", FailureCode::PresenceLockedOutForGood, FingerAndPin),
        ("not-enrolled", FailureCode::PresenceNotEnrolled, FingerAndPin),
        ("refused", FailureCode::PresenceRefused, FingerAndPin),
        ("unsupported", FailureCode::PresenceUnsupported, FingerAndPin),
        ("cancelled", FailureCode::PresenceCancelled, Finger),
        ("late", FailureCode::PresenceUnanswered, Finger),
        ("lost", FailureCode::PresenceUnanswered, Finger),
        ("busy", FailureCode::PresenceBusy, Finger),
        ("failed", FailureCode::PresenceFailed, Finger),
    ];
    for (said, code, state) in expected {
        let device = Device::new();
        device.set_up(PASSPHRASE, Some(PIN)).await.unwrap();
        device.companion().lock();
        device.script.reply("open", Reply::Refusal(said));
        assert_eq!(device.open(None).await, Err(code), "{said}");
        assert_eq!(device.state(), state, "{said}");
        assert!(!device.is_open(), "{said}");
        // And whatever it was, the passphrase opens.
        device.companion().unlock(PASSPHRASE).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_or_too_late_ends_and_opens_nothing() {
    for reply in [Reply::Never, Reply::AsHardware.after(TOO_LONG), Reply::Lost] {
        let device = Device::new();
        device.set_up(PASSPHRASE, None).await.unwrap();
        device.companion().lock();
        device.script.reply("open", reply);
        assert_eq!(device.open(None).await, Err(FailureCode::PresenceUnanswered));
        tokio::time::sleep(TOO_LONG).await;
        assert!(!device.is_open(), "nor later");
        device.script.reply("open", Reply::AsHardware);
        device.open(None).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_answers_the_first_counts() {
    let device = Device::new();
    device.set_up(PASSPHRASE, None).await.unwrap();
    device.companion().lock();
    device.script.reply("open", Reply::Refusal("cancelled").and_then(Reply::AsHardware));
    assert_eq!(device.open(None).await, Err(FailureCode::PresenceCancelled));
    assert!(!device.is_open());
    device.script.reply("open", Reply::AsHardware.and_then(Reply::Refusal("invalidated")));
    device.open(None).await.unwrap();
    assert_ne!(device.state(), PresenceState::Lost);
}

#[tokio::test(start_paused = true)]
async fn something_else_than_was_sealed_opens_nothing_and_is_called_lost() {
    for garbled in ["AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
        let device = Device::new();
        device.set_up(PASSPHRASE, None).await.unwrap();
        device.companion().lock();
        device.script.reply("open", Reply::answer(json!(garbled)));
        assert_eq!(device.open(None).await, Err(FailureCode::PresenceLost), "{garbled}");
        assert_eq!(device.state(), PresenceState::Lost);
        device.companion().unlock(PASSPHRASE).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_finger_that_is_shown_after_the_app_was_opened_and_left_opens_nothing() {
    let device = Device::new();
    device.set_up(PASSPHRASE, None).await.unwrap();
    device.companion().lock();
    device.script.reply("open", Reply::AsHardware.after(Duration::from_secs(20)));
    let meanwhile = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        device.companion().unlock(PASSPHRASE).unwrap();
        device.companion().lock();
    };
    let (opened, ()) = tokio::join!(device.open(None), meanwhile);
    assert_eq!(opened, Err(FailureCode::PresenceUnanswered));
    assert!(!device.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_second_question_is_told_that_there_is_a_first() {
    let device = Device::new();
    device.set_up(PASSPHRASE, None).await.unwrap();
    device.companion().lock();
    device.script.reply("open", Reply::AsHardware.after(Duration::from_secs(5)));
    let (first, second) = tokio::join!(device.open(None), device.open(None));
    assert!(first.is_ok());
    assert_eq!(second, Err(FailureCode::PresenceBusy));
}

#[tokio::test(start_paused = true)]
async fn whatever_keeps_it_from_being_set_up_changes_nothing_and_leaves_no_key() {
    type Fault = fn(&Device);
    let faults: [(Fault, FailureCode); 6] = [
        (|device| device.script.reply("seal", Reply::Refusal("cancelled")), FailureCode::PresenceCancelled),
        (|device| device.script.reply("seal", Reply::Never), FailureCode::PresenceUnanswered),
        (|device| device.script.reply("open", Reply::Refusal("cancelled")), FailureCode::PresenceCancelled),
        (|device| device.script.reply("open", Reply::Refusal("locked-out")), FailureCode::PresenceLockedOut),
        (
            |device| device.script.reply("open", Reply::answer(json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))),
            FailureCode::PresenceFailed,
        ),
        (|device| device.script.reply("seal", Reply::answer(json!("no envelope"))), FailureCode::PresenceLost),
    ];
    for (fault, code) in faults {
        let device = Device::new();
        fault(&device);
        assert_eq!(device.set_up(PASSPHRASE, Some(PIN)).await, Err(code));
        assert_eq!((device.state(), device.kept()), (PresenceState::Off, Some(Value::Null)));
    }
    let device = Device::new();
    device.set_up(PASSPHRASE, Some(PIN)).await.unwrap();
    let kept = device.kept();
    device.script.reply("open", Reply::Refusal("cancelled"));
    assert_eq!(device.set_up(PASSPHRASE, None).await, Err(FailureCode::PresenceCancelled));
    assert_eq!(device.kept(), kept, "what was set up before stays");
    assert_eq!(device.state(), PresenceState::FingerAndPin);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_passphrase_or_a_weak_pin_asks_for_no_finger() {
    let device = Device::new();
    assert_eq!(device.set_up("helemaal verkeerd", None).await, Err(FailureCode::WrongSecret));
    assert_eq!(device.set_up(PASSPHRASE, Some("123456")).await, Err(FailureCode::PinWeak));
    assert!(device.script.asked().iter().all(|(command, _)| *command != "seal"));
}

#[tokio::test(start_paused = true)]
async fn it_is_offered_only_where_the_hardware_limits_tries() {
    let device = Device::new();
    for (state, code) in [
        (json!({ "hardware": "software", "presence": "strong" }), FailureCode::PresenceNotEnrolled),
        (json!({ "hardware": "strong-box", "presence": "not-enrolled" }), FailureCode::PresenceNotEnrolled),
        (json!("nonsense"), FailureCode::PresenceLost),
    ] {
        device.script.reply("keystore", Reply::answer(state));
        assert!(!is_offered(&device.phone).await);
        assert_eq!(device.set_up(PASSPHRASE, Some(PIN)).await, Err(code));
    }
    let nobody = Native::new(Box::new(baken_platform::Absent));
    assert!(!is_offered(&nobody).await);
}

#[tokio::test(start_paused = true)]
async fn switched_off_or_erased_the_hardware_forgets_every_key() {
    let device = Device::new();
    device.set_up(PASSPHRASE, None).await.unwrap();
    let status = remove(&device.shell, &device.phone).await.unwrap();
    assert_eq!((status.presence, device.kept()), (PresenceState::Off, Some(Value::Null)));
    device.set_up(PASSPHRASE, None).await.unwrap();
    device.companion().lock();
    tidy(&device.shell, &device.phone).await;
    assert!(device.kept().is_some_and(|kept| kept.is_string()), "not while it is only locked");
    // As the tenth wrong passphrase leaves it.
    let vault = device.folder.path().join("vault.json");
    let text = std::fs::read_to_string(&vault).unwrap();
    let mut file: Value = serde_json::from_str(&text).unwrap();
    file["wrapped"] = Value::Null;
    std::fs::write(&vault, file.to_string()).unwrap();
    device.companion().erase_destroyed().unwrap();
    tidy(&device.shell, &device.phone).await;
    assert_eq!((device.state(), device.kept()), (PresenceState::Off, Some(Value::Null)));
}
