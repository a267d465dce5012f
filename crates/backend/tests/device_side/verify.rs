//! `verify` finds whatever somebody with the files in hand may change, and nothing where nothing was changed.

use std::fs;

use baken_backend::storage::UnitOfWork;
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::digest::Digest;

use crate::backend::Backend;
use crate::device::{Device, reference};

const PHOTO: &[u8] = b"age file of a photo";

/// Two devices, three batches, four records, one photo held and one awaited, and a list for devices.
async fn register() -> Backend {
    let backend = Backend::new();
    let (one, two) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
    let records = [one.record(&[PHOTO]), one.record(&[b"awaited"])];
    let first = one.batch(1, None, &records);
    assert_eq!(one.send(&backend, &first, &records).await.status, 201);
    assert_eq!(one.patch(&backend, Digest::of(PHOTO), 0, PHOTO).await.status, 204);
    let records = [one.record(&[])];
    let second = one.batch(2, Some(one.hash(&first)), &records);
    assert_eq!(one.send(&backend, &second, &records).await.status, 201);
    two.send_chain(&backend, 1).await;
    let phones = br#"{"phones":[{"code":"zorgcoordinator","nl":"Zorg","en":"Care","number":"0255 567 200"}]}"#;
    backend.give(CatalogueKind::Settings, phones);
    backend
}

#[tokio::test]
async fn a_register_that_was_left_alone_holds_and_everything_in_it_was_counted() {
    let report = register().await.report();
    assert_eq!(report.faults, Vec::<String>::new());
    let counted = [report.key_directories, report.devices, report.batches, report.operations];
    assert_eq!(counted, [1, 2, 3, 4]);
    assert_eq!((report.attachments, report.attachments_awaited), (1, 1));
}

