//! The inbox: each observation as it stands, as far as the asker may see it; and one of them with its history.

use std::collections::BTreeMap;

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::RecordId;
use baken_protocol::record::{OpenObservation, OpenPart, Operation};
use baken_protocol::vocabulary::Vocabulary;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use uuid::Uuid;

use super::conditions::Conditions;
use super::standing::{self, IS_OBSERVATION, StandingRecord};
use super::{SqliteTransaction, parse, parse_time};
use crate::register::{
    Apart, Arrivals, Author, Filter, ObservationPage, ObservationSummary, ObservedRecord, PageRequest, Sight, Terms,
};
use crate::storage::{Inbox, StorageError};

const SELECT: &str = "
    SELECT o.operation, c.envelope, o.received_at, o.organisation, o.quarantined, d.device, d.label, o.action,
           o.entity, o.level,
           (SELECT count(*) FROM attachments a
            WHERE a.operation = o.operation AND a.device = o.device AND a.completed_at IS NULL)
    FROM operations o JOIN operation_contents c ON c.number = o.number JOIN devices d ON d.device = o.device";

/// Operations of one observation that are listed with it, at most: a device may sign without end.
const HISTORY: u32 = 200;

impl Inbox for SqliteTransaction<'_> {
    fn observations(&self, sight: &Sight, request: &PageRequest) -> Result<ObservationPage, StorageError> {
        let tx = self.connection();
        let terms = terms(tx)?;
        let (filter, order) = (&request.filter, request.order);
        let mut records = standing::observations(tx, &terms, &Conditions::visible(sight), filter)?;
        records.retain(|record| record.fits);
        let urgency = |record: &StandingRecord| record.standing.urgency(&terms).map(|known| known.code.as_str());
        let asked = |record: &StandingRecord| {
            filter.urgencies.is_empty()
                || urgency(record).is_some_and(|code| filter.urgencies.iter().any(|asked| asked == code))
        };
        let apart = records.iter().filter(|record| record.quarantined && asked(record)).count();
        records.retain(|record| match filter.apart {
            Apart::Out => !record.quarantined,
            Apart::Only => record.quarantined,
            Apart::Along => true,
        });
        let mut urgency_counts = BTreeMap::new();
        for code in records.iter().filter_map(urgency) {
            *urgency_counts.entry(code.to_owned()).or_insert(0) += 1;
        }
        records.retain(asked);
        let total = count(records.len());

        let as_of = request.after.as_ref().map_or(request.as_of, |cursor| cursor.as_of);
        let mut listed: Vec<_> = records.iter().map(|record| (record.place(&terms, order, as_of), record)).collect();
        listed.sort_unstable_by(|(place, record), (other_place, other)| {
            // What came in with one batch stands as it was signed, the last first; ids follow the time.
            place
                .cmp(other_place)
                .then_with(|| (&other.operation, &other.device).cmp(&(&record.operation, &record.device)))
        });
        let first = request.after.as_ref().map_or(0, |after| {
            listed.partition_point(|(place, record)| {
                place
                    .cmp(&after.place)
                    .then_with(|| (&after.operation, &after.device).cmp(&(&record.operation, &record.device)))
                    .is_le()
            })
        });
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let page = listed.get(first..).unwrap_or_default();
        let more = page.len() > limit;
        let page = page.get(..limit).unwrap_or(page);
        let next = page.last().filter(|_| more).map(|(_, last)| last.cursor(&terms, order, as_of));
        let items = page.iter().map(|(_, record)| shown(tx, sight, &terms, record)).collect::<Result<_, _>>()?;
        let next_cursor = next.map(|cursor| cursor.to_text());
        Ok(ObservationPage { items, next_cursor, total, urgency_counts, apart: count(apart) })
    }

    fn observation(&self, sight: &Sight, record: RecordId) -> Result<Option<ObservedRecord>, StorageError> {
        let tx = self.connection();
        let terms = terms(tx)?;
        let mut conditions = Conditions::visible(sight);
        conditions.add(
            "o.kind = 'observation' AND o.device = ? AND o.operation = ?",
            [record.device.to_string().into(), record.operation.to_string().into()],
        );
        let sql = format!("{SELECT} WHERE {}", conditions.sql());
        let row = tx.query_row(&sql, params_from_iter(conditions.values()), SummaryRow::read).optional()?;
        let Some(row) = row else { return Ok(None) };
        let records = of_entity(tx, sight, &terms, &row)?;
        let standing = row.among(&records).ok_or(StorageError::Content)?;
        let current = format!("{}.{}", standing.device, standing.operation);
        let history = history(tx, sight, &row)?;
        let history = history
            .into_iter()
            .map(|row| {
                let standing = row.among(&records).ok_or(StorageError::Content)?;
                row.summary(tx, sight, &terms, standing)
            })
            .collect::<Result<_, _>>()?;
        let claims = claims(tx, sight, &terms, &row)?;
        let summary = row.summary(tx, sight, &terms, standing)?;
        Ok(Some(ObservedRecord { summary, current, history, claims }))
    }

    /// A device's observations are counted as the inbox shows them: one that was amended counts once, and one that
    /// was set apart not at all.
    fn arrivals(&self, sight: &Sight) -> Result<BTreeMap<Uuid, Arrivals>, StorageError> {
        let visible = Conditions::visible(sight);
        let sql = format!(
            "SELECT o.device, max(o.received_at),
                    count(DISTINCT o.entity || o.level) FILTER (WHERE o.kind = 'observation' AND NOT o.quarantined)
             FROM operations o WHERE {} GROUP BY o.device",
            visible.sql()
        );
        let tx = self.connection();
        let mut statement = tx.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(visible.values()), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?))
        })?;
        rows.map(|row| {
            let (device, last, observations) = row?;
            Ok((parse(&device)?, Arrivals { last_received_at: Some(parse_time(&last)?), observations }))
        })
        .collect()
    }
}

