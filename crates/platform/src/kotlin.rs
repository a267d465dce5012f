//! The platform behind our own plugin in Kotlin (`android/`).
//!
//! What crosses is JSON: a command's name and its arguments there, an answer or a code back. This side has every rule
//! that can be tested without a phone, so it is generic over who carries the calls ([`Calls`]): Tauri on Android, a test
//! here. Android's IPC carries no raw bytes; what is large goes through a sealed file ([`crate::capture`]).
//!
//! Every answer fills a slot, and a task of its own waits for it. So a call that is answered twice is answered once, one
//! that is never answered is late, and an answer that is too late deletes the file it stands for.

mod arguments;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::capture::{Camera, CameraWords, CaptureName, HandoverKey, Kind, Microphone, Order, handover};
use crate::keystore::{KeystoreState, PromptWords};
use crate::screen::leaving::EXPECTED_ABSENCE_MS;
use crate::{
    Back, Captured, Conditions, Envelope, Event, Exchange, Filler, Fix, Keystore, Leaving, Listener, Location, Network,
    NetworkState, Neutral, PlatformError, Screen, Secret, Waiter, Work, slot,
};

/// For what the system answers by itself.
const PROMPT: Duration = Duration::from_secs(10);
/// For what a person answers: no longer than the app may be covered.
const PERSON: Duration = Duration::from_millis(EXPECTED_ABSENCE_MS);

/// A no from Kotlin.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// The code, where there is one.
    pub code: Option<String>,
}

/// Where an answer goes. Dropping every copy says that none will come.
pub type Answer = Filler<Result<Value, Refusal>>;

/// Who carries a call to Kotlin and its answer back.
pub trait Calls: Send + Sync {
    /// One command.
    fn call(&self, command: &'static str, arguments: Value, answer: Answer);

    /// One command that goes on telling; `answer` says that it has begun.
    fn watch(&self, hear: Arc<dyn Fn(Value) + Send + Sync>, answer: Answer);
}

impl Calls for Box<dyn Calls + '_> {
    fn call(&self, command: &'static str, arguments: Value, answer: Answer) {
        (**self).call(command, arguments, answer);
    }

    fn watch(&self, hear: Arc<dyn Fn(Value) + Send + Sync>, answer: Answer) {
        (**self).watch(hear, answer);
    }
}

/// The platform behind `C`.
pub struct Kotlin<C> {
    calls: C,
    folder: OnceCell<PathBuf>,
}

impl<C: Calls> Kotlin<C> {
    /// Asks nothing yet.
    pub fn new(calls: C) -> Self {
        Self { calls, folder: OnceCell::new() }
    }

    /// Where captures are handed over, for the sweep after an unlock.
    pub async fn handover_folder(&self) -> Result<PathBuf, PlatformError> {
        let asked = self.folder.get_or_try_init(|| async {
            let path: String = self.ask("handoverFolder", json!({}), PROMPT, read).await?;
            Ok::<_, PlatformError>(PathBuf::from(path))
        });
        asked.await.cloned()
    }

    async fn ask<T: Send + 'static>(
        &self,
        command: &'static str,
        arguments: Value,
        deadline: Duration,
        take: impl FnOnce(Value) -> Result<T, PlatformError> + Send + 'static,
    ) -> Result<T, PlatformError> {
        let (answer, told) = slot();
        self.calls.call(command, arguments, answer);
        patiently(command, told, deadline, take).await
    }

    /// The same for what shows a screen: one that has had its time is taken away.
    async fn ask_person<T: Send + 'static>(
        &self,
        command: &'static str,
        arguments: Value,
        take: impl FnOnce(Value) -> Result<T, PlatformError> + Send + 'static,
    ) -> Result<T, PlatformError> {
        let answer = self.ask(command, arguments, PERSON, take).await;
        if matches!(answer, Err(PlatformError::Late)) {
            self.calls.call("dismiss", json!({}), slot().0);
        }
        answer
    }

    async fn tell(&self, command: &'static str, arguments: Value) -> Result<(), PlatformError> {
        self.ask(command, arguments, PROMPT, |_| Ok(())).await
    }

    async fn capture(
        &self,
        command: &'static str,
        kind: Kind,
        order: &Order,
        more: Value,
    ) -> Result<Captured, PlatformError> {
        let folder = self.handover_folder().await?;
        let name = CaptureName { kind, id: order.id };
        let (key, most_bytes) = (order.key.clone(), order.most_bytes);
        // Made before anything is asked: however this ends, what was written is deleted.
        let captured = Captured::new(&folder, name, key, most_bytes);
        self.ask_person(command, arguments::order(name, order, more), move |_| Ok(captured)).await
    }
}

