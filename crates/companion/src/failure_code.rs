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
    /// The store was made by a version that was never released.
    StoreOtherVersion,
    /// The data folder cannot be written: what is there can be read and sent only.
    StoreReadOnly,
    /// The data folder cannot be kept to this person alone.
    FolderPermissions,
    /// The passphrase is too easy to guess; `weakness` says why.
    SecretWeak,
    /// There are characters in the passphrase that not every keyboard gives in the same way, or none at all.
    SecretUnusable,
    /// Opening with a finger is not set up, or was switched off.
    PresenceOff,
    /// The hardware's half of the key is gone: fingers or faces were added or taken away, or it gave something else.
    PresenceLost,
    /// A finger alone is not enough any more: the PIN or the passphrase goes with it.
    PresenceOver,
    /// The person turned back from the prompt for a finger.
    PresenceCancelled,
    /// No finger came in time, or the system took the prompt away.
    PresenceUnanswered,
    /// The system asks for a finger already.
    PresenceBusy,
    /// The sensor waits after too many wrong fingers.
    PresenceLockedOut,
    /// The sensor waits until the device's own lock was opened in another way.
    PresenceLockedOutForGood,
    /// The device knows no finger and no face.
    PresenceNotEnrolled,
    /// The system does not let the app use the sensor.
    PresenceRefused,
    /// This device's hardware keeps no such key.
    PresenceUnsupported,
    /// The hardware failed.
    PresenceFailed,
    /// The PIN is wrong.
    WrongPin,
    /// Too many wrong PINs switched opening with a finger off.
    PinSpent,
    /// The PIN is too short, or is not of digits.
    PinUnusable,
    /// The PIN is too easy to guess.
    PinWeak,
    /// The store or a file of the data folder could not be read or written.
    StorageFailed,
    /// The store is locked.
    Locked,
    /// The lease is over: nothing is shown until this device was in contact with the municipality.
    LeaseOver,
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
    /// This device did not sign the record, so it cannot correct it.
    NotSignedHere,
    /// The record was retracted.
    Retracted,
    /// The form cannot be signed yet; its fields say why.
    Invalid,
    /// The file is not an image that can be read.
    PhotoUnreadable,
    /// The file holds nothing.
    PhotoEmpty,
    /// HEIC: to be taken or saved as JPEG.
    PhotoHeic,
    /// AVIF: to be saved as JPEG.
    PhotoAvif,
    /// A photo of which a part is missing waits to be kept or taken out.
    PhotoUndecided,
    /// The image is larger than can be taken in.
    PhotoTooLarge,
    /// As many photos and spoken notes as a record may carry.
    TooManyPhotos,
    /// What came as sound cannot be read.
    SoundUnreadable,
    /// A spoken note is as long as it may be.
    SoundTooLong,
    /// The invitation cannot be read.
    InvitationMalformed,
    /// The invitation names no address that can be used.
    InvitationAddress,
    /// The join code cannot be read.
    JoinCodeMalformed,
    /// The join code is larger than any, or would be.
    JoinCodeTooLarge,
    /// The join code is of another municipality.
    JoinCodeElsewhere,
    /// The municipality's key that is known here did not certify the device that shows the join code.
    JoinCodeUnknownDevice,
    /// The join code is not what its device signed.
    JoinCodeAltered,
    /// The device that shows the join code was revoked.
    JoinCodeRevoked,
    /// The time of the join code is over.
    JoinCodeExpired,
    /// There is no QR code in the picture, or none that can be read.
    QrUnreadable,
    /// This device has no certificate of the municipality.
    NoCertificate,
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
    /// What the backend gives to work with is not what the municipality signed.
    ContentRefused,
    /// The backend gives an older list to work with than this device holds.
    ContentOlder,
    /// The backend answers an enrolment otherwise than the invitation says.
    NotAsInvited,
    /// The backend's log says two things: it signed one number for two batches.
    LogContradicts,
    /// The backend's log goes by another name, and nothing shows that it goes on from the one this device knows.
    LogUnexplained,
    /// A receipt does not verify, or is for something else.
    ReceiptInvalid,
    /// The backend has revoked this device.
    Revoked,
    /// A file that somebody carried is not one that this device can open.
    CarriedUnreadable,
    /// The municipality ordered that this device be wiped.
    WipeOrdered,
    /// The backend does not know this device.
    UnknownDevice,
    /// The backend is older than this app.
    BackendTooOld,
    /// The backend's disk is full.
    StorageFull,
    /// The backend cannot be reached.
    Network,
    /// The network wants somebody to sign in first.
    NetworkSignIn,
    /// A gateway on the way does not reach the backend just now.
    GatewayUnavailable,
    /// A gateway on the way does not let the request through.
    GatewayRefuses,
    /// A gateway on the way lets nothing so large through.
    GatewayTooLarge,
    /// The certificate is signed by nobody this device trusts.
    CertificateUntrusted,
    /// The certificate is for another address.
    CertificateOtherName,
    /// The certificate has expired.
    CertificateExpired,
    /// This device's clock is so wrong that no certificate can be checked.
    ClockWrong,
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

