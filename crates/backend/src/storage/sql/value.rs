//! A value of a statement as it is meant; each engine keeps it in its own way. SQLite has texts for times, ids and hashes,
//! PostgreSQL a type for each.

use baken_protocol::digest::Digest;
use baken_protocol::ids::{ChainId, Code, DeviceId, EntityId, OperationId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// One value of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Value<'a> {
    /// None.
    Null,
    /// Words. Also what was read as text of a column of another type: the engine reads it again.
    Text(&'a str),
    /// Bytes as they are.
    Bytes(&'a [u8]),
    /// A whole number.
    Integer(i64),
    /// A count or a place; too large a one for an engine is refused by it.
    Natural(u64),
    /// Yes or no.
    Bool(bool),
    /// A time, kept to the millisecond.
    Moment(DateTime<Utc>),
    /// An id.
    Id(Uuid),
    /// A hash.
    Hash(Digest),
}

/// Values in the order of their numbers.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::storage::sql::Value::from($value)),*] };
}
pub(in crate::storage) use values;

macro_rules! from {
    ($($kind:ty => |$value:ident| $to:expr;)*) => {
        $(impl<'a> From<$kind> for Value<'a> {
            fn from($value: $kind) -> Self {
                $to
            }
        })*
    };
}

from! {
    &'a str => |it| Self::Text(it);
    &'a String => |it| Self::Text(it);
    &'a Code => |it| Self::Text(it.as_str());
    &'a [u8] => |it| Self::Bytes(it);
    &'a Vec<u8> => |it| Self::Bytes(it);
    &'a [u8; 32] => |it| Self::Bytes(it);
    i64 => |it| Self::Integer(it);
    u32 => |it| Self::Integer(it.into());
    u64 => |it| Self::Natural(it);
    usize => |it| Self::Natural(u64::try_from(it).unwrap_or(u64::MAX));
    bool => |it| Self::Bool(it);
    DateTime<Utc> => |it| Self::Moment(it);
    Uuid => |it| Self::Id(it);
    DeviceId => |it| Self::Id(it.0);
    ChainId => |it| Self::Id(it.0);
    OperationId => |it| Self::Id(it.0);
    EntityId => |it| Self::Id(it.0);
    Digest => |it| Self::Hash(it);
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