/// What the terms of this municipality are reckoned by.
fn terms(tx: &Connection) -> Result<Terms, StorageError> {
    let zone: String = tx.prepare_cached("SELECT time_zone FROM installation")?.query_row([], |row| row.get(0))?;
    Ok(Terms { vocabulary: Vocabulary::built_in(), zone: parse(&zone)? })
}

fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// The operation that is shown for a record, with how the record stands.
fn shown(
    tx: &Connection,
    sight: &Sight,
    terms: &Terms,
    record: &StandingRecord,
) -> Result<ObservationSummary, StorageError> {
    let sql = format!("{SELECT} WHERE o.device = ?1 AND o.operation = ?2");
    let row = tx.prepare_cached(&sql)?.query_row(params![record.device, record.operation], SummaryRow::read)?;
    row.summary(tx, sight, terms, record)
}

/// How the records stand that the device of `row` signed under its entity's id.
fn of_entity(
    tx: &Connection,
    sight: &Sight,
    terms: &Terms,
    row: &SummaryRow,
) -> Result<Vec<StandingRecord>, StorageError> {
    let mut visible = Conditions::visible(sight);
    visible.add("o.device = ? AND o.entity = ?", [row.device.clone().into(), row.entity.clone().into()]);
    standing::observations(tx, terms, &visible, &Filter::default())
}

/// Everything its device signed about an observation, in the order of the log. Of very many the first of each urgency,
/// so that what was acknowledged first and what is strictest is never buried, and the last.
fn history(tx: &Connection, sight: &Sight, row: &SummaryRow) -> Result<Vec<SummaryRow>, StorageError> {
    let mut visible = Conditions::visible(sight);
    visible.add(
        "o.kind = 'observation' AND o.device = ? AND o.entity = ?",
        [row.device.clone().into(), row.entity.clone().into()],
    );
    let sql = format!(
        "{SELECT} WHERE (o.leaf_index, o.position) IN (
             SELECT o.leaf_index, o.position FROM operations o WHERE {}
             ORDER BY row_number() OVER (PARTITION BY o.urgency ORDER BY o.leaf_index, o.position) = 1 DESC,
                      o.leaf_index DESC, o.position DESC
             LIMIT {HISTORY})
         ORDER BY o.leaf_index, o.position",
        visible.sql()
    );
    let mut statement = tx.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(visible.values()), SummaryRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Records of other devices under the same id. They change nothing about it, and are shown as what they are.
