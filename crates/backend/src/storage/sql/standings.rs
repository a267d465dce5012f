//! How observations stand, as rows: kept, counted, and asked for one by one. Lists of them are `stretch`.

use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use baken_protocol::outcomes::Question;
use baken_protocol::record::RecordKind;

use super::conditions::{Conditions, narrowed, numbered, of_kind};
use super::stretch::{self, one_fits};
use super::{Columns, Engine, SqlTransaction, Table, Value, values};
use crate::storage::{
    COUNTED_TO, Clearance, Counted, Counts, Filter, HeldStanding, InHand, ListedStanding, StandingKind, StandingRow,
    Standings, StorageError, StretchRequest,
};

/// The columns of a [`StandingRow`].
pub(super) const COLUMNS: &str = "s.number, s.shown, s.shown_to, s.quarantined, s.urgency, s.urgent_since, s.due_at,
    s.received_at, s.amended_at, s.retracted_at, s.acts, s.holder, s.handled_at,
    s.report, s.question";

impl Standings for SqlTransaction<'_> {
    fn standings_of(
        &self,
        device: DeviceId,
        entities: &[EntityId],
        quarantined: bool,
    ) -> Result<Vec<HeldStanding>, StorageError> {
        let (sql, mut held) = (standings_of_sql(quarantined), Vec::new());
        for &entity in entities {
            held.extend(self.sql().all(&sql, values![entity, device], |row| {
                Ok(HeldStanding { entity, level: row.get(15)?, shown_retracts: row.get(16)?, row: read(row)? })
            })?);
        }
        Ok(held)
    }

    fn add_standings(&self, rows: &[StandingRow]) -> Result<(), StorageError> {
        let values: Vec<_> = rows.iter().flat_map(kept).collect();
        self.sql().insert(&STANDINGS, &values)
    }

    fn change_standing(&self, row: &StandingRow) -> Result<(), StorageError> {
        self.sql().execute(
            "UPDATE standings SET shown = $1, urgency = $2, urgent_since = $3, due_at = $4, received_at = $5,
                                  amended_at = $6, retracted_at = $7, acts = $8, holder = $9, handled_at = $10,
                                  report = $11, question = $12 WHERE number = $13",
            values![
                row.shown,
                &row.urgency,
                row.urgent_since,
                row.due_at,
                row.received_at,
                row.amended_at,
                row.retracted_at,
                row.in_hand.acts,
                row.in_hand.holder.as_ref(),
                row.in_hand.handled_at,
                row.in_hand.report,
                row.in_hand.question.map(Question::name),
                row.number,
            ],
        )?;
        Ok(())
    }

    fn count_standing(&self, kind: &StandingKind, by: i64) -> Result<(), StorageError> {
        let more = "UPDATE standing_counts SET observations = observations + $1
                    WHERE shown_to = $2 AND quarantined = $3 AND urgency = $4 AND handled = $5";
        let kind = values![by, &kind.shown_to, kind.quarantined, &kind.urgency, kind.handled];
        if self.sql().execute(more, kind)? == 0 {
            let first = "INSERT INTO standing_counts (observations, shown_to, quarantined, urgency, handled)
                         VALUES ($1, $2, $3, $4, $5)";
            self.sql().execute(first, kind)?;
        }
        Ok(())
    }

    fn assign_standing(&self, number: i64, standing: i64) -> Result<(), StorageError> {
        self.sql().execute("UPDATE operations SET standing = $1 WHERE number = $2", values![standing, number])?;
        Ok(())
    }

    fn forget_standings(&self) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM standings", &[])?;
        self.sql().execute("DELETE FROM standing_counts", &[])?;
        Ok(())
    }

    fn standing(&self, number: i64) -> Result<Option<StandingRow>, StorageError> {
        self.sql().first(&format!("SELECT {COLUMNS} FROM standings s WHERE s.number = $1"), values![number], read)
    }

    fn standing_of(&self, record: RecordId) -> Result<Option<StandingRow>, StorageError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM operations o JOIN standings s ON s.number = o.standing
             WHERE o.device = $1 AND o.operation = $2"
        );
        self.sql().first(&sql, values![record.device, record.operation], read)
    }

    fn record_numbered(&self, number: i64) -> Result<Option<RecordId>, StorageError> {
        let sql = "SELECT device, operation FROM operations WHERE number = $1";
        self.sql().first(sql, values![number], |row| Ok(RecordId { device: row.get(0)?, operation: row.get(1)? }))
    }

    fn count_standings(&self) -> Result<u64, StorageError> {
        self.sql().value("SELECT count(*) FROM standings", &[])
    }

    fn counted(&self) -> Result<Vec<Counted>, StorageError> {
        let sql = "SELECT shown_to, quarantined, urgency, handled, observations FROM standing_counts
                   WHERE observations <> 0 ORDER BY shown_to, quarantined, urgency, handled";
        self.sql().all(sql, &[], counted)
    }

    fn reckoned_by(&self) -> Result<Option<String>, StorageError> {
        self.sql().first("SELECT terms FROM reckoning", &[], |row| row.get(0))
    }

    fn reckon_by(&self, terms: &str) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM reckoning", &[])?;
        self.sql().execute("INSERT INTO reckoning (id, terms) VALUES (1, $1)", values![terms])?;
        Ok(())
    }

    fn standing_counts(&self, clearance: &Clearance, filter: &Filter) -> Result<Counts, StorageError> {
        let asks_of_operations = filter.asks_of_operations();
        let kinds = if asks_of_operations {
            let (sql, values) = among_operations(clearance, filter);
            self.sql().all(&sql, &values, counted)?
        } else {
            all_of(self.sql(), clearance, filter)?
        };
        let sum: u64 = kinds.iter().map(|kind| kind.observations).sum();
        let sees = clearance.sees(&filter.levels);
        let (sql, values) = in_the_hands(&sees, filter);
        let mine = self.sql().all(&sql, &values, counted)?;
        Ok(Counts { is_exact: !asks_of_operations || sum <= COUNTED_TO, kinds, mine })
    }

    fn stretch(
        &self,
        clearance: &Clearance,
        filter: &Filter,
        counts: &Counts,
        request: StretchRequest<'_>,
    ) -> Result<Vec<ListedStanding>, StorageError> {
        stretch::read(self.sql(), clearance, filter, counts, request)
    }

    fn number_of(&self, device: &str, operation: &str) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT number FROM operations WHERE device = $1 AND operation = $2";
        self.sql().first(sql, values![device, operation], |row| row.get(0))
    }
}

