//! Corrections with a reason, in a batch of the second schema: read as they were published, and written today as then.

use std::collections::BTreeSet;

use baken_protocol::batch::{Batch, CORRECTIONS_SCHEMA, FULL_SCHEMA, SCHEMA, may_list};
use baken_protocol::record::{
    Action, InspectionCorrection, ObservationCorrection, RecordKind, SealedInspection, SealedObservation,
};
use baken_protocol::seal;
use baken_protocol::wire::Push;
use serde_json::Value;

use super::records::{identity, operation, records, signs};
use super::{bytes, envelope, keys};

fn corrections() -> Value {
    serde_json::from_str(include_str!("v2-corrections-good.json")).unwrap()
}

#[test]
fn holds_nothing_but_what_is_read_here() {
    let corrections = corrections();
    let names: BTreeSet<&str> = corrections.as_object().unwrap().keys().map(String::as_str).collect();
    let read = ["keys", "inspection", "inspectionSealed", "observation", "observationSealed", "batch", "push"];
    assert_eq!(names, BTreeSet::from(read));
}

#[test]
fn reads_corrections_of_the_records_of_the_second_set_and_the_batch_that_brings_them() {
    let (before, corrections) = (records(), corrections());
    for (name, action) in [("inspection", Action::Amend), ("observation", Action::Retract)] {
        let (first, later) = (operation(&before, name), operation(&corrections, name));
        assert_eq!((later.action, later.entity, later.open.level()), (action, first.entity, first.open.level()));
        assert_eq!(later.inspection, first.inspection);
    }
    let batch = signs::<Batch>(&corrections, "batch", "device", &keys::key(3));
    assert_eq!((batch.schema, batch.attachments.len()), (CORRECTIONS_SCHEMA, 0));
    assert_eq!(batch.prev, Some(envelope(&before["batch"]).digest()));
    let push = Push::decode(&bytes(&corrections["push"])).unwrap();
    assert_eq!(push.batch, (&envelope(&corrections["batch"])).into());
    assert_eq!(push.operations.len(), batch.operations.len());
    for action in [Action::Create, Action::Amend, Action::Retract] {
        for kind in RecordKind::ALL.iter().copied() {
            assert!(may_list(SCHEMA, kind, action));
            assert_eq!(may_list(CORRECTIONS_SCHEMA, kind, action), action != Action::Create);
            assert_eq!(may_list(FULL_SCHEMA, kind, action), kind == RecordKind::Observation);
        }
    }
}

#[test]
fn reads_the_reason_of_each_and_takes_neither_for_a_first_record() {
    let corrections = corrections();
    let opened = |name: &str, key: &str| seal::open(&bytes(&corrections[name]), &identity(&corrections, key)).unwrap();
    let text = opened("inspectionSealed", "teamIdentity");
    let inspection = InspectionCorrection::parse(&text).unwrap();
    assert_eq!(inspection.reason, "De kade was een andere.");
    assert_eq!(inspection.header.schema, RecordKind::Inspection.schema(CORRECTIONS_SCHEMA));
    assert!(SealedInspection::parse(&text).is_err());
    let text = opened("observationSealed", "careIdentity");
    let observation = ObservationCorrection::parse(&text).unwrap();
    assert_eq!(observation.reason, "Dit was een ander schip.");
    assert_eq!(observation.header.schema, RecordKind::Observation.schema(CORRECTIONS_SCHEMA));
    assert!(SealedObservation::parse(&text).is_err());
    for kind in [RecordKind::Inspection, RecordKind::Observation] {
        assert!(kind.check_sealed(SCHEMA, &text).is_err());
    }
    RecordKind::Observation.check_sealed(CORRECTIONS_SCHEMA, &text).unwrap();
}
