//! What `init` makes is what a device enrols at, and what `verify` holds to.

use std::fs;
use std::path::Path;

use baken_backend::admin::init::{InitError, InitOrder, NewMember, init};
use baken_backend::admin::invite::{InvitationOrder, invite};
use baken_backend::admin::verify::verify;
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::routes;
use baken_backend::http::state::AppState;
use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::time_zone::TimeZone;
use baken_protocol::dsse::{DsseEnvelope, Envelope};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::SigningKey;
use chrono::TimeDelta;

use crate::backend::{Backend, put, send};
use crate::device::{Device, enrolment_request};

fn order(folder: &Path) -> InitOrder {
    InitOrder {
        database: None,
        data: folder.join("data"),
        secrets: folder.join("secrets"),
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".to_owned(),
        address: "https://baken.example".parse().unwrap(),
        time_zone: TimeZone::default(),
        members: vec!["coordinator".parse().unwrap()],
    }
}

#[tokio::test]
async fn a_device_enrols_sends_and_is_verified_at_what_init_made() {
    let folder = tempfile::tempdir().unwrap();
    let (order, environment) = (order(folder.path()), Environment::system());
    init(&order, &environment).unwrap();
    let data = DataFolder::new(order.data.clone());
    let state = AppState::open(&data, environment.clone()).unwrap();
    let storage = SqliteStorage::open(&data.register()).unwrap();
    let invitation = InvitationOrder {
        label: "Boa 1".to_owned(),
        organisation: "gemeente-handhaving".parse().unwrap(),
        created_by: "operator".to_owned(),
        valid: TimeDelta::minutes(15),
    };
    let invitation = invite(&storage, &state.installation, &environment, invitation).unwrap().invitation;

    let device = Device::stranger(&Backend::new());
    let request = enrolment_request(invitation.code.as_str(), device.enrolment(&invitation.code).to_dsse());
    let answer = send(routes::router(state.clone()), request).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    let directory: DsseEnvelope = serde_json::from_value(answer.json()["keyDirectory"].clone()).unwrap();
    let directory = KeyDirectory::verify(Envelope::try_from(directory).unwrap(), &invitation.root).unwrap().payload;
    let device = device.with(&answer);
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    let bytes = device.push(&batch, &records).encode().unwrap();
    let answer = send(routes::router(state.clone()), put(device.own_chain(), 1, bytes)).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    let receipt = Envelope::from_json(&answer.body).unwrap();
    Receipt::verify(receipt, &directory.receipt_keys, &batch, device.hash(&batch), &device.key.public())
        .expect("the directory's key signs");
    let report = verify(&storage, &data.attachments(), &state.installation).unwrap();
    assert_eq!((report.faults, report.batches), (vec![], 1));

    let root = SigningKey::from_pkcs8(&fs::read(order.secrets.join("root.pkcs8")).unwrap()).unwrap();
    assert_eq!(root.public(), directory.root_key);
}

#[test]
fn no_secret_of_the_secrets_folder_lies_in_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let order = order(folder.path());
    init(&order, &Environment::system()).unwrap();
    let mut held = vec![];
    for path in [order.data.clone(), order.data.join("keys")] {
        for entry in fs::read_dir(path).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            held.extend(fs::read(entry.path()).unwrap());
        }
    }
    let holds = |secret: &[u8]| held.windows(secret.len()).any(|window| window == secret);
    let root = fs::read(order.secrets.join("root.pkcs8")).unwrap();
    assert!(!holds(&root[16..48]), "the root key's private half");
    let recovery = fs::read_to_string(order.secrets.join("recovery.age-identity.txt")).unwrap();
    assert!(!holds(recovery.trim().as_bytes()), "the recovery identity");
    let member: serde_json::Value =
        serde_json::from_slice(&fs::read(order.secrets.join("coordinator.json")).unwrap()).unwrap();
    for secret in ["password", "passphrase"] {
        assert!(!holds(member[secret].as_str().unwrap().as_bytes()), "{secret}");
    }
    assert!(holds(b"coordinator"), "the search finds what is there");
}

#[test]
fn a_second_init_changes_nothing_and_secrets_never_go_into_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let order = order(folder.path());
    let inside = InitOrder { secrets: order.data.join("secrets"), ..order.clone() };
    assert!(matches!(init(&inside, &Environment::system()), Err(InitError::SecretsInside)));
    assert!(!order.data.exists());
    let nobody = InitOrder { members: vec![], ..order.clone() };
    assert!(matches!(init(&nobody, &Environment::system()), Err(InitError::NoMember)));
    assert!(!order.data.exists());
    let again: NewMember = "coordinator:gemeente-velsen:team".parse().unwrap();
    let twice = InitOrder { members: [order.members.clone(), vec![again]].concat(), ..order.clone() };
    let refused = init(&twice, &Environment::system());
    assert!(matches!(refused, Err(InitError::MemberTwice(login)) if login == "coordinator"));
    assert!(!order.data.exists() && !order.secrets.exists(), "so the same folders can be named again");

    init(&order, &Environment::system()).unwrap();
    let files = ["root.pkcs8", "recovery.age-identity.txt", "coordinator.json"].map(|name| order.secrets.join(name));
    let read = || {
        let secrets = files.iter().map(|path| fs::read(path).unwrap());
        secrets.chain([fs::read(DataFolder::new(order.data.clone()).receipt_key()).unwrap()]).collect::<Vec<_>>()
    };
    let before = read();
    assert!(matches!(init(&order, &Environment::system()), Err(InitError::Exists)));
    assert_eq!(read(), before);
}

#[test]
fn an_address_that_devices_would_refuse_is_refused_and_one_they_take_is_kept_as_they_read_it() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in
        ["http://baken.example", "https://baken.example/deep", "https://a:b@baken.example", "ftp://baken.example"]
    {
        let order = InitOrder { address: wrong.parse().unwrap(), ..order(folder.path()) };
        assert!(matches!(init(&order, &Environment::system()), Err(InitError::Address(_))), "{wrong}");
        assert!(!order.data.exists() && !order.secrets.exists(), "{wrong}");
    }
}

#[test]
fn init_at_a_folder_somebody_serves_from_or_with_secrets_that_are_somebodys_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let order = order(folder.path());
    fs::create_dir(&order.data).unwrap();
    let serving = DataFolder::new(order.data.clone()).lock().unwrap();
    assert!(matches!(init(&order, &Environment::system()), Err(InitError::Lock(_))));
    assert!(!order.secrets.exists());
    drop(serving);
    init(&order, &Environment::system()).unwrap();
    let root = fs::read(order.secrets.join("root.pkcs8")).unwrap();
    let other = InitOrder { data: folder.path().join("other"), ..order.clone() };
    assert!(matches!(init(&other, &Environment::system()), Err(InitError::SecretsNotEmpty(_))));
    assert_eq!(fs::read(order.secrets.join("root.pkcs8")).unwrap(), root);
    assert!(!other.data.exists());
}
