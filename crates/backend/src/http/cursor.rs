//! A place in a list's order as it stands in a URL: opaque and URL-safe. That of one list is none of another.

use baken_protocol::ids::DeviceId;
use chrono::{DateTime, Datelike, Utc};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::storage::{ArrivalCursor, Cursor, DeviceCursor, Order, Position, TaskCursor};

/// What the cursor of the list of inspections begins with; that of the inbox begins with its order.
const ARRIVED: &str = "arrived";
/// What that of the list of devices begins with.
const ENROLLED: &str = "enrolled";
/// What that of the list of tasks begins with.
const DUE: &str = "task";

impl Cursor {
    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        let Self { order, position, device, operation } = self;
        written(&format!("{} {} {} {device} {operation}", order.name(), position.group, position.at))
    }

    /// Reads what [`Cursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let text = read(text)?;
        let mut parts = text.split(' ');
        let order = Order::parse(parts.next()?)?;
        let position = Position { group: parts.next()?.parse().ok()?, at: parts.next()?.parse().ok()? };
        // A moment, one that counts backwards, or none.
        if position.at != i64::MAX {
            moment(position.at.checked_abs()?)?;
        }
        let mut id = || parts.next()?.parse::<Uuid>().ok().map(|id| id.to_string());
        let (device, operation) = (id()?, id()?);
        parts.next().is_none().then_some(Self { order, position, device, operation })
    }
}

impl ArrivalCursor {
    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        written(&format!("{ARRIVED} {} {}", self.received_at.timestamp_millis(), self.record))
    }

    /// Reads what [`ArrivalCursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let text = read(text)?;
        let mut parts = text.split(' ');
        parts.next().filter(|list| *list == ARRIVED)?;
        let received_at = moment(parts.next()?.parse().ok()?)?;
        let record = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self { received_at, record })
    }
}

impl DeviceCursor {
    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        written(&format!("{ENROLLED} {} {}", self.enrolled_at.timestamp_millis(), self.device))
    }

    /// Reads what [`DeviceCursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let text = read(text)?;
        let mut parts = text.split(' ');
        parts.next().filter(|list| *list == ENROLLED)?;
        let enrolled_at = moment(parts.next()?.parse().ok()?)?;
        let device = DeviceId(parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(Self { enrolled_at, device })
    }
}

impl TaskCursor {
    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        written(&format!("{DUE} {} {} {}", self.due, self.report, self.place))
    }

    /// Reads what [`TaskCursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let text = read(text)?;
        let mut parts = text.split(' ');
        parts.next().filter(|list| *list == DUE)?;
        let due = parts.next()?.parse().ok()?;
        let report: i64 = parts.next()?.parse().ok()?;
        // No database keeps a larger place.
        let place = u64::try_from(parts.next()?.parse::<i64>().ok()?).ok()?;
        parts.next().is_none().then_some(Self { due, report, place })
    }
}

/// A moment that a record can have: no other is reckoned with, and no database keeps every one.
fn moment(millis: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis).filter(|at| (1970..=9999).contains(&at.year()))
}

fn written(text: &str) -> String {
    BASE64URL_NOPAD.encode(text.as_bytes())
}

fn read(text: &str) -> Option<String> {
    String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::ids::RecordId;

    #[test]
    fn reads_only_what_it_wrote() {
        let [device, operation] = [3, 7].map(|id| Uuid::from_u128(id).to_string());
        for (order, position) in [
            (Order::Due, Position { group: 1, at: i64::MAX }),
            (Order::Received, Position { group: 0, at: -1_790_000_000_000 }),
        ] {
            let cursor = Cursor { order, position, device: device.clone(), operation: operation.clone() };
            assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        }
        for wrong in [
            format!("due 0 0 {device} {operation} more"),
            format!("due 0 0 {operation}"),
            format!("due 256 0 {device} {operation}"),
            format!("due 0 soon {device} {operation}"),
            format!("urgent 0 0 {device} {operation}"),
            format!("due 1 253402300800000 {device} {operation}"),
            format!("received 1 {} {device} {operation}", i64::MIN),
            format!("due 0 0 {device} 7"),
            "x".to_owned(),
        ] {
            assert_eq!(Cursor::parse(&BASE64URL_NOPAD.encode(wrong.as_bytes())), None, "{wrong}");
        }
        assert_eq!(Cursor::parse("not base64url!"), None);

        let record: RecordId = format!("{device}.{operation}").parse().unwrap();
        let cursor = ArrivalCursor { received_at: "2026-11-24T03:00:00.123Z".parse().unwrap(), record };
        assert_eq!(ArrivalCursor::parse(&cursor.to_text()), Some(cursor));
        for wrong in [
            format!("arrived 0 {device}.{operation} more"),
            "arrived 0".to_owned(),
            format!("arrived now {device}.{operation}"),
            format!("arrived {} {device}.{operation}", i64::MAX),
            format!("arrived -1 {device}.{operation}"),
            format!("arrived 0 {device}"),
            format!("received 0 0 {device} {operation}"),
        ] {
            assert_eq!(ArrivalCursor::parse(&BASE64URL_NOPAD.encode(wrong.as_bytes())), None, "{wrong}");
        }

        let device = DeviceId(Uuid::from_u128(3));
        let cursor = DeviceCursor { enrolled_at: "2026-11-24T03:00:00.123Z".parse().unwrap(), device };
        assert_eq!(DeviceCursor::parse(&cursor.to_text()), Some(cursor));
        for wrong in [
            format!("enrolled 0 {device} more"),
            format!("enrolled {} {device}", i64::MAX),
            "enrolled 0 7".to_owned(),
            "enrolled 0".to_owned(),
            format!("arrived 0 {device}"),
        ] {
            assert_eq!(DeviceCursor::parse(&BASE64URL_NOPAD.encode(wrong.as_bytes())), None, "{wrong}");
        }
    }
}
