//! The operations of observations as small rows, those of one record after one another.
//!
//! One pass, without reading an operation: what the list is filtered and ordered by stands in columns, which `verify`
//! compares with what was signed.

use baken_protocol::record::Action;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::conditions::Conditions;
use super::{parse_time, time_text};
use crate::storage::{Filter, StepRow, StorageError};

/// Hands every operation that `visible` allows over, with whether it fits `filter`.
pub(super) fn each(
    tx: &Connection,
    visible: &Conditions,
    filter: &Filter,
    take: &mut dyn FnMut(StepRow<'_>),
) -> Result<(), StorageError> {
    let (sql, values) = observations_sql(filter, visible);
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        take(read(row)?);
    }
    Ok(())
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

fn read<'a>(row: &'a Row<'_>) -> Result<StepRow<'a>, StorageError> {
    let text = |column| row.get_ref(column)?.as_str().map_err(|_| StorageError::Content);
    Ok(StepRow {
        device: text(0)?,
        entity: text(1)?,
        level: text(2)?,
        quarantined: row.get(3)?,
        action: action(text(4)?)?,
        urgency: row.get_ref(5)?.as_str_or_null().map_err(|_| StorageError::Content)?.unwrap_or_default(),
        received_at: parse_time(text(6)?)?,
        operation: text(7)?,
        fits: row.get::<_, Option<bool>>(8)?.unwrap_or_default(),
    })
}

fn action(name: &str) -> Result<Action, StorageError> {
    match name {
        "create" => Ok(Action::Create),
        "amend" => Ok(Action::Amend),
        "retract" => Ok(Action::Retract),
        _ => Err(StorageError::Content),
    }
}
