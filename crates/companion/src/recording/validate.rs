//! What must hold before a form can be signed. All findings together, each with its field's path.

use std::collections::HashSet;

use baken_protocol::coordinates::{self, CoordinatesError};
use baken_protocol::identifiers::bag::{self, BagError};
use baken_protocol::identifiers::kvk::{self, KvkError};
use baken_protocol::identifiers::postcode;
use baken_protocol::ids::Code;
use baken_protocol::limits;
use baken_protocol::moment::is_plain;
use baken_protocol::record::Consent;
use baken_protocol::text;
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Datelike, Utc};

use crate::failure::{FieldError, FieldErrorCode};
use crate::recording::forms::{ContactForm, DraftForm, InspectionForm, ObservationForm, PersonForm, PlaceForm};
use crate::recording::warnings::{WarningCode, warnings};

/// Everything that keeps `form` from being signed; empty when it may be. `latest` is the later of this device's clock
/// and the municipality's.
pub(crate) fn validate(form: &DraftForm, vocabulary: &Vocabulary, latest: DateTime<Utc>) -> Vec<FieldError> {
    let mut findings = Findings { vocabulary, latest, errors: Vec::new() };
    findings.moment(form);
    findings.fits("reason", form.reason(), limits::FIELD_CHARS);
    match form {
        DraftForm::Inspection(form) => findings.inspection(form),
        DraftForm::Observation(form) => findings.observation(form),
        // What it says was signed by another device, or stands in a record of this one.
        DraftForm::Participation(_) => {}
        DraftForm::Contact(form) => findings.contact(form),
    }
    for warning in warnings(form, latest).into_iter().filter(|warning| warning.confirm.is_some()) {
        let number = warning.code == WarningCode::Bsn;
        let code = if number { FieldErrorCode::CitizenNumber } else { FieldErrorCode::Unconfirmed };
        findings.add_once(&warning.field, code);
    }
    findings.whole(form);
    findings.errors
}

/// The questions of `form` that have no answer yet, each by its field's path, as a screen tells them beforehand.
pub(crate) fn unanswered(form: &DraftForm, vocabulary: &Vocabulary, latest: DateTime<Utc>) -> Vec<String> {
    let findings = validate(form, vocabulary, latest).into_iter();
    findings.filter(|finding| finding.code == FieldErrorCode::Required).map(|finding| finding.field).collect()
}

/// The form of exploitation that says that none is known yet.
const UNKNOWN_FORM: &str = "onbekend";
/// The action that says that nothing was done.
const NO_ACTION: &str = "geen";
/// The answer at a contact moment that nothing was asked for, or given.
const NOTHING: &str = "niets";
/// The action that needs a person's consent, the consent it needs, and the state in which it is there.
const CONSENT: (&str, &str, &str) = ("comensha", "registratie-comensha", "gegeven");

/// Nothing is recorded of a time before this, unless the device's own clock stands there.
const FIRST_YEAR: i32 = 2000;
/// Half the way around the globe: no measurement is further off.
const FARTHEST_METRES: u32 = 20_100_000;

struct Findings<'a> {
    vocabulary: &'a Vocabulary,
    latest: DateTime<Utc>,
    errors: Vec<FieldError>,
}

