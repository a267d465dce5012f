//! The list of inspections: the latest record of each, with how many of its observations the asker may see.

use baken_protocol::record::{OpenInspection, OpenPart, Operation};

use crate::storage::{ArrivalCursor, Clearance, InspectionRequest, InspectionRow, StorageError, Transaction};

/// An inspection in a list.
#[derive(Debug)]
pub struct Inspection {
    /// As it is kept.
    pub row: InspectionRow,
    /// What was signed.
    pub signed: Operation,
    /// Its open part.
    pub open: OpenInspection,
    /// How many of its observations are in the inbox of whoever asks.
    pub observations: u64,
}

/// A page of inspections.
#[derive(Debug)]
pub struct InspectionsPage {
    /// The inspections, the last received first.
    pub items: Vec<Inspection>,
    /// Where the next page begins.
    pub next: Option<ArrivalCursor>,
}

/// A page of what `clearance` allows.
pub fn inspections(
    tx: &dyn Transaction,
    clearance: &Clearance,
    request: &InspectionRequest,
) -> Result<InspectionsPage, StorageError> {
    let mut rows = tx.inspections(clearance, request)?;
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let items = rows.into_iter().map(|row| read(tx, clearance, row)).collect::<Result<Vec<_>, _>>()?;
    let cursor = |last: &Inspection| ArrivalCursor { received_at: last.row.received_at, record: last.signed.id() };
    let next = items.last().filter(|_| more).map(cursor);
    Ok(InspectionsPage { items, next })
}

/// What is shown comes from the signed bytes, not from columns beside them.
fn read(tx: &dyn Transaction, clearance: &Clearance, row: InspectionRow) -> Result<Inspection, StorageError> {
    let signed: Operation = row.envelope.peek().map_err(|_| StorageError::Content)?;
    let OpenPart::Inspection(open) = signed.open.clone() else { return Err(StorageError::Content) };
    let observations = tx.count_observations(clearance, signed.entity())?;
    Ok(Inspection { row, signed, open, observations })
}
