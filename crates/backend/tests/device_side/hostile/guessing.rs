//! Enrolment under attack: who tries too often waits, and nothing is spent meanwhile.

use baken_protocol::invitation::InvitationCode;

use crate::backend::Backend;
use crate::device::{Device, enrolment_request};

#[tokio::test]
async fn thirty_attempts_are_answered_then_even_a_good_code_waits_unspent() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    for guess in 0..30 {
        let wrong = InvitationCode::from_random([guess; 11]);
        assert_eq!(device.enrol(&backend, &wrong).await.refusal(), (403, "code-unknown".into()), "guess {guess}");
    }
    // One attempt comes back every two seconds, so a slow machine needs a few more to get there.
    let mut malformed = enrolment_request("x", device.enrolment(&code).to_dsse());
    for _ in 0..20 {
        let answer = backend.send(malformed).await;
        malformed = enrolment_request("x", device.enrolment(&code).to_dsse());
        if answer.status == 429 {
            break;
        }
    }
    let answer = device.enrol(&backend, &code).await;
    assert_eq!(answer.refusal(), (429, "too-many-attempts".into()));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(backend.count("devices"), 0);
    let unspent: u64 = backend.one("SELECT count(*) FROM invitations WHERE used_at IS NULL");
    assert_eq!(unspent, 1);
    let backend = backend.restarted();
    assert_eq!(device.enrol(&backend, &code).await.status, 201, "and after the wait it is still good");
}

#[tokio::test]
async fn a_proof_for_one_open_invitation_spends_no_other() {
    let backend = Backend::new();
    let (one, two) = (backend.invite("Boa 1"), backend.invite("Boa 2"));
    let device = Device::stranger(&backend);
    let crossed = enrolment_request(one.as_str(), device.enrolment(&two).to_dsse());
    assert_eq!(backend.send(crossed).await.refusal(), (400, "malformed".into()));
    let unspent: u64 = backend.one("SELECT count(*) FROM invitations WHERE used_at IS NULL");
    assert_eq!((unspent, backend.count("devices")), (2, 0));
}
