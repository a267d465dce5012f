//! How an observation is in hand, as the console gets it.

use baken_protocol::outcomes::Question;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::register::{Handled, ShownAct, WorkCounts};
use crate::storage::{ActKind, ActReason};

/// How an observation is in hand, and what led to it.
#[derive(Debug, Clone, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HandlingSummary {
    /// How many acts there are: whoever does the next one repeats it as `expectedActs`.
    pub count: u64,
    /// Who took it on and has it still, by login.
    pub holder: Option<String>,
    /// Since when it is handled.
    pub handled_at: Option<DateTime<Utc>>,
    /// The report that it became, until somebody reopened it.
    pub report: Option<String>,
    /// What its author was asked and did not answer.
    #[schema(value_type = Option<String>)]
    pub question: Option<Question>,
    /// The last acts, in their order: in a list one at most.
    pub acts: Vec<ActSummary>,
}

/// What somebody did about an observation.
#[derive(Debug, Clone, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActSummary {
    /// What.
    pub act: ActKind,
    /// Why it was handled or opened again.
    pub reason: Option<ActReason>,
    /// The organisation it was passed on to.
    pub passed_to: Option<String>,
    /// The observation it doubles, as `DEVICE.OPERATION`; none where this account may not see that.
    pub doubles: Option<String>,
    /// The report that it became.
    pub report: Option<String>,
    /// What was asked.
    #[schema(value_type = Option<String>)]
    pub question: Option<Question>,
    /// Who, by login; nobody, where what arrived opened it again or answers.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How many observations there are by how they are in hand.
#[derive(Debug, Clone, Copy, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HandlingCounts {
    /// Not handled.
    pub open: u64,
    /// Of these, taken on by whoever asks.
    pub mine: u64,
    /// Handled.
    pub handled: u64,
}

impl From<Handled> for HandlingSummary {
    fn from(Handled { in_hand, acts, report }: Handled) -> Self {
        let report = report.map(|name| name.to_string());
        let acts = acts.into_iter().map(Into::into).collect();
        let (count, holder, handled_at) = (in_hand.acts, in_hand.holder, in_hand.handled_at);
        Self { count, holder, handled_at, report, question: in_hand.question, acts }
    }
}

impl From<ShownAct> for ActSummary {
    fn from(ShownAct { row, doubles, report }: ShownAct) -> Self {
        Self {
            act: row.kind,
            reason: row.reason,
            passed_to: row.passed_to.map(|organisation| organisation.to_string()),
            doubles: doubles.map(|record| record.to_string()),
            report: report.map(|name| name.to_string()),
            question: row.question,
            by: row.actor,
            at: row.at,
        }
    }
}

impl From<WorkCounts> for HandlingCounts {
    fn from(WorkCounts { open, mine, handled }: WorkCounts) -> Self {
        Self { open, mine, handled }
    }
}