/// Waits until `deadline`, and for what is done with a later answer without end.
async fn patiently<T: Send + 'static>(
    command: &'static str,
    told: Waiter<Result<Value, Refusal>>,
    deadline: Duration,
    take: impl FnOnce(Value) -> Result<T, PlatformError> + Send + 'static,
) -> Result<T, PlatformError> {
    let (filler, waiter) = slot();
    tokio::spawn(async move {
        let told = told.ever().await;
        let answer = told.and_then(|answer| answer.map_err(|refusal| refused(&refusal))).and_then(take);
        // Nobody waits any more: it is dropped here, with the secret or the file that it stands for.
        if filler.fill(answer).is_err() {
            tracing::warn!(command, "an answer came too late");
        }
    });
    waiter.within(deadline).await?
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, PlatformError> {
    serde_json::from_value(answer).map_err(|_| PlatformError::Damaged)
}

fn refused(refusal: &Refusal) -> PlatformError {
    refusal.code.as_deref().map_or(PlatformError::Failed, PlatformError::from_code)
}

fn bytes(answer: Value) -> Result<Zeroizing<Vec<u8>>, PlatformError> {
    let text = Zeroizing::new(read::<String>(answer)?);
    BASE64.decode(text.as_bytes()).map(Zeroizing::new).map_err(|_| PlatformError::Damaged)
}

impl<C: Calls> Keystore for Kotlin<C> {
    async fn keystore(&self) -> Result<KeystoreState, PlatformError> {
        self.ask("keystore", json!({}), PROMPT, read).await
    }

    async fn seal(&self, words: &PromptWords, secret: &Secret) -> Result<Envelope, PlatformError> {
        let arguments = arguments::sealing(words, secret);
        self.ask_person("seal", arguments, |answer| Envelope::parse(&bytes(answer)?)).await
    }

    async fn open(&self, words: &PromptWords, envelope: &Envelope) -> Result<Secret, PlatformError> {
        let arguments = arguments::opening(words, envelope);
        self.ask_person("open", arguments, |answer| Secret::new(bytes(answer)?)).await
    }

    async fn forget_others(&self, kept: Option<&Envelope>) -> Result<(), PlatformError> {
        self.tell("forgetOthers", json!({ "kept": kept.map(|envelope| BASE64.encode(envelope.bytes())) })).await
    }
}

impl<C: Calls> Screen for Kotlin<C> {
    async fn watch(&self, listener: Listener) -> Result<(), PlatformError> {
        let (answer, told) = slot();
        let hear = Arc::new(move |told| {
            if let Ok(event) = serde_json::from_value::<Event>(told) {
                listener(event);
            } else {
                tracing::warn!("the platform told of something this version does not know");
            }
        });
        self.calls.watch(hear, answer);
        patiently("watch", told, PROMPT, |_| Ok(())).await
    }
}

impl<C: Calls> Camera for Kotlin<C> {
    async fn photograph(&self, words: &CameraWords, order: &Order) -> Result<Captured, PlatformError> {
        self.capture("photograph", Kind::Photo, order, json!(words)).await
    }
}

impl<C: Calls> Microphone for Kotlin<C> {
    async fn begin_sound(&self, order: &Order) -> Result<(), PlatformError> {
        let name = CaptureName { kind: Kind::Sound, id: order.id };
        self.ask_person("beginSound", arguments::order(name, order, json!({})), |_| Ok(())).await
    }

    async fn end_sound(&self, order: &Order) -> Result<Captured, PlatformError> {
        self.capture("endSound", Kind::Sound, order, json!({})).await
    }
}

impl<C: Calls> Network for Kotlin<C> {
    async fn network(&self) -> Result<NetworkState, PlatformError> {
        self.ask("network", json!({}), PROMPT, read).await
    }
}

impl<C: Calls> Work for Kotlin<C> {
    async fn keep_alive(&self, words: &Neutral) -> Result<(), PlatformError> {
        self.tell("keepAlive", json!(words)).await
    }

    async fn let_go(&self) -> Result<(), PlatformError> {
        self.tell("letGo", json!({})).await
    }

    async fn wake_when(&self, conditions: Option<Conditions>) -> Result<(), PlatformError> {
        self.tell("wakeWhen", json!({ "conditions": conditions })).await
    }

    async fn done(&self, again: bool) -> Result<(), PlatformError> {
        self.tell("done", json!({ "again": again })).await
    }
}

impl<C: Calls> Location for Kotlin<C> {
    async fn locate(&self, patience: Duration) -> Result<Fix, PlatformError> {
        let milliseconds = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        // The plugin's own time ends first, so that the best it has comes rather than nothing. The permission, where it
        // is asked for, is a person's time.
        let deadline = patience.saturating_add(PERSON);
        self.ask("locate", json!({ "patienceMs": milliseconds }), deadline, |answer| read::<Fix>(answer)?.checked())
            .await
    }
}

impl<C: Calls> Exchange for Kotlin<C> {
    async fn share(&self, what: &Leaving, bytes: &[u8]) -> Result<(), PlatformError> {
        let what = what.clone().checked()?;
        let folder = self.handover_folder().await?;
        let name = CaptureName { kind: Kind::File, id: arguments::fresh_id()? };
        let key = HandoverKey::fresh()?;
        let path = folder.join(name.file_name());
        let sealed = handover::seal(bytes, &key)?;
        tokio::fs::write(&path, sealed).await.map_err(|error| arguments::disk(&error))?;
        let shown = self.ask_person("share", arguments::leaving(name, &key, &what), |_| Ok(())).await;
        if shown.is_err() {
            // Nobody was offered it. What was offered is deleted by the plugin once it was read, or by the next sweep.
            let _ = tokio::fs::remove_file(&path).await;
        }
        shown
    }

    async fn take_in(&self, media_types: &[&str], order: &Order) -> Result<Captured, PlatformError> {
        self.capture("takeIn", Kind::File, order, json!({ "mediaTypes": media_types })).await
    }
}

impl<C: Calls> Back for Kotlin<C> {
    async fn leave(&self) -> Result<(), PlatformError> {
        self.tell("leave", json!({})).await
    }
}
