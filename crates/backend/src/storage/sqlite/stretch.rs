//! A stretch of the inbox, read in its order from an index: one range for each kind of observation (who may see it,
//! whether it was set apart, how urgent it is), and the first of all of them.
//!
//! What is narrowed by operations is read in one of two ways. Where little fits, that was gathered and is put in order;
//! where much does, the list is gone through and each observation is asked whether one of its operations fits.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::conditions::{Conditions, narrowed};
use super::standings::{COLUMNS, all_of, gathered, read as read_standing};
use super::{parse, time_text};
use crate::storage::{After, Apart, Clearance, Counts, Filter, ListedStanding, StorageError, Stretch, StretchRequest};

/// Reads it.
pub(super) fn read(
    tx: &Connection,
    clearance: &Clearance,
    filter: &Filter,
    counts: &Counts,
    request: StretchRequest<'_>,
) -> Result<Vec<ListedStanding>, StorageError> {
    let asked = if filter.asks_of_operations() && counts.is_exact {
        Some(among_gathered(clearance, filter, request))
    } else {
        in_ranges(filter, &kinds(tx, clearance, filter)?, request)
    };
    let Some((sql, values)) = asked else { return Ok(Vec::new()) };
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        let (device, operation): (String, String) = (row.get(10)?, row.get(11)?);
        listed.push(ListedStanding {
            device: parse(&device)?,
            operation: parse(&operation)?,
            row: read_standing(row)?,
        });
    }
    Ok(listed)
}

/// A kind of observation that there is.
pub(super) struct Kind {
    pub(super) shown_to: String,
    pub(super) quarantined: bool,
    pub(super) urgency: String,
}

/// The kinds that are asked for.
fn kinds(tx: &Connection, clearance: &Clearance, filter: &Filter) -> Result<Vec<Kind>, StorageError> {
    let (sql, values) = all_of(clearance, filter);
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        Ok(Kind { shown_to: row.get(0)?, quarantined: row.get(1)?, urgency: row.get(2)? })
    })?;
    let asked = |kind: &Kind| {
        let apart = match filter.apart {
            Apart::Out => !kind.quarantined,
            Apart::Only => kind.quarantined,
            Apart::Along => true,
        };
        apart && (filter.urgencies.is_empty() || filter.urgencies.contains(&kind.urgency))
    };
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter(asked).collect())
}

/// One range of an index for each kind.
pub(super) fn in_ranges(filter: &Filter, kinds: &[Kind], request: StretchRequest<'_>) -> Option<(String, Vec<Value>)> {
    let order = order(request.stretch, "s");
    let (mut ranges, mut values) = (Vec::new(), Vec::new());
    for kind in kinds.iter().filter(|kind| request.stretch.may_hold(&kind.urgency)) {
        let mut range = Conditions::none();
        range.add(
            "s.shown_to = ? AND s.quarantined = ? AND s.urgency = ?",
            [kind.shown_to.clone().into(), kind.quarantined.into(), kind.urgency.clone().into()],
        );
        place(&mut range, request.stretch, Some(&kind.urgency));
        after(&mut range, request);
        if filter.asks_of_operations() {
            range.extend(one_fits(filter));
        }
        let (sql, limit) = (range.sql(), request.limit);
        ranges.push(format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM standings s WHERE {sql} ORDER BY {order} LIMIT {limit})"
        ));
        values.extend_from_slice(range.values());
    }
    if ranges.is_empty() {
        return None;
    }
    let first = format!("SELECT * FROM ({}) s ORDER BY {order} LIMIT {}", ranges.join(" UNION ALL "), request.limit);
    Some((named(&first, request.stretch), values))
}

/// Of what was gathered, put in order.
fn among_gathered(clearance: &Clearance, filter: &Filter, request: StretchRequest<'_>) -> (String, Vec<Value>) {
    let (gathered, gathered_values) = gathered(clearance, filter);
    let mut asked = Conditions::none();
    asked.add(format!("s.number IN ({gathered})"), gathered_values);
    asked.among("s.urgency", &filter.urgencies);
    match filter.apart {
        Apart::Out => asked.add("s.quarantined = ?", [false.into()]),
        Apart::Only => asked.add("s.quarantined = ?", [true.into()]),
        Apart::Along => {}
    }
    place(&mut asked, request.stretch, None);
    after(&mut asked, request);
    let first = format!(
        "SELECT {COLUMNS} FROM standings s WHERE {} ORDER BY {} LIMIT {}",
        asked.sql(),
        order(request.stretch, "s"),
        request.limit
    );
    (named(&first, request.stretch), asked.values().to_vec())
}

