//! What to tell a person while typing. A warning keeps nobody from saving: real ships carry wrong numbers, and only
//! the author knows what a number is. One with a `confirm` is a question: it keeps the record from being signed until
//! the answer is changed or its author says that it is right.
//!
//! A BSN must not be recorded (UAVG art. 46). It is looked for in every text that leaves in a record, and shown with
//! its place in the text, so that it can be masked. A ship's own MMSI is none, though one in eleven passes as one.

use baken_protocol::coordinates::{self, Doubt};
use baken_protocol::identifiers::{bsn, eni, imo, mmsi};
use baken_protocol::text;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::recording::forms::{DraftForm, PersonForm, PlaceForm};

/// Metres beyond which a measurement does not say in which street it was.
const VAGUE_METRES: u32 = 1_000;
/// How far clocks may differ before a moment is in the future.
const CLOCK_SLACK: TimeDelta = TimeDelta::minutes(10);
/// How long ago nobody saw what is recorded today, unless they say so.
const LONG_AGO: TimeDelta = TimeDelta::days(366);

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
    /// What to write there instead, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub suggestion: Option<String>,
    /// A question: what to add to the form's `confirmed` (for `bsn`: to `notCitizenNumbers`) when it is right as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub confirm: Option<String>,
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
    /// The number would hold with the zeros of `suggestion`.
    LeadingZero,
    /// What was typed is no position.
    CoordinatesUnread,
    /// Latitude and longitude are exchanged, by all appearance.
    CoordinatesSwapped,
    /// 0, 0: nothing was measured, by all appearance.
    CoordinatesNowhere,
    /// The device was more than a kilometre off.
    CoordinatesVague,
    /// Later than now.
    Future,
    /// More than a year ago.
    LongAgo,
}

/// Everything to look at in `form`; `latest` is the later of this device's clock and the municipality's.
pub(crate) fn warnings(form: &DraftForm, latest: DateTime<Utc>) -> Vec<Warning> {
    let place = form.place();
    let mut found = ship_numbers(place);
    let cleared = form.not_citizen_numbers();
    for (field, text) in place.texts() {
        let ship = field == "place.mmsi" && mmsi::check(text).is_ok();
        if !ship {
            found.extend(citizen_numbers(&field, text, cleared));
        }
    }
    found.extend(citizen_numbers("reason", form.reason(), cleared));
    let of_person = |field: String, person: &PersonForm| -> Vec<Warning> {
        let texts = person.texts().into_iter();
        texts.flat_map(|(name, text)| citizen_numbers(&format!("{field}.{name}"), text, cleared)).collect()
    };
    match form {
        DraftForm::Observation(form) => {
            found.extend(citizen_numbers("narrative", &form.narrative, cleared));
            for (index, person) in form.persons.iter().enumerate() {
                found.extend(of_person(format!("persons.{index}"), person));
            }
        }
        DraftForm::Contact(form) => {
            found.extend(citizen_numbers("note", &form.note, cleared));
            found.extend(of_person("person".to_owned(), &form.person));
        }
        DraftForm::Inspection(_) | DraftForm::Participation(_) => {}
    }
    let asked = [position(place), moment(form, latest)].into_iter().flatten();
    let open = |warning: &Warning| warning.confirm.as_ref().is_none_or(|key| !form.confirmed().contains(key));
    found.extend(asked.filter(open));
    found
}

/// Replaces every citizen service number in `text` by `[BSN]`.
pub fn mask_bsn(text: &str) -> String {
    bsn::mask(text)
}

impl Warning {
    fn new(field: &str, code: WarningCode) -> Self {
        Self { field: field.to_owned(), code, start: None, end: None, suggestion: None, confirm: None }
    }
}

pub(crate) fn citizen_numbers(field: &str, text: &str, cleared: &[String]) -> Vec<Warning> {
    let spans = bsn::find(text);
    let open =
        spans.iter().map(|span| (span, bsn::digits_at(text, span))).filter(|(_, digits)| !cleared.contains(digits));
    let warning = |(span, digits): (&bsn::Span, String)| Warning {
        start: Some(span.utf16.start),
        end: Some(span.utf16.end),
        confirm: Some(digits),
        ..Warning::new(field, WarningCode::Bsn)
    };
    open.map(warning).collect()
}

fn ship_numbers(place: &PlaceForm) -> Vec<Warning> {
    let filled = |text: &str| !text::is_blank(text);
    let mut found = Vec::new();
    if filled(&place.exact.imo) && imo::check(&place.exact.imo).is_err() {
        found.push(Warning::new("place.imo", WarningCode::Imo));
    }
    if filled(&place.exact.mmsi) && mmsi::check(&place.exact.mmsi).is_err() {
        found.push(Warning::new("place.mmsi", WarningCode::Mmsi));
    }
    match eni::check(&place.exact.eni) {
        Err(eni::EniError::LeadingZero(whole)) => found.push(Warning {
            suggestion: Some(whole.as_str().to_owned()),
            ..Warning::new("place.eni", WarningCode::LeadingZero)
        }),
        Err(eni::EniError::Format) if filled(&place.exact.eni) => {
            found.push(Warning::new("place.eni", WarningCode::Eni));
        }
        Ok(_) | Err(eni::EniError::Format) => {}
    }
    found
}

fn position(place: &PlaceForm) -> Option<Warning> {
    const FIELD: &str = "place.coordinates";
    let Ok(position) = place.position() else { return Some(Warning::new(FIELD, WarningCode::CoordinatesUnread)) };
    let position = position?;
    let confirm = Some(format!("{FIELD} {} {}", position.latitude_e6, position.longitude_e6));
    if let Some(doubt) = coordinates::doubt(&position) {
        let code = match doubt {
            Doubt::Swapped => WarningCode::CoordinatesSwapped,
            Doubt::Nowhere => WarningCode::CoordinatesNowhere,
        };
        let exchanged = coordinates::swapped(&position).filter(|_| doubt == Doubt::Swapped);
        let suggestion = exchanged.map(|it| decimal(it.latitude_e6, it.longitude_e6));
        return Some(Warning { suggestion, confirm, ..Warning::new(FIELD, code) });
    }
    let vague = position.accuracy_metres.is_some_and(|metres| metres > VAGUE_METRES);
    vague.then(|| Warning::new(FIELD, WarningCode::CoordinatesVague))
}

/// "52.462800, 4.573100": the form that is read back as the same.
fn decimal(latitude_e6: i32, longitude_e6: i32) -> String {
    let degrees = |e6: i32| {
        let (sign, size) = (if e6 < 0 { "-" } else { "" }, e6.unsigned_abs());
        format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    };
    format!("{}, {}", degrees(latitude_e6), degrees(longitude_e6))
}

fn moment(form: &DraftForm, latest: DateTime<Utc>) -> Option<Warning> {
    let (field, at, _) = form.moment();
    let at = at?;
    let ahead = at.signed_duration_since(latest);
    let code = if ahead > CLOCK_SLACK {
        WarningCode::Future
    } else if ahead < -LONG_AGO {
        WarningCode::LongAgo
    } else {
        return None;
    };
    let confirm = Some(format!("{field} {}", at.to_rfc3339_opts(SecondsFormat::Secs, true)));
    Some(Warning { confirm, ..Warning::new(field, code) })
}

#[cfg(test)]
mod tests;
