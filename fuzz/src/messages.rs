//! What devices, backends and municipalities sign and seal.

use std::sync::LazyLock;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::Batch;
use baken_protocol::catalogue::places::Places;
use baken_protocol::catalogue::{self, CatalogueKind, Content};
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::{Envelope, Payload};
use baken_protocol::enrolment::Enrolment;
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::join_code::{JoinCode, ShownCode};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::outcomes::Outcomes;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::{
    InspectionCorrection, ObservationCorrection, Operation, SealedContact, SealedInspection, SealedObservation,
    SealedParticipation, attachment_container as container, open_attachment_container,
};
use baken_protocol::seal::{self, Identity};
use baken_protocol::strict_json;
use baken_protocol::vocabulary::Vocabulary;
use baken_protocol::wire::Push;

static IDENTITY: LazyLock<Identity> = LazyLock::new(Identity::generate);

/// What is read can be written, and is read again as the same.
pub(crate) fn push(bytes: &[u8]) {
    if let Ok(push) = Push::decode(bytes) {
        let again = push.encode().map(|bytes| Push::decode(&bytes).unwrap());
        assert!(again.is_err() || again.unwrap() == push);
    }
}

/// The same behind the compression, which no fuzzer finds its way through: these bytes are what was packed, and the
/// frames of sealed parts follow a mark.
pub(crate) fn push_payloads(bytes: &[u8]) {
    let at = bytes.iter().position(|byte| *byte == 0xfe).unwrap_or(bytes.len());
    let (payloads, frames) = bytes.split_at(at);
    let packed = zstd::bulk::compress(payloads, 1).unwrap();
    let size = u32::try_from(packed.len()).unwrap().to_be_bytes();
    push(&[b"BKNP1\n", &size[..], &packed, frames.get(1..).unwrap_or_default()].concat());
}

pub(crate) fn envelope(bytes: &[u8]) {
    let Ok(envelope) = Envelope::from_json(bytes) else { return };
    let written = envelope.to_json().unwrap();
    assert_eq!(Envelope::from_json(&written).unwrap(), envelope);
    let _ = envelope.peek::<Operation>().map(|operation| operation.check());
    let _ = envelope.peek::<Batch>();
    let _ = envelope.peek::<Receipt>();
    let _ = envelope.peek::<AttachmentReceipt>();
    let _ = envelope.peek::<Enrolment>();
    let _ = envelope.peek::<DeviceCertificate>();
    let _ = envelope.peek::<KeyDirectory>();
    let _ = envelope.peek::<LogContinuation>();
    let _ = envelope.peek::<Outcomes>();
    let _ = envelope.peek::<JoinCode>();
    let _ = envelope.peek_member::<Batch, u32>("schema");
}

/// What is read has one spelling, whichever message it is.
pub(crate) fn payload(bytes: &[u8]) {
    fn one<P: Payload>(bytes: &[u8]) {
        if let Ok(payload) = strict_json::parse_canonical::<P>(bytes) {
            assert_eq!(serde_json::to_vec(&payload).unwrap(), bytes, "{}", P::TYPE);
        }
    }
    if let Ok(operation) = strict_json::parse_canonical::<Operation>(bytes) {
        let _ = operation.check();
    }
    one::<Operation>(bytes);
    one::<Batch>(bytes);
    one::<Receipt>(bytes);
    one::<AttachmentReceipt>(bytes);
    one::<Enrolment>(bytes);
    one::<DeviceCertificate>(bytes);
    one::<KeyDirectory>(bytes);
    one::<LogContinuation>(bytes);
    one::<Outcomes>(bytes);
    one::<JoinCode>(bytes);
}

/// Nothing but what the root key signed is believed, and these bytes it did not sign.
pub(crate) fn key_directory(bytes: &[u8]) {
    static ROOT: LazyLock<RootFingerprint> = LazyLock::new(|| {
        let good = Envelope::from_json(&crate::seeds::key_directory()).unwrap();
        RootFingerprint::of(&KeyDirectory::named_root(&good).unwrap())
    });
    let Ok(envelope) = Envelope::from_json(bytes) else { return };
    let _ = KeyDirectory::named_root(&envelope);
    if let Ok(verified) = KeyDirectory::verify(envelope, &ROOT) {
        let good = Envelope::from_json(&crate::seeds::key_directory()).unwrap();
        assert_eq!(verified.payload, good.peek::<KeyDirectory>().unwrap());
    }
}

/// An age file that is none, and one that holds anything: padding, container and compressed text are read by `open`.
pub(crate) fn sealed(bytes: &[u8]) {
    assert!(seal::open(bytes, &IDENTITY).is_err(), "it was sealed to nobody");
    let raw = seal::seal_raw(bytes, &[IDENTITY.recipient()]).unwrap();
    let _ = seal::open(&raw, &IDENTITY);
    let sealed = seal::seal(bytes, &[IDENTITY.recipient()]).unwrap();
    assert_eq!(*seal::open(&sealed, &IDENTITY).unwrap(), bytes);
}

pub(crate) fn sealed_text(bytes: &[u8]) {
    if let Ok(observation) = SealedObservation::parse(bytes) {
        assert_eq!(serde_json::to_vec(&observation).unwrap(), bytes);
    }
    if let Ok(inspection) = SealedInspection::parse(bytes) {
        assert_eq!(serde_json::to_vec(&inspection).unwrap(), bytes);
    }
    if let Ok(contact) = SealedContact::parse(bytes) {
        assert_eq!(serde_json::to_vec(&contact).unwrap(), bytes);
    }
    if let Ok(step) = SealedParticipation::parse(bytes) {
        assert_eq!(serde_json::to_vec(&step).unwrap(), bytes);
    }
    if let Ok(observation) = ObservationCorrection::parse(bytes) {
        assert_eq!(serde_json::to_vec(&observation).unwrap(), bytes);
    }
    if let Ok(inspection) = InspectionCorrection::parse(bytes) {
        assert_eq!(serde_json::to_vec(&inspection).unwrap(), bytes);
    }
}

/// What somebody may show: what is read can be shown again.
pub(crate) fn join_code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(shown) = ShownCode::parse(text)
        && let Ok(again) = shown.to_text()
    {
        assert!(ShownCode::parse(&again).unwrap() == shown);
    }
}

pub(crate) fn attachment_container(bytes: &[u8]) {
    if let Some((header, content)) = open_attachment_container(bytes) {
        assert_eq!(container(&header, content).unwrap(), bytes);
    }
}

/// Whatever a vocabulary says, what the levels and urgencies mean is built in.
pub(crate) fn vocabulary(bytes: &[u8]) {
    if let Ok(vocabulary) = Vocabulary::parse(bytes) {
        let meant = vocabulary.with_built_in_meanings();
        let built_in = Vocabulary::built_in();
        assert_eq!(meant.urgencies, built_in.urgencies);
        assert_eq!(meant.levels, built_in.levels);
    }
}

/// What is read of places is written so that it is read again as the same; the other kinds are read, or not.
pub(crate) fn catalogue_content(bytes: &[u8]) {
    for kind in CatalogueKind::ALL {
        let _ = catalogue::check(kind, bytes);
    }
    if let Ok(places) = Places::parse(bytes) {
        let written = serde_json::to_vec(&places).unwrap();
        assert_eq!(Places::parse(&written).unwrap(), places);
    }
}
