//! What is there for networks that know `GET` and `POST` alone: the same as the other methods do, without headers.

use axum::body::Body;
use axum::http::{Method, Request};
use baken_protocol::digest::Digest;
use baken_protocol::limits;
use serde_json::json;

use crate::backend::{Answer, Backend};
use crate::device::Device;

const PHOTO: &[u8] = b"age file of a photo, of which every byte counts";

async fn announced() -> (Backend, Device, String) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_with(&backend, &[PHOTO]).await;
    let path = device.attachment_path(&backend, Digest::of(PHOTO));
    (backend, device, path)
}

async fn piece(backend: &Backend, device: &Device, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    let request = device.request(Method::POST, &format!("{path}?offset={offset}"));
    let request = request.header("content-type", "application/partial-upload");
    backend.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
}

#[tokio::test]
async fn a_photo_comes_in_by_get_and_post_alone() {
    let (backend, device, path) = announced().await;
    let length = PHOTO.len();
    let status = |offset: usize| json!({ "offset": offset, "length": length, "complete": offset == length });
    assert_eq!(device.get(&backend, &path).await.json(), status(0));
    assert_eq!(piece(&backend, &device, &path, 0, &PHOTO[..9]).await.json(), status(9));
    assert_eq!(device.get(&backend, &path).await.json(), status(9));
    assert_eq!(piece(&backend, &device, &path, 9, &PHOTO[9..]).await.json(), status(length));
    let done = device.get(&backend, &path).await;
    assert_eq!((done.json(), done.header("upload-complete")), (status(length), "?1"));
    assert_eq!(backend.report().attachments, 1);
    backend.assert_holds();
}

#[tokio::test]
async fn what_the_other_methods_refuse_these_refuse_too() {
    let (backend, device, path) = announced().await;
    assert_eq!(piece(&backend, &device, &path, 3, PHOTO).await.refusal(), (409, "wrong-offset".into()));
    let longer = [PHOTO, b"x"].concat();
    assert_eq!(piece(&backend, &device, &path, 0, &longer).await.refusal(), (413, "too-large".into()));
    let other: Vec<u8> = PHOTO.iter().rev().copied().collect();
    assert_eq!(piece(&backend, &device, &path, 0, &other).await.refusal(), (400, "hash-mismatch".into()));
    let plain = device.request(Method::POST, &format!("{path}?offset=0"));
    let plain = plain.header("content-type", "text/plain").body(Body::from(PHOTO)).unwrap();
    assert_eq!(backend.send(plain).await.refusal(), (415, "unsupported-media-type".into()));
    let nowhere = device.request(Method::POST, &path).header("content-type", "application/partial-upload");
    assert_eq!(backend.send(nowhere.body(Body::from(PHOTO)).unwrap()).await.refusal(), (400, "bad-request".into()));
    let stranger = Device::enrolled(&backend, "Boa 2").await;
    assert_eq!(piece(&backend, &stranger, &path, 0, PHOTO).await.refusal(), (404, "not-found".into()));
    assert_eq!(stranger.get(&backend, &path).await.refusal(), (404, "not-found".into()));
    let nobody = Request::get(&path).body(Body::empty()).unwrap();
    assert_eq!(backend.send(nobody).await.refusal(), (401, "unknown-device".into()));
}

#[tokio::test]
async fn a_batch_comes_in_by_post_and_again_by_put() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let batch = device.batch(1, None, &records);
    let bytes = device.push(&batch, &records).encode().unwrap();
    let put = crate::backend::put(device.chain_of(&batch), 1, bytes.clone());
    let (mut parts, body) = crate::backend::put(device.chain_of(&batch), 1, bytes).into_parts();
    parts.method = Method::POST;
    let first = backend.send(Request::from_parts(parts, body)).await;
    let again = backend.send(put).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    assert_eq!(first.body, again.body);
}

async fn ask(backend: &Backend, method: Method, bytes: usize) -> Answer {
    let request = Request::builder().method(method).uri("/v1/passage");
    let request = request.header("content-type", "application/octet-stream").header("authorization", "Bearer secret");
    backend.send(request.body(Body::from(vec![7; bytes])).unwrap()).await
}

#[tokio::test]
async fn what_arrived_is_said_and_nothing_is_kept_or_given_away() {
    let backend = Backend::new();
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        let answer = ask(&backend, method.clone(), 1000).await;
        let said = answer.json();
        assert_eq!((&said["method"], &said["receivedBytes"]), (&json!(method.as_str()), &json!(1000)));
        assert_eq!(said["sha256"], json!(Digest::of(&[7; 1000]).to_string()));
        assert_eq!(said["hasAuthorization"], json!(true));
        assert!(!String::from_utf8(answer.body).unwrap().contains("secret"));
    }
    assert_eq!(ask(&backend, Method::GET, 0).await.json()["receivedBytes"], json!(0));
    assert_eq!(ask(&backend, Method::HEAD, 0).await.status, 200);
    let removed = Request::delete("/v1/passage").body(Body::empty()).unwrap();
    assert_eq!(backend.send(removed).await.json()["method"], json!("DELETE"));
    assert_eq!(ask(&backend, Method::POST, limits::PUSH_WIRE_BYTES).await.status, 200);
    assert_eq!(ask(&backend, Method::POST, limits::PUSH_WIRE_BYTES + 1).await.refusal(), (413, "too-large".into()));
    assert_eq!(backend.held(), [0; 5]);
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_to_wait() {
    let backend = Backend::new();
    let mut answered = 0;
    while ask(&backend, Method::GET, 0).await.status == 200 {
        answered += 1;
        assert!(answered <= 200);
    }
    assert!(answered >= 120, "{answered}");
    assert_eq!(ask(&backend, Method::POST, 9).await.refusal(), (429, "too-many-attempts".into()));
}
