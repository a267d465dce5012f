//! What is done about a report beside moving and assigning it: tasks are planned and ended, notes are written, persons are
//! referred. Each is a step that is only added; whoever takes it says how many were known.
//!
//! Deliberately absent: names, and words in clear. What is said is sealed in the browser; what allows a referral is checked
//! there too, since consent is a matter of persons.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::reports::{ReportError, members, seen};
use super::sealed_text::is_sealed_text;
use super::triage::{Named, after, may_take, needs_text, planned, takes_text};
use crate::access::Clearance;
use crate::storage::{
    Casework, ReportNumber, ReportRow, ReportStep, SealedText, StepTaken, StorageError, TaskCounts, TaskCursor,
    TaskRequest, TaskRow, Transaction,
};
use crate::time_zone::TimeZone;

/// Days ahead that a task may be planned, at most: two years.
const DAYS_AHEAD: u64 = 731;
/// Texts that are given at once, at most: the last ones.
const TEXTS: u32 = 200;

/// Something that somebody wants to do.
#[derive(Debug, Clone)]
pub struct WantedWork {
    /// What.
    pub work: Casework,
    /// The epoch a text was sealed by, and the age file.
    pub text: Option<(u64, Vec<u8>)>,
}

/// Does something about a report, for whoever knew of `expected` steps.
pub fn work(
    tx: &dyn Transaction,
    (clearance, zone): (&Clearance, TimeZone),
    (name, expected): (ReportNumber, u64),
    wanted: &WantedWork,
    (actor, now): (&str, DateTime<Utc>),
) -> Result<(), ReportError> {
    let report = seen(tx, clearance, name)?.ok_or(ReportError::NotFound)?;
    if report.stand.steps != expected {
        return Err(ReportError::Meanwhile);
    }
    let taken = StepTaken::Worked(wanted.work.clone());
    let place = report.stand.steps.saturating_add(1);
    let text = sealed(tx, &taken, wanted.text.as_ref(), place)?;
    let named = named(tx, (&report, zone.date_of(now)), &wanted.work)?;
    if !may_take(&report.stand, named, &taken) {
        return Err(ReportError::NotNow);
    }
    let hash = text.as_ref().map(SealedText::digest);
    let step = ReportStep { report: report.number, place, taken, actor: actor.to_owned(), at: now, text: hash };
    tx.add_report_step(&step)?;
    tx.change_report(report.number, &after(&report.stand, &step))?;
    if let Some(text) = text {
        tx.add_report_text(report.number, &text)?;
    }
    if let Some(task) = planned(&report, &step) {
        tx.add_task(&task)?;
    }
    if let Casework::End { task, .. } = &wanted.work {
        tx.end_task(report.number, *task)?;
    }
    Ok(())
}

/// The text of a step, if it is sealed as one is, by the newest key directory.
fn sealed(
    tx: &dyn Transaction,
    taken: &StepTaken,
    text: Option<&(u64, Vec<u8>)>,
    place: u64,
) -> Result<Option<SealedText>, ReportError> {
    match text {
        None if needs_text(taken) => Err(ReportError::Text),
        None => Ok(None),
        Some((_, sealed)) if !takes_text(taken) || !is_sealed_text(sealed) => Err(ReportError::Text),
        Some((epoch, _)) if *epoch != tx.newest_epoch()? => Err(ReportError::Meanwhile),
        Some((epoch, sealed)) => Ok(Some(SealedText { place, epoch: *epoch, sealed: sealed.clone() })),
    }
}

/// What a step names, if it names something of this report; and whether what it plans can be planned.
fn named(
    tx: &dyn Transaction,
    (report, today): (&ReportRow, NaiveDate),
    work: &Casework,
) -> Result<Named, ReportError> {
    match work {
        Casework::Plan { due, to, .. } => {
            let last = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
            if !(today..=last).contains(due) {
                return Err(ReportError::Day);
            }
            if let Some(login) = to
                && !members(tx, report)?.contains(login)
            {
                return Err(ReportError::Holder);
            }
            Ok(Named::Nothing)
        }
        Casework::End { task, .. } => {
            let task = tx.tasks_of_report(report.number)?.into_iter().find(|it| it.place == *task);
            let task = task.ok_or(ReportError::Task)?;
            Ok(if task.is_open { Named::OpenTask } else { Named::Nothing })
        }
        Casework::Answer { referral, .. } => {
            let steps = tx.report_steps(report.number, u32::MAX)?;
            let is_named = |step: &ReportStep| {
                step.place == *referral && matches!(step.taken, StepTaken::Worked(Casework::Refer { .. }))
            };
            if steps.iter().any(is_named) { Ok(Named::Referral) } else { Err(ReportError::Referral) }
        }
        Casework::Note(_) | Casework::Refer { .. } => Ok(Named::Nothing),
    }
}

/// A page of tasks.
#[derive(Debug)]
pub struct TasksPage {
    /// The tasks with their reports, what is due first on top.
    pub items: Vec<(TaskRow, ReportRow)>,
    /// Where the next page begins.
    pub next: Option<TaskCursor>,
    /// How many whoever asks has.
    pub counts: TaskCounts,
    /// The municipality's day: what was due before it is overdue.
    pub today: NaiveDate,
}

/// A page of open tasks that `clearance` allows.
pub fn tasks(
    tx: &dyn Transaction,
    clearance: &Clearance,
    request: &TaskRequest,
    (asker, today): (&str, NaiveDate),
) -> Result<TasksPage, StorageError> {
    let sees = clearance.sees(&[]);
    let counts = tx.count_tasks(&sees, asker, today)?;
    let mut items = tx.open_tasks(&sees, request)?;
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let cursor = |task: &TaskRow| TaskCursor { due: task.due, report: task.report, place: task.place };
    let next = items.last().filter(|_| more).map(|(task, _)| cursor(task));
    Ok(TasksPage { items, next, counts, today })
}

/// The last sealed texts of a report that `clearance` allows.
pub fn report_texts(
    tx: &dyn Transaction,
    clearance: &Clearance,
    name: ReportNumber,
) -> Result<Option<Vec<SealedText>>, StorageError> {
    let Some(report) = seen(tx, clearance, name)? else { return Ok(None) };
    tx.report_texts(report.number, TEXTS).map(Some)
}
