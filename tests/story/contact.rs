//! Contact moments: signed at a door without an inspection, sealed to care, corrected, and no observation in anybody's
//! numbers.

use baken_backend::admin::check::Verdict;
use baken_companion::sync::SyncOutcome;
use baken_companion::{ContactForm, DraftForm, Failure, FieldErrorCode, RecordKind, RecordState, RecordSummary};
use baken_protocol::record::{ConfidentialityLevel, SealedContact};
use baken_protocol::seal;
use uuid::Uuid;

use crate::console::Browser;
use crate::device::Device;
use crate::recovery::recovery_identity;
use crate::team_keys::Dossier;
use crate::world::World;

fn drafted(device: &Device, change: impl FnOnce(&mut ContactForm)) -> Uuid {
    let draft = device.store().start_draft(RecordKind::Contact).unwrap();
    let DraftForm::Contact(mut form) = draft.form else { panic!("a contact moment") };
    change(&mut form);
    device.store().save_draft(draft.id, &DraftForm::Contact(form)).unwrap();
    draft.id
}

fn answered(form: &mut ContactForm) {
    form.person.pseudonym = "Roos".into();
    form.person.language = "Roemeens".into();
    form.asked_for = vec!["arts".parse().unwrap()];
    form.given = vec!["kaart".parse().unwrap()];
    form.follow_up = Some("morgen".parse().unwrap());
    form.level = ConfidentialityLevel::Care;
}

fn met(device: &Device) -> RecordSummary {
    device.store().finalise(drafted(device, answered)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_moment_arrives_by_itself_and_is_no_observation() {
    let world = World::new().await;
    let device = world.device("a").await;
    let first = met(&device);
    assert_eq!((first.kind, first.inspection, first.title.as_str()), (RecordKind::Contact, None, "Roos"));
    let draft = device.store().start_amendment(first.operation).unwrap();
    let DraftForm::Contact(mut form) = draft.form else { panic!("a contact moment") };
    form.reason = "Het was een andere dag.".into();
    form.note = "Komt zelf langs.".into();
    device.store().save_draft(draft.id, &DraftForm::Contact(form)).unwrap();
    device.store().finalise(draft.id).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let home = device.store().home().unwrap();
    assert_eq!((home.contacts.acknowledged, home.observations.acknowledged), (1, 0));

    let browser = Browser::sign_in(&world, "coordinator").await;
    assert_eq!(browser.json("observations").await["total"], 0, "the inbox and its numbers");
    let page = browser.json("contacts").await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "one contact moment is one line: {items:?}");
    assert_eq!((items[0]["followUp"].as_str(), items[0]["level"].as_str()), (Some("morgen"), Some("zorg")));
    assert!(items[0]["amendedAt"].is_string());
    let operation = items[0]["operation"].as_str().unwrap().to_owned();
    let detail = browser.json(&format!("contacts/{operation}")).await;
    assert_eq!((detail["action"].as_str(), detail["contact"].as_str()), (Some("amend"), items[0]["contact"].as_str()));
    let sealed = browser.get(&format!("operations/{operation}/sealed")).await.bytes().await.unwrap();
    let text = seal::open(&sealed, &recovery_identity(&world)).unwrap();
    let said = SealedContact::parse(&text).unwrap();
    assert_eq!((said.person.pseudonym.as_str(), said.note.as_str()), ("Roos", "Komt zelf langs."));
    assert!(!said.person.id.0.is_nil(), "whoever is met again is the same by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_of_care_sees_no_contact_moment_of_that_level() {
    let world = World::new().await;
    let device = world.device("a").await;
    device
        .store()
        .finalise(drafted(&device, |form| {
            answered(form);
            form.level = ConfidentialityLevel::Own;
        }))
        .unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let browser = Browser::sign_in(&world, "coordinator").await;
    let page = browser.json("contacts").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 0, "it is for its own organisation alone: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_met_before_is_there_to_choose_and_found_by_their_words() {
    let world = World::new().await;
    let device = world.device("a").await;
    met(&device);
    let draft = drafted(&device, |form| assert!(form.person.pseudonym.is_empty(), "nobody is chosen"));
    let earlier = device.store().earlier(draft).unwrap();
    let names: Vec<_> = earlier.persons.iter().map(|person| (&*person.pseudonym, &*person.language)).collect();
    assert_eq!(names, [("Roos", "Roemeens")]);
    assert!(earlier.persons[0].consents.is_empty(), "consent is asked anew");
    let wanted = baken_companion::Wanted { words: "roos".into(), ..Default::default() };
    assert_eq!(device.store().record_page(&wanted, None, 10).unwrap().total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_is_named_and_nothing_beside_something_is_refused() {
    let world = World::new().await;
    let device = world.device("a").await;
    let empty = drafted(&device, |_| ());
    let Err(Failure::Invalid(errors)) = device.store().finalise(empty) else { panic!("it lacks answers") };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["person.pseudonym", "askedFor", "given", "followUp"]);
    let both = drafted(&device, |form| {
        answered(form);
        form.given.push("niets".parse().unwrap());
    });
    let Err(Failure::Invalid(errors)) = device.store().finalise(both) else { panic!("nothing and something") };
    assert_eq!((errors[0].field.as_str(), errors[0].code), ("given", FieldErrorCode::Contradiction));
    let unknown = drafted(&device, |form| {
        answered(form);
        form.follow_up = Some("ooit".parse().unwrap());
    });
    let Err(Failure::Invalid(errors)) = device.store().finalise(unknown) else { panic!("no such code") };
    assert_eq!((errors[0].field.as_str(), errors[0].code), ("followUp", FieldErrorCode::Invalid));
    let number = drafted(&device, |form| {
        answered(form);
        form.note = "111222333".into();
    });
    let Err(Failure::Invalid(errors)) = device.store().finalise(number) else { panic!("a citizen number") };
    assert_eq!((errors[0].field.as_str(), errors[0].code), ("note", FieldErrorCode::CitizenNumber));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_moment_that_is_taken_back_stays_in_the_list_as_that() {
    let world = World::new().await;
    let device = world.device("a").await;
    let record = met(&device);
    device.store().retract(record.operation, "dubbel").unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.store().record(record.operation).unwrap().summary.state, RecordState::Acknowledged);
    let browser = Browser::sign_in(&world, "coordinator").await;
    let page = browser.json("contacts").await;
    assert!(page["items"][0]["retractedAt"].is_string(), "{page}");
    let operation = page["items"][0]["operation"].as_str().unwrap();
    assert_eq!(Dossier::of(&world, operation).judged(None).0, Verdict::Holds);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_moment_starts_with_care_or_with_the_own_organisation_and_never_with_everybody() {
    let world = World::new().await;
    let level = |device: &Device| match device.store().start_draft(RecordKind::Contact).unwrap().form {
        DraftForm::Contact(form) => form.level,
        DraftForm::Inspection(_) | DraftForm::Observation(_) | DraftForm::Participation(_) => {
            panic!("a contact moment")
        }
    };
    assert_eq!(level(&world.device_of("o", "scharlaken-koord").await), ConfidentialityLevel::Care);
    assert_eq!(level(&world.device("a").await), ConfidentialityLevel::Own);
}
