//! The good records of the second set: an inspection, an observation of it with a photo, and what becomes of them, on
//! the chain and under the root key of the first set.

use std::io::Cursor;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::ids::{BatchId, ChainId, DeviceId, EntityId, OperationId};
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team, TeamRecipient, VocabularyReference};
use baken_protocol::log_continuation::{LogContinuation, LogPlace};
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{
    Action, AttachmentClass, AttachmentHeader, AttachmentReference, ConfidentialityLevel, Consent, CoordinateSource,
    Coordinates, ExactPlace, OpenInspection, OpenObservation, OpenPart, Operation, Person, SealedHeader,
    SealedInspection, SealedObservation, SealedReference, attachment_container,
};
use baken_protocol::seal::{self, Identity, Recipient};
use baken_protocol::wire::Push;
use chrono::Days;
use data_encoding::{BASE64, HEXLOWER};
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::{at, frozen, id};
use crate::keys::key;

/// The records, as hostile vectors are made from them.
pub(crate) struct Records {
    pub(super) team: Identity,
    pub(super) care: Identity,
    recovery: Identity,
    pub(super) keydir: KeyDirectory,
    pub(super) inspection: Operation,
    pub(super) inspection_text: Vec<u8>,
    pub(super) observation_text: Vec<u8>,
    inspection_sealed: Vec<u8>,
    pub(super) observation: Operation,
    observation_sealed: Vec<u8>,
    pub(super) attachment_container: Vec<u8>,
    attachment: Vec<u8>,
    pub(super) batch: Batch,
    pub(super) receipt: Receipt,
    pub(super) attachment_receipt: AttachmentReceipt,
    pub(super) certificate: DeviceCertificate,
    pub(super) continuation: LogContinuation,
}

impl Records {
    /// Records that follow those of `first`.
    pub(crate) fn after(first: &Value) -> Self {
        Self::sealed_to(first, [Identity::generate(), Identity::generate(), Identity::generate()])
    }

    /// The same once they are frozen: for what is written after them, to the same teams.
    pub(crate) fn frozen(first: &Value, records: &Value) -> Self {
        let names = ["teamIdentity", "careIdentity", "recoveryIdentity"];
        Self::sealed_to(first, names.map(|name| records["keys"][name].as_str().unwrap().parse().unwrap()))
    }

    fn sealed_to(first: &Value, [team, care, recovery]: [Identity; 3]) -> Self {
        let hash = |name: &str| first[name]["sha256"].as_str().unwrap().parse::<Digest>().unwrap();
        let keydir = keydir(hash("keydir"), [&team, &care, &recovery]);

        let to = [team.recipient(), recovery.recipient()];
        let inspection_text = serde_json::to_vec(&sealed_inspection()).unwrap();
        let (inspection_sealed, reference) = sealed(&inspection_text, &to, Team::Coordinators);
        let inspection = operation(12, 14, OpenPart::Inspection(open_inspection()), reference);

        let to = [care.recipient(), recovery.recipient()];
        let observation_text = serde_json::to_vec(&sealed_observation()).unwrap();
        let (observation_sealed, reference) = sealed(&observation_text, &to, Team::Care);
        let attachment_container = photo();
        let attachment = seal::seal_raw(&attachment_container, &to).unwrap();
        let observation = Operation {
            inspection: Some(inspection.entity()),
            attachments: vec![AttachmentReference {
                sha256: Digest::of(&attachment),
                size_bytes: attachment.len() as u64,
                class: AttachmentClass::Photo,
            }],
            ..operation(13, 15, OpenPart::Observation(open_observation()), reference)
        };

        let batch = batch(hash("batch"), hash("receipt"), [&inspection, &observation]);
        let batch_hash = Envelope::sign(&batch, &key(3)).unwrap().digest();
        let receipt = receipt(batch_hash, &observation);
        let attachment_receipt = AttachmentReceipt {
            tenant: receipt.tenant.clone(),
            device: observation.device,
            operation: observation.operation,
            sha256: Digest::of(&attachment),
            size_bytes: attachment.len() as u64,
            received_at: at(160),
            log_origin: receipt.log_origin.clone(),
        };
        Self {
            team,
            care,
            recovery,
            keydir,
            inspection,
            inspection_text,
            observation_text,
            inspection_sealed,
            observation,
            observation_sealed,
            attachment_container,
            attachment,
            batch,
            certificate: certificate(hash("enrol")),
            continuation: continuation(&receipt),
            receipt,
            attachment_receipt,
        }
    }

