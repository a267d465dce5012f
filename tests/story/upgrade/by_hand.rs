//! A device played by hand: it signs what the companion never does, as amending, taking back and contradicting itself.

use baken_backend::environment::Environment;
use baken_protocol::batch::{Batch, OperationReference, SCHEMA};
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Payload, pae};
use baken_protocol::enrolment::{Enrolment, EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{BatchId, ChainId, DeviceId, EntityId, OperationId};
use baken_protocol::invitation::Invitation;
use baken_protocol::keydir::Team;
use baken_protocol::record::{
    Action, AttachmentClass, AttachmentReference, ConfidentialityLevel, OpenObservation, OpenPart, Operation,
    SealedReference,
};
use baken_protocol::signature::SigningKey;
use baken_protocol::wire::{CompactEnvelope, MEDIA_TYPE, Push};
use reqwest::{Client, Response};

use crate::world::World;

/// An operation with its sealed part.
#[derive(Clone)]
pub(crate) struct Signed {
    pub(crate) operation: Operation,
    sealed: Vec<u8>,
    /// What is signed, where that is no operation of this version.
    text: Option<String>,
}

impl Signed {
    /// The same with another text, as another version of the protocol writes it.
    pub(crate) fn written(self, change: impl FnOnce(String) -> String) -> Self {
        let text = change(serde_json::to_string(&self.operation).unwrap());
        Self { text: Some(text), ..self }
    }
}

pub(crate) struct ByHand {
    environment: Environment,
    key: SigningKey,
    pub(crate) device: DeviceId,
    chain: ChainId,
    last: Option<(u64, Digest)>,
}

impl ByHand {
    pub(crate) async fn enrolled(world: &World) -> Self {
        let environment = Environment::system();
        let key = SigningKey::generate(environment.secure_random()).unwrap();
        let chain = ChainId(environment.uuid());
        let code = Invitation::parse(&world.invitation(), None).unwrap().code;
        let enrolment = Enrolment {
            public_key: key.public(),
            challenge: code.challenge(),
            chain,
            app_version: "0.2.0".to_owned(),
            made_at: environment.clock.now(),
        };
        let enrolment = Envelope::sign(&enrolment, &key).unwrap().to_dsse();
        let request = EnrolmentRequest { code: code.as_str().to_owned(), enrolment };
        let answer = Client::new().post(format!("{}/v1/enrolments", world.url())).json(&request).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let answer: EnrolmentAnswer = answer.json().await.unwrap();
        let certificate = Envelope::try_from(answer.certificate).unwrap().peek::<DeviceCertificate>().unwrap();
        Self { environment, key, device: certificate.device, chain, last: None }
    }

    /// An observation with a photo for each of `photos`.
    pub(crate) fn observation(&self, photos: &[&[u8]]) -> Signed {
        let operation = OperationId(self.environment.uuid());
        let sealed = format!("the age file of {operation}").into_bytes();
        let photo = |bytes: &&[u8]| AttachmentReference {
            sha256: Digest::of(bytes),
            size_bytes: bytes.len() as u64,
            class: AttachmentClass::Photo,
        };
        let now = self.environment.clock.now();
        let operation = Operation {
            tenant: "GM0453".parse().unwrap(),
            device: self.device,
            operation,
            action: Action::Create,
            entity: EntityId(self.environment.uuid()),
            inspection: None,
            vocabulary_version: 1,
            finalised_at: now,
            clock_offset_seconds: None,
            observed_at: now,
            open: OpenPart::Observation(OpenObservation {
                place_kind: "vissersschip".parse().unwrap(),
                district: Some("WK045301".parse().unwrap()),
                forms: vec!["arbeid".parse().unwrap()],
                indicators: vec!["D1".parse().unwrap(), "V1".parse().unwrap()],
                basis: "waarneming".parse().unwrap(),
                urgency: "spoed".parse().unwrap(),
                actions: vec![],
                level: ConfidentialityLevel::Team,
                person_count: 2,
                attachment_count: u32::try_from(photos.len()).unwrap(),
            }),
            sealed: SealedReference {
                sha256: Digest::of(&sealed),
                size_bytes: sealed.len() as u64,
                recipients: vec![Team::Coordinators, Team::Recovery],
                epoch: 1,
            },
            attachments: photos.iter().map(photo).collect(),
        };
        Signed { operation, sealed, text: None }
    }

    /// What this device does to an observation of its own.
    pub(crate) fn later(&self, action: Action, of: &Signed) -> Signed {
        let mut later = self.observation(&[]);
        later.operation.action = action;
        later.operation.entity = of.operation.entity;
        later
    }

    /// Sends `records` as the next batch of the chain; answers the status.
    pub(crate) async fn send(&mut self, world: &World, records: &[Signed]) -> u16 {
        let seq = self.last.map_or(1, |(seq, _)| seq + 1);
        let (answer, hash) = self.send_at(world, seq, self.last.map(|(_, hash)| hash), records).await;
        self.last = Some((seq, hash));
        answer.status().as_u16()
    }

    /// Sends what is not taken as the next batch; answers status and code. The place stays free.
    pub(crate) async fn refused(&self, world: &World, records: &[Signed]) -> (u16, String) {
        let seq = self.last.map_or(1, |(seq, _)| seq + 1);
        let (answer, _) = self.send_at(world, seq, self.last.map(|(_, hash)| hash), records).await;
        let status = answer.status().as_u16();
        let problem: serde_json::Value = answer.json().await.unwrap();
        (status, problem["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends another batch at the place of the last one.
    pub(crate) async fn contradict(&self, world: &World, records: &[Signed]) -> u16 {
        let (seq, _) = self.last.unwrap();
        self.send_at(world, seq, None, records).await.0.status().as_u16()
    }

    /// Goes on in another chain.
    pub(crate) fn begin_a_chain(&mut self) {
        (self.chain, self.last) = (ChainId(self.environment.uuid()), None);
    }

    async fn send_at(&self, world: &World, seq: u64, prev: Option<Digest>, records: &[Signed]) -> (Response, Digest) {
        let signed = |record: &Signed| match &record.text {
            None => Envelope::sign(&record.operation, &self.key).unwrap(),
            Some(text) => {
                let signature = self.key.sign(&pae(Operation::TYPE, text.as_bytes()));
                let compact = CompactEnvelope { payload: text.clone().into_bytes(), signature };
                compact.expand::<Operation>(self.key.public().fingerprint())
            }
        };
        let listed = |record: &Signed| OperationReference {
            operation: record.operation.operation,
            sha256: signed(record).digest(),
        };
        let batch = Batch {
            tenant: "GM0453".parse().unwrap(),
            device: self.device,
            chain: self.chain,
            seq,
            prev,
            batch: BatchId(self.environment.uuid()),
            made_at: self.environment.clock.now(),
            boot_id: self.environment.uuid(),
            monotonic_ms: 1000 * seq,
            last_receipt: None,
            continues: None,
            key_epoch: 1,
            schema: SCHEMA,
            app_version: "0.2.0".to_owned(),
            operations: records.iter().map(listed).collect(),
            attachments: records.iter().flat_map(|record| record.operation.attachments.clone()).collect(),
        };
        let batch = Envelope::sign(&batch, &self.key).unwrap();
        let operation = |record: &Signed| (CompactEnvelope::from(&signed(record)), record.sealed.clone());
        let push = Push { batch: CompactEnvelope::from(&batch), operations: records.iter().map(operation).collect() };
        let url = format!("{}/v1/devices/{}/chains/{}/batches/{seq}", world.url(), self.device, self.chain);
        let request = Client::new().post(url).header("content-type", MEDIA_TYPE).body(push.encode().unwrap());
        (request.send().await.unwrap(), batch.digest())
    }
}
