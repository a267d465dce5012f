//! `outcomes.v1`: what became of a device's own observations, as far as their author may know it.
//!
//! The backend counts what it has to tell: each change gets the next number of its log, and takes the place of what was told
//! of that observation before. A device asks for what comes after the number it knows, and is told so many at a time. So a
//! message that was left out, exchanged or played back does not fit the number that was asked for. Deliberately absent: who
//! deals with it, to whom it was passed on, the name of a report, and what it is said to double: those are the office's.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dsse::{Envelope, EnvelopeError, Payload, Verified};
use crate::ids::{Code, DeviceId, OperationId, TenantId};
use crate::keydir::ReceiptKeys;
use crate::limits;

/// What the backend signs for the one device that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcomes {
    /// The municipality.
    pub tenant: TenantId,
    /// Whose observations they are: the device that asked.
    pub device: DeviceId,
    /// The name of the log in which the changes are counted.
    pub log_origin: String,
    /// The number that the device asked with: it knew all up to that.
    pub after: u64,
    /// The number of the last change that is told here; `after` where there is none.
    pub up_to: u64,
    /// Whether there are later ones.
    pub more: bool,
    /// What became of them, in the order of the changes; at most [`limits::OUTCOMES`].
    pub outcomes: Vec<Outcome>,
}

/// What became of one observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// The observation, by the first of its operations that the backend holds.
    pub operation: OperationId,
    /// How it stands at the office. Of a code that a device does not know it says that the office did something.
    pub state: Code,
    /// Since when, by the backend's clock.
    #[serde(with = "crate::moment")]
    pub since: DateTime<Utc>,
    /// What is asked, where something is.
    pub question: Option<Code>,
    /// What it was closed with, as far as its author may know.
    pub closed_as: Option<Code>,
}

impl Payload for Outcomes {
    const TYPE: &'static str = "application/vnd.baken.outcomes.v1+json";
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
        #[serde(rename_all = "kebab-case")]
        #[ts(export)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it is written.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The same as a code: each name is one, which a test holds.
            pub fn code(self) -> Code {
                self.name().parse().expect("a name is a code")
            }

            /// The one that a code names; none of a later version's.
            pub fn known(code: &Code) -> Option<Self> {
                code.as_str().parse().ok()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = OutcomeCodeError;

            fn from_str(text: &str) -> Result<Self, OutcomeCodeError> {
                Self::ALL.iter().copied().find(|it| it.name() == text).ok_or(OutcomeCodeError)
            }
        }
    };
}

/// The text is no code of an outcome that this version knows.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a code of an outcome")]
pub struct OutcomeCodeError;

codes! {
    /// How an observation stands at the office.
    OutcomeState {
        /// It is there, and nobody has it in hand.
        Received = "received",
        /// Somebody deals with it.
        InTreatment = "in-treatment",
        /// The office asks its author something.
        Question = "question",
        /// The office is done with it.
        Closed = "closed",
    }
}

codes! {
    /// What the office asks of whoever recorded an observation. It has no words of its own: they would stand in clear.
    Question {
        /// Which place exactly.
        WhichPlace = "which-place",
        /// How many persons.
        HowManyPersons = "how-many-persons",
        /// Whether there is a photo.
        AnyPhoto = "any-photo",
        /// Whether somebody is in danger now.
        DangerNow = "danger-now",
        /// To call the office.
        CallOffice = "call-office",
    }
}

codes! {
    /// What the office was done with it for, as far as its author may know.
    ClosedAs {
        /// Nothing more has to be done.
        NoFollowUp = "no-follow-up",
        /// Another body goes on with it.
        PassedOn = "passed-on",
        /// It is part of a report.
        Report = "report",
    }
}

/// Why outcomes were refused.
#[derive(Debug, thiserror::Error)]
pub enum OutcomesError {
    /// They are another municipality's, or of another device's observations.
    #[error("the outcomes are another municipality's or another device's")]
    Other,
    /// They tell more at once than any message does.
    #[error("the outcomes are more than {}", limits::OUTCOMES)]
    TooMany,
    /// Their numbers do not count what they tell.
    #[error("the outcomes are not counted as they should be")]
    Uncounted,
    /// They do not go on from what was known: some were left out, or told before.
    #[error("the outcomes do not go on from what was known")]
    Elsewhere,
    /// They are not signed as they should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Outcomes {
    /// Checks that it is this municipality's word for this device, and whole.
    pub fn verify(
        envelope: Envelope,
        keys: &ReceiptKeys,
        tenant: &TenantId,
        device: DeviceId,
    ) -> Result<Verified<Self>, OutcomesError> {
        let verified = keys.verify::<Self>(envelope)?;
        let told = &verified.payload;
        if told.tenant != *tenant || told.device != device {
            return Err(OutcomesError::Other);
        }
        if told.outcomes.len() > limits::OUTCOMES {
            return Err(OutcomesError::TooMany);
        }
        // Each has a number of its own after the one that was known.
        let count = u64::try_from(told.outcomes.len()).unwrap_or(u64::MAX);
        let room = told.up_to.checked_sub(told.after).ok_or(OutcomesError::Uncounted)?;
        let is_empty = told.outcomes.is_empty();
        if count > room || is_empty != (room == 0) || (is_empty && told.more) {
            return Err(OutcomesError::Uncounted);
        }
        Ok(verified)
    }

