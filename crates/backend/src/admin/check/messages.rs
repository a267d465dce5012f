//! The signed messages of a dossier: each written in the one way it can be, of its own type, and signed by the key
//! whose word it is, from the root key down.

use std::collections::BTreeMap;

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::batch::Batch;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError, Payload, Verified};
use baken_protocol::enrolment::Enrolment;
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::{KeyDirectory, KeyDirectoryError};
use baken_protocol::limits;
use baken_protocol::receipt::Receipt;
use baken_protocol::record::Operation;
use baken_protocol::signature::VerifyingKey;

use super::Known;
use super::folder::Folder;
use super::verdict::{FaultCode, Faults, Stop};
use crate::admin::dossier::layout::Part;

/// Messages whose signatures all hold. What they say of each other is yet to be compared.
pub(super) struct Messages {
    /// The newest key directory.
    pub(super) directory: KeyDirectory,
    pub(super) certificate: DeviceCertificate,
    pub(super) enrolment: Verified<Enrolment>,
    pub(super) operation: Verified<Operation>,
    pub(super) batch: Verified<Batch>,
    pub(super) receipt: Receipt,
    /// The receipts of attachments, by the hash in their name.
    pub(super) arrivals: BTreeMap<Digest, AttachmentReceipt>,
}

/// The envelopes of a dossier, none of them believed yet.
pub(super) struct Envelopes(BTreeMap<Part, Envelope>);

impl Envelopes {
    /// Reads every message's envelope.
    pub(super) fn read(folder: &Folder, faults: &mut Faults) -> Self {
        let mut envelopes = BTreeMap::new();
        for part in folder.parts() {
            let Some(expected) = part.payload_type() else { continue };
            match read_form(folder.bytes(part), expected) {
                Ok(envelope) => drop(envelopes.insert(part, envelope)),
                Err(code) => faults.add(code, &[&part]),
            }
        }
        Self(envelopes)
    }

    /// Checks every signature, from the root key down that is known from elsewhere.
    pub(super) fn verify(self, folder: &Folder, known: Known, faults: &mut Faults) -> Result<Messages, Stop> {
        let directory = self.directories(folder, known.root, faults)?;
        let newest = Part::KeyDirectory(directory.epoch);
        let is_newest = known.key_directory.is_none_or(|epoch| epoch <= directory.epoch);
        faults.expect(is_newest, FaultCode::OlderDirectory, &[&newest]);
        let certificate = self.by_receipt_key::<DeviceCertificate>(Part::Certificate, &directory, newest, faults)?;
        let key = certificate.payload.public_key;
        let enrolment = self.by_device::<Enrolment>(Part::Enrolment, &key, faults);
        let operation = self.by_device::<Operation>(Part::Operation, &key, faults);
        let batch = self.by_device::<Batch>(Part::Batch, &key, faults);
        let receipt = self.by_receipt_key::<Receipt>(Part::Receipt, &directory, newest, faults);
        let mut arrivals = BTreeMap::new();
        for part in self.0.keys() {
            let Part::AttachmentReceipt(sha256) = part else { continue };
            if let Ok(said) = self.by_receipt_key::<AttachmentReceipt>(*part, &directory, newest, faults) {
                arrivals.insert(*sha256, said.payload);
            }
        }
        faults.end_of_stage()?;
        Ok(Messages {
            certificate: certificate.payload,
            enrolment: enrolment?,
            operation: operation?,
            batch: batch?,
            receipt: receipt?.payload,
            arrivals,
            directory,
        })
    }

    /// The newest directory, once each is the root key's and the one can follow the other.
    fn directories(&self, folder: &Folder, root: Digest, faults: &mut Faults) -> Result<KeyDirectory, Stop> {
        let mut known: Option<Verified<KeyDirectory>> = None;
        for epoch in &folder.epochs {
            let part = Part::KeyDirectory(*epoch);
            match self.directory(part, *epoch, root) {
                Err(code) => faults.add(code, &[&part]),
                Ok(next) => {
                    if let Some(before) = &known
                        && KeyDirectory::check_succession(before, &next).is_err()
                    {
                        faults.add(FaultCode::Succession, &[&Part::KeyDirectory(before.payload.epoch), &part]);
                    }
                    known = Some(next);
                }
            }
        }
        faults.end_of_stage()?;
        known.map(|newest| newest.payload).ok_or(Stop)
    }

