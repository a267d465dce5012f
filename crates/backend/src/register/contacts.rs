//! The list of contact moments: the latest record of each that the asker may see. They are no observations: nothing of them
//! is in the inbox, in its terms or in its numbers.

use baken_protocol::record::{OpenContact, OpenPart, Operation};

use crate::storage::{ArrivalCursor, Clearance, InspectionRequest, InspectionRow, StorageError, Transaction};

/// A contact moment in a list.
#[derive(Debug)]
pub struct Contact {
    /// As it is kept.
    pub row: InspectionRow,
    /// What was signed.
    pub signed: Operation,
    /// Its open part.
    pub open: OpenContact,
}

/// A page of contact moments.
#[derive(Debug)]
pub struct ContactsPage {
    /// The contact moments, the last received first.
    pub items: Vec<Contact>,
    /// Where the next page begins.
    pub next: Option<ArrivalCursor>,
}

/// A page of what `clearance` allows.
pub fn contacts(
    tx: &dyn Transaction,
    clearance: &Clearance,
    request: &InspectionRequest,
) -> Result<ContactsPage, StorageError> {
    let mut rows = tx.contacts(clearance, request)?;
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let items = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let cursor = |last: &Contact| ArrivalCursor { received_at: last.row.received_at, record: last.signed.id() };
    let next = items.last().filter(|_| more).map(cursor);
    Ok(ContactsPage { items, next })
}

/// What is shown comes from the signed bytes, not from columns beside them.
fn read(row: InspectionRow) -> Result<Contact, StorageError> {
    let signed: Operation = row.envelope.peek().map_err(|_| StorageError::Content)?;
    let OpenPart::Contact(open) = signed.open.clone() else { return Err(StorageError::Content) };
    Ok(Contact { row, signed, open })
}