fn claims(
    tx: &Connection,
    sight: &Sight,
    terms: &Terms,
    row: &SummaryRow,
) -> Result<Vec<ObservationSummary>, StorageError> {
    let others = Conditions::of_others(sight, &row.entity, &row.device);
    let mut records = standing::observations(tx, terms, &others, &Filter::default())?;
    records.truncate(usize::try_from(HISTORY).unwrap_or(usize::MAX));
    records.iter().map(|record| shown(tx, sight, terms, record)).collect()
}

/// Whether `others` signed an observation.
pub(super) fn claimed_sql(others: &Conditions) -> String {
    format!("SELECT EXISTS (SELECT 1 FROM operations o WHERE {IS_OBSERVATION} AND {})", others.sql())
}

struct SummaryRow {
    operation: String,
    envelope: Vec<u8>,
    received_at: String,
    organisation: String,
    quarantined: bool,
    device: String,
    label: String,
    action: String,
    entity: String,
    level: String,
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
            action: row.get(7)?,
            entity: row.get(8)?,
            level: row.get(9)?,
            attachments_missing: row.get(10)?,
        })
    }

    /// The record this is an operation of.
    fn among<'a>(&self, records: &'a [StandingRecord]) -> Option<&'a StandingRecord> {
        records.iter().find(|record| record.level == self.level && record.quarantined == self.quarantined)
    }

    /// Whose observation this is about, as far as the asker may know.
    fn author(&self, tx: &Connection, sight: &Sight) -> Result<Author, StorageError> {
        let own = "SELECT EXISTS (SELECT 1 FROM operations
                   WHERE entity = ?1 AND device = ?2 AND kind = 'observation' AND action = 'create')";
        if self.action == "create"
            || tx.prepare_cached(own)?.query_row(params![self.entity, self.device], |row| row.get(0))?
        {
            return Ok(Author::Itself);
        }
        let others = Conditions::of_others(sight, &self.entity, &self.device);
        let sql = claimed_sql(&others);
        let claimed: bool = tx.prepare_cached(&sql)?.query_row(params_from_iter(others.values()), |row| row.get(0))?;
        Ok(if claimed { Author::AnotherDevice } else { Author::NotHere })
    }

    /// What is shown comes from the signed bytes, not from columns beside them.
    fn summary(
        self,
        tx: &Connection,
        sight: &Sight,
        terms: &Terms,
        record: &StandingRecord,
    ) -> Result<ObservationSummary, StorageError> {
        let author = self.author(tx, sight)?;
        let envelope = Envelope::from_json(&self.envelope).map_err(|_| StorageError::Content)?;
        let signed: Operation = envelope.peek().map_err(|_| StorageError::Content)?;
        let OpenPart::Observation(open) = &signed.open else { return Err(StorageError::Content) };
        let texts = |codes: &[baken_protocol::ids::Code]| codes.iter().map(ToString::to_string).collect();
        let OpenObservation { place_kind, district, forms, indicators, basis, urgency, actions, .. } = open;
        let standing = &record.standing;
        Ok(ObservationSummary {
            observation: signed.entity().to_string(),
            operation: format!("{}.{}", self.device, self.operation),
            action: signed.action,
            inspection: signed.inspection.map(|inspection| inspection.to_string()),
            device: parse(&self.device)?,
            device_label: self.label,
            organisation: self.organisation,
            observed_at: signed.observed_at,
            finalised_at: signed.finalised_at,
            received_at: parse_time(&self.received_at)?,
            strictest_urgency: standing.urgency(terms).map_or(urgency, |strictest| &strictest.code).to_string(),
            urgent_since: standing.urgent_since,
            due_at: standing.due_at,
            amended_at: standing.amended_at,
            retracted_at: standing.retracted_at,
            author,
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