    fn directory(&self, part: Part, epoch: u64, root: Digest) -> Result<Verified<KeyDirectory>, FaultCode> {
        let envelope = self.0.get(&part).ok_or(FaultCode::Missing)?.clone();
        let key = KeyDirectory::named_root(&envelope).map_err(|error| of_envelope(&error))?;
        if key.fingerprint() != root {
            return Err(FaultCode::Root);
        }
        let verified = KeyDirectory::verify(envelope, &RootFingerprint::of(&key)).map_err(|error| match error {
            KeyDirectoryError::Root => FaultCode::Root,
            KeyDirectoryError::Envelope(error) => of_envelope(&error),
            KeyDirectoryError::Rollback
            | KeyDirectoryError::Line
            | KeyDirectoryError::Recipients
            | KeyDirectoryError::Keys => FaultCode::Directory,
        })?;
        if verified.payload.epoch == epoch { Ok(verified) } else { Err(FaultCode::Directory) }
    }

    fn by_device<P: Payload>(&self, part: Part, key: &VerifyingKey, faults: &mut Faults) -> Result<Verified<P>, Stop> {
        let envelope = self.0.get(&part).ok_or(Stop)?.clone();
        envelope.verify::<P>(key).map_err(|error| refused(part, &error, Part::Certificate, faults))
    }

    /// What a receipt key signed. That of a closed one is read on, so that what contradicts it is found as well.
    fn by_receipt_key<P: Payload>(
        &self,
        part: Part,
        directory: &KeyDirectory,
        newest: Part,
        faults: &mut Faults,
    ) -> Result<Verified<P>, Stop> {
        let envelope = self.0.get(&part).ok_or(Stop)?.clone();
        let keyid = envelope.keyid;
        let verified = directory.receipt_keys.verify_kept::<P>(envelope);
        let verified = verified.map_err(|error| refused(part, &error, newest, faults))?;
        let is_in_use = directory.receipt_keys.in_use().is_some_and(|key| key.fingerprint() == keyid);
        faults.expect(is_in_use, FaultCode::ClosedKey, &[&part, &newest]);
        Ok(verified)
    }
}

/// One envelope, if it has its own type and is written in the one way it can be: what two readers could read in two
/// ways is not read at all.
fn read_form(bytes: &[u8], expected: &str) -> Result<Envelope, FaultCode> {
    let envelope = Envelope::from_json(bytes).map_err(|_| FaultCode::Envelope)?;
    let written = envelope.to_json().map_err(|_| FaultCode::Envelope)?;
    if written != bytes || envelope.payload.len() > limits::PAYLOAD_BYTES {
        return Err(FaultCode::Envelope);
    }
    if envelope.payload_type == expected { Ok(envelope) } else { Err(FaultCode::PayloadType) }
}

/// A message that is not believed; `names_keys` is the part that says whose it should be.
fn refused(part: Part, error: &EnvelopeError, names_keys: Part, faults: &mut Faults) -> Stop {
    let code = of_envelope(error);
    if code == FaultCode::UnknownKey {
        faults.add(code, &[&part, &names_keys]);
    } else {
        faults.add(code, &[&part]);
    }
    Stop
}

fn of_envelope(error: &EnvelopeError) -> FaultCode {
    match error {
        EnvelopeError::Malformed | EnvelopeError::TooLarge => FaultCode::Envelope,
        EnvelopeError::Type { .. } => FaultCode::PayloadType,
        EnvelopeError::UnknownKey => FaultCode::UnknownKey,
        EnvelopeError::ClosedKey => FaultCode::ClosedKey,
        EnvelopeError::Signature(_) => FaultCode::Signature,
        EnvelopeError::Payload(_) => FaultCode::Payload,
    }
}
