//! Observations in full, in a batch of the third schema: read as they were published, and in no other spelling.

use std::collections::BTreeSet;

use baken_protocol::batch::{Batch, CORRECTIONS_SCHEMA, FULL_SCHEMA, SCHEMA};
use baken_protocol::record::{Action, FullObservation, RecordKind};
use baken_protocol::seal;
use baken_protocol::wire::Push;
use serde_json::Value;

use super::records::{identity, operation, signs};
use super::{bytes, envelope, keys};

fn good() -> Value {
    serde_json::from_str(include_str!("v3-observations-good.json")).unwrap()
}

#[test]
fn reads_an_observation_in_full_its_correction_and_the_batch_that_brings_both() {
    let good = good();
    let names: BTreeSet<&str> = good.as_object().unwrap().keys().map(String::as_str).collect();
    let read = ["keys", "first", "firstSealed", "amended", "amendedSealed", "batch", "push"];
    assert_eq!(names, BTreeSet::from(read), "nothing but what is read here");
    let batch = signs::<Batch>(&good, "batch", "device", &keys::key(3));
    let corrections: Value = serde_json::from_str(include_str!("v2-corrections-good.json")).unwrap();
    assert_eq!((batch.schema, batch.prev), (FULL_SCHEMA, Some(envelope(&corrections["batch"]).digest())));
    let push = Push::decode(&bytes(&good["push"])).unwrap();
    assert_eq!(push.operations.len(), batch.operations.len());
    for (name, action, reason) in [("first", Action::Create, ""), ("amended", Action::Amend, "Het was de kok.")] {
        assert_eq!(operation(&good, name).action, action);
        let text = seal::open(&bytes(&good[format!("{name}Sealed")]), &identity(&good, "careIdentity")).unwrap();
        let said = FullObservation::parse(&text).unwrap();
        assert_eq!(said.reason, reason);
        assert_eq!(said.header.schema, RecordKind::Observation.schema(FULL_SCHEMA));
        assert_eq!((said.persons.len(), said.persons[0].id.0.as_u128()), (1, 7), "the same person in both");
        RecordKind::Observation.check_sealed(FULL_SCHEMA, &text).unwrap();
        for other in [SCHEMA, CORRECTIONS_SCHEMA] {
            assert!(RecordKind::Observation.check_sealed(other, &text).is_err(), "{other}");
        }
    }
}

#[test]
fn refuses_each_other_spelling_of_an_observation_in_full() {
    let hostile: Value = serde_json::from_str(include_str!("v3-observations-hostile.json")).unwrap();
    assert!(FullObservation::parse(hostile["text"].as_str().unwrap().as_bytes()).is_ok());
    let cases = hostile["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 8);
    for case in cases {
        assert!(FullObservation::parse(case["text"].as_str().unwrap().as_bytes()).is_err(), "{}", case["name"]);
    }
}
