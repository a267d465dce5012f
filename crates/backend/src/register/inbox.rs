//! The inbox: all operations of one device under one id, level by level, folded into how the record stands; and one of
//! them with its history. What was set apart is never folded into what was not.

use std::collections::BTreeMap;

use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use baken_protocol::record::{Action, OpenObservation, OpenPart, Operation};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::{Standing, Step, Terms};
use crate::storage::{
    Apart, Clearance, Cursor, Filter, Of, Order, PageRequest, Position, ShownRow, StepRow, StorageError, Transaction,
};

/// Operations of one observation that are listed with it, at most: a device may sign without end.
const HISTORY: u32 = 200;

/// Whose observation an operation is about. An entity is named by the device that signed it first: what another
/// device signs under the same id changes nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Author {
    /// The device's own.
    Itself,
    /// It changes or takes back what another device signed: it does neither.
    AnotherDevice,
    /// It changes or takes back what is not here, or not for this account.
    NotHere,
}

/// One operation of an observation, with how the observation stands.
#[derive(Debug, Clone)]
pub struct Observation {
    /// As it is kept.
    pub row: ShownRow,
    /// What was signed.
    pub signed: Operation,
    /// Its open part.
    pub open: OpenObservation,
    /// Whose observation it is about.
    pub author: Author,
    /// The strictest urgency that any of its operations named.
    pub strictest_urgency: String,
    /// How it stands.
    pub standing: Standing,
}

/// A page of the inbox.
#[derive(Debug)]
pub struct InboxPage {
    /// The observations, in the order asked for, each by the operation that is shown for it.
    pub items: Vec<Observation>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// How many there are with these filters.
    pub total: u64,
    /// How many fit these filters and were set apart: they are in no other number.
    pub apart: u64,
    /// How many of each urgency there are with these filters, that of urgency left out. The strictest counts.
    pub urgency_counts: BTreeMap<String, u64>,
}

/// One operation of an observation, with everything that was done to that.
#[derive(Debug)]
pub struct ObservationHistory {
    /// The operation that was asked for.
    pub observation: Observation,
    /// The operation that the list shows for it.
    pub current: RecordId,
    /// Everything its device signed about it, in the order of the log.
    pub history: Vec<Observation>,
    /// Records of other devices under the same id. They change nothing about it, and are shown as what they are.
    pub claims: Vec<Observation>,
}

/// A page of what `clearance` allows.
pub fn observations(
    tx: &dyn Transaction,
    terms: &Terms,
    clearance: &Clearance,
    request: &PageRequest,
) -> Result<InboxPage, StorageError> {
    let (filter, order) = (&request.filter, request.order);
    let mut records = fold(tx, terms, (clearance, Of::All), filter)?;
    records.retain(|record| record.fits);
    let urgency = |record: &StandingRecord| record.standing.urgency(terms).map(|known| known.code.as_str());
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
    let mut listed: Vec<_> = records.iter().map(|record| (record.position(terms, order, as_of), record)).collect();
    listed.sort_unstable_by(|(position, record), (other_position, other)| {
        // What came in with one batch stands as it was signed, the last first; ids follow the time.
        position
            .cmp(other_position)
            .then_with(|| (&other.operation, &other.device).cmp(&(&record.operation, &record.device)))
    });
    let first = request.after.as_ref().map_or(0, |after| {
        listed.partition_point(|(position, record)| {
            position
                .cmp(&after.position)
                .then_with(|| (&after.operation, &after.device).cmp(&(&record.operation, &record.device)))
                .is_le()
        })
    });
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let page = listed.get(first..).unwrap_or_default();
    let more = page.len() > limit;
    let page = page.get(..limit).unwrap_or(page);
    let next = page.last().filter(|_| more).map(|(_, last)| last.cursor(terms, order, as_of));
    let items = page.iter().map(|(_, record)| shown(tx, clearance, terms, record)).collect::<Result<_, _>>()?;
    Ok(InboxPage { items, next, total, apart: count(apart), urgency_counts })
}

/// One record of an observation, be it the latest or not, with everything that was done to it.
pub fn observation(
    tx: &dyn Transaction,
    terms: &Terms,
    clearance: &Clearance,
    record: RecordId,
) -> Result<Option<ObservationHistory>, StorageError> {
    let Some(row) = tx.shown(Some(clearance), record)? else { return Ok(None) };
    let (device, entity) = (row.record.device, row.entity);
    let records = fold(tx, terms, (clearance, Of::Author(device, entity)), &Filter::default())?;
    let current = among(&records, &row)?.record()?;
    let read = |row: ShownRow| {
        let record = among(&records, &row)?;
        read(tx, clearance, terms, row, record)
    };
    let history = tx.history(clearance, device, entity, HISTORY)?.into_iter().map(read).collect::<Result<_, _>>()?;
    let mut others = fold(tx, terms, (clearance, Of::Others(device, entity)), &Filter::default())?;
    others.truncate(usize::try_from(HISTORY).unwrap_or(usize::MAX));
    let claims = others.iter().map(|record| shown(tx, clearance, terms, record)).collect::<Result<_, _>>()?;
    let observation = read(row)?;
    Ok(Some(ObservationHistory { observation, current, history, claims }))
}

fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// The record that `row` is an operation of.
fn among<'a>(records: &'a [StandingRecord], row: &ShownRow) -> Result<&'a StandingRecord, StorageError> {
    let of = |record: &&StandingRecord| record.level == row.level && record.quarantined == row.quarantined;
    records.iter().find(of).ok_or(StorageError::Content)
}

/// The operation that is shown for a record, with how the record stands.
fn shown(
    tx: &dyn Transaction,
    clearance: &Clearance,
    terms: &Terms,
    record: &StandingRecord,
) -> Result<Observation, StorageError> {
    let row = tx.shown(None, record.record()?)?.ok_or(StorageError::Content)?;
    read(tx, clearance, terms, row, record)
}

/// What is shown comes from the signed bytes, not from columns beside them.
fn read(
    tx: &dyn Transaction,
    clearance: &Clearance,
    terms: &Terms,
    row: ShownRow,
    record: &StandingRecord,
) -> Result<Observation, StorageError> {
    let signed: Operation = row.envelope.peek().map_err(|_| StorageError::Content)?;
    let OpenPart::Observation(open) = signed.open.clone() else { return Err(StorageError::Content) };
    let author = author(tx, clearance, &signed, row.record.device, row.entity)?;
    let standing = record.standing.clone();
    let strictest = standing.urgency(terms).map_or(&open.urgency, |strictest| &strictest.code).to_string();
    Ok(Observation { row, signed, open, author, strictest_urgency: strictest, standing })
}

/// Whose observation an operation is about, as far as the asker may know.
fn author(
    tx: &dyn Transaction,
    clearance: &Clearance,
    signed: &Operation,
    device: DeviceId,
    entity: EntityId,
) -> Result<Author, StorageError> {
    if signed.action == Action::Create || tx.was_created_by(device, entity)? {
        return Ok(Author::Itself);
    }
    Ok(if tx.is_claimed(clearance, device, entity)? { Author::AnotherDevice } else { Author::NotHere })
}

/// A record as it stands, with the operation that is shown for it.
struct StandingRecord {
    device: String,
    entity: String,
    level: String,
    quarantined: bool,
    /// The operation that is shown: the last that says something, else what took the record back.
    operation: String,
    received_at: DateTime<Utc>,
    shown_retracts: bool,
    standing: Standing,
    /// Whether one of its operations fits the filter: an amendment takes no record out of a list.
    fits: bool,
}

/// The observations that are allowed, in no order that means anything.
fn fold(
    tx: &dyn Transaction,
    terms: &Terms,
    (clearance, of): (&Clearance, Of),
    filter: &Filter,
) -> Result<Vec<StandingRecord>, StorageError> {
    let mut records: Vec<StandingRecord> = Vec::new();
    tx.each_step(
        clearance,
        of,
        filter,
        &mut |row| match records.last_mut().filter(|record| record.goes_on_in(&row)) {
            Some(record) => record.add(&row, terms),
            None => records.push(StandingRecord::begin(&row, terms)),
        },
    )?;
    Ok(records)
}

impl StandingRecord {
    fn begin(row: &StepRow<'_>, terms: &Terms) -> Self {
        Self {
            device: row.device.to_owned(),
            entity: row.entity.to_owned(),
            level: row.level.to_owned(),
            quarantined: row.quarantined,
            operation: row.operation.to_owned(),
            received_at: row.received_at,
            shown_retracts: row.action == Action::Retract,
            standing: Standing::begin(terms, step(row)),
            fits: row.fits,
        }
    }

    fn goes_on_in(&self, row: &StepRow<'_>) -> bool {
        self.entity == row.entity
            && self.device == row.device
            && self.level == row.level
            && self.quarantined == row.quarantined
    }

    fn add(&mut self, row: &StepRow<'_>, terms: &Terms) {
        self.standing.take(terms, step(row));
        self.fits |= row.fits;
        let retracts = row.action == Action::Retract;
        if !retracts || self.shown_retracts {
            row.operation.clone_into(&mut self.operation);
            self.received_at = row.received_at;
            self.shown_retracts = retracts;
        }
    }

    /// The operation that is shown.
    fn record(&self) -> Result<RecordId, StorageError> {
        let (device, operation) = (self.device.parse(), self.operation.parse());
        let device = device.map_err(|_| StorageError::Content)?;
        Ok(RecordId { device, operation: operation.map_err(|_| StorageError::Content)? })
    }

    fn position(&self, terms: &Terms, order: Order, as_of: DateTime<Utc>) -> Position {
        self.standing.position(terms, order, self.received_at, as_of)
    }

    /// Where it stands in the list.
    fn cursor(&self, terms: &Terms, order: Order, as_of: DateTime<Utc>) -> Cursor {
        Cursor {
            order,
            as_of,
            position: self.position(terms, order, as_of),
            device: self.device.clone(),
            operation: self.operation.clone(),
        }
    }
}

const fn step<'a>(row: &StepRow<'a>) -> Step<'a> {
    Step { action: row.action, urgency: row.urgency, received_at: row.received_at }
}
