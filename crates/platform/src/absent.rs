//! Where the platform gives nothing of its own: desktops, and iOS until it has a plugin.
//!
//! There the web view chooses and measures by its own means, a passphrase takes the keystore's place, and nobody can
//! tell what the network costs. Each answer says so: nothing here pretends. It stands where a phone's calls would go, so
//! that whoever asks is the same everywhere.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{Answer, Calls, NetworkState, PlatformError, Refusal};

/// No platform.
#[derive(Debug, Clone, Copy, Default)]
pub struct Absent;

impl Calls for Absent {
    fn call(&self, command: &'static str, _arguments: Value, answer: Answer) {
        let told = match command {
            "network" => Ok(json!(NetworkState::UNKNOWN)),
            // There is nothing to forget, to let go or to end.
            "forgetOthers" | "letGo" | "done" => Ok(Value::Null),
            _ => Err(Refusal { code: Some(PlatformError::Unsupported.code().to_owned()) }),
        };
        // Nobody waits any more.
        let _ = answer.fill(told);
    }

    /// Nothing is ever told: the page sees for itself when it is hidden.
    fn watch(&self, _hear: Arc<dyn Fn(Value) + Send + Sync>, answer: Answer) {
        self.call("watch", Value::Null, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::demand::{Demand, Trial, demand};
    use crate::keystore::way::{OtherWraps, Way, way};
    use crate::keystore::{Keystore, PromptWords};
    use crate::network::allowance::{Allowance, Asker, Photos, PhotosOver, allowance};
    use crate::{Envelope, Kotlin, Network, Screen, Work};

    #[tokio::test]
    async fn without_a_platform_a_passphrase_is_demanded_and_opens() {
        let nobody = Kotlin::new(Absent);
        assert_eq!(demand(nobody.keystore().await, Trial::Failed), Demand::Passphrase);
        let words = PromptWords { title: String::new(), cancel: String::new() };
        let answer = nobody.open(&words, &Envelope::parse(&[1, 0]).unwrap()).await.map(|_| ());
        assert_eq!(way(answer, OtherWraps { passphrase: true, recovery: true }), Way::Passphrase);
        assert_eq!(nobody.forget_others(None).await, Ok(()), "there is nothing to forget");
    }

    #[tokio::test]
    async fn without_a_platform_everything_is_sent_as_before() {
        let state = Kotlin::new(Absent).network().await.unwrap();
        assert_eq!(allowance(state, Asker::App, PhotosOver::UnmeteredOnly), Allowance::Records(Photos::All));
    }

    #[tokio::test]
    async fn without_a_platform_nothing_is_told_and_nobody_is_kept_awake() {
        let nobody = Kotlin::new(Absent);
        assert_eq!(nobody.watch(Arc::new(|_| ())).await, Err(PlatformError::Unsupported));
        assert_eq!(nobody.wake_when(None).await, Err(PlatformError::Unsupported));
        assert_eq!(nobody.let_go().await, Ok(()));
    }
}
