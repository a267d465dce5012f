//! How observations stand, as rows: kept, counted, and asked for one by one. Lists of them are `stretch`.

use baken_protocol::ids::{DeviceId, EntityId};
use baken_sqlite::Cached;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};

use super::conditions::{Conditions, narrowed};
use super::{SqliteTransaction, parse_time, stretch, time_text};
use crate::storage::{
    COUNTED_TO, Clearance, Counted, Counts, Filter, HeldStanding, ListedStanding, StandingRow, Standings, StorageError,
    StretchRequest,
};

/// The columns of a [`StandingRow`].
pub(super) const COLUMNS: &str = "s.number, s.shown, s.shown_to, s.quarantined, s.urgency, s.urgent_since, s.due_at,
    s.received_at, s.amended_at, s.retracted_at";

impl Standings for SqliteTransaction<'_> {
    fn standings_of(
        &self,
        device: DeviceId,
        entities: &[EntityId],
        quarantined: bool,
    ) -> Result<Vec<HeldStanding>, StorageError> {
        let sql = format!(
            "SELECT {COLUMNS}, f.level, o.action = 'retract' FROM operations f JOIN standings s ON s.number = f.number
             JOIN operations o ON o.number = s.shown WHERE f.entity = ?1 AND f.device = ?2 AND f.quarantined = ?3"
        );
        let (mut statement, device) = (self.connection().prepare_cached(&sql)?, device.to_string());
        let mut held = Vec::new();
        for &entity in entities {
            let mut rows = statement.query(params![entity.to_string(), device, quarantined])?;
            while let Some(row) = rows.next()? {
                held.push(HeldStanding { entity, level: row.get(10)?, shown_retracts: row.get(11)?, row: read(row)? });
            }
        }
        Ok(held)
    }

    fn put_standing(&self, row: &StandingRow) -> Result<(), StorageError> {
        self.connection().execute_cached(
            "INSERT INTO standings (number, shown, shown_to, quarantined, urgency, urgent_since, due_at, received_at,
                                    amended_at, retracted_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (number) DO UPDATE SET
                 shown = excluded.shown, urgency = excluded.urgency, urgent_since = excluded.urgent_since,
                 due_at = excluded.due_at, received_at = excluded.received_at, amended_at = excluded.amended_at,
                 retracted_at = excluded.retracted_at",
            params![
                row.number,
                row.shown,
                row.shown_to,
                row.quarantined,
                row.urgency,
                time_text(row.urgent_since),
                row.due_at.map(time_text),
                time_text(row.received_at),
                row.amended_at.map(time_text),
                row.retracted_at.map(time_text),
            ],
        )?;
        Ok(())
    }

    fn count_standing(&self, shown_to: &str, quarantined: bool, urgency: &str, by: i64) -> Result<(), StorageError> {
        let kind = params![shown_to, quarantined, urgency, by];
        let sql = "UPDATE standing_counts SET observations = observations + ?4
                   WHERE shown_to = ?1 AND quarantined = ?2 AND urgency = ?3";
        if self.connection().execute_cached(sql, kind)? == 0 {
            let sql =
                "INSERT INTO standing_counts (shown_to, quarantined, urgency, observations) VALUES (?1, ?2, ?3, ?4)";
            self.connection().execute_cached(sql, kind)?;
        }
        Ok(())
    }

    fn assign_standing(&self, number: i64, standing: i64) -> Result<(), StorageError> {
        let sql = "UPDATE operations SET standing = ?2 WHERE number = ?1";
        self.connection().execute_cached(sql, [number, standing])?;
        Ok(())
    }

    fn forget_standings(&self) -> Result<(), StorageError> {
        self.connection().execute("DELETE FROM standings", [])?;
        self.connection().execute("DELETE FROM standing_counts", [])?;
        Ok(())
    }

    fn standing(&self, number: i64) -> Result<Option<StandingRow>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM standings s WHERE s.number = ?1");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query([number])?;
        rows.next()?.map(read).transpose()
    }

    fn count_standings(&self) -> Result<u64, StorageError> {
        Ok(self.connection().query_row("SELECT count(*) FROM standings", [], |row| row.get(0))?)
    }

    fn counted(&self) -> Result<Vec<Counted>, StorageError> {
        let mut statement = self.connection().prepare(
            "SELECT shown_to, quarantined, urgency, observations FROM standing_counts WHERE observations <> 0
             ORDER BY shown_to, quarantined, urgency",
        )?;
        let rows = statement.query_map([], counted)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn reckoned_by(&self) -> Result<Option<String>, StorageError> {
        Ok(self.connection().query_row("SELECT terms FROM reckoning", [], |row| row.get(0)).optional()?)
    }

    fn reckon_by(&self, terms: &str) -> Result<(), StorageError> {
        self.connection().execute("DELETE FROM reckoning", [])?;
        self.connection().execute("INSERT INTO reckoning (id, terms) VALUES (1, ?1)", [terms])?;
        Ok(())
    }

    fn standing_counts(&self, clearance: &Clearance, filter: &Filter) -> Result<Counts, StorageError> {
        let asks_of_operations = filter.asks_of_operations();
        let (sql, values) =
            if asks_of_operations { among_operations(clearance, filter) } else { all_of(clearance, filter) };
        let mut statement = self.connection().prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), counted)?;
        let kinds = rows.collect::<Result<Vec<_>, _>>()?;
        let sum: u64 = kinds.iter().map(|kind| kind.observations).sum();
        Ok(Counts { is_exact: !asks_of_operations || sum <= COUNTED_TO, kinds })
    }

    fn stretch(
        &self,
        clearance: &Clearance,
        filter: &Filter,
        counts: &Counts,
        request: StretchRequest<'_>,
    ) -> Result<Vec<ListedStanding>, StorageError> {
        stretch::read(self.connection(), clearance, filter, counts, request)
    }

    fn number_of(&self, device: &str, operation: &str) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT number FROM operations WHERE device = ?1 AND operation = ?2";
        Ok(self.connection().query_row_cached(sql, [device, operation], |row| row.get(0)).optional()?)
    }
}

