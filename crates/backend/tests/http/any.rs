//! What may be answered whatever is called: the same words everywhere, so it is kept once.

use axum::body::Body;
use axum::http::Request;
use baken_protocol::limits;

use super::kept::{Answers, Side};
use crate::backend::Backend;
use crate::device::Device;

#[tokio::test]
async fn what_any_call_may_hear_is_as_its_file_says() {
    let backend = Backend::new();
    let mut answers = Answers::of(Side::Any, &backend).await;
    let ask = |method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>| {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        backend.send(request.body(Body::from(body)).unwrap())
    };
    let json = ("content-type", "application/json");
    answers.keep_of_any("", &ask("GET", "/v1/nothing", &[], vec![]).await);
    answers.keep_of_any("", &ask("DELETE", "/v1/key-directory", &[], vec![]).await);
    let elsewhere = [json, ("origin", "https://elsewhere.example")];
    answers.keep_of_any("", &ask("POST", "/v1/sessions", &elsewhere, vec![]).await);
    answers.keep_of_any("", &ask("POST", "/v1/sessions", &[("content-type", "text/plain")], vec![]).await);
    let large = vec![b' '; limits::POCKET_BYTES + 1];
    answers.keep_of_any("", &ask("POST", "/v1/sessions", &[json], large).await);

    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut record = device.record(&[]);
    record.sealed = vec![7; 200_000];
    let sealed = crate::device::reference(&record.sealed);
    (record.operation.sealed.sha256, record.operation.sealed.size_bytes) = (sealed.sha256, sealed.size_bytes);
    let records = [record];
    backend.register.sqlite().limit_pages_for_tests(0).unwrap();
    answers.keep_of_any("", &device.send(&backend, &device.batch(1, None, &records), &records).await);
    backend.register.sqlite().limit_pages_for_tests(1_000_000).unwrap();
    backend.tamper("DELETE FROM installation");
    answers.keep_of_any("", &ask("GET", "/readyz", &[], vec![]).await);
    answers.hold();
}