/// How an entity of a device stands. Whether it was set apart is written out: SQLite weighs a small number that is bound to
/// a column without an index, and prepares a join anew each time.
pub(in crate::storage) fn standings_of_sql(quarantined: bool) -> String {
    format!(
        "SELECT {COLUMNS}, f.level, o.action = 'retract' FROM operations f JOIN standings s ON s.number = f.number
         JOIN operations o ON o.number = s.shown WHERE f.entity = $1 AND f.device = $2 AND f.quarantined = {quarantined}"
    )
}

const STANDINGS: Table<'_> = Table {
    name: "standings",
    columns: &[
        "number",
        "shown",
        "shown_to",
        "quarantined",
        "urgency",
        "urgent_since",
        "due_at",
        "received_at",
        "amended_at",
        "retracted_at",
        "acts",
        "holder",
        "handled_at",
        "report",
        "question",
    ],
};

/// A row of [`STANDINGS`].
fn kept(row: &StandingRow) -> [Value<'_>; 15] {
    [
        row.number.into(),
        row.shown.into(),
        Value::from(&row.shown_to),
        row.quarantined.into(),
        Value::from(&row.urgency),
        row.urgent_since.into(),
        row.due_at.into(),
        row.received_at.into(),
        row.amended_at.into(),
        row.retracted_at.into(),
        row.in_hand.acts.into(),
        row.in_hand.holder.as_ref().into(),
        row.in_hand.handled_at.into(),
        row.in_hand.report.into(),
        row.in_hand.question.map(Question::name).into(),
    ]
}

