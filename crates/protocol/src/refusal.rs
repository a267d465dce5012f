//! Why the backend refuses a device: the `code` of a problem (RFC 9457) on the endpoints devices use.

use std::str::FromStr;

/// A refusal both sides know by name. Devices treat a code they do not know as the backend's own error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalCode {
    /// Read whole, and not what the protocol says.
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
    /// The body came too slowly, over the whole or while others waited for its room.
    TooSlow,
}

impl RefusalCode {
    /// Every one.
    pub const ALL: [Self; 18] = [
        Self::Malformed,
        Self::BadSignature,
        Self::TooLarge,
        Self::UnknownVersion,
        Self::UnknownDevice,
        Self::CodeUnknown,
        Self::CodeUsed,
        Self::CodeExpired,
        Self::KeyKnown,
        Self::Gap,
        Self::Forked,
        Self::Frozen,
        Self::WrongOffset,
        Self::UploadBusy,
        Self::HashMismatch,
        Self::Incomplete,
        Self::StorageFull,
        Self::TooSlow,
    ];

    /// As it travels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::BadSignature => "bad-signature",
            Self::TooLarge => "too-large",
            Self::UnknownVersion => "unknown-version",
            Self::UnknownDevice => "unknown-device",
            Self::CodeUnknown => "code-unknown",
            Self::CodeUsed => "code-used",
            Self::CodeExpired => "code-expired",
            Self::KeyKnown => "key-known",
            Self::Gap => "gap",
            Self::Forked => "forked",
            Self::Frozen => "frozen",
            Self::WrongOffset => "wrong-offset",
            Self::UploadBusy => "upload-busy",
            Self::HashMismatch => "hash-mismatch",
            Self::Incomplete => "incomplete",
            Self::StorageFull => "storage-full",
            Self::TooSlow => "too-slow",
        }
    }

    /// Whether it is about what a record holds, so that sending it again can never help. Anything else (an unknown
    /// device, a newer version, a proxy's own page) may pass and sets nothing aside.
    pub const fn is_about_content(self) -> bool {
        matches!(self, Self::Malformed | Self::BadSignature | Self::TooLarge)
    }
}

/// Not a code of this list.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a refusal this version knows")]
pub struct UnknownRefusal;

impl FromStr for RefusalCode {
    type Err = UnknownRefusal;

    fn from_str(text: &str) -> Result<Self, UnknownRefusal> {
        Self::ALL.into_iter().find(|code| code.as_str() == text).ok_or(UnknownRefusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_as_it_is_written_and_no_other() {
        for code in RefusalCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(code));
        }
        assert_eq!("Malformed".parse::<RefusalCode>(), Err(UnknownRefusal));
        assert_eq!("".parse::<RefusalCode>(), Err(UnknownRefusal));
    }
}
