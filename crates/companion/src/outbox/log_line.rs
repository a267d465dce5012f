//! The line of logs the backend's receipts are of: one log, and each that a signed statement says goes on from it.
//!
//! A backend restored from a backup knows nothing of what came after, so its log goes by another name from there. This
//! device takes a log of another name for the same register only by that statement (log-continuation.v1); what the
//! statement cuts off has no receipt any more and is sent again. A log whose statements and receipts do not fit
//! together says two things: none of it is believed, and a person is told.
//!
//! Deliberately absent: choosing between two logs that both go on from one. Only the municipality can tell which is its own.

use baken_protocol::dsse::{DsseEnvelope, Envelope, Verified};
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;
use rusqlite::{Connection, OptionalExtension, params};

use crate::failure::Failure;
use crate::store::{Cached, Store, StoreError};
use crate::trust::device;
use crate::trust::key_directory;

/// Whether what a receipt says of its log agrees with all that was said of it before.
pub(crate) fn agrees(connection: &Connection, receipt: &Receipt) -> Result<(), Failure> {
    let origin = &receipt.log_origin;
    is_known(connection, origin)?;
    let leaf = receipt.leaf_index;
    let begins_after = place(connection, "SELECT last_leaf FROM log_continuations WHERE log_origin = ?1", origin)?;
    let ends_at = place(connection, "SELECT last_leaf FROM log_continuations WHERE continues = ?1", origin)?;
    let signed = i64::try_from(leaf).unwrap_or(i64::MAX);
    if begins_after.is_some_and(|last| signed <= last) || ends_at.is_some_and(|last| signed > last) {
        return Err(Failure::LogContradicts);
    }
    holds_batch(connection, origin, leaf, &receipt.batch_hash.to_string())
}

/// Whether this is the log this device knows, one of that line, or the first it hears of.
pub(crate) fn is_known(connection: &Connection, origin: &str) -> Result<(), Failure> {
    let known = line(connection)?;
    if known.is_empty() || known.iter().any(|log| log == origin) { Ok(()) } else { Err(Failure::LogUnexplained) }
}

/// Whether nothing that is known goes on from this log.
pub(crate) fn is_newest(connection: &Connection, origin: &str) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM log_continuations WHERE continues = ?1)";
    Ok(connection.query_row_cached(sql, [origin], |row| row.get(0))?)
}

/// Every log of the line, in no order.
fn line(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT log_origin FROM receipts UNION SELECT log_origin FROM log_continuations
         UNION SELECT continues FROM log_continuations",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn place(connection: &Connection, sql: &str, origin: &str) -> Result<Option<i64>, StoreError> {
    Ok(connection.query_row_cached(sql, [origin], |row| row.get(0)).optional()?)
}

/// A number is signed once under each name of the log: no other batch of this device has it.
fn holds_batch(connection: &Connection, origin: &str, leaf: u64, batch: &str) -> Result<(), Failure> {
    let other: bool = connection.query_row_cached(
        "SELECT EXISTS (SELECT 1 FROM receipts r JOIN batches b ON b.chain = r.chain AND b.seq = r.seq
                        WHERE r.leaf_index = ?2 AND r.log_origin = ?1 AND b.hash <> ?3)",
        params![origin, leaf, batch],
        |row| row.get(0),
    )?;
    if other { Err(Failure::LogContradicts) } else { Ok(()) }
}

/// Keeps a statement that says where the line goes on, or where it came from.
fn extend(connection: &Connection, statement: &Verified<LogContinuation>) -> Result<Extended, Failure> {
    let said = &statement.payload;
    let line = line(connection)?;
    let is_in_line = |origin: &str| line.iter().any(|log| log == origin);
    let envelope = statement.envelope.to_json()?;
    let held: Option<Vec<u8>> = connection
        .query_row_cached(
            "SELECT envelope FROM log_continuations WHERE log_origin = ?1 OR continues = ?2",
            [&said.log_origin, &said.continues],
            |row| row.get(0),
        )
        .optional()?;
    match (held, is_in_line(&said.continues), is_in_line(&said.log_origin)) {
        // Signed anew by the next key it is the same statement.
        (Some(held), _, _) if Envelope::from_json(&held)?.digest() == statement.envelope.digest() => {
            connection.execute_cached(
                "UPDATE log_continuations SET envelope = ?2 WHERE log_origin = ?1",
                params![said.log_origin, envelope],
            )?;
            return Ok(Extended::AsItWas);
        }
        // Another statement of either end, or a line that would go round.
        (Some(_), _, _) | (None, true, true) => return Err(Failure::LogContradicts),
        (None, false, false) => return Ok(Extended::AsItWas),
        (None, _, _) => {}
    }
    if let Some(last) = said.last {
        holds_batch(connection, &said.continues, last.leaf_index, &last.batch_hash.to_string())?;
    }
    let last_leaf = said.last.map_or(-1, |last| i64::try_from(last.leaf_index).unwrap_or(i64::MAX));
    connection.execute_cached(
        "INSERT INTO log_continuations (log_origin, continues, last_leaf, envelope) VALUES (?1, ?2, ?3, ?4)",
        params![said.log_origin, said.continues, last_leaf, envelope],
    )?;
    Ok(Extended::Longer)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extended {
    Longer,
    AsItWas,
}

impl Store {
    /// Takes in what the backend offers of its log, as far as the receipt key in use of the root-signed directory signed it and
    /// it is about the line this device knows. Anything else is passed over: then that log stays unexplained.
    pub(crate) fn accept_continuations(&self, bytes: &[u8]) -> Result<(), Failure> {
        let offered: Vec<DsseEnvelope> = serde_json::from_slice(bytes).unwrap_or_default();
        self.write_to_send(|tx| {
            let tenant = device::load(tx)?.ok_or(Failure::NotEnrolled)?.tenant;
            let keys = &key_directory::newest(tx, &self.known)?.payload.receipt_keys;
            let signed = |dsse: &DsseEnvelope| {
                let envelope = Envelope::try_from(dsse.clone()).ok()?;
                LogContinuation::verify(envelope, keys, &tenant).ok()
            };
            let statements: Vec<_> = offered.iter().filter_map(signed).collect();
            // In whatever order they come: each that is placed may be what another connects to.
            for _ in 0..statements.len() {
                let mut grew = false;
                for statement in &statements {
                    grew |= extend(tx, statement)? == Extended::Longer;
                }
                if !grew {
                    break;
                }
            }
            Ok(())
        })
    }
}
