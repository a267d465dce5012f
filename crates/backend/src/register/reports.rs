//! Reports of a possible victim: made from observations or entered by hand, moved along, assigned, listed.
//!
//! A report is seen by whom its observations are seen by: they share one level. An observation that became one is handled.
//! Deliberately absent: words. What somebody says about a report stands in clear nowhere. What else is done about it is in
//! `casework`.

use baken_protocol::ids::{Code, RecordId};
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::handling::{ActError, Outcome, WantedAct, act};
use super::triage::{Named, after, made, may_take};
use super::{Observation, Terms, inbox};
use crate::access::{Permission, Reach, shown_to};
use crate::storage::{
    Account, Clearance, ReportCounts, ReportNumber, ReportRequest, ReportRow, ReportSource, ReportState, ReportStep,
    StateReason, StepTaken, StorageError, TaskCounts, TaskRow, Transaction,
};
use crate::time_zone::TimeZone;

/// Observations of one report, at most.
pub const OBSERVATIONS: u32 = 100;
/// Steps that are shown with a report, at most: the last ones.
const SHOWN: u32 = 200;

/// What a report is about.
#[derive(Debug, Clone)]
pub struct ReportOrder {
    /// How it came in.
    pub source: ReportSource,
    /// Its level, where it is entered by hand; that of its observations else.
    pub level: Option<ConfidentialityLevel>,
    /// The form of exploitation.
    pub form: Code,
    /// The kind of place.
    pub place_kind: Code,
    /// The district.
    pub district: Option<Code>,
    /// How soon somebody must act.
    pub urgency: Code,
    /// What it is made of, each with how many acts on it were known.
    pub observations: Vec<(RecordId, u64)>,
}

/// A step that somebody wants to take.
#[derive(Debug, Clone)]
pub enum WantedStep {
    /// Move it.
    Move(ReportState, StateReason, Option<ReportNumber>),
    /// Give it to somebody, by login, or to nobody.
    Assign(Option<String>),
}

/// Why nothing was done about a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is not there, or not for whoever asks.
    #[error("there is no such report for whoever asks")]
    NotFound,
    /// Another step was taken, or act done, meanwhile.
    #[error("something was done meanwhile")]
    Meanwhile,
    /// From where it stands it cannot go there; or an observation was finished already.
    #[error("as things stand, that cannot be done")]
    NotNow,
    /// That is no level of whoever asks.
    #[error("not a level of whoever asks")]
    Level,
    /// These observations are not all there for whoever asks, or of several levels.
    #[error("these observations make no report")]
    Observations,
    /// What it is said to double is no other report.
    #[error("what it is said to double is no other report")]
    DoublesNothing,
    /// Nobody of that name may see it and deal with it.
    #[error("nobody of that name may have it")]
    Holder,
    /// A task cannot be planned for that day.
    #[error("a task is planned for today or later, and for two years ahead at most")]
    Day,
    /// No such task of this report.
    #[error("no such task of this report")]
    Task,
    /// No such referral of this report.
    #[error("no such referral of this report")]
    Referral,
    /// A text is missing, or not sealed as one is.
    #[error("a text is missing, or not sealed as one is")]
    Text,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes a report, and handles the observations it is made of. Whoever makes it has it.
