//! Asking what became of the records of this device: so many messages at most in a run, each from where the last one ended.

use super::next::Ended;
use super::run::Sync;
use crate::failure::Failure;
use crate::outbox::outcomes::Told;
use crate::store::{Store, StoreError};
use crate::transport::{Transport, TransportError};

/// Messages in a run, at most: the next run goes on where this one stopped.
const MOST: u32 = 50;

impl<T: Transport> Sync<T> {
    pub(super) async fn hear_outcomes(&mut self) -> Result<(), Ended> {
        for _ in 0..MOST {
            self.check_pause()?;
            let after = self.on_store(Store::told_until).await?;
            let answer = match self.patiently(|transport| transport.outcomes(after)).await {
                // A backend from before there were any.
                Err(Failure::Transport(TransportError::Refused { status: 404, .. })) => return Ok(()),
                other => other?,
            };
            let taken = move |store: &Store| match store.accept_outcomes(after, &answer) {
                // Where nothing can be written it is told again.
                Err(Failure::Store(StoreError::DiskFull | StoreError::ReadOnly)) => Ok(Told::All),
                other => other,
            };
            if self.knowing_the_log(taken).await? == Told::All {
                return Ok(());
            }
        }
        Ok(())
    }
}
