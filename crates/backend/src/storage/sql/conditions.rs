//! What is asked of operations, as SQL: the levels an account may see, and what else a list is narrowed to.
//!
//! Values are bound, never written into the text; the columns are this program's own words.

use baken_protocol::ids::{DeviceId, EntityId, EntityReference};

use super::Value;
use crate::storage::Clearance;

/// A WHERE clause under construction, with its values: a `?` in it for each.
pub(in crate::storage) struct Conditions<'a> {
    clauses: Vec<String>,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    /// Nothing is asked yet.
    pub(super) const fn none() -> Self {
        Self { clauses: Vec::new(), values: Vec::new() }
    }

    /// Only what `clearance` allows.
    pub(in crate::storage) fn visible(clearance: &'a Clearance) -> Self {
        let mut conditions = Self::none();
        let team = if clearance.team { "o.level = 'team'" } else { "false" };
        let care = if clearance.care { "o.level = 'zorg'" } else { "false" };
        conditions.add(
            format!("({team} OR {care} OR (o.level = 'eigen' AND o.organisation = ?))"),
            [Value::from(&clearance.organisation)],
        );
        conditions
    }

    /// What other devices than `device` signed under the id `entity`, as far as `clearance` allows.
    pub(in crate::storage) fn of_others(clearance: &'a Clearance, device: DeviceId, entity: EntityId) -> Self {
        let mut conditions = Self::visible(clearance);
        conditions.add("o.entity = ? AND o.device <> ?", [entity.into(), device.into()]);
        conditions
    }

    pub(super) fn add(&mut self, clause: impl Into<String>, values: impl IntoIterator<Item = Value<'a>>) {
        self.clauses.push(clause.into());
        self.values.extend(values);
    }

    pub(super) fn among(&mut self, column: &str, allowed: &'a [String]) {
        if !allowed.is_empty() {
            let marks = vec!["?"; allowed.len()].join(", ");
            self.add(format!("{column} IN ({marks})"), allowed.iter().map(Value::from));
        }
    }

    /// Only one of these entities, if any is named, by the columns of its author and of its own.
    pub(super) fn among_entities(&mut self, [device, entity]: [&str; 2], allowed: &[EntityReference]) {
        if !allowed.is_empty() {
            let pairs = vec![format!("({device} = ? AND {entity} = ?)"); allowed.len()].join(" OR ");
            let values = allowed.iter().flat_map(|it| [it.device.into(), it.entity.into()]);
            self.add(format!("({pairs})"), values);
        }
    }

    /// As it stands in a text where no value comes before.
    pub(in crate::storage) fn sql(&self) -> String {
        self.sql_after(0)
    }

    /// As it stands in a text where so many values come before.
    pub(super) fn sql_after(&self, before: usize) -> String {
        if self.clauses.is_empty() {
            return "true".to_owned();
        }
        let text = self.clauses.join(" AND ");
        let mut parts = text.split('?');
        let mut numbered = parts.next().unwrap_or_default().to_owned();
        for (number, part) in (before + 1..).zip(parts) {
            numbered.push_str(&format!("${number}{part}"));
        }
        numbered
    }

    pub(in crate::storage) fn values(&self) -> &[Value<'a>] {
        &self.values
    }
}
