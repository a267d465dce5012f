//! A full disk: nothing is half kept, the answer says why, and after space was made the same request goes through.

use std::io::{ErrorKind, Write};
use std::sync::Arc;

use baken_backend::files::attachments::AttachmentFiles;
use baken_protocol::digest::Digest;

use crate::backend::Backend;
use crate::device::{Device, Record, reference};

const PLENTY: u32 = 1_000_000;

fn large_record(device: &Device) -> Record {
    let mut record = device.record(&[]);
    record.sealed = vec![7; 200_000];
    let named = reference(&record.sealed);
    (record.operation.sealed.sha256, record.operation.sealed.size_bytes) = (named.sha256, named.size_bytes);
    record
}

#[tokio::test]
async fn a_batch_that_does_not_fit_is_not_kept_and_goes_through_later() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let sent = device.send_chain(&backend, 1).await;
    let before = backend.held();
    let records = [large_record(&device)];
    let batch = device.batch(2, Some(sent[0].1), &records);
    backend.register.sqlite().limit_pages_for_tests(0).unwrap();
    for _ in 0..3 {
        assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (507, "storage-full".into()));
    }
    assert_eq!(backend.held(), before);
    assert_eq!(device.get(&backend, &device.chain_path(device.chain)).await.json()["nextSeq"], 2);
    backend.assert_holds();

    backend.register.sqlite().limit_pages_for_tests(PLENTY).unwrap();
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.status, 201);
    assert_eq!(backend.receipt(&answer).leaf_index, 1, "no leaf was spent on the refusals");
    backend.assert_holds();
}

#[tokio::test]
async fn a_fork_that_cannot_be_kept_does_not_freeze_the_chain_yet() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_chain(&backend, 1).await;
    let records = [large_record(&device)];
    let batch = device.batch(1, None, &records);
    backend.register.sqlite().limit_pages_for_tests(0).unwrap();
    assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (507, "storage-full".into()));
    assert_eq!(device.get(&backend, &device.chain_path(device.chain)).await.json()["frozen"], false);
    backend.register.sqlite().limit_pages_for_tests(PLENTY).unwrap();
    assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (409, "forked".into()));
}

#[tokio::test]
async fn an_enrolment_that_could_not_be_kept_goes_through_later_with_the_same_code() {
    let backend = Backend::new();
    let invited: Vec<_> = (0..20).map(|n| (Device::stranger(&backend), backend.invite(&format!("Boa {n}")))).collect();
    backend.register.sqlite().limit_pages_for_tests(0).unwrap();
    let mut enrolled = 0;
    for (device, code) in &invited {
        let answer = device.enrol(&backend, code).await;
        if answer.status == 201 {
            enrolled += 1;
            continue;
        }
        assert_eq!(answer.refusal(), (507, "storage-full".into()));
        backend.register.sqlite().limit_pages_for_tests(PLENTY).unwrap();
        let again = device.enrol(&backend, code).await;
        assert_eq!(again.status, 201, "{}", again.json());
        assert_eq!(backend.count("devices"), enrolled + 1);
        backend.assert_holds();
        return;
    }
    panic!("the disk never filled up");
}

#[tokio::test]
async fn a_photo_that_is_whole_but_could_not_be_noted_is_noted_at_the_next_question() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let photo = b"age file of a photo";
    device.send_with(&backend, &[photo]).await;
    let connection = rusqlite::Connection::open(backend.data().register()).unwrap();
    // The disk is full for this one table.
    connection
        .execute_batch("CREATE TRIGGER full BEFORE UPDATE ON attachments BEGIN SELECT RAISE(ABORT, 'full'); END")
        .unwrap();
    let sha256 = Digest::of(photo);
    assert!(device.patch(&backend, sha256, 0, photo).await.status.is_server_error());
    assert!(device.head(&backend, sha256).await.status.is_server_error(), "not called complete yet");
    connection.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(device.head(&backend, sha256).await.header("upload-complete"), "?1");
    assert_eq!(backend.report().attachments, 1);
    backend.assert_holds();
}

#[tokio::test]
async fn a_disk_that_fills_up_within_a_photo_keeps_the_offset_that_was_acknowledged() {
    const PHOTO: &[u8] = b"age file of a photo, of which every byte counts";
    let mut backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_with(&backend, &[PHOTO]).await;
    let sha256 = Digest::of(PHOTO);
    assert_eq!(device.patch(&backend, sha256, 0, &PHOTO[..9]).await.header("upload-offset"), "9");
    let folder = backend.data().attachments();
    let filling_up = AttachmentFiles::open_on(folder.clone(), |file, bytes| {
        file.write_all(&bytes[..bytes.len() / 2])?;
        Err(ErrorKind::StorageFull.into())
    });
    backend.change(|state| state.attachments = Arc::new(filling_up.unwrap()));
    for _ in 0..2 {
        assert_eq!(device.patch(&backend, sha256, 9, &PHOTO[9..]).await.refusal(), (507, "storage-full".into()));
        assert_eq!(device.head(&backend, sha256).await.header("upload-offset"), "9");
    }
    backend.change(|state| state.attachments = Arc::new(AttachmentFiles::open(folder).unwrap()));
    assert_eq!(device.patch(&backend, sha256, 9, &PHOTO[9..]).await.header("upload-complete"), "?1");
    backend.assert_holds();
}
