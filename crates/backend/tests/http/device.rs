//! What devices hear.

use axum::body::Body;
use axum::http::{Method, Request};
use baken_protocol::batch::{Batch, FULL_SCHEMA};
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::digest::Digest;
use baken_protocol::ids::ChainId;
use chrono::TimeDelta;

use super::kept::{Answers, Side, until_too_many};
use crate::backend::{Answer, Backend, put};
use crate::device::{Device, enrolment_request};

const PHOTO: &[u8] = b"age file of a photo";
const PUSH: [&str; 2] = ["PUT", "POST"];

#[tokio::test]
async fn every_answer_that_devices_hear_is_as_its_file_says() {
    let backend = Backend::new();
    let mut answers = Answers::of(Side::Device, &backend).await;
    enrolments(&mut answers).await;
    public(&mut answers).await;
    for method in PUSH {
        batches(&mut answers, method).await;
    }
    attachments(&mut answers).await;
    passage(&mut answers).await;
    let device = Device::enrolled(&backend, "Boa 1").await;
    let token = [("authorization", format!("Bearer {}", device.token))];
    answers.keep_refusals(&backend, &token).await;
    answers.hold();
}

async fn enrolments(answers: &mut Answers) {
    let backend = Backend::new();
    let path = "/v1/enrolments";
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    answers.keep("POST", path, &device.enrol(&backend, &code).await);
    answers.keep("POST", path, &Device::stranger(&backend).enrol(&backend, &code).await);
    let known = Device::enrolled(&backend, "Boa 2").await;
    known.send_chain(&backend, 1).await;
    answers.keep("POST", path, &known.enrol(&backend, &backend.invite("Boa 2 weer")).await);
    let code = backend.invite("Boa 3");
    backend.pass(TimeDelta::hours(1));
    answers.keep("POST", path, &Device::stranger(&backend).enrol(&backend, &code).await);
    let unsigned = enrolment_request("ABC", Device::stranger(&backend).enrolment(&code).to_dsse());
    answers.keep("POST", path, &backend.send(unsigned).await);
    let nobodys = Backend::new().invite("Boa 4");
    let stranger = Device::stranger(&backend);
    answers.keep("POST", path, &stranger.enrol(&backend, &nobodys).await);
    answers.keep("POST", path, &until_too_many(async || stranger.enrol(&backend, &nobodys).await).await);
}

async fn public(answers: &mut Answers) {
    let backend = Backend::new();
    for path in ["/healthz", "/readyz", "/v1/key-directory", "/v1/vocabulary"] {
        answers.keep("GET", path, &backend.send(Request::get(path).body(Body::empty()).unwrap()).await);
    }
    let tag = backend.send(Request::get("/v1/vocabulary").body(Body::empty()).unwrap()).await.header("etag").to_owned();
    let known = Request::get("/v1/vocabulary").header("if-none-match", tag).body(Body::empty()).unwrap();
    answers.keep("GET", "/v1/vocabulary", &backend.send(known).await);
    let device = Device::enrolled(&backend, "Boa 1").await;
    answers.keep("GET", "/v1/log-continuations", &device.get(&backend, "/v1/log-continuations").await);
    answers.keep("GET", "/v1/revocations", &device.get(&backend, "/v1/revocations").await);
    for after in ["0", "x"] {
        let path = format!("/v1/outcomes?after={after}");
        answers.keep("GET", &path, &device.get(&backend, &path).await);
    }
    catalogues(answers, &backend, &device).await;
    backend.tamper("DELETE FROM installation");
    answers.keep("GET", "/readyz", &backend.send(Request::get("/readyz").body(Body::empty()).unwrap()).await);
}

/// What devices are given to work with.
async fn catalogues(answers: &mut Answers, backend: &Backend, device: &Device) {
    answers.keep_as("GET", "/v1/catalogues", "none", &device.get(backend, "/v1/catalogues").await);
    let phones = br#"{"phones":[{"code":"zorgcoordinator","nl":"Zorg","en":"Care","number":"0255 567 200"}]}"#;
    let sha256 = backend.give(CatalogueKind::Settings, phones);
    answers.keep("GET", "/v1/catalogues", &device.get(backend, "/v1/catalogues").await);
    for named in [sha256, Digest::of(b"nothing")] {
        let path = format!("/v1/catalogues/{named}/content");
        answers.keep("GET", &path, &device.get(backend, &path).await);
    }
}

/// Takes a batch by this method.
async fn push(backend: &Backend, method: &str, device: &Device, seq: u64, bytes: Vec<u8>) -> (String, Answer) {
    let mut request = put(device.own_chain(), seq, bytes);
    *request.method_mut() = method.parse().unwrap();
    (request.uri().path().to_owned(), backend.send(request).await)
}

