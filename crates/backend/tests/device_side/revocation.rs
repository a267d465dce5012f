//! A revoked device: what it signed may be genuine evidence, so it is kept, apart, and a coordinator is told.

use crate::backend::Backend;
use crate::device::Device;

fn revoke(backend: &Backend, device: &Device) {
    let sql = format!("UPDATE devices SET revoked_at = '2026-11-23T10:00:00.000Z' WHERE device = '{}'", device.id);
    assert_eq!(backend.tamper(&sql), 1);
}

#[tokio::test]
async fn what_it_sends_is_held_apart_and_a_coordinator_is_told() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let before = device.send_chain(&backend, 1).await;
    revoke(&backend, &device);

    let records = [device.record(&[])];
    let batch = device.batch(2, Some(before[0].1), &records);
    let answer = device.send(&backend, &batch, &records).await;
    assert_eq!(answer.status, 202);
    let receipt = backend.receipt(&answer);
    assert!(receipt.quarantined);
    assert_eq!(receipt.leaf_index, 1);
    let apart: u64 = backend.one("SELECT count(*) FROM operations WHERE quarantined = true");
    assert_eq!(apart, 1, "what came before stays as it was");
    assert_eq!(backend.one::<String>("SELECT code || ' ' || device FROM alerts"), format!("quarantined {}", device.id));

    let again = device.send(&backend, &batch, &records).await;
    assert_eq!((again.status.as_u16(), &again.body), (202, &answer.body), "the same receipt");
    let more = [device.record(&[])];
    let next = device.batch(3, Some(device.hash(&batch)), &more);
    assert_eq!(device.send(&backend, &next, &more).await.status, 202);
    assert_eq!(backend.count("alerts"), 1, "neither a replay nor more of the same pushes another alert out of sight");
    backend.assert_holds();
}

#[tokio::test]
async fn what_was_acknowledged_before_keeps_its_receipt() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    let first = device.send(&backend, &batch, &records).await;
    revoke(&backend, &device);
    let replay = device.send(&backend, &batch, &records).await;
    assert_eq!((replay.status.as_u16(), replay.body), (200, first.body));
}

#[tokio::test]
async fn it_may_still_bring_the_photos_of_what_it_sent() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let photo = b"age file of a photo";
    device.send_with(&backend, &[photo]).await;
    revoke(&backend, &device);
    let sha256 = baken_protocol::digest::Digest::of(photo);
    assert_eq!(device.patch(&backend, sha256, 0, photo).await.status, 204);
    assert_eq!(backend.report().attachments, 1);
}
