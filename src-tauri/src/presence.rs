//! Between the hardware that knows a finger and the vault that a finger opens.
//!
//! The hardware is asked here, and what follows each of its answers is what `keystore::way` says: nothing it answers
//! changes the vault. One question at a time: a second one is told that there is a first.
//! Deliberately absent: what a person is told (the page has words for each code) and what lies on the disk (the core's).

use baken_companion::{
    AppStatus, CommandError, Companion, Failure, FailureCode, PlatformSecret, PresenceQuestion, VaultError, Wished,
};
use baken_platform::keystore::PromptWords;
use baken_platform::keystore::demand::{Demand, Trial, demand};
use baken_platform::keystore::way::{OtherWraps, Way, way};
use baken_platform::plugin::Native;
use baken_platform::{Envelope, Keystore, PlatformError, Secret};
use tauri::{AppHandle, Manager, Runtime};
use zeroize::Zeroizing;

use crate::state::Shell;

/// What a person fills in to have a finger open.
pub(crate) struct Wish {
    pub(crate) passphrase: Zeroizing<String>,
    pub(crate) pin: Option<Zeroizing<String>>,
    pub(crate) words: PromptWords,
}

/// Whether this device can have a finger open. Whether its hardware keeps what it says is tried when it is set up.
pub(crate) async fn is_offered(platform: &Native) -> bool {
    matches!(demand(platform.keystore().await, Trial::Held), Demand::ShortPin)
}

/// Seals a fresh secret, tries it, and has the core keep what the hardware made of it. Whatever it comes to, the
/// hardware keeps the key of what is on the disk and no other.
pub(crate) async fn set_up(shell: &Shell, platform: &Native, wish: Wish) -> Result<AppStatus, CommandError> {
    let _turn = shell.presence.try_lock().map_err(|_| FailureCode::PresenceBusy)?;
    let state = platform.keystore().await;
    if demand(state, Trial::Held) == Demand::Passphrase {
        return Err(state.err().map_or(FailureCode::PresenceNotEnrolled, code).into());
    }
    let Wish { passphrase, pin, words } = wish;
    let checked = pin.clone();
    let checked =
        move |companion: &Companion| companion.check_wish(&passphrase, checked.as_deref().map(String::as_str));
    let wished = shell.blocking(checked).await?;
    shell.surroundings.expect_absence();
    let done = sealed_and_kept(shell, platform, (wished, pin), &words).await;
    shell.surroundings.absence_ended();
    forget_others(shell, platform).await;
    done
}

async fn sealed_and_kept(
    shell: &Shell,
    platform: &Native,
    (wished, pin): (Wished, Option<Zeroizing<String>>),
    words: &PromptWords,
) -> Result<AppStatus, CommandError> {
    let secret = PlatformSecret::fresh().map_err(Failure::from)?;
    let handed = Secret::new(Zeroizing::new(secret.bytes().to_vec())).map_err(code)?;
    let envelope = platform.seal(words, &handed).await.map_err(code)?;
    let given = platform.open(words, &envelope).await.map_err(code)?;
    let trial = if given.bytes() == secret.bytes() { Trial::Held } else { Trial::Failed };
    if demand(platform.keystore().await, trial) == Demand::Passphrase {
        return Err(FailureCode::PresenceFailed.into());
    }
    shell
        .blocking(move |companion| {
            companion.set_up_presence(wished, &secret, envelope.bytes(), pin.as_deref().map(String::as_str))?;
            companion.status()
        })
        .await
}

/// Asks for a finger and opens with what the hardware gives.
pub(crate) async fn open(
    shell: &Shell,
    platform: &Native,
    words: &PromptWords,
    pin: Option<Zeroizing<String>>,
) -> Result<AppStatus, CommandError> {
    let _turn = shell.presence.try_lock().map_err(|_| FailureCode::PresenceBusy)?;
    let question = shell.blocking(Companion::presence_question).await?;
    let question = question.ok_or(FailureCode::PresenceOff)?;
    // The system's own question may cover the window.
    shell.surroundings.expect_absence();
    let answer = match Envelope::parse(&question.envelope) {
        Ok(envelope) => platform.open(words, &envelope).await,
        Err(error) => Err(error),
    };
    shell.surroundings.absence_ended();
    match answer {
        Ok(secret) => {
            let opened = opened(shell, question, secret, pin).await;
            if opened.as_ref().is_err_and(|error| error.code == FailureCode::PinSpent) {
                forget_others(shell, platform).await;
            }
            opened
        }
        Err(error) => {
            follow(shell.companion()?.as_ref(), error);
            Err(code(error).into())
        }
    }
}

