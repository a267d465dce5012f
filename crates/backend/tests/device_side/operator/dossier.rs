//! A dossier as a court has it: what is in it, what both verifiers make of it, and what they make of everything that
//! can be done to it.

mod alterations;
mod by_hand;
mod hostile;
mod isolation;
mod scene;
mod verifiers;

use std::fs;
use std::path::Path;

use baken_backend::admin::check::{FaultCode, Known, Report, Verdict, check};
use baken_backend::admin::dossier::DossierError;
use baken_backend::admin::renew::Renewal;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{ChainId, DeviceId, OperationId, RecordId};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::seal::{self, Identity};

use self::scene::{Scene, files, write};
use self::verifiers::{judged, python_says};
use crate::backend::Backend;
use crate::device::{Device, Record, reference};

#[tokio::test]
async fn a_dossier_holds_data_and_a_page_and_both_verifiers_say_that_it_holds() {
    let scene = Scene::new().await;
    let photo = scene.photo_hash();
    let mut expected = vec![
        "CHECK.html".to_owned(),
        format!("attachments/{photo}.age"),
        format!("attachments/{photo}.receipt.dsse.json"),
    ];
    for name in ["batch", "certificate", "enrolment", "keydir-1", "operation", "receipt"] {
        expected.push(format!("{name}.dsse.json"));
    }
    expected.extend(["dossier.json", "sealed.age"].map(str::to_owned));
    expected.sort();
    assert_eq!(files(&scene.out), expected, "nothing that could be started, and no key beside the messages");
    let report = judged(&scene.out, scene.root());
    assert_eq!(report["verdict"], "holds", "{report}");
    let record = &report["record"];
    assert_eq!(record["record"], scene.record.to_string());
    assert_eq!(record["receiptNumber"], 2, "as the screens count: it is the second that was received");
    assert_eq!(record["organisation"], "gemeente-handhaving");
    assert_eq!(record["attachments"][0]["sha256"], photo.to_string());
    assert_eq!(record["attachments"][0]["receivedAt"], "2026-11-23T10:05:00Z", "when the photo was whole");
    assert_eq!(record["receivedAt"], "2026-11-23T10:00:00Z", "and that was after the batch");
    assert_eq!((&record["quarantined"], &report["notes"]), (&false.into(), &serde_json::json!([])));
}

#[tokio::test]
async fn another_municipalitys_fingerprint_is_told_from_ours() {
    let scene = Scene::new().await;
    let report = judged(&scene.out, Digest::of(b"another root"));
    assert_eq!(report["verdict"], "does-not-hold");
    assert_eq!(report["faults"][0]["code"], "root");
    assert_eq!(report["faults"][0]["files"], serde_json::json!(["keydir-1.dsse.json"]));
}

#[tokio::test]
async fn an_older_record_carries_the_directory_it_was_sealed_under_and_the_newest() {
    let scene = Scene::renewed().await;
    let names = files(&scene.out);
    for epoch in [1, 2] {
        assert!(names.contains(&format!("keydir-{epoch}.dsse.json")), "{names:?}");
    }
    let report = judged(&scene.out, scene.root());
    assert_eq!((&report["verdict"], &report["record"]["keyDirectory"]["epoch"]), (&"holds".into(), &2.into()));
}

#[tokio::test]
async fn what_a_revoked_device_sent_holds_and_is_said_to_be_set_apart() {
    let scene = Scene::new().await;
    scene.backend.tamper("UPDATE devices SET revoked_at = '2026-11-23T10:00:00.000Z'");
    let late = [scene.device.record(&[])];
    let batch = scene.device.batch(3, Some(scene.last_batch), &late);
    assert_eq!(scene.device.send(&scene.backend, &batch, &late).await.status, 202);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("late");
    write(&scene.backend, late[0].operation.id(), &out).unwrap();
    let report = judged(&out, scene.root());
    assert_eq!((&report["verdict"], &report["record"]["quarantined"]), (&"holds".into(), &true.into()));
    assert_eq!(report["notes"][0]["code"], "quarantined");
    let text = check(&out, scene.root(), None).to_string();
    assert!(text.contains("NOTE: the record was set apart"), "{text}");
    assert!(verifiers::python_says(&out, &[&scene.root().to_string()]).1.contains("NOTE: the record was set apart"));
}

