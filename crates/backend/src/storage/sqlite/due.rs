//! The end of an urgency's period as an SQL function, so that the register can be ordered by it without a column
//! that somebody could alter: the rule stands once, in [`due_at`].

use baken_protocol::vocabulary::Vocabulary;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::{parse_time, time_text};
use crate::register::due_at;

/// What the inbox is ordered by: text order is time order, and what has no term comes last.
pub(super) const KEY: &str = "due_key(o.urgency, o.received_at)";
/// The key of what has no term; greater than any time.
pub(super) const NO_TERM: &str = "no-term";

/// Teaches a connection `due_key(urgency, received_at)`.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let vocabulary = Vocabulary::built_in();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("due_key", 2, flags, move |context| {
        let urgency: String = context.get(0)?;
        let received_at: String = context.get(1)?;
        let due = parse_time(&received_at).ok().and_then(|received| due_at(&vocabulary, &urgency, received));
        Ok(due.map_or_else(|| NO_TERM.to_owned(), time_text))
    })
}
