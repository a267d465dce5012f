//! The first set: one message of each kind that holds, and batches and enrolments that do not.

use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::enrolment::Enrolment;
use baken_protocol::ids::{BatchId, ChainId, DeviceId, EntityId, OperationId};
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team, TeamRecipient, VocabularyReference};
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{
    Action, ConfidentialityLevel, OpenObservation, OpenPart, Operation, SealedHeader, SealedObservation,
    SealedReference,
};
use baken_protocol::seal::{self, Identity};
use baken_protocol::signature::{Signature, SigningKey};
use baken_protocol::wire::Push;
use chrono::Days;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::{at, frozen, id, signed};
use crate::keys::key;
use crate::spellings::spellings;

/// `v1-good.json` and `v1-hostile.json`.
pub(crate) fn vectors() -> [Value; 2] {
    let (root, receipt, device) = (key(1), key(2), key(3));
    let identity: Identity = Identity::generate();
    let recovery: Identity = Identity::generate();
    let keydir = keydir(&root, &receipt, &identity, &recovery);
    let enrolment = enrolment(&device);
    let sealed = sealed(&identity, &recovery);
    let operation = Envelope::sign(&operation(&sealed), &device).unwrap();
    let batch_payload = batch(operation.digest());
    let batch = Envelope::sign(&batch_payload, &device).unwrap();
    let receipt_envelope = Envelope::sign(&receipt_of(batch.digest(), &device), &receipt).unwrap();
    let push = Push { batch: (&batch).into(), operations: vec![((&operation).into(), sealed.clone())] };
    let good = json!({
        "keys": {
            "root": BASE64.encode(root.public().as_bytes()),
            "receipt": BASE64.encode(receipt.public().as_bytes()),
            "device": BASE64.encode(device.public().as_bytes()),
            "teamIdentity": identity.to_secret_line().as_str(),
        },
        "keydir": frozen(&Envelope::sign(&keydir, &root).unwrap()),
        "enrol": frozen(&Envelope::sign(&enrolment, &device).unwrap()),
        "operation": frozen(&operation),
        "batch": frozen(&batch),
        "receipt": frozen(&receipt_envelope),
        "sealed": HEXLOWER.encode(&sealed),
        "push": HEXLOWER.encode(&push.encode().unwrap()),
    });
    [good, hostile(&device, &batch, &enrolment)]
}

fn keydir(root: &SigningKey, receipt: &SigningKey, team: &Identity, recovery: &Identity) -> KeyDirectory {
    let entry = |name, identity: &Identity| TeamRecipient { name, recipient: identity.recipient() };
    KeyDirectory {
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".into(),
        time_zone: "Europe/Amsterdam".parse().unwrap(),
        epoch: 1,
        issued_at: at(0),
        not_after: at(0) + Days::new(730),
        previous: vec![],
        root_key: root.public(),
        receipt_keys: ReceiptKeys::new(receipt.public()),
        content_key: key(4).public(),
        vocabulary: VocabularyReference { version: 1, sha256: Digest::of(b"vocabulary 1") },
        recipients: vec![entry(Team::Coordinators, team), entry(Team::Recovery, recovery)],
    }
}

fn enrolment(device: &SigningKey) -> Enrolment {
    Enrolment {
        public_key: device.public(),
        challenge: Digest::of(b"7TJC6PCXVAQ"),
        chain: ChainId(id(1)),
        app_version: "0.1.0".into(),
        made_at: at(10),
    }
}

fn sealed(team: &Identity, recovery: &Identity) -> Vec<u8> {
    let text = SealedObservation {
        header: SealedHeader {
            tenant: "GM0453".parse().unwrap(),
            device: DeviceId(id(3)),
            operation: OperationId(id(2)),
            schema: SealedObservation::SCHEMA.into(),
        },
        narrative: "Twee mannen slapen in het ruim.".into(),
        place: baken_protocol::record::ExactPlace { name: "IJM 204".into(), ..Default::default() },
        persons: vec![],
    };
    seal::seal(&serde_json::to_vec(&text).unwrap(), &[team.recipient(), recovery.recipient()]).unwrap()
}

fn operation(sealed: &[u8]) -> Operation {
    Operation {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        operation: OperationId(id(2)),
        action: Action::Create,
        entity: EntityId(id(4)),
        inspection: None,
        vocabulary_version: 1,
        finalised_at: at(20),
        clock_offset_seconds: None,
        observed_at: at(15),
        open: OpenPart::Observation(OpenObservation {
            place_kind: "vissersschip".parse().unwrap(),
            district: Some("WK045301".parse().unwrap()),
            forms: vec!["arbeid".parse().unwrap()],
            indicators: vec!["D1".parse().unwrap()],
            basis: "waarneming".parse().unwrap(),
            urgency: "spoed".parse().unwrap(),
            actions: vec![],
            level: ConfidentialityLevel::Team,
            person_count: 0,
            attachment_count: 0,
        }),
        sealed: SealedReference {
            sha256: Digest::of(sealed),
            size_bytes: sealed.len() as u64,
            recipients: vec![Team::Coordinators, Team::Recovery],
            epoch: 1,
        },
        attachments: vec![],
    }
}

