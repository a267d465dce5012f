//! What to tell a person while typing. A warning keeps nobody from saving: real ships carry wrong numbers, and only
//! the author knows what a number is. A BSN must not be recorded (UAVG art. 46): it is shown with its place in the
//! text, and keeps the record from being signed until it is masked or its author says that it is none.

use baken_protocol::identifiers::{bsn, eni, imo, mmsi};
use serde::Serialize;
use ts_rs::TS;

use crate::forms::{DraftForm, PlaceForm};

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Warning {
    /// The field's path, as `narrative` or `persons.0.description`.
    pub field: String,
    /// What is the matter.
    pub code: WarningCode,
    /// Where it starts in the field's text, in UTF-16 units.
    pub start: Option<usize>,
    /// Where it ends.
    pub end: Option<usize>,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum WarningCode {
    /// Looks like a citizen service number.
    Bsn,
    /// The IMO number's check digit does not fit.
    Imo,
    /// Not an MMSI of a ship.
    Mmsi,
    /// Not an ENI.
    Eni,
}

/// Everything to look at in `form`.
pub(crate) fn warnings(form: &DraftForm) -> Vec<Warning> {
    let mut found = ship_numbers(form.place());
    let cleared = form.not_citizen_numbers();
    let free_place = ["place.name", "place.address", "place.neighbourhood", "place.berth"];
    for (field, text) in form.place().texts() {
        if free_place.contains(&field) {
            found.extend(citizen_numbers(field, text, cleared));
        }
    }
    if let DraftForm::Observation(form) = form {
        found.extend(citizen_numbers("narrative", &form.narrative, cleared));
        for (index, person) in form.persons.iter().enumerate() {
            found.extend(citizen_numbers(&format!("persons.{index}.description"), &person.description, cleared));
            found.extend(citizen_numbers(&format!("persons.{index}.pseudonym"), &person.pseudonym, cleared));
        }
    }
    found
}

/// Replaces every citizen service number in `text` by `[BSN]`.
pub fn mask_bsn(text: &str) -> String {
    bsn::mask(text)
}

fn citizen_numbers(field: &str, text: &str, cleared: &[String]) -> Vec<Warning> {
    let spans = bsn::find(text);
    let warning = |span: &bsn::Span| Warning {
        field: field.to_owned(),
        code: WarningCode::Bsn,
        start: Some(span.utf16.start),
        end: Some(span.utf16.end),
    };
    spans.iter().filter(|span| !is_cleared(text, span, cleared)).map(warning).collect()
}

fn is_cleared(text: &str, span: &bsn::Span, cleared: &[String]) -> bool {
    let found: String = text.get(span.bytes.clone()).unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    cleared.contains(&found)
}

fn ship_numbers(place: &PlaceForm) -> Vec<Warning> {
    let wrong = |text: &str, fails: fn(&str) -> bool| !text.trim().is_empty() && fails(text.trim());
    let checks: [(&str, WarningCode, bool); 3] = [
        ("place.imo", WarningCode::Imo, wrong(&place.imo, |text| imo::check(text).is_err())),
        ("place.mmsi", WarningCode::Mmsi, wrong(&place.mmsi, |text| mmsi::check(text).is_err())),
        ("place.eni", WarningCode::Eni, wrong(&place.eni, |text| eni::check(text).is_err())),
    ];
    let failed = checks.into_iter().filter(|(_, _, fails)| *fails);
    failed.map(|(field, code, _)| Warning { field: field.to_owned(), code, start: None, end: None }).collect()
}
