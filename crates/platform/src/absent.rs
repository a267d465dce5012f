//! Where the platform gives nothing of its own: desktops, and iOS until it has a plugin.
//!
//! There the web view chooses and measures by its own means, a passphrase takes the keystore's place, and nobody can
//! tell what the network costs. Each answer says so: nothing here pretends.

use std::time::Duration;

use crate::capture::{Camera, CameraWords, Microphone, Order};
use crate::keystore::{KeystoreState, PromptWords};
use crate::{
    Back, Captured, Conditions, Envelope, Exchange, Fix, Keystore, Leaving, Listener, Location, Network, NetworkState,
    Neutral, PlatformError, Screen, Secret, Work,
};

/// No platform.
#[derive(Debug, Clone, Copy, Default)]
pub struct Absent;

const NONE: PlatformError = PlatformError::Unsupported;

impl Keystore for Absent {
    async fn keystore(&self) -> Result<KeystoreState, PlatformError> {
        Err(NONE)
    }

    async fn seal(&self, _words: &PromptWords, _secret: &Secret) -> Result<Envelope, PlatformError> {
        Err(NONE)
    }

    async fn open(&self, _words: &PromptWords, _envelope: &Envelope) -> Result<Secret, PlatformError> {
        Err(NONE)
    }

    /// There is nothing to forget.
    async fn forget_others(&self, _kept: Option<&Envelope>) -> Result<(), PlatformError> {
        Ok(())
    }
}

impl Screen for Absent {
    /// Nothing is ever told: the page sees for itself when it is hidden.
    async fn watch(&self, _listener: Listener) -> Result<(), PlatformError> {
        Err(NONE)
    }
}

impl Camera for Absent {
    async fn photograph(&self, _words: &CameraWords, _order: &Order) -> Result<Captured, PlatformError> {
        Err(NONE)
    }
}

impl Microphone for Absent {
    async fn begin_sound(&self, _order: &Order) -> Result<(), PlatformError> {
        Err(NONE)
    }

    async fn end_sound(&self, _order: &Order) -> Result<Captured, PlatformError> {
        Err(NONE)
    }
}

impl Network for Absent {
    async fn network(&self) -> Result<NetworkState, PlatformError> {
        Ok(NetworkState::UNKNOWN)
    }
}

impl Work for Absent {
    async fn keep_alive(&self, _words: &Neutral) -> Result<(), PlatformError> {
        Err(NONE)
    }

    async fn let_go(&self) -> Result<(), PlatformError> {
        Ok(())
    }

    async fn wake_when(&self, _conditions: Option<Conditions>) -> Result<(), PlatformError> {
        Err(NONE)
    }

    async fn done(&self, _again: bool) -> Result<(), PlatformError> {
        Ok(())
    }
}

impl Location for Absent {
    async fn locate(&self, _patience: Duration) -> Result<Fix, PlatformError> {
        Err(NONE)
    }
}

impl Exchange for Absent {
    async fn share(&self, _what: &Leaving, _bytes: &[u8]) -> Result<(), PlatformError> {
        Err(NONE)
    }

    async fn take_in(&self, _media_types: &[&str], _order: &Order) -> Result<Captured, PlatformError> {
        Err(NONE)
    }
}

impl Back for Absent {
    async fn leave(&self) -> Result<(), PlatformError> {
        Err(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::demand::{Demand, Trial, demand};
    use crate::keystore::way::{OtherWraps, Way, way};
    use crate::network::allowance::{Allowance, Asker, Photos, PhotosOver, allowance};

    #[tokio::test]
    async fn without_a_platform_a_passphrase_is_demanded_and_opens() {
        assert_eq!(demand(Absent.keystore().await, Trial::Failed), Demand::Passphrase);
        let words = PromptWords { title: String::new(), cancel: String::new() };
        let answer = Absent.open(&words, &Envelope::parse(&[1, 0]).unwrap()).await.map(|_| ());
        assert_eq!(way(answer, OtherWraps { passphrase: true, recovery: true }), Way::Passphrase);
    }

    #[tokio::test]
    async fn without_a_platform_everything_is_sent_as_before() {
        let state = Absent.network().await.unwrap();
        assert_eq!(allowance(state, Asker::App, PhotosOver::UnmeteredOnly), Allowance::Records(Photos::All));
    }
}
