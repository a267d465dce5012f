//! The key directory is renewed before it runs out: devices follow it, and another root key signs nothing.

use baken_backend::admin::renew::{RenewError, renew};
use baken_backend::storage::Enrolments;
use baken_protocol::dsse::Envelope;
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::SigningKey;
use chrono::TimeDelta;

use crate::backend::Backend;

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
