//! Reports and their steps. A list is the beginning of one range of an index for each that may be shown.

use super::conditions::{Conditions, numbered};
use super::{Columns, SqlTransaction, Value, values};
use crate::storage::{
    Casework, ReportCounts, ReportNumber, ReportRequest, ReportRow, ReportStand, ReportState, ReportStep, ReportWork,
    Reports, StepTaken, StorageError,
};

pub(super) const COLUMNS: &str =
    "r.number, r.year, r.sequence, r.source, r.level, r.organisation, r.shown_to, r.form, r.place_kind,
    r.district, r.urgency, r.made_by, r.made_at, r.state, r.since, r.holder, r.ever_concrete, r.steps";
/// How many these are.
pub(super) const WIDTH: usize = 18;
/// Of a step.
const STEP: &str = "report, place, state, reason, doubles, assigned_to, actor, at, act, what, due, of_place, persons,
    ground, text_hash";

impl Reports for SqlTransaction<'_> {
    fn next_report(&self, year: u32) -> Result<(i64, ReportNumber), StorageError> {
        let number = self.sql().value("SELECT coalesce(max(number) + 1, 1) FROM reports", &[])?;
        let sql = "SELECT coalesce(max(sequence) + 1, 1) FROM reports WHERE year = $1";
        let sequence = self.sql().value(sql, values![year])?;
        Ok((number, ReportNumber { year, sequence }))
    }

    fn add_report(&self, report: &ReportRow) -> Result<(), StorageError> {
        let ReportStand { steps, state, since, holder, ever_concrete } = &report.stand;
        let (source, state_code) = (report.source.to_string(), state.to_string());
        self.sql().execute(
            "INSERT INTO reports (number, year, sequence, source, level, organisation, shown_to, form, place_kind,
                                  district, urgency, made_by, made_at, state, since, holder, ever_concrete, closed, steps)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            values![
                report.number,
                report.name.year,
                report.name.sequence,
                &source,
                &report.level,
                &report.organisation,
                &report.shown_to,
                &report.form,
                &report.place_kind,
                report.district.as_ref(),
                &report.urgency,
                &report.made_by,
                report.made_at,
                &state_code,
                *since,
                holder.as_ref(),
                *ever_concrete,
                *state == ReportState::Closed,
                *steps,
            ],
        )?;
        Ok(())
    }

    fn change_report(&self, number: i64, stand: &ReportStand) -> Result<(), StorageError> {
        let ReportStand { steps, state, since, holder, ever_concrete } = stand;
        let code = state.to_string();
        let closed = *state == ReportState::Closed;
        self.sql().execute(
            "UPDATE reports SET state = $1, since = $2, holder = $3, ever_concrete = $4, closed = $5, steps = $6
             WHERE number = $7",
            values![&code, *since, holder.as_ref(), *ever_concrete, closed, *steps, number],
        )?;
        Ok(())
    }

    fn report(&self, name: ReportNumber) -> Result<Option<ReportRow>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM reports r WHERE r.year = $1 AND r.sequence = $2");
        self.sql().first(&sql, values![name.year, name.sequence], read)
    }

    fn report_numbered(&self, number: i64) -> Result<Option<ReportRow>, StorageError> {
        self.sql().first(&format!("SELECT {COLUMNS} FROM reports r WHERE r.number = $1"), values![number], read)
    }

    fn add_report_step(&self, step: &ReportStep) -> Result<(), StorageError> {
        let written = Written::of(&step.taken);
        let sql = format!(
            "INSERT INTO report_steps ({STEP}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        );
        self.sql().execute(
            &sql,
            values![
                step.report,
                step.place,
                written.state.as_ref(),
                written.reason.as_ref(),
                written.doubles,
                written.assigned_to,
                &step.actor,
                step.at,
                written.act,
                written.what.as_ref(),
                written.due.as_ref(),
                written.of,
                written.persons,
                written.ground.as_ref(),
                step.text
            ],
        )?;
        Ok(())
    }

    fn report_steps(&self, report: i64, limit: u32) -> Result<Vec<ReportStep>, StorageError> {
        let sql = format!("SELECT {STEP} FROM report_steps WHERE report = $1 ORDER BY place DESC LIMIT {limit}");
        let mut steps = self.sql().all(&sql, values![report], read_step)?;
        steps.reverse();
        Ok(steps)
    }

    fn reports(&self, shown_to: &[String], request: &ReportRequest) -> Result<Vec<ReportRow>, StorageError> {
        let after = match request.after {
            None => None,
            // One that is nowhere leaves nothing out.
            Some(name) => self.report(name)?.map(|report| report.number),
        };
        let (sql, values) = listed(shown_to, request, after);
        let Some(sql) = sql else { return Ok(Vec::new()) };
        self.sql().all(&sql, &values, read)
    }

    fn count_reports(&self, shown_to: &[String], asker: &str) -> Result<ReportCounts, StorageError> {
        let mut counts = ReportCounts::default();
        for who in shown_to {
            let of = |closed: bool| {
                let sql = format!("SELECT count(*) FROM reports WHERE shown_to = $1 AND closed = {closed}");
                self.sql().value::<u64>(&sql, values![who])
            };
            counts.open += of(false)?;
            counts.closed += of(true)?;
            let sql = "SELECT count(*) FROM reports WHERE holder = $1 AND shown_to = $2 AND closed = false";
            counts.mine += self.sql().value::<u64>(sql, values![asker, who])?;
        }
        Ok(counts)
    }

    fn reports_after(&self, number: i64, limit: u32) -> Result<Vec<ReportRow>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM reports r WHERE r.number > $1 ORDER BY r.number LIMIT {limit}");
        self.sql().all(&sql, values![number], read)
    }

    fn count_stray_steps(&self) -> Result<u64, StorageError> {
        let sql = "SELECT count(*) FROM report_steps s
                   WHERE NOT EXISTS (SELECT 1 FROM reports r WHERE r.number = s.report)";
        self.sql().value(sql, &[])
    }

    fn observations_of_report(&self, report: i64, limit: u32) -> Result<Vec<i64>, StorageError> {
        let sql = format!("SELECT number FROM standings WHERE report = $1 ORDER BY number LIMIT {limit}");
        self.sql().all(&sql, values![report], |row| row.get(0))
    }
}

