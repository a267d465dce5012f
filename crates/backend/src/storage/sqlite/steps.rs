//! The operations of observations as small rows, those of one observation after one another.
//!
//! One pass, without reading an operation: how an observation stands is made up of columns, which `verify` compares with
//! what was signed.

use baken_protocol::record::Action;
use rusqlite::{Connection, Row, params_from_iter};

use super::conditions::Conditions;
use super::parse_time;
use crate::storage::{EachStep, StepRow, StorageError};

/// Hands every operation over that `asked` leaves.
pub(super) fn each(tx: &Connection, asked: &Conditions, take: &mut EachStep<'_>) -> Result<(), StorageError> {
    let mut statement = tx.prepare_cached(&steps_sql(asked))?;
    let mut rows = statement.query(params_from_iter(asked.values()))?;
    while let Some(row) = rows.next()? {
        take(read(row)?)?;
    }
    Ok(())
}

/// Nearly all are, so that an index by something rarer serves better where there is one: SQLite has no figures of its
/// own to tell by.
pub(super) const IS_OBSERVATION: &str = "likely(o.kind = 'observation')";

/// Every operation that `asked` leaves, those of one observation after one another, in the order they came.
pub(super) fn steps_sql(asked: &Conditions) -> String {
    format!(
        "SELECT o.device, o.entity, o.level, o.quarantined, o.action, o.urgency, o.received_at, o.operation, o.number,
                o.organisation, o.standing
         FROM operations o WHERE {IS_OBSERVATION} AND {}
         ORDER BY o.entity, o.device, o.level, o.quarantined, o.leaf_index, o.position",
        asked.sql()
    )
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
        number: row.get(8)?,
        organisation: text(9)?,
        standing: row.get(10)?,
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
