//! The keys: directories signed by the root key, devices that proved they hold theirs.

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::enrolment::{self, Enrolment};
use baken_protocol::invitation::RootFingerprint;
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::VerifyingKey;

use super::Audit;
use crate::storage::{EnrolledRow, StorageError};

impl Audit<'_> {
    pub(super) fn key_directories(&mut self) -> Result<(), StorageError> {
        let root = RootFingerprint::of(&self.installation.root_key);
        let mut known: Option<Verified<KeyDirectory>> = None;
        self.tx.each_key_directory(&mut |(epoch, bytes)| {
            let audit = &mut *self;
            audit.report.key_directories += 1;
            let directory = Envelope::from_json(&bytes).ok().and_then(|it| KeyDirectory::verify(it, &root).ok());
            let Some(next) = directory else {
                audit.fault(format!("key directory {epoch} is not signed by the root key"));
                return Ok(());
            };
            let follows = known.as_ref().is_none_or(|it| KeyDirectory::check_succession(it, &next).is_ok());
            if !follows || next.payload.epoch != epoch || next.payload.tenant != audit.installation.tenant {
                audit.fault(format!("key directory {epoch} does not follow the one before"));
            }
            known = Some(next);
            Ok(())
        })?;
        let zone = known.as_ref().map(|it| it.payload.time_zone.to_string());
        if zone.is_some_and(|zone| zone != self.installation.time_zone.to_string()) {
            self.fault("the register is in another time zone than the newest key directory says".into());
        }
        self.content_key = known.as_ref().map(|it| it.payload.content_key);
        match known {
            Some(it) if it.payload.receipt_keys.in_use() == Some(&self.installation.receipt_key) => {
                self.receipt_keys = Some(it.payload.receipt_keys);
            }
            Some(_) | None => self.fault("the newest key directory does not name the receipt key in use".into()),
        }
        Ok(())
    }

    pub(super) fn devices(&mut self) -> Result<(), StorageError> {
        self.tx.each_device(&mut |row| {
            let audit = &mut *self;
            let EnrolledRow { device, public_key, enrolment, challenge, as_invited, certificate, organisation } = row;
            audit.report.devices += 1;
            match proven(&public_key, &enrolment, challenge.as_deref()) {
                Some((key, enrolment)) => {
                    if !audit.certified(&certificate, &device, &key, &organisation, enrolment) {
                        audit.fault(format!("the certificate of device {device} does not hold"));
                    }
                    audit.devices.insert(device.clone(), key);
                }
                None => audit.fault(format!("the enrolment of device {device} does not hold")),
            }
            if !as_invited {
                audit.fault(format!("device {device} is not named as its invitation says"));
            }
            Ok(())
        })
    }
}

impl Audit<'_> {
    /// Whether the municipality certified this device with this key, organisation and enrolment.
    fn certified(&self, bytes: &[u8], device: &str, key: &VerifyingKey, organisation: &str, enrolment: Digest) -> bool {
        let certificate = Envelope::from_json(bytes).ok().zip(self.receipt_keys.as_ref());
        let said =
            certificate.and_then(|(it, keys)| DeviceCertificate::verify(it, keys, &self.installation.tenant).ok());
        said.is_some_and(|said| {
            let said = said.payload;
            said.device.to_string() == device
                && said.public_key == *key
                && said.organisation.as_str() == organisation
                && said.enrolment == enrolment
        })
    }
}

/// The key of a device whose enrolment is signed with it, for the invitation it was spent on, and that enrolment's
/// hash.
fn proven(key: &[u8], envelope: &[u8], challenge: Option<&str>) -> Option<(VerifyingKey, Digest)> {
    let key = VerifyingKey::parse(key).ok()?;
    let envelope = Envelope::from_json(envelope).ok()?;
    let hash = envelope.digest();
    let enrolment: Enrolment = enrolment::verify(envelope, challenge?.parse().ok()?).ok()?.payload;
    (enrolment.public_key == key).then_some((key, hash))
}
