//! A contact moment and its correction, in the batches that bring them, after the observations in full; and its operation and
//! its sealed text in the ways in which they must not be read.

use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{EntityId, OperationId, PersonId};
use baken_protocol::keydir::Team;
use baken_protocol::record::{
    Action, AttachmentReference, ConfidentialityLevel, Consent, DescribedPerson, ExactPlace, OpenContact, OpenPart,
    Operation, SealedContact, SealedHeader,
};
use baken_protocol::seal::Identity;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::records::{Records, sealed};
use super::{at, frozen, id};
use crate::keys::key;

/// What is said, and how it must not be: the name, what stands there, what stands there instead.
const HOSTILE: [(&str, &str, &str); 7] = [
    ("a person without an id", "\"id\":\"00000000-0000-0000-0000-000000000007\",", ""),
    ("a request that is no code", "[\"arts\"]", "[\"een arts\"]"),
    ("nothing instead of no offers", "\"given\":[\"kaart\"]", "\"given\":null"),
    ("a member more", "\"note\":", "\"score\":3,\"note\":"),
    ("a member twice", "\"reason\":\"\",", "\"reason\":\"\",\"reason\":\"\","),
    ("no note at all", "\"note\":\"\",", ""),
    ("an age that is a number", "\"ageBand\":\"\"", "\"ageBand\":25"),
];

/// `v1-contact-good.json` and `v1-contact-hostile.json`.
pub(crate) fn vectors(frozen_records: &Value, records: &Records) -> [Value; 2] {
    let device = key(3);
    let identity = |name: &str| frozen_records["keys"][name].as_str().unwrap().parse::<Identity>().unwrap();
    let (care, recovery) = (identity("careIdentity"), identity("recoveryIdentity"));
    let to = [care.recipient(), recovery.recipient()];
    let step = |action, number: u128, reason: &str, seconds| {
        let text = serde_json::to_string(&contact(number, reason)).unwrap();
        let (sealed_part, reference) = sealed(text.as_bytes(), &to, Team::Care);
        let operation = Operation {
            action,
            operation: OperationId(id(number)),
            entity: EntityId(id(30)),
            inspection: None,
            finalised_at: at(seconds),
            open: OpenPart::Contact(open()),
            sealed: reference,
            attachments: Vec::new(),
            ..records.observation.clone()
        };
        (text, sealed_part, operation)
    };
    let first = step(Action::Create, 30, "", 340);
    let amended = step(Action::Amend, 31, "Het was een andere dag.", 350);
    let sign = |operation: &Operation| Envelope::sign(operation, &device).unwrap();
    let good = json!({
        "keys": {
            "device": BASE64.encode(device.public().as_bytes()),
            "careIdentity": care.to_secret_line().as_str(),
            "recoveryIdentity": recovery.to_secret_line().as_str(),
        },
        "first": frozen(&sign(&first.2)),
        "firstSealed": HEXLOWER.encode(&first.1),
        "amended": frozen(&sign(&amended.2)),
        "amendedSealed": HEXLOWER.encode(&amended.1),
    });
    let photo: AttachmentReference = records.observation.attachments[0].clone();
    let operations = [
        ("with a photo", Operation { attachments: vec![photo], ..first.2.clone() }),
        (
            "sealed to another level than it says",
            Operation {
                open: OpenPart::Contact(OpenContact { level: ConfidentialityLevel::Team, ..open() }),
                ..first.2.clone()
            },
        ),
    ];
    let operations =
        operations.map(|(name, operation)| json!({ "name": name, "operation": frozen(&sign(&operation)) }));
    let texts = HOSTILE.map(|(name, said, instead)| {
        assert!(first.0.contains(said), "{name}");
        json!({ "name": name, "text": first.0.replacen(said, instead, 1) })
    });
    [good, json!({ "text": first.0, "cases": texts, "operations": operations })]
}

fn open() -> OpenContact {
    OpenContact { follow_up: "morgen".parse().unwrap(), level: ConfidentialityLevel::Care }
}

fn contact(number: u128, reason: &str) -> SealedContact {
    let consent = Consent { purpose: "zorg".into(), state: "gegeven".into() };
    SealedContact {
        header: SealedHeader {
            tenant: "GM0453".parse().unwrap(),
            device: baken_protocol::ids::DeviceId(id(3)),
            operation: OperationId(id(number)),
            schema: SealedContact::SCHEMA.to_owned(),
        },
        reason: reason.to_owned(),
        person: DescribedPerson {
            id: PersonId(uuid::Uuid::from_u128(7)),
            pseudonym: "Roos".into(),
            role: String::new(),
            age_band: String::new(),
            language: "Roemeens".into(),
            needs: String::new(),
            description: String::new(),
            consents: vec![consent],
        },
        asked_for: vec!["arts".parse().unwrap()],
        given: vec!["kaart".parse().unwrap()],
        note: String::new(),
        place: ExactPlace::default(),
    }
}
