//! The codes that programs switch on: one list, which the description of the API and TypeScript get as it is.
//!
//! What devices hear stands in `protocol::refusal`, since both sides must know it. Everything a console hears beside
//! that stands here only. Deliberately absent: a code as text; one that is not in this list does not compile.

use std::fmt;

use baken_protocol::refusal::RefusalCode;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ProblemCode {
    /// Read whole, and not what is expected.
    Malformed,
    /// A signature does not hold.
    BadSignature,
    /// Larger than the limits, or than was announced.
    TooLarge,
    /// A later version than the backend knows.
    UnknownVersion,
    /// No device has this token or wrote this chain.
    UnknownDevice,
    /// Nobody has this invitation's code.
    CodeUnknown,
    /// The invitation was spent already.
    CodeUsed,
    /// The invitation's time is over.
    CodeExpired,
    /// The key belongs to another device.
    KeyKnown,
    /// Something is missing before this batch.
    Gap,
    /// The chain has another history.
    Forked,
    /// The chain was frozen after a fork.
    Frozen,
    /// An upload goes on at another offset.
    WrongOffset,
    /// Another request sends this attachment.
    UploadBusy,
    /// The bytes are not those announced.
    HashMismatch,
    /// An attachment is not held whole yet.
    Incomplete,
    /// The backend's disk is full.
    StorageFull,
    /// The body came too slowly.
    TooSlow,
    /// Cut off, or not to be read as a request.
    BadRequest,
    /// Fields are wrong; `errors` names them.
    Invalid,
    /// Another did something meanwhile; what was sent was made without knowing.
    ChangedMeanwhile,
    /// As things are, that changes nothing.
    NotNow,
    /// There is nothing here, or nothing for this account.
    NotFound,
    /// Nobody is signed in.
    NotSignedIn,
    /// Login and password do not belong together.
    WrongCredentials,
    /// The password is right, and a code of the second factor is needed too.
    SecondFactorRequired,
    /// That is no code of the second factor, or one that counted before.
    WrongCode,
    /// A password opens nothing here: one signs in by the municipality's own sign-in.
    PasswordNotTaken,
    /// This browser did not go to the municipality's own sign-in with that, or too long ago.
    SignInLapsed,
    /// Whoever went there did not sign in.
    SignInCancelled,
    /// The municipality's own sign-in does not answer, or not as it must.
    ProviderFailed,
    /// What it answers is not believed.
    ProviderNotBelieved,
    /// It vouches for somebody who is no member here.
    UnknownSubject,
    /// None of the account's roles allows it.
    NotPermitted,
    /// Only whoever sees as much as they will see lets somebody in.
    BeyondYours,
    /// Nobody gives themselves what reads records.
    OwnRoles,
    /// The last administrator cannot stop being one.
    LastAdministrator,
    /// The session's own token was not repeated.
    Csrf,
    /// Another site asked.
    CrossSite,
    /// Not what may be done here.
    MethodNotAllowed,
    /// Another media type is expected.
    UnsupportedMediaType,
    /// Asked too often.
    TooManyAttempts,
    /// No room at this moment.
    Unavailable,
    /// This program was built without its console.
    ConsoleNotBuilt,
    /// The backend's own fault.
    Internal,
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl From<RefusalCode> for ProblemCode {
    fn from(code: RefusalCode) -> Self {
        match code {
            RefusalCode::Malformed => Self::Malformed,
            RefusalCode::BadSignature => Self::BadSignature,
            RefusalCode::TooLarge => Self::TooLarge,
            RefusalCode::UnknownVersion => Self::UnknownVersion,
            RefusalCode::UnknownDevice => Self::UnknownDevice,
            RefusalCode::CodeUnknown => Self::CodeUnknown,
            RefusalCode::CodeUsed => Self::CodeUsed,
            RefusalCode::CodeExpired => Self::CodeExpired,
            RefusalCode::KeyKnown => Self::KeyKnown,
            RefusalCode::Gap => Self::Gap,
            RefusalCode::Forked => Self::Forked,
            RefusalCode::Frozen => Self::Frozen,
            RefusalCode::WrongOffset => Self::WrongOffset,
            RefusalCode::UploadBusy => Self::UploadBusy,
            RefusalCode::HashMismatch => Self::HashMismatch,
            RefusalCode::Incomplete => Self::Incomplete,
            RefusalCode::StorageFull => Self::StorageFull,
            RefusalCode::TooSlow => Self::TooSlow,
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum FieldProblemCode {
    /// Something must stand here.
    Required,
    /// Longer than is kept.
    TooLong,
    /// Not among what is known.
    Unknown,
    /// Not to be read as what belongs here.
    Invalid,
    /// Below or above what is possible.
    OutOfRange,
    /// Another has it.
    Taken,
    /// Too easy to guess.
    Guessable,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// A device reads what its own list says, whatever this one is called by.
    #[test]
    fn what_devices_hear_is_called_as_their_list_calls_it() {
        for code in RefusalCode::ALL {
            assert_eq!(ProblemCode::from(code).to_string(), code.as_str());
            let travels = serde_json::to_string(&ProblemCode::from(code)).unwrap();
            assert_eq!(travels.trim_matches('"').parse(), Ok(code));
        }
    }
}
