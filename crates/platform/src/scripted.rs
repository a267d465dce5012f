//! A platform whose every answer a test writes: late, twice, never, refused, withdrawn, with the key gone.
//!
//! It stands where Tauri would carry calls to Kotlin, so what is tested above it is what runs on a phone:
//! `Kotlin::new(Script::default().on("open", Reply::Refusal("invalidated")))`. Time is the runtime's own; a test that
//! pauses it waits for nothing.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

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
        }
    }
}

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
        locked(&self.asked).push((command, arguments));
        match self.next(command) {
            Some(reply) => reply.give(answer, &self.unanswered),
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
