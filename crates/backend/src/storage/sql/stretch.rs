//! A stretch of the inbox, read in its order from an index: one range for each kind of observation (who may see it,
//! whether it was set apart, how urgent it is, whether it is handled), and the first of all of them. What is handled
//! stands in indexes of its own, so that a list of what is open is as short as what is open. What one person has in hand
//! is looked up by its holder and put in order.
//!
//! What is narrowed by operations is read in one of two ways. Where little fits, that was gathered and is put in order;
//! where much does, the list is gone through and each observation is asked whether one of its operations fits.

use baken_protocol::record::RecordKind;

use super::conditions::{Conditions, narrowed, numbered, of_kind};
use super::standings::{COLUMNS, all_of, gathered, read as read_standing};
use super::{Engine, Value};
use crate::storage::{
    After, Apart, Clearance, Counted, Counts, Filter, ListedStanding, StandingKind, StorageError, Stretch,
    StretchRequest, Work,
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
        Ok(ListedStanding { device: row.get(15)?, operation: row.get(16)?, row: read_standing(row)? })
    })
}

/// The kinds that are asked for.
fn asked_for(counted: Vec<Counted>, filter: &Filter) -> Vec<StandingKind> {
    let asked = |kind: &StandingKind| {
        let apart = match filter.apart {
            Apart::Out => !kind.quarantined,
            Apart::Only => kind.quarantined,
            Apart::Along => true,
        };
        apart
            && filter.work.holds(kind.handled)
            && (filter.urgencies.is_empty() || filter.urgencies.contains(&kind.urgency))
    };
    counted.into_iter().map(|counted| counted.kind).filter(asked).collect()
}

/// One range of an index for each kind.
pub(in crate::storage) fn in_ranges<'a>(
    filter: &'a Filter,
    kinds: &'a [StandingKind],
    request: StretchRequest<'a>,
) -> Option<(String, Vec<Value<'a>>)> {
    let order = order(request.stretch, "s");
    let (mut ranges, mut values) = (Vec::new(), Vec::new());
    for kind in kinds.iter().filter(|kind| request.stretch.may_hold(kind)) {
        let mut range = Conditions::none();
        range.add(
            "s.shown_to = ? AND s.quarantined = ? AND s.urgency = ?",
            [Value::from(&kind.shown_to), kind.quarantined.into(), Value::from(&kind.urgency)],
        );
        in_hand(&mut range, filter, Some(kind.handled));
        place(&mut range, request.stretch);
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
    in_hand(&mut asked, filter, request.stretch.is_of_handled().or_else(|| filter.work.is_of_handled()));
    request.stretch.urgencies(&mut asked);
    place(&mut asked, request.stretch);
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
pub(super) fn one_fits(filter: &Filter) -> Conditions<'_> {
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

/// How it is in hand: handled or not, where that is asked, or in the hands of whoever asks. Whether it is handled is written
/// out, since an index of what is open, or handled, serves no question that has it as a parameter. Of what somebody has
/// it is not asked: that is never handled, and so the one index that serves is the one by holder.
fn in_hand<'a>(conditions: &mut Conditions<'a>, filter: &'a Filter, handled: Option<bool>) {
    match (filter.work, handled) {
        (Work::Mine, _) => conditions.add("s.holder = ?", [Value::from(&filter.asker)]),
        (Work::Open | Work::Handled | Work::All, Some(true)) => conditions.add("s.handled_at IS NOT NULL", []),
        (Work::Open | Work::Handled | Work::All, Some(false)) => conditions.add("s.handled_at IS NULL", []),
        (Work::Open | Work::Handled | Work::All, None) => {}
    }
}

impl Work {
    /// Whether all of it is handled, or none of it.
    const fn is_of_handled(self) -> Option<bool> {
        match self {
            Self::Open | Self::Mine => Some(false),
            Self::Handled => Some(true),
            Self::All => None,
        }
    }
}

impl<'a> Stretch<'a> {
    /// Whether an observation of that kind may stand in it.
    fn may_hold(&self, kind: &StandingKind) -> bool {
        let leads = |leading: &[&str]| leading.contains(&kind.urgency.as_str());
        self.is_of_handled().is_none_or(|handled| handled == kind.handled)
            && match self {
                Self::Leading { urgencies } => leads(urgencies),
                Self::Due { leading } | Self::Termless { leading } => !leads(leading),
                Self::Handled | Self::Received => true,
            }
    }

    /// Whether all of it is handled, or none of it.
    const fn is_of_handled(&self) -> Option<bool> {
        match self {
            Self::Leading { .. } | Self::Due { .. } | Self::Termless { .. } => Some(false),
            Self::Handled => Some(true),
            Self::Received => None,
        }
    }

    /// The urgencies of what stands in it.
    fn urgencies(self, conditions: &mut Conditions<'a>) {
        match self {
            Self::Leading { urgencies } => conditions.only("s.urgency", urgencies),
            Self::Due { leading } | Self::Termless { leading } => conditions.none_of("s.urgency", leading),
            Self::Handled | Self::Received => {}
        }
    }
}

/// What stands in a stretch, beside its urgencies and whether it is handled.
fn place(conditions: &mut Conditions<'_>, stretch: Stretch<'_>) {
    match stretch {
        Stretch::Due { .. } => conditions.add("s.due_at IS NOT NULL", []),
        Stretch::Termless { .. } => conditions.add("s.due_at IS NULL", []),
        Stretch::Leading { .. } | Stretch::Handled | Stretch::Received => {}
    }
}

fn after(conditions: &mut Conditions<'_>, request: StretchRequest<'_>) {
    let Some(After { at, shown }) = request.after else { return };
    let at = || Value::from(at);
    match request.stretch {
        Stretch::Leading { .. } => conditions.add("(s.urgent_since, s.shown) < (?, ?)", [at(), shown.into()]),
        Stretch::Received => conditions.add("(s.received_at, s.shown) < (?, ?)", [at(), shown.into()]),
        Stretch::Termless { .. } => conditions.add("s.shown < ?", [shown.into()]),
        Stretch::Handled => conditions.add("(s.handled_at, s.shown) < (?, ?)", [at(), shown.into()]),
        Stretch::Due { .. } => {
            conditions.add("s.due_at >= ? AND (s.due_at > ? OR s.shown < ?)", [at(), at(), shown.into()]);
        }
    }
}

fn order(stretch: Stretch<'_>, of: &str) -> String {
    match stretch {
        Stretch::Leading { .. } => format!("{of}.urgent_since DESC, {of}.shown DESC"),
        Stretch::Due { .. } => format!("{of}.due_at, {of}.shown DESC"),
        Stretch::Termless { .. } => format!("{of}.shown DESC"),
        Stretch::Handled => format!("{of}.handled_at DESC, {of}.shown DESC"),
        Stretch::Received => format!("{of}.received_at DESC, {of}.shown DESC"),
    }
}
