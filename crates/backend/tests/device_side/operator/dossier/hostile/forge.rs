//! A dossier made by hand, every message of it signed by a key that everyone knows, so that any of them can say
//! anything.

use std::collections::BTreeMap;

use baken_backend::admin::dossier::layout::{Manifest, Part};
use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload, pae};
use baken_protocol::enrolment::Enrolment;
use baken_protocol::ids::{BatchId, ChainId, DeviceId, EntityId, OperationId};
use baken_protocol::keydir::{KeyDirectory, ReceiptKeys, Team, TeamRecipient, VocabularyReference};
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{
    Action, AttachmentClass, AttachmentReference, ConfidentialityLevel, OpenObservation, OpenPart, Operation,
    SealedReference,
};
use baken_protocol::seal::Identity;
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use uuid::Uuid;

/// Who signs: seeds of one byte, as in the other vectors.
pub(super) const ROOT: u8 = 1;
pub(super) const RECEIPTS: u8 = 2;
pub(super) const DEVICE: u8 = 3;
pub(super) const CONTENT: u8 = 4;
pub(super) const NEXT_RECEIPTS: u8 = 5;
pub(super) const THIEF: u8 = 9;

pub(super) fn key(seed: u8) -> SigningKey {
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let public = ring::signature::KeyPair::public_key(&pair).as_ref().to_vec();
    let head = HEXLOWER.decode(b"3051020101300506032b657004220420").unwrap();
    let der = [head, vec![seed; 32], HEXLOWER.decode(b"812100").unwrap(), public].concat();
    SigningKey::from_pkcs8(&der).unwrap()
}

pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// Signs bytes that no honest program would.
pub(super) fn signed(kind: &str, payload: &[u8], seed: u8) -> Vec<u8> {
    let key = key(seed);
    let envelope = Envelope {
        payload_type: kind.to_owned(),
        payload: payload.to_vec(),
        keyid: key.public().fingerprint(),
        signature: key.sign(&pae(kind, payload)),
    };
    envelope.to_json().unwrap()
}

pub(super) fn sign<P: Payload>(payload: &P, seed: u8) -> Envelope {
    Envelope::sign(payload, &key(seed)).unwrap()
}

/// Everything a dossier says, and who signs it.
#[derive(Clone)]
pub(super) struct Forge {
    pub(super) directories: [KeyDirectory; 2],
    pub(super) certificate: DeviceCertificate,
    pub(super) enrolment: Enrolment,
    pub(super) operation: Operation,
    pub(super) batch: Batch,
    pub(super) receipt: Receipt,
    pub(super) arrival: AttachmentReceipt,
    pub(super) root_by: u8,
    pub(super) certificate_by: u8,
    pub(super) device_by: u8,
    pub(super) receipt_by: u8,
    pub(super) arrival_by: u8,
}

pub(super) const SEALED: &[u8] = b"age file of a text";
pub(super) const PHOTO: &[u8] = b"age file of a photo";

impl Forge {
    /// One that holds: sealed and received under the first directory, and signed anew by the key of the second.
    pub(super) fn good() -> Self {
        let directories = directories();
        let enrolment = Enrolment {
            public_key: key(DEVICE).public(),
            challenge: Digest::of(b"7TJC6PCXVAQ"),
            chain: ChainId(id(1)),
            app_version: "0.1.0".into(),
            made_at: at(10),
        };
        let photo = AttachmentReference {
            sha256: Digest::of(PHOTO),
            size_bytes: PHOTO.len() as u64,
            class: AttachmentClass::Photo,
        };
        let (tenant, device) = ("GM0453".parse().unwrap(), DeviceId(id(3)));
        let operation = operation(device, &photo);
        let forge = Self {
            certificate: DeviceCertificate {
                tenant,
                device,
                public_key: key(DEVICE).public(),
                organisation: "politie".parse().unwrap(),
                enrolment: Digest::of(b""),
                enrolled_at: at(11),
            },
            batch: batch(device, &operation),
            receipt: Receipt {
                tenant: operation.tenant.clone(),
                device,
                device_key: key(DEVICE).public(),
                chain: ChainId(id(1)),
                seq: 1,
                batch_hash: Digest::of(b""),
                received_at: at(40),
                log_origin: "baken.velsen.example/baken/GM0453".into(),
                leaf_index: 6,
                missing_attachments: vec![photo.sha256],
                quarantined: false,
            },
            arrival: AttachmentReceipt {
                tenant: operation.tenant.clone(),
                device,
                operation: operation.operation,
                sha256: photo.sha256,
                size_bytes: photo.size_bytes,
                received_at: at(60),
                log_origin: "baken.velsen.example/baken/GM0453".into(),
            },
            directories,
            enrolment,
            operation,
            root_by: ROOT,
            certificate_by: NEXT_RECEIPTS,
            device_by: DEVICE,
            receipt_by: NEXT_RECEIPTS,
            arrival_by: NEXT_RECEIPTS,
        };
        forge.linked()
    }

