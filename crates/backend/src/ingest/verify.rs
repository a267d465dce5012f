//! Verifying a push. Pure: bytes, the device's key and the place in the URL go in; a push in which every
//! signature, hash and size holds comes out, or the reason why not.
//!
//! The batch is checked first, then what it lists, so that no byte is interpreted before it is proven.

use std::collections::HashSet;

use baken_protocol::batch::{Batch, is_known_schema, may_list};
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError, Payload, Verified};
use baken_protocol::ids::{ChainReference, TenantId};
use baken_protocol::record::{AttachmentClass, AttachmentReference, Operation, OperationError, RecordKind};
use baken_protocol::refusal::RefusalCode;
use baken_protocol::signature::VerifyingKey;
use baken_protocol::strict_json;
use baken_protocol::wire::{CompactEnvelope, Push, WireError};
use serde_json::{Map, Value};

/// Why a push was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Not a push, cut off, or a payload that is not what its place says.
    #[error("the push is malformed or cut off")]
    Malformed,
    /// Beyond a limit of the protocol.
    #[error("the push is larger than the protocol allows")]
    TooLarge,
    /// A schema this backend does not know.
    #[error("the batch has a schema this backend does not know; update the backend")]
    UnknownVersion,
    /// A signature does not verify under the device's key.
    #[error("a signature does not verify")]
    BadSignature,
    /// Chain, place, tenant or device are not those of the address or the chain.
    #[error("the batch names another chain, place, tenant or device")]
    Elsewhere,
    /// The batch does not list exactly what came with it.
    #[error("the batch does not list exactly the operations and attachments that came with it")]
    Listing,
    /// A sealed part is not the one its operation names.
    #[error("a sealed part is not the one its operation names")]
    SealedPart,
    /// An operation is not well formed.
    #[error("an operation is not well formed: {0}")]
    Operation(#[from] OperationError),
}

impl Refusal {
    /// The code programs switch on.
    pub const fn code(&self) -> RefusalCode {
        match self {
            Self::TooLarge => RefusalCode::TooLarge,
            Self::UnknownVersion => RefusalCode::UnknownVersion,
            Self::BadSignature => RefusalCode::BadSignature,
            Self::Malformed | Self::Elsewhere | Self::Listing | Self::SealedPart | Self::Operation(_) => {
                RefusalCode::Malformed
            }
        }
    }
}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Malformed => Self::Malformed,
            WireError::TooLarge => Self::TooLarge,
        }
    }
}

impl From<EnvelopeError> for Refusal {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Signature(_) | EnvelopeError::UnknownKey | EnvelopeError::ClosedKey => Self::BadSignature,
            EnvelopeError::TooLarge => Self::TooLarge,
            EnvelopeError::Malformed | EnvelopeError::Type { .. } | EnvelopeError::Payload(_) => Self::Malformed,
        }
    }
}

/// A push in which everything holds.
pub struct VerifiedPush {
    /// The batch.
    pub batch: Verified<Batch>,
    /// Its hash.
    pub hash: Digest,
    /// Its operations, in order.
    pub operations: Vec<VerifiedOperation>,
}

/// An operation in which everything holds.
pub struct VerifiedOperation {
    /// The operation.
    pub signed: Verified<Operation>,
    /// The hash of its envelope.
    pub hash: Digest,
    /// Its sealed part, unopened.
    pub sealed: Vec<u8>,
}

