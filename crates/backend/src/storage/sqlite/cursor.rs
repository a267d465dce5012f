//! A place in a list's order as it stands in a URL: opaque and URL-safe.

use baken_protocol::ids::RecordId;
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::register::{Cursor, Order, Place};

impl Cursor {
    /// The place of what was received then, where the last received comes first.
    /// `record` is its `DEVICE.OPERATION`.
    pub(super) fn received(received_at: DateTime<Utc>, record: &str) -> Option<Self> {
        let place = Place { group: 0, at: -received_at.timestamp_millis() };
        let RecordId { device, operation } = record.parse().ok()?;
        let (device, operation) = (device.to_string(), operation.to_string());
        Some(Self { order: Order::Received, as_of: received_at, place, device, operation })
    }

    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        let Self { order, as_of, place, device, operation } = self;
        let (order, as_of) = (order.name(), as_of.timestamp_millis());
        let text = format!("{order} {as_of} {} {} {device} {operation}", place.group, place.at);
        BASE64URL_NOPAD.encode(text.as_bytes())
    }

    /// Reads what [`Cursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
        let mut parts = text.split(' ');
        let order = Order::parse(parts.next()?)?;
        let as_of = DateTime::<Utc>::from_timestamp_millis(parts.next()?.parse().ok()?)?;
        let place = Place { group: parts.next()?.parse().ok()?, at: parts.next()?.parse().ok()? };
        let mut id = || parts.next()?.parse::<Uuid>().ok().map(|id| id.to_string());
        let (device, operation) = (id()?, id()?);
        parts.next().is_none().then_some(Self { order, as_of, place, device, operation })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn reads_only_what_it_wrote() {
        let [device, operation] = [3, 7].map(|id| Uuid::from_u128(id).to_string());
        for (order, place) in [
            (Order::Due, Place { group: 1, at: i64::MAX }),
            (Order::Received, Place { group: 0, at: -1_790_000_000_000 }),
        ] {
            let as_of = "2026-11-24T03:00:00.123Z".parse().unwrap();
            let cursor = Cursor { order, as_of, place, device: device.clone(), operation: operation.clone() };
            assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        }
        for wrong in [
            format!("due 0 0 0 {device} {operation} more"),
            format!("due 0 0 0 {operation}"),
            format!("due now 0 0 {device} {operation}"),
            format!("due 0 256 0 {device} {operation}"),
            format!("due 0 0 soon {device} {operation}"),
            format!("urgent 0 0 0 {device} {operation}"),
            format!("due {} 0 0 {device} {operation}", i64::MAX),
            format!("due 0 0 0 {device} 7"),
            "x".to_owned(),
        ] {
            assert_eq!(Cursor::parse(&BASE64URL_NOPAD.encode(wrong.as_bytes())), None, "{wrong}");
        }
        assert_eq!(Cursor::parse("not base64url!"), None);
    }
}
