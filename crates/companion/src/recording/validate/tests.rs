#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::*;
use baken_protocol::record::{ConfidentialityLevel, CoordinateSource, Coordinates};

use crate::recording::forms::TypedMoment;

fn now() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn observation() -> ObservationForm {
    ObservationForm {
        inspection: None,
        inspection_of: None,
        observed_at: Some(now()),
        observed_typed: None,
        place: PlaceForm { kind: Some("vissersschip".parse().unwrap()), ..PlaceForm::default() },
        forms: vec!["arbeid".parse().unwrap()],
        indicators: vec![],
        basis: Some("waarneming".parse().unwrap()),
        narrative: "Twee mannen slapen in het ruim.".into(),
        persons: vec![],
        urgency: Some("spoed".parse().unwrap()),
        call: None,
        actions: vec![],
        level: ConfidentialityLevel::Team,
        reason: String::new(),
        not_citizen_numbers: vec![],
        confirmed: vec![],
    }
}

fn codes(form: ObservationForm) -> Vec<(String, FieldErrorCode)> {
    let errors = validate(&DraftForm::Observation(form), &Vocabulary::built_in(), now());
    errors.into_iter().map(|error| (error.field, error.code)).collect()
}

fn fields(form: ObservationForm) -> Vec<String> {
    let errors = validate(&DraftForm::Observation(form), &Vocabulary::built_in(), now());
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
    form.place.exact.kvk = "1234".into();
    form.place.exact.bag = "0453990000000001".into();
    form.place.exact.postcode = "0123 AB".into();
    form.place.exact.imo = "8814274".into();
    assert_eq!(fields(form), ["place.kvk", "place.bag", "place.postcode"], "a wrong IMO only warns");
}

#[test]
fn a_citizen_number_is_signed_nowhere_unless_its_author_says_it_is_none() {
    let mut form = observation();
    form.narrative = "Hij gaf 111222333 als nummer, en nog eens 111222333.".into();
    form.place.exact.name = "Kade 111.222.333".into();
    let person = PersonForm { pseudonym: "P1".into(), description: "nr 123456782".into(), ..PersonForm::default() };
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
        persons: vec![PersonForm { pseudonym: "P1".into(), consents, ..PersonForm::default() }],
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
    let person = |state| PersonForm { pseudonym: "P1".into(), consents: vec![consent(state)], ..PersonForm::default() };
    let with = |persons| ObservationForm { actions: vec!["comensha".parse().unwrap()], persons, ..observation() };
    let missing = vec![("actions".to_owned(), FieldErrorCode::ConsentMissing)];
    assert_eq!(codes(with(vec![])), missing);
    assert_eq!(codes(with(vec![person("geweigerd")])), missing);
    assert_eq!(codes(with(vec![person("geweigerd"), person("gegeven")])), []);
}

#[test]
fn refuses_a_time_that_not_every_reader_can_show() {
    let form = ObservationForm { observed_at: "+10000-01-01T00:00:00Z".parse().ok(), ..observation() };
    assert_eq!(fields(form)[0], "observedAt");
}

#[test]
fn refuses_codes_the_vocabulary_does_not_know() {
    let form = ObservationForm { forms: vec!["verzonnen".parse().unwrap()], ..observation() };
    assert_eq!(fields(form), ["forms"]);
}

#[test]
fn characters_are_counted_as_people_count_them_and_the_limit_is_said() {
    let told = |form: ObservationForm| -> Vec<(String, FieldErrorCode, Option<u32>)> {
        let errors = validate(&DraftForm::Observation(form), &Vocabulary::built_in(), now());
        errors.into_iter().map(|error| (error.field, error.code, error.limit)).collect()
    };
    let most = limits::NARRATIVE_CHARS;
    for character in ["x", "é", "😀", "\u{fffd}"] {
        let narrative = |count| ObservationForm { narrative: character.repeat(count), ..observation() };
        assert_eq!(told(narrative(most)), []);
        assert_eq!(told(narrative(most + 1)), [("narrative".to_owned(), FieldErrorCode::TooLong, Some(20_000))]);
    }
    let mut form = observation();
    form.place.exact.fishing_mark = "x".repeat(limits::FIELD_CHARS + 1);
    assert_eq!(told(form), [("place.fishingMark".to_owned(), FieldErrorCode::TooLong, Some(2_000))]);
}