/// Verifies `push`, which arrived for place `seq` of `chain`, as coming from that chain's device, whose key is `key`.
pub fn verify(
    push: Push,
    tenant: &TenantId,
    ChainReference { device, chain }: ChainReference,
    seq: u64,
    key: &VerifyingKey,
) -> Result<VerifiedPush, Refusal> {
    let keyid = key.fingerprint();
    let batch = verify_envelope::<Batch>(push.batch.expand::<Batch>(keyid), key, later_batch)?;
    let head = &batch.payload;
    if !is_known_schema(head.schema) {
        return Err(Refusal::UnknownVersion);
    }
    if (&head.tenant, head.chain, head.seq, head.device) != (tenant, chain, seq, device) || head.seq == 0 {
        return Err(Refusal::Elsewhere);
    }
    if head.operations.len() != push.operations.len() || head.operations.is_empty() {
        return Err(Refusal::Listing);
    }
    let mut operations = Vec::with_capacity(push.operations.len());
    for (reference, (compact, sealed)) in head.operations.iter().zip(push.operations) {
        let operation = verify_operation(compact, sealed, key)?;
        let named = &operation.signed.payload;
        if operation.hash != reference.sha256 || named.operation != reference.operation {
            return Err(Refusal::Listing);
        }
        if named.tenant != *tenant || named.device != device {
            return Err(Refusal::Elsewhere);
        }
        if !may_list(head.schema, named.open.kind(), named.action) {
            return Err(Refusal::Listing);
        }
        operations.push(operation);
    }
    check_listing(head, &operations)?;
    let hash = batch.envelope.digest();
    Ok(VerifiedPush { batch, hash, operations })
}

fn verify_operation(
    compact: CompactEnvelope,
    sealed: Vec<u8>,
    key: &VerifyingKey,
) -> Result<VerifiedOperation, Refusal> {
    let signed = verify_envelope::<Operation>(compact.expand::<Operation>(key.fingerprint()), key, later_operation)?;
    signed.payload.check()?;
    let reference = &signed.payload.sealed;
    if u64::try_from(sealed.len()) != Ok(reference.size_bytes) || Digest::of(&sealed) != reference.sha256 {
        return Err(Refusal::SealedPart);
    }
    let hash = signed.envelope.digest();
    Ok(VerifiedOperation { signed, hash, sealed })
}

fn check_listing(batch: &Batch, operations: &[VerifiedOperation]) -> Result<(), Refusal> {
    let mut ids = HashSet::new();
    if !operations.iter().all(|operation| ids.insert(operation.signed.payload.operation)) {
        return Err(Refusal::Listing);
    }
    let listed: Vec<&AttachmentReference> = batch.attachments.iter().collect();
    let named: Vec<&AttachmentReference> =
        operations.iter().flat_map(|operation| &operation.signed.payload.attachments).collect();
    let mut hashes = HashSet::new();
    let distinct = named.iter().all(|attachment| hashes.insert(attachment.sha256));
    if listed == named && distinct { Ok(()) } else { Err(Refusal::Listing) }
}

/// A device that is newer than this backend says things that cannot be read here: it must wait for the backend, not
/// set its record aside. `later` looks at what the payload says of itself and at nothing else; the signature was
/// checked before the payload was read.
fn verify_envelope<P: Payload>(
    envelope: Envelope,
    key: &VerifyingKey,
    later: fn(&[u8]) -> bool,
) -> Result<Verified<P>, Refusal> {
    match envelope.read(key) {
        Ok(payload) => Ok(Verified { payload, envelope }),
        Err(EnvelopeError::Payload(_)) if later(&envelope.payload) => Err(Refusal::UnknownVersion),
        Err(error) => Err(error.into()),
    }
}

/// A batch of another schema.
fn later_batch(payload: &[u8]) -> bool {
    strict_json::parse_member::<u32>(payload, "schema").is_ok_and(|schema| !is_known_schema(schema))
}

/// A record of a kind, or with an attachment of a class, that this version does not know.
fn later_operation(payload: &[u8]) -> bool {
    let Ok(said) = strict_json::parse::<Map<String, Value>>(payload) else { return false };
    let text = |from: Option<&Value>, name: &str| from?.get(name)?.as_str().map(str::to_owned);
    let Some(attachments) = said.get("attachments").and_then(Value::as_array) else { return false };
    let classes: Option<Vec<String>> = attachments.iter().map(|attachment| text(Some(attachment), "class")).collect();
    text(said.get("open"), "kind").zip(classes).is_some_and(|(kind, classes)| {
        kind.parse::<RecordKind>().is_err()
            || classes.iter().any(|class| !AttachmentClass::CODES.contains(&class.as_str()))
    })
}
