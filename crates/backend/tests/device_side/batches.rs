//! A chain as it grows: next, replay, reorder, gap; and what a receipt says.

use baken_backend::register;
use baken_backend::storage::{Clearance, Filter, PageRequest, UnitOfWork};
use baken_protocol::dsse::Envelope;
use baken_protocol::receipt::Receipt;
use chrono::TimeDelta;

use crate::backend::Backend;
use crate::device::Device;

#[tokio::test]
async fn the_next_batch_is_held_and_answered_with_a_receipt_for_it() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[]), device.record(&[b"photo"])];
    let batch = device.batch(1, None, &records);
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.status, 201);
    let envelope = Envelope::from_json(&answer.body).unwrap();
    let receipt =
        Receipt::verify(envelope, &backend.receipt_keys(), &batch, device.hash(&batch), &device.key.public()).unwrap();
    assert_eq!(receipt.payload.leaf_index, 0);
    assert_eq!(receipt.payload.missing_attachments, [batch.attachments[0].sha256]);
    assert!(!receipt.payload.quarantined);
    assert_eq!(backend.held(), [1, 2, 1, 0, 1]);
    let sealed: Vec<u8> = backend.one("SELECT sealed FROM operation_contents ORDER BY number LIMIT 1 OFFSET 1");
    assert_eq!(sealed, records[1].sealed);
    backend.assert_holds();
}

#[tokio::test]
async fn leaf_numbers_count_up_without_a_gap_over_all_devices_and_refusals() {
    let backend = Backend::new();
    let (one, two) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
    let first = one.send_chain(&backend, 2).await;
    let stray = one.batch(9, Some(first[0].1), &[one.record(&[])]);
    one.send(&backend, &stray, &[]).await;
    let second = two.send_chain(&backend, 2).await;
    let leaves: Vec<u64> =
        first.iter().chain(&second).map(|(_, _, answer)| backend.receipt(answer).leaf_index).collect();
    assert_eq!(leaves, [0, 1, 2, 3]);
    backend.assert_holds();
}

#[tokio::test]
async fn a_replay_gets_the_first_receipt_byte_for_byte_also_later_and_after_a_restart() {
    let mut backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    let first = device.send(&backend, &batch, &records).await;
    for round in 0..3 {
        backend.pass(TimeDelta::hours(7));
        let again = device.send(&backend, &batch, &records).await;
        assert_eq!(again.status, 200, "round {round}");
        assert_eq!(again.body, first.body, "round {round}");
        backend = backend.restarted();
        assert_eq!(backend.held(), [1, 1, 0, 0, 1]);
    }
    backend.assert_holds();
}

#[tokio::test]
async fn batches_out_of_order_are_asked_for_again_and_arrive() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records: Vec<_> = (0..4).map(|_| [device.record(&[])]).collect();
    let mut batches = vec![];
    let mut prev = None;
    for (seq, records) in (1..).zip(&records) {
        let batch = device.batch(seq, prev, records);
        prev = Some(device.hash(&batch));
        batches.push(batch);
    }
    for place in [3, 1, 2] {
        let answer = device.send(&backend, &batches[place], &records[place]).await;
        assert_eq!(answer.refusal(), (409, "gap".into()));
        assert_eq!(answer.json()["expectedSeq"], 1);
        assert_eq!(backend.held(), [0; 5]);
    }
    assert_eq!(device.send(&backend, &batches[0], &records[0]).await.status, 201);
    let answer = device.send(&backend, &batches[3], &records[3]).await;
    assert_eq!((answer.code(), &answer.json()["expectedSeq"]), ("gap".into(), &2.into()));
    for place in [1, 2, 3] {
        assert_eq!(device.send(&backend, &batches[place], &records[place]).await.status, 201);
    }
    assert_eq!(backend.held(), [4, 4, 0, 0, 1]);
    backend.assert_holds();
}

#[tokio::test]
async fn a_chain_says_where_it_stands_to_its_own_device_alone() {
    let backend = Backend::new();
    let (device, other) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
    let path = device.chain_path(device.chain);
    let fresh = device.get(&backend, &path).await.json();
    assert_eq!(
        (&fresh["nextSeq"], &fresh["head"], &fresh["frozen"]),
        (&1.into(), &serde_json::Value::Null, &false.into())
    );
    let sent = device.send_chain(&backend, 2).await;
    let now = device.get(&backend, &path).await.json();
    assert_eq!((&now["nextSeq"], &now["head"]), (&3.into(), &sent[1].1.to_string().into()));
    assert_eq!(other.get(&backend, &path).await.refusal(), (404, "not-found".into()));
    let nobody = Device::stranger(&backend);
    assert_eq!(nobody.get(&backend, &path).await.refusal(), (401, "unknown-device".into()));
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_years_keeps_no_record_out() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut prev = None;
    for (seq, time) in (1..).zip(["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"]) {
        let mut records = [device.record(&[])];
        records[0].operation.observed_at = time.parse().unwrap();
        records[0].operation.finalised_at = time.parse().unwrap();
        let mut batch = device.batch(seq, prev, &records);
        batch.made_at = time.parse().unwrap();
        prev = Some(device.hash(&batch));
        let answer = device.send(&backend, &batch, &records).await;
        assert_eq!(answer.status, 201, "{time}");
        assert_eq!(backend.receipt(&answer).received_at.to_rfc3339(), "2026-11-23T10:00:00+00:00");
    }
    let clearance = Clearance { team: true, care: true, organisation: "gemeente-velsen".into() };
    let request = PageRequest::first(Filter::default(), 50);
    let inbox =
        backend.storage.read(|tx| register::observations(tx, &backend.state.terms(), &clearance, &request)).unwrap();
    assert_eq!(inbox.items.len(), 2, "and both are found in the inbox");
    backend.assert_holds();
}

/// A device believes no receipt from before it was let in, so none is made: the record and the photo would be sent for ever.
#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_receipt_from_before_the_device_was_let_in() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    backend.pass(chrono::TimeDelta::days(-3));
    let records = [device.record(&[b"photo"])];
    let batch = device.batch(1, None, &records);
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(backend.receipt(&answer).received_at.to_rfc3339(), "2026-11-23T10:00:00+00:00");
    assert_eq!(device.patch(&backend, baken_protocol::digest::Digest::of(b"photo"), 0, b"photo").await.status, 204);
    let then = "SELECT count(*) FROM attachments WHERE completed_at = '2026-11-23T10:00:00.000Z'";
    assert_eq!(backend.one::<u64>(then), 1);
    backend.assert_holds();
}
