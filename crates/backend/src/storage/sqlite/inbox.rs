//! The inbox: the latest record of each observation, as far as the asker may see it.

use std::collections::BTreeMap;

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::OperationId;
use baken_protocol::record::{OpenObservation, OpenPart, Operation};
use baken_protocol::vocabulary::Vocabulary;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};
use uuid::Uuid;

use super::{SqliteStorage, due, parse, parse_time, time_text};
use crate::register::{
    Arrivals, Cursor, Filter, ObservationPage, ObservationSummary, Order, PageRequest, Sight, due_at,
};
use crate::storage::{Inbox, StorageError};

const SELECT: &str = "
    SELECT o.operation, o.envelope, o.received_at, o.organisation, o.quarantined, d.device, d.label,
           (SELECT count(*) FROM attachments a WHERE a.operation = o.operation AND a.completed_at IS NULL)
    FROM operations o JOIN devices d ON d.device = o.device";

/// The latest operation of its entity. Only a later amendment or retraction by the same device, of the same
/// kind and level, replaces a record, and never one that was set apart: otherwise whoever knows an entity's id
/// could make another's record vanish. The `+` keeps SQLite to the index by entity: by kind and time it would read
/// every later record for each.
pub(super) const LATEST: &str = "NOT EXISTS (SELECT 1 FROM operations n
    WHERE n.entity = o.entity AND n.device = o.device AND +n.kind = o.kind AND n.level = o.level
      AND n.action <> 'create' AND n.quarantined <= o.quarantined
      AND (n.received_at, n.operation) > (o.received_at, o.operation))";

/// A WHERE clause under construction, with its parameters.
pub(super) struct Conditions {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Only what `sight` allows.
    pub(super) fn visible(sight: &Sight) -> Self {
        let mut conditions = Self { clauses: Vec::new(), values: Vec::new() };
        let team = if sight.team { "o.level = 'team'" } else { "0" };
        let care = if sight.care { "o.level = 'zorg'" } else { "0" };
        conditions.add(
            format!("({team} OR {care} OR (o.level = 'eigen' AND o.organisation = ?))"),
            [sight.organisation.clone().into()],
        );
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

    fn filter(&mut self, filter: &Filter) {
        self.among("o.district", &filter.districts);
        self.among("o.urgency", &filter.urgencies);
        self.among("o.place_kind", &filter.place_kinds);
        self.among("o.level", &filter.levels);
        self.among("o.device", &filter.devices);
        self.among("o.inspection", &filter.inspections);
        if !filter.forms.is_empty() {
            let marks = vec!["?"; filter.forms.len()].join(", ");
            self.add(
                format!(
                    "EXISTS (SELECT 1 FROM operation_forms f WHERE f.operation = o.operation AND f.form IN ({marks}))"
                ),
                filter.forms.iter().cloned().map(Value::from),
            );
        }
        if let Some(from) = filter.from {
            self.add("o.observed_at >= ?", [time_text(from).into()]);
        }
        if let Some(until) = filter.until {
            self.add("o.observed_at < ?", [time_text(until).into()]);
        }
    }

    pub(super) fn sql(&self) -> String {
        self.clauses.join(" AND ")
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

impl Inbox for SqliteStorage {
    fn observations(&self, sight: &Sight, request: &PageRequest) -> Result<ObservationPage, StorageError> {
        self.read(|tx| {
            let mut conditions = inbox(sight, &request.filter);
            let total = tx.query_row(
                &format!("SELECT count(*) FROM operations o WHERE {}", conditions.sql()),
                params_from_iter(conditions.values()),
                |row| row.get(0),
            )?;
            let (key, comparison, direction) = match request.order {
                Order::Due => (due::KEY, ">", "ASC"),
                Order::Received => ("o.received_at", "<", "DESC"),
            };
            if let Some(cursor) = &request.after {
                conditions.add(
                    format!("({key}, o.operation) {comparison} (?, ?)"),
                    [cursor.key.clone().into(), cursor.operation.clone().into()],
                );
            }
            let sql = format!(
                "{SELECT} WHERE {} ORDER BY {key} {direction}, o.operation {direction} LIMIT {}",
                conditions.sql(),
                u64::from(request.limit) + 1
            );
            let mut items = summaries(tx, &sql, conditions.values())?;
            let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
            let more = items.len() > limit;
            items.truncate(limit);
            let next_cursor = items.last().filter(|_| more).map(|last| Cursor::at(last, request.order).to_text());
            Ok(ObservationPage { items, next_cursor, total, urgency_counts: urgency_counts(tx, sight, request)? })
        })
    }

    fn observation(&self, sight: &Sight, operation: OperationId) -> Result<Option<ObservationSummary>, StorageError> {
        self.read(|tx| {
            let mut conditions = Conditions::visible(sight);
            conditions.add("o.kind = 'observation' AND o.operation = ?", [operation.to_string().into()]);
            let sql = format!("{SELECT} WHERE {}", conditions.sql());
            let row = tx.query_row(&sql, params_from_iter(conditions.values()), SummaryRow::read).optional()?;
            row.map(|row| row.summary(&Vocabulary::built_in())).transpose()
        })
    }

    /// A device's observations are counted as the inbox shows them: one that was replaced counts once.
    fn arrivals(&self, sight: &Sight) -> Result<BTreeMap<Uuid, Arrivals>, StorageError> {
        let visible = Conditions::visible(sight);
        let sql = format!(
            "SELECT o.device, max(o.received_at), count(*) FILTER (WHERE o.kind = 'observation' AND {LATEST})
             FROM operations o WHERE {} GROUP BY o.device",
            visible.sql()
        );
        self.read(|tx| {
            let mut statement = tx.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(visible.values()), |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?))
            })?;
            rows.map(|row| {
                let (device, last, observations) = row?;
                Ok((parse(&device)?, Arrivals { last_received_at: Some(parse_time(&last)?), observations }))
            })
            .collect()
        })
    }
}

