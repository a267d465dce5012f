//! Beyond the protocol's limits: refused as too large before it is read any further.

use axum::body::Body;
use baken_protocol::limits;
use baken_protocol::wire::{MEDIA_TYPE, Push};

use crate::backend::{Backend, put};
use crate::device::{Device, Record, reference};

/// The wire form of whatever stands in `push`, without the encoder's own limits.
fn encode_beyond_limits(push: &Push) -> Vec<u8> {
    let frame = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
    let mut payloads = vec![];
    for envelope in std::iter::once(&push.batch).chain(push.operations.iter().map(|(operation, _)| operation)) {
        payloads.extend(frame(&envelope.payload));
        payloads.extend(envelope.signature.as_bytes());
    }
    let mut bytes = b"BKNP1\n".to_vec();
    bytes.extend(frame(&zstd::bulk::compress(&payloads, 3).unwrap()));
    push.operations.iter().for_each(|(_, sealed)| bytes.extend(frame(sealed)));
    bytes
}

async fn assert_refused(records: impl FnOnce(&Device) -> Vec<Record>, expected: (u16, &str)) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = records(&device);
    let push = device.push(&device.batch(1, None, &records), &records);
    let answer = backend.put(device.own_chain(), 1, encode_beyond_limits(&push)).await;
    assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()));
    assert_eq!(backend.held(), [0; 5]);
}

fn sealed(device: &Device, bytes: usize) -> Record {
    let mut record = device.record(&[]);
    record.sealed = vec![7; bytes];
    let named = reference(&record.sealed);
    (record.operation.sealed.sha256, record.operation.sealed.size_bytes) = (named.sha256, named.size_bytes);
    record
}

#[tokio::test]
async fn as_many_operations_as_allowed_are_taken_and_one_more_is_not() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records: Vec<Record> = (0..limits::BATCH_OPERATIONS).map(|_| device.record(&[])).collect();
    let batch = device.batch(1, None, &records);
    assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
    assert_eq!(backend.count("operations"), limits::BATCH_OPERATIONS as u64);
    assert_refused(|device| (0..=limits::BATCH_OPERATIONS).map(|_| device.record(&[])).collect(), (413, "too-large"))
        .await;
}

#[tokio::test]
async fn a_sealed_part_of_the_largest_size_is_taken_and_one_byte_more_is_not() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [sealed(&device, limits::SEALED_PART_BYTES)];
    let batch = device.batch(1, None, &records);
    assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
    assert_refused(|device| vec![sealed(device, limits::SEALED_PART_BYTES + 1)], (413, "too-large")).await;
}

#[tokio::test]
async fn signed_payloads_beyond_the_limit_are_refused_before_they_are_unpacked_whole() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let bomb = zstd::bulk::compress(&vec![0; 64 * limits::PUSH_PAYLOAD_BYTES], 3).unwrap();
    let bytes = [b"BKNP1\n".as_slice(), &(bomb.len() as u32).to_be_bytes(), &bomb].concat();
    assert!(bytes.len() < 16 * 1024, "small on the wire: {}", bytes.len());
    assert_eq!(backend.put(device.own_chain(), 1, bytes).await.refusal(), (413, "too-large".into()));
}

