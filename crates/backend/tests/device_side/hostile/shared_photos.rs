//! One photo's hash in several batches: what is held is not asked for again, and no other device can spoil it.

use baken_protocol::digest::Digest;
use baken_protocol::record::AttachmentReference;

use crate::backend::Backend;
use crate::device::{Device, Record};

const PHOTO: &[u8] = b"age file of a photo, of which every byte counts";

#[tokio::test]
async fn a_later_receipt_names_only_what_is_still_missing_and_the_first_stays_as_it_was() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[PHOTO, b"second"])];
    let first = device.batch(1, None, &records);
    let answer = device.send(&backend, &first, &records).await;
    let both = vec![Digest::of(PHOTO), Digest::of(b"second")];
    assert_eq!(backend.receipt(&answer).missing_attachments, both);

    device.patch(&backend, both[0], 0, PHOTO).await;
    device.patch(&backend, both[1], 0, b"sec").await;
    let amended = [device.record(&[PHOTO, b"second", b"third"])];
    let second = device.batch(2, Some(device.hash(&first)), &amended);
    let later = backend.receipt(&device.send(&backend, &second, &amended).await);
    assert_eq!(later.missing_attachments, [both[1], Digest::of(b"third")], "half of a photo is still missing");

    let replay = device.send(&backend, &first, &records).await;
    assert_eq!((replay.status.as_u16(), replay.body), (200, answer.body));
    backend.assert_holds();
}

/// A record of `device` that names the photo of another device, with a size of its own invention.
fn naming(device: &Device, size_bytes: u64) -> [Record; 1] {
    let mut record = device.record(&[PHOTO]);
    record.operation.attachments = vec![AttachmentReference { size_bytes, ..record.operation.attachments[0].clone() }];
    [record]
}

#[tokio::test]
async fn a_device_that_lists_the_photo_of_another_can_neither_cut_nor_spoil_its_upload() {
    for (size, bytes) in [(20, &b""[..]), (47, b"spoiled"), (21, b"x"), (47, b"the wrong bytes, but...long.")] {
        let backend = Backend::new();
        let (device, other) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
        device.send_with(&backend, &[PHOTO]).await;
        let sha256 = Digest::of(PHOTO);
        device.patch(&backend, sha256, 0, &PHOTO[..20]).await;

        let records = naming(&other, size);
        let batch = other.batch(1, None, &records);
        assert_eq!(other.send(&backend, &batch, &records).await.status, 201);
        for offset in [0, 20] {
            other.patch(&backend, sha256, offset, bytes).await;
        }
        assert_eq!(device.head(&backend, sha256).await.header("upload-offset"), "20", "size {size}");
        let answer = device.patch(&backend, sha256, 20, &PHOTO[20..]).await;
        assert_eq!(answer.status, 204, "size {size}");
        assert_eq!(answer.header("upload-complete"), "?1", "size {size}");
        backend.assert_holds();
    }
}
