//! Persons of an inspection: the same P1 in each of its observations, sealed, and carried forward without being asked again. What
//! says this travels apart from what every backend reads.

use baken_backend::admin::check::Verdict;
use baken_companion::sync::SyncOutcome;
use baken_companion::{DraftForm, Failure, FieldErrorCode, ObservationForm, PersonForm, RecordKind, RecordSummary};
use baken_protocol::ids::PersonId;
use baken_protocol::record::{ConfidentialityLevel, FullObservation, UrgentCall};
use baken_protocol::seal;
use uuid::Uuid;

use crate::console::Browser;
use crate::device::{Device, noise};
use crate::recovery::recovery_identity;
use crate::team_keys::Dossier;
use crate::world::World;

fn aboard(device: &Device) {
    let store = device.store();
    let draft = store.start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(mut form) = draft.form else { panic!("an inspection") };
    form.place.kind = Some("zeeschip".parse().unwrap());
    form.place.exact.name = "Noordster".into();
    form.ground = Some("awb-5-15".parse().unwrap());
    store.save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    store.finalise(draft.id).unwrap();
}

fn drafted(device: &Device, narrative: &str, change: impl FnOnce(&mut ObservationForm)) -> Uuid {
    let draft = device.draft(narrative);
    let DraftForm::Observation(mut form) = device.store().draft(draft).unwrap().form else { panic!("an observation") };
    change(&mut form);
    device.store().save_draft(draft, &DraftForm::Observation(form)).unwrap();
    draft
}

fn person(number: u32, id: u128) -> PersonForm {
    let pseudonym = format!("P{number}");
    PersonForm { id: Some(PersonId(Uuid::from_u128(id))), pseudonym, ..PersonForm::default() }
}

