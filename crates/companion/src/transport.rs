//! What is needed of a network. The real one is `HttpTransport` in `sync`; tests put a bad network around it.

use std::future::Future;
use std::time::Duration;

use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{ChainId, OperationId};
use baken_protocol::limits::POCKET_BYTES;
use baken_protocol::refusal::RefusalCode;
use chrono::{DateTime, Utc};
use url::Url;

use crate::failure_code::FailureCode;

/// What stands between this device and the backend, where it answers in the backend's place. None of it is the
/// backend's word: nothing is set aside for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Between {
    /// The network wants a person to sign in first: a captive portal, a redirect, a proxy that asks who one is.
    #[error("the network wants somebody to sign in")]
    SignIn,
    /// A gateway that does not reach the backend just now: worth trying again.
    #[error("a gateway does not reach the backend ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// A gateway that does not let this request through.
    #[error("a gateway does not let this through ({status})")]
    Refuses {
        /// The HTTP status.
        status: u16,
    },
    /// A gateway that lets nothing as large as this through.
    #[error("a gateway lets no {bytes} bytes through")]
    TooLarge {
        /// The size of the body that was turned away.
        bytes: usize,
    },
}

/// Why the certificate of whoever answered is not believed, the clock being right as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// Nobody this device trusts signed it: perhaps the network reads along.
    #[error("the certificate is signed by nobody this device trusts")]
    Untrusted,
    /// It is for another address.
    #[error("the certificate is for another address")]
    OtherName,
    /// It has run out.
    #[error("the certificate has expired")]
    Expired,
}

/// Why the backend could not be reached or would not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke: worth trying again.
    #[error("the backend cannot be reached")]
    Network,
    /// Nothing moved any more of a request with a body of so many bytes, or nobody answered it.
    #[error("nobody answers {bytes} bytes")]
    Silent {
        /// The size of the body.
        bytes: usize,
    },
    /// A request with a body of so many bytes moved all the time, and too slowly for its size.
    #[error("{bytes} bytes are too much for so slow a line")]
    Slow {
        /// The size of the body.
        bytes: usize,
    },
    /// Given up for what goes first: something acute, a pause or a lock.
    #[error("it makes way for what goes first")]
    MadeWay,
    /// Somebody between answered in the backend's place.
    #[error(transparent)]
    Between(#[from] Between),
    /// The certificate is not believed.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// This device's clock is so wrong that no certificate can be checked.
    #[error("the clock of this device is wrong")]
    Clock,
    /// The backend is there but cannot serve just now (5xx, 429): worth trying again.
    #[error("the backend cannot serve just now ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// The backend refuses with a code of its own.
    #[error("the backend refuses: {}", .code.map_or("unknown code", RefusalCode::as_str))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The problem's code; `None` for one this version does not know.
        code: Option<RefusalCode>,
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
    pub const fn code(&self) -> FailureCode {
        match self {
            Self::Network | Self::Silent { .. } | Self::Slow { .. } | Self::MadeWay => FailureCode::Network,
            Self::Between(Between::SignIn) => FailureCode::NetworkSignIn,
            Self::Between(Between::Unavailable { .. }) => FailureCode::GatewayUnavailable,
            Self::Between(Between::Refuses { .. }) => FailureCode::GatewayRefuses,
            Self::Between(Between::TooLarge { .. }) => FailureCode::GatewayTooLarge,
            Self::Certificate(CertificateFault::Untrusted) => FailureCode::CertificateUntrusted,
            Self::Certificate(CertificateFault::OtherName) => FailureCode::CertificateOtherName,
            Self::Certificate(CertificateFault::Expired) => FailureCode::CertificateExpired,
            Self::Clock => FailureCode::ClockWrong,
            Self::Unavailable { .. } | Self::Answer | Self::Refused { code: None, .. } => FailureCode::BackendError,
            Self::Refused { code: Some(code), .. } => refusal_code(*code),
            Self::ReceiptInvalid => FailureCode::ReceiptInvalid,
        }
    }

    /// Whether the same request may go through a little later.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Network
                | Self::Unavailable { .. }
                | Self::Between(Between::Unavailable { .. })
                | Self::Refused { code: Some(RefusalCode::UploadBusy), .. }
        )
    }

    /// Whether nobody answered, or the line was too slow for it: what is as large fares no better for a while.
    pub const fn is_silence(&self) -> bool {
        matches!(self, Self::Silent { .. } | Self::Slow { .. })
    }

    /// Whether no other request would fare better now: there is no way to the backend.
    pub const fn is_about_everything(&self) -> bool {
        match self {
            Self::Network | Self::MadeWay | Self::Between(Between::SignIn) | Self::Certificate(_) | Self::Clock => true,
            // What is large may be swallowed where something small is not.
            Self::Silent { bytes } => *bytes <= POCKET_BYTES,
            Self::Between(Between::Unavailable { .. } | Between::Refuses { .. } | Between::TooLarge { .. })
            | Self::Slow { .. }
            | Self::Unavailable { .. }
            | Self::Refused { .. }
            | Self::Answer
            | Self::ReceiptInvalid => false,
        }
    }
}

