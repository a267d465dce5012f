//! Spoken notes: what is said into a draft, kept in the encrypted store only.
//!
//! A note comes in pieces of a few seconds, each on disk before the next, so a lock, a call or a kill takes away at most the
//! piece that was just being said. Until the microphone says that it stopped, a note counts as broken off. The microphone gives
//! samples and nothing else, so nothing but samples is kept (docs/adr/0048-a-note-is-spoken-in-pieces.md).
//!
//! A note is a row of the table of photos, which is the table of what is attached: see `recording/attached.rs`.

mod bits;
mod flac;
mod piece;
#[cfg(test)]
mod tests;

use baken_protocol::limits;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::recording::attached::Attached;
use crate::recording::forms::parse_uuid;
use crate::recording::photos::PhotoCondition;
use crate::store::{Cached, Store, StoreError, parse_time, time_text};

/// How long a note may be: five minutes. As FLAC that is less than an attachment may have, whatever is heard.
const LONGEST_SAMPLES: u64 = 5 * 60 * piece::RATE as u64;

/// A spoken note of a draft or record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SpokenNote {
    /// Its id on this device.
    #[ts(type = "string")]
    pub id: Uuid,
    /// How long it is.
    pub milliseconds: u64,
    /// Whether it was broken off: what was said last may be missing.
    pub broken_off: bool,
    /// What it is about, in its author's words.
    pub caption: String,
    /// When it began.
    #[ts(type = "string")]
    pub taken_at: DateTime<Utc>,
}

/// Takes a piece in as [`Store::begin_spoken`] does, and keeps nothing: for whoever tries the decoder behind it. Answers the
/// file that would be kept.
#[doc(hidden)]
pub fn hear_for_tests(piece: &[u8]) -> Result<Vec<u8>, Failure> {
    let said = piece::samples(piece)?;
    let samples = u64::try_from(said.len()).unwrap_or(u64::MAX);
    Ok([flac::head(samples), flac::frames(&said, 0)].concat())
}

impl Store {
    /// Begins a note with its first piece. It is broken off until it ends.
    pub fn begin_spoken(&self, draft: Uuid, piece: &[u8]) -> Result<SpokenNote, Failure> {
        let said = piece::samples(piece)?;
        let (id, now) = (self.environment.ids.uuid(), self.environment.clock.now());
        self.write(|tx| {
            let known: bool = tx.query_row_cached(
                "SELECT EXISTS (SELECT 1 FROM drafts WHERE draft = ?1)",
                [draft.to_string()],
                |row| row.get(0),
            )?;
            if !known {
                return Err(Failure::NotFound);
            }
            if Attached::to_draft(tx, draft)?.all() >= limits::OPERATION_ATTACHMENTS {
                return Err(Failure::TooManyPhotos);
            }
            tx.execute_cached(
                "INSERT INTO photos (photo, draft, taken_at, class, samples, width, height, jpeg, condition, place)
                 VALUES (?1, ?2, ?3, 'audio', ?4, 0, 0, x'', ?5,
                         (SELECT coalesce(max(place), 0) + 1 FROM photos WHERE draft = ?2))",
                params![id.to_string(), draft.to_string(), time_text(now), said.len(), PhotoCondition::Incomplete],
            )?;
            keep(tx, id, 0, &flac::frames(&said, 0))?;
            note(tx, id)
        })
    }

    /// Goes on with a note. A piece that is there already is passed over, so one of which no answer came can be given again.
    /// Nothing follows a piece that was shorter than whole blocks, nor a piece that is missing.
    pub fn continue_spoken(&self, id: Uuid, place: u32, piece: &[u8]) -> Result<SpokenNote, Failure> {
        let said = piece::samples(piece)?;
        self.write(|tx| {
            let (samples, pieces) = so_far(tx, id)?.ok_or(Failure::NotFound)?;
            if place < pieces {
                return note(tx, id);
            }
            let (blocks, rest) = (samples / flac::BLOCK_SIZE, samples % flac::BLOCK_SIZE);
            if place > pieces || rest != 0 {
                return Err(Failure::NotAllowed);
            }
            let samples = samples.saturating_add(u64::try_from(said.len()).unwrap_or(u64::MAX));
            if samples > LONGEST_SAMPLES {
                return Err(Failure::SoundTooLong);
            }
            keep(tx, id, place, &flac::frames(&said, blocks))?;
            tx.execute_cached("UPDATE photos SET samples = ?2 WHERE photo = ?1", params![id.to_string(), samples])?;
            note(tx, id)
        })
    }

