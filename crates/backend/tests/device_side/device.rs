//! A device as the protocol describes it, and one that breaks the protocol where a test asks for it.

use axum::body::Body;
use axum::http::{Method, Request};
use baken_backend::environment::Environment;
use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{DsseEnvelope, Envelope};
use baken_protocol::enrolment::{Enrolment, EnrolmentRequest};
use baken_protocol::ids::{BatchId, ChainId, ChainReference, DeviceId, EntityId, OperationId};
use baken_protocol::invitation::InvitationCode;
use baken_protocol::keydir::Team;
use baken_protocol::record::{
    Action, AttachmentClass, AttachmentReference, ConfidentialityLevel, OpenObservation, OpenPart, Operation,
    SealedReference,
};
use baken_protocol::signature::SigningKey;
use baken_protocol::wire::{CompactEnvelope, Push};

use crate::backend::{Answer, BEGIN, Backend};

/// An operation with its sealed part.
#[derive(Clone)]
pub struct Record {
    pub operation: Operation,
    pub sealed: Vec<u8>,
}

impl Record {
    /// The same observation at another level, sealed to that level's team.
    pub fn at_level(mut self, level: ConfidentialityLevel) -> Self {
        let OpenPart::Observation(open) = &mut self.operation.open else { panic!("an observation") };
        open.level = level;
        let team = level.team(&"gemeente-handhaving".parse().unwrap());
        self.operation.sealed.recipients = vec![team, Team::Recovery];
        self
    }
}

pub struct Device {
    pub key: SigningKey,
    pub id: DeviceId,
    pub token: String,
    pub chain: ChainId,
    pub environment: Environment,
}

impl Device {
    pub async fn enrolled(backend: &Backend, label: &str) -> Self {
        let device = Self::stranger(backend);
        let answer = device.enrol(backend, &backend.invite(label)).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        device.with(&answer)
    }

    /// A device nobody has let in.
    pub fn stranger(backend: &Backend) -> Self {
        let environment = backend.environment.clone();
        Self {
            key: SigningKey::generate(environment.secure_random()).unwrap(),
            id: DeviceId(environment.uuid()),
            token: String::new(),
            chain: ChainId(environment.uuid()),
            environment,
        }
    }

    /// The device after an enrolment's answer arrived.
    pub fn with(self, answer: &Answer) -> Self {
        let answer = answer.json();
        let certificate: DsseEnvelope = serde_json::from_value(answer["certificate"].clone()).unwrap();
        let certificate: DeviceCertificate = Envelope::try_from(certificate).unwrap().peek().unwrap();
        Self { id: certificate.device, token: answer["token"].as_str().unwrap().to_owned(), ..self }
    }

    pub async fn enrol(&self, backend: &Backend, code: &InvitationCode) -> Answer {
        backend.send(enrolment_request(code.as_str(), self.enrolment(code).to_dsse())).await
    }

    pub fn enrolment(&self, code: &InvitationCode) -> Envelope {
        let enrolment = Enrolment {
            public_key: self.key.public(),
            challenge: code.challenge(),
            chain: self.chain,
            app_version: "0.1.0".to_owned(),
            made_at: BEGIN.parse().unwrap(),
        };
        Envelope::sign(&enrolment, &self.key).unwrap()
    }

    /// An observation with a sealed part of its own, and an attachment for each of `attachments`.
    pub fn record(&self, attachments: &[&[u8]]) -> Record {
        let operation = OperationId(self.environment.uuid());
        let sealed = format!("age file of {operation}").into_bytes();
        let attachments: Vec<AttachmentReference> = attachments.iter().map(|bytes| reference(bytes)).collect();
        let open = OpenObservation {
            place_kind: "vissersschip".parse().unwrap(),
            district: Some("WK045301".parse().unwrap()),
            forms: vec!["arbeid".parse().unwrap()],
            indicators: vec!["D1".parse().unwrap(), "V1".parse().unwrap()],
            basis: "waarneming".parse().unwrap(),
            urgency: "spoed".parse().unwrap(),
            actions: vec![],
            level: ConfidentialityLevel::Team,
            person_count: 2,
            attachment_count: attachments.len() as u32,
        };
        let operation = Operation {
            tenant: "GM0453".parse().unwrap(),
            device: self.id,
            operation,
            action: Action::Create,
            entity: EntityId(self.environment.uuid()),
            inspection: None,
            vocabulary_version: 1,
            finalised_at: BEGIN.parse().unwrap(),
            clock_offset_seconds: None,
            observed_at: BEGIN.parse().unwrap(),
            open: OpenPart::Observation(open),
            sealed: SealedReference {
                sha256: Digest::of(&sealed),
                size_bytes: sealed.len() as u64,
                recipients: vec![Team::Coordinators, Team::Recovery],
                epoch: 1,
            },
            attachments,
        };
        Record { operation, sealed }
    }