/// The latest records of observations that `sight` allows and `filter` leaves.
pub(super) fn inbox(sight: &Sight, filter: &Filter) -> Conditions {
    let mut conditions = Conditions::visible(sight);
    conditions.add("o.kind = 'observation'", []);
    conditions.add(LATEST, []);
    conditions.filter(filter);
    conditions
}

fn urgency_counts(
    tx: &Transaction<'_>,
    sight: &Sight,
    request: &PageRequest,
) -> Result<BTreeMap<String, u64>, StorageError> {
    let conditions = inbox(sight, &Filter { urgencies: Vec::new(), ..request.filter.clone() });
    let sql = format!(
        "SELECT o.urgency, count(*) FROM operations o WHERE {} AND o.urgency IS NOT NULL GROUP BY o.urgency",
        conditions.sql()
    );
    let mut statement = tx.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(conditions.values()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn summaries(tx: &Transaction<'_>, sql: &str, values: &[Value]) -> Result<Vec<ObservationSummary>, StorageError> {
    let vocabulary = Vocabulary::built_in();
    let mut statement = tx.prepare(sql)?;
    let rows = statement.query_map(params_from_iter(values), SummaryRow::read)?;
    rows.map(|row| row?.summary(&vocabulary)).collect()
}

struct SummaryRow {
    operation: String,
    envelope: Vec<u8>,
    received_at: String,
    organisation: String,
    quarantined: bool,
    device: String,
    label: String,
    attachments_missing: u32,
}

impl SummaryRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            operation: row.get(0)?,
            envelope: row.get(1)?,
            received_at: row.get(2)?,
            organisation: row.get(3)?,
            quarantined: row.get(4)?,
            device: row.get(5)?,
            label: row.get(6)?,
            attachments_missing: row.get(7)?,
        })
    }

    /// What is shown comes from the signed bytes, not from columns beside them.
    fn summary(self, vocabulary: &Vocabulary) -> Result<ObservationSummary, StorageError> {
        let envelope = Envelope::from_json(&self.envelope).map_err(|_| StorageError::Content)?;
        let signed: Operation = envelope.peek().map_err(|_| StorageError::Content)?;
        let OpenPart::Observation(open) = &signed.open else { return Err(StorageError::Content) };
        let received_at = parse_time(&self.received_at)?;
        let texts = |codes: &[baken_protocol::ids::Code]| codes.iter().map(ToString::to_string).collect();
        let OpenObservation { place_kind, district, forms, indicators, basis, urgency, actions, .. } = open;
        Ok(ObservationSummary {
            observation: signed.entity.0,
            operation: parse(&self.operation)?,
            inspection: signed.inspection.map(|inspection| inspection.0),
            device: parse(&self.device)?,
            device_label: self.label,
            organisation: self.organisation,
            observed_at: signed.observed_at,
            finalised_at: signed.finalised_at,
            received_at,
            due_at: due_at(vocabulary, urgency.as_str(), received_at),
            place_kind: place_kind.to_string(),
            district: district.as_ref().map(ToString::to_string),
            forms: texts(forms),
            indicators: texts(indicators),
            basis: basis.to_string(),
            urgency: urgency.to_string(),
            actions: texts(actions),
            level: open.level,
            person_count: open.person_count,
            attachment_count: open.attachment_count,
            attachments_missing: self.attachments_missing,
            quarantined: self.quarantined,
        })
    }
}