/// Counted as they came: no operation is asked for.
pub(super) fn all_of(sql: &dyn Engine, clearance: &Clearance, filter: &Filter) -> Result<Vec<Counted>, StorageError> {
    let sees = clearance.sees(&filter.levels);
    let mut kinds = Conditions::none();
    kinds.add("observations <> 0", []);
    kinds.only("shown_to", &sees);
    let text = format!(
        "SELECT shown_to, quarantined, urgency, handled, observations FROM standing_counts WHERE {}
         ORDER BY shown_to, quarantined, urgency, handled",
        kinds.sql()
    );
    sql.all(&text, kinds.values(), counted)
}

/// Counted by going through operations that fit, up to one more than is said.
pub(in crate::storage) fn among_operations<'a>(
    clearance: &'a Clearance,
    filter: &'a Filter,
) -> (String, Vec<Value<'a>>) {
    let (gathered, values) = gathered(clearance, filter);
    let sql = format!(
        "SELECT s.shown_to, s.quarantined, s.urgency, s.handled_at IS NOT NULL AS handled, count(*) FROM standings s
         WHERE s.number IN ({gathered}) GROUP BY s.shown_to, s.quarantined, s.urgency, handled"
    );
    (numbered(&sql), values)
}

/// Counted by going through what one person has in hand, which is never much.
pub(in crate::storage) fn in_the_hands<'a>(sees: &'a [String], filter: &'a Filter) -> (String, Vec<Value<'a>>) {
    let mut held = Conditions::none();
    held.add("s.holder = ?", [Value::from(&filter.asker)]);
    held.only("s.shown_to", sees);
    if filter.asks_of_operations() {
        held.extend(one_fits(filter));
    }
    let sql = format!(
        "SELECT s.shown_to, s.quarantined, s.urgency, false, count(*) FROM standings s WHERE {}
         GROUP BY s.shown_to, s.quarantined, s.urgency",
        held.marked()
    );
    (numbered(&sql), held.into_values())
}

/// The observations of which an operation fits, up to one more than is counted. What is rarest is not known here; a form
/// is looked up by its own index. Marked, to be numbered with what it stands in.
pub(in crate::storage) fn gathered<'a>(clearance: &'a Clearance, filter: &'a Filter) -> (String, Vec<Value<'a>>) {
    let mut asked = Conditions::visible(clearance);
    asked.extend(narrowed(filter));
    let tables = if filter.forms.is_empty() { "operations o" } else { "operation_codes f CROSS JOIN operations o" };
    let sql = format!(
        "SELECT DISTINCT o.standing FROM {tables} WHERE {} AND {} LIMIT {}",
        of_kind(RecordKind::Observation),
        asked.marked(),
        COUNTED_TO + 1
    );
    (sql, asked.into_values())
}

/// The columns that [`COLUMNS`] names, as the first of a row.
pub(super) fn read(row: &dyn Columns) -> Result<StandingRow, StorageError> {
    Ok(StandingRow {
        number: row.get(0)?,
        shown: row.get(1)?,
        shown_to: row.get(2)?,
        quarantined: row.get(3)?,
        urgency: row.get(4)?,
        urgent_since: row.get(5)?,
        due_at: row.get(6)?,
        received_at: row.get(7)?,
        amended_at: row.get(8)?,
        retracted_at: row.get(9)?,
        in_hand: InHand {
            acts: row.get(10)?,
            holder: row.get(11)?,
            handled_at: row.get(12)?,
            report: row.get(13)?,
            question: if row.is_null(14)? { None } else { Some(row.parsed(14)?) },
        },
    })
}

fn counted(row: &dyn Columns) -> Result<Counted, StorageError> {
    let kind =
        StandingKind { shown_to: row.get(0)?, quarantined: row.get(1)?, urgency: row.get(2)?, handled: row.get(3)? };
    Ok(Counted { kind, observations: row.get(4)? })
}
