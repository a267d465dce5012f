//! Names belong to their signer: whoever knows another device's ids can neither take a chain nor a record from it.

use baken_protocol::digest::Digest;
use baken_protocol::ids::ChainId;

use crate::backend::Backend;
use crate::device::{Device, reference};

/// A second device, enrolled or revoked since, that knows the ids of the first.
async fn two(revoked: bool) -> (Backend, Device, Device) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let thief = Device { chain: device.chain, ..Device::enrolled(&backend, "Boa 2").await };
    if revoked {
        let sql = format!("UPDATE devices SET revoked_at = '2026-11-23T09:00:00.000Z' WHERE device = '{}'", thief.id);
        assert_eq!(backend.tamper(&sql), 1);
    }
    (backend, device, thief)
}

#[tokio::test]
async fn a_chain_that_another_device_named_first_is_still_the_devices_own() {
    for revoked in [false, true] {
        let (backend, device, thief) = two(revoked).await;
        let taken = [thief.record(&[])];
        let answer = thief.send(&backend, &thief.batch(1, None, &taken), &taken).await;
        assert!(answer.status.is_success(), "it is the other's own chain of that name");
        let standing = device.get(&backend, &device.chain_path(device.chain)).await;
        assert_eq!((standing.status.as_u16(), standing.json()["nextSeq"].as_u64()), (200, Some(1)));
        device.send_chain(&backend, 3).await;
        let theirs = device.get(&backend, &thief.chain_path(thief.chain)).await;
        assert_eq!(theirs.refusal(), (404, "not-found".into()), "and nobody asks after another's");
        backend.assert_holds();
    }
}

#[tokio::test]
async fn a_record_whose_id_another_device_used_first_is_taken_and_freezes_nothing() {
    for revoked in [false, true] {
        let (backend, device, thief) = two(revoked).await;
        let record = device.record(&[]);
        let mut taken = thief.record(&[]);
        taken.operation.operation = record.operation.operation;
        taken.operation.entity = record.operation.entity;
        let taken = [taken];
        assert!(thief.send(&backend, &thief.batch(1, None, &taken), &taken).await.status.is_success());
        let own = [record];
        let first = device.batch(1, None, &own);
        assert_eq!(device.send(&backend, &first, &own).await.status, 201);
        let next = [device.record(&[])];
        let second = device.batch(2, Some(device.hash(&first)), &next);
        assert_eq!(device.send(&backend, &second, &next).await.status, 201, "and what stands behind it");
        assert_eq!(backend.count("operations"), 3);
        backend.assert_holds();
    }
}

#[tokio::test]
async fn a_push_under_another_devices_name_is_not_believed() {
    let (backend, device, thief) = two(false).await;
    let records = [thief.record(&[])];
    let bytes = thief.push(&thief.batch(1, None, &records), &records).encode().unwrap();
    assert_eq!(backend.put(device.own_chain(), 1, bytes).await.refusal(), (400, "bad-signature".into()));
    assert_eq!(device.get(&backend, &device.chain_path(device.chain)).await.json()["nextSeq"], 1);
}

#[tokio::test]
async fn a_receipt_names_the_signer_and_its_key() {
    let (backend, device, _) = two(false).await;
    let sent = device.send_chain(&backend, 1).await;
    let receipt = backend.receipt(&sent[0].2);
    assert_eq!((receipt.device, receipt.device_key), (device.id, device.key.public()));
}

/// Two records list one file, one of them with a size that is not the file's.
#[tokio::test]
async fn an_attachments_receipt_is_for_the_listing_of_its_own_record() {
    const PHOTO: &[u8] = b"age file of a photo";
    let (backend, device, _) = two(false).await;
    let mut wrong = device.record(&[PHOTO]);
    wrong.operation.attachments[0].size_bytes = 7;
    let records = [wrong];
    let first = device.batch(1, None, &records);
    assert_eq!(device.send(&backend, &first, &records).await.status, 201);
    let [wrong] = records;
    let records = [device.record(&[PHOTO])];
    let second = device.batch(2, Some(device.hash(&first)), &records);
    assert_eq!(device.send(&backend, &second, &records).await.status, 201);
    let sha256 = Digest::of(PHOTO);
    let path =
        |record: &crate::device::Record| format!("/v1/operations/{}/attachments/{sha256}", record.operation.id());
    let append = |path: &str| {
        let request = device.request(axum::http::Method::PATCH, path);
        let request = request.header("content-type", "application/partial-upload").header("upload-offset", 0);
        request.body(axum::body::Body::from(PHOTO)).unwrap()
    };
    assert_eq!(backend.send(append(&path(&wrong))).await.refusal(), (413, "too-large".into()));
    let answer = backend.send(append(&path(&records[0]))).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-complete")), (204, "?1"));
    let refused = device.get(&backend, &format!("{}/receipt", path(&wrong))).await;
    assert_eq!(refused.refusal(), (409, "incomplete".into()), "it never was of that size");
    let receipt = device.get(&backend, &format!("{}/receipt", path(&records[0]))).await.json();
    let payload = data_encoding::BASE64.decode(receipt["payload"].as_str().unwrap().as_bytes()).unwrap();
    let receipt: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(receipt["sizeBytes"], reference(PHOTO).size_bytes);
    assert_eq!(receipt["operation"], records[0].operation.operation.to_string());
    backend.assert_holds();
}

#[tokio::test]
async fn a_fork_freezes_the_forkers_chain_and_not_one_of_the_same_name() {
    let (backend, device, thief) = two(false).await;
    device.send_chain(&backend, 1).await;
    thief.send_chain(&backend, 1).await;
    let records = [thief.record(&[])];
    assert_eq!(thief.send(&backend, &thief.batch(1, None, &records), &records).await.code(), "forked");
    let own = device.get(&backend, &device.chain_path(device.chain)).await.json();
    assert_eq!(own["frozen"], false);
    let other = thief.get(&backend, &thief.chain_path(ChainId(device.chain.0))).await.json();
    assert_eq!(other["frozen"], true);
    backend.assert_holds();
}
