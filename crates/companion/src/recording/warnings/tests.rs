#![allow(clippy::unwrap_used, reason = "tests")]

use baken_protocol::record::{ConfidentialityLevel, ExactPlace};

use super::*;
use crate::recording::forms::{ObservationForm, PersonForm};

fn now() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn observation() -> ObservationForm {
    ObservationForm {
        inspection: None,
        inspection_of: None,
        observed_at: Some(now()),
        observed_typed: None,
        place: PlaceForm::default(),
        forms: vec![],
        indicators: vec![],
        basis: None,
        narrative: String::new(),
        persons: vec![],
        urgency: None,
        call: None,
        actions: vec![],
        level: ConfidentialityLevel::Team,
        reason: String::new(),
        not_citizen_numbers: vec![],
        confirmed: vec![],
    }
}

fn exactly(exact: ExactPlace) -> PlaceForm {
    PlaceForm { exact, ..PlaceForm::default() }
}

fn told(form: ObservationForm) -> Vec<(String, WarningCode)> {
    let found = warnings(&DraftForm::Observation(form), now());
    found.into_iter().map(|warning| (warning.field, warning.code)).collect()
}

#[test]
fn a_citizen_number_is_found_in_every_text_that_leaves() {
    let number = "111\u{200b}222\n333";
    let text = || number.to_owned();
    let place = exactly(ExactPlace::default().with_texts(|_| text()));
    let person = PersonForm { pseudonym: text(), description: text(), ..PersonForm::default() };
    let form = ObservationForm { place: place.clone(), narrative: text(), persons: vec![person], ..observation() };
    let found = told(form.clone()).into_iter().filter(|(_, code)| *code == WarningCode::Bsn);
    let mut fields: Vec<String> = found.map(|(field, _)| field).collect();
    let mut expected: Vec<String> = place.texts().map(|(field, _)| field).collect();
    expected.extend(["narrative", "persons.0.description", "persons.0.pseudonym"].map(str::to_owned));
    fields.sort();
    expected.sort();
    assert_eq!(fields, expected);
    let cleared = ObservationForm { not_citizen_numbers: vec!["111222333".into()], ..form };
    assert!(told(cleared).iter().all(|(_, code)| *code != WarningCode::Bsn), "one number, however it is written");
}

#[test]
fn no_number_that_holds_is_warned_about() {
    // 244123457 passes as a citizen number, and is a ship's all the same.
    for mmsi in ["244123456", "244123457", "MMSI 244-123-457"] {
        let place = exactly(ExactPlace { mmsi: mmsi.into(), ..ExactPlace::default() });
        assert_eq!(told(ObservationForm { place, ..observation() }), [], "{mmsi}");
    }
    for imo in ["9074729", "IMO No. 9074729", "IMO-9074729", "\u{feff}IMO 9074729", "９０７４７２９", "907-4729"]
    {
        let place = exactly(ExactPlace { imo: imo.into(), eni: "ENI 02325641".into(), ..ExactPlace::default() });
        assert_eq!(told(ObservationForm { place, ..observation() }), [], "{imo}");
    }
}

#[test]
fn a_lost_zero_is_said() {
    let place = exactly(ExactPlace { eni: "2325641".into(), ..ExactPlace::default() });
    let found = warnings(&DraftForm::Observation(ObservationForm { place, ..observation() }), now());
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((warning.code, warning.suggestion.as_deref()), (WarningCode::LeadingZero, Some("02325641")));
    assert_eq!(warning.confirm, None, "a ship may carry it so");
}

#[test]
fn exchanged_coordinates_come_with_what_they_would_be() {
    let place = PlaceForm { coordinates_typed: "4°34.39'N 52°27.80'E".into(), ..PlaceForm::default() };
    let found = warnings(&DraftForm::Observation(ObservationForm { place, ..observation() }), now());
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(warning.code, WarningCode::CoordinatesSwapped);
    assert_eq!(warning.suggestion.as_deref(), Some("52.463333, 4.573167"));
    let put_right = PlaceForm { coordinates_typed: warning.suggestion.clone().unwrap(), ..PlaceForm::default() };
    assert_eq!(told(ObservationForm { place: put_right, ..observation() }), []);
}

#[test]
fn what_cannot_be_read_is_said_while_one_types() {
    let place = PlaceForm { coordinates_typed: "52.46".into(), ..PlaceForm::default() };
    let unread = [("place.coordinates".to_owned(), WarningCode::CoordinatesUnread)];
    assert_eq!(told(ObservationForm { place, ..observation() }), unread);
}