impl Findings<'_> {
    fn add(&mut self, field: &str, code: FieldErrorCode) {
        self.errors.push(FieldError::new(field, code));
    }

    /// Characters are Unicode's scalar values: an emoji is one or a few, whatever it takes in UTF-8 or UTF-16.
    fn fits(&mut self, field: &str, text: &str, most: usize) {
        if text.chars().count() > most {
            let limit = u32::try_from(most).ok();
            self.errors.push(FieldError { limit, ..FieldError::new(field, FieldErrorCode::TooLong) });
        }
    }

    /// What was typed and not read counts as little as what was emptied: the moment that stood there before is gone.
    fn moment(&mut self, form: &DraftForm) {
        let (field, at, typed) = form.moment();
        let written = typed.is_some_and(|typed| !(text::is_blank(&typed.date) && text::is_blank(&typed.time)));
        match at {
            _ if written => self.add(field, FieldErrorCode::Unread),
            Some(_) if typed.is_some() => self.add(field, FieldErrorCode::Required),
            None => self.add(field, FieldErrorCode::Required),
            Some(at) => {
                let before = |time: DateTime<Utc>| time.year() < FIRST_YEAR;
                if !is_plain(at) || (before(at) && !before(self.latest)) {
                    self.add(field, FieldErrorCode::Invalid);
                }
            }
        }
    }

    /// Each text may fit, and all of them together not.
    fn whole(&mut self, form: &DraftForm) {
        let DraftForm::Observation(form) = form else { return };
        let too_long = [FieldErrorCode::TooLong, FieldErrorCode::RecordTooLong];
        if self.errors.iter().any(|error| too_long.contains(&error.code)) {
            return;
        }
        let bytes = |value: serde_json::Result<Vec<u8>>| value.map_or(usize::MAX, |bytes| bytes.len());
        let narrative = bytes(serde_json::to_vec(&form.narrative));
        let persons = bytes(serde_json::to_vec(&form.persons));
        let place = bytes(serde_json::to_vec(&form.place.sealed()));
        let reason = bytes(serde_json::to_vec(&form.reason));
        let all = [narrative, persons, place, reason].into_iter().fold(0, usize::saturating_add);
        if all > limits::SEALED_TEXT_BYTES {
            let longest = if narrative > persons { "narrative" } else { "persons" };
            self.add(longest, FieldErrorCode::RecordTooLong);
        }
    }

    fn add_once(&mut self, field: &str, code: FieldErrorCode) {
        if !self.errors.iter().any(|error| error.field == field && error.code == code) {
            self.add(field, code);
        }
    }

    fn inspection(&mut self, form: &InspectionForm) {
        self.place(&form.place);
        if form.organisations.is_empty() {
            self.add("organisations", FieldErrorCode::Required);
        }
        let known = |vocabulary: &Vocabulary, code: &str| vocabulary.organisation(code).is_some();
        self.all("organisations", &form.organisations, limits::ORGANISATIONS, known);
        self.one("ground", form.ground.as_ref(), |vocabulary, code| vocabulary.entry_ground(code).is_some());
    }

    fn observation(&mut self, form: &ObservationForm) {
        self.place(&form.place);
        if form.forms.is_empty() {
            self.add("forms", FieldErrorCode::Required);
        }
        self.all("forms", &form.forms, limits::CODES, |vocabulary, code| vocabulary.exploitation_form(code).is_some());
        self.all("indicators", &form.indicators, limits::CODES, |vocabulary, code| {
            vocabulary.indicator(code).is_some()
        });
        self.all("actions", &form.actions, limits::CODES, |vocabulary, code| vocabulary.action(code).is_some());
        self.alone("forms", &form.forms, UNKNOWN_FORM);
        self.alone("actions", &form.actions, NO_ACTION);
        self.consent(form);
        self.one("basis", form.basis.as_ref(), |vocabulary, code| vocabulary.basis(code).is_some());
        self.one("urgency", form.urgency.as_ref(), |vocabulary, code| vocabulary.urgency(code).is_some());
        if text::is_blank(&form.narrative) {
            self.add("narrative", FieldErrorCode::Required);
        }
        self.fits("narrative", &form.narrative, limits::NARRATIVE_CHARS);
        let ids: Vec<_> = form.persons.iter().filter_map(|person| person.id).collect();
        if ids.iter().collect::<HashSet<_>>().len() != ids.len() {
            self.add("persons", FieldErrorCode::Contradiction);
        }
        if form.call.as_ref().is_some_and(|call| !is_plain(call.at)) {
            self.add("call", FieldErrorCode::Invalid);
        }
        if form.persons.len() > limits::PERSONS {
            self.add("persons", FieldErrorCode::TooLong);
        }
        for (index, person) in form.persons.iter().enumerate() {
            self.person(&format!("persons.{index}"), person);
        }
    }

    /// Four questions have an answer: who, what was asked for, what was given, and when it goes on.
    fn contact(&mut self, form: &ContactForm) {
        self.person("person", &form.person);
        for (field, codes) in [("askedFor", &form.asked_for), ("given", &form.given)] {
            if codes.is_empty() {
                self.add(field, FieldErrorCode::Required);
            }
            self.alone(field, codes, NOTHING);
        }
        let asked = |vocabulary: &Vocabulary, code: &str| vocabulary.contact_request(code).is_some();
        self.all("askedFor", &form.asked_for, limits::CODES, asked);
        let given = |vocabulary: &Vocabulary, code: &str| vocabulary.contact_offer(code).is_some();
        self.all("given", &form.given, limits::CODES, given);
        let known = |vocabulary: &Vocabulary, code: &str| vocabulary.contact_follow_up(code).is_some();
        self.one("followUp", form.follow_up.as_ref(), known);
        self.fits("note", &form.note, limits::NARRATIVE_CHARS);
    }

    fn person(&mut self, field: &str, person: &PersonForm) {
        if text::is_blank(&person.pseudonym) {
            self.add(&format!("{field}.pseudonym"), FieldErrorCode::Required);
        }
        for (name, text) in person.texts() {
            self.fits(&format!("{field}.{name}"), text, limits::FIELD_CHARS);
        }
        let known = |consent: &Consent| {
            self.vocabulary.consent_purpose(&consent.purpose).is_some()
                && self.vocabulary.consent_state(&consent.state).is_some()
        };
        let mut purposes = HashSet::new();
        let once = person.consents.iter().all(|consent| purposes.insert(consent.purpose.as_str()));
        if person.consents.len() > limits::CONSENTS || !once || !person.consents.iter().all(known) {
            self.add(&format!("{field}.consents"), FieldErrorCode::Invalid);
        }
    }

    /// An answer that rules the others out.
    fn alone(&mut self, field: &str, codes: &[Code], sole: &str) {
        if codes.len() > 1 && codes.iter().any(|code| code.as_str() == sole) {
            self.add(field, FieldErrorCode::Contradiction);
        }
    }

    fn consent(&mut self, form: &ObservationForm) {
        let (action, purpose, state) = CONSENT;
        let given = |person: &PersonForm| {
            person.consents.iter().any(|consent| consent.purpose == purpose && consent.state == state)
        };
        if form.actions.iter().any(|code| code.as_str() == action) && !form.persons.iter().any(given) {
            self.add("actions", FieldErrorCode::ConsentMissing);
        }
    }

    fn place(&mut self, place: &PlaceForm) {
        self.one("place.kind", place.kind.as_ref(), |vocabulary, code| vocabulary.place_kind(code).is_some());
        if let Some(district) = &place.district
            && self.vocabulary.district(district.as_str()).is_none()
        {
            self.add("place.district", FieldErrorCode::Invalid);
        }
        if place.district.is_some() && place.district_unknown {
            self.add("place.district", FieldErrorCode::Contradiction);
        }
        for (field, text) in place.texts() {
            self.fits(&field, text, limits::FIELD_CHARS);
        }
        if !text::is_blank(&place.exact.kvk)
            && let Err(error) = kvk::check(&place.exact.kvk)
        {
            self.refused(
                "place.kvk",
                match error {
                    KvkError::LeadingZero(whole) => Some(whole.as_str().to_owned()),
                    KvkError::Format => None,
                },
            );
        }
        if !text::is_blank(&place.exact.bag)
            && let Err(error) = bag::check(&place.exact.bag)
        {
            self.refused(
                "place.bag",
                match error {
                    BagError::LeadingZero(whole) => Some(whole.as_str().to_owned()),
                    BagError::Format | BagError::ObjectType => None,
                },
            );
        }
        if !text::is_blank(&place.exact.postcode) && postcode::check(&place.exact.postcode).is_err() {
            self.refused("place.postcode", None);
        }
        self.position(place);
    }

    /// A number of a register that is none; `suggestion` would be one.
    fn refused(&mut self, field: &str, suggestion: Option<String>) {
        let code = if suggestion.is_some() { FieldErrorCode::LeadingZero } else { FieldErrorCode::Invalid };
        self.errors.push(FieldError { suggestion, ..FieldError::new(field, code) });
    }

    fn position(&mut self, place: &PlaceForm) {
        let field = "place.coordinates";
        self.fits(field, &place.coordinates_typed, limits::FIELD_CHARS);
        match place.position() {
            Err(CoordinatesError::Unreadable) => self.add(field, FieldErrorCode::Unread),
            Err(CoordinatesError::OutOfRange) => self.add(field, FieldErrorCode::Invalid),
            Ok(Some(position)) => {
                let accurate = position.accuracy_metres.is_none_or(|metres| metres <= FARTHEST_METRES);
                if !(coordinates::is_on_globe(&position) && accurate) {
                    self.add(field, FieldErrorCode::Invalid);
                }
            }
            Ok(None) => {}
        }
    }

    fn one(&mut self, field: &str, code: Option<&Code>, known: impl Fn(&Vocabulary, &str) -> bool) {
        match code {
            None => self.add(field, FieldErrorCode::Required),
            Some(code) if !known(self.vocabulary, code.as_str()) => self.add(field, FieldErrorCode::Invalid),
            Some(_) => {}
        }
    }

    fn all(&mut self, field: &str, codes: &[Code], limit: usize, known: impl Fn(&Vocabulary, &str) -> bool) {
        if codes.len() > limit {
            self.add(field, FieldErrorCode::TooLong);
        }
        if !codes.iter().all(|code| known(self.vocabulary, code.as_str())) {
            self.add(field, FieldErrorCode::Invalid);
        }
    }
}

#[cfg(test)]
mod tests;
