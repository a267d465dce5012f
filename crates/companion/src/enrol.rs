//! Enrolment: an invitation turns this installation into a device the municipality knows.
//!
//! Before anything is believed the key directory must be signed by the root key whose fingerprint stands
//! in the invitation; from then on that fingerprint is pinned.

use std::sync::Arc;

use baken_protocol::dsse::{Envelope, Verified};
use baken_protocol::enrolment::{Enrolment, EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{ChainId, Code, DeviceId, TenantId};
use baken_protocol::invitation::{Invitation, RootFingerprint};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::SigningKey;
use baken_protocol::vocabulary::Vocabulary;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use ts_rs::TS;
use url::Url;

use crate::APP_VERSION;
use crate::failure::Failure;
use crate::known::Known;
use crate::store::cached::Cached;
use crate::store::{Store, StoreError, time_text};
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

/// This device as the municipality knows it.
#[derive(Debug, Clone)]
pub(crate) struct EnrolledDevice {
    pub(crate) device: DeviceId,
    pub(crate) tenant: TenantId,
    pub(crate) organisation: Code,
    pub(crate) address: Url,
    pub(crate) root: RootFingerprint,
    pub(crate) token: String,
}

impl Store {
    /// Whether an enrolment has been completed.
    pub fn is_enrolled(&self) -> Result<bool, Failure> {
        self.read(|connection| Ok(load(connection)?.is_some()))
    }

    /// Spends an invitation.
    pub async fn enrol(&self, text: &str, address: Option<&str>, transport: &impl Transport) -> Result<(), Failure> {
        let invitation = Invitation::parse(text, address)?;
        if self.is_enrolled()? {
            return Err(Failure::AlreadyEnrolled);
        }
        let request = self.enrolment_request(&invitation)?;
        let answer = transport.enrol(&invitation.address, &request).await?;
        let directory = Envelope::try_from(answer.key_directory.clone()).map_err(|_| TransportError::Answer)?;
        let directory = KeyDirectory::verify(directory, &invitation.root)?;
        self.keep_enrolment(&invitation, &answer, &directory)
    }

    fn enrolment_request(&self, invitation: &Invitation) -> Result<EnrolmentRequest, Failure> {
        self.read(|connection| {
            let key = signing_key(connection, &self.known)?;
            let enrolment = Enrolment {
                public_key: key.public(),
                challenge: invitation.code.challenge(),
                chain: chain(connection)?.0,
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
            keep_directory(tx, directory)?;
            Ok(())
        })
    }
}

/// The enrolment, once there is one.
pub(crate) fn load(connection: &Connection) -> Result<Option<EnrolledDevice>, StoreError> {
    let row: Option<[String; 6]> = connection
        .query_row_cached(
            "SELECT device, tenant, organisation, address, root_fingerprint, token FROM enrolment",
            [],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?]),
        )
        .optional()?;
    let Some([device, tenant, organisation, address, root, token]) = row else { return Ok(None) };
    let content = || StoreError::Content;
    Ok(Some(EnrolledDevice {
        device: device.parse().map_err(|_| content())?,
        tenant: tenant.parse().map_err(|_| content())?,
        organisation: organisation.parse().map_err(|_| content())?,
        address: address.parse().map_err(|_| content())?,
        root: RootFingerprint::parse(&root).map_err(|_| content())?,
        token,
    }))
}

/// This installation's private key.
pub(crate) fn signing_key(connection: &Connection, known: &Known) -> Result<Arc<SigningKey>, StoreError> {
    let pkcs8: Vec<u8> = connection.query_row_cached("SELECT signing_key FROM device", [], |row| row.get(0))?;
    known.signing_key.of(pkcs8, |pkcs8| SigningKey::from_pkcs8(pkcs8).map_err(|_| StoreError::Content))
}

/// The chain this installation writes, and the one it continues.
pub(crate) fn chain(connection: &Connection) -> Result<(ChainId, Option<ChainId>), StoreError> {
    let (chain, continues): (String, Option<String>) =
        connection.query_row_cached("SELECT chain, continues FROM device", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let parse = |text: String| text.parse().map_err(|_| StoreError::Content);
    Ok((parse(chain)?, continues.map(parse).transpose()?))
}

/// The newest key directory this device has accepted.
pub(crate) fn directory(connection: &Connection, known: &Known) -> Result<Arc<Verified<KeyDirectory>>, Failure> {
    let bytes: Vec<u8> = connection
        .query_row_cached("SELECT envelope FROM key_directories ORDER BY epoch DESC LIMIT 1", [], |row| row.get(0))
        .optional()?
        .ok_or(Failure::NotEnrolled)?;
    known.directory.of(bytes, |bytes| {
        let device = load(connection)?.ok_or(Failure::NotEnrolled)?;
        Ok(KeyDirectory::verify(Envelope::from_json(bytes)?, &device.root)?)
    })
}

/// Keeps a directory that was verified and may follow what is known.
pub(crate) fn keep_directory(connection: &Connection, directory: &Verified<KeyDirectory>) -> Result<(), Failure> {
    connection.execute_cached(
        "INSERT INTO key_directories (epoch, envelope) VALUES (?1, ?2) ON CONFLICT (epoch) DO NOTHING",
        params![directory.payload.epoch, directory.envelope.to_json()?],
    )?;
    Ok(())
}

/// The newest vocabulary: what the backend gave, or what is built in.
pub(crate) fn vocabulary(connection: &Connection, known: &Known) -> Result<Arc<Vocabulary>, StoreError> {
    let body: Option<Vec<u8>> = connection
        .query_row_cached("SELECT body FROM vocabularies ORDER BY version DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    known.vocabulary.of(body.unwrap_or_default(), |body| Ok(newest_vocabulary(body)))
}

/// The stored set, unless the built-in one is newer or the stored one cannot be read by this version of the app:
/// nobody stands below deck without a vocabulary.
fn newest_vocabulary(stored: &[u8]) -> Vocabulary {
    let built_in = Vocabulary::built_in();
    if stored.is_empty() {
        return built_in;
    }
    match Vocabulary::parse(stored) {
        Ok(vocabulary) if vocabulary.version > built_in.version => vocabulary,
        Ok(_) => built_in,
        Err(_) => {
            tracing::warn!("the stored vocabulary cannot be read; the built-in one is used");
            built_in
        }
    }
}

/// Keeps a vocabulary the backend gave and that was read. What a version means never changes afterwards.
pub(crate) fn keep_vocabulary(connection: &Connection, version: u32, body: &[u8]) -> Result<(), StoreError> {
    connection.execute_cached(
        "INSERT INTO vocabularies (version, body) VALUES (?1, ?2)
         ON CONFLICT (version) DO NOTHING",
        params![version, body],
    )?;
    Ok(())
}

impl Store {
    /// The vocabulary to record with.
    pub fn vocabulary(&self) -> Result<Vocabulary, Failure> {
        self.read(|connection| Ok(vocabulary(connection, &self.known)?.as_ref().clone()))
    }
}