/// Each is one statement of somebody who holds the file, with a word of the fault it must be found by.
const CHANGES: [(&str, &str); 84] = [
    ("UPDATE standings SET due_at = '2030-01-01T00:00:00.000Z' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET due_at = NULL WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET urgency = 'informatief' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET urgent_since = '2030-01-01T00:00:00.000Z' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET received_at = '2020-01-01T00:00:00.000Z' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET retracted_at = '2026-11-24T00:00:00.000Z' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET quarantined = true WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET shown_to = 'zorg' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET shown = 2 WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET handled_at = '2026-11-24T00:00:00.000Z' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET holder = 'wie' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET acts = 1 WHERE number = 1", "stands otherwise"),
    (
        "INSERT INTO handling_acts (standing, place, act, reason, actor, at)
         VALUES (1, 1, 'handle', 'no-follow-up', 'wie', '2026-11-24T00:00:00.000Z')",
        "stands otherwise",
    ),
    (
        "INSERT INTO handling_acts (standing, place, act, actor, at)
         VALUES (1, 2, 'take-on', 'wie', '2026-11-24T00:00:00.000Z')",
        "do not follow each other",
    ),
    (
        "INSERT INTO handling_acts (standing, place, act, actor, at)
         VALUES (99, 1, 'take-on', 'wie', '2026-11-24T00:00:00.000Z')",
        "acts are on no observation",
    ),
    (
        "INSERT INTO handling_acts (standing, place, act, question, actor, at)
         VALUES (1, 1, 'ask', 'any-photo', 'wie', '2026-11-24T00:00:00.000Z')",
        "stands otherwise",
    ),
    ("UPDATE standings SET question = 'any-photo' WHERE number = 1", "stands otherwise"),
    ("UPDATE standings SET question = 'any-photo' WHERE number = 1", "devices are not told"),
    (
        "INSERT INTO outcomes (number, standing, device, since)
         SELECT 1, 1, device, '2026-11-24T00:00:00.000Z' FROM operations WHERE number = 1",
        "none that was dealt with",
    ),
    ("UPDATE standing_counts SET handled = true", "counted"),
    ("UPDATE standings SET report = 1 WHERE number = 1", "stands otherwise"),
    (
        "INSERT INTO reports (number, year, sequence, source, level, organisation, shown_to, form, place_kind, urgency,
                              made_by, made_at, state, since, holder, ever_concrete, closed, steps)
         VALUES (1, 2026, 1, 'telephone', 'team', 'politie', 'team', 'arbeid', 'hotel', 'spoed', 'wie',
                 '2026-11-24T00:00:00.000Z', 'concrete', '2026-11-24T00:00:00.000Z', 'wie', true, false, 0)",
        "report M-2026-001 stands otherwise",
    ),
    (
        "INSERT INTO report_steps (report, place, state, reason, actor, at)
         VALUES (7, 1, 'assessment', 'begun', 'wie', '2026-11-24T00:00:00.000Z')",
        "steps are of no report",
    ),
    ("UPDATE operations SET standing = NULL WHERE number = 1", "stands otherwise"),
    ("DELETE FROM standings WHERE number = 1", "stands otherwise"),
    (
        "INSERT INTO standings (number, shown, shown_to, quarantined, urgency, urgent_since, due_at, received_at,
                                amended_at, retracted_at)
         SELECT 99, shown, shown_to, quarantined, urgency, urgent_since, due_at, received_at,
                                   amended_at, retracted_at FROM standings WHERE number = 1",
        "no observation",
    ),
    ("UPDATE standing_counts SET observations = observations - 1", "counted"),
    ("UPDATE reckoning SET terms = 'others'", "reckoned"),
    ("UPDATE operations SET level = 'eigen' WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET urgency = 'informatief' WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET district = NULL WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET place_kind = 'hotel' WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET kind = 'inspection' WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET action = 'retract' WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET entity = operation WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET organisation = 'politie' WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET quarantined = true WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET observed_at = '2020-01-01T00:00:00.000Z' WHERE leaf_index = 1", "says"),
    ("UPDATE operations SET finalised_at = '2020-01-01T00:00:00.000Z' WHERE leaf_index = 1", "says"),
    ("UPDATE operations SET received_at = '2020-01-01T00:00:00.000Z' WHERE leaf_index = 1", "says"),
    ("UPDATE operations SET operation = entity WHERE leaf_index = 1", "says"),
    ("UPDATE operations SET hash = (SELECT hash FROM batches WHERE leaf_index = 1) WHERE leaf_index = 1", "says"),
    ("UPDATE operations SET position = 7 WHERE leaf_index = 1", "not listed"),
    ("UPDATE operations SET leaf_index = 2, position = 1 WHERE leaf_index = 1", "not listed"),
    ("UPDATE operations SET number = number + 10 WHERE leaf_index = 1", "no contents"),
    ("UPDATE operation_contents SET sealed = envelope WHERE number = 3", "sealed part"),
    ("UPDATE operation_contents SET envelope = (SELECT envelope FROM operation_contents WHERE number = 1)", "says"),
    ("UPDATE operation_contents SET envelope = (SELECT envelope FROM operation_contents WHERE number = 4)", "signed"),
    ("DELETE FROM operation_contents WHERE number = 3", "no contents"),
    (
        "INSERT INTO operation_contents (number, envelope, sealed)
         SELECT 99, envelope, sealed FROM operation_contents WHERE number = 1",
        "belong to no operation",
    ),
    ("UPDATE operations SET device = (SELECT device FROM batches WHERE leaf_index = 2) WHERE leaf_index = 1", "signed"),
    ("DELETE FROM operations WHERE leaf_index = 1", "missing"),
    ("DELETE FROM operation_codes WHERE list = 'form'", "codes"),
    ("UPDATE operation_codes SET code = 'seksueel' WHERE list = 'form'", "codes"),
    ("UPDATE operation_codes SET list = 'action' WHERE list = 'indicator'", "codes"),
    ("UPDATE operation_codes SET code = 'niets' WHERE list = 'basis'", "codes"),
    ("DELETE FROM attachments WHERE completed_at IS NULL", "attachments"),
    ("UPDATE attachments SET size_bytes = 1 WHERE completed_at IS NULL", "attachments"),
    (
        "UPDATE attachments SET completed_at = '2026-11-23T10:00:00.000Z',
             receipt_envelope = (SELECT receipt_envelope FROM batches WHERE leaf_index = 0)",
        "missing",
    ),
    ("DELETE FROM batches WHERE leaf_index = 1", "leaf 1 is missing"),
    ("DELETE FROM log_entries WHERE leaf_index = 1", "leaf 1 is missing"),
    ("DELETE FROM log_entries WHERE leaf_index = 0", "is not in the log as it came"),
    ("UPDATE log_entries SET leaf_index = 9 WHERE leaf_index = 2", "leaf 2 is missing"),
    ("UPDATE log_entries SET kind = 'tombstone' WHERE leaf_index = 1", "of a kind"),
    ("UPDATE log_entries SET received_at = '2020-01-01T00:00:00.000Z' WHERE leaf_index = 1", "as it came"),
    (
        "UPDATE log_entries SET hash = (SELECT hash FROM log_entries WHERE leaf_index = 0) WHERE leaf_index = 1",
        "as it came",
    ),
    ("UPDATE batches SET leaf_index = 9 WHERE leaf_index = 2", "leaf 2 is missing"),
    ("UPDATE batches SET received_at = '2020-01-01T00:00:00.000Z' WHERE leaf_index = 1", "receipt"),
    ("UPDATE batches SET quarantined = true WHERE leaf_index = 1", "receipt"),
    ("UPDATE batches SET made_at = '2020-01-01T00:00:00.000Z' WHERE leaf_index = 1", "says"),
    ("UPDATE batches SET receipt_envelope = (SELECT receipt_envelope FROM batches WHERE leaf_index = 0)", "receipt"),
    (
        "UPDATE batches SET envelope = (SELECT envelope FROM batches WHERE leaf_index = 0) WHERE leaf_index = 1",
        "follow",
    ),
    ("UPDATE chains SET device = (SELECT device FROM batches WHERE leaf_index = 2)", "says"),
    ("UPDATE devices SET organisation = 'politie'", "invitation"),
    (
        "UPDATE devices SET public_key = (SELECT root_key FROM installation)
         WHERE device = (SELECT device FROM batches WHERE leaf_index = 2)",
        "enrolment",
    ),
    (
        "UPDATE devices SET certificate_envelope = (SELECT certificate_envelope FROM devices ORDER BY device LIMIT 1)",
        "certificate",
    ),
    ("UPDATE operations SET inspection_device = device, inspection = entity WHERE leaf_index = 0", "says"),
    (
        "UPDATE attachments SET receipt_envelope = (SELECT envelope FROM batches WHERE leaf_index = 0)
         WHERE completed_at IS NOT NULL",
        "receipt of attachment",
    ),
    (
        "UPDATE invitations SET challenge = (SELECT hash FROM batches WHERE leaf_index = 0) WHERE label = 'Boa 1'",
        "enrolment",
    ),
    ("UPDATE key_directories SET epoch = 5", "key directory"),
    ("UPDATE catalogues SET envelope = (SELECT envelope FROM key_directories)", "not signed by the content key"),
    ("UPDATE catalogues SET kind = 'cards'", "not signed by the content key"),
    ("UPDATE catalogues SET content = envelope", "content that was signed"),
    ("UPDATE catalogues SET content_hash = (SELECT hash FROM batches WHERE leaf_index = 0)", "content that was signed"),
];