pub fn make(
    tx: &dyn Transaction,
    (clearance, zone): (&Clearance, TimeZone),
    order: &ReportOrder,
    (actor, now): (&str, DateTime<Utc>),
) -> Result<ReportNumber, ReportError> {
    let (level, organisation) = whose(tx, clearance, order)?;
    let year = u32::try_from(zone.date_of(now).year()).map_err(|_| StorageError::Content)?;
    let (number, name) = tx.next_report(year)?;
    let mut report = ReportRow {
        number,
        name,
        source: order.source,
        shown_to: shown_to(level.code(), &organisation),
        level: level.code().to_owned(),
        organisation,
        form: order.form.clone(),
        place_kind: order.place_kind.clone(),
        district: order.district.clone(),
        urgency: order.urgency.clone(),
        made_by: actor.to_owned(),
        made_at: now,
        stand: crate::storage::ReportStand {
            steps: 0,
            state: ReportState::Received,
            since: now,
            holder: None,
            ever_concrete: false,
        },
    };
    report.stand = made(&report);
    tx.add_report(&report)?;
    for &(record, expected) in &order.observations {
        let wanted = WantedAct::Handle(Outcome::Report(name));
        act(tx, clearance, (record, expected), &wanted, (actor, now)).map_err(|error| match error {
            ActError::Meanwhile => ReportError::Meanwhile,
            ActError::NotNow => ReportError::NotNow,
            ActError::NotFound | ActError::DoublesNothing | ActError::NoReport => ReportError::Observations,
            ActError::Storage(error) => ReportError::Storage(error),
        })?;
    }
    Ok(name)
}

/// At which level a report stands, and of which organisation: as all of its observations, or as it is asked for.
fn whose(
    tx: &dyn Transaction,
    clearance: &Clearance,
    order: &ReportOrder,
) -> Result<(ConfidentialityLevel, String), ReportError> {
    let mut of = None;
    for (record, _) in &order.observations {
        let shown = tx.shown(Some(clearance), *record)?.ok_or(ReportError::Observations)?;
        let level: ConfidentialityLevel = shown.level.parse().map_err(|_| StorageError::Content)?;
        // The organisation matters at its own level alone.
        let own = if level == ConfidentialityLevel::Own { shown.organisation } else { clearance.organisation.clone() };
        let here = (level, own);
        if of.get_or_insert_with(|| here.clone()) != &here {
            return Err(ReportError::Observations);
        }
    }
    match (of, order.level) {
        (Some(of), _) => Ok(of),
        (None, Some(level)) if clearance.reach(level) != Reach::Nothing => Ok((level, clearance.organisation.clone())),
        (None, _) => Err(ReportError::Level),
    }
}

/// A report that `clearance` allows.
pub(super) fn seen(
    tx: &dyn Transaction,
    clearance: &Clearance,
    name: ReportNumber,
) -> Result<Option<ReportRow>, StorageError> {
    Ok(tx.report(name)?.filter(|report| sees(clearance, report)))
}

fn sees(clearance: &Clearance, report: &ReportRow) -> bool {
    clearance.sees(&[]).contains(&report.shown_to)
}

/// Takes a step, for whoever knew of `expected` steps.
pub fn take_step(
    tx: &dyn Transaction,
    clearance: &Clearance,
    (name, expected): (ReportNumber, u64),
    wanted: &WantedStep,
    (actor, now): (&str, DateTime<Utc>),
) -> Result<(), ReportError> {
    let report = seen(tx, clearance, name)?.ok_or(ReportError::NotFound)?;
    if report.stand.steps != expected {
        return Err(ReportError::Meanwhile);
    }
    let taken = match wanted {
        WantedStep::Move(to, reason, doubles) => {
            let doubles = doubles.map(|other| doubled(tx, clearance, &report, other)).transpose()?;
            StepTaken::Moved { to: *to, reason: *reason, doubles }
        }
        WantedStep::Assign(to) => {
            if let Some(login) = to
                && !members(tx, &report)?.contains(login)
            {
                return Err(ReportError::Holder);
            }
            StepTaken::Assigned(to.clone())
        }
    };
    if !may_take(&report.stand, Named::Nothing, &taken) {
        return Err(ReportError::NotNow);
    }
    let place = report.stand.steps.saturating_add(1);
    let step = ReportStep { report: report.number, place, taken, actor: actor.to_owned(), at: now, text: None };
    tx.add_report_step(&step)?;
    tx.change_report(report.number, &after(&report.stand, &step))?;
    Ok(())
}

/// The report that another is said to double. It is no double itself, so that none doubles each other in a circle.
fn doubled(
    tx: &dyn Transaction,
    clearance: &Clearance,
    of: &ReportRow,
    other: ReportNumber,
) -> Result<i64, ReportError> {
    let other = seen(tx, clearance, other)?.ok_or(ReportError::DoublesNothing)?;
    let is_double = other.stand.state == ReportState::Duplicate;
    if other.number == of.number || is_double { Err(ReportError::DoublesNothing) } else { Ok(other.number) }
}

