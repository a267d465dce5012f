//! Why a platform did not do what it was asked: a code, the same word in Rust and in Kotlin.

/// The reason. None carries a text: what a system says in its own words may hold paths and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PlatformError {
    /// This platform has no such thing.
    #[error("this platform has no such thing")]
    Unsupported,
    /// Somebody did not give the permission; asking again is possible.
    #[error("the permission was not given")]
    Refused,
    /// The system asks no more: only its settings give the permission.
    #[error("the permission is given in the system's settings only")]
    RefusedForGood,
    /// The permission was there, and was taken away while it was used.
    #[error("the permission was taken away meanwhile")]
    Withdrawn,
    /// A person turned back.
    #[error("it was cancelled")]
    Cancelled,
    /// No answer came in time. A later one is thrown away.
    #[error("no answer came in time")]
    Late,
    /// Whoever was to answer is gone.
    #[error("whoever was to answer is gone")]
    Lost,
    /// Something else of the kind is under way, or another program has it.
    #[error("it is in use")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    NoSpace,
    /// More than what was allowed.
    #[error("it is larger than what was allowed")]
    TooLarge,
    /// The key is gone for good: fingerprints or faces were added or removed, or the screen lock was switched off.
    #[error("the key of the hardware is gone")]
    Invalidated,
    /// Too many wrong fingers: the hardware waits.
    #[error("the hardware waits after too many wrong tries")]
    LockedOut,
    /// The hardware waits until the device itself was unlocked in another way.
    #[error("the hardware wants the device's own lock opened first")]
    LockedOutForGood,
    /// No finger or face is known to the device.
    #[error("the device knows no finger and no face")]
    NotEnrolled,
    /// What was handed over is not what was made: cut off or changed.
    #[error("what was handed over is damaged")]
    Damaged,
    /// Anything else.
    #[error("the platform failed")]
    Failed,
}

impl PlatformError {
    /// All of them, in the order of the type.
    pub const ALL: [Self; 16] = [
        Self::Unsupported,
        Self::Refused,
        Self::RefusedForGood,
        Self::Withdrawn,
        Self::Cancelled,
        Self::Late,
        Self::Lost,
        Self::Busy,
        Self::NoSpace,
        Self::TooLarge,
        Self::Invalidated,
        Self::LockedOut,
        Self::LockedOutForGood,
        Self::NotEnrolled,
        Self::Damaged,
        Self::Failed,
    ];

    /// The word that crosses between Kotlin and Rust.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Refused => "refused",
            Self::RefusedForGood => "refused-for-good",
            Self::Withdrawn => "withdrawn",
            Self::Cancelled => "cancelled",
            Self::Late => "late",
            Self::Lost => "lost",
            Self::Busy => "busy",
            Self::NoSpace => "no-space",
            Self::TooLarge => "too-large",
            Self::Invalidated => "invalidated",
            Self::LockedOut => "locked-out",
            Self::LockedOutForGood => "locked-out-for-good",
            Self::NotEnrolled => "not-enrolled",
            Self::Damaged => "damaged",
            Self::Failed => "failed",
        }
    }

    /// The reason behind a code; one that nobody knows is a failure like any other.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|error| error.code() == code).unwrap_or(Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_back_to_its_reason_and_an_unknown_one_is_a_failure() {
        for error in PlatformError::ALL {
            assert_eq!(PlatformError::from_code(error.code()), error);
        }
        assert_eq!(PlatformError::from_code("LOCKED-OUT"), PlatformError::Failed);
    }

    #[test]
    fn kotlin_knows_the_same_codes_in_the_same_order() {
        let kotlin = include_str!("../android/src/main/kotlin/nl/velsen/baken/platform/Code.kt");
        let named: Vec<&str> = kotlin
            .lines()
            .filter_map(|line| line.trim().split_once("(\"")?.1.split_once("\")").map(|(code, _)| code))
            .collect();
        assert_eq!(named, PlatformError::ALL.map(PlatformError::code));
    }
}
