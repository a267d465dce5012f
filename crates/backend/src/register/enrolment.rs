//! Letting a device in: an invitation is spent on it, or the reason why not.
//!
//! A device whose answer was lost before it sent anything is let in again under the id it has, by the same code or
//! another.

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::ids::{DeviceId, TenantId};
use baken_protocol::signature::{SigningKey, VerifyingKey};
use chrono::{DateTime, Utc};

use crate::storage::{AuditEntry, NewDevice, StorageError, Transaction};

/// A device that asks to be let in.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// The id it gets, unless it has one.
    pub device: DeviceId,
    /// Its key.
    pub public_key: VerifyingKey,
    /// SHA-256 of the invitation's code.
    pub challenge: Digest,
    /// The enrolment as the device signed it.
    pub enrolment: Envelope,
    /// SHA-256 of its bearer token.
    pub token_hash: Digest,
    /// When.
    pub enrolled_at: DateTime<Utc>,
}

/// How an enrolment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrolmentOutcome {
    /// The device is known from now on.
    Enrolled {
        /// The name the coordinator chose.
        label: String,
        /// Its certificate.
        certificate: Envelope,
    },
    /// No invitation has this code, or it was withdrawn.
    Unknown,
    /// The code was spent already.
    Used,
    /// The code's time is over.
    Expired,
    /// The key belongs to a device that has sent something already, or was revoked.
    KnownKey,
}

/// Why it could not be said.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The certificate could not be signed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

/// Lets a device in, certified by `key` for the municipality `tenant`. The line of one that is let in has its id as
/// actor; a refusal changes nothing and writes none.
pub fn let_in(
    tx: &dyn Transaction,
    (tenant, key): (&TenantId, &SigningKey),
    applicant: &Applicant,
    entry: &AuditEntry<'_>,
) -> Result<EnrolmentOutcome, EnrolmentError> {
    let Some(invitation) = tx.invitation(applicant.challenge)? else { return Ok(EnrolmentOutcome::Unknown) };
    let known = tx.enrolled_key(&applicant.public_key)?;
    let is_retry = known.as_ref().is_some_and(|known| known.invitation == invitation.id && !known.settled);
    if invitation.used && !is_retry {
        return Ok(EnrolmentOutcome::Used);
    }
    if !invitation.used && invitation.expires_at < applicant.enrolled_at {
        return Ok(EnrolmentOutcome::Expired);
    }
    let device = match known {
        Some(known) if known.settled => return Ok(EnrolmentOutcome::KnownKey),
        Some(known) => known.device,
        None => applicant.device,
    };
    let certificate = Envelope::sign(
        &DeviceCertificate {
            tenant: tenant.clone(),
            device,
            public_key: applicant.public_key,
            organisation: invitation.organisation.clone(),
            enrolment: applicant.enrolment.digest(),
            enrolled_at: applicant.enrolled_at,
        },
        key,
    )?;
    tx.let_in(&NewDevice {
        device,
        public_key: &applicant.public_key,
        invitation: &invitation,
        enrolment: &applicant.enrolment,
        certificate: &certificate,
        token_hash: applicant.token_hash,
        enrolled_at: applicant.enrolled_at,
    })?;
    tx.audit(applicant.enrolled_at, &AuditEntry { actor: &device.to_string(), ..*entry })?;
    Ok(EnrolmentOutcome::Enrolled { label: invitation.label, certificate })
}
