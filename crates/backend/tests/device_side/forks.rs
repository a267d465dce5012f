//! Two histories on one chain: both are kept, nothing is applied, a coordinator is told, a new chain goes on.

use baken_protocol::ids::ChainId;
use baken_protocol::wire::Push;

use crate::backend::Backend;
use crate::device::Device;

#[tokio::test]
async fn another_batch_at_a_taken_place_freezes_the_chain_and_both_are_kept() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let first = [device.record(&[])];
    let accepted = device.batch(1, None, &first);
    let receipt = device.send(&backend, &accepted, &first).await;
    let second = [device.record(&[])];
    let other = device.batch(1, None, &second);
    let answer = device.send(&backend, &other, &second).await;
    assert_eq!(answer.refusal(), (409, "forked".into()));
    assert_eq!(backend.held(), [1, 1, 0, 1, 1]);
    let kept: Vec<u8> = backend.one("SELECT push FROM forked_batches");
    assert_eq!(Push::decode(&kept).unwrap(), device.push(&other, &second), "whole, sealed part included");
    assert_eq!(
        backend.one::<String>("SELECT code || ' ' || device FROM alerts"),
        format!("chain-forked {}", device.id)
    );

    let replay = device.send(&backend, &accepted, &first).await;
    assert_eq!((replay.status.as_u16(), replay.body), (200, receipt.body), "what was acknowledged stays so");
    let next = [device.record(&[])];
    let following = device.batch(2, Some(device.hash(&accepted)), &next);
    assert_eq!(device.send(&backend, &following, &next).await.refusal(), (409, "frozen".into()));
    assert_eq!(device.send(&backend, &other, &second).await.refusal(), (409, "frozen".into()));
    assert_eq!(device.get(&backend, &device.chain_path(device.chain)).await.json()["frozen"], true);
    assert_eq!((backend.held(), backend.count("alerts")), ([1, 1, 0, 1, 1], 1));
    backend.assert_holds();
}

#[tokio::test]
async fn a_batch_that_does_not_follow_the_head_is_a_fork() {
    let backend = Backend::new();
    for wrong in 0..3 {
        let device = Device::enrolled(&backend, "Boa 1").await;
        let sent = device.send_chain(&backend, 2).await;
        let records = [device.record(&[])];
        let prev = [None, Some(sent[0].1), Some(baken_protocol::digest::Digest::of(b"other"))][wrong];
        let batch = device.batch(3, prev, &records);
        assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (409, "forked".into()), "case {wrong}");
    }
    assert_eq!((backend.count("batches"), backend.count("forked_batches")), (6, 3));
    backend.assert_holds();
}

#[tokio::test]
async fn a_first_batch_that_claims_a_history_is_a_fork() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, Some(baken_protocol::digest::Digest::of(b"lost")), &records);
    assert_eq!(device.send(&backend, &batch, &records).await.refusal(), (409, "forked".into()));
    assert_eq!(backend.held(), [0, 0, 0, 1, 1]);
}

#[tokio::test]
async fn a_new_chain_goes_on_and_records_sent_before_are_not_held_twice() {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let sent = [device.record(&[b"photo"])];
    let batch = device.batch(1, None, &sent);
    assert_eq!(device.send(&backend, &batch, &sent).await.status, 201);
    let stray = [device.record(&[])];
    device.send(&backend, &device.batch(1, None, &stray), &stray).await;

    let old = device.chain;
    device.chain = ChainId(backend.environment.uuid());
    let again = [sent[0].clone(), stray[0].clone()];
    let mut batch = device.batch(1, None, &again);
    batch.continues = Some(old);
    let answer = device.send(&backend, &batch, &again).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    assert_eq!(backend.held(), [2, 2, 1, 1, 2]);
    let continues: String = backend.one(&format!("SELECT continues FROM chains WHERE chain = '{}'", device.chain));
    assert_eq!(continues, old.to_string());
    backend.assert_holds();
}