#[tokio::test]
async fn what_is_sealed_is_opened_with_its_key_and_compared_with_the_record() {
    let scene = Scene::new().await;
    let report = check(&scene.out, scene.root(), Some(&scene.team));
    assert_eq!(report.verdict, Verdict::Holds, "{report}");
    assert_eq!(report.opened, ["sealed.age".to_owned(), format!("attachments/{}.age", scene.photo_hash())]);

    let stranger = check(&scene.out, scene.root(), Some(&Identity::generate()));
    assert_eq!(stranger.verdict, Verdict::CannotCheck, "another key says nothing about the dossier");
    assert!(stranger.obstacles[0].contains("does not open sealed.age"), "{stranger}");
}

#[tokio::test]
async fn a_sealed_part_or_photo_made_for_another_record_is_named() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let team = Identity::generate();
    let other = RecordId { device: device.id, operation: OperationId(device.environment.uuid()) };
    let elsewhere = RecordId { device: DeviceId(device.environment.uuid()), ..other };
    for (text_of, photo_of) in [(Some(other), None), (Some(elsewhere), None), (None, Some(other))] {
        let made = scene::sealed_record(&device, &team, text_of, photo_of);
        let photo = format!("attachments/{}.age", Digest::of(&made.1));
        let moved = if text_of.is_some() { "sealed.age".to_owned() } else { photo };
        let report = found_inside(&backend, &mut device, &team, made).await;
        assert_eq!((report.faults[0].code, &report.faults[0].files[0]), (FaultCode::Header, &moved), "{report}");
    }
}

#[tokio::test]
async fn a_sealed_part_or_photo_that_is_none_is_named() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let team = Identity::generate();
    let to = [team.recipient()];
    let texts = [seal::seal_raw(b"no container", &to).unwrap(), seal::seal(b"no text of a record", &to).unwrap()];
    let photo = seal::seal_raw(b"no container of a photo", &to).unwrap();
    let photo_name = format!("attachments/{}.age", Digest::of(&photo));
    let photo_only = (None, Some(photo), photo_name);
    let cases = texts.map(|text| (Some(text), None, "sealed.age".to_owned())).into_iter().chain([photo_only]);
    for (text, photo, named) in cases {
        let (mut record, sealed_photo) = scene::sealed_record(&device, &team, None, None);
        if let Some(text) = text {
            let reference = reference(&text);
            let sealed = &mut record.operation.sealed;
            (sealed.sha256, sealed.size_bytes) = (reference.sha256, reference.size_bytes);
            record.sealed = text;
        }
        let photo = photo.unwrap_or(sealed_photo);
        record.operation.attachments = vec![reference(&photo)];
        let report = found_inside(&backend, &mut device, &team, (record, photo)).await;
        let faults: Vec<_> = report.faults.iter().map(|fault| (fault.code, fault.files.clone())).collect();
        assert_eq!(faults, [(FaultCode::Container, vec![named])], "{report}");
    }
}

#[tokio::test]
async fn a_spoken_note_is_proven_as_a_photo_is_and_is_never_listed_as_one() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let team = Identity::generate();
    let (record, note) = scene::spoken_record(&device, &team);
    let report = found_inside(&backend, &mut device, &team, (record, note)).await;
    assert_eq!((report.verdict, report.opened.len()), (Verdict::Holds, 2), "{report}");

    let (mut record, note) = scene::spoken_record(&device, &team);
    record.operation.attachments = vec![reference(&note)];
    let named = format!("attachments/{}.age", Digest::of(&note));
    let report = found_inside(&backend, &mut device, &team, (record, note)).await;
    assert_eq!((report.faults[0].code, &report.faults[0].files[0]), (FaultCode::Header, &named), "{report}");
}