/// With the names of the operation that is shown.
fn named(first: &str, stretch: Stretch<'_>) -> String {
    format!(
        "SELECT l.*, o.device, o.operation FROM ({first}) l JOIN operations o ON o.number = l.shown ORDER BY {}",
        order(stretch, "l")
    )
}

/// An operation of the observation fits.
fn one_fits(filter: &Filter) -> Conditions {
    let tables = if filter.forms.is_empty() { "operations o" } else { "operations o CROSS JOIN operation_codes f" };
    let narrowed = narrowed(filter);
    let mut fits = Conditions::none();
    fits.add(
        format!(
            "EXISTS (SELECT 1 FROM {tables} WHERE o.standing = s.number AND o.kind = 'observation' AND {})",
            narrowed.sql()
        ),
        narrowed.values().to_vec(),
    );
    fits
}

impl Stretch<'_> {
    /// Whether an observation of that urgency may stand in it.
    fn may_hold(&self, urgency: &str) -> bool {
        match self {
            Self::Leading { urgencies, .. } => urgencies.contains(&urgency),
            Self::Due { .. } | Self::Open { .. } | Self::Received => true,
        }
    }
}

/// What stands in a stretch; of one kind, or of all.
fn place(conditions: &mut Conditions, stretch: Stretch<'_>, of: Option<&str>) {
    let (since, urgencies) = match stretch {
        Stretch::Received => return,
        Stretch::Leading { urgencies, since } => {
            conditions.add("s.urgent_since >= ?", [time_text(since).into()]);
            if of.is_none() {
                conditions.only("s.urgency", &urgencies.iter().map(|&code| code.to_owned()).collect::<Vec<_>>());
            }
            return;
        }
        Stretch::Due { leading, since } => {
            conditions.add("s.due_at IS NOT NULL", []);
            (since, leading)
        }
        Stretch::Open { leading, since } => {
            conditions.add("s.due_at IS NULL", []);
            (since, leading)
        }
    };
    // Those that lead stand in another stretch.
    match of {
        Some(urgency) if !urgencies.contains(&urgency) => {}
        Some(_) => conditions.add("s.urgent_since < ?", [time_text(since).into()]),
        None if urgencies.is_empty() => {}
        None => {
            let marks = vec!["?"; urgencies.len()].join(", ");
            let codes = urgencies.iter().map(|&code| Value::from(code.to_owned()));
            conditions.add(
                format!("(s.urgency NOT IN ({marks}) OR s.urgent_since < ?)"),
                codes.chain([time_text(since).into()]),
            );
        }
    }
}

fn after(conditions: &mut Conditions, request: StretchRequest<'_>) {
    let Some(After { at, shown }) = request.after else { return };
    let at = || Value::from(time_text(at));
    match request.stretch {
        Stretch::Leading { .. } => conditions.add("(s.urgent_since, s.shown) < (?, ?)", [at(), shown.into()]),
        Stretch::Received => conditions.add("(s.received_at, s.shown) < (?, ?)", [at(), shown.into()]),
        Stretch::Open { .. } => conditions.add("s.shown < ?", [shown.into()]),
        Stretch::Due { .. } => {
            conditions.add("s.due_at >= ? AND (s.due_at > ? OR s.shown < ?)", [at(), at(), shown.into()]);
        }
    }
}

fn order(stretch: Stretch<'_>, of: &str) -> String {
    match stretch {
        Stretch::Leading { .. } => format!("{of}.urgent_since DESC, {of}.shown DESC"),
        Stretch::Due { .. } => format!("{of}.due_at, {of}.shown DESC"),
        Stretch::Open { .. } => format!("{of}.shown DESC"),
        Stretch::Received => format!("{of}.received_at DESC, {of}.shown DESC"),
    }
}
