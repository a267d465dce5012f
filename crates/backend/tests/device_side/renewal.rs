//! The key directory is renewed before it runs out: devices follow it, and another root key signs nothing.

use baken_backend::admin::renew::{RenewError, renew, renew_receipt_key, renew_time_zone};
use baken_backend::storage::Enrolments;
use baken_protocol::dsse::Envelope;
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::{SigningKey, VerifyingKey};
use chrono::TimeDelta;

use crate::backend::Backend;
use crate::device::Device;

fn in_force(backend: &Backend) -> baken_protocol::dsse::Verified<KeyDirectory> {
    let envelope = Envelope::from_json(&backend.storage.key_directory().unwrap()).unwrap();
    KeyDirectory::verify(envelope, &RootFingerprint::of(&backend.root.public())).unwrap()
}

fn renewed_with(backend: &Backend, key: &SigningKey) -> Result<baken_backend::admin::renew::Renewed, RenewError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, key.pkcs8()).unwrap();
    renew(&backend.storage, &backend.state.installation, &backend.environment, &file)
}

#[test]
fn a_renewed_directory_follows_the_one_before_and_lasts_longer() {
    let backend = Backend::new();
    let before = in_force(&backend);
    backend.tamper(
        "INSERT INTO accounts VALUES ('coordinator', 'x', 'gemeente-velsen', '[]', 'age1', 'x', '2026-01-01', NULL)",
    );
    backend.tamper("INSERT INTO team_key_shares VALUES ('coordinator', 'team', 1, 'age1', 'sealed')");
    backend.pass(TimeDelta::days(300));
    let renewed = renewed_with(&backend, &backend.root).unwrap();
    let after = in_force(&backend);
    KeyDirectory::check_succession(&before, &after).unwrap();
    assert_eq!((after.payload.epoch, after.payload.not_after), (2, renewed.not_after));
    assert!(after.payload.not_after - before.payload.not_after >= TimeDelta::days(299));
    assert_eq!(after.payload.recipients, before.payload.recipients);
    let share: String = backend.one("SELECT sealed FROM team_key_shares WHERE epoch = 2");
    assert_eq!(share, "sealed", "a member opens what is sealed from now on with the same key");
    backend.assert_holds();
}

#[test]
fn another_root_key_signs_nothing() {
    let backend = Backend::new();
    let stranger = SigningKey::generate(backend.environment.secure_random()).unwrap();
    assert!(matches!(renewed_with(&backend, &stranger), Err(RenewError::OtherRoot)));
    assert_eq!(in_force(&backend).payload.epoch, 1);
}

/// The next receipt key, made as the command line makes it.
fn next_receipt_key(backend: &Backend) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    let (data, storage) = (backend.data(), &backend.storage);
    renew_receipt_key(&data, storage, &backend.state.installation, &backend.environment, &file).unwrap();
}

#[tokio::test]
async fn receipts_outlive_their_key_and_the_next_key_signs_from_then_on() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let sent = device.send_chain(&backend, 2).await;
    let before = in_force(&backend);
    backend.pass(TimeDelta::days(1));
    next_receipt_key(&backend);
    let backend = backend.restarted();
    let after = in_force(&backend);
    KeyDirectory::check_succession(&before, &after).unwrap();
    let keys = &after.payload.receipt_keys;
    let verify = |batch: &baken_protocol::batch::Batch, answer: &crate::backend::Answer| {
        let envelope = Envelope::from_json(&answer.body).unwrap();
        Receipt::verify(envelope, keys, batch, device.hash(batch), &device.key.public())
    };
    for (batch, _, answer) in &sent {
        verify(batch, answer).expect("what the old key signed in its time holds");
    }
    let records = [device.record(&[])];
    let batch = device.batch(3, Some(sent[1].1), &records);
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    verify(&batch, &answer).unwrap();
    let envelope = Envelope::from_json(&answer.body).unwrap();
    assert_eq!(Some(envelope.keyid), keys.in_use().map(VerifyingKey::fingerprint));
    assert_ne!(Some(envelope.keyid), before.payload.receipt_keys.in_use().map(VerifyingKey::fingerprint));
    backend.assert_holds();
}

/// Killed between the register and the key's file: whoever starts next finishes it.
#[tokio::test]
async fn a_renewal_of_the_receipt_key_that_was_cut_short_is_finished_at_the_next_start() {
    let backend = Backend::new();
    next_receipt_key(&backend);
    let data = backend.data();
    let old = SigningKey::generate(backend.environment.secure_random()).unwrap();
    std::fs::rename(data.receipt_key(), data.next_receipt_key()).unwrap();
    std::fs::write(data.receipt_key(), old.pkcs8()).unwrap();
    let backend = backend.restarted();
    assert!(!data.next_receipt_key().exists());
    Device::enrolled(&backend, "Boa 1").await.send_chain(&backend, 1).await;
    backend.assert_holds();
}

#[test]
fn no_receipt_key_is_exchanged_under_a_running_server() {
    let backend = Backend::new();
    let _serving = backend.data().lock().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    let (data, storage) = (backend.data(), &backend.storage);
    let refused = renew_receipt_key(&data, storage, &backend.state.installation, &backend.environment, &file);
    assert!(matches!(refused, Err(RenewError::Lock(_))));
    assert_eq!(in_force(&backend).payload.epoch, 1);
}

#[test]
fn a_time_zone_is_carried_on_and_changed_only_where_that_is_asked() {
    let backend = Backend::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    let (data, storage, installation) = (backend.data(), &backend.storage, &backend.state.installation);
    let moved = || {
        let zone = "America/Kralendijk".parse().unwrap();
        renew_time_zone(&data, storage, installation, &backend.environment, &file, zone)
    };
    let serving = data.lock().unwrap();
    assert!(matches!(moved(), Err(RenewError::Lock(_))), "no server goes on in the old one");
    drop(serving);
    renewed_with(&backend, &backend.root).unwrap();
    assert_eq!(in_force(&backend).payload.time_zone.as_str(), "Europe/Amsterdam");
    moved().unwrap();
    renewed_with(&backend, &backend.root).unwrap();
    let after = in_force(&backend).payload;
    assert_eq!((after.epoch, after.time_zone.as_str()), (4, "America/Kralendijk"));
    assert_eq!(storage.installation().unwrap().unwrap().time_zone.to_string(), "America/Kralendijk");
}
