//! Photos on their way: resumed at any byte, refused when they are not what was announced, never half believed.

use std::fs;

use axum::body::Body;
use axum::http::Method;
use baken_protocol::digest::Digest;
use baken_protocol::record::Action;

use crate::backend::{Answer, Backend, send};
use crate::device::Device;

const PHOTO: &[u8] = b"age file of a photo, of which every byte counts";

async fn announced(photo: &[u8]) -> (Backend, Device, Digest) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_with(&backend, &[photo]).await;
    (backend, device, Digest::of(photo))
}

fn standing(answer: &Answer) -> (u16, &str, &str, &str) {
    let header = |name| answer.header(name);
    (answer.status.as_u16(), header("upload-offset"), header("upload-length"), header("upload-complete"))
}

fn completed(backend: &Backend) -> u64 {
    backend.one("SELECT count(*) FROM attachments WHERE completed_at IS NOT NULL")
}

#[tokio::test]
async fn an_upload_cut_off_at_any_byte_goes_on_from_what_is_held() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let photos: Vec<Vec<u8>> = (0..20_u8).map(|n| [&[n], PHOTO].concat()).collect();
    let named: Vec<&[u8]> = photos.iter().map(Vec::as_slice).collect();
    device.send_with(&backend, &named).await;
    for (cut, photo) in photos.iter().enumerate() {
        let (sha256, length) = (Digest::of(photo), photo.len().to_string());
        assert_eq!(standing(&device.head(&backend, sha256).await), (204, "0", length.as_str(), "?0"));
        let first = device.patch(&backend, sha256, 0, &photo[..cut]).await;
        assert_eq!(standing(&first), (204, cut.to_string().as_str(), length.as_str(), "?0"));
        let held = device.head(&backend, sha256).await;
        let offset: u64 = held.header("upload-offset").parse().unwrap();
        assert_eq!(offset, cut as u64);
        let last = device.patch(&backend, sha256, offset, &photo[cut..]).await;
        assert_eq!(standing(&last), (204, length.as_str(), length.as_str(), "?1"));
        assert_eq!(fs::read(backend.data().attachments().join(sha256.to_string())).unwrap(), *photo);
    }
    assert_eq!((completed(&backend), backend.report().attachments), (20, 20));
    backend.assert_holds();
}

