//! PIN or passphrase. Pure.
//!
//! A short PIN is safe only where nobody can try it elsewhere and the hardware stands before every try: it gives its
//! half after it has compared a finger or face itself, and limits wrong ones. Everything less demands a passphrase.

use super::{Hardware, KeystoreState, Presence};
use crate::PlatformError;

/// What a person must choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Six digits or more.
    ShortPin,
    /// A passphrase that stands on its own.
    Passphrase,
}

/// Whether the hardware was tried on this very device: some say that they have a key and cannot use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// A secret was sealed, opened and found the same.
    Held,
    /// It was not tried, or did not hold.
    Failed,
}

/// What is demanded when a vault is made.
pub const fn demand(state: Result<KeystoreState, PlatformError>, trial: Trial) -> Demand {
    let Ok(KeystoreState { hardware, presence }) = state else { return Demand::Passphrase };
    match (hardware, presence, trial) {
        (Hardware::StrongBox | Hardware::TrustedEnvironment, Presence::Strong, Trial::Held) => Demand::ShortPin,
        (Hardware::StrongBox | Hardware::TrustedEnvironment | Hardware::Software, _, _) => Demand::Passphrase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demanded(hardware: Hardware, presence: Presence, trial: Trial) -> Demand {
        demand(Ok(KeystoreState { hardware, presence }), trial)
    }

    #[test]
    fn a_short_pin_is_enough_where_the_hardware_limits_tries_and_was_tried() {
        for hardware in [Hardware::StrongBox, Hardware::TrustedEnvironment] {
            assert_eq!(demanded(hardware, Presence::Strong, Trial::Held), Demand::ShortPin);
        }
    }

    #[test]
    fn a_key_in_software_demands_a_passphrase() {
        assert_eq!(demanded(Hardware::Software, Presence::Strong, Trial::Held), Demand::Passphrase);
    }

    #[test]
    fn a_device_that_knows_no_finger_demands_a_passphrase() {
        for presence in [Presence::NotEnrolled, Presence::None] {
            assert_eq!(demanded(Hardware::StrongBox, presence, Trial::Held), Demand::Passphrase);
        }
    }

    #[test]
    fn hardware_that_did_not_hold_its_trial_demands_a_passphrase() {
        assert_eq!(demanded(Hardware::StrongBox, Presence::Strong, Trial::Failed), Demand::Passphrase);
    }

    #[test]
    fn any_error_demands_a_passphrase() {
        for error in PlatformError::ALL {
            assert_eq!(demand(Err(error), Trial::Held), Demand::Passphrase);
        }
    }
}
