//! The inbox: a page of observations in the order somebody must act on them, as they stand; and one of them with its
//! history.

use std::collections::BTreeMap;

use baken_protocol::ids::{DeviceId, EntityId, RecordId};
use baken_protocol::record::{Action, OpenObservation, OpenPart, Operation};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::handling::{Handled, handled, report_of, shown as shown_acts};
use super::line::Line;
use super::{Folded, Standing, Terms, each_folded};
use crate::storage::{
    Apart, Clearance, Counted, Cursor, ListedStanding, Of, PageRequest, ShownRow, StandingRow, StorageError,
    Transaction, Work,
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
    /// How it is in hand, with the last act on it.
    pub handled: Handled,
}

/// How many observations there are by how they are in hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkCounts {
    /// Not handled.
    pub open: u64,
    /// Of these, in the hands of whoever asks.
    pub mine: u64,
    /// Handled.
    pub handled: u64,
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
    /// How many there are with these filters by how they are in hand, that left out.
    pub work_counts: WorkCounts,
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
    /// Everything that was done about it here.
    pub handled: Handled,
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
    let of_urgency = |it: &&Counted| filter.urgencies.is_empty() || filter.urgencies.contains(&it.kind.urgency);
    let listed = |it: &&Counted| match filter.apart {
        Apart::Out => !it.kind.quarantined,
        Apart::Only => it.kind.quarantined,
        Apart::Along => true,
    };
    let sum = |kinds: &mut dyn Iterator<Item = &Counted>| kinds.map(|it| it.observations).sum::<u64>();
    let work_counts = {
        let is = |handled| move |it: &&Counted| it.kind.handled == handled;
        let all = || counts.kinds.iter().filter(listed).filter(of_urgency);
        let mine = sum(&mut counts.mine.iter().filter(listed).filter(of_urgency));
        WorkCounts { open: sum(&mut all().filter(is(false))), mine, handled: sum(&mut all().filter(is(true))) }
    };
    let asked = match filter.work {
        Work::Mine => &counts.mine,
        Work::Open | Work::Handled | Work::All => &counts.kinds,
    };
    let asked = || asked.iter().filter(|it| filter.work.holds(it.kind.handled));
    let mut urgency_counts = BTreeMap::new();
    for it in asked().filter(listed).filter(|it| !it.kind.urgency.is_empty()) {
        *urgency_counts.entry(it.kind.urgency.clone()).or_insert(0) += it.observations;
    }
    let total = sum(&mut asked().filter(listed).filter(of_urgency));
    let apart = sum(&mut asked().filter(|it| it.kind.quarantined).filter(of_urgency));

    let line = Line::of(terms);
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let mut page = line.read(tx, clearance, request, &counts)?;
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| more).map(|(stretch, last)| Line::cursor(request.order, *stretch, last));
    let items = page.iter().map(|(_, listed)| shown(tx, clearance, terms, listed)).collect::<Result<_, _>>()?;
    let counts_are_exact = counts.is_exact;
    Ok(InboxPage { items, next, total, apart, urgency_counts, work_counts, counts_are_exact })
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
        let stands = among(&records, &row)?;
        read(tx, clearance, terms, row, &stands.row)
    };
    let history = tx.history(clearance, device, entity, HISTORY)?.into_iter().map(read).collect::<Result<_, _>>()?;
    let mut others = folded(tx, terms, Of::Others(clearance, device, entity))?;
    others.truncate(usize::try_from(HISTORY).unwrap_or(usize::MAX));
    let claims = others.iter().map(|other| claim(tx, clearance, terms, other)).collect::<Result<_, _>>()?;
    let handled = handled(tx, clearance, among(&records, &row)?.row.number)?;
    let observation = read(row)?;
    Ok(Some(ObservationHistory { observation, current, history, handled, claims }))
}

/// One observation as a list shows it, if `clearance` allows it.
pub(super) fn standing(
    tx: &dyn Transaction,
    terms: &Terms,
    clearance: &Clearance,
    number: i64,
) -> Result<Option<Observation>, StorageError> {
    let stands = tx.standing(number)?.ok_or(StorageError::Content)?;
    let record = tx.record_numbered(stands.shown)?.ok_or(StorageError::Content)?;
    let Some(row) = tx.shown(Some(clearance), record)? else { return Ok(None) };
    read(tx, clearance, terms, row, &stands).map(Some)
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
    read(tx, clearance, terms, row, &listed.row)
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
    read(tx, clearance, terms, row, &folded.row)
}

/// What is shown comes from the signed bytes, not from columns beside them.
fn read(
    tx: &dyn Transaction,
    clearance: &Clearance,
    terms: &Terms,
    row: ShownRow,
    stands: &StandingRow,
) -> Result<Observation, StorageError> {
    let signed: Operation = row.envelope.peek().map_err(|_| StorageError::Content)?;
    let OpenPart::Observation(open) = signed.open.clone() else { return Err(StorageError::Content) };
    let author = author(tx, clearance, &signed, row.record.device, row.entity)?;
    let standing = Standing::of(terms, stands);
    let acts = shown_acts(tx, clearance, (stands.number, &stands.in_hand), 1)?;
    let report = report_of(tx, stands.in_hand.report)?;
    let handled = Handled { in_hand: stands.in_hand.clone(), acts, report };
    let strictest = standing.urgency(terms).map_or(&open.urgency, |strictest| &strictest.code).to_string();
    Ok(Observation { row, signed, open, author, strictest_urgency: strictest, standing, handled })
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
