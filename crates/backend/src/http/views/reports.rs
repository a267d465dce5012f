//! Reports as the console gets them.

use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::{CaseworkSummary, ObservationSummary, ReferralChoice, TaskSummary, TaskTotals, summaries};
use crate::register::{ReportHistory, ReportsPage, ShownReportStep, next_states, reasons};
use crate::storage::{ReportCounts, ReportRow, ReportSource, ReportState, StateReason, StepTaken, StorageError};

/// A page of reports.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportPage {
    /// The reports, the last made first.
    pub items: Vec<ReportSummary>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are, for this account.
    pub counts: ReportTotals,
    /// How many open tasks this account has.
    pub tasks: TaskTotals,
}

/// How many reports there are.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportTotals {
    /// Not closed.
    pub open: u64,
    /// Of these, assigned to whoever asks.
    pub mine: u64,
    /// Closed.
    pub closed: u64,
}

/// A report in a list.
#[derive(Debug, Clone, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportSummary {
    /// What it is called by: `M-2026-031`.
    pub report: String,
    /// How it came in.
    pub source: ReportSource,
    /// Who may see it.
    #[schema(value_type = String)]
    pub level: ConfidentialityLevel,
    /// The form of exploitation.
    pub form: String,
    /// The kind of place.
    pub place_kind: String,
    /// The district.
    pub district: Option<String>,
    /// How soon somebody must act.
    pub urgency: String,
    /// Who made it, by login.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ReportState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whom it is assigned to, by login.
    pub holder: Option<String>,
    /// Whether it ever was concrete.
    pub ever_concrete: bool,
    /// How many steps there are: whoever takes the next one repeats it as `expectedSteps`.
    pub steps: u64,
}

/// A report with what it is made of and what was done.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportDetail {
    /// As in the list.
    pub summary: ReportSummary,
    /// The last steps, in their order.
    pub steps: Vec<ReportStepSummary>,
    /// What it is made of.
    pub observations: Vec<ObservationSummary>,
    /// Where it may go from here, and why.
    pub moves: Vec<ReportMove>,
    /// Who may have it, by login.
    pub members: Vec<String>,
    /// Its open tasks, what is due first on top.
    pub tasks: Vec<TaskSummary>,
    /// To whom it may be referred, and what may allow that.
    pub referrals: Vec<ReferralChoice>,
    /// How many of its steps have a sealed text.
    pub texts: u64,
    /// The team such texts are sealed to, beside the recovery key.
    pub team: String,
}

/// Where a report may go.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportMove {
    /// Where.
    pub to: ReportState,
    /// Why it may.
    pub reasons: Vec<StateReason>,
}

/// What somebody did about a report.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportStepSummary {
    /// Its place among the steps: 1, 2, …
    pub place: u64,
    /// What else was done than moving or assigning it.
    pub work: Option<CaseworkSummary>,
    /// Whether a sealed text belongs to it.
    pub has_text: bool,
    /// Where it went; none where it was not moved.
    pub state: Option<ReportState>,
    /// Why it went there.
    pub reason: Option<StateReason>,
    /// The report it doubles; none where this account may not see that.
    pub doubles: Option<String>,
    /// To whom it was assigned, by login; none: to nobody, or something else was done.
    pub assigned_to: Option<String>,
    /// Who did it, by login.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl TryFrom<ReportRow> for ReportSummary {
    type Error = StorageError;

    fn try_from(row: ReportRow) -> Result<Self, StorageError> {
        Ok(Self {
            report: row.name.to_string(),
            source: row.source,
            level: row.level.parse().map_err(|_| StorageError::Content)?,
            form: row.form.to_string(),
            place_kind: row.place_kind.to_string(),
            district: row.district.map(|district| district.to_string()),
            urgency: row.urgency.to_string(),
            made_by: row.made_by,
            made_at: row.made_at,
            state: row.stand.state,
            since: row.stand.since,
            holder: row.stand.holder,
            ever_concrete: row.stand.ever_concrete,
            steps: row.stand.steps,
        })
    }
}

impl TryFrom<ReportsPage> for ReportPage {
    type Error = StorageError;

    fn try_from(ReportsPage { items, next, counts, tasks }: ReportsPage) -> Result<Self, StorageError> {
        let items = items.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        let ReportCounts { open, mine, closed } = counts;
        let counts = ReportTotals { open, mine, closed };
        Ok(Self { items, next_cursor: next.map(|name| name.to_string()), counts, tasks: tasks.into() })
    }
}

impl TryFrom<ReportHistory> for ReportDetail {
    type Error = StorageError;

    fn try_from(history: ReportHistory) -> Result<Self, StorageError> {
        let ReportHistory { report, steps, observations, members, tasks, texts, today } = history;
        let may = |to: &ReportState| ReportMove { to: *to, reasons: reasons(*to).to_vec() };
        let level: ConfidentialityLevel = report.level.parse().map_err(|_| StorageError::Content)?;
        let organisation = report.organisation.parse().map_err(|_| StorageError::Content)?;
        let team = level.team(&organisation).to_string();
        Ok(Self {
            moves: next_states(report.stand.state).iter().map(may).collect(),
            summary: report.try_into()?,
            steps: steps.into_iter().map(Into::into).collect(),
            observations: summaries(observations),
            members,
            tasks: tasks.into_iter().map(|task| TaskSummary::of(task, today)).collect(),
            referrals: ReferralChoice::all(),
            texts,
            team,
        })
    }
}

impl From<ShownReportStep> for ReportStepSummary {
    fn from(ShownReportStep { step, doubles }: ShownReportStep) -> Self {
        let (state, reason, assigned_to, work) = match step.taken {
            StepTaken::Moved { to, reason, .. } => (Some(to), Some(reason), None, None),
            StepTaken::Assigned(to) => (None, None, to, None),
            StepTaken::Worked(work) => (None, None, None, Some(work.into())),
        };
        let doubles = doubles.map(|name| name.to_string());
        let (place, has_text) = (step.place, step.text.is_some());
        Self { place, work, has_text, state, reason, doubles, assigned_to, by: step.actor, at: step.at }
    }
}
