//! Joining an inspection: a join code, the records of whoever started and of whoever joined, and what must be refused.

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{DeviceId, EntityId, OperationId, TenantId};
use baken_protocol::join_code::{JoinCode, JoinSecret, ShownCode};
use baken_protocol::keydir::Team;
use baken_protocol::record::{
    ExactPlace, OpenPart, OpenParticipation, Operation, SealedHeader, SealedParticipation, SealedReference,
};
use baken_protocol::seal;
use chrono::TimeDelta;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::case::{badly_written, message, otherwise_written, replaced};
use super::records::{Records, operation};
use super::{at, frozen, id, signed};
use crate::keys::key;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Payload;

/// The second device, which joins.
const JOINER: u128 = 20;

/// `v1-join-good.json` and `v1-join-hostile.json`.
pub(crate) fn vectors(records: &Records) -> [Value; 2] {
    [good(records), hostile(records)]
}

fn secret() -> JoinSecret {
    JoinSecret::from_random([3; 16])
}

fn code(records: &Records) -> JoinCode {
    JoinCode {
        tenant: records.inspection.tenant.clone(),
        inspection: records.inspection.entity(),
        place_kind: "vissersschip".parse().unwrap(),
        district: None,
        place: ExactPlace { name: "IJM 204".into(), berth: "Haringhaven, kade 3".into(), ..ExactPlace::default() },
        organisations: vec!["gemeente-velsen".parse().unwrap(), "politie".parse().unwrap()],
        ground: "awb-5-15".parse().unwrap(),
        started_at: at(115),
        made_at: at(125),
        expires_at: at(125) + TimeDelta::hours(4),
        secret: secret(),
    }
}

fn shown(certificate: &Envelope, code: &Envelope) -> String {
    ShownCode::new(certificate, code).to_text().unwrap()
}

/// A step as each of both devices signs it: the one that started is 3, with key 3; the one that joined 20, with key 6.
fn step(records: &Records, number: u128, device: u128, open: OpenParticipation) -> (Operation, Vec<u8>) {
    let header = SealedHeader {
        tenant: records.inspection.tenant.clone(),
        device: DeviceId(id(device)),
        operation: OperationId(id(number)),
        schema: SealedParticipation::SCHEMA.into(),
    };
    let text = SealedParticipation { header, place: code(records).place };
    let sealed = seal::seal(&serde_json::to_vec(&text).unwrap(), &[records.team.recipient()]).unwrap();
    let reference = SealedReference {
        sha256: Digest::of(&sealed),
        size_bytes: sealed.len() as u64,
        recipients: vec![Team::Coordinators, Team::Recovery],
        epoch: 2,
    };
    let signed = Operation {
        device: DeviceId(id(device)),
        inspection: Some(records.inspection.entity()),
        ..operation(number, number + 1, OpenPart::Participation(open), reference)
    };
    assert_eq!(signed.entity, EntityId(id(number + 1)));
    (signed, sealed)
}

fn started() -> OpenParticipation {
    OpenParticipation {
        organisation: "politie".parse().unwrap(),
        role: "leiding".parse().unwrap(),
        closed_with: None,
        join_key: Some(secret().key().unwrap()),
        proof: None,
    }
}

fn joined(records: &Records) -> OpenParticipation {
    let tenant: &TenantId = &records.inspection.tenant;
    OpenParticipation {
        organisation: "scharlaken-koord".parse().unwrap(),
        role: "hulpverlening".parse().unwrap(),
        closed_with: None,
        join_key: None,
        proof: Some(secret().prove(tenant, records.inspection.entity(), DeviceId(id(JOINER))).unwrap()),
    }
}

fn good(records: &Records) -> Value {
    let certificate = Envelope::sign(&records.certificate, &key(2)).unwrap();
    let code = Envelope::sign(&code(records), &key(3)).unwrap();
    let closed = OpenParticipation { closed_with: Some(2), ..joined(records) };
    let mut good = json!({
        "joiner": BASE64.encode(key(6).public().as_bytes()),
        "certificate": frozen(&certificate),
        "code": frozen(&code),
        "text": shown(&certificate, &code),
    });
    for (name, signer, (operation, sealed)) in [
        ("started", 3, step(records, 22, 3, started())),
        ("joined", 6, step(records, 24, JOINER, joined(records))),
        ("closed", 6, step(records, 26, JOINER, closed)),
    ] {
        good[name] = frozen(&Envelope::sign(&operation, &key(signer)).unwrap());
        good[format!("{name}Sealed")] = HEXLOWER.encode(&sealed).into();
    }
    good
}

fn text(name: &str, refused: &str, text: &str) -> Value {
    json!({ "name": name, "refused": refused, "text": text })
}

fn hostile(records: &Records) -> Value {
    let mut cases = codes(records);
    cases.extend(steps(records));
    Value::Array(cases)
}

