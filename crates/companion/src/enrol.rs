//! Enrolment: an invitation turns this installation into a device the municipality knows.
//!
//! Before anything is believed the key directory must be signed by the root key whose fingerprint stands
//! in the invitation; from then on that fingerprint is pinned.

use std::sync::Arc;

use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::enrolment::{Enrolment, EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::invitation::Invitation;
use baken_protocol::keydir::KeyDirectory;
use rusqlite::params;
use serde::Serialize;
use ts_rs::TS;

use crate::APP_VERSION;
use crate::device;
use crate::directory;
use crate::failure::Failure;
use crate::store::cached::Cached;
use crate::store::{Store, time_text};
use crate::transport::{Transport, TransportError};

/// What an invitation says, before the network is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct InvitationPreview {
    /// Where the backend answers.
    pub address: String,
    /// The root key's fingerprint in groups of four, to compare.
    pub fingerprint: String,
}

/// Reads an invitation without using it.
pub(crate) fn preview(text: &str, address: Option<&str>) -> Result<InvitationPreview, Failure> {
    let invitation = Invitation::parse(text, address)?;
    let symbols: Vec<char> = invitation.root.as_str().chars().collect();
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(InvitationPreview {
        address: invitation.address.as_str().trim_end_matches('/').to_owned(),
        fingerprint: groups.join(" "),
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
        self.off_runtime(move |store| store.keep_enrolment(&invitation, &answer, &directory)).await
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
    ) -> Result<(), Failure> {
        self.write(|tx| {
            tx.execute_cached(
                "INSERT INTO enrolment
                    (id, device, tenant, organisation, label, address, root_fingerprint, token, enrolled_at)
                 VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    answer.device.to_string(),
                    directory.payload.tenant.as_str(),
                    answer.organisation.as_str(),
                    answer.label,
                    invitation.address.as_str(),
                    invitation.root.as_str(),
                    answer.token,
                    time_text(self.environment.clock.now()),
                ],
            )?;
            directory::keep(tx, directory)?;
            Ok(())
        })
        .map(|()| self.keep_recovery_or_say_so())
    }
}
