//! The order of the inbox, as the stretches it is made of: what is acute and not handled leads, the newest on top; then
//! comes what has a term, the earliest first; then what has none; and last what is handled.
//!
//! Time moves nothing in it. What is overdue is the beginning of what has a term: the border is the moment somebody
//! looks, and no row is written when it passes one.

use chrono::{DateTime, Utc};

use super::Terms;
use crate::storage::{
    After, Clearance, Counts, Cursor, ListedStanding, Order, PageRequest, Position, StorageError, Stretch,
    StretchRequest, Transaction, Work,
};

const LEADING: u8 = 0;
const FOLLOWING: u8 = 1;
const HANDLED: u8 = 2;
/// Where a record without a term stands among those that follow.
const NO_TERM: i64 = i64::MAX;

/// The line in which observations stand.
#[derive(Debug)]
pub(super) struct Line<'a> {
    leading: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// The line by the urgencies of a municipality.
    pub(super) fn of(terms: &'a Terms) -> Self {
        Self { leading: terms.leading().collect() }
    }

    /// One more than a page, each with the stretch it stands in.
    pub(super) fn read(
        &self,
        tx: &dyn Transaction,
        clearance: &Clearance,
        request: &PageRequest,
        counts: &Counts,
    ) -> Result<Vec<(Stretch<'_>, ListedStanding)>, StorageError> {
        let wanted = u64::from(request.limit) + 1;
        let mut after = request.after.as_ref().map(|cursor| after(tx, cursor)).transpose()?;
        let mut page = Vec::new();
        for stretch in self.stretches(request.order, request.filter.work) {
            if let Some((position, _)) = after
                && !holds(stretch, position)
            {
                continue;
            }
            let limit = wanted.saturating_sub(u64::try_from(page.len()).unwrap_or(u64::MAX));
            if limit == 0 {
                break;
            }
            let request_of = StretchRequest { stretch, after: after.take().map(|(_, after)| after), limit };
            let listed = tx.stretch(clearance, &request.filter, counts, request_of)?;
            page.extend(listed.into_iter().map(|listed| (stretch, listed)));
        }
        Ok(page)
    }

    fn stretches(&self, order: Order, work: Work) -> Vec<Stretch<'_>> {
        let leading = self.leading.as_slice();
        if order == Order::Received {
            return vec![Stretch::Received];
        }
        let open = [Stretch::Leading { urgencies: leading }, Stretch::Due { leading }, Stretch::Termless { leading }];
        match work {
            Work::Open | Work::Mine => open.to_vec(),
            Work::Handled => vec![Stretch::Handled],
            Work::All => [open.as_slice(), &[Stretch::Handled]].concat(),
        }
    }

    /// Where it stands in the line.
    pub(super) fn cursor(order: Order, stretch: Stretch<'_>, listed: &ListedStanding) -> Cursor {
        let row = &listed.row;
        let position = match stretch {
            Stretch::Leading { .. } => Position { group: LEADING, at: -row.urgent_since.timestamp_millis() },
            Stretch::Received => Position { group: FOLLOWING, at: -row.received_at.timestamp_millis() },
            Stretch::Handled => {
                Position { group: HANDLED, at: row.in_hand.handled_at.map_or(0, |at| -at.timestamp_millis()) }
            }
            Stretch::Due { .. } | Stretch::Termless { .. } => {
                Position { group: FOLLOWING, at: row.due_at.map_or(NO_TERM, |due| due.timestamp_millis()) }
            }
        };
        let (device, operation) = (listed.device.to_string(), listed.operation.to_string());
        Cursor { order, position, device, operation }
    }
}

/// Whether a place stands in a stretch: what comes before that is over.
const fn holds(stretch: Stretch<'_>, position: Position) -> bool {
    match stretch {
        Stretch::Received => true,
        Stretch::Leading { .. } => position.group == LEADING,
        Stretch::Due { .. } => position.group == FOLLOWING && position.at != NO_TERM,
        Stretch::Termless { .. } => position.group == FOLLOWING && position.at == NO_TERM,
        Stretch::Handled => position.group == HANDLED,
    }
}

/// Where a stretch goes on. One whose record is nowhere leaves nothing out that stands at that moment.
fn after(tx: &dyn Transaction, cursor: &Cursor) -> Result<(Position, After), StorageError> {
    let (position, at) = (cursor.position, cursor.position.at);
    let newest_first = position.group != FOLLOWING || cursor.order == Order::Received;
    let millis = if newest_first { at.checked_neg().unwrap_or(i64::MAX) } else { at };
    let at = DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let shown = tx.number_of(&cursor.device, &cursor.operation)?.unwrap_or(i64::MAX);
    Ok((position, After { at, shown }))
}
