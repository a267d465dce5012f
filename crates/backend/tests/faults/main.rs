//! Faults injected where a test from outside cannot reach: a kill between commit and answer, a disk that fills up
//! in the middle of a write. Needs the feature `failpoints`; one test at a time, since a fail point is global.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "tests; the backend and device of the other suite have more than is needed here"
)]

#[path = "../device_side/backend.rs"]
mod backend;
#[path = "../device_side/device.rs"]
mod device;

use backend::Backend;
use baken_protocol::digest::Digest;
use device::Device;
use fail::FailScenario;

const PHOTO: &[u8] = b"age file of a photo, of which every byte counts";

#[tokio::test]
async fn killed_between_commit_and_answer_the_retry_gets_the_one_receipt_there_is() {
    let scenario = FailScenario::setup();
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[PHOTO])];
    let batch = device.batch(1, None, &records);
    fail::cfg("ingest-after-commit", "return").unwrap();
    let lost = device.send(&backend, &batch, &records).await;
    assert_eq!(lost.refusal(), (503, "unavailable".into()));
    assert_eq!(backend.held(), [1, 1, 1, 0, 1], "durable all the same");
    let stored: Vec<u8> = backend.one("SELECT receipt_envelope FROM batches");

    fail::cfg("ingest-after-commit", "off").unwrap();
    let backend = backend.restarted();
    for _ in 0..2 {
        let retry = device.send(&backend, &batch, &records).await;
        assert_eq!((retry.status.as_u16(), &retry.body), (200, &stored));
    }
    assert_eq!(backend.held(), [1, 1, 1, 0, 1]);
    assert_eq!(backend.receipt(&device.send(&backend, &batch, &records).await).leaf_index, 0);
    backend.assert_holds();
    scenario.teardown();
}

#[tokio::test]
async fn killed_or_full_before_the_commit_nothing_is_held_and_the_retry_is_the_first() {
    let scenario = FailScenario::setup();
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[PHOTO]), device.record(&[])];
    let batch = device.batch(1, None, &records);
    fail::cfg("ingest-before-commit", "return").unwrap();
    for _ in 0..3 {
        assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (507, "storage-full".into()));
        assert_eq!(backend.held(), [0; 5]);
    }
    fail::cfg("ingest-before-commit", "off").unwrap();
    let backend = backend.restarted();
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!((answer.status.as_u16(), backend.receipt(&answer).leaf_index), (201, 0));
    backend.assert_holds();
    scenario.teardown();
}

#[tokio::test]
async fn a_panic_in_the_middle_of_a_transaction_undoes_it_and_the_backend_goes_on() {
    let scenario = FailScenario::setup();
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    fail::cfg("ingest-before-commit", "panic").unwrap();
    assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (500, "internal".into()));
    fail::cfg("ingest-before-commit", "off").unwrap();
    assert_eq!(backend.held(), [0; 5]);
    assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
    backend.assert_holds();
    scenario.teardown();
}

#[tokio::test]
async fn a_disk_that_fills_up_within_a_photo_keeps_the_offset_that_was_acknowledged() {
    let scenario = FailScenario::setup();
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_with(&backend, &[PHOTO]).await;
    let sha256 = Digest::of(PHOTO);
    assert_eq!(device.patch(&backend, sha256, 0, &PHOTO[..9]).await.header("upload-offset"), "9");
    fail::cfg("attachment-write", "return").unwrap();
    for _ in 0..2 {
        assert_eq!(device.patch(&backend, sha256, 9, &PHOTO[9..]).await.refusal(), (507, "storage-full".into()));
        assert_eq!(device.head(&backend, sha256).await.header("upload-offset"), "9");
    }
    fail::cfg("attachment-write", "off").unwrap();
    assert_eq!(device.patch(&backend, sha256, 9, &PHOTO[9..]).await.header("upload-complete"), "?1");
    backend.assert_holds();
    scenario.teardown();
}