fn batch(operation: Digest) -> Batch {
    Batch {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        chain: ChainId(id(1)),
        seq: 1,
        prev: None,
        batch: BatchId(id(5)),
        made_at: at(30),
        boot_id: id(6),
        monotonic_ms: 12_345,
        last_receipt: None,
        continues: None,
        key_epoch: 1,
        schema: SCHEMA,
        app_version: "0.1.0".into(),
        operations: vec![OperationReference { operation: OperationId(id(2)), sha256: operation }],
        attachments: vec![],
    }
}

fn receipt_of(batch: Digest, device: &SigningKey) -> Receipt {
    Receipt {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        device_key: device.public(),
        chain: ChainId(id(1)),
        seq: 1,
        batch_hash: batch,
        received_at: at(40),
        log_origin: "baken.velsen.example/baken/GM0453".into(),
        leaf_index: 0,
        missing_attachments: vec![],
        quarantined: false,
    }
}

/// Each is an envelope that must be refused, with the reason it is refused for.
fn hostile(device: &SigningKey, batch: &Envelope, enrolment: &Enrolment) -> Value {
    let text = String::from_utf8(batch.payload.clone()).unwrap();
    let resigned = |text: String| signed(Batch::TYPE, text.as_bytes(), device);
    let flipped = |place: usize| {
        let mut envelope = batch.clone();
        envelope.payload[place] ^= 1;
        envelope
    };
    let mut two = batch.to_dsse();
    two.signatures.push(two.signatures[0].clone());
    let mut none = batch.to_dsse();
    none.signatures.clear();
    let mut garbled = batch.to_dsse();
    garbled.payload = "not base64!".into();
    let mut low_order = [0; 32];
    low_order[0] = 1;
    let own = BASE64.encode(device.public().as_bytes());
    let enrol_text = serde_json::to_string(enrolment).unwrap().replace(&own, &BASE64.encode(&low_order));
    let forged = Envelope {
        payload_type: Enrolment::TYPE.into(),
        payload: enrol_text.into_bytes(),
        keyid: Digest::of(&low_order),
        signature: Signature::parse(&[low_order, [0; 32]].concat()).unwrap(),
    };
    let case = |name: &str, of: &str, refused: &str, dsse: Value| json!({ "name": name, "of": of, "refused": refused, "dsse": dsse });
    let envelope = |envelope: &Envelope| serde_json::to_value(envelope.to_dsse()).unwrap();
    let enrol = Envelope::sign(enrolment, device).unwrap();
    let spelt = |of: &str, kind: &str, good: &Envelope| -> Vec<Value> {
        let text = std::str::from_utf8(&good.payload).unwrap();
        let case = |(name, text): &(String, String)| {
            case(&format!("{of}: {name}"), of, "payload", envelope(&signed(kind, text.as_bytes(), device)))
        };
        spellings(text).iter().map(case).collect()
    };
    let mut cases = vec![
        case("one bit of the payload flipped", "batch", "signature", envelope(&flipped(40))),
        case(
            "signed by another key under this key's name",
            "batch",
            "signature",
            envelope(&Envelope { keyid: batch.keyid, ..signed(Batch::TYPE, &batch.payload, &key(9)) }),
        ),
        case("signed by an unknown key", "batch", "signature", envelope(&signed(Batch::TYPE, &batch.payload, &key(9)))),
        case(
            "a later version",
            "batch",
            "type",
            envelope(&signed("application/vnd.baken.batch.v2+json", &batch.payload, device)),
        ),
        case(
            "an operation where a batch belongs",
            "batch",
            "type",
            envelope(&signed(Operation::TYPE, &batch.payload, device)),
        ),
        case(
            "a key twice",
            "batch",
            "payload",
            envelope(&resigned(text.replacen("\"seq\":1", "\"seq\":1,\"seq\":2", 1))),
        ),
        case(
            "a key twice, once escaped",
            "batch",
            "payload",
            envelope(&resigned(text.replacen("\"seq\":1", "\"seq\":1,\"s\\u0065q\":2", 1))),
        ),
        case("a float", "batch", "payload", envelope(&resigned(text.replacen("\"seq\":1", "\"seq\":1.0", 1)))),
        case(
            "an integer beyond 2^53",
            "batch",
            "payload",
            envelope(&resigned(text.replacen("12345", "9007199254740993", 1))),
        ),
        case("a negative place", "batch", "payload", envelope(&resigned(text.replacen("\"seq\":1", "\"seq\":-1", 1)))),
        case("an unknown field", "batch", "payload", envelope(&resigned(text.replacen('{', "{\"extra\":1,", 1)))),
        case("bytes after the payload", "batch", "payload", envelope(&resigned(format!("{text} {{}}")))),
        case("a payload cut off", "batch", "payload", envelope(&resigned(text[..text.len() / 2].to_owned()))),
        case(
            "another municipality's code that is none",
            "batch",
            "payload",
            envelope(&resigned(text.replacen("GM0453", "XX0453", 1))),
        ),
        case("two signatures", "batch", "envelope", serde_json::to_value(two).unwrap()),
        case("no signature", "batch", "envelope", serde_json::to_value(none).unwrap()),
        case("a payload that is no base64", "batch", "envelope", serde_json::to_value(garbled).unwrap()),
        case("a low-order key that verifies anything", "enrol", "payload", envelope(&forged)),
    ];
    cases.extend(spelt("batch", Batch::TYPE, batch));
    cases.extend(spelt("enrol", Enrolment::TYPE, &enrol));
    Value::Array(cases)
}
