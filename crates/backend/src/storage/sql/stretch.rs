//! A stretch of the inbox, read in its order from an index: one range for each kind of observation (who may see it,
//! whether it was set apart, how urgent it is), and the first of all of them.
//!
//! What is narrowed by operations is read in one of two ways. Where little fits, that was gathered and is put in order;
//! where much does, the list is gone through and each observation is asked whether one of its operations fits.

use baken_protocol::record::RecordKind;

use super::conditions::{Conditions, narrowed, numbered, of_kind};
use super::standings::{COLUMNS, all_of, gathered, read as read_standing};
use super::{Engine, Value};
use crate::storage::{
    After, Apart, Clearance, Counted, Counts, Filter, ListedStanding, StorageError, Stretch, StretchRequest,
};

/// Reads it.
pub(super) fn read(
    sql: &dyn Engine,
    clearance: &Clearance,
    filter: &Filter,
    counts: &Counts,
    request: StretchRequest<'_>,
) -> Result<Vec<ListedStanding>, StorageError> {
    let kinds;
    let asked = if filter.asks_of_operations() && counts.is_exact {
        Some(among_gathered(clearance, filter, request))
    } else {
        kinds = asked_for(all_of(sql, clearance, filter)?, filter);
        in_ranges(filter, &kinds, request)
    };
    let Some((text, values)) = asked else { return Ok(Vec::new()) };
    sql.all(&text, &values, |row| {
        Ok(ListedStanding { device: row.get(10)?, operation: row.get(11)?, row: read_standing(row)? })
    })
}

/// A kind of observation that there is.
pub(in crate::storage) struct Kind {
    pub(in crate::storage) shown_to: String,
    pub(in crate::storage) quarantined: bool,
    pub(in crate::storage) urgency: String,
}

/// The kinds that are asked for.
fn asked_for(counted: Vec<Counted>, filter: &Filter) -> Vec<Kind> {
    let asked = |kind: &Kind| {
        let apart = match filter.apart {
            Apart::Out => !kind.quarantined,
            Apart::Only => kind.quarantined,
            Apart::Along => true,
        };
        apart && (filter.urgencies.is_empty() || filter.urgencies.contains(&kind.urgency))
    };
    let kind = |Counted { shown_to, quarantined, urgency, .. }| Kind { shown_to, quarantined, urgency };
    counted.into_iter().map(kind).filter(asked).collect()
}

/// One range of an index for each kind.
pub(in crate::storage) fn in_ranges<'a>(
    filter: &'a Filter,
    kinds: &'a [Kind],
    request: StretchRequest<'a>,
) -> Option<(String, Vec<Value<'a>>)> {
    let order = order(request.stretch, "s");
    let (mut ranges, mut values) = (Vec::new(), Vec::new());
    for kind in kinds.iter().filter(|kind| request.stretch.may_hold(&kind.urgency)) {
        let mut range = Conditions::none();
        range.add(
            "s.shown_to = ? AND s.quarantined = ? AND s.urgency = ?",
            [Value::from(&kind.shown_to), kind.quarantined.into(), Value::from(&kind.urgency)],
        );
        place(&mut range, request.stretch, Some(&kind.urgency));
        after(&mut range, request);
        if filter.asks_of_operations() {
            range.extend(one_fits(filter));
        }
        let (sql, limit) = (range.marked(), request.limit);
        ranges.push(format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM standings s WHERE {sql} ORDER BY {order} LIMIT {limit}) AS r"
        ));
        values.extend(range.into_values());
    }
    if ranges.is_empty() {
        return None;
    }
    let first = format!("SELECT * FROM ({}) s ORDER BY {order} LIMIT {}", ranges.join(" UNION ALL "), request.limit);
    Some((named(&first, request.stretch), values))
}

/// Of what was gathered, put in order.
fn among_gathered<'a>(
    clearance: &'a Clearance,
    filter: &'a Filter,
    request: StretchRequest<'a>,
) -> (String, Vec<Value<'a>>) {
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
        asked.marked(),
        order(request.stretch, "s"),
        request.limit
    );
    (named(&first, request.stretch), asked.into_values())
}

/// With the names of the operation that is shown.
fn named(first: &str, stretch: Stretch<'_>) -> String {
    numbered(&format!(
        "SELECT l.*, o.device, o.operation FROM ({first}) l JOIN operations o ON o.number = l.shown ORDER BY {}",
        order(stretch, "l")
    ))
}

/// An operation of the observation fits.
fn one_fits(filter: &Filter) -> Conditions<'_> {
    let tables = if filter.forms.is_empty() { "operations o" } else { "operations o CROSS JOIN operation_codes f" };
    let narrowed = narrowed(filter);
    let mut fits = Conditions::none();
    fits.add(
        format!(
            "EXISTS (SELECT 1 FROM {tables} WHERE o.standing = s.number AND {} AND {})",
            of_kind(RecordKind::Observation),
            narrowed.marked()
        ),
        narrowed.into_values(),
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
fn place<'a>(conditions: &mut Conditions<'a>, stretch: Stretch<'a>, of: Option<&str>) {
    let (since, urgencies) = match stretch {
        Stretch::Received => return,
        Stretch::Leading { urgencies, since } => {
            conditions.add("s.urgent_since >= ?", [since.into()]);
            if of.is_none() {
                conditions.only("s.urgency", urgencies);
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
        Some(_) => conditions.add("s.urgent_since < ?", [since.into()]),
        None if urgencies.is_empty() => {}
        None => {
            let marks = vec!["?"; urgencies.len()].join(", ");
            let codes = urgencies.iter().map(|&code| Value::from(code));
            conditions.add(format!("(s.urgency NOT IN ({marks}) OR s.urgent_since < ?)"), codes.chain([since.into()]));
        }
    }
}

fn after(conditions: &mut Conditions<'_>, request: StretchRequest<'_>) {
    let Some(After { at, shown }) = request.after else { return };
    let at = || Value::from(at);
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