    /// `v1-records-good.json`.
    pub(crate) fn vectors(&self) -> Value {
        let (root, receipt, device) = (key(1), key(2), key(3));
        let inspection = Envelope::sign(&self.inspection, &device).unwrap();
        let observation = Envelope::sign(&self.observation, &device).unwrap();
        let batch = Envelope::sign(&self.batch, &device).unwrap();
        let operations = vec![
            ((&inspection).into(), self.inspection_sealed.clone()),
            ((&observation).into(), self.observation_sealed.clone()),
        ];
        let push = Push { batch: (&batch).into(), operations };
        let quarantined = Receipt { quarantined: true, ..self.receipt.clone() };
        json!({
            "keys": {
                "root": BASE64.encode(root.public().as_bytes()),
                "receipt": BASE64.encode(receipt.public().as_bytes()),
                "device": BASE64.encode(device.public().as_bytes()),
                "teamIdentity": self.team.to_secret_line().as_str(),
                "careIdentity": self.care.to_secret_line().as_str(),
                "recoveryIdentity": self.recovery.to_secret_line().as_str(),
            },
            "keydir": frozen(&Envelope::sign(&self.keydir, &root).unwrap()),
            "inspection": frozen(&inspection),
            "inspectionSealed": HEXLOWER.encode(&self.inspection_sealed),
            "observation": frozen(&observation),
            "observationSealed": HEXLOWER.encode(&self.observation_sealed),
            "attachment": HEXLOWER.encode(&self.attachment),
            "batch": frozen(&batch),
            "receiptMissingAttachment": frozen(&Envelope::sign(&self.receipt, &receipt).unwrap()),
            "receiptQuarantined": frozen(&Envelope::sign(&quarantined, &receipt).unwrap()),
            "deviceCertificate": frozen(&Envelope::sign(&self.certificate, &receipt).unwrap()),
            "logContinuation": frozen(&Envelope::sign(&self.continuation, &receipt).unwrap()),
            "keydirClosedKey": frozen(&Envelope::sign(&self.successor(), &root).unwrap()),
            "attachmentReceipt": frozen(&Envelope::sign(&self.attachment_receipt, &receipt).unwrap()),
            "push": HEXLOWER.encode(&push.encode().unwrap()),
        })
    }
}

impl Records {
    /// What the directory after this one names.
    pub(crate) fn named_after(&self) -> Vec<Digest> {
        let own = Envelope::sign(&self.keydir, &key(1)).unwrap().digest();
        self.keydir.previous.iter().copied().chain([own]).collect()
    }

    /// The directory after this one, with the receipt key closed.
    fn successor(&self) -> KeyDirectory {
        KeyDirectory {
            epoch: 3,
            issued_at: at(200),
            previous: self.named_after(),
            receipt_keys: self.keydir.receipt_keys.succeeded_by(key(5).public()).unwrap(),
            ..self.keydir.clone()
        }
    }
}

fn certificate(enrolment: Digest) -> DeviceCertificate {
    DeviceCertificate {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        public_key: key(3).public(),
        organisation: "politie".parse().unwrap(),
        enrolment,
        enrolled_at: at(11),
    }
}

fn continuation(receipt: &Receipt) -> LogContinuation {
    LogContinuation {
        tenant: receipt.tenant.clone(),
        log_origin: format!("{}/2", receipt.log_origin),
        continues: receipt.log_origin.clone(),
        last: Some(LogPlace { leaf_index: receipt.leaf_index, batch_hash: receipt.batch_hash }),
        restored_at: at(170),
    }
}

fn keydir(previous: Digest, [team, care, recovery]: [&Identity; 3]) -> KeyDirectory {
    let entry = |name, identity: &Identity| TeamRecipient { name, recipient: identity.recipient() };
    KeyDirectory {
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".into(),
        time_zone: "Europe/Amsterdam".parse().unwrap(),
        epoch: 2,
        issued_at: at(100),
        not_after: at(100) + Days::new(730),
        previous: vec![previous],
        root_key: key(1).public(),
        receipt_keys: ReceiptKeys::new(key(2).public()),
        content_key: key(4).public(),
        vocabulary: VocabularyReference { version: 2, sha256: Digest::of(b"vocabulary 2") },
        recipients: vec![
            entry(Team::Coordinators, team),
            entry(Team::Care, care),
            entry(Team::Organisation("politie".parse().unwrap()), &Identity::generate()),
            entry(Team::Recovery, recovery),
        ],
    }
}

pub(super) fn sealed(text: &[u8], to: &[Recipient], team: Team) -> (Vec<u8>, SealedReference) {
    let sealed = seal::seal(text, to).unwrap();
    let reference = SealedReference {
        sha256: Digest::of(&sealed),
        size_bytes: sealed.len() as u64,
        recipients: vec![team, Team::Recovery],
        epoch: 2,
    };
    (sealed, reference)
}