/// One range of an index for each that may be shown, closed or not, and the first of all of them.
pub(in crate::storage) fn listed<'a>(
    shown_to: &'a [String],
    request: &'a ReportRequest,
    after: Option<i64>,
) -> (Option<String>, Vec<Value<'a>>) {
    let limit = u64::from(request.limit) + 1;
    let closed: &[bool] = match request.work {
        ReportWork::Open | ReportWork::Mine => &[false],
        ReportWork::Closed => &[true],
        ReportWork::All => &[false, true],
    };
    let (mut ranges, mut values) = (Vec::new(), Vec::new());
    for who in shown_to {
        for closed in closed {
            let mut range = Conditions::none();
            if request.work == ReportWork::Mine {
                range.add("r.holder = ?", [Value::from(&request.asker)]);
            }
            range.add(format!("r.shown_to = ? AND r.closed = {closed}"), [Value::from(who)]);
            if let Some(after) = after {
                range.add("r.number < ?", [after.into()]);
            }
            let marked = range.marked();
            ranges.push(format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM reports r WHERE {marked} ORDER BY r.number DESC LIMIT {limit}) AS q"
            ));
            values.extend(range.into_values());
        }
    }
    let union = ranges.join(" UNION ALL ");
    let sql = format!("SELECT {COLUMNS} FROM ({union}) r ORDER BY r.number DESC LIMIT {limit}");
    ((!ranges.is_empty()).then(|| numbered(&sql)), values)
}

pub(super) fn read(row: &dyn Columns) -> Result<ReportRow, StorageError> {
    Ok(ReportRow {
        number: row.get(0)?,
        name: ReportNumber { year: row.get(1)?, sequence: row.get(2)? },
        source: row.parsed(3)?,
        level: row.get(4)?,
        organisation: row.get(5)?,
        shown_to: row.get(6)?,
        form: row.get(7)?,
        place_kind: row.get(8)?,
        district: row.get(9)?,
        urgency: row.get(10)?,
        made_by: row.get(11)?,
        made_at: row.get(12)?,
        stand: ReportStand {
            state: row.parsed(13)?,
            since: row.get(14)?,
            holder: row.get(15)?,
            ever_concrete: row.get(16)?,
            steps: row.get(17)?,
        },
    })
}

/// What a step does, as its columns say it.
#[derive(Default)]
struct Written<'a> {
    state: Option<String>,
    reason: Option<String>,
    doubles: Option<i64>,
    assigned_to: Option<&'a String>,
    act: Option<&'static str>,
    what: Option<String>,
    due: Option<String>,
    of: Option<u64>,
    persons: Option<u32>,
    ground: Option<String>,
}

impl<'a> Written<'a> {
    fn of(taken: &'a StepTaken) -> Self {
        let none = Self::default();
        let work = |act, what: &dyn ToString| Self { act: Some(act), what: Some(what.to_string()), ..Self::default() };
        match taken {
            StepTaken::Moved { to, reason, doubles } => {
                Self { state: Some(to.to_string()), reason: Some(reason.to_string()), doubles: *doubles, ..none }
            }
            StepTaken::Assigned(to) => Self { assigned_to: to.as_ref(), ..none },
            StepTaken::Worked(Casework::Plan { task, due, to }) => {
                Self { due: Some(due.to_string()), assigned_to: to.as_ref(), ..work("plan", task) }
            }
            StepTaken::Worked(Casework::End { task, how }) => Self { of: Some(*task), ..work("end", how) },
            StepTaken::Worked(Casework::Note(kind)) => work("note", kind),
            StepTaken::Worked(Casework::Refer { body, persons, ground }) => {
                Self { persons: Some(*persons), ground: Some(ground.to_string()), ..work("refer", body) }
            }
            StepTaken::Worked(Casework::Answer { referral, answer }) => {
                Self { of: Some(*referral), ..work("answer", answer) }
            }
        }
    }
}

fn read_step(row: &dyn Columns) -> Result<ReportStep, StorageError> {
    let taken = if !row.is_null(8)? {
        StepTaken::Worked(read_work(row)?)
    } else if row.is_null(2)? {
        StepTaken::Assigned(row.get(5)?)
    } else {
        StepTaken::Moved { to: row.parsed(2)?, reason: row.parsed(3)?, doubles: row.get(4)? }
    };
    let (report, place, actor, at, text) = (row.get(0)?, row.get(1)?, row.get(6)?, row.get(7)?, row.get(14)?);
    Ok(ReportStep { report, place, taken, actor, at, text })
}

fn read_work(row: &dyn Columns) -> Result<Casework, StorageError> {
    match row.text(8)? {
        "plan" => Ok(Casework::Plan { task: row.parsed(9)?, due: row.parsed(10)?, to: row.get(5)? }),
        "end" => Ok(Casework::End { task: row.get(11)?, how: row.parsed(9)? }),
        "note" => Ok(Casework::Note(row.parsed(9)?)),
        "refer" => Ok(Casework::Refer { body: row.parsed(9)?, persons: row.get(12)?, ground: row.parsed(13)? }),
        "answer" => Ok(Casework::Answer { referral: row.get(11)?, answer: row.parsed(9)? }),
        _ => Err(StorageError::Content),
    }
}
