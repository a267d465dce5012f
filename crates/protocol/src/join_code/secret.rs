//! The join secret, and how a record proves that its device saw it.
//!
//! The secret is the seed of a key of its own (Ed25519, RFC 8032; the seed is SHA-256 over a label and the secret). The
//! starting device's record names that key, the code carries the secret, and each record of joining has a signature by
//! it over who joins what. So the backend, and anyone with the open parts, can tell who saw the code from who guessed an
//! inspection's id, and none of them can make such a proof (docs/adr/0040-joining-without-a-network.md).
//!
//! 80 bits: a record with the key is kept for years, and whoever found the secret by it could claim to have been there.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crockford;
use crate::digest::Digest;
use crate::dsse::pae;
use crate::ids::{DeviceId, EntityReference, TenantId};
use crate::signature::{Signature, SignatureError, SigningKey, VerifyingKey};

const CHARS: usize = 16;
const PROOF_TYPE: &str = "application/vnd.baken.join-proof.v1";

/// What a join code carries beside the header: 16 characters of Crockford's base32.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JoinSecret(Zeroizing<String>);

/// The text is no join secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a join secret: 16 characters of base32 are expected")]
pub struct JoinSecretError;

impl JoinSecret {
    /// A secret from 16 random bytes, of each of which five bits are used.
    pub fn from_random(bytes: [u8; CHARS]) -> Self {
        Self(Zeroizing::new(bytes.iter().map(|byte| crockford::symbol(byte & 31)).collect()))
    }

    /// The key whose private half is the secret.
    pub fn key(&self) -> Result<VerifyingKey, SignatureError> {
        Ok(self.signing_key()?.public())
    }

    /// The proof that `device`, joining `inspection`, saw the secret.
    pub fn prove(
        &self,
        tenant: &TenantId,
        inspection: EntityReference,
        device: DeviceId,
    ) -> Result<Signature, SignatureError> {
        Ok(self.signing_key()?.sign(&message(tenant, inspection, device)))
    }

    fn signing_key(&self) -> Result<SigningKey, SignatureError> {
        let labelled = Zeroizing::new(format!("baken join v1 {}", self.0.as_str()));
        SigningKey::from_seed(Digest::of(labelled.as_bytes()).as_bytes())
    }
}

/// Whether `proof` is by the secret of which `key` is the public half, for this device and this inspection.
pub fn has_seen(
    key: &VerifyingKey,
    proof: &Signature,
    tenant: &TenantId,
    inspection: EntityReference,
    device: DeviceId,
) -> bool {
    key.verify(&message(tenant, inspection, device), proof).is_ok()
}

fn message(tenant: &TenantId, inspection: EntityReference, device: DeviceId) -> Vec<u8> {
    pae(PROOF_TYPE, format!("{tenant} {inspection} {device}").as_bytes())
}

impl TryFrom<String> for JoinSecret {
    type Error = JoinSecretError;

    fn try_from(text: String) -> Result<Self, JoinSecretError> {
        let text = Zeroizing::new(text);
        let known = |byte: u8| crockford::ALPHABET.contains(&byte);
        if text.len() == CHARS && text.bytes().all(known) { Ok(Self(text)) } else { Err(JoinSecretError) }
    }
}

impl From<JoinSecret> for String {
    fn from(secret: JoinSecret) -> Self {
        secret.0.to_string()
    }
}

impl fmt::Debug for JoinSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinSecret")
    }
}
