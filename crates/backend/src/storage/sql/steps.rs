//! The operations of observations as small rows, those of one record after one another.
//!
//! One pass, without reading an operation: what the list is filtered and ordered by stands in columns, which `verify`
//! compares with what was signed.

use baken_protocol::record::Action;

use super::conditions::Conditions;
use super::{Engine, Value};
use crate::storage::{Filter, StepRow, StorageError};

/// Hands every operation that `visible` allows over, with whether it fits `filter`.
pub(super) fn each(
    sql: &dyn Engine,
    visible: &Conditions<'_>,
    filter: &Filter,
    take: &mut dyn FnMut(StepRow<'_>),
) -> Result<(), StorageError> {
    let (text, values) = observations_sql(filter, visible);
    sql.each(&text, &values, |row| {
        let (device, entity, operation) = (row.as_text(0)?, row.as_text(1)?, row.as_text(7)?);
        take(StepRow {
            device: &device,
            entity: &entity,
            level: row.text(2)?,
            quarantined: row.get(3)?,
            action: action(row.text(4)?)?,
            urgency: if row.is_null(5)? { "" } else { row.text(5)? },
            received_at: row.get(6)?,
            operation: &operation,
            fits: row.get::<Option<bool>>(8)?.unwrap_or_default(),
        });
        Ok(())
    })
}

/// Nearly all are, so that an index by something rarer serves better where there is one: SQLite has no figures of its
/// own to tell by.
pub(super) const IS_OBSERVATION: &str = "likely(o.kind = 'observation')";

/// Every operation that counts, those of one record after one another, with whether it fits the filter.
pub(in crate::storage) fn observations_sql<'a>(
    filter: &'a Filter,
    visible: &Conditions<'a>,
) -> (String, Vec<Value<'a>>) {
    let fits = fits(filter);
    let sql = format!(
        "SELECT o.device, o.entity, o.level, o.quarantined, o.action, o.urgency, o.received_at, o.operation, {}
         FROM operations o WHERE {IS_OBSERVATION} AND {}
         ORDER BY o.entity, o.device, o.level, o.quarantined, o.leaf_index, o.position",
        fits.sql(),
        visible.sql_after(fits.values().len())
    );
    (sql, [fits.values(), visible.values()].concat())
}

/// What must hold of one operation; that of urgency is asked of the record as a whole.
fn fits(filter: &Filter) -> Conditions<'_> {
    let mut conditions = Conditions::none();
    conditions.among("o.district", &filter.districts);
    conditions.among("o.place_kind", &filter.place_kinds);
    conditions.among("o.level", &filter.levels);
    conditions.among("o.device", &filter.devices);
    conditions.among_entities(["o.inspection_device", "o.inspection"], &filter.inspections);
    if !filter.forms.is_empty() {
        let marks = vec!["?"; filter.forms.len()].join(", ");
        conditions.add(
            format!(
                "EXISTS (SELECT 1 FROM operation_codes f
                  WHERE f.number = o.number AND f.list = 'form' AND f.code IN ({marks}))"
            ),
            filter.forms.iter().map(Value::from),
        );
    }
    if let Some(from) = filter.from {
        conditions.add("o.observed_at >= ?", [from.into()]);
    }
    if let Some(until) = filter.until {
        conditions.add("o.observed_at < ?", [until.into()]);
    }
    conditions
}

fn action(name: &str) -> Result<Action, StorageError> {
    match name {
        "create" => Ok(Action::Create),
        "amend" => Ok(Action::Amend),
        "retract" => Ok(Action::Retract),
        _ => Err(StorageError::Content),
    }
}
