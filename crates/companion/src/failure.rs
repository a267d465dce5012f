//! One error for everything the core can answer, and the form in which it crosses to a user interface:
//! a code the interface has words for. No text a person typed, no path and no SQL is in it.

use baken_protocol::carried::CarriedError;
use baken_protocol::catalogue::CatalogueError;
use baken_protocol::dsse::EnvelopeError;
use baken_protocol::invitation::InvitationError;
use baken_protocol::join_code::JoinCodeError;
use baken_protocol::keydir::KeyDirectoryError;
use baken_protocol::record::OperationError;
use baken_protocol::seal::SealError;
use serde::Serialize;
use ts_rs::TS;

use crate::failure_code::FailureCode;
use crate::store::{MayBeTheStores, StoreError};
use crate::transport::TransportError;
use crate::vault::{SecretWeakness, VaultError};

/// Anything that can go wrong behind the door of the core.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The vault stayed shut.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store is locked; unlock first.
    #[error("locked")]
    Locked,
    /// The device is not enrolled yet.
    #[error("not enrolled")]
    NotEnrolled,
    /// The device is enrolled already.
    #[error("already enrolled")]
    AlreadyEnrolled,
    /// Another process has this data folder open.
    #[error("the data folder is in use by another process")]
    InUse,
    /// The file system does not let this folder be kept to one person.
    #[error("the data folder cannot be kept to its owner")]
    FolderPermissions {
        /// Which.
        folder: std::path::PathBuf,
    },
    /// Only a destroyed vault can be erased.
    #[error("not allowed in this state")]
    NotAllowed,
    /// No such draft, record or photo.
    #[error("not found")]
    NotFound,
    /// This version cannot read the form that is stored; nothing of it is lost.
    #[error("the form cannot be read by this version")]
    Unreadable,
    /// This device did not sign the record, so it cannot correct it.
    #[error("the record was not signed on this device")]
    NotSignedHere,
    /// A file that somebody carried cannot be read.
    #[error(transparent)]
    Carried(#[from] CarriedError),
    /// The municipality ordered that this device be wiped.
    #[error("the municipality ordered that this device be wiped")]
    WipeOrdered,
    /// The lease is over: nothing is shown until this device was in contact with the municipality.
    #[error("the lease is over")]
    LeaseOver,
    /// The record was taken back, which cannot be undone.
    #[error("the record was retracted")]
    Retracted,
    /// The form cannot be signed yet.
    #[error("the form is incomplete or wrong in {} places", .0.len())]
    Invalid(Vec<FieldError>),
    /// The backend answers an enrolment otherwise than the invitation says.
    #[error("the backend answers otherwise than the invitation says")]
    NotAsInvited,
    /// The backend signed one number of its log for two batches.
    #[error("the backend's log says two things")]
    LogContradicts,
    /// Receipts are of a log of another name, and no valid statement says that it goes on from the one known.
    #[error("the log goes by another name and no statement says that it goes on")]
    LogUnexplained,
    /// The file is not an image that can be read.
    #[error("the photo cannot be read")]
    PhotoUnreadable,
    /// The file holds nothing.
    #[error("the photo's file is empty")]
    PhotoEmpty,
    /// HEIC, which no decoder that may be carried along reads.
    #[error("the photo is HEIC")]
    PhotoHeic,
    /// AVIF, likewise.
    #[error("the photo is AVIF")]
    PhotoAvif,
    /// The draft holds a photo of which a part is missing, and its author has not decided on it.
    #[error("a photo is still to be decided on")]
    PhotoUndecided,
    /// The image is larger than can be taken in.
    #[error("the photo is too large")]
    PhotoTooLarge,
    /// The draft has as many photos and spoken notes as an operation may carry.
    #[error("too many photos")]
    TooManyPhotos,
    /// What came as sound is not sound of the one kind that is taken.
    #[error("the sound cannot be read")]
    SoundUnreadable,
    /// More was said than a note may hold.
    #[error("the spoken note is too long")]
    SoundTooLong,
    /// The invitation cannot be read.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The join code is not to be believed.
    #[error(transparent)]
    JoinCode(#[from] JoinCodeError),
    /// There is no QR code in the picture that can be read.
    #[error("no QR code can be read in the picture")]
    QrUnreadable,
    /// This device was enrolled before there were certificates: it can show no code that others believe.
    #[error("this device has no certificate")]
    NoCertificate,
    /// The backend is not the one the invitation names.
    #[error("the key directory is not acceptable")]
    KeyDirectory(#[from] KeyDirectoryError),
    /// What the backend gives to work with is not to be believed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Talking to the backend failed.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Sealing failed; nothing was stored.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Signing failed; nothing was stored.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The operation would be refused by every backend; nothing was stored.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// A part of the core ended unexpectedly; the log says where.
    #[error("the core failed")]
    Internal,
    /// A file of the data folder could not be read or written.
    #[error("the data folder cannot be read or written")]
    Io(#[from] std::io::Error),
}

impl MayBeTheStores for Failure {
    fn of_store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<baken_sqlite::NotATime> for Failure {
    fn from(error: baken_sqlite::NotATime) -> Self {
        Self::Store(error.into())
    }
}

/// A field that keeps a form from being signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FieldError {
    /// The field's path, as `place.kind`.
    pub field: String,
    /// What is the matter.
    pub code: FieldErrorCode,
    /// For `leading-zero`: the number with what it lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub suggestion: Option<String>,
    /// For `too-long`: how many characters fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit: Option<u32>,
}

impl FieldError {
    /// What is the matter with a field.
    pub(crate) fn new(field: &str, code: FieldErrorCode) -> Self {
        Self { field: field.to_owned(), code, suggestion: None, limit: None }
    }
}

/// What keeps a field from being signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum FieldErrorCode {
    /// Nothing was filled in.
    Required,
    /// Not what belongs here.
    Invalid,
    /// What was typed cannot be read; it is kept, and nothing else is signed in its place.
    Unread,
    /// The number would hold with a zero before it.
    LeadingZero,
    /// More characters than fit.
    TooLong,
    /// All texts together are more than fits in one record.
    RecordTooLong,
    /// A warning asks about it, and the author has not answered.
    Unconfirmed,
    /// Holds what passes as a citizen service number, which must not be recorded (UAVG art. 46).
    CitizenNumber,
    /// Answers that cannot both be true, as `geen` beside an action.
    Contradiction,
    /// Needs a person's consent that is not recorded.
    ConsentMissing,
    /// Not what it was when the record was first signed, and that cannot be corrected.
    Fixed,
}

/// A failure as it crosses to a user interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CommandError {
    /// What the interface switches on.
    pub code: FailureCode,
    /// For a log; never shown, and without anything personal.
    pub message: String,
    /// The fields to mend, for `invalid`.
    pub fields: Vec<FieldError>,
    /// For `wait`.
    pub retry_after_seconds: Option<u64>,
    /// For `wrong-secret` and `wrong-pin`.
    pub attempts_left: Option<u32>,
    /// For `secret-weak`.
    pub weakness: Option<SecretWeakness>,
    /// For `folder-permissions`.
    pub folder: Option<String>,
}

impl Failure {
    /// Whether it says that what was answered is not to be believed, a receipt or the log it is of: no reason to keep at
    /// home what the backend could hold.
    pub(crate) const fn is_disbelief(&self) -> bool {
        matches!(self, Self::LogContradicts | Self::LogUnexplained | Self::Transport(TransportError::ReceiptInvalid))
    }

    /// The code a user interface has words for.
    pub const fn code(&self) -> FailureCode {
        match self {
            Self::Vault(error) => vault_code(error),
            Self::Store(error) => store_code(error),
            Self::Locked => FailureCode::Locked,
            Self::NotEnrolled => FailureCode::NotEnrolled,
            Self::AlreadyEnrolled => FailureCode::AlreadyEnrolled,
            Self::InUse => FailureCode::InUse,
            Self::FolderPermissions { .. } => FailureCode::FolderPermissions,
            Self::NotAllowed => FailureCode::NotAllowed,
            Self::LeaseOver => FailureCode::LeaseOver,
            Self::NotFound => FailureCode::NotFound,
            Self::Unreadable => FailureCode::Unreadable,
            Self::NotSignedHere => FailureCode::NotSignedHere,
            Self::Carried(CarriedError::Unopenable | CarriedError::Malformed | CarriedError::TooLarge) => {
                FailureCode::CarriedUnreadable
            }
            Self::WipeOrdered => FailureCode::WipeOrdered,
            Self::Retracted => FailureCode::Retracted,
            Self::Invalid(_) => FailureCode::Invalid,
            Self::NotAsInvited => FailureCode::NotAsInvited,
            Self::LogContradicts => FailureCode::LogContradicts,
            Self::LogUnexplained => FailureCode::LogUnexplained,
            Self::PhotoUnreadable => FailureCode::PhotoUnreadable,
            Self::PhotoEmpty => FailureCode::PhotoEmpty,
            Self::PhotoHeic => FailureCode::PhotoHeic,
            Self::PhotoAvif => FailureCode::PhotoAvif,
            Self::PhotoUndecided => FailureCode::PhotoUndecided,
            Self::PhotoTooLarge => FailureCode::PhotoTooLarge,
            Self::TooManyPhotos => FailureCode::TooManyPhotos,
            Self::SoundUnreadable => FailureCode::SoundUnreadable,
            Self::SoundTooLong => FailureCode::SoundTooLong,
            Self::Invitation(InvitationError::Malformed) => FailureCode::InvitationMalformed,
            Self::Invitation(InvitationError::Address) => FailureCode::InvitationAddress,
            Self::JoinCode(error) => join_code(error),
            Self::QrUnreadable => FailureCode::QrUnreadable,
            Self::NoCertificate => FailureCode::NoCertificate,
            Self::KeyDirectory(KeyDirectoryError::Rollback) => FailureCode::DirectoryRollback,
            Self::KeyDirectory(_) => FailureCode::FingerprintMismatch,
            Self::Catalogue(CatalogueError::Older) => FailureCode::ContentOlder,
            Self::Catalogue(_) => FailureCode::ContentRefused,
            Self::Internal => FailureCode::Internal,
            Self::Transport(error) => error.code(),
            Self::Seal(_) | Self::Carried(CarriedError::Failed) => FailureCode::SealingFailed,
            Self::Envelope(_) | Self::Operation(_) => FailureCode::SigningFailed,
            Self::Io(_) => FailureCode::StorageFailed,
        }
    }
}

const fn join_code(error: &JoinCodeError) -> FailureCode {
    match error {
        JoinCodeError::Malformed => FailureCode::JoinCodeMalformed,
        JoinCodeError::TooLarge => FailureCode::JoinCodeTooLarge,
        JoinCodeError::Tenant => FailureCode::JoinCodeElsewhere,
        JoinCodeError::Certificate => FailureCode::JoinCodeUnknownDevice,
        JoinCodeError::OtherDevice | JoinCodeError::Altered | JoinCodeError::Term => FailureCode::JoinCodeAltered,
        JoinCodeError::Revoked => FailureCode::JoinCodeRevoked,
        JoinCodeError::Expired => FailureCode::JoinCodeExpired,
    }
}

const fn vault_code(error: &VaultError) -> FailureCode {
    match error {
        VaultError::TooShort => FailureCode::SecretTooShort,
        VaultError::Weak(_) => FailureCode::SecretWeak,
        VaultError::Unusable => FailureCode::SecretUnusable,
        VaultError::Exists => FailureCode::VaultExists,
        VaultError::Missing => FailureCode::VaultMissing,
        VaultError::WrongSecret { .. } => FailureCode::WrongSecret,
        VaultError::Wait { .. } => FailureCode::Wait,
        VaultError::Destroyed => FailureCode::VaultDestroyed,
        VaultError::PresenceOff => FailureCode::PresenceOff,
        VaultError::PresenceLost => FailureCode::PresenceLost,
        VaultError::PresenceLate => FailureCode::PresenceUnanswered,
        VaultError::PresenceOver => FailureCode::PresenceOver,
        VaultError::WrongPin { .. } => FailureCode::WrongPin,
        VaultError::PinSpent => FailureCode::PinSpent,
        VaultError::PinUnusable => FailureCode::PinUnusable,
        VaultError::PinWeak => FailureCode::PinWeak,
        VaultError::Damaged | VaultError::CostTooHigh => FailureCode::VaultDamaged,
        VaultError::Crypto => FailureCode::Internal,
        VaultError::Io(_) => FailureCode::StorageFailed,
    }
}

const fn store_code(error: &StoreError) -> FailureCode {
    match error {
        StoreError::DiskFull => FailureCode::DiskFull,
        StoreError::Damaged { .. } => FailureCode::StoreDamaged,
        StoreError::TooNew => FailureCode::StoreTooNew,
        StoreError::OtherSchema => FailureCode::StoreOtherVersion,
        StoreError::Closed => FailureCode::Locked,
        StoreError::ReadOnly => FailureCode::StoreReadOnly,
        StoreError::Sqlite(_) | StoreError::Content | StoreError::Io(_) => FailureCode::StorageFailed,
    }
}

impl From<FailureCode> for CommandError {
    /// Of what answers beside the core.
    fn from(code: FailureCode) -> Self {
        Self {
            code,
            message: String::new(),
            fields: Vec::new(),
            retry_after_seconds: None,
            attempts_left: None,
            weakness: None,
            folder: None,
        }
    }
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> Self {
        let full = matches!(&failure, Failure::Io(error) | Failure::Vault(VaultError::Io(error))
            if error.kind() == std::io::ErrorKind::StorageFull);
        let code = if full { FailureCode::DiskFull } else { failure.code() };
        let mut error = Self { message: failure.to_string(), ..Self::from(code) };
        if let Failure::Vault(VaultError::Wait { seconds }) = failure {
            error.retry_after_seconds = Some(seconds);
        } else if let Failure::Vault(
            VaultError::WrongSecret { attempts_left } | VaultError::WrongPin { attempts_left },
        ) = failure
        {
            error.attempts_left = Some(attempts_left);
        } else if let Failure::Vault(VaultError::Weak(weakness)) = failure {
            error.weakness = Some(weakness);
        } else if let Failure::FolderPermissions { folder } = failure {
            error.folder = Some(folder.display().to_string());
        } else if let Failure::Invalid(fields) = failure {
            error.fields = fields;
        }
        error
    }
}
