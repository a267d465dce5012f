//! What people type and addresses carry.

use baken_backend::storage::{ArrivalCursor, Cursor};
use baken_protocol::coordinates as position;
use baken_protocol::identifiers::{bag, bsn, eni, imo, kvk, mmsi, postcode};
use baken_protocol::invitation::{Invitation, InvitationCode, parse_address};
use baken_protocol::text;

/// What is read is shown so that it is read again as the same.
pub(crate) fn invitation(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = (InvitationCode::parse(&text), parse_address(&text));
    for address in [None, Some("https://baken.example")] {
        if let Ok(invitation) = Invitation::parse(&text, address) {
            let shown = invitation.to_string();
            assert_eq!(Invitation::parse(&shown, None).unwrap().to_string(), shown);
        }
    }
}

/// Nothing is read as a place that is not on the globe.
pub(crate) fn coordinates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(read) = position::read(&text) {
        assert!(position::is_on_globe(&read), "{read:?}");
        let _ = (position::swapped(&read), position::doubt(&read));
    }
}

/// A number that is right is right as it is kept.
pub(crate) fn identifiers(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(number) = imo::check(&text) {
        assert_eq!(imo::check(number.as_str()).unwrap(), number);
    }
    if let Ok(number) = eni::check(&text) {
        assert_eq!(eni::check(number.as_str()).unwrap(), number);
    }
    if let Ok(number) = mmsi::check(&text) {
        assert_eq!(mmsi::check(number.as_str()).unwrap(), number);
    }
    if let Ok(number) = kvk::check(&text) {
        assert_eq!(kvk::check(number.as_str()).unwrap(), number);
    }
    if let Ok(number) = bag::check(&text) {
        assert_eq!(bag::check(number.as_str()).unwrap(), number);
    }
    if let Ok(code) = postcode::check(&text) {
        assert_eq!(postcode::check(code.as_str()).unwrap(), code);
    }
}

/// A citizen service number that was masked is found no more, and what is signed is written once and for all.
pub(crate) fn free_text(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    for span in bsn::find(&typed) {
        let _ = bsn::digits_at(&typed, &span);
    }
    let masked = bsn::mask(&typed);
    assert!(bsn::find(&masked).is_empty(), "{masked:?}");
    let written = text::written(&typed);
    assert_eq!(text::written(&written), written);
    let _ = (text::is_blank(&typed), text::has_hidden(&typed));
}

/// A place in a list is one of its own list, and says so again.
pub(crate) fn cursor(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (due, arrived) = (Cursor::parse(&text), ArrivalCursor::parse(&text));
    assert!(due.is_none() || arrived.is_none());
    if let Some(cursor) = due {
        assert_eq!(Cursor::parse(&cursor.to_text()).unwrap(), cursor);
    }
    if let Some(cursor) = arrived {
        assert_eq!(ArrivalCursor::parse(&cursor.to_text()).unwrap(), cursor);
    }
}
