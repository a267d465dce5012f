//! What the municipality gives to work with comes to the device, is there without a network, and nothing else is believed.

use baken_backend::content::{ContentError, load, read};
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::{DeviceRequest, UnitOfWork};
use baken_companion::sync::SyncOutcome;
use baken_companion::{Clock, DraftForm, Failure, FailureCode, SystemClock};
use baken_protocol::catalogue::{Catalogue, CatalogueKind, ContentReference};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::DeviceId;
use baken_protocol::signature::SigningKey;
use chrono::TimeDelta;

use crate::device::Device;
use crate::meddler::Meddler;
use crate::world::World;

const PLACES: &str = "\u{feff}Soort;Naam;Adres;Postcode;Wijk;IMO\r\n\
    Hotel of pension;Hotel De Pier;Kennemerboulevard 250;1976 EF;;\r\n\
    zeeschip;AURORA;;;;9074729\r\n";
const PHONES: &str = r#"{"phones":[{"code":"zorgcoordinator","nl":"Zorg","en":"Care","number":"0255 567 200"}]}"#;

fn cards(title: &str) -> String {
    format!(
        r#"{{"cards":[{{"code":"zorg","group":"guidance","calls":["zorgcoordinator"],"source":"Gemeente Velsen",
            "texts":[{{"language":"nl","title":"{title}","blocks":[{{"text":"Bel."}}]}}]}}]}}"#
    )
}

fn planned(days: i64) -> String {
    let at = |hours| {
        (SystemClock::default().now() + TimeDelta::days(days) + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ")
    };
    format!(
        r#"{{"inspections":[{{"code":"pier","name":"Hotels aan zee","startsAt":"{}","endsAt":"{}",
            "place":{{"kind":"hotel","name":"Hotel De Pier","address":"Kennemerboulevard 250"}},
            "organisations":["politie"],"ground":"awb-5-15"}}]}}"#,
        at(0),
        at(4)
    )
}

impl World {
    fn give(&self, kind: CatalogueKind, file: &str) -> Result<u64, ContentError> {
        let read = read(kind, file.as_bytes())?;
        let folder = DataFolder::new(self.data().clone());
        load(&folder, &self.storage(), &Environment::system(), kind, &read, 366).map(|loaded| loaded.version)
    }

    fn give_everything(&self) {
        self.give(CatalogueKind::Places, PLACES).unwrap();
        self.give(CatalogueKind::Cards, &cards("Naar de zorg")).unwrap();
        self.give(CatalogueKind::Settings, PHONES).unwrap();
        self.give(CatalogueKind::Inspections, &planned(0)).unwrap();
    }

    /// What the backend offers, in its own words.
    fn offered(&self) -> Vec<Envelope> {
        let rows = self.storage().read(|tx| tx.catalogues()).unwrap();
        rows.iter().map(|(_, bytes)| Envelope::from_json(bytes).unwrap()).collect()
    }

    fn content_key(&self) -> SigningKey {
        SigningKey::from_pkcs8(&std::fs::read(self.data().join("keys/content.pkcs8")).unwrap()).unwrap()
    }
}

fn answer(envelopes: &[Envelope]) -> Vec<u8> {
    let all: Vec<_> = envelopes.iter().map(Envelope::to_dsse).collect();
    serde_json::to_vec(&all).unwrap()
}

fn found(device: &Device, question: &str) -> Vec<String> {
    device.store().search_places(question).unwrap().places.into_iter().map(|place| place.exact.name).collect()
}

/// The title and the author of a card.
fn card(device: &Device, code: &str) -> (String, String) {
    let shelf = device.store().reference_shelf().unwrap();
    let found = shelf.cards.into_iter().find(|it| it.card.code.as_str() == code).unwrap().card;
    (found.texts[0].title.clone(), found.source)
}

const REFUSED: SyncOutcome = SyncOutcome::Failed(FailureCode::ContentRefused);
const OLDER: SyncOutcome = SyncOutcome::Failed(FailureCode::ContentOlder);