/// What the key shows of a record with its photo, whose outside is sound.
async fn found_inside(
    backend: &Backend,
    device: &mut Device,
    team: &Identity,
    (record, photo): (Record, Vec<u8>),
) -> Report {
    device.chain = ChainId(device.environment.uuid());
    let records = [record];
    assert_eq!(device.send(backend, &device.batch(1, None, &records), &records).await.status, 201);
    assert_eq!(device.patch(backend, Digest::of(&photo), 0, &photo).await.status, 204);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("dossier");
    write(backend, records[0].operation.id(), &out).unwrap();
    let root = backend.root.public().fingerprint();
    assert_eq!(judged(&out, root)["verdict"], "holds", "its outside is sound");
    let report = check(&out, root, Some(team));
    assert_eq!(report.verdict == Verdict::Holds, report.faults.is_empty());
    report
}

#[tokio::test]
async fn a_sealed_part_that_two_readers_could_read_in_two_ways_is_named() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let team = Identity::generate();
    let coordinates = "{\"latitudeE6\":5.2e7,\"longitudeE6\":4000000,\"accuracyMetres\":null,\"source\":\"typed\"}";
    let mut prev = None;
    for (place, (from, to)) in [
        ("\"narrative\":", "\"narrative\":\"Niets gezien.\",\"narrative\":"),
        ("\"coordinates\":null", &format!("\"coordinates\":{coordinates}")),
        ("{\"header\"", "\u{feff}{\"header\""),
        ("\"persons\":[]", "\"persons\":[],\"later\":1"),
    ]
    .into_iter()
    .enumerate()
    {
        let (mut record, photo) = scene::sealed_record(&device, &team, None, None);
        let text = String::from_utf8(seal::open(&record.sealed, &team).unwrap().to_vec()).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        record.sealed = seal::seal(text.replace(from, to).as_bytes(), &[team.recipient()]).unwrap();
        record.operation.sealed.sha256 = Digest::of(&record.sealed);
        record.operation.sealed.size_bytes = record.sealed.len() as u64;
        let records = [record];
        let batch = device.batch(place as u64 + 1, prev, &records);
        assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
        assert_eq!(device.patch(&backend, Digest::of(&photo), 0, &photo).await.status, 204);
        prev = Some(device.hash(&batch));
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("dossier");
        write(&backend, records[0].operation.id(), &out).unwrap();
        let report = check(&out, backend.root.public().fingerprint(), Some(&team));
        let named = (report.faults[0].code, report.faults[0].files[0].as_str());
        assert_eq!(named, (FaultCode::Container, "sealed.age"), "{from}: {report}");
    }
}

#[tokio::test]
async fn a_dossier_waits_for_its_photos_and_never_goes_over_something_else() {
    let scene = Scene::new().await;
    let (awaited, photo) = scene::sealed_record(&scene.device, &scene.team, None, None);
    let records = [awaited];
    let batch = scene.device.batch(3, Some(scene.last_batch), &records);
    assert_eq!(scene.device.send(&scene.backend, &batch, &records).await.status, 201);
    let folder = tempfile::tempdir().unwrap();
    let (out, id) = (folder.path().join("dossier"), records[0].operation.id());
    assert!(matches!(write(&scene.backend, id, &out), Err(DossierError::AttachmentMissing(_))));
    fs::write(scene.backend.data().attachments().join(Digest::of(&photo).to_string()), &photo).unwrap();
    assert!(
        matches!(write(&scene.backend, id, &out), Err(DossierError::AttachmentMissing(_))),
        "bytes without a receipt prove nothing"
    );
    assert!(!out.exists(), "half a dossier would stand in the way of the whole one");
    assert!(matches!(write(&scene.backend, scene.record, &scene.out), Err(DossierError::NotEmpty(_))));
    let nobodys = RecordId { operation: OperationId(uuid::Uuid::nil()), ..id };
    assert!(matches!(write(&scene.backend, nobodys, &folder.path().join("other")), Err(DossierError::NotFound)));
}