#[tokio::test]
async fn what_no_batch_of_this_device_lists_is_not_there() {
    let (backend, device, sha256) = announced(PHOTO).await;
    let other = Device::enrolled(&backend, "Boa 2").await;
    for (device, sha256) in [(&device, Digest::of(b"unlisted")), (&other, sha256)] {
        assert_eq!(device.head(&backend, sha256).await.status, 404);
        assert_eq!(device.patch(&backend, sha256, 0, PHOTO).await.refusal(), (404, "not-found".into()));
    }
    let answer = device.get(&backend, "/v1/operations/no-record/attachments/no-hash").await;
    assert!(answer.status.is_client_error());
    assert_eq!(fs::read_dir(backend.data().attachments()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_forked_batch_announces_nothing() {
    let (backend, device, _) = announced(PHOTO).await;
    let records = [device.record(&[b"photo of the fork"])];
    assert_eq!(device.send(&backend, &device.batch(1, None, &records), &records).await.code(), "forked");
    let sha256 = Digest::of(b"photo of the fork");
    assert_eq!(device.patch(&backend, sha256, 0, b"photo of the fork").await.refusal(), (404, "not-found".into()));
}

#[tokio::test]
async fn without_a_devices_token_nobody_reads_or_writes() {
    let (backend, device, sha256) = announced(PHOTO).await;
    for token in ["", "x", &sha256.to_string()] {
        let thief = Device { token: token.to_owned(), ..Device::stranger(&backend) };
        assert_eq!(thief.head(&backend, sha256).await.status, 401);
        assert_eq!(thief.patch(&backend, sha256, 0, PHOTO).await.refusal(), (401, "unknown-device".into()));
    }
    assert_eq!(standing(&device.head(&backend, sha256).await).1, "0");
}

#[tokio::test]
async fn a_wrong_offset_changes_nothing_and_is_told_the_right_one() {
    let (backend, device, sha256) = announced(PHOTO).await;
    device.patch(&backend, sha256, 0, &PHOTO[..10]).await;
    for wrong in [0, 9, 11, PHOTO.len() as u64, u64::MAX] {
        let answer = device.patch(&backend, sha256, wrong, &PHOTO[10..]).await;
        assert_eq!(answer.refusal(), (409, "wrong-offset".into()), "{wrong}");
        assert_eq!(answer.header("upload-offset"), "10", "{wrong}");
    }
    assert_eq!(device.patch(&backend, sha256, 10, &PHOTO[10..]).await.header("upload-complete"), "?1");
}

#[tokio::test]
async fn an_offset_that_is_no_number_and_another_media_type_are_refused() {
    let (backend, device, sha256) = announced(PHOTO).await;
    let path = device.attachment_path(&backend, sha256);
    for offset in [None, Some(""), Some("-1"), Some("1.5"), Some("99999999999999999999")] {
        let mut request = device.request(Method::PATCH, &path).header("content-type", "application/partial-upload");
        if let Some(offset) = offset {
            request = request.header("upload-offset", offset);
        }
        let answer = backend.send(request.body(Body::from(PHOTO)).unwrap()).await;
        assert_eq!(answer.refusal(), (400, "malformed".into()), "{offset:?}");
    }
    let request = device.request(Method::PATCH, &path).header("upload-offset", 0).header("content-type", "image/jpeg");
    let answer = backend.send(request.body(Body::from(PHOTO)).unwrap()).await;
    assert_eq!(answer.refusal(), (415, "unsupported-media-type".into()));
    assert_eq!(standing(&device.head(&backend, sha256).await).1, "0");
}

#[tokio::test]
async fn more_than_was_announced_is_refused_and_what_was_held_stays() {
    let (backend, device, sha256) = announced(PHOTO).await;
    let longer = [PHOTO, b"!"].concat();
    assert_eq!(device.patch(&backend, sha256, 0, &longer).await.refusal(), (413, "too-large".into()));
    device.patch(&backend, sha256, 0, &PHOTO[..20]).await;
    assert_eq!(device.patch(&backend, sha256, 20, &longer[20..]).await.refusal(), (413, "too-large".into()));
    assert_eq!(standing(&device.head(&backend, sha256).await).1, "20");
    assert_eq!(device.patch(&backend, sha256, 20, &PHOTO[20..]).await.header("upload-complete"), "?1");
}

#[tokio::test]
async fn bytes_that_are_not_those_announced_are_thrown_away_and_it_begins_again() {
    let (backend, device, sha256) = announced(PHOTO).await;
    for place in 0..PHOTO.len() {
        let mut wrong = PHOTO.to_vec();
        wrong[place] ^= 1;
        assert_eq!(device.patch(&backend, sha256, 0, &wrong).await.refusal(), (400, "hash-mismatch".into()), "{place}");
        assert_eq!(standing(&device.head(&backend, sha256).await).1, "0");
    }
    assert_eq!((completed(&backend), fs::read_dir(backend.data().attachments()).unwrap().count()), (0, 0));
    assert_eq!(device.patch(&backend, sha256, 0, PHOTO).await.header("upload-complete"), "?1");
    backend.assert_holds();
}

#[tokio::test]
async fn a_second_upload_of_what_is_held_is_a_success_and_changes_nothing() {
    let (backend, device, sha256) = announced(PHOTO).await;
    device.patch(&backend, sha256, 0, PHOTO).await;
    for bytes in [PHOTO, b"something else"] {
        assert_eq!(device.patch(&backend, sha256, 0, bytes).await.header("upload-complete"), "?1");
    }
    backend.assert_holds();
}

#[tokio::test]
async fn a_part_survives_a_restart() {
    let (backend, device, sha256) = announced(PHOTO).await;
    device.patch(&backend, sha256, 0, &PHOTO[..17]).await;
    let backend = backend.restarted();
    assert_eq!(standing(&device.head(&backend, sha256).await).1, "17");
    assert_eq!(device.patch(&backend, sha256, 17, &PHOTO[17..]).await.header("upload-complete"), "?1");
}

#[tokio::test]
async fn killed_after_the_last_byte_but_before_the_check_it_is_finished_by_an_empty_patch() {
    let (backend, device, sha256) = announced(PHOTO).await;
    fs::write(backend.data().attachments().join(format!("{sha256}.{}.part", device.id)), PHOTO).unwrap();
    let length = PHOTO.len().to_string();
    assert_eq!(standing(&device.head(&backend, sha256).await), (204, length.as_str(), length.as_str(), "?0"));
    let answer = device.patch(&backend, sha256, PHOTO.len() as u64, b"").await;
    assert_eq!(answer.header("upload-complete"), "?1");
    assert_eq!(completed(&backend), 1);
}

/// The device sends nothing more once it was told "complete", so no answer may say so before the register does.
#[tokio::test]
async fn killed_after_the_file_was_whole_but_before_it_was_noted_the_next_question_notes_it() {
    let (backend, device, sha256) = announced(PHOTO).await;
    fs::write(backend.data().attachments().join(sha256.to_string()), PHOTO).unwrap();
    assert_eq!(completed(&backend), 0);
    assert_eq!(device.head(&backend, sha256).await.header("upload-complete"), "?1");
    assert_eq!(completed(&backend), 1);
    backend.assert_holds();
}

#[tokio::test]
async fn a_photo_that_an_amendment_names_again_is_not_asked_for_again() {
    let (backend, device, sha256) = announced(PHOTO).await;
    device.patch(&backend, sha256, 0, PHOTO).await;
    let device = Device { chain: baken_protocol::ids::ChainId(backend.environment.uuid()), ..device };
    let mut records = [device.record(&[PHOTO])];
    records[0].operation.action = Action::Amend;
    let answer = device.send(&backend, &device.batch(1, None, &records), &records).await;
    assert!(backend.receipt(&answer).missing_attachments.is_empty());
    assert_eq!(completed(&backend), 2, "held for both records");
    backend.assert_holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_write_at_once_none_spoils_the_file() {
    let photo: Vec<u8> = (0..=255_u8).cycle().take(300_000).collect();
    let (backend, device, sha256) = announced(&photo).await;
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let request = device
            .request(Method::PATCH, &device.attachment_path(&backend, sha256))
            .header("content-type", "application/partial-upload")
            .header("upload-offset", 0)
            .body(Body::from(photo.clone()))
            .unwrap();
        sending.spawn(send(backend.router(), request));
    }
    for answer in sending.join_all().await {
        match answer.status.as_u16() {
            204 => assert_eq!(answer.header("upload-complete"), "?1"),
            _ => assert_eq!(answer.refusal(), (409, "upload-busy".into())),
        }
    }
    assert_eq!(device.head(&backend, sha256).await.header("upload-complete"), "?1");
    backend.assert_holds();
}

/// Who lists what another brought has brought nothing: no receipt, and nobody sees the other's photo by it.
#[tokio::test]
async fn what_another_device_brought_counts_for_nobody_else() {
    let (backend, device, sha256) = announced(PHOTO).await;
    device.patch(&backend, sha256, 0, PHOTO).await;
    let other = Device::enrolled(&backend, "Boa 2").await;
    let records = [other.record(&[PHOTO])];
    let answer = other.send(&backend, &other.batch(1, None, &records), &records).await;
    assert_eq!(backend.receipt(&answer).missing_attachments, [sha256]);
    let length = PHOTO.len().to_string();
    assert_eq!(standing(&other.head(&backend, sha256).await), (204, "0", length.as_str(), "?0"));
    let receipt = format!("{}/receipt", other.attachment_path(&backend, sha256));
    assert_eq!(other.get(&backend, &receipt).await.refusal(), (409, "incomplete".into()));
    assert_eq!(completed(&backend), 1);
    assert_eq!(other.patch(&backend, sha256, 0, &PHOTO[1..]).await.header("upload-complete"), "?0");
    let wrong = other.patch(&backend, sha256, PHOTO.len() as u64 - 1, b"!").await;
    assert_eq!(wrong.refusal(), (400, "hash-mismatch".into()));
    assert_eq!(other.patch(&backend, sha256, 0, PHOTO).await.header("upload-complete"), "?1");
    assert_eq!((other.get(&backend, &receipt).await.status.as_u16(), completed(&backend)), (200, 2));
    backend.assert_holds();
}
