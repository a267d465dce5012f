//! What coordinators do about an observation, as acts that are only added. What they add up to is decided in
//! `register::handling`; a row of how the observation stands has it beside.

use std::fmt;
use std::str::FromStr;

use baken_protocol::ids::Code;
use baken_protocol::outcomes::Question;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::StorageError;

/// What somebody does about an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ActKind {
    /// Takes it on.
    TakeOn,
    /// Puts it back, for anybody.
    PutBack,
    /// Is done with it.
    Handle,
    /// Opens it again.
    Reopen,
    /// Asks its author something.
    Ask,
    /// Says that it was answered: somebody, or what its device added to it.
    Answer,
}

/// Why it was handled or opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ActReason {
    /// Handled: nothing more has to be done.
    NoFollowUp,
    /// Handled: another body goes on with it.
    PassedOn,
    /// Handled: another observation says the same.
    Doubles,
    /// Handled: it became a report, or part of one.
    BecameReport,
    /// Opened again by somebody.
    ByHand,
    /// Opened again since its device added to it.
    Amended,
    /// Opened again since its device took it back.
    Retracted,
    /// Opened again since it became more urgent.
    MoreUrgent,
    /// Opened again since a photo or a spoken note of it came.
    AttachmentArrived,
}

/// The text is the code of no act or reason.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not the code of an act or a reason")]
pub struct ActCodeError;

impl ActKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::TakeOn, Self::PutBack, Self::Handle, Self::Reopen, Self::Ask, Self::Answer];
}

impl ActReason {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NoFollowUp,
        Self::PassedOn,
        Self::Doubles,
        Self::BecameReport,
        Self::ByHand,
        Self::Amended,
        Self::Retracted,
        Self::MoreUrgent,
        Self::AttachmentArrived,
    ];
}

macro_rules! spelt_as_serialised {
    ($($code:ty),*) => {
        $(impl fmt::Display for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }

        impl FromStr for $code {
            type Err = ActCodeError;

            fn from_str(text: &str) -> Result<Self, ActCodeError> {
                Self::ALL.into_iter().find(|code| code.to_string() == text).ok_or(ActCodeError)
            }
        })*
    };
}

spelt_as_serialised!(ActKind, ActReason);

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRow {
    /// The observation: the number of its first operation.
    pub standing: i64,
    /// Its place among the acts on that: 1, 2, …
    pub place: u64,
    /// What was done.
    pub kind: ActKind,
    /// Why it was handled or opened again.
    pub reason: Option<ActReason>,
    /// The organisation it was passed on to.
    pub passed_to: Option<Code>,
    /// The observation it doubles: the number of that one's first operation.
    pub doubles: Option<i64>,
    /// The report that it became.
    pub report: Option<i64>,
    /// What is asked.
    pub question: Option<Question>,
    /// Who did it, by login; nobody, where what arrived opened it again or answers.
    pub actor: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How an observation is in hand: what the acts on it add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InHand {
    /// How many acts there are.
    pub acts: u64,
    /// Who took it on and has it still, by login.
    pub holder: Option<String>,
    /// Since when it is handled.
    pub handled_at: Option<DateTime<Utc>>,
    /// The report that it became, until somebody reopened it.
    pub report: Option<i64>,
    /// What is asked of its author and not answered.
    pub question: Option<Question>,
}

/// What is asked of acts.
pub trait Handling {
    /// Adds an act. One that has another's place is refused.
    fn add_act(&self, act: &ActRow) -> Result<(), StorageError>;
    /// The last acts on an observation, at most so many, in their order.
    fn acts_on(&self, standing: i64, limit: u32) -> Result<Vec<ActRow>, StorageError>;
    /// How many acts are on something that is no observation.
    fn count_stray_acts(&self) -> Result<u64, StorageError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_as_it_is_written_and_no_other() {
        for kind in ActKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        for reason in ActReason::ALL {
            assert_eq!(reason.to_string().parse(), Ok(reason));
        }
        for wrong in ["", "TakeOn", "later"] {
            assert_eq!((wrong.parse::<ActKind>(), wrong.parse::<ActReason>()), (Err(ActCodeError), Err(ActCodeError)));
        }
    }
}