/// The refusals an interface has words of its own for; anything else is the backend's error.
const fn refusal_code(code: RefusalCode) -> FailureCode {
    match code {
        RefusalCode::CodeUnknown => FailureCode::CodeUnknown,
        RefusalCode::CodeUsed => FailureCode::CodeUsed,
        RefusalCode::CodeExpired => FailureCode::CodeExpired,
        RefusalCode::UnknownDevice => FailureCode::UnknownDevice,
        RefusalCode::UnknownVersion => FailureCode::BackendTooOld,
        RefusalCode::StorageFull => FailureCode::StorageFull,
        RefusalCode::Malformed
        | RefusalCode::BadSignature
        | RefusalCode::TooLarge
        | RefusalCode::KeyKnown
        | RefusalCode::Gap
        | RefusalCode::Forked
        | RefusalCode::Frozen
        | RefusalCode::WrongOffset
        | RefusalCode::UploadBusy
        | RefusalCode::HashMismatch
        | RefusalCode::Incomplete
        | RefusalCode::TooSlow => FailureCode::BackendError,
    }
}

/// A body that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderWay {
    /// Its size in bytes.
    pub size: usize,
    /// Of these, handed to the connection.
    pub taken: usize,
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

    /// `GET /v1/devices/{device}/chains/{chain}`, with the backend's time.
    fn chain_status(
        &self,
        chain: ChainId,
    ) -> impl Future<Output = Result<(ChainStatus, Option<DateTime<Utc>>), TransportError>> + Send;

    /// `POST /v1/devices/{device}/chains/{chain}/batches/{seq}`.
    fn push(
        &self,
        chain: ChainId,
        seq: u64,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<PushAnswer, TransportError>> + Send;

    /// `GET /v1/operations/{record}/attachments/{sha256}`: bytes already there, and whether it is complete.
    fn attachment_offset(
        &self,
        of: OperationId,
        sha256: Digest,
    ) -> impl Future<Output = Result<(u64, bool), TransportError>> + Send;

    /// `POST /v1/operations/{record}/attachments/{sha256}`: appends at `offset`, answers the new one.
    fn append_attachment(
        &self,
        of: OperationId,
        sha256: Digest,
        offset: u64,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<u64, TransportError>> + Send;

    /// `GET /v1/operations/{record}/attachments/{sha256}/receipt`: a receipt, not verified yet.
    fn attachment_receipt(
        &self,
        of: OperationId,
        sha256: Digest,
    ) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/key-directory`.
    fn key_directory(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/log-continuations`: where the log went on from another, not verified yet.
    fn log_continuations(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/revocations`: whom the municipality no longer trusts, not verified yet.
    fn revocations(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/vocabulary`.
    fn vocabulary(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/outcomes`: what became of this device's records after a change, not verified yet.
    fn outcomes(&self, after: u64) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/catalogues`: the newest list of each kind, none verified yet.
    fn catalogues(&self) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `GET /v1/catalogues/{sha256}/content`.
    fn catalogue_content(&self, sha256: Digest) -> impl Future<Output = Result<Vec<u8>, TransportError>> + Send;

    /// `POST /v1/passage`: whether the network lets a body of this size through. Nothing is kept of it.
    fn passes(&self, bytes: usize) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// How long the request that is under way has not moved; no time at all where nobody can tell.
    fn still_for(&self) -> Duration {
        Duration::ZERO
    }

    /// How much of the body that is under way has left; `None` where there is none or nobody can tell.
    fn under_way(&self) -> Option<UnderWay> {
        None
    }
}
