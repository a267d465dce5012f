//! An observation in full and its correction, in a batch of the third schema, after the corrections of the second set; and its
//! sealed text in the ways in which it must not be read.

use baken_protocol::batch::{Batch, FULL_SCHEMA, OperationReference};
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{BatchId, EntityId, OperationId, PersonId};
use baken_protocol::keydir::Team;
use baken_protocol::record::{
    Action, DescribedPerson, FullObservation, OpenPart, Operation, Person, PhotoNote, SealedHeader, SealedObservation,
    UrgentCall,
};
use baken_protocol::seal::Identity;
use baken_protocol::wire::Push;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::records::{Records, sealed, sealed_observation};
use super::{at, frozen, id};
use crate::keys::key;

/// What is said, and how it must not be: the name, what stands there, what stands there instead.
const HOSTILE: [(&str, &str, &str); 8] = [
    ("a person without an id", "\"id\":\"00000000-0000-0000-0000-000000000007\",", ""),
    ("an id in braces", "\"00000000-0000-0000-0000-000000000007\"", "\"{00000000-0000-0000-0000-000000000007}\""),
    ("an answer that is none", "\"called\":true", "\"called\":1"),
    ("a time with a zone", "Z\"},\"photos\"", "+00:00\"},\"photos\""),
    ("a member more", "\"photos\":[", "\"score\":3,\"photos\":["),
    ("a member twice", "\"reason\":\"\",", "\"reason\":\"\",\"reason\":\"\","),
    ("no photos at all", ",\"photos\":[]", ""),
    ("an age that is a number", "\"ageBand\":\"25-34\"", "\"ageBand\":25"),
];

/// `v3-observations-good.json` and `v3-observations-hostile.json`.
pub(crate) fn vectors(frozen_records: &Value, corrections: &Value, records: &Records) -> [Value; 2] {
    let device = key(3);
    let identity = |name: &str| frozen_records["keys"][name].as_str().unwrap().parse::<Identity>().unwrap();
    let (care, recovery) = (identity("careIdentity"), identity("recoveryIdentity"));
    let to = [care.recipient(), recovery.recipient()];
    let OpenPart::Observation(mut open) = records.observation.open.clone() else { panic!("an observation") };
    open.attachment_count = 0;

    let step = |action, number: u128, reason: &str, seconds| {
        let text = serde_json::to_string(&observation(number, reason)).unwrap();
        let (sealed_part, reference) = sealed(text.as_bytes(), &to, Team::Care);
        let operation = Operation {
            action,
            operation: OperationId(id(number)),
            entity: EntityId(id(20)),
            finalised_at: at(seconds),
            open: OpenPart::Observation(open.clone()),
            sealed: reference,
            attachments: Vec::new(),
            ..records.observation.clone()
        };
        (text, sealed_part, Envelope::sign(&operation, &device).unwrap(), operation.operation)
    };
    let first = step(Action::Create, 20, "", 240);
    let amended = step(Action::Amend, 21, "Het was de kok.", 250);
    let steps = [&first, &amended];
    let batch = Batch {
        seq: 4,
        prev: Some(corrections["batch"]["sha256"].as_str().unwrap().parse().unwrap()),
        batch: BatchId(id(22)),
        made_at: at(260),
        monotonic_ms: 242_345,
        schema: FULL_SCHEMA,
        app_version: "0.2.0".into(),
        operations: steps
            .map(|(_, _, envelope, operation)| OperationReference { operation: *operation, sha256: envelope.digest() })
            .to_vec(),
        attachments: Vec::new(),
        ..records.batch.clone()
    };
    let batch = Envelope::sign(&batch, &device).unwrap();
    let operations = steps.map(|(_, sealed_part, envelope, _)| (envelope.into(), sealed_part.clone())).to_vec();
    let push = Push { batch: (&batch).into(), operations };
    let good = json!({
        "keys": {
            "device": BASE64.encode(device.public().as_bytes()),
            "careIdentity": care.to_secret_line().as_str(),
            "recoveryIdentity": recovery.to_secret_line().as_str(),
        },
        "first": frozen(&first.2),
        "firstSealed": HEXLOWER.encode(&first.1),
        "amended": frozen(&amended.2),
        "amendedSealed": HEXLOWER.encode(&amended.1),
        "batch": frozen(&batch),
        "push": HEXLOWER.encode(&push.encode().unwrap()),
    });
    let hostile = HOSTILE.map(|(name, said, instead)| {
        assert!(first.0.contains(said), "{name}: {}", first.0);
        json!({ "name": name, "text": first.0.replace(said, instead) })
    });
    [good, json!({ "text": first.0, "cases": hostile })]
}

fn observation(operation: u128, reason: &str) -> FullObservation {
    let SealedObservation { header, narrative, place, persons } = sealed_observation();
    let described = |Person { pseudonym, description, consents }| DescribedPerson {
        id: PersonId(uuid::Uuid::from_u128(7)),
        pseudonym,
        role: "matroos".into(),
        age_band: "25-34".into(),
        language: "Engels".into(),
        needs: "een arts".into(),
        description,
        consents,
    };
    FullObservation {
        header: SealedHeader {
            operation: OperationId(id(operation)),
            schema: FullObservation::SCHEMA.into(),
            ..header
        },
        reason: reason.into(),
        narrative,
        place,
        persons: persons.into_iter().map(described).collect(),
        call: Some(UrgentCall { called: true, at: at(235) }),
        photos: Vec::<PhotoNote>::new(),
    }
}