#[tokio::test]
async fn more_or_larger_attachments_than_allowed_are_refused() {
    let photos: Vec<[u8; 1]> = (0..=limits::OPERATION_ATTACHMENTS as u8).map(|n| [n]).collect();
    let many: Vec<&[u8]> = photos.iter().map(<[u8; 1]>::as_slice).collect();
    assert_refused(|device| vec![device.record(&many)], (400, "malformed")).await;
    for size_bytes in [0, limits::ATTACHMENT_BYTES + 1] {
        assert_refused(
            |device| {
                let mut record = device.record(&[b"photo"]);
                record.operation.attachments[0].size_bytes = size_bytes;
                vec![record]
            },
            (400, "malformed"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_as_a_problem() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let answer = backend.put(device.own_chain(), 1, vec![0; limits::PUSH_WIRE_BYTES + 1]).await;
    assert_eq!(answer.refusal(), (413, "too-large".into()));
}

#[tokio::test]
async fn a_photo_larger_than_one_request_is_refused_whole_and_taken_in_pieces() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let photo = vec![7; limits::PUSH_WIRE_BYTES + 1];
    assert!(photo.len() as u64 <= limits::ATTACHMENT_BYTES);
    device.send_with(&backend, &[&photo]).await;
    let sha256 = reference(&photo).sha256;
    assert_eq!(device.patch(&backend, sha256, 0, &photo).await.refusal(), (413, "too-large".into()));
    assert_eq!(device.head(&backend, sha256).await.header("upload-offset"), "0");
    for (place, piece) in photo.chunks(photo.len().div_ceil(2)).enumerate() {
        let offset = place * photo.len().div_ceil(2);
        assert_eq!(device.patch(&backend, sha256, offset as u64, piece).await.status, 204);
    }
    assert_eq!(device.head(&backend, sha256).await.header("upload-complete"), "?1");
    backend.assert_holds();
}

#[tokio::test]
async fn anything_but_a_push_is_an_unsupported_media_type() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    for kind in [None, Some("application/json"), Some("application/vnd.baken.push.v2")] {
        let mut request = put(device.own_chain(), 1, b"x".to_vec());
        assert_eq!(request.headers()["content-type"], MEDIA_TYPE);
        request.headers_mut().remove("content-type");
        if let Some(kind) = kind {
            request.headers_mut().insert("content-type", kind.parse().unwrap());
        }
        assert_eq!(backend.send(request).await.refusal(), (415, "unsupported-media-type".into()), "{kind:?}");
    }
}

#[tokio::test]
async fn a_chain_or_place_that_is_none_is_a_problem() {
    let backend = Backend::new();
    for path in ["x/batches/1", "00000000-0000-0000-0000-000000000000/batches/-1"] {
        let mut request = put(
            "00000000-0000-0000-0000-000000000000.00000000-0000-0000-0000-000000000000".parse().unwrap(),
            1,
            Vec::<u8>::new(),
        );
        *request.uri_mut() = format!("/v1/devices/{}/chains/{path}", uuid::Uuid::nil()).parse().unwrap();
        *request.body_mut() = Body::empty();
        // Never `malformed`: on that word a device sets records aside.
        assert_eq!(backend.send(request).await.refusal(), (400, "bad-request".into()), "{path}");
    }
}

#[tokio::test]
async fn who_is_refused_too_often_is_told_to_wait_and_fills_no_log() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    for number in 0..62 {
        let answer = backend.put(device.own_chain(), 1, b"BKNP1 and then nothing".to_vec()).await;
        let expected = if number < 60 { (400, "malformed".into()) } else { (429, "too-many-attempts".into()) };
        assert_eq!(answer.refusal(), expected, "try {number}");
    }
    let lines: u64 = backend.one("SELECT count(*) FROM audit_lines WHERE action = 'push'");
    assert_eq!(lines, 60);
    let answer = device.send_with(&backend, &[]).await;
    assert_eq!(answer.status, 201, "a sound batch from the same address is still taken");
}

#[tokio::test]
async fn trouble_of_the_backends_own_is_nobodys_refusal() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    backend.tamper_batch("ALTER TABLE devices RENAME TO mislaid");
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    for number in 0..62 {
        let answer = device.send(&backend, &batch, &records).await;
        assert_eq!(answer.refusal(), (500, "internal".into()), "try {number}");
    }
    backend.tamper_batch("ALTER TABLE mislaid RENAME TO devices");
    assert_eq!(backend.one::<u64>("SELECT count(*) FROM audit_lines WHERE action = 'push'"), 0);
    let answer = backend.put(device.own_chain(), 1, b"BKNP1 and then nothing".to_vec()).await;
    assert_eq!(answer.refusal(), (400, "malformed".into()), "nothing of the budget was spent");
    assert_eq!(device.send(&backend, &batch, &records).await.status, 201);
}
