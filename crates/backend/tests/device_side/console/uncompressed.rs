//! What is for one account never travels compressed: beside text that an attacker can have repeated in it, the
//! length of a compressed answer tells of the rest (BREACH).

use baken_protocol::record::ConfidentialityLevel;

use super::browser::{Browser, LOGIN, PASSWORD, attempt_from, backend};
use super::scene::{at_level, bring};
use crate::device::Device;

#[tokio::test]
async fn answers_about_records_accounts_and_devices_come_as_they_are() {
    let backend = backend();
    let mut device = Device::enrolled(&backend, "Boa 1").await;
    let records: Vec<_> = (0..5).map(|_| at_level(&device, ConfidentialityLevel::Team)).collect();
    bring(&backend, &mut device, &records.iter().collect::<Vec<_>>()).await;
    let browser = Browser::sign_in(&backend).await;
    let operation = records[0].operation.id();
    let detail = format!("/v1/observations/{operation}");
    let evidence = format!("/v1/operations/{operation}/evidence");
    let mut longest = 0;
    for path in [
        "/v1/sessions/current",
        "/v1/member-key",
        "/v1/observations",
        &detail,
        &evidence,
        "/v1/devices",
        "/v1/alerts",
        "/v1/invitations",
        "/v1/nothing",
    ] {
        let answer = browser.get(path).await;
        assert!(!answer.headers.contains_key("content-encoding"), "{path}");
        assert!(answer.json().is_object(), "{path}");
        longest = longest.max(answer.body.len());
    }
    assert!(longest > 2000, "some are worth compressing");
    let answer = attempt_from(&backend, "127.0.0.1", LOGIN, PASSWORD).await;
    assert!(answer.status == 201 && !answer.headers.contains_key("content-encoding"));
}
