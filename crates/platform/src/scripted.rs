//! A platform whose every answer a test writes: late, twice, never, refused, withdrawn, with the key gone.
//!
//! It stands where Tauri would carry calls to Kotlin, so what is tested above it is what runs on a phone:
//! `Kotlin::new(Script::default().on("open", Reply::Refusal("invalidated")))`. Time is the runtime's own; a test that
//! pauses it waits for nothing.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::{Answer, Calls, Refusal};

/// What becomes of one call.
#[derive(Debug, Clone)]
pub enum Reply {
    /// It is answered.
    Answer(Value),
    /// It is refused, with this code.
    Refusal(&'static str),
    /// It is replied to after so long.
    After(Duration, Box<Self>),
    /// It is replied to more than once, in this order.
    Several(Vec<Self>),
    /// It is never replied to, and somebody still might.
    Never,
    /// It is never replied to, since whoever would is gone.
    Lost,
    /// As a hardware would that holds what it says: it opens what it sealed, here or in another run.
    AsHardware,
}

impl Reply {
    /// An answer.
    pub const fn answer(value: Value) -> Self {
        Self::Answer(value)
    }

    /// The same, later.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self::After(time, Box::new(self))
    }

    /// The same, and then another.
    #[must_use]
    pub fn and_then(self, next: Self) -> Self {
        Self::Several(vec![self, next])
    }

    fn give(self, to: Answer, kept: &Mutex<Vec<Answer>>) {
        // An answer that is too many is given back here and dropped, as it would be on a phone.
        match self {
            Self::Answer(value) => drop(to.fill(Ok(value))),
            Self::Refusal(code) => drop(to.fill(Err(Refusal { code: Some(code.to_owned()) }))),
            Self::After(time, reply) => {
                tokio::spawn(async move {
                    tokio::time::sleep(time).await;
                    reply.give(to, &Mutex::default());
                });
            }
            Self::Several(replies) => replies.into_iter().for_each(|reply| reply.give(to.clone(), kept)),
            Self::Never => locked(kept).push(to),
            Self::Lost => drop(to),
            // It was made an answer of when it was asked.
            Self::AsHardware => drop(to.fill(Err(Refusal::default()))),
        }
    }

    /// The same where a hardware's part is this.
    fn with(self, hardware: &Self) -> Self {
        match self {
            Self::AsHardware => hardware.clone(),
            Self::After(time, reply) => Self::After(time, Box::new(reply.with(hardware))),
            Self::Several(replies) => Self::Several(replies.into_iter().map(|reply| reply.with(hardware)).collect()),
            Self::Answer(_) | Self::Refusal(_) | Self::Never | Self::Lost => self,
        }
    }
}

/// What a hardware answers. Its envelopes hold the secret as it is: this guards nothing.
fn hardware(command: &str, arguments: &Value) -> Reply {
    let bytes = |name: &str| {
        let text = arguments.get(name).and_then(Value::as_str)?;
        BASE64.decode(text.as_bytes()).ok()
    };
    match command {
        "keystore" => Reply::Answer(json!({ "hardware": "trusted-environment", "presence": "strong" })),
        "seal" => bytes("secret").map_or(Reply::Refusal("damaged"), |secret| {
            Reply::Answer(BASE64.encode(&[&ENVELOPE[..], &secret].concat()).into())
        }),
        "open" => match bytes("envelope").as_deref().and_then(|envelope| envelope.strip_prefix(&ENVELOPE)) {
            Some(secret) => Reply::Answer(BASE64.encode(secret).into()),
            None => Reply::Refusal("invalidated"),
        },
        _ => Reply::Answer(Value::Null),
    }
}

/// Before the secret: the version that [`crate::Envelope`] reads, and nothing.
const ENVELOPE: [u8; 2] = [1, 0];

/// The replies to each command, in order; the last one is given for ever after.
#[derive(Default)]
pub struct Script {
    replies: Mutex<HashMap<String, VecDeque<Reply>>>,
    asked: Mutex<Vec<(&'static str, Value)>>,
    hearing: Mutex<Option<Hearing>>,
    unanswered: Mutex<Vec<Answer>>,
}

type Hearing = Arc<dyn Fn(Value) + Send + Sync>;

impl Script {
    /// Adds the next reply to a command. A command without any is refused without a code.
    #[must_use]
    pub fn on(self, command: &str, reply: Reply) -> Self {
        locked(&self.replies).entry(command.to_owned()).or_default().push_back(reply);
        self
    }

    /// From now on a command is replied to by this.
    pub fn reply(&self, command: &str, reply: Reply) {
        locked(&self.replies).insert(command.to_owned(), VecDeque::from([reply]));
    }

    /// Every command so far, with its arguments.
    pub fn asked(&self) -> Vec<(&'static str, Value)> {
        locked(&self.asked).clone()
    }

    /// Tells whoever watches. Answers whether anybody does.
    pub fn tell(&self, event: Value) -> bool {
        let hearing = locked(&self.hearing).clone();
        let heard = hearing.is_some();
        if let Some(hear) = hearing {
            hear(event);
        }
        heard
    }

    fn next(&self, command: &str) -> Option<Reply> {
        let mut replies = locked(&self.replies);
        let left = replies.get_mut(command)?;
        if left.len() > 1 { left.pop_front() } else { left.front().cloned() }
    }
}

/// A test that goes on writing while the app runs.
impl Calls for Arc<Script> {
    fn call(&self, command: &'static str, arguments: Value, answer: Answer) {
        (**self).call(command, arguments, answer);
    }

    fn watch(&self, hear: Hearing, answer: Answer) {
        (**self).watch(hear, answer);
    }
}

impl Calls for Script {
    fn call(&self, command: &'static str, arguments: Value, answer: Answer) {
        let hardware = hardware(command, &arguments);
        locked(&self.asked).push((command, arguments));
        match self.next(command) {
            Some(reply) => reply.with(&hardware).give(answer, &self.unanswered),
            None => drop(answer.fill(Err(Refusal::default()))),
        }
    }

    fn watch(&self, hear: Hearing, answer: Answer) {
        *locked(&self.hearing) = Some(hear);
        self.call("watch", Value::Null, answer);
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