    pub(super) fn root_fingerprint() -> Digest {
        key(ROOT).public().fingerprint()
    }

    /// With every hash that names another message brought up to date.
    pub(super) fn linked(mut self) -> Self {
        let device = self.device_by;
        self.certificate.enrolment = sign(&self.enrolment, device).digest();
        let reference =
            OperationReference { operation: self.operation.operation, sha256: sign(&self.operation, device).digest() };
        self.batch.operations = vec![reference];
        self.receipt.batch_hash = sign(&self.batch, device).digest();
        self.directories[1].previous = vec![sign(&self.directories[0], self.root_by).digest()];
        self
    }

    /// Every file but the page, by name.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let photo = self.operation.attachments.first().map_or(Digest::of(PHOTO), |photo| photo.sha256);
        let json = |envelope: Envelope| envelope.to_json().unwrap();
        let [first, second] = &self.directories;
        BTreeMap::from(
            [
                (Part::Manifest, Manifest::new(vec![1, 2]).to_text().into_bytes()),
                (Part::KeyDirectory(1), json(sign(first, self.root_by))),
                (Part::KeyDirectory(2), json(sign(second, self.root_by))),
                (Part::Certificate, json(sign(&self.certificate, self.certificate_by))),
                (Part::Enrolment, json(sign(&self.enrolment, self.device_by))),
                (Part::Operation, json(sign(&self.operation, self.device_by))),
                (Part::Batch, json(sign(&self.batch, self.device_by))),
                (Part::Receipt, json(sign(&self.receipt, self.receipt_by))),
                (Part::Sealed, SEALED.to_vec()),
                (Part::Attachment(photo), PHOTO.to_vec()),
                (Part::AttachmentReceipt(photo), json(sign(&self.arrival, self.arrival_by))),
            ]
            .map(|(part, bytes)| (part.to_string(), bytes)),
        )
    }
}

fn directories() -> [KeyDirectory; 2] {
    let entry = |name| TeamRecipient { name, recipient: Identity::generate().recipient() };
    let first = KeyDirectory {
        tenant: "GM0453".parse().unwrap(),
        municipality: "Velsen".into(),
        time_zone: "Europe/Amsterdam".parse().unwrap(),
        epoch: 1,
        issued_at: at(0),
        not_after: at(0) + TimeDelta::days(730),
        previous: vec![],
        root_key: key(ROOT).public(),
        receipt_keys: ReceiptKeys::new(key(RECEIPTS).public()),
        content_key: key(CONTENT).public(),
        vocabulary: VocabularyReference { version: 1, sha256: Digest::of(b"vocabulary 1") },
        recipients: vec![entry(Team::Coordinators), entry(Team::Care), entry(Team::Recovery)],
    };
    let second = KeyDirectory {
        epoch: 2,
        issued_at: at(100),
        receipt_keys: first.receipt_keys.succeeded_by(key(NEXT_RECEIPTS).public()).unwrap(),
        ..first.clone()
    };
    [first, second]
}

fn operation(device: DeviceId, photo: &AttachmentReference) -> Operation {
    Operation {
        tenant: "GM0453".parse().unwrap(),
        device,
        operation: OperationId(id(2)),
        action: Action::Create,
        entity: EntityId(id(4)),
        inspection: None,
        vocabulary_version: 1,
        finalised_at: at(20),
        clock_offset_seconds: Some(-2),
        observed_at: at(15),
        open: OpenPart::Observation(OpenObservation {
            place_kind: "vissersschip".parse().unwrap(),
            district: None,
            forms: vec!["arbeid".parse().unwrap()],
            indicators: vec!["D1".parse().unwrap()],
            basis: "waarneming".parse().unwrap(),
            urgency: "spoed".parse().unwrap(),
            actions: vec![],
            level: ConfidentialityLevel::Team,
            person_count: 1,
            attachment_count: 1,
        }),
        sealed: SealedReference {
            sha256: Digest::of(SEALED),
            size_bytes: SEALED.len() as u64,
            recipients: vec![Team::Coordinators, Team::Recovery],
            epoch: 1,
        },
        attachments: vec![photo.clone()],
    }
}

fn batch(device: DeviceId, operation: &Operation) -> Batch {
    Batch {
        tenant: operation.tenant.clone(),
        device,
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
        operations: vec![],
        attachments: operation.attachments.clone(),
    }
}
