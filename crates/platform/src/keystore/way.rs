//! What to do with each answer of the keystore. Pure.
//!
//! Every way leads to what was recorded, or says who has the way. None erases anything: a keystore that lost its key is
//! no reason to lose a record.

use crate::PlatformError;

/// The wrappings of the store's key that need no hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherWraps {
    /// One under a passphrase.
    pub passphrase: bool,
    /// One to the municipality's recovery identity (`recovery.age`).
    pub recovery: bool,
}

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The hardware gave its half: what was typed, or a short absence, opens the vault with it.
    Open,
    /// Ask the hardware once more, when the person wants to; the passphrase is offered beside it where there is one.
    AskAgain,
    /// The passphrase opens the vault; the hardware can be asked again another time.
    Passphrase,
    /// The passphrase opens the vault, and then a fresh secret can be sealed: the old key is gone for good.
    PassphraseThenSealAnew,
    /// Only the municipality opens this folder; everything in it stays.
    Municipality,
    /// Nothing opens it now, and everything stays: the device's own lock must be opened, or the hardware be waited for.
    WaitForDevice,
    /// Nothing opens it. Everything stays, and the person is told so.
    Told,
}

/// The way on from an answer.
pub const fn way(answer: Result<(), PlatformError>, others: OtherWraps) -> Way {
    let Err(error) = answer else { return Way::Open };
    match error {
        // It will never be opened by the hardware again.
        PlatformError::Invalidated | PlatformError::Damaged => match others {
            OtherWraps { passphrase: true, .. } => Way::PassphraseThenSealAnew,
            OtherWraps { recovery: true, .. } => Way::Municipality,
            OtherWraps { passphrase: false, recovery: false } => Way::Told,
        },
        // It may be opened by the hardware again, and not now.
        PlatformError::LockedOut
        | PlatformError::LockedOutForGood
        | PlatformError::NotEnrolled
        | PlatformError::Refused
        | PlatformError::RefusedForGood
        | PlatformError::Withdrawn => {
            if others.passphrase {
                Way::Passphrase
            } else {
                Way::WaitForDevice
            }
        }
        // A folder that was brought to a device without the hardware.
        PlatformError::Unsupported => match others {
            OtherWraps { passphrase: true, .. } => Way::Passphrase,
            OtherWraps { recovery: true, .. } => Way::Municipality,
            OtherWraps { passphrase: false, recovery: false } => Way::Told,
        },
        PlatformError::Cancelled
        | PlatformError::Late
        | PlatformError::Lost
        | PlatformError::Busy
        | PlatformError::NoSpace
        | PlatformError::TooLarge
        | PlatformError::Failed => Way::AskAgain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: OtherWraps = OtherWraps { passphrase: true, recovery: true };
    const RECOVERY: OtherWraps = OtherWraps { passphrase: false, recovery: true };
    const NEITHER: OtherWraps = OtherWraps { passphrase: false, recovery: false };

    #[test]
    fn a_key_that_is_gone_leads_back_by_the_passphrase_and_is_made_anew() {
        assert_eq!(way(Err(PlatformError::Invalidated), BOTH), Way::PassphraseThenSealAnew);
    }

    #[test]
    fn a_key_that_is_gone_without_a_passphrase_leads_to_the_municipality_and_never_to_silence() {
        assert_eq!(way(Err(PlatformError::Invalidated), RECOVERY), Way::Municipality);
        assert_eq!(way(Err(PlatformError::Invalidated), NEITHER), Way::Told);
    }

    #[test]
    fn a_lock_out_leads_to_the_passphrase_and_makes_nothing_anew() {
        for error in [PlatformError::LockedOut, PlatformError::LockedOutForGood] {
            assert_eq!(way(Err(error), BOTH), Way::Passphrase);
            assert_eq!(
                way(Err(error), RECOVERY),
                Way::WaitForDevice,
                "the municipality is not bothered for a lock-out"
            );
        }
    }

    #[test]
    fn what_passes_by_itself_is_asked_again() {
        for error in [PlatformError::Late, PlatformError::Lost, PlatformError::Cancelled, PlatformError::Busy] {
            assert_eq!(way(Err(error), BOTH), Way::AskAgain);
        }
    }

    #[test]
    fn only_an_answer_opens() {
        for error in PlatformError::ALL {
            for others in [BOTH, RECOVERY, NEITHER] {
                assert_ne!(way(Err(error), others), Way::Open, "{error:?}");
            }
        }
        assert_eq!(way(Ok(()), NEITHER), Way::Open);
    }
}