#[tokio::test(flavor = "multi_thread")]
async fn places_cards_numbers_and_a_planned_inspection_are_there_without_a_network() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    assert_eq!(device.sync().await, SyncOutcome::Done, "a municipality that gave nothing");
    assert_eq!((found(&device, "pier").len(), device.store().planned_inspections().unwrap().len()), (0, 0));
    assert!(card(&device, "zorg").1.starts_with("Voorbeeld"), "what is built in is there at once");
    world.give_everything();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    world.stop().await;

    let device = device.restart();
    assert_eq!(found(&device, "kennemer 250"), ["Hotel De Pier"]);
    assert_eq!(found(&device, "9074729"), ["AURORA"]);
    assert_eq!(card(&device, "zorg"), ("Naar de zorg".into(), "Gemeente Velsen".into()));
    let shelf = device.store().reference_shelf().unwrap();
    assert_eq!((shelf.phones[0].number.as_str(), shelf.old), ("0255 567 200", false));
    let planned = device.store().planned_inspections().unwrap();
    let draft = device.store().start_planned(&planned[0].code).unwrap();
    let DraftForm::Inspection(form) = draft.form else { panic!("an inspection") };
    assert_eq!(form.place.exact.name, "Hotel De Pier");
    assert_eq!(form.organisations.len(), 2, "whoever carries the device, and the police: {:?}", form.organisations);
    device.store().finalise(draft.id).unwrap();
    let open = device.store().home().unwrap().inspection.unwrap();
    assert_eq!((open.place_name.as_str(), open.ground.as_str()), ("Hotel De Pier", "awb-5-15"));
    let unknown = device.store().start_planned(&"nergens".parse().unwrap());
    assert!(matches!(unknown, Err(Failure::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_list_takes_the_place_of_the_one_before_and_is_fetched_once() {
    let world = World::new().await;
    let device = world.device("a").await;
    world.give_everything();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let first = world.give(CatalogueKind::Places, "soort,naam\nloods,Loods 7\n").unwrap();
    let second = world.give(CatalogueKind::Places, "soort,naam\nloods,Loods 8\n").unwrap();
    assert!(second > first, "in one second too");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!((found(&device, "pier"), found(&device, "loods")), (vec![], vec!["Loods 8".into()]));
    let mut nothing_to_fetch = Meddler::honest(&device.store());
    nothing_to_fetch.after_content = Box::new(|_| panic!("it is held already"));
    assert_eq!(device.sync_over(nothing_to_fetch).await, SyncOutcome::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tampered_with_is_refused_and_named_and_keeps_nothing_else_away() {
    let world = World::new().await;
    let device = world.device("a").await;
    world.give_everything();
    let honest = world.offered();
    let altered = |change: fn(&mut Envelope)| {
        let mut envelopes = honest.clone();
        change(&mut envelopes[0]);
        answer(&envelopes)
    };
    let stranger = SigningKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    let receipt = std::fs::read(world.data().join("keys/receipt.pkcs8")).unwrap();
    let signed = |key: &SigningKey, change: fn(&mut Catalogue)| {
        let mut catalogue = honest[0].peek::<Catalogue>().unwrap();
        change(&mut catalogue);
        answer(&[&[Envelope::sign(&catalogue, key).unwrap()], &honest[1..]].concat())
    };
    let ours = world.content_key();
    for (name, offered) in [
        ("one bit of it", altered(|it| it.payload[40] ^= 1)),
        ("a stranger's", signed(&stranger, |_| ())),
        ("the receipt key's", signed(&SigningKey::from_pkcs8(&receipt).unwrap(), |_| ())),
        ("another municipality's", signed(&ours, |it| it.tenant = "GM0392".parse().unwrap())),
        ("without an end", signed(&ours, |it| it.not_after = it.issued_at)),
        ("of no size", signed(&ours, |it| it.content.size_bytes = 0)),
        ("larger than any", signed(&ours, |it| it.content.size_bytes = u32::MAX)),
    ] {
        let device = world.device(name).await;
        let mut forger = Meddler::honest(&device.store());
        forger.catalogues = Some(offered);
        assert_eq!(device.sync_over(forger).await, REFUSED, "{name}");
        assert_eq!(card(&device, "zorg").1.as_str(), "Voorbeeld bij de app; de gemeente bevestigt of vervangt het");
        assert_eq!(found(&device, "pier"), ["Hotel De Pier"], "{name}: the others are taken in");
        assert_eq!(device.sync().await, SyncOutcome::Done, "an honest backend is believed again");
        assert_eq!(card(&device, "zorg").1, "Gemeente Velsen");
    }
    let mut forger = Meddler::honest(&device.store());
    forger.after_content = Box::new(|content| String::from_utf8(content).unwrap().replace("Bel.", "Zwijg.").into());
    assert_eq!(device.sync_over(forger).await, REFUSED, "another content than was signed");
    assert!(card(&device, "zorg").1.starts_with("Voorbeeld"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_list_is_refused_and_named_and_one_of_a_later_kind_is_passed_over() {
    let world = World::new().await;
    let device = world.device("a").await;
    world.give_everything();
    let before = world.offered();
    world.give(CatalogueKind::Cards, &cards("Nieuwer")).unwrap();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let mut restored = Meddler::honest(&device.store());
    restored.catalogues = Some(answer(&before));
    assert_eq!(device.sync_over(restored).await, OLDER);
    assert_eq!(card(&device, "zorg").0, "Nieuwer");
    let later = Catalogue {
        kind: "duties".parse().unwrap(),
        content: ContentReference { sha256: Digest::of(b"?"), size_bytes: 1 },
        ..before[0].peek::<Catalogue>().unwrap()
    };
    let later = Envelope::sign(&later, &world.content_key()).unwrap();
    let mut newer = Meddler::honest(&device.store());
    newer.catalogues = Some(answer(&[later]));
    assert_eq!(device.sync_over(newer).await, SyncOutcome::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_used_on_and_said_to_be_old_and_not_taken_in() {
    let world = World::new().await;
    let (device, late) = (world.device("a").await, world.device("b").await);
    world.give_everything();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    device.pass(400 * 86_400);
    assert!(device.store().reference_shelf().unwrap().old);
    assert!(device.store().search_places("pier").unwrap().old);
    assert_eq!(found(&device, "pier"), ["Hotel De Pier"]);
    assert!(device.store().planned_inspections().unwrap().is_empty(), "it was long ago");
    let over = |envelope: &Envelope| {
        let said = envelope.peek::<Catalogue>().unwrap();
        let (issued_at, not_after) = (said.issued_at - TimeDelta::days(9), said.issued_at - TimeDelta::days(1));
        Envelope::sign(&Catalogue { issued_at, not_after, ..said }, &world.content_key()).unwrap()
    };
    let mut replaying = Meddler::honest(&late.store());
    replaying.catalogues = Some(answer(&world.offered().iter().map(over).collect::<Vec<_>>()));
    assert_eq!(late.sync_over(replaying).await, SyncOutcome::Done);
    assert_eq!(found(&late, "pier"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_content_key_counts_with_the_next_directory_and_the_one_before_no_more() {
    let mut world = World::new().await;
    let (device, fresh) = (world.device("a").await, world.device("b").await);
    world.give_everything();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let old = world.content_key();
    world.stop().await;
    let (_, anew) = world.renewing(|renewal| renewal.content_key()).unwrap();
    assert_eq!((anew.messages, anew.left), (4, 0));
    world.serve().await;

    // Whoever has the old key signs the highest number there is.
    let forged = Catalogue { version: 1 << 53, ..world.offered()[0].peek::<Catalogue>().unwrap() };
    let mut thief = Meddler::honest(&device.store());
    thief.catalogues = Some(answer(&[Envelope::sign(&forged, &old).unwrap()]));
    assert_eq!(device.sync_over(thief).await, REFUSED);

    assert_eq!(device.sync().await, SyncOutcome::Done);
    world.give(CatalogueKind::Cards, &cards("Onder de nieuwe sleutel")).unwrap();
    for device in [&device, &fresh] {
        assert_eq!(device.sync().await, SyncOutcome::Done);
        assert_eq!(card(device, "zorg").0, "Onder de nieuwe sleutel");
        assert_eq!(found(device, "pier"), ["Hotel De Pier"]);
    }
}

/// Killed after the register names the next key, and before the key's file has its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_content_key_that_was_cut_short_is_gone_on_from() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    let keys = world.data().join("keys");
    let before = std::fs::read(keys.join("content.pkcs8")).unwrap();
    world.stop().await;
    world.renewing(|renewal| renewal.content_key()).unwrap();
    std::fs::rename(keys.join("content.pkcs8"), keys.join("content.next.pkcs8")).unwrap();
    std::fs::write(keys.join("content.pkcs8"), before).unwrap();
    world.serve().await;
    world.give_everything();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    let copy = crate::backups::backed_up(&world);
    crate::backups::restored(&mut world, &copy).await;
    world.give(CatalogueKind::Cards, &cards("Uit de kopie")).unwrap();
}

/// Whoever had the key before it was changed may have signed any number with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_the_old_key_signed_shuts_no_device_out() {
    let mut world = World::new().await;
    let device = world.device("a").await;
    world.give_everything();
    let forged = Catalogue { version: 1 << 53, ..world.offered()[0].peek::<Catalogue>().unwrap() };
    let mut thief = Meddler::honest(&device.store());
    thief.catalogues = Some(answer(&[Envelope::sign(&forged, &world.content_key()).unwrap()]));
    assert_eq!(device.sync_over(thief).await, SyncOutcome::Done, "nobody can tell it yet");
    assert_eq!(device.sync().await, OLDER);
    world.stop().await;
    world.renewing(|renewal| renewal.content_key()).unwrap();
    world.serve().await;
    assert_eq!(device.sync().await, SyncOutcome::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_given_nothing_more() {
    let world = World::new().await;
    let device = world.device("a").await;
    let id = world.storage().read(|tx| tx.devices(&DeviceRequest::first(1))).unwrap()[0].device;
    world.storage().write(|tx| tx.revoke(DeviceId(id), "operator", "kwijt", SystemClock::default().now())).unwrap();
    world.give_everything();
    device.sync().await;
    assert_eq!(found(&device, "pier"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_faults_changes_nothing_and_without_the_key_nothing_is_signed() {
    let world = World::new().await;
    let device = world.device("a").await;
    world.give_everything();
    let error = world.give(CatalogueKind::Places, "soort,naam\nkasteel,X\nhotel,\n").unwrap_err();
    assert!(matches!(&error, ContentError::File(found) if found.len() == 2), "{error}");
    let key = world.data().join("keys/content.pkcs8");
    let stranger = SigningKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    std::fs::write(&key, stranger.pkcs8()).unwrap();
    let error = world.give(CatalogueKind::Cards, &cards("Vals")).unwrap_err();
    assert!(matches!(error, ContentError::Key), "{error}");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!((card(&device, "zorg").0.as_str(), found(&device, "pier").len()), ("Naar de zorg", 1));
}
