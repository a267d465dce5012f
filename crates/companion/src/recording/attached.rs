//! What is attached to a draft or a record, photos and spoken notes alike: how much, what is said of each, and what is sealed.
//!
//! All of it stands in the table `photos`, which is older than sound: whatever sends, counts, receives a receipt for, carries
//! and purges an attachment asks not what it is. What is asked of a photo alone is in [`photos`](super::photos), of a
//! spoken note in [`spoken`](super::spoken).

use baken_protocol::record::{AttachmentClass, PhotoNote};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::failure::{Failure, FieldError, FieldErrorCode};
use crate::recording::photos::PhotoCondition;
use crate::recording::spoken;
use crate::store::{Cached, Store, StoreError, parse_time};
use baken_protocol::{limits, text};

/// How much is attached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Attached {
    pub(crate) photos: u64,
    pub(crate) spoken: u64,
}

impl Attached {
    /// To a draft.
    pub(crate) fn to_draft(connection: &Connection, draft: Uuid) -> Result<Self, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE class = 'photo'), count(*) FILTER (WHERE class = 'audio')
                   FROM photos WHERE draft = ?1";
        let counted = connection
            .query_row_cached(sql, [draft.to_string()], |row| Ok(Self { photos: row.get(0)?, spoken: row.get(1)? }));
        Ok(counted?)
    }

    /// Attachments of whatever class.
    pub(crate) fn all(self) -> usize {
        usize::try_from(self.photos.saturating_add(self.spoken)).unwrap_or(usize::MAX)
    }
}

/// One of them as it is sealed.
pub(super) struct Content {
    pub(super) class: AttachmentClass,
    pub(super) incomplete: bool,
    pub(super) bytes: Vec<u8>,
}

impl Store {
    /// Says what a photo of a draft shows, or what a spoken note is about. What was signed of one stays.
    pub fn caption_photo(&self, id: Uuid, caption: &str) -> Result<(), Failure> {
        if caption.chars().count() > limits::FIELD_CHARS {
            let limit = u32::try_from(limits::FIELD_CHARS).ok();
            let error = FieldError { limit, ..FieldError::new("photos.caption", FieldErrorCode::TooLong) };
            return Err(Failure::Invalid(vec![error]));
        }
        self.write(|tx| {
            let told = tx.execute_cached(
                "UPDATE photos SET caption = ?2 WHERE photo = ?1 AND draft IS NOT NULL",
                params![id.to_string(), text::written(caption).trim()],
            )?;
            if told == 0 { Err(Failure::NotFound) } else { Ok(()) }
        })
    }

    /// Takes a photo or a spoken note out of a draft. What belongs to records stays.
    pub fn remove_photo(&self, id: Uuid) -> Result<(), Failure> {
        self.write(|tx| {
            let gone =
                tx.execute_cached("DELETE FROM photos WHERE photo = ?1 AND draft IS NOT NULL", [id.to_string()])?;
            if gone == 0 { Err(Failure::NotFound) } else { Ok(()) }
        })
    }
}

/// What is said of each attachment of a draft, in their order.
pub(crate) fn notes(connection: &Connection, draft: Uuid) -> Result<Vec<PhotoNote>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT caption, taken_at FROM photos WHERE draft = ?1 ORDER BY place, photo")?;
    let rows = statement.query_map([draft.to_string()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (caption, taken_at) = row?;
        Ok(PhotoNote { caption, taken_at: parse_time(&taken_at)? })
    })
    .collect()
}

/// What is attached to a draft, in its order, by id: the contents of all of it together may be more than a phone has room for.
pub(super) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT photo FROM photos WHERE draft = ?1 ORDER BY place, photo")?;
    let rows = statement.query_map([draft.to_string()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is sealed of one of them.
pub(super) fn content(connection: &Connection, id: &str) -> Result<Content, StoreError> {
    let content =
        connection.query_row_cached("SELECT class, condition, jpeg FROM photos WHERE photo = ?1", [id], |row| {
            let (class, condition): (Class, PhotoCondition) = (row.get(0)?, row.get(1)?);
            let incomplete = condition != PhotoCondition::Whole;
            Ok(Content { class: class.0, incomplete, bytes: row.get(2)? })
        })?;
    Ok(match content.class {
        AttachmentClass::Photo => content,
        AttachmentClass::Audio => {
            let bytes = spoken::sound(connection, id)?.ok_or(StoreError::Content)?;
            Content { bytes, ..content }
        }
    })
}

pub(crate) fn discard_of_draft(connection: &Connection, draft: Uuid) -> Result<(), StoreError> {
    connection.execute_cached("DELETE FROM photos WHERE draft = ?1", [draft.to_string()])?;
    Ok(())
}

struct Class(AttachmentClass);

impl FromSql for Class {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "photo" => Ok(Self(AttachmentClass::Photo)),
            "audio" => Ok(Self(AttachmentClass::Audio)),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}
