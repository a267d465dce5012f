//! Photos: taken in, re-encoded, and kept in the encrypted store only.
//!
//! Re-encoding is what removes EXIF and every other trace of time, place and device: only pixels go in, so only
//! pixels come out. What is kept is what was seen: turned as EXIF asks, laid on white, and said to be incomplete
//! where the file held only a part. Such a file stays, encrypted, until its author has decided.

mod bounds;
mod cover;
mod format;
mod intake;
mod jpeg;
mod jpeg_outline;
mod png;
mod rows;
mod shrink;
#[cfg(test)]
mod tests;
mod tiff_outline;
mod whole;

pub use cover::CoveredArea;
pub(super) use intake::look_at;

use baken_protocol::limits;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::recording::attached::Attached;
use crate::recording::forms::parse_uuid;
use crate::store::{Cached, Store, StoreError, parse_time, time_text};

/// Whether a photo is all that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum PhotoCondition {
    /// All of the file was there.
    Whole,
    /// A part of the file was missing or damaged, and the author has not said whether to keep what there is.
    Undecided,
    /// A part is missing, and the author keeps what there is. That is sealed with the photo.
    Incomplete,
}

impl PhotoCondition {
    const ALL: [(Self, &str); 3] =
        [(Self::Whole, "whole"), (Self::Undecided, "undecided"), (Self::Incomplete, "incomplete")];
}

impl ToSql for PhotoCondition {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let name = Self::ALL.iter().find(|(condition, _)| condition == self).map_or("", |(_, name)| *name);
        Ok(name.into())
    }
}

impl FromSql for PhotoCondition {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(known, _)| *known).ok_or(FromSqlError::InvalidType)
    }
}

/// A photo of a draft or record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PhotoSummary {
    /// Its id on this device.
    #[ts(type = "string")]
    pub id: Uuid,
    /// Bytes of the re-encoded JPEG.
    pub size_bytes: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Whether it is all that was taken.
    pub condition: PhotoCondition,
    /// Whether the file held more pictures, as an animation does: this is the first.
    pub first_of_several: bool,
    /// What it shows, in its author's words.
    pub caption: String,
    /// When it was taken in.
    #[ts(type = "string")]
    pub taken_at: DateTime<Utc>,
}

/// Takes a file in as [`Store::add_photo`] does, and keeps nothing: for whoever tries every decoder behind it. Answers
/// the width and the height of what would be kept.
#[doc(hidden)]
pub fn take_in_for_tests(file: &[u8]) -> Result<(u32, u32), Failure> {
    intake::take_in(file).map(|photo| (photo.width, photo.height))
}

