//! Enrolment: an invitation turns this installation into a device the municipality knows.
//!
//! Before anything is believed the key directory must be signed by the root key whose fingerprint stands
//! in the invitation; from then on that fingerprint is pinned.

use std::sync::Arc;

use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::enrolment::{Enrolment, EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::Code;
use baken_protocol::invitation::{Invitation, OrganisationMark};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::vocabulary::Vocabulary;
use rusqlite::params;
use serde::Serialize;
use ts_rs::TS;

use crate::environment::APP_VERSION;
use crate::failure::Failure;
use crate::store::{Cached, Store, time_text};
use crate::transport::{Transport, TransportError};
use crate::trust::device;
use crate::trust::key_directory;

/// What an invitation says, before the network is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct InvitationPreview {
    /// Where the backend answers.
    pub address: String,
    /// The root key's fingerprint in groups of four, to compare.
    pub fingerprint: String,
    /// The organisation the device will be of; none where this version does not know it.
    pub organisation: Option<Code>,
}

/// Reads an invitation without using it.
pub(crate) fn preview(text: &str, address: Option<&str>) -> Result<InvitationPreview, Failure> {
    let invitation = Invitation::parse(text, address)?;
    let symbols: Vec<char> = invitation.root.as_str().chars().collect();
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(InvitationPreview {
        address: invitation.address.as_str().trim_end_matches('/').to_owned(),
        fingerprint: groups.join(" "),
        organisation: invitation.organisation.find(&Vocabulary::built_in()).cloned(),
    })
}

impl Store {
    /// Whether an enrolment has been completed.
    pub fn is_enrolled(&self) -> Result<bool, Failure> {
        self.read(|connection| Ok(device::load(connection)?.is_some()))
    }

    /// Spends an invitation.
    pub async fn enrol(
        self: &Arc<Self>,
        text: &str,
        address: Option<&str>,
        transport: &impl Transport,
    ) -> Result<(), Failure> {
        let invitation = Invitation::parse(text, address)?;
        let asked = invitation.clone();
        let request = self.off_runtime(move |store| store.enrolment_request(&asked)).await?;
        let answer = transport.enrol(&invitation.address, &request).await?;
        let directory = Envelope::try_from(answer.key_directory.clone()).map_err(|_| TransportError::Answer)?;
        let directory = KeyDirectory::verify(directory, &invitation.root)?;
        let certificate = Envelope::try_from(answer.certificate.clone()).map_err(|_| TransportError::Answer)?;
        let payload = &directory.payload;
        let certificate = DeviceCertificate::verify(certificate, &payload.receipt_keys, &payload.tenant)
            .map_err(|_| Failure::NotAsInvited)?;
        let as_invited = payload.epoch >= invitation.epoch
            && OrganisationMark::of(&certificate.payload.organisation) == invitation.organisation;
        if !as_invited {
            return Err(Failure::NotAsInvited);
        }
        self.off_runtime(move |store| store.keep_enrolment(&invitation, &answer, &directory, &certificate)).await
    }

    fn enrolment_request(&self, invitation: &Invitation) -> Result<EnrolmentRequest, Failure> {
        if self.is_enrolled()? {
            return Err(Failure::AlreadyEnrolled);
        }
        self.read(|connection| {
            let key = device::signing_key(connection, &self.known)?;
            let enrolment = Enrolment {
                public_key: key.public(),
                challenge: invitation.code.challenge(),
                chain: device::chain(connection)?.0,
                app_version: APP_VERSION.to_owned(),
                made_at: self.environment.clock.now(),
            };
            let envelope = Envelope::sign(&enrolment, &key)?;
            Ok(EnrolmentRequest { code: invitation.code.as_str().to_owned(), enrolment: envelope.to_dsse() })
        })
    }

    fn keep_enrolment(
        &self,
        invitation: &Invitation,
        answer: &EnrolmentAnswer,
        directory: &Verified<KeyDirectory>,
        certificate: &Verified<DeviceCertificate>,
    ) -> Result<(), Failure> {
        self.write(|tx| {
            if certificate.payload.public_key != device::signing_key(tx, &self.known)?.public() {
                return Err(Failure::NotAsInvited);
            }
            tx.execute_cached(
                "INSERT INTO enrolment
                    (id, device, tenant, organisation, label, address, root_fingerprint, token, enrolled_at,
                     certificate)
                 VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    certificate.payload.device.to_string(),
                    directory.payload.tenant.as_str(),
                    certificate.payload.organisation.as_str(),
                    answer.label,
                    invitation.address.as_str(),
                    invitation.root.as_str(),
                    answer.token,
                    time_text(self.environment.clock.now()),
                    certificate.envelope.to_json()?,
                ],
            )?;
            key_directory::keep(tx, directory)?;
            Ok(())
        })
        .map(|()| self.keep_recovery_or_say_so())
    }
}
