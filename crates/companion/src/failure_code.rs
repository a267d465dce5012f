//! The codes a user interface switches on and has words for: every way in which something can fail here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong. A code never changes its meaning: the last sync's is kept in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum FailureCode {
    /// Fewer characters than a PIN or passphrase must have.
    SecretTooShort,
    /// There is a vault already.
    VaultExists,
    /// There is no vault yet.
    VaultMissing,
    /// The PIN or passphrase is wrong.
    WrongSecret,
    /// Too soon after a wrong try.
    Wait,
    /// Ten wrong tries destroyed the wrapping.
    VaultDestroyed,
    /// The vault's file is unreadable.
    VaultDamaged,
    /// The disk is full.
    DiskFull,
    /// The store was damaged and moved aside.
    StoreDamaged,
    /// The store was made by a newer version.
    StoreTooNew,
    /// The store or a file of the data folder could not be read or written.
    StorageFailed,
    /// The store is locked.
    Locked,
    /// This device is not enrolled yet.
    NotEnrolled,
    /// This device is enrolled already.
    AlreadyEnrolled,
    /// Another process has the data folder open.
    InUse,
    /// Not possible in this state.
    NotAllowed,
    /// No such draft, record or photo.
    NotFound,
    /// This version cannot read what is stored.
    Unreadable,
    /// The form cannot be signed yet; its fields say why.
    Invalid,
    /// The key directory has run out.
    DirectoryExpired,
    /// The file is not an image that can be read.
    PhotoUnreadable,
    /// The image is larger than can be taken in.
    PhotoTooLarge,
    /// As many photos as a record may carry.
    TooManyPhotos,
    /// The invitation cannot be read.
    InvitationMalformed,
    /// The invitation names no address that can be used.
    InvitationAddress,
    /// Nobody has this invitation's code.
    CodeUnknown,
    /// The invitation was spent already.
    CodeUsed,
    /// The invitation's time is over.
    CodeExpired,
    /// The backend offers an older key directory than this device knows.
    DirectoryRollback,
    /// The backend's key directory is not signed by the root key this device knows.
    FingerprintMismatch,
    /// A receipt does not verify, or is for something else.
    ReceiptInvalid,
    /// The backend has revoked this device.
    Revoked,
    /// The backend does not know this device.
    UnknownDevice,
    /// The backend is older than this app.
    BackendTooOld,
    /// The backend's disk is full.
    StorageFull,
    /// The backend cannot be reached.
    Network,
    /// The backend cannot serve, or answers something this version cannot read.
    BackendError,
    /// The backend refuses this one record for what it holds.
    RecordRefused,
    /// Sealing failed; nothing was stored.
    SealingFailed,
    /// Signing failed; nothing was stored.
    SigningFailed,
    /// A part of the core ended unexpectedly.
    Internal,
}
