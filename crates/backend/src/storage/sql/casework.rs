//! Tasks and sealed texts of reports. A list of tasks is the beginning of one range of an index for each that may be shown.

use chrono::NaiveDate;

use super::conditions::{Conditions, numbered};
use super::reports::{self, COLUMNS};
use super::{Columns, SqlTransaction, Value, values};
use crate::storage::{ReportRow, ReportTasks, ReportTexts, SealedText, StorageError, TaskCounts, TaskRequest, TaskRow};

const TASK: &str = "t.report, t.place, t.shown_to, t.task, t.due, t.holder, t.is_open";

impl ReportTasks for SqlTransaction<'_> {
    fn add_task(&self, task: &TaskRow) -> Result<(), StorageError> {
        let (kind, due) = (task.task.to_string(), task.due.to_string());
        self.sql().execute(
            "INSERT INTO report_tasks (report, place, shown_to, task, due, holder, is_open)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![task.report, task.place, &task.shown_to, &kind, &due, task.holder.as_ref(), task.is_open],
        )?;
        Ok(())
    }

    fn end_task(&self, report: i64, place: u64) -> Result<(), StorageError> {
        let sql = "UPDATE report_tasks SET is_open = false WHERE report = $1 AND place = $2";
        self.sql().execute(sql, values![report, place])?;
        Ok(())
    }

    fn tasks_of_report(&self, report: i64) -> Result<Vec<TaskRow>, StorageError> {
        let sql = format!("SELECT {TASK} FROM report_tasks t WHERE t.report = $1 ORDER BY t.place");
        self.sql().all(&sql, values![report], |row| read(row, 0))
    }

    fn open_tasks(
        &self,
        shown_to: &[String],
        request: &TaskRequest,
    ) -> Result<Vec<(TaskRow, ReportRow)>, StorageError> {
        let after = request.after.map(|after| (after.due.to_string(), after));
        let after = after.as_ref().map(|(due, after)| [Value::from(due), after.report.into(), after.place.into()]);
        let (sql, values) = listed_tasks(shown_to, request, after);
        let Some(sql) = sql else { return Ok(Vec::new()) };
        self.sql().all(&sql, &values, |row| Ok((read(row, reports::WIDTH)?, reports::read(row)?)))
    }

    fn count_tasks(&self, shown_to: &[String], of: &str, today: NaiveDate) -> Result<TaskCounts, StorageError> {
        let mut counts = TaskCounts::default();
        let today = today.to_string();
        for who in shown_to {
            let of_them = "FROM report_tasks WHERE holder = $1 AND shown_to = $2 AND is_open = true";
            counts.open += self.sql().value::<u64>(&format!("SELECT count(*) {of_them}"), values![of, who])?;
            let overdue = format!("SELECT count(*) {of_them} AND due < $3");
            counts.overdue += self.sql().value::<u64>(&overdue, values![of, who, &today])?;
        }
        Ok(counts)
    }
}

impl ReportTexts for SqlTransaction<'_> {
    fn add_report_text(&self, report: i64, text: &SealedText) -> Result<(), StorageError> {
        let sql = "INSERT INTO report_texts (report, place, epoch, sealed) VALUES ($1, $2, $3, $4)";
        self.sql().execute(sql, values![report, text.place, text.epoch, &text.sealed])?;
        Ok(())
    }

    fn report_texts(&self, report: i64, limit: u32) -> Result<Vec<SealedText>, StorageError> {
        let sql = format!(
            "SELECT place, epoch, sealed FROM report_texts WHERE report = $1 ORDER BY place DESC LIMIT {limit}"
        );
        let mut texts = self.sql().all(&sql, values![report], |row| {
            Ok(SealedText { place: row.get(0)?, epoch: row.get(1)?, sealed: row.get(2)? })
        })?;
        texts.reverse();
        Ok(texts)
    }

    fn count_report_texts(&self, report: i64) -> Result<u64, StorageError> {
        self.sql().value("SELECT count(*) FROM report_texts WHERE report = $1", values![report])
    }
}

/// One range of an index for each that may be shown, and the first of all of them, each with its report.
pub(in crate::storage) fn listed_tasks<'a>(
    shown_to: &'a [String],
    request: &'a TaskRequest,
    after: Option<[Value<'a>; 3]>,
) -> (Option<String>, Vec<Value<'a>>) {
    let limit = u64::from(request.limit) + 1;
    let (mut ranges, mut values) = (Vec::new(), Vec::new());
    for who in shown_to {
        let mut range = Conditions::none();
        if let Some(of) = &request.of {
            range.add("t.holder = ?", [Value::from(of)]);
        }
        range.add("t.shown_to = ? AND t.is_open = true", [Value::from(who)]);
        if let Some(after) = after {
            range.add("(t.due, t.report, t.place) > (?, ?, ?)", after);
        }
        let marked = range.marked();
        ranges.push(format!(
            "SELECT * FROM (SELECT {TASK} FROM report_tasks t WHERE {marked}
             ORDER BY t.due, t.report, t.place LIMIT {limit}) AS q"
        ));
        values.extend(range.into_values());
    }
    let union = ranges.join(" UNION ALL ");
    let sql = format!(
        "SELECT {COLUMNS}, {TASK} FROM ({union}) t JOIN reports r ON r.number = t.report
         ORDER BY t.due, t.report, t.place LIMIT {limit}"
    );
    ((!ranges.is_empty()).then(|| numbered(&sql)), values)
}

fn read(row: &dyn Columns, at: usize) -> Result<TaskRow, StorageError> {
    Ok(TaskRow {
        report: row.get(at)?,
        place: row.get(at + 1)?,
        shown_to: row.get(at + 2)?,
        task: row.parsed(at + 3)?,
        due: row.parsed(at + 4)?,
        holder: row.get(at + 5)?,
        is_open: row.get(at + 6)?,
    })
}
