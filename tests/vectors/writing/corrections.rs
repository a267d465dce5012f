//! Corrections of the good records of the second set: an inspection that is amended and an observation that is taken
//! back, each with a reason, in a batch of the second schema.

use baken_protocol::batch::{Batch, CORRECTIONS_SCHEMA, OperationReference};
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{BatchId, OperationId};
use baken_protocol::keydir::Team;
use baken_protocol::record::{
    Action, InspectionCorrection, ObservationCorrection, OpenPart, Operation, SealedHeader, SealedInspection,
    SealedObservation,
};
use baken_protocol::seal::Identity;
use baken_protocol::wire::Push;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::records::{Records, sealed, sealed_inspection, sealed_observation};
use super::{at, frozen, id};
use crate::keys::key;

/// `v2-corrections-good.json`: what follows the batch of the frozen records, under their key directory.
pub(crate) fn good(frozen_records: &Value, records: &Records) -> Value {
    let device = key(3);
    let identity = |name: &str| frozen_records["keys"][name].as_str().unwrap().parse::<Identity>().unwrap();
    let (team, care, recovery) = (identity("teamIdentity"), identity("careIdentity"), identity("recoveryIdentity"));
    let header = |of: SealedHeader, operation: u128, schema: &str| SealedHeader {
        operation: OperationId(id(operation)),
        schema: schema.into(),
        ..of
    };

    let SealedInspection { header: of, place } = sealed_inspection();
    let text = InspectionCorrection {
        header: header(of, 17, InspectionCorrection::SCHEMA),
        reason: "De kade was een andere.".into(),
        place,
    };
    let to = [team.recipient(), recovery.recipient()];
    let (inspection_sealed, reference) = sealed(&serde_json::to_vec(&text).unwrap(), &to, Team::Coordinators);
    let inspection = Operation {
        action: Action::Amend,
        operation: OperationId(id(17)),
        finalised_at: at(210),
        sealed: reference,
        ..records.inspection.clone()
    };

    let SealedObservation { header: of, narrative, place, persons } = sealed_observation();
    let text = ObservationCorrection {
        header: header(of, 18, ObservationCorrection::SCHEMA),
        reason: "Dit was een ander schip.".into(),
        narrative,
        place,
        persons,
    };
    let to = [care.recipient(), recovery.recipient()];
    let (observation_sealed, reference) = sealed(&serde_json::to_vec(&text).unwrap(), &to, Team::Care);
    let OpenPart::Observation(mut open) = records.observation.open.clone() else { panic!("an observation") };
    open.attachment_count = 0;
    let observation = Operation {
        action: Action::Retract,
        operation: OperationId(id(18)),
        finalised_at: at(220),
        open: OpenPart::Observation(open),
        sealed: reference,
        attachments: Vec::new(),
        ..records.observation.clone()
    };

    let signed = [&inspection, &observation].map(|operation| Envelope::sign(operation, &device).unwrap());
    let reference = |(operation, envelope): (&Operation, &Envelope)| OperationReference {
        operation: operation.operation,
        sha256: envelope.digest(),
    };
    let batch = Batch {
        seq: 3,
        prev: Some(frozen_records["batch"]["sha256"].as_str().unwrap().parse().unwrap()),
        batch: BatchId(id(19)),
        made_at: at(230),
        monotonic_ms: 212_345,
        schema: CORRECTIONS_SCHEMA,
        app_version: "0.2.0".into(),
        operations: [&inspection, &observation].into_iter().zip(&signed).map(reference).collect(),
        attachments: Vec::new(),
        ..records.batch.clone()
    };
    let batch = Envelope::sign(&batch, &device).unwrap();
    let operations =
        vec![((&signed[0]).into(), inspection_sealed.clone()), ((&signed[1]).into(), observation_sealed.clone())];
    let push = Push { batch: (&batch).into(), operations };
    json!({
        "keys": {
            "device": BASE64.encode(device.public().as_bytes()),
            "teamIdentity": team.to_secret_line().as_str(),
            "careIdentity": care.to_secret_line().as_str(),
            "recoveryIdentity": recovery.to_secret_line().as_str(),
        },
        "inspection": frozen(&signed[0]),
        "inspectionSealed": HEXLOWER.encode(&inspection_sealed),
        "observation": frozen(&signed[1]),
        "observationSealed": HEXLOWER.encode(&observation_sealed),
        "batch": frozen(&batch),
        "push": HEXLOWER.encode(&push.encode().unwrap()),
    })
}