async fn sealed(world: &World, record: &RecordSummary) -> (FullObservation, String) {
    let browser = Browser::sign_in(world, "coordinator").await;
    let page = browser.json("observations").await;
    let ends = record.operation.to_string();
    let items = page["items"].as_array().unwrap();
    let all = items.iter().map(|item| item["operation"].as_str().unwrap());
    let operation = all.clone().find(|operation| operation.ends_with(&ends)).unwrap().to_owned();
    let sealed = browser.get(&format!("operations/{operation}/sealed")).await.bytes().await.unwrap();
    let text = seal::open(&sealed, &recovery_identity(world)).unwrap();
    (FullObservation::parse(&text).unwrap(), operation)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_met_twice_in_an_inspection_is_the_same_person_in_what_arrives() {
    let world = World::new().await;
    let device = world.device("a").await;
    aboard(&device);
    let plain = device.record("niemand gezien");
    let first = drafted(&device, "P1 in hut 12", |form| {
        form.persons = vec![PersonForm { description: "hut 12".into(), ..person(1, 7) }];
        form.call = Some(UrgentCall { called: true, at: "2026-11-25T12:00:00Z".parse().unwrap() });
        form.indicators = vec!["V6".parse().unwrap()];
    });
    let photo = device.store().add_photo(first, &noise(60, 40)).unwrap();
    let other = device.store().add_photo(first, &noise(61, 40)).unwrap();
    device.store().caption_photo(photo.id, "  het slot ").unwrap();
    device.store().order_photos(first, &[other.id, photo.id]).unwrap();
    let first = device.store().finalise(first).unwrap();

    let begun = device.draft("P1 weer");
    let earlier = device.store().earlier(begun).unwrap();
    assert_eq!(earlier.persons.iter().map(|one| one.description.as_str()).collect::<Vec<_>>(), ["hut 12"]);
    assert_eq!(earlier.indicators, ["V6".parse().unwrap()]);
    assert_eq!(earlier.place.unwrap().exact.name, "Noordster");
    let second = drafted(&device, "P1 is bang", |form| form.persons.clone_from(&earlier.persons));
    let second = device.store().finalise(second).unwrap();
    let taken_back = device.store().retract(first.operation, "verkeerde hut").unwrap();
    assert_eq!(taken_back.entity, first.entity);

    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.has_receipts_of([&plain, &first, &second]);
    let (text, operation) = sealed(&world, &second).await;
    assert_eq!(text.persons[0].id, PersonId(Uuid::from_u128(7)));
    assert_eq!((text.persons[0].description.as_str(), text.call, text.reason.as_str()), ("hut 12", None, ""));
    assert_eq!(Dossier::of(&world, &operation).judged(Some(&recovery_identity(&world))), (Verdict::Holds, 1));
    let detail = device.store().record(first.operation).unwrap();
    let captions: Vec<_> = detail.photos.iter().map(|photo| photo.caption.as_str()).collect();
    assert_eq!(captions, ["", "het slot"], "in the order that was given");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_stands_once_in_an_observation_and_none_is_left_without_an_id() {
    let world = World::new().await;
    let device = world.device("a").await;
    let twice = drafted(&device, "P1 en P2", |form| form.persons = vec![person(1, 7), person(2, 7)]);
    let Err(Failure::Invalid(errors)) = device.store().finalise(twice) else { panic!("signed") };
    let found: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(found, [("persons", FieldErrorCode::Contradiction)]);

    let mixed = drafted(&device, "P1 en P2", |form| {
        form.persons = vec![person(1, 7), PersonForm { pseudonym: "P2".into(), ..PersonForm::default() }];
    });
    let mixed = device.store().finalise(mixed).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let (text, _) = sealed(&world, &mixed).await;
    assert!(!text.persons[1].id.0.is_nil());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_secret_by_profession_starts_secret_and_goes_on_as_it_was_chosen() {
    let world = World::new().await;
    let level = |device: &Device| {
        let DraftForm::Observation(form) = device.store().start_draft(RecordKind::Observation).unwrap().form else {
            panic!("an observation")
        };
        form.level
    };
    let outreach = world.device_of("o", "scharlaken-koord").await;
    assert_eq!(level(&outreach), ConfidentialityLevel::Care);
    let device = world.device("a").await;
    aboard(&device);
    assert_eq!(level(&device), ConfidentialityLevel::Team);
    let secret = drafted(&device, "alleen voor zorg", |form| form.level = ConfidentialityLevel::Care);
    device.store().finalise(secret).unwrap();
    assert_eq!(level(&device), ConfidentialityLevel::Care, "within the inspection");
    device.store().close_inspection().unwrap();
    assert_eq!(level(&device), ConfidentialityLevel::Team, "and no further");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_save_tells_which_questions_have_no_answer() {
    let world = World::new().await;
    let device = world.device("a").await;
    let store = device.store();
    let draft = store.start_draft(RecordKind::Observation).unwrap();
    assert_eq!(draft.unanswered, ["place.kind", "forms", "basis", "urgency", "narrative"]);
    let DraftForm::Observation(mut form) = draft.form else { panic!("an observation") };
    form.narrative = "hut 12".into();
    form.basis = Some("waarneming".parse().unwrap());
    let saved = store.save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
    assert_eq!(saved.unanswered, ["place.kind", "forms", "urgency"]);
    assert_eq!(store.draft(draft.id).unwrap().unanswered, saved.unanswered, "opened again it says so again");
    let record = device.record("hut 12");
    assert_eq!(store.start_amendment(record.operation).unwrap().unanswered, ["reason"]);
}

/// Typing "P1" must not put into a record for all coordinators what was described for those who arrange care.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_described_for_care_alone_is_known_by_a_number_where_all_coordinators_read() {
    let world = World::new().await;
    let device = world.device("a").await;
    aboard(&device);
    let secret = drafted(&device, "P1 wil weg", |form| {
        form.level = ConfidentialityLevel::Care;
        form.persons = vec![PersonForm { description: "zwanger".into(), needs: "arts".into(), ..person(1, 7) }];
    });
    device.store().finalise(secret).unwrap();
    let known_at = |level| {
        let begun = drafted(&device, "P1", |form| form.level = level);
        let known = device.store().earlier(begun).unwrap().persons;
        device.store().discard_draft(begun).unwrap();
        known
    };
    let (all, care) = (known_at(ConfidentialityLevel::Team), known_at(ConfidentialityLevel::Care));
    assert_eq!(all, [PersonForm { id: care[0].id, pseudonym: "P1".into(), ..PersonForm::default() }]);
    assert_eq!((care[0].description.as_str(), care[0].needs.as_str()), ("zwanger", "arts"));
}