async fn opened(
    shell: &Shell,
    question: PresenceQuestion,
    secret: Secret,
    pin: Option<Zeroizing<String>>,
) -> Result<AppStatus, CommandError> {
    shell
        .blocking(move |companion| {
            let Ok(secret) = PlatformSecret::read(&secret.into_bytes()) else {
                companion.presence_lost();
                return Err(VaultError::PresenceLost.into());
            };
            companion.unlock_by_presence(&question, &secret, pin.as_deref().map(String::as_str))?;
            companion.status()
        })
        .await
}

/// What a no of the hardware means for the next try. The passphrase's wrapping is always there.
fn follow(companion: &Companion, error: PlatformError) {
    match way(Err(error), OtherWraps { passphrase: true, recovery: companion.is_recoverable() }) {
        Way::Open | Way::AskAgain => {}
        Way::Passphrase | Way::WaitForDevice => companion.demand_typing(),
        Way::PassphraseThenSealAnew | Way::Municipality | Way::Told => companion.presence_lost(),
    }
}

/// No finger opens from now on, and the hardware forgets its key.
pub(crate) async fn remove(shell: &Shell, platform: &Native) -> Result<AppStatus, CommandError> {
    let _turn = shell.presence.try_lock().map_err(|_| FailureCode::PresenceBusy)?;
    shell.blocking(Companion::remove_presence).await?;
    forget_others(shell, platform).await;
    shell.blocking(Companion::status).await
}

/// [`tidy`], and nobody waits for it. Not while the key is lost and the passphrase has not opened: that may be a whim.
pub(crate) fn tidy_later<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { tidy(&app.state::<Shell>(), app.state::<Native>().inner()).await });
}

/// Has the hardware forget every key but that of what is on the disk: after the vault was destroyed or erased, or where
/// the program was ended between two steps. Not while a question is under way.
async fn tidy(shell: &Shell, platform: &Native) {
    if let Ok(_turn) = shell.presence.try_lock() {
        forget_others(shell, platform).await;
    }
}

async fn forget_others(shell: &Shell, platform: &Native) {
    // What cannot be read keeps every key.
    let Ok(kept) = shell.blocking(Companion::presence_question).await else { return };
    let Ok(kept) = kept.map(|question| Envelope::parse(&question.envelope)).transpose() else { return };
    if let Err(error) = platform.forget_others(kept.as_ref()).await {
        tracing::warn!(error.code = error.code(), "a key that is no longer used stays in the hardware");
    }
}

/// The code that the page has words for.
const fn code(error: PlatformError) -> FailureCode {
    match error {
        PlatformError::Invalidated | PlatformError::Damaged => FailureCode::PresenceLost,
        PlatformError::LockedOut => FailureCode::PresenceLockedOut,
        PlatformError::LockedOutForGood => FailureCode::PresenceLockedOutForGood,
        PlatformError::NotEnrolled => FailureCode::PresenceNotEnrolled,
        PlatformError::Refused | PlatformError::RefusedForGood | PlatformError::Withdrawn => {
            FailureCode::PresenceRefused
        }
        PlatformError::Unsupported => FailureCode::PresenceUnsupported,
        PlatformError::Cancelled => FailureCode::PresenceCancelled,
        PlatformError::Late | PlatformError::Lost => FailureCode::PresenceUnanswered,
        PlatformError::Busy => FailureCode::PresenceBusy,
        PlatformError::NoSpace | PlatformError::TooLarge | PlatformError::Failed => FailureCode::PresenceFailed,
    }
}

#[cfg(test)]
mod tests;
