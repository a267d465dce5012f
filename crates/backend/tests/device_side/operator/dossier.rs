//! A dossier as a court has it: checked by Python and openssl alone, and every part of it exchanged once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use baken_backend::admin::dossier::{DossierError, dossier};
use baken_protocol::digest::Digest;
use baken_protocol::ids::RecordId;
use tempfile::TempDir;

use crate::backend::Backend;
use crate::device::Device;

const PHOTO: &[u8] = b"age file of a photo";

async fn backend() -> (Backend, RecordId) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[PHOTO]), device.record(&[])];
    device.send(&backend, &device.batch(1, None, &records), &records).await;
    (backend, records[0].operation.id())
}

fn write(backend: &Backend, operation: RecordId, out: &Path) -> Result<(), DossierError> {
    let (state, attachments) = (&backend.state, backend.data().attachments());
    dossier(&backend.storage, &attachments, &state.installation, &backend.environment, operation, out)
}

/// A dossier of a record with a photo, and its root key's fingerprint.
async fn made() -> (TempDir, PathBuf, String) {
    let (backend, operation) = backend().await;
    fs::write(backend.data().attachments().join(Digest::of(PHOTO).to_string()), PHOTO).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("dossier");
    write(&backend, operation, &out).unwrap();
    (folder, out, backend.root.public().fingerprint().to_string())
}

/// Whether the check succeeds, and what it prints.
fn checked(dossier: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("python3").arg("check.py").args(arguments).current_dir(dossier).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_sound_dossier_holds_and_says_so_line_by_line() {
    let (_folder, out, root) = made().await;
    let (holds, said) = checked(&out, &[&root]);
    assert!(holds, "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("holds: ")).count(), 14, "{said}");
    assert!(said.contains("received 2026-11-23T10:00:00Z\nas entry 0 of 127.0.0.1/baken/GM0453\n"), "{said}");
    let grouped: Vec<String> =
        root.as_bytes().chunks(4).map(|group| String::from_utf8(group.to_vec()).unwrap()).collect();
    assert!(checked(&out, &[&grouped.join(" ")]).0, "as it is shown in groups");
    let (holds, said) = checked(&out, &[]);
    assert!(!holds && said.starts_with("usage: "), "{said}");
    let page = fs::read_to_string(out.join("CHECK.html")).unwrap();
    assert!(page.contains(&format!("must be <code>{root}</code>")) && page.contains("def signed(name, signer):"));
}

#[tokio::test]
async fn a_dossier_of_another_municipality_is_told_from_ours() {
    let (_folder, out, _) = made().await;
    let (holds, said) = checked(&out, &[&Digest::of(b"another root").to_string()]);
    assert!(!holds && said.contains("DOES NOT HOLD: the root key is the municipality's"), "{said}");
}

#[tokio::test]
async fn whatever_is_altered_in_a_dossier_is_named() {
    let (_folder, out, root) = made().await;
    for name in ["operation", "batch", "receipt", "enrolment", "keydir"] {
        let path = out.join(format!("{name}.dsse.json"));
        let sound = fs::read(&path).unwrap();
        let mut envelope: serde_json::Value = serde_json::from_slice(&sound).unwrap();
        // One bit of what was signed, in the middle of its base64.
        let payload = envelope["payload"].as_str().unwrap();
        let other = if &payload[80..81] == "A" { "B" } else { "A" };
        envelope["payload"] = format!("{}{other}{}", &payload[..80], &payload[81..]).into();
        fs::write(&path, envelope.to_string()).unwrap();
        let (holds, said) = checked(&out, &[&root]);
        assert!(!holds && said.contains(&format!("DOES NOT HOLD: the signature of {name}.dsse.json")), "{said}");
        fs::write(&path, sound).unwrap();
    }
    let photo = format!("attachments/{}.age", Digest::of(PHOTO));
    for (name, words) in
        [("sealed.age", "the sealed part is the one signed"), (photo.as_str(), "the attachments are those signed")]
    {
        let sound = fs::read(out.join(name)).unwrap();
        fs::write(out.join(name), b"altered").unwrap();
        let (holds, said) = checked(&out, &[&root]);
        assert!(!holds && said.contains(&format!("DOES NOT HOLD: {words}")), "{said}");
        fs::write(out.join(name), sound).unwrap();
    }
    assert!(checked(&out, &[&root]).0, "and unharmed it holds again");
    fs::remove_file(out.join(&photo)).unwrap();
    let (holds, said) = checked(&out, &[&root]);
    assert!(!holds && said.contains("DOES NOT HOLD: the attachments are those signed"), "{said}");
}

/// Every part is sound by itself, but one was taken from elsewhere: only the hashes between them tell.
#[tokio::test]
async fn sound_parts_of_another_dossier_do_not_fit_in() {
    let (_folder, out, root) = made().await;
    let (_other_folder, other, _) = made().await;
    let exchanged = |names: &[&str], words: &str| {
        let sound: Vec<_> = names.iter().map(|name| fs::read(out.join(name)).unwrap()).collect();
        for name in names {
            fs::copy(other.join(name), out.join(name)).unwrap();
        }
        let (holds, said) = checked(&out, &[&root]);
        assert!(!holds && said.contains(&format!("DOES NOT HOLD: {words}")), "{names:?}: {said}");
        for (name, bytes) in names.iter().zip(sound) {
            fs::write(out.join(name), bytes).unwrap();
        }
    };
    let device = ["device.pem", "enrolment.dsse.json"];
    exchanged(&["root.pem", "keydir.dsse.json"], "the root key is the municipality's");
    exchanged(&["root.pem", "keydir.dsse.json"], "the key directory names the receipt key");
    exchanged(&["receipt.pem", "receipt.dsse.json"], "the receipt is for this batch");
    exchanged(&["receipt.pem", "receipt.dsse.json"], "the receipt names the batch's place");
    exchanged(&[&device[..], &["batch.dsse.json", "operation.dsse.json"]].concat(), "the receipt is for this batch");
    exchanged(&device[..1], "the signature of enrolment.dsse.json with device.pem");
    exchanged(&["operation.dsse.json"], "the signature of operation.dsse.json with device.pem");
    assert!(checked(&out, &[&root]).0);
}

#[tokio::test]
async fn a_dossier_waits_for_its_photos_and_never_goes_over_something_else() {
    let (backend, operation) = backend().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("dossier");
    assert!(matches!(write(&backend, operation, &out), Err(DossierError::AttachmentMissing(_))));
    assert!(!out.exists(), "half a dossier would stand in the way of the whole one");
    fs::write(backend.data().attachments().join(Digest::of(PHOTO).to_string()), PHOTO).unwrap();
    write(&backend, operation, &out).unwrap();
    assert!(matches!(write(&backend, operation, &out), Err(DossierError::NotEmpty(_))));
    let nobodys: RecordId = format!("{0}.{0}", uuid::Uuid::nil()).parse().unwrap();
    assert!(matches!(write(&backend, nobodys, &folder.path().join("other")), Err(DossierError::NotFound)));
}