#[test]
fn texts_that_fit_one_by_one_and_not_together_are_told_as_such() {
    let person = |index: usize| PersonForm {
        pseudonym: format!("P{index}"),
        description: "\u{20000}".repeat(limits::FIELD_CHARS),
        ..PersonForm::default()
    };
    let with = |count| ObservationForm { persons: (0..count).map(person).collect(), ..observation() };
    assert_eq!(codes(with(30)), []);
    assert_eq!(codes(with(31)), [("persons".to_owned(), FieldErrorCode::RecordTooLong)]);
}

#[test]
fn a_text_of_nothing_that_is_seen_is_no_answer() {
    for narrative in ["\u{200b}\u{200b}", "\u{a0}\u{3000}", "\u{ad}", "\u{2800}", &"\0".repeat(20_000)] {
        let form = ObservationForm { narrative: narrative.into(), ..observation() };
        assert_eq!(codes(form), [("narrative".to_owned(), FieldErrorCode::Required)], "{narrative:?}");
    }
    let mut form = observation();
    form.place.exact.kvk = "\u{200b}".into();
    form.place.exact.postcode = "\u{ad} ".into();
    assert_eq!(codes(form), []);
}

#[test]
fn a_position_that_cannot_be_read_is_refused_and_takes_no_older_one_for_it() {
    let older = Coordinates {
        latitude_e6: 52_460_000,
        longitude_e6: 4_600_000,
        accuracy_metres: None,
        source: CoordinateSource::Typed,
    };
    let typed = |text: &str| {
        let mut form = observation();
        form.place.exact.coordinates = Some(older.clone());
        form.place.coordinates_typed = text.into();
        form
    };
    let at = |code| vec![("place.coordinates".to_owned(), code)];
    assert_eq!(codes(typed("bij de brug")), at(FieldErrorCode::Unread));
    assert_eq!(codes(typed("101234, 497123")), at(FieldErrorCode::Invalid));
    for text in ["bij de brug", "101234, 497123", "52.46"] {
        let form = DraftForm::Observation(typed(text));
        assert_eq!(form.written().place().exact.coordinates, None, "{text}");
        assert_eq!(form.place().sealed().coordinates, None, "{text}");
    }
    let read = DraftForm::Observation(typed("52°27.80'N 004°34.39'E")).written();
    assert_eq!(read.place().sealed().coordinates.map(|it| it.latitude_e6), Some(52_463_333));
    assert_eq!(codes(typed("\u{200b} ")), [], "nothing typed: what was measured counts");
}

#[test]
fn a_doubtful_position_is_signed_only_by_its_authors_word() {
    for (text, key) in [("4.5731, 52.4628", "place.coordinates 4573100 52462800"), ("0, 0", "place.coordinates 0 0")] {
        let mut form = observation();
        form.place.coordinates_typed = text.into();
        assert_eq!(codes(form.clone()), [("place.coordinates".to_owned(), FieldErrorCode::Unconfirmed)], "{text}");
        form.confirmed = vec![key.into()];
        assert_eq!(codes(form.clone()), [], "{text}");
        form.place.coordinates_typed = "4.5732, 52.4628".into();
        assert_eq!(codes(form).len(), 1, "another answer is asked about anew");
    }
    let mut form = observation();
    let measured = |metres| Coordinates {
        latitude_e6: 52_460_000,
        longitude_e6: 4_600_000,
        accuracy_metres: Some(metres),
        source: CoordinateSource::Measured,
    };
    form.place.exact.coordinates = Some(measured(25_000));
    assert_eq!(codes(form.clone()), [], "vague, and said so, but measured");
    form.place.exact.coordinates = Some(measured(FARTHEST_METRES + 1));
    assert_eq!(codes(form), [("place.coordinates".to_owned(), FieldErrorCode::Invalid)]);
}