fn codes(records: &Records) -> Vec<Value> {
    let good = code(records);
    let certificate = |by: u8, certificate: &DeviceCertificate| Envelope::sign(certificate, &key(by)).unwrap();
    let (ours, right) = (certificate(2, &records.certificate), Envelope::sign(&good, &key(3)).unwrap());
    let with = |code: &JoinCode| shown(&ours, &Envelope::sign(code, &key(3)).unwrap());
    let elsewhere: TenantId = "GM0392".parse().unwrap();
    let of_elsewhere = DeviceCertificate { tenant: elsewhere.clone(), ..records.certificate.clone() };
    let other_device = DeviceCertificate { device: DeviceId(id(JOINER)), ..records.certificate.clone() };
    let whole = shown(&ours, &right);
    let cut = |length: usize| whole.get(..length).unwrap().to_owned();
    let mut altered = right.clone();
    let place = altered.payload.windows(7).position(|it| it == b"IJM 204").unwrap();
    altered.payload[place + 6] = b'5';
    let written = |from: &str, to: &str| {
        let text = replaced(std::str::from_utf8(&right.payload).unwrap(), from, to);
        shown(&ours, &signed(JoinCode::TYPE, text.as_bytes(), &key(3)))
    };
    let later = "application/vnd.baken.join-code.v2+json";
    vec![
        text("of a neighbouring municipality", "tenant", &shown(&certificate(2, &of_elsewhere), &right)),
        text("the code names another municipality", "tenant", &with(&JoinCode { tenant: elsewhere, ..good.clone() })),
        text(
            "the certificate is the device's own word",
            "certificate",
            &shown(&certificate(3, &records.certificate), &right),
        ),
        text(
            "the certificate is the root key's word",
            "certificate",
            &shown(&certificate(1, &records.certificate), &right),
        ),
        text("the certificate is for another device", "other-device", &shown(&certificate(2, &other_device), &right)),
        text(
            "signed by another key than the certificate's",
            "altered",
            &shown(&ours, &Envelope::sign(&good, &key(9)).unwrap()),
        ),
        text("another ship's name", "altered", &shown(&ours, &altered)),
        text("a later version", "altered", &shown(&ours, &signed(later, &right.payload, &key(3)))),
        text(
            "good for thirteen hours",
            "term",
            &with(&JoinCode { expires_at: good.made_at + TimeDelta::hours(13), ..good.clone() }),
        ),
        text("over before it begins", "term", &with(&JoinCode { expires_at: good.made_at, ..good.clone() })),
        text(
            "expired",
            "expired",
            &with(&JoinCode { expires_at: good.made_at + TimeDelta::minutes(1), ..good.clone() }),
        ),
        text(
            "a member twice",
            "malformed",
            &written("\"ground\":\"awb-5-15\"", "\"ground\":\"awb-5-15\",\"ground\":\"bevel\""),
        ),
        text("a member more", "malformed", &written("{\"tenant\":", "{\"note\":1,\"tenant\":")),
        text("a name of a person in it", "malformed", &written("\"secret\":", "\"author\":\"Piet\",\"secret\":")),
        text("a secret too short", "malformed", &written("\"3333333333333333\"", "\"333333333333333\"")),
        text("a blank in it", "malformed", &written("\"ground\":", "\"ground\": ")),
        text("cut off in the middle", "malformed", &cut(whole.len() / 2)),
        text("without its last symbol", "malformed", &cut(whole.len() - 1)),
        text("nothing but its name", "malformed", "BAKEN-JOIN:"),
        text("an invitation", "malformed", "baken:https://baken.velsen.example#7TJC"),
        text("longer than any", "too-large", &format!("BAKEN-JOIN:{}", "0".repeat(1_800))),
    ]
}

fn steps(records: &Records) -> Vec<Value> {
    let (good, _) = step(records, 24, JOINER, joined(records));
    let (starter, _) = step(records, 22, 3, started());
    let by_joiner =
        |name: &str, operation: &Operation| message(name, "inconsistent", &Envelope::sign(operation, &key(6)).unwrap());
    let open = |open: OpenParticipation| Operation { open: OpenPart::Participation(open), ..good.clone() };
    let both = OpenParticipation { join_key: Some(secret().key().unwrap()), ..joined(records) };
    let own = OpenParticipation { proof: joined(records).proof, join_key: None, ..started() };
    let mut cases = vec![
        by_joiner("of no inspection", &Operation { inspection: None, ..good.clone() }),
        by_joiner("without a proof", &open(OpenParticipation { proof: None, ..joined(records) })),
        by_joiner("with a key of its own beside the proof", &open(both)),
        by_joiner("with a key in place of the proof", &open(started())),
        by_joiner("with a photo", &Operation { attachments: records.observation.attachments.clone(), ..good.clone() }),
        message(
            "a proof by whoever started",
            "inconsistent",
            &Envelope::sign(&Operation { open: OpenPart::Participation(own), ..starter }, &key(3)).unwrap(),
        ),
    ];
    let envelope = Envelope::sign(&good, &key(6)).unwrap();
    let proof = BASE64.encode(joined(records).proof.unwrap().as_bytes());
    cases.extend(badly_written::<Operation>(
        &envelope,
        &key(6),
        &[
            ("the name of a person", "\"closedWith\":null", "\"name\":\"Piet\",\"closedWith\":null"),
            ("a role that is no code", "\"role\":\"hulpverlening\"", "\"role\":\"de tolk\""),
            ("less than no observations", "\"closedWith\":null", "\"closedWith\":-1"),
            ("a proof cut off", proof.as_str(), &proof[..84]),
        ],
    ));
    cases.extend(otherwise_written::<Operation>(&envelope, &key(6)));
    for case in &mut cases {
        let name = format!("a step: {}", case["name"].as_str().unwrap());
        case["name"] = name.into();
    }
    cases
}
