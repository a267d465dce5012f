//! What must hold before a form can be signed. All findings together, each with its field's path.

use std::collections::HashSet;

use baken_protocol::identifiers::{bag, kvk, postcode};
use baken_protocol::ids::Code;
use baken_protocol::limits;
use baken_protocol::record::{Consent, Person, is_plain};
use baken_protocol::vocabulary::Vocabulary;

use crate::failure::{FieldError, FieldErrorCode};
use crate::forms::{DraftForm, InspectionForm, ObservationForm, PlaceForm};
use crate::warnings::{WarningCode, warnings};

/// Everything that keeps `form` from being signed; empty when it may be.
pub(crate) fn validate(form: &DraftForm, vocabulary: &Vocabulary) -> Vec<FieldError> {
    let mut findings = Findings { vocabulary, errors: Vec::new() };
    match form {
        DraftForm::Inspection(form) => findings.inspection(form),
        DraftForm::Observation(form) => findings.observation(form),
    }
    let numbers = warnings(form).into_iter().filter(|warning| warning.code == WarningCode::Bsn);
    for warning in numbers {
        findings.add_once(&warning.field, FieldErrorCode::CitizenNumber);
    }
    findings.errors
}

/// The form of exploitation that says that none is known yet.
const UNKNOWN_FORM: &str = "onbekend";
/// The action that says that nothing was done.
const NO_ACTION: &str = "geen";
/// The action that needs a person's consent, the consent it needs, and the state in which it is there.
const CONSENT: (&str, &str, &str) = ("comensha", "registratie-comensha", "gegeven");

struct Findings<'a> {
    vocabulary: &'a Vocabulary,
    errors: Vec<FieldError>,
}