/// The register of a restored backup may lack the directory a record was sealed under.
#[tokio::test]
async fn a_record_whose_directory_is_lost_can_still_be_proven_and_the_loss_is_said() {
    let scene = Scene::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pkcs8");
    fs::write(&file, scene.backend.root.pkcs8()).unwrap();
    let backend = &scene.backend;
    Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).renew().unwrap();
    scene.backend.tamper("DELETE FROM key_directories WHERE epoch = 1");
    let out = folder.path().join("dossier");
    write(&scene.backend, scene.record, &out).unwrap();
    let report = judged(&out, scene.root());
    assert_eq!((&report["verdict"], &report["notes"][0]["code"]), (&"holds".into(), &"no-sealing-directory".into()));
}

/// A directory in between is not in the dossier, and the newest names the one the record was sealed under all the same.
#[tokio::test]
async fn a_directory_of_another_line_is_found_though_some_were_skipped() {
    let scene = Scene::renewed().await;
    let backend = &scene.backend;
    let file = scene.folder.path().join("root.pkcs8");
    Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).renew().unwrap();
    let out = scene.folder.path().join("skipping");
    write(backend, scene.record, &out).unwrap();
    let names = files(&out);
    assert!(names.contains(&"keydir-1.dsse.json".to_owned()) && names.contains(&"keydir-3.dsse.json".to_owned()));
    assert_eq!(judged(&out, scene.root())["verdict"], "holds");
    let newest = out.join("keydir-3.dsse.json");
    let said: KeyDirectory = Envelope::from_json(&fs::read(&newest).unwrap()).unwrap().peek().unwrap();
    let mut other = said.clone();
    other.previous[0] = Digest::of(b"of a drill");
    let mut short = said;
    short.previous.pop();
    for (directory, code) in [(other, "succession"), (short, "directory")] {
        fs::write(&newest, Envelope::sign(&directory, &backend.root).unwrap().to_json().unwrap()).unwrap();
        let report = judged(&out, scene.root());
        assert_eq!((&report["verdict"], &report["faults"][0]["code"]), (&"does-not-hold".into(), &code.into()));
    }
}

/// A thief of the closed key makes a dossier below the directory that still had it in use. Whoever asked the municipality
/// for the number of its newest directory is told that it proves nothing; one that is exported anew holds.
#[tokio::test]
async fn a_dossier_from_before_a_key_was_closed_proves_nothing_and_is_exported_anew() {
    let scene = Scene::new().await;
    let root = scene.root();
    let file = scene.folder.path().join("root.pkcs8");
    fs::write(&file, scene.backend.root.pkcs8()).unwrap();
    let backend = &scene.backend;
    Renewal::new(&backend.data(), &backend.storage, &backend.environment, &file).receipt_key().unwrap();
    let judged_by = |out: &Path, number: u64| {
        let by_rust = check(out, Known { root, key_directory: Some(number) }, None);
        let arguments = [root.to_string(), "--key-directory".to_owned(), number.to_string()];
        let (code, text) = python_says(out, &arguments.each_ref().map(String::as_str));
        assert_eq!(Some(i32::from(by_rust.verdict.exit_code())), code, "{by_rust} {text}");
        assert_eq!(by_rust.to_string().contains("EXPORT IT ANEW"), text.contains("EXPORT IT ANEW"));
        by_rust
    };
    assert_eq!(judged_by(&scene.out, 1).verdict, Verdict::Holds, "as far as anybody knew");
    let report = judged_by(&scene.out, 2);
    assert_eq!((report.verdict, report.record.is_none()), (Verdict::ExportAnew, true), "{report}");
    assert_eq!(report.faults[0].code, FaultCode::OlderDirectory);

    let anew = scene.folder.path().join("anew");
    write(&scene.backend.restarted(), scene.record, &anew).unwrap();
    assert_eq!(judged_by(&anew, 2).verdict, Verdict::Holds);
    // With the newer directory laid beside what the closed key signed.
    for name in ["certificate.dsse.json", "receipt.dsse.json"] {
        fs::copy(scene.out.join(name), anew.join(name)).unwrap();
    }
    let report = judged(&anew, root);
    assert_eq!(report["verdict"], "export-anew", "{report:#}");
}