#[test]
fn an_emptied_or_unread_moment_is_refused_whatever_stood_there_before() {
    let with = |observed_at, typed: Option<(&str, &str)>| ObservationForm {
        observed_at,
        observed_typed: typed.map(|(date, time)| TypedMoment { date: date.into(), time: time.into() }),
        ..observation()
    };
    let at = |code| vec![("observedAt".to_owned(), code)];
    assert_eq!(codes(with(None, None)), at(FieldErrorCode::Required));
    assert_eq!(codes(with(None, Some(("", "")))), at(FieldErrorCode::Required));
    assert_eq!(codes(with(Some(now()), Some((" ", "")))), at(FieldErrorCode::Required));
    assert_eq!(codes(with(None, Some(("29-03-2026", "02:30")))), at(FieldErrorCode::Unread));
    assert_eq!(codes(with(Some(now()), Some(("25-13-2026", "12:00")))), at(FieldErrorCode::Unread));
    assert_eq!(codes(with(Some(now()), None)), []);
}

#[test]
fn a_moment_that_cannot_be_is_refused_and_an_unlikely_one_is_asked_about() {
    let at = |time: &str| ObservationForm { observed_at: time.parse().ok(), ..observation() };
    let codes_at = |time: &str| -> Vec<FieldErrorCode> { codes(at(time)).into_iter().map(|(_, code)| code).collect() };
    for time in ["0026-11-24T10:00:00Z", "1969-11-24T10:00:00Z", "1999-12-31T23:59:59Z"] {
        assert_eq!(codes_at(time)[0], FieldErrorCode::Invalid, "{time}");
    }
    for time in ["2031-01-01T00:00:00Z", "2026-11-25T12:11:00Z", "2016-11-25T12:00:00Z"] {
        assert_eq!(codes_at(time), [FieldErrorCode::Unconfirmed], "{time}");
        let confirmed = vec![format!("observedAt {time}")];
        assert_eq!(codes(ObservationForm { confirmed, ..at(time) }), [], "{time}");
    }
    for time in ["2026-11-25T12:10:00Z", "2026-01-01T00:00:00Z"] {
        assert_eq!(codes_at(time), [], "{time}");
    }
    // A device whose clock stands at its beginning can sign what it sees now.
    let young = ObservationForm { observed_at: Some(DateTime::UNIX_EPOCH), ..observation() };
    assert_eq!(validate(&DraftForm::Observation(young), &Vocabulary::built_in(), DateTime::UNIX_EPOCH), []);
}

#[test]
fn a_lost_zero_is_said_with_the_number_it_would_be() {
    let mut form = observation();
    form.place.exact.kvk = "KvK 1234567".into();
    form.place.exact.bag = "453010000012345".into();
    let errors = validate(&DraftForm::Observation(form), &Vocabulary::built_in(), now());
    let told: Vec<_> = errors.iter().map(|error| (error.code, error.suggestion.as_deref())).collect();
    let lost = FieldErrorCode::LeadingZero;
    assert_eq!(told, [(lost, Some("01234567")), (lost, Some("0453010000012345"))]);
}

#[test]
fn no_number_that_holds_is_refused_however_it_is_written() {
    for (kvk, bag, postcode) in [
        ("\u{202a}12345678\u{202c}", "NL.IMBAG.Pand.0453100000012345", "1971ab"),
        ("KvK 12345678", "0453010000012345", "NL-1971 AB"),
        ("12.34.56.78", "0453 0100 0001 2345", "1971 AB IJmuiden"),
        ("34123456 0000", "０４５３０１０００００１２３４５", "１９７１ AB"),
    ] {
        let mut form = observation();
        (form.place.exact.kvk, form.place.exact.bag, form.place.exact.postcode) =
            (kvk.into(), bag.into(), postcode.into());
        assert_eq!(codes(form), [], "{kvk}");
    }
}