impl Findings<'_> {
    fn add(&mut self, field: &str, code: FieldErrorCode) {
        self.errors.push(FieldError { field: field.to_owned(), code });
    }

    fn add_once(&mut self, field: &str, code: FieldErrorCode) {
        if !self.errors.iter().any(|error| error.field == field && error.code == code) {
            self.add(field, code);
        }
    }

    fn inspection(&mut self, form: &InspectionForm) {
        if !is_plain(form.started_at) {
            self.add("startedAt", FieldErrorCode::Invalid);
        }
        self.place(&form.place);
        if form.organisations.is_empty() {
            self.add("organisations", FieldErrorCode::Required);
        }
        let known = |vocabulary: &Vocabulary, code: &str| vocabulary.organisation(code).is_some();
        self.all("organisations", &form.organisations, limits::ORGANISATIONS, known);
        self.one("ground", form.ground.as_ref(), |vocabulary, code| vocabulary.entry_ground(code).is_some());
    }

    fn observation(&mut self, form: &ObservationForm) {
        if !is_plain(form.observed_at) {
            self.add("observedAt", FieldErrorCode::Invalid);
        }
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
        if form.narrative.trim().is_empty() {
            self.add("narrative", FieldErrorCode::Required);
        }
        if form.narrative.chars().count() > limits::NARRATIVE_CHARS {
            self.add("narrative", FieldErrorCode::TooLong);
        }
        if form.persons.len() > limits::PERSONS {
            self.add("persons", FieldErrorCode::TooLong);
        }
        for (index, person) in form.persons.iter().enumerate() {
            if person.pseudonym.trim().is_empty() {
                self.add(&format!("persons.{index}.pseudonym"), FieldErrorCode::Required);
            }
            if too_long(&person.pseudonym) || too_long(&person.description) {
                self.add(&format!("persons.{index}.description"), FieldErrorCode::TooLong);
            }
            let known = |consent: &Consent| {
                self.vocabulary.consent_purpose(&consent.purpose).is_some()
                    && self.vocabulary.consent_state(&consent.state).is_some()
            };
            let mut purposes = HashSet::new();
            let once = person.consents.iter().all(|consent| purposes.insert(consent.purpose.as_str()));
            if person.consents.len() > limits::CONSENTS || !once || !person.consents.iter().all(known) {
                self.add(&format!("persons.{index}.consents"), FieldErrorCode::Invalid);
            }
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
        let given = |person: &Person| {
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
            if too_long(text) {
                self.add(field, FieldErrorCode::TooLong);
            }
        }
        let refused = [
            ("place.kvk", filled(&place.kvk).is_some_and(|text| kvk::check(text).is_err())),
            ("place.bag", filled(&place.bag).is_some_and(|text| bag::check(text).is_err())),
            ("place.postcode", filled(&place.postcode).is_some_and(|text| postcode::check(text).is_err())),
        ];
        for (field, _) in refused.iter().filter(|(_, refused)| *refused) {
            self.add(field, FieldErrorCode::Invalid);
        }
        if let Some(coordinates) = &place.coordinates {
            let latitude = (-90_000_000..=90_000_000).contains(&coordinates.latitude_e6);
            let longitude = (-180_000_000..=180_000_000).contains(&coordinates.longitude_e6);
            if !(latitude && longitude) {
                self.add("place.coordinates", FieldErrorCode::Invalid);
            }
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

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn too_long(text: &str) -> bool {
    text.chars().count() > limits::FIELD_CHARS
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::record::ConfidentialityLevel;
    use chrono::DateTime;

    fn observation() -> ObservationForm {
        ObservationForm {
            inspection: None,
            observed_at: DateTime::UNIX_EPOCH,
            place: PlaceForm { kind: Some("vissersschip".parse().unwrap()), ..PlaceForm::default() },
            forms: vec!["arbeid".parse().unwrap()],
            indicators: vec![],
            basis: Some("waarneming".parse().unwrap()),
            narrative: "Twee mannen slapen in het ruim.".into(),
            persons: vec![],
            urgency: Some("spoed".parse().unwrap()),
            actions: vec![],
            level: ConfidentialityLevel::Team,
            not_citizen_numbers: vec![],
        }
    }

    fn codes(form: ObservationForm) -> Vec<(String, FieldErrorCode)> {
        let errors = validate(&DraftForm::Observation(form), &Vocabulary::built_in());
        errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    fn fields(form: ObservationForm) -> Vec<String> {
        let errors = validate(&DraftForm::Observation(form), &Vocabulary::built_in());
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_minimal_observation_needs_five_answers_and_no_more() {
        assert!(fields(observation()).is_empty());
        let empty = ObservationForm {
            place: PlaceForm::default(),
            forms: vec![],
            basis: None,
            narrative: " ".into(),
            urgency: None,
            ..observation()
        };
        assert_eq!(fields(empty), ["place.kind", "forms", "basis", "urgency", "narrative"]);
    }

    #[test]
    fn refuses_wrong_registers_but_only_where_filled_in() {
        let mut form = observation();
        form.place.kvk = "1234".into();
        form.place.bag = "0453990000000001".into();
        form.place.postcode = "0123 AB".into();
        form.place.imo = "8814274".into();
        assert_eq!(fields(form), ["place.kvk", "place.bag", "place.postcode"], "a wrong IMO only warns");
    }

    #[test]
    fn a_citizen_number_is_signed_nowhere_unless_its_author_says_it_is_none() {
        let mut form = observation();
        form.narrative = "Hij gaf 111222333 als nummer, en nog eens 111222333.".into();
        form.place.name = "Kade 111.222.333".into();
        let person = Person { pseudonym: "P1".into(), description: "nr 123456782".into(), consents: vec![] };
        form.persons = vec![person];
        let found = FieldErrorCode::CitizenNumber;
        let fields = ["place.name", "narrative", "persons.0.description"];
        assert_eq!(codes(form.clone()), fields.map(|field| (field.to_owned(), found)));
        form.not_citizen_numbers = vec!["111222333".into()];
        assert_eq!(codes(form.clone()), [("persons.0.description".to_owned(), found)]);
        form.not_citizen_numbers.push("123456782".into());
        assert_eq!(codes(form), []);
    }

    #[test]
    fn refuses_answers_that_contradict_one_another() {
        let code = |text: &str| text.parse().unwrap();
        let contradiction = |field: &str| vec![(field.to_owned(), FieldErrorCode::Contradiction)];
        let form = ObservationForm { forms: vec![code("arbeid"), code("onbekend")], ..observation() };
        assert_eq!(codes(form), contradiction("forms"));
        let form = ObservationForm { actions: vec![code("geen"), code("nla")], ..observation() };
        assert_eq!(codes(form), contradiction("actions"));
        let alone = ObservationForm { forms: vec![code("onbekend")], actions: vec![code("geen")], ..observation() };
        assert_eq!(codes(alone), []);
    }

    #[test]
    fn refuses_consent_that_no_reader_has_words_for_and_two_answers_to_one_question() {
        let consent = |purpose: &str, state: &str| Consent { purpose: purpose.into(), state: state.into() };
        let given = || consent("registratie-comensha", "gegeven");
        let with = |consents| ObservationForm {
            persons: vec![Person { pseudonym: "P1".into(), description: String::new(), consents }],
            ..observation()
        };
        let refused = vec![("persons.0.consents".to_owned(), FieldErrorCode::Invalid)];
        assert_eq!(codes(with(vec![given()])), vec![]);
        assert_eq!(codes(with(vec![consent("anders", "gegeven")])), refused);
        assert_eq!(codes(with(vec![consent("registratie-comensha", "misschien")])), refused);
        assert_eq!(codes(with(vec![given(), given()])), refused);
    }

    #[test]
    fn nobody_is_registered_with_comensha_without_consent() {
        let consent = |state: &str| Consent { purpose: "registratie-comensha".into(), state: state.into() };
        let person =
            |state| Person { pseudonym: "P1".into(), description: String::new(), consents: vec![consent(state)] };
        let with = |persons| ObservationForm { actions: vec!["comensha".parse().unwrap()], persons, ..observation() };
        let missing = vec![("actions".to_owned(), FieldErrorCode::ConsentMissing)];
        assert_eq!(codes(with(vec![])), missing);
        assert_eq!(codes(with(vec![person("geweigerd")])), missing);
        assert_eq!(codes(with(vec![person("geweigerd"), person("gegeven")])), []);
    }

    #[test]
    fn refuses_a_time_that_not_every_reader_can_show() {
        let form = ObservationForm { observed_at: "+10000-01-01T00:00:00Z".parse().unwrap(), ..observation() };
        assert_eq!(fields(form), ["observedAt"]);
    }

    #[test]
    fn refuses_codes_the_vocabulary_does_not_know() {
        let form = ObservationForm { forms: vec!["verzonnen".parse().unwrap()], ..observation() };
        assert_eq!(fields(form), ["forms"]);
    }

    #[test]
    fn refuses_what_would_not_fit_a_sealed_part() {
        let form = ObservationForm { narrative: "x".repeat(limits::NARRATIVE_CHARS + 1), ..observation() };
        assert_eq!(fields(form), ["narrative"]);
    }
}
