//! The inbox: a page of observations in the order somebody must act on them, as they stand; and one of them with its
//! history.

use std::collections::BTreeMap;

use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use baken_protocol::record::{Action, OpenObservation, OpenPart, Operation};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::line::Line;
use super::{Folded, Standing, Terms, each_folded};
use crate::storage::{
    Apart, Clearance, Counted, Cursor, ListedStanding, Of, PageRequest, ShownRow, StorageError, Transaction,
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
    /// Whether that is all of them: beyond [`crate::storage::COUNTED_TO`] what is narrowed to is not counted further.
    pub counts_are_exact: bool,
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
    let filter = &request.filter;
    let counts = tx.standing_counts(clearance, filter)?;
    let of_urgency = |kind: &&Counted| filter.urgencies.is_empty() || filter.urgencies.contains(&kind.urgency);
    let listed = |kind: &&Counted| match filter.apart {
        Apart::Out => !kind.quarantined,
        Apart::Only => kind.quarantined,
        Apart::Along => true,
    };
    let sum = |kinds: &mut dyn Iterator<Item = &Counted>| kinds.map(|kind| kind.observations).sum();
    let mut urgency_counts = BTreeMap::new();
    for kind in counts.kinds.iter().filter(listed).filter(|kind| !kind.urgency.is_empty()) {
        *urgency_counts.entry(kind.urgency.clone()).or_insert(0) += kind.observations;
    }
    let total = sum(&mut counts.kinds.iter().filter(listed).filter(of_urgency));
    let apart = sum(&mut counts.kinds.iter().filter(|kind| kind.quarantined).filter(of_urgency));

    let line = Line::of(terms, request);
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let mut page = line.read(tx, clearance, request, &counts)?;
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| more).map(|(stretch, last)| line.cursor(request.order, *stretch, last));
    let items = page.iter().map(|(_, listed)| shown(tx, clearance, terms, listed)).collect::<Result<_, _>>()?;
    Ok(InboxPage { items, next, total, apart, urgency_counts, counts_are_exact: counts.is_exact })
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
    let records = folded(tx, terms, Of::Author(clearance, device, entity))?;
    let current = among(&records, &row)?;
    let current = RecordId { device, operation: current.operation.parse().map_err(|_| StorageError::Content)? };
    let read = |row: ShownRow| {
        let standing = Standing::of(terms, &among(&records, &row)?.row);
        read(tx, clearance, terms, row, standing)
    };
    let history = tx.history(clearance, device, entity, HISTORY)?.into_iter().map(read).collect::<Result<_, _>>()?;
    let mut others = folded(tx, terms, Of::Others(clearance, device, entity))?;
    others.truncate(usize::try_from(HISTORY).unwrap_or(usize::MAX));
    let claims = others.iter().map(|other| claim(tx, clearance, terms, other)).collect::<Result<_, _>>()?;
    let observation = read(row)?;
    Ok(Some(ObservationHistory { observation, current, history, claims }))
}

fn folded(tx: &dyn Transaction, terms: &Terms, of: Of<'_>) -> Result<Vec<Folded>, StorageError> {
    let mut records = Vec::new();
    each_folded(tx, terms, of, &mut |folded| {
        records.push(folded);
        Ok(())
    })?;
    Ok(records)
}

/// The record that `row` is an operation of.
fn among<'a>(records: &'a [Folded], row: &ShownRow) -> Result<&'a Folded, StorageError> {
    let of = |record: &&Folded| record.level == row.level && record.row.quarantined == row.quarantined;
    records.iter().find(of).ok_or(StorageError::Content)
}

/// The operation that is shown for what stands in a list.
fn shown(
    tx: &dyn Transaction,
    clearance: &Clearance,
    terms: &Terms,
    listed: &ListedStanding,
) -> Result<Observation, StorageError> {
    let record = RecordId { device: listed.device, operation: listed.operation };
    let row = tx.shown(None, record)?.ok_or(StorageError::Content)?;
    read(tx, clearance, terms, row, Standing::of(terms, &listed.row))
}

/// And for what another device signed under the same id.
fn claim(
    tx: &dyn Transaction,
    clearance: &Clearance,
    terms: &Terms,
    folded: &Folded,
) -> Result<Observation, StorageError> {
    let (device, operation) = (folded.device.parse(), folded.operation.parse());
    let device = device.map_err(|_| StorageError::Content)?;
    let record = RecordId { device, operation: operation.map_err(|_| StorageError::Content)? };
    let row = tx.shown(None, record)?.ok_or(StorageError::Content)?;
    read(tx, clearance, terms, row, Standing::of(terms, &folded.row))
}

/// What is shown comes from the signed bytes, not from columns beside them.
fn read(
    tx: &dyn Transaction,
    clearance: &Clearance,
    terms: &Terms,
    row: ShownRow,
    standing: Standing,
) -> Result<Observation, StorageError> {
    let signed: Operation = row.envelope.peek().map_err(|_| StorageError::Content)?;
    let OpenPart::Observation(open) = signed.open.clone() else { return Err(StorageError::Content) };
    let author = author(tx, clearance, &signed, row.record.device, row.entity)?;
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
