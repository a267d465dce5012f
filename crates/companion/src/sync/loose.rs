//! On a disk that cannot be written no batch is kept, so what is in none leaves in batches of memory alone
//! ([`outbox::loose`](crate::outbox::loose)).

use super::next::Ended;
use super::progress::SyncPhase;
use super::run::Sync;
use crate::failure::Failure;
use crate::outbox::loose::LooseBatch;
use crate::store::Store;
use crate::transport::{PushAnswer, Transport, TransportError};

impl<T: Transport> Sync<T> {
    /// Sends it, as far as the backend takes it: each batch either counts from then on, or ends this.
    pub(super) async fn send_loose(&mut self) -> Result<(), Ended> {
        while let Some(batch) = self.on_store(Store::form_loose).await? {
            self.check_pause()?;
            self.enter(SyncPhase::Sending);
            let (chain, bytes) = (batch.chain, batch.bytes.clone());
            let answer = self.patiently(|transport| transport.push(chain, LooseBatch::SEQ, bytes.clone())).await;
            let believed = match answer {
                Ok(PushAnswer::Receipt(receipt)) => {
                    self.on_store(move |store| store.believe_loose(&batch, &receipt)).await
                }
                // A chain that nobody knows has neither.
                Ok(PushAnswer::Gap { .. } | PushAnswer::Forked) => Err(Failure::Transport(TransportError::Answer)),
                Err(failure) => Err(failure),
            };
            match believed {
                Ok(quarantined) => self.memory.heard.device.note(quarantined),
                Err(failure) => return self.told_later(failure),
            }
        }
        Ok(())
    }
}
