//! The operations of observations as small rows, those of one observation after one another.
//!
//! One pass, without reading an operation: how an observation stands is made up of columns, which `verify` compares with
//! what was signed.

use baken_protocol::record::{Action, RecordKind};

use super::Engine;
use super::conditions::{Conditions, of_kind};
use crate::storage::{EachStep, StepRow, StorageError};

/// Hands every operation over that `asked` leaves.
pub(super) fn each(sql: &dyn Engine, asked: &Conditions<'_>, take: &mut EachStep<'_>) -> Result<(), StorageError> {
    sql.each(&steps_sql(asked), asked.values(), |row| {
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
            number: row.get(8)?,
            organisation: row.text(9)?,
            standing: row.get(10)?,
        })
    })
}

/// Nearly all are, so that an index by something rarer serves better where there is one: SQLite has no figures of its
/// own to tell by.
pub(super) fn is_observation() -> String {
    format!("likely({})", of_kind(RecordKind::Observation))
}

/// Every operation that `asked` leaves, those of one observation after one another, in the order they came.
pub(in crate::storage) fn steps_sql(asked: &Conditions<'_>) -> String {
    format!(
        "SELECT o.device, o.entity, o.level, o.quarantined, o.action, o.urgency, o.received_at, o.operation, o.number,
                o.organisation, o.standing
         FROM operations o WHERE {} AND {}
         ORDER BY o.entity, o.device, o.level, o.quarantined, o.leaf_index, o.position",
        is_observation(),
        asked.sql()
    )
}

fn action(name: &str) -> Result<Action, StorageError> {
    match name {
        "create" => Ok(Action::Create),
        "amend" => Ok(Action::Amend),
        "retract" => Ok(Action::Retract),
        _ => Err(StorageError::Content),
    }
}