impl FailureCode {
    /// Whether sending that ended like this waits for somebody to do something. Whatever passes by itself (no network,
    /// a backend that will serve later) is a wait and no failure. The window retries by the same list
    /// (`curedByTime.ts`). A refused record says so itself and keeps no other waiting.
    pub const fn needs_person(self) -> bool {
        match self {
            Self::Network
            | Self::NetworkSignIn
            | Self::GatewayUnavailable
            | Self::GatewayRefuses
            | Self::GatewayTooLarge
            | Self::CertificateUntrusted
            | Self::CertificateOtherName
            | Self::CertificateExpired
            | Self::ClockWrong
            | Self::BackendError
            | Self::BackendTooOld
            | Self::StorageFull
            | Self::ReceiptInvalid
            | Self::ContentRefused
            | Self::ContentOlder
            | Self::RecordRefused => false,
            Self::SecretTooShort
            | Self::VaultExists
            | Self::VaultMissing
            | Self::WrongSecret
            | Self::Wait
            | Self::VaultDestroyed
            | Self::VaultDamaged
            | Self::DiskFull
            | Self::StoreDamaged
            | Self::StoreTooNew
            | Self::StoreOtherVersion
            | Self::StorageFailed
            | Self::StoreReadOnly
            | Self::FolderPermissions
            | Self::SecretWeak
            | Self::SecretUnusable
            | Self::PresenceOff
            | Self::PresenceLost
            | Self::PresenceOver
            | Self::PresenceCancelled
            | Self::PresenceUnanswered
            | Self::PresenceBusy
            | Self::PresenceLockedOut
            | Self::PresenceLockedOutForGood
            | Self::PresenceNotEnrolled
            | Self::PresenceRefused
            | Self::PresenceUnsupported
            | Self::PresenceFailed
            | Self::WrongPin
            | Self::PinSpent
            | Self::PinUnusable
            | Self::PinWeak
            | Self::Locked
            | Self::LeaseOver
            | Self::NotEnrolled
            | Self::AlreadyEnrolled
            | Self::InUse
            | Self::NotAllowed
            | Self::NotFound
            | Self::Unreadable
            | Self::NotSignedHere
            | Self::Retracted
            | Self::Invalid
            | Self::PhotoUnreadable
            | Self::PhotoEmpty
            | Self::PhotoHeic
            | Self::PhotoAvif
            | Self::PhotoUndecided
            | Self::PhotoTooLarge
            | Self::TooManyPhotos
            | Self::SoundUnreadable
            | Self::SoundTooLong
            | Self::JoinCodeMalformed
            | Self::JoinCodeTooLarge
            | Self::JoinCodeElsewhere
            | Self::JoinCodeUnknownDevice
            | Self::JoinCodeAltered
            | Self::JoinCodeRevoked
            | Self::JoinCodeExpired
            | Self::QrUnreadable
            | Self::NoCertificate
            | Self::InvitationMalformed
            | Self::InvitationAddress
            | Self::CodeUnknown
            | Self::CodeUsed
            | Self::CodeExpired
            | Self::DirectoryRollback
            | Self::NotAsInvited
            | Self::LogContradicts
            | Self::LogUnexplained
            | Self::FingerprintMismatch
            | Self::Revoked
            | Self::CarriedUnreadable
            | Self::WipeOrdered
            | Self::UnknownDevice
            | Self::SealingFailed
            | Self::SigningFailed
            | Self::Internal => true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// Two lists of one fact: this one says what is a failure, the window's says what is retried.
    #[test]
    fn what_the_window_tries_again_needs_nobody() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/companion/src/domain/failure/curedByTime.ts");
        let text = std::fs::read_to_string(path).unwrap();
        let mut compared = 0;
        for line in text.lines() {
            let Some((name, value)) = line.trim().trim_end_matches(',').split_once(": ") else { continue };
            let cured = match value {
                "true" => true,
                "false" => false,
                _ => continue,
            };
            let code: FailureCode = serde_json::from_value(name.trim_matches('"').into()).unwrap();
            assert_eq!(code.needs_person(), !cured, "{code:?}");
            compared += 1;
        }
        assert!(compared > 30, "every code stands in the window's list: {compared}");
    }
}