/// Who may see a report and deal with it, and so may have it.
pub(super) fn members(tx: &dyn Transaction, report: &ReportRow) -> Result<Vec<String>, StorageError> {
    let may = |account: &Account| {
        let grant = account.grant();
        grant.may(Permission::HandleRecords) && sees(&grant.clearance(), report)
    };
    Ok(tx.active_accounts()?.into_iter().filter(may).map(|account| account.login).collect())
}

/// A page of reports.
#[derive(Debug)]
pub struct ReportsPage {
    /// The reports, the last made first.
    pub items: Vec<ReportRow>,
    /// Where the next page begins.
    pub next: Option<ReportNumber>,
    /// How many there are.
    pub counts: ReportCounts,
    /// How many tasks whoever asks has.
    pub tasks: TaskCounts,
}

/// A page of what `clearance` allows.
pub fn reports(
    tx: &dyn Transaction,
    clearance: &Clearance,
    request: &ReportRequest,
    today: NaiveDate,
) -> Result<ReportsPage, StorageError> {
    let sees = clearance.sees(&[]);
    let counts = tx.count_reports(&sees, &request.asker)?;
    let tasks = tx.count_tasks(&sees, &request.asker, today)?;
    let mut items = tx.reports(&sees, request)?;
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|report| report.name);
    Ok(ReportsPage { items, next, counts, tasks })
}

/// A step as somebody may see it.
#[derive(Debug, Clone)]
pub struct ShownReportStep {
    /// As it is kept.
    pub step: ReportStep,
    /// The report it doubles, if whoever asks may see that.
    pub doubles: Option<ReportNumber>,
}

/// A report with what it is made of and what was done.
#[derive(Debug)]
pub struct ReportHistory {
    /// As it is kept.
    pub report: ReportRow,
    /// The last steps, in their order.
    pub steps: Vec<ShownReportStep>,
    /// What it is made of.
    pub observations: Vec<Observation>,
    /// Who may have it, by login; nobody for whoever may not assign it.
    pub members: Vec<String>,
    /// The tasks that are open, what is due first on top.
    pub tasks: Vec<TaskRow>,
    /// How many sealed texts there are.
    pub texts: u64,
    /// The municipality's day.
    pub today: NaiveDate,
}

/// A report that `clearance` allows.
pub fn report(
    tx: &dyn Transaction,
    terms: &Terms,
    (clearance, may_assign): (&Clearance, bool),
    (name, today): (ReportNumber, NaiveDate),
) -> Result<Option<ReportHistory>, StorageError> {
    let Some(report) = seen(tx, clearance, name)? else { return Ok(None) };
    let show = |step: ReportStep| {
        let doubles = match &step.taken {
            StepTaken::Moved { doubles: Some(number), .. } => {
                tx.report_numbered(*number)?.filter(|other| sees(clearance, other)).map(|other| other.name)
            }
            StepTaken::Moved { doubles: None, .. } | StepTaken::Assigned(_) | StepTaken::Worked(_) => None,
        };
        Ok(ShownReportStep { step, doubles })
    };
    let steps = tx.report_steps(report.number, SHOWN)?.into_iter().map(show).collect::<Result<_, StorageError>>()?;
    let mut observations = Vec::new();
    for standing in tx.observations_of_report(report.number, OBSERVATIONS)? {
        observations.extend(inbox::standing(tx, terms, clearance, standing)?);
    }
    let members = if may_assign { members(tx, &report)? } else { Vec::new() };
    let mut tasks = tx.tasks_of_report(report.number)?;
    tasks.retain(|task| task.is_open);
    tasks.sort_by_key(|task| (task.due, task.place));
    let texts = tx.count_report_texts(report.number)?;
    Ok(Some(ReportHistory { report, steps, observations, members, tasks, texts, today }))
}
