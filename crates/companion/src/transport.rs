//! What is needed of a network. The real one is [`crate::sync::HttpTransport`]; tests put a bad network around it.

use std::future::Future;

use baken_protocol::digest::Digest;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::ChainId;
use chrono::{DateTime, Utc};
use url::Url;

/// Why the backend could not be reached or would not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke: worth trying again.
    #[error("the backend cannot be reached")]
    Network,
    /// The backend is there but cannot serve just now (5xx, 429): worth trying again.
    #[error("the backend cannot serve just now ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// The backend refuses with a code of its own.
    #[error("the backend refuses: {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The problem's code.
        code: String,
    },
    /// The answer is not what this version of the protocol says.
    #[error("the backend answers something this version cannot read")]
    Answer,
    /// A receipt that does not verify, or is for something else.
    #[error("the receipt is not valid")]
    ReceiptInvalid,
}

impl TransportError {
    /// The code a user interface has words for.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Unavailable { .. } | Self::Answer => "backend-error",
            Self::Refused { code, .. } => known_code(code.as_bytes()),
            Self::ReceiptInvalid => "receipt-invalid",
        }
    }

    /// Whether the same request may go through a little later.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Network | Self::Unavailable { .. })
    }
}

/// The refusals an interface has words for; anything else is the backend's error.
const fn known_code(code: &[u8]) -> &'static str {
    match code {
        b"code-unknown" => "code-unknown",
        b"code-used" => "code-used",
        b"code-expired" => "code-expired",
        b"revoked" => "revoked",
        b"unknown-device" => "unknown-device",
        b"unknown-version" => "backend-too-old",
        b"storage-full" => "storage-full",
        _ => "backend-error",
    }
}

/// How the backend sees this installation's chain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainStatus {
    /// The place it waits for.
    pub next_seq: u64,
    /// The hash of the last batch it holds.
    pub head: Option<Digest>,
    /// Whether the chain has been frozen after a fork.
    pub frozen: bool,
}

/// The backend's answer to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushAnswer {
    /// A receipt, not verified yet; it says itself whether the batch was kept apart.
    Receipt(Vec<u8>),
    /// Something is missing before it.
    Gap {
        /// The place the chain waits for.
        expected_seq: u64,
    },
    /// Another history stands there; this chain is over.
    Forked,
}

/// A network to the backend.
pub trait Transport: Send + Sync {
    /// `POST /v1/enrolments`.
    fn enrol(
        &self,
        address: &Url,
        request: &EnrolmentRequest,
    ) -> impl Future<Output = Result<EnrolmentAnswer, TransportError>> + Send;

    /// `GET /v1/chains/{chain}`, with the backend's time.
    fn chain_status(
        &self,
        chain: ChainId,
    ) -> impl Future<Output = Result<(ChainStatus, Option<DateTime<Utc>>), TransportError>> + Send;

    /// `PUT /v1/chains/{chain}/batches/{seq}`.
    fn push(
        &self,
        chain: ChainId,
        seq: u64,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<PushAnswer, TransportError>> + Send;

    /// `HEAD /v1/attachments/{sha256}`: bytes already there, and whether it is complete.
    fn attachment_offset(&self, sha256: Digest) -> impl Future<Output = Result<(u64, bool), TransportError>> + Send;

    /// `PATCH /v1/attachments/{sha256}`: appends at `offset`, answers the new one.
    fn append_attachment(
        &self,
        sha256: Digest,
        offset: u64,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<u64, TransportError>> + Send;

    /// `GET /v1/key-directory`.
    fn key_directory(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/vocabulary`.
    fn vocabulary(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;
}