    /// Checks that it goes on in `log` from `known`, all of which is known.
    pub fn go_on_from(&self, log: &str, known: u64) -> Result<(), OutcomesError> {
        if self.log_origin == log && self.after == known { Ok(()) } else { Err(OutcomesError::Elsewhere) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::revocations::Revocations;
    use crate::signature::SigningKey;
    use ring::rand::SystemRandom;
    use uuid::Uuid;

    const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));

    fn told(after: u64, up_to: u64, count: usize) -> Outcomes {
        let outcome = Outcome {
            operation: OperationId(Uuid::from_u128(2)),
            state: OutcomeState::Question.code(),
            since: DateTime::UNIX_EPOCH,
            question: Some(Question::CallOffice.code()),
            closed_as: None,
        };
        Outcomes {
            tenant: "GM0453".parse().unwrap(),
            device: DEVICE,
            log_origin: "baken-GM0453".into(),
            after,
            up_to,
            more: false,
            outcomes: vec![outcome; count],
        }
    }

    fn judged(told: &Outcomes, by: &SigningKey, key: &SigningKey) -> Result<Outcomes, OutcomesError> {
        let envelope = Envelope::sign(told, by).unwrap();
        let keys = ReceiptKeys::new(key.public());
        Outcomes::verify(envelope, &keys, &"GM0453".parse().unwrap(), DEVICE).map(|it| it.payload)
    }

    #[test]
    fn is_believed_from_the_receipt_key_for_its_municipality_and_device_alone() {
        let key = || SigningKey::generate(&SystemRandom::new()).unwrap();
        let (ours, stranger) = (key(), key());
        let honest = told(3, 5, 2);
        assert_eq!(judged(&honest, &ours, &ours).unwrap(), honest);
        assert!(matches!(judged(&honest, &stranger, &ours), Err(OutcomesError::Envelope(_))));
        let elsewhere = Outcomes { tenant: "GM0363".parse().unwrap(), ..honest.clone() };
        assert!(matches!(judged(&elsewhere, &ours, &ours), Err(OutcomesError::Other)));
        let of_another = Outcomes { device: DeviceId(Uuid::from_u128(9)), ..honest.clone() };
        assert!(matches!(judged(&of_another, &ours, &ours), Err(OutcomesError::Other)));
        let mut renamed = Envelope::sign(&honest, &ours).unwrap();
        Revocations::TYPE.clone_into(&mut renamed.payload_type);
        let keys = ReceiptKeys::new(ours.public());
        assert!(Outcomes::verify(renamed, &keys, &"GM0453".parse().unwrap(), DEVICE).is_err());
    }

    #[test]
    fn what_is_told_is_counted() {
        let ours = SigningKey::generate(&SystemRandom::new()).unwrap();
        let judged = |it: &Outcomes| judged(it, &ours, &ours);
        judged(&told(7, 7, 0)).unwrap();
        judged(&Outcomes { more: true, ..told(0, 9, 2) }).unwrap();
        let uncounted = [told(5, 4, 0), told(5, 6, 2), told(5, 6, 0), told(5, 5, 1)];
        for told in uncounted.into_iter().chain([Outcomes { more: true, ..told(5, 5, 0) }]) {
            assert!(matches!(judged(&told), Err(OutcomesError::Uncounted)), "{} to {}", told.after, told.up_to);
        }
        judged(&told(0, 9_000, limits::OUTCOMES)).unwrap();
        assert!(matches!(judged(&told(0, 9_000, limits::OUTCOMES + 1)), Err(OutcomesError::TooMany)));
    }

    #[test]
    fn goes_on_from_what_is_known_in_that_log_and_from_nowhere_else() {
        let told = told(3, 5, 2);
        told.go_on_from("baken-GM0453", 3).unwrap();
        for (log, known) in [("baken-GM0453", 5), ("baken-GM0453", 0), ("baken-GM0453-2", 3)] {
            assert!(matches!(told.go_on_from(log, known), Err(OutcomesError::Elsewhere)), "{log} {known}");
        }
    }

    #[test]
    fn every_name_is_a_code_and_one_of_a_later_version_is_read_as_unknown() {
        for state in OutcomeState::ALL {
            assert_eq!((OutcomeState::known(&state.code()), state.to_string()), (Some(*state), state.name().into()));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        for question in Question::ALL {
            assert_eq!(Question::known(&question.code()), Some(*question));
            assert_eq!(serde_json::to_value(question).unwrap(), question.name());
        }
        for closed in ClosedAs::ALL {
            assert_eq!(ClosedAs::known(&closed.code()), Some(*closed));
            assert_eq!(serde_json::to_value(closed).unwrap(), closed.name());
        }
        assert_eq!(OutcomeState::known(&"prosecuted".parse().unwrap()), None);
    }
}