#[tokio::test]
async fn every_change_to_the_register_is_found() {
    for (sql, word) in CHANGES {
        let backend = register().await;
        assert!(backend.tamper(sql) > 0, "{sql}");
        let faults = backend.report().faults;
        assert!(faults.iter().any(|fault| fault.contains(word)), "{sql}: {faults:?}");
    }
}

/// The same words spelt otherwise, where an engine keeps ids and hashes as words; and half an inspection, which a check of
/// the table refuses to whoever cannot turn it off.
const SPELLINGS: [(&str, &str); 5] = [
    ("UPDATE operations SET inspection = entity WHERE leaf_index = 0 AND position = 0", "says"),
    ("UPDATE operations SET operation = upper(operation) WHERE leaf_index = 1", "says"),
    ("UPDATE operations SET hash = hash || '0' WHERE leaf_index = 1", "says"),
    ("UPDATE invitations SET challenge = upper(challenge)", "enrolment"),
    ("UPDATE audit SET hash = upper(hash) WHERE id = 1", "audit log"),
];

#[tokio::test]
async fn what_is_spelt_otherwise_in_the_file_is_found() {
    for (sql, word) in SPELLINGS {
        let backend = register().await;
        backend.register.unlock_audit();
        assert!(backend.tamper(sql) > 0, "{sql}");
        let faults = backend.report().faults;
        assert!(faults.iter().any(|fault| fault.contains(word)), "{sql}: {faults:?}");
    }
}