/// Counted as they came: no operation is asked for.
pub(super) fn all_of(clearance: &Clearance, filter: &Filter) -> (String, Vec<Value>) {
    let mut kinds = Conditions::none();
    kinds.add("observations <> 0", []);
    kinds.only("shown_to", &clearance.sees(&filter.levels));
    let sql = format!(
        "SELECT shown_to, quarantined, urgency, observations FROM standing_counts WHERE {}
         ORDER BY shown_to, quarantined, urgency",
        kinds.sql()
    );
    (sql, kinds.values().to_vec())
}

/// Counted by going through operations that fit, up to one more than is said.
pub(super) fn among_operations(clearance: &Clearance, filter: &Filter) -> (String, Vec<Value>) {
    let (gathered, values) = gathered(clearance, filter);
    let sql = format!(
        "SELECT s.shown_to, s.quarantined, s.urgency, count(*) FROM standings s WHERE s.number IN ({gathered})
         GROUP BY s.shown_to, s.quarantined, s.urgency"
    );
    (sql, values)
}

/// The observations of which an operation fits, up to one more than is counted. What is rarest is not known here; a form
/// is looked up by its own index.
pub(super) fn gathered(clearance: &Clearance, filter: &Filter) -> (String, Vec<Value>) {
    let mut asked = Conditions::visible(clearance);
    asked.extend(narrowed(filter));
    let tables = if filter.forms.is_empty() { "operations o" } else { "operation_codes f CROSS JOIN operations o" };
    let sql = format!(
        "SELECT DISTINCT o.standing FROM {tables} WHERE o.kind = 'observation' AND {} LIMIT {}",
        asked.sql(),
        COUNTED_TO + 1
    );
    (sql, asked.values().to_vec())
}

/// The columns that [`COLUMNS`] names, as the first of a row.
pub(super) fn read(row: &Row<'_>) -> Result<StandingRow, StorageError> {
    let text = |column| row.get_ref(column)?.as_str().map_err(|_| StorageError::Content);
    let time = |column| Ok::<_, StorageError>(parse_time(text(column)?)?);
    let some_time = |column| {
        let text = row.get_ref(column)?.as_str_or_null().map_err(|_| StorageError::Content)?;
        Ok::<_, StorageError>(text.map(parse_time).transpose()?)
    };
    Ok(StandingRow {
        number: row.get(0)?,
        shown: row.get(1)?,
        shown_to: row.get(2)?,
        quarantined: row.get(3)?,
        urgency: row.get(4)?,
        urgent_since: time(5)?,
        due_at: some_time(6)?,
        received_at: time(7)?,
        amended_at: some_time(8)?,
        retracted_at: some_time(9)?,
    })
}

fn counted(row: &Row<'_>) -> rusqlite::Result<Counted> {
    Ok(Counted { shown_to: row.get(0)?, quarantined: row.get(1)?, urgency: row.get(2)?, observations: row.get(3)? })
}
