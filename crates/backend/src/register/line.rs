//! The order of the inbox, as the stretches it is made of: what is acute and new leads for a week; then comes what has a
//! term, the earliest first; then what has none.

use chrono::{DateTime, TimeDelta, Utc};

use super::Terms;
use crate::storage::{
    After, Clearance, Counts, Cursor, ListedStanding, Order, PageRequest, Position, StorageError, Stretch,
    StretchRequest, Transaction,
};

/// Until states are kept at the office: an acute record that came in longer ago no longer leads the list.
const LEADS_FOR: TimeDelta = TimeDelta::days(7);

const LEADING: u8 = 0;
const FOLLOWING: u8 = 1;
/// Where a record without a term stands among those that follow.
const NO_TERM: i64 = i64::MAX;

/// The line in which observations stand, looked at then.
#[derive(Debug)]
pub(super) struct Line<'a> {
    as_of: DateTime<Utc>,
    leading: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// The line that a page is one of: time goes on while somebody turns pages, and the line stays that of the first page.
    pub(super) fn of(terms: &'a Terms, request: &PageRequest) -> Self {
        let urgencies = terms.vocabulary.urgencies.iter().filter(|urgency| urgency.period_hours == Some(0));
        let leading = urgencies.map(|urgency| urgency.code.as_str()).collect();
        Self { as_of: request.after.as_ref().map_or(request.as_of, |cursor| cursor.as_of), leading }
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
        for stretch in self.stretches(request.order) {
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

    fn stretches(&self, order: Order) -> Vec<Stretch<'_>> {
        let since = self.as_of.checked_sub_signed(LEADS_FOR).unwrap_or(DateTime::UNIX_EPOCH);
        let leading = self.leading.as_slice();
        match order {
            Order::Received => vec![Stretch::Received],
            Order::Due => vec![
                Stretch::Leading { urgencies: leading, since },
                Stretch::Due { leading, since },
                Stretch::Open { leading, since },
            ],
        }
    }

    /// Where it stands in the line.
    pub(super) fn cursor(&self, order: Order, stretch: Stretch<'_>, listed: &ListedStanding) -> Cursor {
        let row = &listed.row;
        let position = match stretch {
            Stretch::Leading { .. } => Position { group: LEADING, at: -row.urgent_since.timestamp_millis() },
            Stretch::Received => Position { group: FOLLOWING, at: -row.received_at.timestamp_millis() },
            Stretch::Due { .. } | Stretch::Open { .. } => {
                Position { group: FOLLOWING, at: row.due_at.map_or(NO_TERM, |due| due.timestamp_millis()) }
            }
        };
        let (device, operation) = (listed.device.to_string(), listed.operation.to_string());
        Cursor { order, as_of: self.as_of, position, device, operation }
    }
}

/// Whether a place stands in a stretch: what comes before that is over.
const fn holds(stretch: Stretch<'_>, position: Position) -> bool {
    match stretch {
        Stretch::Received => true,
        Stretch::Leading { .. } => position.group == LEADING,
        Stretch::Due { .. } => position.group != LEADING && position.at != NO_TERM,
        Stretch::Open { .. } => position.group != LEADING && position.at == NO_TERM,
    }
}

/// Where a stretch goes on. One whose record is nowhere leaves nothing out that stands at that moment.
fn after(tx: &dyn Transaction, cursor: &Cursor) -> Result<(Position, After), StorageError> {
    let (position, at) = (cursor.position, cursor.position.at);
    let newest_first = position.group == LEADING || cursor.order == Order::Received;
    let millis = if newest_first { at.checked_neg().unwrap_or(i64::MAX) } else { at };
    let at = DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let shown = tx.number_of(&cursor.device, &cursor.operation)?.unwrap_or(i64::MAX);
    Ok((position, After { at, shown }))
}
