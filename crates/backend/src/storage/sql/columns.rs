//! One row that was found, read column by column; each engine reads what it keeps.

use std::borrow::Cow;

use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, Code, DeviceId, EntityId, OperationId};
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::storage::StorageError;

/// A row, by the numbers of its columns. What is not of the kind asked for is [`StorageError::Content`].
pub(in crate::storage) trait Columns {
    /// Whether there is nothing in it.
    fn is_null(&self, at: usize) -> Result<bool, StorageError>;
    /// Words.
    fn text(&self, at: usize) -> Result<&str, StorageError>;
    /// Bytes.
    fn bytes(&self, at: usize) -> Result<&[u8], StorageError>;
    /// A whole number.
    fn integer(&self, at: usize) -> Result<i64, StorageError>;
    /// Yes or no.
    fn boolean(&self, at: usize) -> Result<bool, StorageError>;
    /// A time.
    fn moment(&self, at: usize) -> Result<DateTime<Utc>, StorageError>;
    /// An id.
    fn id(&self, at: usize) -> Result<Uuid, StorageError>;
    /// A hash.
    fn digest(&self, at: usize) -> Result<Digest, StorageError>;
    /// Whatever is in it as SQLite writes it: for whoever checks what a row says, and believes none of it.
    fn as_text(&self, at: usize) -> Result<Cow<'_, str>, StorageError>;
}

impl dyn Columns + '_ {
    /// Reads a column as what is asked for.
    pub(in crate::storage) fn get<T: FromColumn>(&self, at: usize) -> Result<T, StorageError> {
        T::from_column(self, at)
    }

    /// [`Columns::as_text`], to keep.
    pub(in crate::storage) fn rendered(&self, at: usize) -> Result<String, StorageError> {
        self.as_text(at).map(Cow::into_owned)
    }

    /// The same of a column that may be empty.
    pub(in crate::storage) fn rendered_if_any(&self, at: usize) -> Result<Option<String>, StorageError> {
        if self.is_null(at)? { Ok(None) } else { self.rendered(at).map(Some) }
    }

    /// A stored text through its own parser.
    pub(in crate::storage) fn parsed<T: std::str::FromStr>(&self, at: usize) -> Result<T, StorageError> {
        self.text(at)?.parse().map_err(|_| StorageError::Content)
    }
}

/// What a column can be read as.
pub(in crate::storage) trait FromColumn: Sized {
    /// Reads it.
    fn from_column(row: &dyn Columns, at: usize) -> Result<Self, StorageError>;
}

macro_rules! read {
    ($($kind:ty => |$row:ident, $at:ident| $read:expr;)*) => {
        $(impl FromColumn for $kind {
            fn from_column($row: &dyn Columns, $at: usize) -> Result<Self, StorageError> {
                $read
            }
        })*
    };
}

read! {
    String => |row, at| row.text(at).map(str::to_owned);
    Vec<u8> => |row, at| row.bytes(at).map(<[u8]>::to_vec);
    i64 => |row, at| row.integer(at);
    u64 => |row, at| row.integer(at)?.try_into().map_err(|_| StorageError::Content);
    u32 => |row, at| row.integer(at)?.try_into().map_err(|_| StorageError::Content);
    usize => |row, at| row.integer(at)?.try_into().map_err(|_| StorageError::Content);
    bool => |row, at| row.boolean(at);
    DateTime<Utc> => |row, at| row.moment(at);
    Uuid => |row, at| row.id(at);
    DeviceId => |row, at| row.id(at).map(Self);
    ChainId => |row, at| row.id(at).map(Self);
    OperationId => |row, at| row.id(at).map(Self);
    EntityId => |row, at| row.id(at).map(Self);
    Digest => |row, at| row.digest(at);
    Code => |row, at| row.parsed(at);
    VerifyingKey => |row, at| Self::parse(row.bytes(at)?).map_err(|_| StorageError::Content);
    Envelope => |row, at| Self::from_json(row.bytes(at)?).map_err(|_| StorageError::Content);
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(row: &dyn Columns, at: usize) -> Result<Self, StorageError> {
        if row.is_null(at)? { Ok(None) } else { T::from_column(row, at).map(Some) }
    }
}