pub(super) fn operation(operation: u128, entity: u128, open: OpenPart, sealed: SealedReference) -> Operation {
    Operation {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        operation: OperationId(id(operation)),
        action: Action::Create,
        entity: EntityId(id(entity)),
        inspection: None,
        vocabulary_version: 2,
        finalised_at: at(120),
        clock_offset_seconds: Some(-3),
        observed_at: at(115),
        open,
        sealed,
        attachments: vec![],
    }
}

fn open_inspection() -> OpenInspection {
    OpenInspection {
        place_kind: "vissersschip".parse().unwrap(),
        district: None,
        organisations: vec!["gemeente-velsen".parse().unwrap(), "politie".parse().unwrap()],
        ground: "awb-5-15".parse().unwrap(),
    }
}

fn open_observation() -> OpenObservation {
    OpenObservation {
        place_kind: "vissersschip".parse().unwrap(),
        district: Some("WK045301".parse().unwrap()),
        forms: vec!["arbeid".parse().unwrap()],
        indicators: vec!["D1".parse().unwrap(), "V2".parse().unwrap()],
        basis: "verklaring".parse().unwrap(),
        urgency: "regulier".parse().unwrap(),
        actions: vec!["informatie-gegeven".parse().unwrap()],
        level: ConfidentialityLevel::Care,
        person_count: 1,
        attachment_count: 1,
    }
}

fn sealed_header(operation: u128, schema: &str) -> SealedHeader {
    SealedHeader {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        operation: OperationId(id(operation)),
        schema: schema.into(),
    }
}

pub(super) fn sealed_inspection() -> SealedInspection {
    SealedInspection {
        header: sealed_header(12, SealedInspection::SCHEMA),
        place: ExactPlace {
            name: "IJM 204".into(),
            berth: "Haringhaven, kade 3".into(),
            fishing_mark: "IJM-204".into(),
            coordinates: Some(Coordinates {
                latitude_e6: 52_460_812,
                longitude_e6: 4_585_031,
                accuracy_metres: Some(8),
                source: CoordinateSource::Measured,
            }),
            ..ExactPlace::default()
        },
    }
}

pub(super) fn sealed_observation() -> SealedObservation {
    SealedObservation {
        header: sealed_header(13, SealedObservation::SCHEMA),
        narrative: "Slaapt in het ruim; paspoort ligt bij de schipper.".into(),
        place: ExactPlace {
            name: "IJM 204".into(),
            coordinates: Some(Coordinates {
                latitude_e6: -1,
                longitude_e6: 0,
                accuracy_metres: None,
                source: CoordinateSource::Typed,
            }),
            ..ExactPlace::default()
        },
        persons: vec![Person {
            pseudonym: "P1".into(),
            description: "Man, ± 30 jaar".into(),
            consents: vec![Consent { purpose: "zorg".into(), state: "gegeven".into() }],
        }],
    }
}

/// A photo of two by two pixels with its header, not yet sealed.
fn photo() -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::new(2, 2).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let header = AttachmentHeader {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        operation: OperationId(id(13)),
        class: AttachmentClass::Photo,
        media_type: "image/jpeg".into(),
        size_bytes: jpeg.len() as u64,
        incomplete: false,
    };
    attachment_container(&header, &jpeg).unwrap()
}

fn batch(prev: Digest, last_receipt: Digest, operations: [&Operation; 2]) -> Batch {
    let reference = |operation: &Operation| OperationReference {
        operation: operation.operation,
        sha256: Envelope::sign(operation, &key(3)).unwrap().digest(),
    };
    Batch {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        chain: ChainId(id(1)),
        seq: 2,
        prev: Some(prev),
        batch: BatchId(id(16)),
        made_at: at(130),
        boot_id: id(6),
        monotonic_ms: 112_345,
        last_receipt: Some(last_receipt),
        continues: None,
        key_epoch: 2,
        schema: SCHEMA,
        app_version: "0.1.0".into(),
        operations: operations.map(reference).to_vec(),
        attachments: operations.iter().flat_map(|operation| operation.attachments.clone()).collect(),
    }
}

fn receipt(batch_hash: Digest, observation: &Operation) -> Receipt {
    Receipt {
        tenant: "GM0453".parse().unwrap(),
        device: DeviceId(id(3)),
        device_key: key(3).public(),
        chain: ChainId(id(1)),
        seq: 2,
        batch_hash,
        received_at: at(140),
        log_origin: "baken.velsen.example/baken/GM0453".into(),
        leaf_index: 1,
        missing_attachments: observation.attachments.iter().map(|attachment| attachment.sha256).collect(),
        quarantined: false,
    }
}
