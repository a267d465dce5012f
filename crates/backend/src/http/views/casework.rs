//! What is done about a report beside moving and assigning it, as the console gets it.

use chrono::NaiveDate;
use data_encoding::BASE64;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::ReportSummary;
use crate::register::{TasksPage, grounds};
use crate::storage::{
    Casework, NoteKind, ReferralAnswer, ReferralBody, ReferralGround, SealedText, StorageError, TaskCounts, TaskEnd,
    TaskKind, TaskRow,
};

/// A step beside moving and assigning.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[ts(export)]
pub enum CaseworkSummary {
    /// A task was planned.
    Plan {
        /// What is to be done.
        task: TaskKind,
        /// By which day, as the municipality counts days.
        due: NaiveDate,
        /// By whom, by login.
        assigned_to: Option<String>,
    },
    /// A task is over.
    End {
        /// The place of the step that planned it.
        task: u64,
        /// How.
        how: TaskEnd,
    },
    /// Something was written down.
    Note {
        /// What.
        note: NoteKind,
    },
    /// Somebody is asked to take it over.
    Refer {
        /// Who.
        body: ReferralBody,
        /// Of how many persons something is passed on.
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

/// A task that is open.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TaskSummary {
    /// Its place among the steps of the report: whoever ends it repeats it.
    pub place: u64,
    /// What is to be done.
    pub task: TaskKind,
    /// By which day, as the municipality counts days.
    pub due: NaiveDate,
    /// Whether that day is over.
    pub overdue: bool,
    /// Whose it is, by login.
    pub holder: Option<String>,
}

/// A task in the list, with its report.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TaskItem {
    /// The task.
    pub task: TaskSummary,
    /// The report.
    pub report: ReportSummary,
}

/// A page of open tasks.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TaskPage {
    /// The tasks, what is due first on top.
    pub items: Vec<TaskItem>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many this account has.
    pub counts: TaskTotals,
}

/// How many open tasks an account has.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TaskTotals {
    /// To be done.
    pub open: u64,
    /// Of these, whose day is over.
    pub overdue: u64,
}

/// To whom a report may be referred.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReferralChoice {
    /// To whom.
    pub to: ReferralBody,
    /// What may allow it, the usual first.
    pub grounds: Vec<ReferralGround>,
}

/// Sealed texts of a report.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportTexts {
    /// The last two hundred, by their steps.
    pub texts: Vec<ReportText>,
}

/// A sealed text.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportText {
    /// The place of the step it belongs to.
    pub place: u64,
    /// The epoch of the key directory it was sealed by.
    pub epoch: u64,
    /// The age file, in base64.
    pub sealed: String,
}

impl TaskSummary {
    pub(super) fn of(task: TaskRow, today: NaiveDate) -> Self {
        let TaskRow { place, task, due, holder, .. } = task;
        Self { place, task, due, overdue: due < today, holder }
    }
}

impl ReferralChoice {
    pub(super) fn all() -> Vec<Self> {
        ReferralBody::ALL.iter().map(|to| Self { to: *to, grounds: grounds(*to).to_vec() }).collect()
    }
}

impl From<Vec<SealedText>> for ReportTexts {
    fn from(texts: Vec<SealedText>) -> Self {
        let text =
            |text: SealedText| ReportText { place: text.place, epoch: text.epoch, sealed: BASE64.encode(&text.sealed) };
        Self { texts: texts.into_iter().map(text).collect() }
    }
}

impl From<TaskCounts> for TaskTotals {
    fn from(TaskCounts { open, overdue }: TaskCounts) -> Self {
        Self { open, overdue }
    }
}

impl TryFrom<TasksPage> for TaskPage {
    type Error = StorageError;

    fn try_from(TasksPage { items, next, counts, today }: TasksPage) -> Result<Self, StorageError> {
        let items = items
            .into_iter()
            .map(|(task, report)| Ok(TaskItem { task: TaskSummary::of(task, today), report: report.try_into()? }));
        let items = items.collect::<Result<_, StorageError>>()?;
        Ok(Self { items, next_cursor: next.map(|next| next.to_text()), counts: counts.into() })
    }
}

impl From<Casework> for CaseworkSummary {
    fn from(work: Casework) -> Self {
        match work {
            Casework::Plan { task, due, to } => Self::Plan { task, due, assigned_to: to },
            Casework::End { task, how } => Self::End { task, how },
            Casework::Note(note) => Self::Note { note },
            Casework::Refer { body, persons, ground } => Self::Refer { body, persons, ground },
            Casework::Answer { referral, answer } => Self::Answer { referral, answer },
        }
    }
}
