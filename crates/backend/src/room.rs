//! Room for bodies on their way in: how many bytes all unfinished requests hold together, and how many those of one
//! network. This file only counts; `bodies.rs` lets in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::origin::Network;

/// Bytes of a body that are not counted.
pub const POCKET_BYTES: usize = 64 * 1024;
/// What all unfinished bodies may hold beside that, in bytes.
const WHOLE_BYTES: usize = 32 * 1024 * 1024;
/// What those of one network may.
const SHARE_BYTES: usize = 16 * 1024 * 1024;
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// After so many networks those that hold nothing are forgotten.
const FORGET_ABOVE: usize = 256;

/// Bytes that unfinished requests may hold. Who comes first is served first.
pub struct Budget {
    whole: Arc<Semaphore>,
    share_bytes: usize,
    shares: Mutex<HashMap<Network, Weak<Semaphore>>>,
    longest_wait: Duration,
}

/// What a request holds of the budget, until it and everything made of it is dropped.
#[derive(Clone)]
pub struct Held {
    _permits: Arc<[OwnedSemaphorePermit]>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(WHOLE_BYTES, SHARE_BYTES, LONGEST_WAIT)
    }
}

impl Budget {
    /// So many bytes in all and of one network; others wait so long at most.
    pub fn new(whole_bytes: usize, share_bytes: usize, longest_wait: Duration) -> Self {
        Self { whole: Arc::new(Semaphore::new(whole_bytes)), share_bytes, shares: Mutex::default(), longest_wait }
    }

    /// Room for a body of `bytes`; none if it did not come in time.
    pub async fn take(&self, network: Network, bytes: usize) -> Option<Held> {
        if bytes <= POCKET_BYTES {
            return Some(Held { _permits: Arc::new([]) });
        }
        let bytes = u32::try_from(bytes).ok()?;
        let share = self.share(network);
        let both = async {
            // The network's own share first: whoever waits for that holds nothing of the others'.
            let share = share.acquire_many_owned(bytes).await.ok()?;
            Some([share, Arc::clone(&self.whole).acquire_many_owned(bytes).await.ok()?])
        };
        let permits = tokio::time::timeout(self.longest_wait, both).await.ok()??;
        Some(Held { _permits: Arc::new(permits) })
    }

    fn share(&self, network: Network) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if shares.len() > FORGET_ABOVE {
            shares.retain(|_, share| share.strong_count() > 0);
        }
        let known = shares.get(&network).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let share = Arc::new(Semaphore::new(self.share_bytes));
            shares.insert(network, Arc::downgrade(&share));
            share
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::origin::Origin;
    use tokio::time::Instant;

    fn network(address: &str) -> Network {
        Origin(address.parse().unwrap()).network()
    }

    const PUSH: usize = 2 * POCKET_BYTES;

    #[tokio::test(start_paused = true)]
    async fn no_network_holds_more_than_its_share_and_all_together_no_more_than_there_is() {
        let budget = Budget::new(5 * PUSH, 3 * PUSH, Duration::from_secs(10));
        let (one, other) = (network("198.51.100.1"), network("198.51.100.2"));
        let mut held = vec![];
        for _ in 0..3 {
            held.push(budget.take(one, PUSH).await.unwrap());
        }
        let before = Instant::now();
        assert!(budget.take(one, PUSH).await.is_none());
        assert_eq!(before.elapsed(), Duration::from_secs(10), "it waited for its turn");
        assert!(budget.take(one, POCKET_BYTES).await.is_some(), "what is small never waits");
        for _ in 0..2 {
            held.push(budget.take(other, PUSH).await.unwrap());
        }
        assert!(budget.take(network("198.51.100.3"), PUSH).await.is_none(), "nothing is left for anybody");
        held.truncate(4);
        assert!(budget.take(network("198.51.100.3"), PUSH).await.is_some(), "given back");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_gets_what_is_given_back() {
        let budget = Arc::new(Budget::new(PUSH, PUSH, Duration::from_secs(10)));
        let first = budget.take(network("198.51.100.1"), PUSH).await.unwrap();
        let waiting = tokio::spawn({
            let budget = Arc::clone(&budget);
            async move { budget.take(network("198.51.100.2"), PUSH).await.is_some() }
        });
        tokio::time::sleep(Duration::from_secs(9)).await;
        drop(first);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn networks_that_hold_nothing_are_forgotten() {
        let budget = Budget::default();
        for number in 0..2000_u32 {
            let address = std::net::Ipv4Addr::from_bits(number).to_string();
            budget.take(network(&address), PUSH).await.unwrap();
        }
        let known = budget.shares.lock().unwrap().len();
        assert!(known <= FORGET_ABOVE + 1, "{known} networks are kept");
    }
}
