//! The records as they stand: all operations of one device under one id, level by level, folded into one.
//!
//! One pass over small rows, without reading an operation: what the list is filtered and ordered by stands in
//! columns, which `verify` compares with what was signed. What was set apart is never folded into what was not.

use baken_protocol::record::Action;
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::conditions::Conditions;
use super::{parse_time, time_text};
use crate::register::{Cursor, Filter, Order, Place, Standing, Step, Terms};
use crate::storage::StorageError;

/// A record as it stands, with the operation that is shown for it.
pub(super) struct StandingRecord {
    pub(super) device: String,
    entity: String,
    pub(super) level: String,
    pub(super) quarantined: bool,
    /// The operation that is shown: the last that says something, else what took the record back.
    pub(super) operation: String,
    pub(super) received_at: DateTime<Utc>,
    shown_retracts: bool,
    pub(super) standing: Standing,
    /// Whether one of its operations fits the filter: an amendment takes no record out of a list.
    pub(super) fits: bool,
}

impl StandingRecord {
    /// Where it stands in the list.
    pub(super) fn cursor(&self, terms: &Terms, order: Order, as_of: DateTime<Utc>) -> Cursor {
        Cursor {
            order,
            as_of,
            place: self.place(terms, order, as_of),
            device: self.device.clone(),
            operation: self.operation.clone(),
        }
    }

    pub(super) fn place(&self, terms: &Terms, order: Order, as_of: DateTime<Utc>) -> Place {
        self.standing.place(terms, order, self.received_at, as_of)
    }
}

/// The observations that `visible` allows, in no order that means anything.
pub(super) fn observations(
    tx: &Connection,
    terms: &Terms,
    visible: &Conditions,
    filter: &Filter,
) -> Result<Vec<StandingRecord>, StorageError> {
    let (sql, values) = observations_sql(filter, visible);
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut records: Vec<StandingRecord> = Vec::new();
    while let Some(row) = rows.next()? {
        let step = OperationRow::read(row)?;
        match records.last_mut().filter(|record| step.continues(record)) {
            Some(record) => step.add_to(record, terms),
            None => records.push(step.begin(terms)),
        }
    }
    Ok(records)
}

/// Nearly all are, so that an index by something rarer serves better where there is one: SQLite has no figures of its
/// own to tell by.
pub(super) const IS_OBSERVATION: &str = "likely(o.kind = 'observation')";

/// Every operation that counts, those of one record after one another, with whether it fits the filter.
pub(super) fn observations_sql(filter: &Filter, visible: &Conditions) -> (String, Vec<Value>) {
    let fits = fits(filter);
    let sql = format!(
        "SELECT o.device, o.entity, o.level, o.quarantined, o.action, o.urgency, o.received_at, o.operation, {}
         FROM operations o WHERE {IS_OBSERVATION} AND {}
         ORDER BY o.entity, o.device, o.level, o.quarantined, o.leaf_index, o.position",
        fits.sql(),
        visible.sql()
    );
    (sql, [fits.values(), visible.values()].concat())
}

/// What must hold of one operation; that of urgency is asked of the record as a whole.
fn fits(filter: &Filter) -> Conditions {
    let mut conditions = Conditions::none();
    conditions.among("o.district", &filter.districts);
    conditions.among("o.place_kind", &filter.place_kinds);
    conditions.among("o.level", &filter.levels);
    conditions.among("o.device", &filter.devices);
    conditions.among_entities("o.inspection_device, o.inspection", &filter.inspections);
    if !filter.forms.is_empty() {
        let marks = vec!["?"; filter.forms.len()].join(", ");
        conditions.add(
            format!(
                "EXISTS (SELECT 1 FROM operation_codes f
                  WHERE f.number = o.number AND f.list = 'form' AND f.code IN ({marks}))"
            ),
            filter.forms.iter().cloned().map(Value::from),
        );
    }
    if let Some(from) = filter.from {
        conditions.add("o.observed_at >= ?", [time_text(from).into()]);
    }
    if let Some(until) = filter.until {
        conditions.add("o.observed_at < ?", [time_text(until).into()]);
    }
    conditions
}

/// One operation as it comes by; its texts are the row's own.
struct OperationRow<'a> {
    device: &'a str,
    entity: &'a str,
    level: &'a str,
    quarantined: bool,
    step: Step<'a>,
    operation: &'a str,
    fits: bool,
}

impl<'a> OperationRow<'a> {
    fn read(row: &'a Row<'_>) -> Result<Self, StorageError> {
        let text = |column| row.get_ref(column)?.as_str().map_err(|_| StorageError::Content);
        Ok(Self {
            device: text(0)?,
            entity: text(1)?,
            level: text(2)?,
            quarantined: row.get(3)?,
            step: Step {
                action: action(text(4)?)?,
                urgency: row.get_ref(5)?.as_str_or_null().map_err(|_| StorageError::Content)?.unwrap_or_default(),
                received_at: parse_time(text(6)?)?,
            },
            operation: text(7)?,
            fits: row.get::<_, Option<bool>>(8)?.unwrap_or_default(),
        })
    }

    fn retracts(&self) -> bool {
        self.step.action == Action::Retract
    }

    fn continues(&self, record: &StandingRecord) -> bool {
        record.entity == self.entity
            && record.device == self.device
            && record.level == self.level
            && record.quarantined == self.quarantined
    }

    fn begin(&self, terms: &Terms) -> StandingRecord {
        StandingRecord {
            device: self.device.to_owned(),
            entity: self.entity.to_owned(),
            level: self.level.to_owned(),
            quarantined: self.quarantined,
            operation: self.operation.to_owned(),
            received_at: self.step.received_at,
            shown_retracts: self.retracts(),
            standing: Standing::begin(terms, self.step),
            fits: self.fits,
        }
    }

    fn add_to(&self, record: &mut StandingRecord, terms: &Terms) {
        record.standing.take(terms, self.step);
        record.fits |= self.fits;
        if !self.retracts() || record.shown_retracts {
            self.operation.clone_into(&mut record.operation);
            record.received_at = self.step.received_at;
            record.shown_retracts = self.retracts();
        }
    }
}

fn action(name: &str) -> Result<Action, StorageError> {
    match name {
        "create" => Ok(Action::Create),
        "amend" => Ok(Action::Amend),
        "retract" => Ok(Action::Retract),
        _ => Err(StorageError::Content),
    }
}
