//! What is asked of operations, as SQL: the levels an account may see, and what else a list is narrowed to.
//!
//! Values are bound, never written into the text; the columns are this program's own words, and so are the levels and the
//! kinds.

use baken_protocol::ids::{DeviceId, EntityId, EntityReference};
use baken_protocol::record::{ConfidentialityLevel, RecordKind};

use uuid::Uuid;

use super::Value;
use crate::access::Reach;
use crate::storage::{Clearance, Filter};

/// Operations of this kind alone. Written out: an index of one kind serves no question that has it as a parameter.
pub(super) fn of_kind(kind: RecordKind) -> String {
    format!("o.kind = '{}'", kind.name())
}

/// A WHERE clause under construction, with its values: a `?` in it for each.
pub(in crate::storage) struct Conditions<'a> {
    clauses: Vec<String>,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    /// Nothing is asked yet.
    pub(in crate::storage) const fn none() -> Self {
        Self { clauses: Vec::new(), values: Vec::new() }
    }

    /// Only what `clearance` allows.
    pub(in crate::storage) fn visible(clearance: &'a Clearance) -> Self {
        let mut conditions = Self::none();
        let of_level = |level: ConfidentialityLevel| format!("o.level = '{}'", level.code());
        let mut own_organisation = Vec::new();
        let mut allowed = |level| match clearance.reach(level) {
            Reach::Whole => of_level(level),
            Reach::OwnOrganisation => {
                own_organisation.push(Value::from(&clearance.organisation));
                format!("({} AND o.organisation = ?)", of_level(level))
            }
            Reach::Nothing => "false".to_owned(),
        };
        let levels = [ConfidentialityLevel::Team, ConfidentialityLevel::Care, ConfidentialityLevel::Own];
        let clause = format!("({})", levels.map(&mut allowed).join(" OR "));
        conditions.add(clause, own_organisation);
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

    pub(super) fn among<S: AsRef<str>>(&mut self, column: &str, allowed: &'a [S]) {
        if !allowed.is_empty() {
            let marks = vec!["?"; allowed.len()].join(", ");
            self.add(format!("{column} IN ({marks})"), allowed.iter().map(|word| Value::Text(word.as_ref())));
        }
    }

    /// Only one of these; nothing, where there is none.
    pub(super) fn only<S: AsRef<str>>(&mut self, column: &str, allowed: &'a [S]) {
        if allowed.is_empty() {
            self.add("1 = 0", []);
        }
        self.among(column, allowed);
    }

    /// None of these.
    pub(super) fn none_of(&mut self, column: &str, others: &[&'a str]) {
        if !others.is_empty() {
            let marks = vec!["?"; others.len()].join(", ");
            self.add(format!("{column} NOT IN ({marks})"), others.iter().map(|&word| Value::Text(word)));
        }
    }

    /// Only one of these ids; nothing, where there is none.
    pub(super) fn only_ids(&mut self, column: &str, allowed: &[Uuid]) {
        let marks = vec!["?"; allowed.len()].join(", ");
        let clause = if allowed.is_empty() { "1 = 0".to_owned() } else { format!("{column} IN ({marks})") };
        self.add(clause, allowed.iter().map(|id| Value::Id(*id)));
    }

    /// And all of that too.
    pub(super) fn extend(&mut self, others: Self) {
        self.clauses.extend(others.clauses);
        self.values.extend(others.values);
    }

    /// Only one of these entities, if any is named, by the columns of its author and of its own.
    pub(super) fn among_entities(&mut self, [author, own]: [&str; 2], allowed: &[EntityReference]) {
        let named = format!("{author} = ? AND {own} = ?");
        let values = allowed.iter().flat_map(|it| [it.device.into(), it.entity.into()]);
        match allowed {
            [] => {}
            // Said so, SQLite looks it up.
            [_] => self.add(named, values),
            several => self.add(format!("(({}))", vec![named; several.len()].join(") OR (")), values),
        }
    }

    /// As it stands in a text that has no other values.
    pub(in crate::storage) fn sql(&self) -> String {
        numbered(&self.marked())
    }

    /// As it stands in a text that is [`numbered`] as a whole.
    pub(super) fn marked(&self) -> String {
        if self.clauses.is_empty() { "true".to_owned() } else { self.clauses.join(" AND ") }
    }

    pub(in crate::storage) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    pub(super) fn into_values(self) -> Vec<Value<'a>> {
        self.values
    }
}

/// The same text with a number for each mark.
pub(in crate::storage) fn numbered(marked: &str) -> String {
    let mut parts = marked.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (number, part) in (1..).zip(parts) {
        text.extend(["$", &number.to_string(), part]);
    }
    text
}

/// What must hold of one operation `o`, and of a code `f` of it where forms are asked for. Urgency, and what was set apart,
/// are asked of an observation as a whole.
pub(super) fn narrowed(filter: &Filter) -> Conditions<'_> {
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
        conditions.add("o.observed_at >= ?", [from.into()]);
    }
    if let Some(until) = filter.until {
        conditions.add("o.observed_at < ?", [until.into()]);
    }
    conditions
}