    /// The microphone stopped, and every piece of what was said is here.
    pub fn end_spoken(&self, id: Uuid) -> Result<SpokenNote, Failure> {
        self.write(|tx| {
            so_far(tx, id)?.ok_or(Failure::NotFound)?;
            tx.execute_cached(
                "UPDATE photos SET condition = ?2 WHERE photo = ?1",
                params![id.to_string(), PhotoCondition::Whole],
            )?;
            note(tx, id)
        })
    }

    /// A note as a `data:` URL, for an audio element: it is heard from memory.
    pub fn spoken_sound(&self, id: Uuid) -> Result<String, Failure> {
        let sound = self.read(|connection| sound(connection, &id.to_string()))?.ok_or(Failure::NotFound)?;
        Ok(format!("data:audio/flac;base64,{}", BASE64.encode(&sound)))
    }
}

/// The notes of a draft, the first said first.
pub(crate) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Vec<SpokenNote>, StoreError> {
    list(connection, &format!("{NOTE} AND draft = ?1 ORDER BY place, photo"), draft)
}

/// The notes of what was signed.
pub(crate) fn of_operation(connection: &Connection, operation: Uuid) -> Result<Vec<SpokenNote>, StoreError> {
    list(connection, &format!("{NOTE} AND operation = ?1 ORDER BY place, photo"), operation)
}

/// The whole sound of a note, as a file. In a draft it is put together from its pieces.
pub(super) fn sound(connection: &Connection, note: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let kept: Option<(u64, Vec<u8>)> = connection
        .query_row_cached("SELECT samples, jpeg FROM photos WHERE photo = ?1 AND class = 'audio'", [note], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((samples, kept)) = kept else { return Ok(None) };
    let mut statement = connection.prepare_cached("SELECT flac FROM spoken_pieces WHERE note = ?1 ORDER BY piece")?;
    let mut rows = statement.query([note])?;
    let mut sound = kept;
    while let Some(row) = rows.next()? {
        if sound.is_empty() {
            sound = flac::head(samples);
        }
        sound.extend(row.get_ref(0)?.as_blob().map_err(|_| StoreError::Content)?);
    }
    // Purged: there is nothing to be heard any more.
    Ok((!sound.is_empty()).then_some(sound))
}

fn keep(tx: &Connection, note: Uuid, piece: u32, flac: &[u8]) -> Result<(), StoreError> {
    tx.execute_cached(
        "INSERT INTO spoken_pieces (note, piece, flac) VALUES (?1, ?2, ?3)",
        params![note.to_string(), piece, flac],
    )?;
    Ok(())
}

/// The samples and the pieces of a note of a draft.
fn so_far(tx: &Connection, note: Uuid) -> Result<Option<(u64, u32)>, StoreError> {
    let sql = "SELECT samples, (SELECT count(*) FROM spoken_pieces WHERE note = photo)
               FROM photos WHERE photo = ?1 AND class = 'audio' AND draft IS NOT NULL";
    Ok(tx.query_row_cached(sql, [note.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

const NOTE: &str = "SELECT photo, samples, condition, caption, taken_at FROM photos WHERE class = 'audio'";

fn note(tx: &Connection, id: Uuid) -> Result<SpokenNote, Failure> {
    let found = list(tx, &format!("{NOTE} AND photo = ?1"), id)?;
    found.into_iter().next().ok_or(Failure::NotFound)
}

fn list(connection: &Connection, sql: &str, of: Uuid) -> Result<Vec<SpokenNote>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([of.to_string()], read)?;
    rows.map(|row| {
        let (id, samples, condition, caption, taken_at) = row?;
        Ok(SpokenNote {
            id: parse_uuid(&id)?,
            milliseconds: samples * 1000 / u64::from(piece::RATE),
            broken_off: condition != PhotoCondition::Whole,
            caption,
            taken_at: parse_time(&taken_at)?,
        })
    })
    .collect()
}

type Read = (String, u64, PhotoCondition, String, String);

fn read(row: &Row<'_>) -> rusqlite::Result<Read> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}
