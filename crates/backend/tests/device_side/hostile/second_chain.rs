//! After a fork: the old chain keeps its word, the new one goes on, and nobody else is touched.

use baken_protocol::ids::ChainId;

use crate::backend::Backend;
use crate::device::Device;

/// A device whose chain of three was frozen, now writing a fresh one.
async fn on_a_second_chain(backend: &Backend) -> (Device, ChainId) {
    let mut device = Device::enrolled(backend, "Boa 1").await;
    let sent = device.send_chain(backend, 3).await;
    let records = [device.record(&[])];
    let fork = device.batch(2, Some(sent[0].1), &records);
    assert_eq!(device.send(backend, &fork, &records).await.code(), "forked");
    let old = std::mem::replace(&mut device.chain, ChainId(backend.environment.uuid()));
    (device, old)
}

#[tokio::test]
async fn every_batch_accepted_before_a_fork_keeps_its_receipt_and_its_place_in_the_log() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut sent = vec![];
    let mut prev = None;
    for seq in 1..=3 {
        let records = [device.record(&[])];
        let batch = device.batch(seq, prev, &records);
        prev = Some(device.hash(&batch));
        let answer = device.send(&backend, &batch, &records).await;
        sent.push((batch, records, answer.body));
    }
    let records = [device.record(&[])];
    let fork = device.batch(2, sent[1].0.prev, &records);
    assert_eq!(device.send(&backend, &fork, &records).await.refusal(), (409, "forked".into()));
    for (batch, records, receipt) in &sent {
        let again = device.send(&backend, batch, records).await;
        assert_eq!((again.status.as_u16(), &again.body), (200, receipt), "place {}", batch.seq);
    }
    let far = [device.record(&[])];
    let answer = device.send(&backend, &device.batch(9, prev, &far), &far).await;
    assert_eq!(answer.refusal(), (409, "frozen".into()), "asked for a gap it would go on sending in vain");
    assert_eq!(backend.held(), [3, 3, 0, 1, 1]);
    backend.assert_holds();
}

#[tokio::test]
async fn the_new_chain_grows_and_another_devices_chain_was_never_stopped() {
    let backend = Backend::new();
    let other = Device::enrolled(&backend, "Boa 2").await;
    other.send_chain(&backend, 1).await;
    let (device, old) = on_a_second_chain(&backend).await;
    let mut prev = None;
    for seq in 1..=3 {
        let records = [device.record(&[])];
        let mut batch = device.batch(seq, prev, &records);
        batch.continues = (seq == 1).then_some(old);
        prev = Some(device.hash(&batch));
        assert_eq!(device.send(&backend, &batch, &records).await.status, 201, "place {seq}");
    }
    let standing = other.get(&backend, &other.chain_path(other.chain)).await.json();
    assert_eq!((&standing["frozen"], &standing["nextSeq"]), (&false.into(), &2.into()));
    assert_eq!(backend.held(), [7, 7, 0, 1, 3]);
    backend.assert_holds();
}

#[tokio::test]
async fn an_operation_whose_id_stands_for_other_bytes_freezes_the_chain_that_brings_it_and_applies_nothing() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let first = [device.record(&[])];
    assert_eq!(device.send(&backend, &device.batch(1, None, &first), &first).await.status, 201);
    let old = std::mem::replace(&mut device.chain, ChainId(backend.environment.uuid()));
    let mut changed = [device.record(&[]), device.record(&[])];
    changed[1].operation.operation = first[0].operation.operation;
    assert_eq!(
        device.send(&backend, &device.batch(1, None, &changed), &changed).await.refusal(),
        (409, "forked".into())
    );
    let stored: Vec<u8> = backend.one("SELECT sealed FROM operation_contents");
    assert_eq!(stored, first[0].sealed, "what was acknowledged stays as it was");
    assert_eq!(backend.held(), [1, 1, 0, 1, 2], "not even the other record of that batch was applied");
    for (chain, frozen) in [(old, false), (device.chain, true)] {
        assert_eq!(device.get(&backend, &device.chain_path(chain)).await.json()["frozen"], frozen);
    }
    backend.assert_holds();
}

/// The sealed part is not signed by itself: the operation names its hash, and that must be the one held.
#[tokio::test]
async fn an_operation_sent_again_brings_nothing_new_with_it() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let first = [device.record(&[b"photo"])];
    assert_eq!(device.send(&backend, &device.batch(1, None, &first), &first).await.status, 201);
    device.chain = ChainId(backend.environment.uuid());
    let mut again = first.clone();
    again[0].sealed.reverse();
    assert_eq!(again[0].sealed.len(), first[0].sealed.len());
    let batch = device.batch(1, None, &again);
    assert_eq!(device.send(&backend, &batch, &again).await.refusal(), (400, "malformed".into()));
    assert_eq!(device.send(&backend, &batch, &first).await.status, 201, "a duplicate is a success");
    assert_eq!(backend.held(), [2, 1, 1, 0, 2]);
    backend.assert_holds();
}
