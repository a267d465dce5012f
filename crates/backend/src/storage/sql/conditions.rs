//! What is asked of operations, as SQL: the levels an account may see, and what else a list is narrowed to.
//!
//! Values are bound, never written into the text; the columns are this program's own words.

use baken_protocol::ids::EntityReference;
use rusqlite::types::Value;

use crate::storage::Clearance;

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

    /// Only one of these entities, if any is named; `columns` are its author's and its own.
    pub(super) fn among_entities(&mut self, columns: &str, allowed: &[EntityReference]) {
        if !allowed.is_empty() {
            let pairs = vec!["(?, ?)"; allowed.len()].join(", ");
            let values = allowed.iter().flat_map(|it| [it.device.to_string().into(), it.entity.to_string().into()]);
            self.add(format!("({columns}) IN (VALUES {pairs})"), values);
        }
    }

    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() { "1".to_owned() } else { self.clauses.join(" AND ") }
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}
