//! Enrolment under attack: who tries too often waits, and nothing is spent meanwhile.

use baken_protocol::invitation::InvitationCode;

use crate::backend::Backend;
use crate::device::{Device, enrolment_request};

#[tokio::test]
async fn after_thirty_wrong_codes_guessing_waits_and_a_good_code_still_gets_in() {
    let backend = Backend::new();
    let code = backend.invite("Boa 1");
    let device = Device::stranger(&backend);
    for guess in 0..30 {
        let wrong = InvitationCode::from_random([guess; 11]);
        assert_eq!(device.enrol(&backend, &wrong).await.refusal(), (403, "code-unknown".into()), "guess {guess}");
    }
    // One attempt comes back every two seconds, so a slow machine needs a few more to get there.
    let mut last = None;
    for _ in 0..20 {
        let answer = backend.send(enrolment_request("x", device.enrolment(&code).to_dsse())).await;
        let waits = answer.status == 429;
        last = Some(answer);
        if waits {
            break;
        }
    }
    let answer = last.unwrap();
    assert_eq!(answer.refusal(), (429, "too-many-attempts".into()));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    let lines: u64 = backend.one("SELECT count(*) FROM audit_lines WHERE action = 'enrol'");
    backend.send(enrolment_request("x", device.enrolment(&code).to_dsse())).await;
    assert_eq!(
        backend.one::<u64>("SELECT count(*) FROM audit_lines WHERE action = 'enrol'"),
        lines,
        "and fills no log"
    );
    assert_eq!(device.enrol(&backend, &code).await.status, 201, "a colleague's device beside the guesser");
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