async fn batches(answers: &mut Answers, method: &str) {
    let backend = Backend::new();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let first = [device.record(&[])];
    let batch = device.batch(1, None, &first);
    let bytes = device.push(&batch, &first).encode().unwrap();
    for _ in 0..2 {
        let (path, answer) = push(&backend, method, &device, 1, bytes.clone()).await;
        answers.keep(method, &path, &answer);
    }
    let chain = device.chain_path(device.chain);
    if method == "PUT" {
        answers.keep("GET", &chain, &device.get(&backend, &chain).await);
        let other = Device::enrolled(&backend, "Boa 2").await;
        answers.keep("GET", &chain, &other.get(&backend, &chain).await);
    }
    let records = [device.record(&[])];
    let ahead = device.push(&device.batch(3, Some(device.hash(&batch)), &records), &records).encode().unwrap();
    let other = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    let stranger = Device { key: Device::stranger(&backend).key, id: device.id, ..Device::stranger(&backend) };
    let forged = stranger.push(&device.batch(2, Some(device.hash(&batch)), &records), &records).encode().unwrap();
    let later = Batch { schema: FULL_SCHEMA + 1, ..device.batch(2, Some(device.hash(&batch)), &records) };
    let later = device.push(&later, &records).encode().unwrap();
    for (seq, bytes) in
        [(3, ahead), (2, forged), (2, b"BKNP1 and then nothing".to_vec()), (2, later), (1, other.clone()), (1, other)]
    {
        let (path, answer) = push(&backend, method, &device, seq, bytes).await;
        answers.keep(method, &path, &answer);
    }
    let unknown = Device::stranger(&backend);
    let (path, answer) = push(&backend, method, &unknown, 1, bytes.clone()).await;
    answers.keep(method, &path, &answer);
    backend
        .tamper(&format!("UPDATE devices SET revoked_at = '2026-11-23T10:00:00.000Z' WHERE device = '{}'", device.id));
    device.chain = ChainId(backend.environment.uuid());
    let late = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    let (path, answer) = push(&backend, method, &device, 1, late).await;
    answers.keep(method, &path, &answer);
    let (path, _) = push(&backend, method, &unknown, 1, bytes.clone()).await;
    let refused = until_too_many(async || push(&backend, method, &unknown, 1, bytes.clone()).await.1).await;
    answers.keep(method, &path, &refused);
}

async fn attachments(answers: &mut Answers) {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    device.send_with(&backend, &[PHOTO, b"longer than what is sent"]).await;
    let path = device.attachment_path(&backend, Digest::of(PHOTO));
    let receipt = format!("{path}/receipt");
    let nobodys = device.attachment_path(&backend, Digest::of(b"nobody's"));
    answers.keep("GET", &receipt, &device.get(&backend, &receipt).await);
    let unlisted = format!("{nobodys}/receipt");
    answers.keep("GET", &unlisted, &device.get(&backend, &unlisted).await);
    for path in [&path, &nobodys] {
        answers.keep("GET", path, &device.get(&backend, path).await);
        let head = backend.send(device.request(Method::HEAD, path).body(Body::empty()).unwrap()).await;
        answers.keep("HEAD", path, &head);
    }
    let (first, rest) = PHOTO.split_at(8);
    let spoilt: &[u8] = b"another file of it!";
    for (method, name) in [(Method::PATCH, "PATCH"), (Method::POST, "POST")] {
        let backend = Backend::new();
        let device = Device::enrolled(&backend, "Boa 1").await;
        device.send_with(&backend, &[PHOTO]).await;
        let path = device.attachment_path(&backend, Digest::of(PHOTO));
        let piece = |path: &str, offset: usize, bytes: &[u8]| {
            let query = if method == Method::POST { format!("?offset={offset}") } else { String::new() };
            let request = device.request(method.clone(), &format!("{path}{query}")).header("upload-offset", offset);
            request.header("content-type", "application/partial-upload").body(Body::from(bytes.to_vec())).unwrap()
        };
        answers.keep(name, &nobodys, &backend.send(piece(&nobodys, 0, first)).await);
        answers.keep(name, &path, &backend.send(piece(&path, 3, rest)).await);
        answers.keep_as(name, &path, "longer-than-listed", &backend.send(piece(&path, 0, &[7; 64])).await);
        answers.keep(name, &path, &backend.send(piece(&path, 0, spoilt)).await);
        answers.keep_as(name, &path, "in-part", &backend.send(piece(&path, 0, first)).await);
        answers.keep_as(name, &path, "whole", &backend.send(piece(&path, first.len(), rest)).await);
    }
    assert_eq!(device.patch(&backend, Digest::of(PHOTO), 0, PHOTO).await.status, 204);
    answers.keep("GET", &receipt, &device.get(&backend, &receipt).await);
}

async fn passage(answers: &mut Answers) {
    let backend = Backend::new();
    let ask = |method: &str| {
        let body = if ["PUT", "PATCH", "POST"].contains(&method) { "bytes that mean nothing" } else { "" };
        let request = Request::builder().method(method).uri("/v1/passage").header("host", "baken.example");
        backend.send(request.header("content-type", "application/octet-stream").body(Body::from(body)).unwrap())
    };
    let methods = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"];
    for method in methods {
        answers.keep(method, "/v1/passage", &ask(method).await);
    }
    for method in methods {
        answers.keep(method, "/v1/passage", &until_too_many(async || ask(method).await).await);
    }
}
