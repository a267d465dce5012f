//! One answer, of which the first counts, and a wait for it that ends.
//!
//! A system may answer twice, late or never: a prompt is torn down with its activity, a camera hangs, a process is
//! frozen. Whoever fills a slot too late gets the answer back and drops it, which wipes a secret and deletes a file.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::PlatformError;

/// The side that answers; every copy fills the same slot.
pub struct Filler<T>(Arc<Mutex<Option<oneshot::Sender<T>>>>);

impl<T> Clone for Filler<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The side that waits.
pub struct Waiter<T>(oneshot::Receiver<T>);

/// An empty slot.
pub fn slot<T>() -> (Filler<T>, Waiter<T>) {
    let (sender, receiver) = oneshot::channel();
    (Filler(Arc::new(Mutex::new(Some(sender)))), Waiter(receiver))
}

impl<T> Filler<T> {
    /// Answers. Gives the answer back where another was first or nobody waits any more.
    pub fn fill(&self, answer: T) -> Result<(), T> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(sender) => sender.send(answer),
            None => Err(answer),
        }
    }
}

impl<T> Waiter<T> {
    /// The first answer, however long it takes; [`PlatformError::Lost`] once nobody can answer.
    pub async fn ever(self) -> Result<T, PlatformError> {
        self.0.await.map_err(|_| PlatformError::Lost)
    }

    /// The first answer: [`PlatformError::Late`] after `deadline`, [`PlatformError::Lost`] once nobody can answer.
    pub async fn within(self, deadline: Duration) -> Result<T, PlatformError> {
        match tokio::time::timeout(deadline, self.0).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(PlatformError::Lost),
            Err(_) => Err(PlatformError::Late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_second_answer_is_given_back() {
        let (filler, waiter) = slot();
        assert_eq!(filler.fill(1), Ok(()));
        assert_eq!(filler.clone().fill(2), Err(2));
        assert_eq!(waiter.within(SECOND).await, Ok(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_for_what_never_comes_ends_and_what_comes_after_it_is_given_back() {
        let (filler, waiter) = slot();
        assert_eq!(waiter.within(SECOND).await, Err(PlatformError::Late));
        assert_eq!(filler.fill(1), Err(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_at_once_when_nobody_can_answer_any_more() {
        let (filler, waiter) = slot::<u8>();
        drop(filler);
        assert_eq!(waiter.within(SECOND).await, Err(PlatformError::Lost));
    }
}
