//! Whole numbers at the edge of what JSON, HTTP and SQLite can say.

use baken_protocol::batch::Batch;
use baken_protocol::ids::ChainId;

use crate::backend::Backend;
use crate::device::Device;

const LARGEST: u64 = 1 << 53;

#[tokio::test]
async fn a_place_far_ahead_is_a_gap_and_one_beyond_every_reader_is_none() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    for (seq, refusal) in [
        (2, (409, "gap")),
        (LARGEST, (409, "gap")),
        (LARGEST + 1, (400, "bad-request")),
        (1 << 63, (400, "bad-request")),
        (u64::MAX, (400, "bad-request")),
    ] {
        let records = [device.record(&[])];
        let batch = Batch { seq, ..device.batch(1, None, &records) };
        let answer = device.send(&backend, &batch, &records).await;
        assert_eq!(answer.refusal(), (refusal.0, refusal.1.into()), "{seq}");
    }
    assert_eq!(backend.held(), [0; 5]);
}

#[tokio::test]
async fn place_nought_is_refused_before_and_after_a_first_batch() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    for held in [[0; 5], [1, 1, 0, 0, 1]] {
        let records = [device.record(&[])];
        let answer = device.send(&backend, &device.batch(0, None, &records), &records).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "no such place can be named");
        let bytes = device.push(&device.batch(0, None, &records), &records).encode().unwrap();
        let answer = backend.put(device.own_chain(), 1, bytes).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "and none is signed");
        assert_eq!(backend.held(), held);
        if held == [0; 5] {
            device.send_chain(&backend, 1).await;
        }
    }
    let chain = device.get(&backend, &device.chain_path(device.chain)).await.json();
    assert_eq!(chain["frozen"], false, "and nothing was frozen by it");
}

#[tokio::test]
async fn the_largest_numbers_every_reader_keeps_are_taken_and_hold() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut records = [device.record(&[])];
    records[0].operation.sealed.epoch = LARGEST;
    records[0].operation.vocabulary_version = u32::MAX;
    let mut batch = device.batch(1, None, &records);
    batch.monotonic_ms = LARGEST;
    batch.key_epoch = LARGEST;
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    backend.assert_holds();
}

#[tokio::test]
async fn a_chain_has_one_spelling_in_an_address() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
    let bytes = device.push(&batch, &records).encode().unwrap();
    let ChainId(chain) = device.chain;
    for spelling in [chain.to_string().to_uppercase(), chain.simple().to_string()] {
        let mut request = crate::backend::put(device.own_chain(), 1, bytes.clone());
        *request.uri_mut() = format!("/v1/devices/{}/chains/{spelling}/batches/1", device.id).parse().unwrap();
        let again = backend.send(request).await;
        assert_eq!(again.refusal(), (400, "bad-request".into()), "{spelling}");
    }
    assert_eq!(backend.held(), [1, 1, 0, 0, 1]);
}
