//! What the messages of a dossier say of each other and of the bytes beside them. Each is sound by itself; a part
//! taken from another dossier is found here.

use baken_protocol::batch::{is_known_schema, may_list};
use baken_protocol::digest::Digest;

use super::folder::Folder;
use super::messages::Messages;
use super::verdict::{FaultCode, Faults, Note};
use crate::admin::dossier::layout::Part;

/// Compares everything with everything it names.
pub(super) fn compare(folder: &Folder, messages: &Messages, faults: &mut Faults) -> Vec<Note> {
    signers(messages, faults);
    listing(messages, faults);
    receipt(messages, faults);
    let sealed = &messages.operation.payload.sealed;
    bytes(folder, Part::Sealed, (sealed.size_bytes, sealed.sha256), faults);
    attachments(folder, messages, faults);
    directories(folder, messages, faults)
}

/// The municipality let this device in, with this key, by this enrolment.
fn signers(messages: &Messages, faults: &mut Faults) {
    let (certificate, operation) = (&messages.certificate, &messages.operation.payload);
    let (batch, receipt) = (&messages.batch.payload, &messages.receipt);
    let newest = Part::KeyDirectory(messages.directory.epoch);
    let same_tenant = certificate.tenant == messages.directory.tenant;
    faults.expect(same_tenant, FaultCode::OtherMunicipality, &[&Part::Certificate, &newest]);
    let enrolled = messages.enrolment.payload.public_key == certificate.public_key
        && messages.enrolment.envelope.digest() == certificate.enrolment;
    faults.expect(enrolled, FaultCode::OtherEnrolment, &[&Part::Enrolment, &Part::Certificate]);
    for (part, tenant, device) in [
        (Part::Operation, &operation.tenant, operation.device),
        (Part::Batch, &batch.tenant, batch.device),
        (Part::Receipt, &receipt.tenant, receipt.device),
    ] {
        let same = *tenant == certificate.tenant && device == certificate.device;
        faults.expect(same, FaultCode::OtherDevice, &[&part, &Part::Certificate]);
    }
}

fn listing(messages: &Messages, faults: &mut Faults) {
    let (operation, batch) = (&messages.operation.payload, &messages.batch.payload);
    faults.expect(operation.check().is_ok(), FaultCode::Record, &[&Part::Operation]);
    let readable = is_known_schema(batch.schema) && may_list(batch.schema, operation.open.kind(), operation.action);
    faults.expect(readable, FaultCode::Record, &[&Part::Batch]);
    let hash = messages.operation.envelope.digest();
    let listed = |entry: &baken_protocol::batch::OperationReference| {
        entry.operation == operation.operation && entry.sha256 == hash
    };
    let whole = batch.operations.iter().any(listed)
        && operation.attachments.iter().all(|attachment| batch.attachments.contains(attachment));
    faults.expect(whole, FaultCode::Listing, &[&Part::Batch, &Part::Operation]);
}

fn receipt(messages: &Messages, faults: &mut Faults) {
    let (batch, receipt) = (&messages.batch.payload, &messages.receipt);
    let same_key = receipt.device_key == messages.certificate.public_key;
    faults.expect(same_key, FaultCode::OtherKey, &[&Part::Receipt, &Part::Certificate]);
    let same_batch = receipt.chain == batch.chain
        && receipt.seq == batch.seq
        && receipt.batch_hash == messages.batch.envelope.digest();
    faults.expect(same_batch, FaultCode::OtherBatch, &[&Part::Receipt, &Part::Batch]);
    let enrolled_before = messages.certificate.enrolled_at <= receipt.received_at;
    faults.expect(enrolled_before, FaultCode::BeforeEnrolment, &[&Part::Receipt, &Part::Certificate]);
}

fn bytes(folder: &Folder, part: Part, named: (u64, Digest), faults: &mut Faults) {
    let same = folder.size_and_hash(part) == Some(named);
    faults.expect(same, FaultCode::Hash, &[&part, &Part::Operation]);
}

/// Each attachment the record names is here with a receipt of its own, and no other.
fn attachments(folder: &Folder, messages: &Messages, faults: &mut Faults) {
    let operation = &messages.operation.payload;
    for attachment in &operation.attachments {
        let (own, proof) = (Part::Attachment(attachment.sha256), Part::AttachmentReceipt(attachment.sha256));
        if folder.size_and_hash(own).is_some() {
            bytes(folder, own, (attachment.size_bytes, attachment.sha256), faults);
        } else {
            faults.add(FaultCode::Missing, &[&own]);
        }
        let Some(said) = messages.arrivals.get(&attachment.sha256) else {
            faults.add(FaultCode::Missing, &[&proof]);
            continue;
        };
        let same = said.tenant == operation.tenant
            && said.device == operation.device
            && said.operation == operation.operation
            && said.sha256 == attachment.sha256
            && said.size_bytes == attachment.size_bytes;
        faults.expect(same, FaultCode::OtherAttachment, &[&proof, &Part::Operation]);
        let enrolled_before = messages.certificate.enrolled_at <= said.received_at;
        faults.expect(enrolled_before, FaultCode::BeforeEnrolment, &[&proof, &Part::Certificate]);
    }
    for part in folder.parts() {
        if let Part::Attachment(sha256) | Part::AttachmentReceipt(sha256) = part {
            let named = operation.attachments.iter().any(|attachment| attachment.sha256 == sha256);
            faults.expect(named, FaultCode::Unexpected, &[&part]);
        }
    }
}

/// The directory it was sealed under, the newest, and no other.
fn directories(folder: &Folder, messages: &Messages, faults: &mut Faults) -> Vec<Note> {
    let epoch = messages.operation.payload.sealed.epoch;
    for held in &folder.epochs {
        let needed = [epoch, messages.directory.epoch].contains(held);
        faults.expect(needed, FaultCode::Unexpected, &[&Part::KeyDirectory(*held)]);
    }
    if folder.epochs.contains(&epoch) { vec![] } else { vec![Note::NoSealingDirectory { epoch }] }
}