    /// A batch that lists exactly `records`.
    pub fn batch(&self, seq: u64, prev: Option<Digest>, records: &[Record]) -> Batch {
        let listed = |record: &Record| OperationReference {
            operation: record.operation.operation,
            sha256: self.signed(record).digest(),
        };
        Batch {
            tenant: "GM0453".parse().unwrap(),
            device: self.id,
            chain: self.chain,
            seq,
            prev,
            batch: BatchId(self.environment.uuid()),
            made_at: BEGIN.parse().unwrap(),
            boot_id: self.environment.uuid(),
            monotonic_ms: 1000 * seq,
            last_receipt: None,
            continues: None,
            key_epoch: 1,
            schema: SCHEMA,
            app_version: "0.1.0".to_owned(),
            operations: records.iter().map(listed).collect(),
            attachments: records.iter().flat_map(|record| record.operation.attachments.clone()).collect(),
        }
    }

    /// Signs whatever it is given, fitting or not.
    pub fn push(&self, batch: &Batch, records: &[Record]) -> Push {
        let operation = |record: &Record| (CompactEnvelope::from(&self.signed(record)), record.sealed.clone());
        let batch = Envelope::sign(batch, &self.key).unwrap();
        Push { batch: CompactEnvelope::from(&batch), operations: records.iter().map(operation).collect() }
    }

    /// A batch's chain, by its author.
    pub fn chain_of(&self, batch: &Batch) -> ChainReference {
        ChainReference { device: self.id, chain: batch.chain }
    }

    /// The chain this device writes.
    pub fn own_chain(&self) -> ChainReference {
        ChainReference { device: self.id, chain: self.chain }
    }

    /// Where one asks after a chain of this device.
    pub fn chain_path(&self, chain: ChainId) -> String {
        format!("/v1/devices/{}/chains/{chain}", self.id)
    }

    /// Where an attachment is, by the record of this device that lists it; nobody's record where none does.
    pub fn attachment_path(&self, backend: &Backend, sha256: Digest) -> String {
        let sql = format!(
            "SELECT coalesce((SELECT operation FROM attachments WHERE device = '{}' AND sha256 = '{sha256}'), '{}')",
            self.id,
            uuid::Uuid::nil()
        );
        let operation: String = backend.one(&sql);
        format!("/v1/operations/{}.{operation}/attachments/{sha256}", self.id)
    }

    fn signed(&self, record: &Record) -> Envelope {
        Envelope::sign(&record.operation, &self.key).unwrap()
    }

    /// The hash of a batch as this device signs it.
    pub fn hash(&self, batch: &Batch) -> Digest {
        Envelope::sign(batch, &self.key).unwrap().digest()
    }

    /// Signs and sends.
    pub async fn send(&self, backend: &Backend, batch: &Batch, records: &[Record]) -> Answer {
        let bytes = self.push(batch, records).encode().unwrap();
        backend.put(self.chain_of(batch), batch.seq, bytes).await
    }

    /// Sends a chain of `length` batches of one record each; answers them with their hashes.
    pub async fn send_chain(&self, backend: &Backend, length: u64) -> Vec<(Batch, Digest, Answer)> {
        let mut sent: Vec<(Batch, Digest, Answer)> = vec![];
        for seq in 1..=length {
            let records = [self.record(&[])];
            let batch = self.batch(seq, sent.last().map(|(_, hash, _)| *hash), &records);
            let answer = self.send(backend, &batch, &records).await;
            assert_eq!(answer.status, 201, "{}", answer.json());
            sent.push((batch.clone(), self.hash(&batch), answer));
        }
        sent
    }

    /// Sends a first batch whose one record has these attachments.
    pub async fn send_with(&self, backend: &Backend, attachments: &[&[u8]]) -> Answer {
        let records = [self.record(attachments)];
        let batch = self.batch(1, None, &records);
        let answer = self.send(backend, &batch, &records).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer
    }

    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.token))
    }

    pub async fn get(&self, backend: &Backend, path: &str) -> Answer {
        backend.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub async fn head(&self, backend: &Backend, sha256: Digest) -> Answer {
        let path = self.attachment_path(backend, sha256);
        backend.send(self.request(Method::HEAD, &path).body(Body::empty()).unwrap()).await
    }

    pub async fn patch(&self, backend: &Backend, sha256: Digest, offset: u64, bytes: &[u8]) -> Answer {
        let request = self
            .request(Method::PATCH, &self.attachment_path(backend, sha256))
            .header("content-type", "application/partial-upload")
            .header("upload-offset", offset);
        backend.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
    }
}

pub fn reference(bytes: &[u8]) -> AttachmentReference {
    let class = AttachmentClass::Photo;
    AttachmentReference { sha256: Digest::of(bytes), size_bytes: bytes.len() as u64, class }
}

pub fn enrolment_request(code: &str, enrolment: DsseEnvelope) -> Request<Body> {
    let body = serde_json::to_vec(&EnrolmentRequest { code: code.to_owned(), enrolment }).unwrap();
    Request::builder()
        .method(Method::POST)
        .uri("/v1/enrolments")
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap()
}
