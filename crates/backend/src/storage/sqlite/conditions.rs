//! What is asked of operations, as SQL: the levels an account may see, and what else a list is narrowed to.
//!
//! Values are bound, never written into the text; the columns are this program's own words.

use baken_protocol::ids::EntityReference;
use rusqlite::types::Value;

use super::time_text;
use crate::storage::{Clearance, Filter};

/// A WHERE clause under construction, with its parameters.
pub(super) struct Conditions {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Nothing is asked yet.
    pub(super) const fn none() -> Self {
        Self { clauses: Vec::new(), values: Vec::new() }
    }

    /// Only what `clearance` allows.
    pub(super) fn visible(clearance: &Clearance) -> Self {
        let mut conditions = Self::none();
        let team = if clearance.team { "o.level = 'team'" } else { "0" };
        let care = if clearance.care { "o.level = 'zorg'" } else { "0" };
        conditions.add(
            format!("({team} OR {care} OR (o.level = 'eigen' AND o.organisation = ?))"),
            [clearance.organisation.clone().into()],
        );
        conditions
    }

    /// What other devices than `device` signed under the id `entity`, as far as `clearance` allows.
    pub(super) fn of_others(clearance: &Clearance, entity: &str, device: &str) -> Self {
        let mut conditions = Self::visible(clearance);
        conditions.add("o.entity = ? AND o.device <> ?", [entity.to_owned().into(), device.to_owned().into()]);
        conditions
    }

    pub(super) fn add(&mut self, clause: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.clauses.push(clause.into());
        self.values.extend(values);
    }

    pub(super) fn among(&mut self, column: &str, allowed: &[String]) {
        if !allowed.is_empty() {
            let marks = vec!["?"; allowed.len()].join(", ");
            self.add(format!("{column} IN ({marks})"), allowed.iter().cloned().map(Value::from));
        }
    }

    /// Only one of these; nothing, where there is none.
    pub(super) fn only(&mut self, column: &str, allowed: &[String]) {
        if allowed.is_empty() {
            self.add("1 = 0", []);
        }
        self.among(column, allowed);
    }

    /// And all of that too.
    pub(super) fn extend(&mut self, others: Self) {
        self.clauses.extend(others.clauses);
        self.values.extend(others.values);
    }

    /// Only one of these entities, if any is named; `columns` are its author's and its own.
    pub(super) fn among_entities(&mut self, [author, own]: [&str; 2], allowed: &[EntityReference]) {
        let names = |it: &EntityReference| [it.device.to_string().into(), it.entity.to_string().into()];
        match allowed {
            [] => {}
            // Said so, SQLite looks it up.
            [one] => self.add(format!("{author} = ? AND {own} = ?"), names(one)),
            several => {
                let pairs = vec!["(?, ?)"; several.len()].join(", ");
                self.add(format!("({author}, {own}) IN (VALUES {pairs})"), several.iter().flat_map(names));
            }
        }
    }

    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() { "1".to_owned() } else { self.clauses.join(" AND ") }
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

/// What must hold of one operation `o`, and of a code `f` of it where forms are asked for. Urgency, and what was set apart,
/// are asked of an observation as a whole.
pub(super) fn narrowed(filter: &Filter) -> Conditions {
    let mut conditions = Conditions::none();
    if !filter.forms.is_empty() {
        conditions.add("f.list = 'form' AND f.number = o.number", []);
        conditions.among("f.code", &filter.forms);
    }
    conditions.among("o.district", &filter.districts);
    conditions.among("o.place_kind", &filter.place_kinds);
    conditions.among("o.level", &filter.levels);
    conditions.among("o.device", &filter.devices);
    conditions.among_entities(["o.inspection_device", "o.inspection"], &filter.inspections);
    if let Some(from) = filter.from {
        conditions.add("o.observed_at >= ?", [time_text(from).into()]);
    }
    if let Some(until) = filter.until {
        conditions.add("o.observed_at < ?", [time_text(until).into()]);
    }
    conditions
}
