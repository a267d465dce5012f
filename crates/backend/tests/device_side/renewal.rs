//! The key directory is renewed before it runs out: devices follow it, and another root key signs nothing.

use baken_backend::admin::backup::backup;
use baken_backend::admin::renew::{RenewError, Renewal, Renewed};
use baken_backend::http::state::{AppState, StartError};
use baken_backend::register::SignedAnew;
use baken_backend::storage::UnitOfWork;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::receipt::{Receipt, ReceiptError};
use baken_protocol::signature::{SigningKey, VerifyingKey};
use chrono::TimeDelta;
use data_encoding::HEXLOWER;

use crate::backend::Backend;
use crate::device::Device;
use crate::register::database;

const PHOTO: &[u8] = b"age file of a photo";

fn in_force(backend: &Backend) -> baken_protocol::dsse::Verified<KeyDirectory> {
    let envelope = Envelope::from_json(&backend.storage.read(|tx| tx.key_directory()).unwrap()).unwrap();
    KeyDirectory::verify(envelope, &RootFingerprint::of(&backend.root.public())).unwrap()
}

fn renewed_with(backend: &Backend, key: &SigningKey) -> Result<Renewed, RenewError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, key.pkcs8()).unwrap();
    Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).renew()
}

#[test]
fn a_renewed_directory_follows_the_one_before_and_lasts_longer() {
    let backend = Backend::new();
    let before = in_force(&backend);
    backend.tamper(
        "INSERT INTO accounts (login, organisation, levels, recipient, wrapped_identity, created_at)
         VALUES ('coordinator', 'gemeente-velsen', '[]', 'age1', 'x', '2026-01-01')",
    );
    backend.tamper(
        "INSERT INTO team_key_shares (login, team, epoch, recipient, sealed)
         VALUES ('coordinator', 'team', 1, 'age1', 'sealed')",
    );
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
fn next_receipt_key(backend: &Backend) -> SignedAnew {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).receipt_key().unwrap().1
}

/// What the register holds of what the receipt key signed: by table and row, the envelope.
fn signed(backend: &Backend) -> Vec<(String, Envelope)> {
    let [receipt, certificate, statement] = ["receipt_envelope", "certificate_envelope", "envelope"].map(|envelope| {
        if database().is_some() { format!("encode({envelope}, 'hex')") } else { format!("hex({envelope})") }
    });
    let sql = format!(
        "SELECT 'batch ' || leaf_index || ': ' || {receipt} FROM batches
         UNION ALL SELECT 'device ' || device || ': ' || {certificate} FROM devices
         UNION ALL SELECT 'photo ' || operation || ': ' || {receipt} FROM attachments WHERE receipt_envelope IS NOT NULL
         UNION ALL SELECT 'log ' || position || ': ' || {statement} FROM log_continuations ORDER BY 1"
    );
    let row = |line: String| {
        let (name, bytes) = line.split_once(": ").unwrap();
        (name.to_owned(), Envelope::from_json(&HEXLOWER.decode(bytes.to_lowercase().as_bytes()).unwrap()).unwrap())
    };
    backend.register.ask(&sql).into_iter().map(row).collect()
}

/// More rows than are read at a time, and a photo: nothing is left out, and nothing of what was said is changed.
#[tokio::test]
async fn everything_the_closed_key_signed_is_signed_anew_as_it_was() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 600).await;
    let other = Device::enrolled(&backend, "Boa 2").await;
    other.send_with(&backend, &[PHOTO]).await;
    other.patch(&backend, Digest::of(PHOTO), 0, PHOTO).await;
    let before = signed(&backend);
    assert_eq!(before.len(), 600 + 2 + 2, "receipts, certificates and the receipt of a photo");
    let done = next_receipt_key(&backend);
    assert_eq!((done.messages, done.left), (604, 0));
    let backend = backend.restarted();
    let key = *in_force(&backend).payload.receipt_keys.in_use().unwrap();
    for ((name, was), (same, is)) in before.iter().zip(&signed(&backend)) {
        assert_eq!((name, &was.payload, was.digest()), (same, &is.payload, is.digest()));
        assert_eq!(is.keyid, key.fingerprint(), "{name}");
    }
    backend.assert_holds();
}

/// The register is not made good by whoever altered it: what does not hold stays what it is.
#[tokio::test]
async fn what_somebody_altered_is_not_signed_anew() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 2).await;
    backend.tamper(
        "UPDATE batches SET receipt_envelope = (SELECT certificate_envelope FROM devices) WHERE leaf_index = 1",
    );
    let done = next_receipt_key(&backend);
    assert_eq!((done.messages, done.left), (2, 1));
    assert_eq!(backend.restarted().report().faults.len(), 1, "and `verify` names it");
}

#[tokio::test]
async fn a_closed_key_signs_no_receipt_any_more_and_the_next_key_signs_from_then_on() {
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
        assert!(matches!(verify(batch, answer), Err(ReceiptError::Envelope(EnvelopeError::ClosedKey))));
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

/// Killed there, and renewed again before anything started: the next renewal fails, and the key that the register names is
/// there all the same.
#[test]
fn a_renewal_after_one_that_was_cut_short_finishes_that_one_before_anything_else() {
    let backend = Backend::new();
    let data = backend.data();
    let old = std::fs::read(data.receipt_key()).unwrap();
    next_receipt_key(&backend);
    std::fs::rename(data.receipt_key(), data.next_receipt_key()).unwrap();
    std::fs::write(data.receipt_key(), old).unwrap();
    backend.register.fill_up("key_directories", "true");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    let failed = Renewal::new(&data, &backend.storage, &backend.environment, &file).receipt_key();
    assert!(matches!(failed, Err(RenewError::Storage(_))));
    backend.register.make_room("key_directories");
    backend.restarted().assert_holds();
}

/// Nobody has the private key any more: the root key makes another, and the register goes on with all it holds.
#[tokio::test]
async fn a_register_whose_receipt_key_is_lost_says_the_way_out_and_goes_on_with_another() {
    let backend = Backend::new();
    Device::enrolled(&backend, "Boa 1").await.send_chain(&backend, 2).await;
    let data = backend.data();
    std::fs::remove_file(data.receipt_key()).unwrap();
    let opened = AppState::open(&data, backend.environment.clone()).err().unwrap();
    assert!(matches!(opened, StartError::ReceiptKey));
    let out = tempfile::tempdir().unwrap();
    let copied = backup(&data, &out.path().join("copy"), &backend.environment).unwrap_err();
    for said in [opened.to_string(), copied.to_string()] {
        assert!(said.contains("`baken-backend renew --data DIR --root-key FILE --new-receipt-key`"), "{said}");
    }
    assert_eq!(next_receipt_key(&backend).left, 0);
    backend.restarted().assert_holds();
}

#[test]
fn no_receipt_key_is_exchanged_under_a_running_server() {
    let backend = Backend::new();
    let _serving = backend.data().lock().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    let refused = Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).receipt_key();
    assert!(matches!(refused, Err(RenewError::Lock(_))));
    assert_eq!(in_force(&backend).payload.epoch, 1);
}

#[test]
fn a_time_zone_is_carried_on_and_changed_only_where_that_is_asked() {
    let backend = Backend::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    std::fs::write(&file, backend.root.pkcs8()).unwrap();
    let (data, storage) = (backend.data(), &backend.storage);
    let moved = || {
        let zone = "America/Kralendijk".parse().unwrap();
        Renewal::new(&data, storage, &backend.environment, &file).time_zone(zone)
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
    assert_eq!(storage.read(|tx| tx.installation()).unwrap().unwrap().time_zone.to_string(), "America/Kralendijk");
}