#[tokio::test]
async fn another_receipt_key_or_root_key_in_the_register_is_found() {
    for column in ["receipt_key", "root_key"] {
        let backend = register().await;
        let of_a_device = "SELECT public_key FROM devices ORDER BY device LIMIT 1";
        let another = format!("UPDATE installation SET {column} = ({of_a_device})");
        assert_eq!(backend.tamper(&another), 1);
        let installation = backend.storage.read(|tx| tx.installation()).unwrap().unwrap();
        let attachments = backend.data().attachments();
        let report = baken_backend::admin::verify::verify(&backend.storage, &attachments, &installation).unwrap();
        assert!(!report.faults.is_empty(), "{column}");
    }
}

#[tokio::test]
async fn another_time_zone_than_the_signed_directory_says_is_found() {
    let backend = register().await;
    assert_eq!(backend.tamper("UPDATE installation SET time_zone = 'UTC'"), 1);
    let installation = backend.storage.read(|tx| tx.installation()).unwrap().unwrap();
    let attachments = backend.data().attachments();
    let report = baken_backend::admin::verify::verify(&backend.storage, &attachments, &installation).unwrap();
    assert!(report.faults.iter().any(|fault| fault.contains("time zone")), "{:?}", report.faults);
}

/// Whoever has the file gets past the triggers. Of what he does to one line the hashes after it tell.
const LINES: [&str; 7] = [
    "UPDATE audit SET actor = 'niemand' WHERE id = 1",
    "UPDATE audit SET detail = 'niets' WHERE id = 1",
    "UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE id = (SELECT max(id) FROM audit)",
    "UPDATE audit SET hash = (SELECT hash FROM batches WHERE leaf_index = 0) WHERE id = 1",
    "DELETE FROM audit WHERE id = 1",
    "INSERT INTO audit (id, at, actor, action, object, object_id, result, origin, purpose, detail, hash)
     SELECT id + 7, at, actor, action, object, object_id, result, origin, purpose, detail, hash
     FROM audit WHERE id = 1",
    "UPDATE audit SET id = id + 1 WHERE id = (SELECT max(id) FROM audit)",
];

#[tokio::test]
async fn a_line_of_the_audit_log_that_was_changed_taken_out_or_put_in_is_found() {
    for sql in LINES {
        let backend = register().await;
        let before = backend.report();
        assert!(before.audit_lines > 2 && before.audit_head.is_some() && before.faults.is_empty(), "{before:?}");
        backend.register.unlock_audit();
        assert_eq!(backend.tamper(sql), 1, "{sql}");
        let faults = backend.report().faults;
        assert!(faults.iter().any(|fault| fault.contains("audit log")), "{sql}: {faults:?}");
    }
}

#[tokio::test]
async fn a_line_cut_off_the_end_of_the_audit_log_shows_by_the_hash_that_was_noted() {
    let backend = register().await;
    let noted = backend.report().audit_head;
    backend.register.unlock_audit();
    assert_eq!(backend.tamper("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)"), 1);
    assert_ne!(backend.report().audit_head, noted);
}

#[tokio::test]
async fn an_attachment_that_was_altered_or_lost_is_found() {
    let backend = register().await;
    let path = backend.data().attachments().join(reference(PHOTO).sha256.to_string());
    fs::write(&path, b"age file of another").unwrap();
    assert!(backend.report().faults[0].contains("altered"));
    fs::remove_file(&path).unwrap();
    assert!(backend.report().faults[0].contains("missing"));
}

#[tokio::test]
async fn a_frozen_chain_is_told_but_is_no_fault() {
    let backend = register().await;
    let device = Device::enrolled(&backend, "Boa 3").await;
    device.send_chain(&backend, 1).await;
    let records = [device.record(&[])];
    assert_eq!(device.send(&backend, &device.batch(1, None, &records), &records).await.code(), "forked");
    backend.assert_holds();
    assert_eq!(backend.report().frozen_chains, [device.own_chain().to_string()]);
}