impl Store {
    /// Takes a photo into a draft.
    pub fn add_photo(&self, draft: Uuid, file: &[u8]) -> Result<PhotoSummary, Failure> {
        let photo = intake::take_in(file)?;
        let now = self.environment.clock.now();
        let summary = PhotoSummary {
            id: self.environment.ids.uuid(),
            size_bytes: u64::try_from(photo.jpeg.len()).unwrap_or(u64::MAX),
            width: photo.width,
            height: photo.height,
            condition: if photo.incomplete { PhotoCondition::Undecided } else { PhotoCondition::Whole },
            first_of_several: photo.first_of_several,
            caption: String::new(),
            taken_at: now,
        };
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
                "INSERT INTO photos (photo, draft, taken_at, width, height, jpeg, condition, first_of_several, original,
                                     place)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                         (SELECT coalesce(max(place), 0) + 1 FROM photos WHERE draft = ?2))",
                params![
                    summary.id.to_string(),
                    draft.to_string(),
                    time_text(now),
                    summary.width,
                    summary.height,
                    photo.jpeg,
                    summary.condition,
                    summary.first_of_several,
                    photo.incomplete.then_some(file),
                ],
            )?;
            Ok(summary)
        })
    }

    /// Keeps a photo of which a part is missing, as incomplete: the file it came from is let go.
    pub fn keep_photo(&self, id: Uuid) -> Result<(), Failure> {
        self.write(|tx| {
            let kept = tx.execute_cached(
                "UPDATE photos SET condition = ?2, original = NULL WHERE photo = ?1 AND condition = ?3",
                params![id.to_string(), PhotoCondition::Incomplete, PhotoCondition::Undecided],
            )?;
            if kept == 0 { Err(Failure::NotFound) } else { Ok(()) }
        })
    }

    /// Covers parts of a photo of a draft, for good. What comes of it is another photo in the same place: under its old id
    /// nothing can be asked for any more, and the picture that was not covered is overwritten.
    /// One of which it is not decided whether it is kept has its file still, so that is decided first.
    pub fn cover_photo(&self, id: Uuid, areas: &[CoveredArea]) -> Result<PhotoSummary, Failure> {
        let (before, condition): (Vec<u8>, PhotoCondition) = self
            .read(|connection| {
                connection
                    .query_row_cached(
                        "SELECT jpeg, condition FROM photos WHERE photo = ?1 AND class = 'photo' AND draft IS NOT NULL",
                        [id.to_string()],
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )
                    .optional()
                    .map_err(StoreError::from)
            })?
            .ok_or(Failure::NotFound)?;
        if condition == PhotoCondition::Undecided {
            return Err(Failure::PhotoUndecided);
        }
        let covered = cover::cover(&before, areas)?;
        let next = self.environment.ids.uuid();
        self.write(|tx| {
            // A photo that was signed, taken out or covered in the meantime is not this one any more.
            let replaced = tx.execute_cached(
                "UPDATE photos SET photo = ?2, jpeg = ?3, original = NULL
                 WHERE photo = ?1 AND draft IS NOT NULL AND jpeg = ?4",
                params![id.to_string(), next.to_string(), covered, before],
            )?;
            if replaced == 0 {
                return Err(Failure::NotFound);
            }
            let summary = list(tx, &format!("{SUMMARY} AND photo = ?1"), next)?;
            summary.into_iter().next().ok_or(Failure::NotFound)
        })
    }

    /// A photo as a `data:` URL, for an image element.
    pub fn photo_preview(&self, id: Uuid) -> Result<String, Failure> {
        let jpeg: Option<Vec<u8>> = self.read(|connection| {
            connection
                .query_row_cached(
                    "SELECT jpeg FROM photos WHERE photo = ?1 AND class = 'photo'",
                    [id.to_string()],
                    |row| row.get(0),
                )
                .optional()
                .map_err(StoreError::from)
        })?;
        Ok(format!("data:image/jpeg;base64,{}", BASE64.encode(&jpeg.ok_or(Failure::NotFound)?)))
    }

    /// Puts the photos of a draft in this order. Those that are not named come after.
    pub fn order_photos(&self, draft: Uuid, order: &[Uuid]) -> Result<(), Failure> {
        self.write(|tx| {
            tx.execute_cached(
                "UPDATE photos SET place = ?2 WHERE draft = ?1",
                params![draft.to_string(), limits::OPERATION_ATTACHMENTS + 1],
            )?;
            for (place, photo) in (1_i64..).zip(order) {
                tx.execute_cached(
                    "UPDATE photos SET place = ?3 WHERE photo = ?1 AND draft = ?2",
                    params![photo.to_string(), draft.to_string(), place],
                )?;
            }
            Ok(())
        })
    }
}

const SUMMARY: &str = "SELECT photo, length(jpeg), width, height, condition, first_of_several, caption, taken_at
                       FROM photos WHERE class = 'photo'";

pub(crate) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Vec<PhotoSummary>, StoreError> {
    list(connection, &format!("{SUMMARY} AND draft = ?1 ORDER BY place, photo"), draft)
}

pub(crate) fn of_operation(connection: &Connection, operation: Uuid) -> Result<Vec<PhotoSummary>, StoreError> {
    list(connection, &format!("{SUMMARY} AND operation = ?1 ORDER BY place, photo"), operation)
}

fn list(connection: &Connection, sql: &str, owner: Uuid) -> Result<Vec<PhotoSummary>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([owner.to_string()], |row| Ok((row.get(0)?, row.get(7)?, summary(row)?)))?;
    rows.map(|row| {
        let (id, taken_at, summary): (String, String, PhotoSummary) = row?;
        Ok(PhotoSummary { id: parse_uuid(&id)?, taken_at: parse_time(&taken_at)?, ..summary })
    })
    .collect()
}

/// All but the id and the time.
fn summary(row: &Row<'_>) -> rusqlite::Result<PhotoSummary> {
    Ok(PhotoSummary {
        id: Uuid::nil(),
        size_bytes: row.get(1)?,
        width: row.get(2)?,
        height: row.get(3)?,
        condition: row.get(4)?,
        first_of_several: row.get(5)?,
        caption: row.get(6)?,
        taken_at: DateTime::UNIX_EPOCH,
    })
}
