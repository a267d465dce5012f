//! A place in a list's order as it stands in a URL: opaque and URL-safe.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::{due, parse_time, time_text};
use crate::register::{Cursor, ObservationSummary, Order};

impl Cursor {
    /// The place of `summary`.
    pub(super) fn at(summary: &ObservationSummary, order: Order) -> Self {
        let key = match order {
            Order::Due => summary.due_at.map_or_else(|| due::NO_TERM.to_owned(), time_text),
            Order::Received => time_text(summary.received_at),
        };
        Self { order, key, operation: summary.operation.to_string() }
    }

    /// The place of what was received then, where the last received comes first.
    pub(super) fn received(received_at: DateTime<Utc>, operation: Uuid) -> Self {
        Self { order: Order::Received, key: time_text(received_at), operation: operation.to_string() }
    }

    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(format!("{} {} {}", self.order.name(), self.key, self.operation).as_bytes())
    }

    /// Reads what [`Cursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
        let mut parts = text.split(' ');
        let (order, key, operation) = (Order::parse(parts.next()?)?, parts.next()?, parts.next()?);
        if parts.next().is_some() || (key != due::NO_TERM && parse_time(key).is_err()) {
            return None;
        }
        operation.parse::<Uuid>().ok()?;
        Some(Self { order, key: key.to_owned(), operation: operation.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn reads_only_what_it_wrote() {
        let operation = Uuid::from_u128(7).to_string();
        for (order, key) in [(Order::Due, due::NO_TERM), (Order::Received, "2026-11-24T03:00:00.000Z")] {
            let cursor = Cursor { order, key: key.to_owned(), operation: operation.clone() };
            assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        }
        for wrong in [
            "x".to_owned(),
            format!("due no-term {operation} more"),
            format!("due sometime {operation}"),
            format!("urgent no-term {operation}"),
            "due no-term 7".to_owned(),
        ] {
            assert_eq!(Cursor::parse(&BASE64URL_NOPAD.encode(wrong.as_bytes())), None, "{wrong}");
        }
        assert_eq!(Cursor::parse("not base64url!"), None);
    }
}
