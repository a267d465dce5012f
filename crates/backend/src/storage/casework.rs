//! What is done about a report beside moving and assigning it: tasks with a day, notes, referrals. Each is a step of the
//! report and is only added; what was planned is ended by another step. What somebody says about it is sealed.
//!
//! Deliberately absent: names of persons, and anything else that a code does not say.

use std::fmt;
use std::str::FromStr;

use baken_protocol::digest::Digest;
use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::reports::codes;
use super::{ReportCodeError, ReportRow, StorageError};

codes! {
    /// What somebody is to do.
    TaskKind {
        /// To ring somebody.
        Call,
        /// To ask another body, or the author.
        Enquire,
        /// To meet somebody.
        Appointment,
        /// To look something up: a register, a file.
        LookUp,
        /// To go there again.
        InspectAgain,
        /// To tell whoever brought it in what became of it.
        ReportBack,
        /// What the sealed explanation says.
        Other,
    }
}

codes! {
    /// How a task ended.
    TaskEnd {
        /// It was done.
        Done,
        /// It need not be done any more.
        Dropped,
    }
}

codes! {
    /// What was written down.
    NoteKind {
        /// What somebody thinks or found.
        Note,
        /// With whom somebody spoke or wrote.
        Contact,
    }
}

codes! {
    /// To whom something is referred: those of the vocabulary's actions that take it over.
    ReferralBody {
        /// The police's department for human trafficking.
        PolitieAvim,
        /// The labour authority.
        Nla,
        /// The care coordinator.
        ZorgcoordinatorHvoQuerido,
        /// The national registration of victims.
        Comensha,
        /// Outreach among sex workers.
        ScharlakenKoord,
        /// Whoever takes reports about minors.
        VeiligThuis,
    }
}

codes! {
    /// What allows a referral.
    ReferralGround {
        /// Each of the persons agreed to be registered.
        ConsentRegistration,
        /// Each agreed to care.
        ConsentCare,
        /// Each agreed that others are told.
        ConsentSharing,
        /// Somebody is in danger.
        Danger,
        /// They are minors.
        Minor,
        /// Nothing of a person is passed on.
        NoPersons,
    }
}

codes! {
    /// What a body said to a referral.
    ReferralAnswer {
        /// It takes it.
        Accepted,
        /// It does not.
        Declined,
        /// It said nothing.
        NoReply,
    }
}

/// A step beside moving and assigning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Casework {
    /// Something is to be done.
    Plan {
        /// What.
        task: TaskKind,
        /// By which day, as the municipality counts days.
        due: NaiveDate,
        /// By whom, by login.
        to: Option<String>,
    },
    /// A task is over.
    End {
        /// The place of the step that planned it.
        task: u64,
        /// How.
        how: TaskEnd,
    },
    /// Something was written down.
    Note(NoteKind),
    /// Somebody is asked to take it over.
    Refer {
        /// Who.
        body: ReferralBody,
        /// Of how many persons something is passed on. Who they are is known to the browser alone.
        persons: u32,
        /// What allows it.
        ground: ReferralGround,
    },
    /// They answered.
    Answer {
        /// The place of the step that referred it.
        referral: u64,
        /// What they said.
        answer: ReferralAnswer,
    },
}

/// A task, folded from the steps of its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The report.
    pub report: i64,
    /// The place of the step that planned it.
    pub place: u64,
    /// Who may see it, as of the report.
    pub shown_to: String,
    /// What is to be done.
    pub task: TaskKind,
    /// By which day.
    pub due: NaiveDate,
    /// By whom, by login.
    pub holder: Option<String>,
    /// Whether it is still to be done.
    pub is_open: bool,
}

/// A text that was sealed in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedText {
    /// The place of the step it belongs to.
    pub place: u64,
    /// The epoch of the key directory it was sealed by.
    pub epoch: u64,
    /// The age file.
    pub sealed: Vec<u8>,
}

/// A place in the list of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskCursor {
    /// By which day.
    pub due: NaiveDate,
    /// The report.
    pub report: i64,
    /// The step that planned it.
    pub place: u64,
}

/// A page of open tasks that is asked for, what is due first on top.
#[derive(Debug, Clone)]
pub struct TaskRequest {
    /// Whose, by login; none: everybody's.
    pub of: Option<String>,
    /// After this one.
    pub after: Option<TaskCursor>,
    /// The most to answer.
    pub limit: u32,
}

/// How many open tasks somebody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// To be done.
    pub open: u64,
    /// Of these, whose day is over.
    pub overdue: u64,
}

/// What is asked of tasks.
pub trait ReportTasks {
    /// Keeps a task.
    fn add_task(&self, task: &TaskRow) -> Result<(), StorageError>;
    /// One is over.
    fn end_task(&self, report: i64, place: u64) -> Result<(), StorageError>;
    /// All tasks of a report, by their places.
    fn tasks_of_report(&self, report: i64) -> Result<Vec<TaskRow>, StorageError>;
    /// Open tasks that are shown to these, each with its report: one more than asked for, where there are more.
    fn open_tasks(&self, shown_to: &[String], request: &TaskRequest)
    -> Result<Vec<(TaskRow, ReportRow)>, StorageError>;
    /// How many open tasks somebody has, of those that are shown to these.
    fn count_tasks(&self, shown_to: &[String], of: &str, today: NaiveDate) -> Result<TaskCounts, StorageError>;
}

/// What is asked of sealed texts.
pub trait ReportTexts {
    /// Keeps the text of a step.
    fn add_report_text(&self, report: i64, text: &SealedText) -> Result<(), StorageError>;
    /// The last texts of a report, at most so many, by their places.
    fn report_texts(&self, report: i64, limit: u32) -> Result<Vec<SealedText>, StorageError>;
    /// How many there are of a report.
    fn count_report_texts(&self, report: i64) -> Result<u64, StorageError>;
}

impl SealedText {
    /// The hash that its step names.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.sealed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use baken_protocol::vocabulary::Vocabulary;

    use super::*;

    #[test]
    fn every_code_is_read_as_it_is_written() {
        macro_rules! each {
            ($($kind:ty),+) => { $(for code in <$kind>::ALL { assert_eq!(code.to_string().parse(), Ok(*code)); })+ };
        }
        each!(TaskKind, TaskEnd, NoteKind, ReferralBody, ReferralGround, ReferralAnswer);
    }

    #[test]
    fn whoever_something_is_referred_to_stands_among_the_actions_of_the_vocabulary() {
        let vocabulary = Vocabulary::built_in();
        for body in ReferralBody::ALL {
            assert!(vocabulary.action(&body.to_string()).is_some(), "{body}");
        }
    }
}
