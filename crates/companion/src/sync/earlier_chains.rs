//! What a backend that was restored from a backup lacks on the chains this device has left.

use std::ops::ControlFlow;

use baken_protocol::ids::ChainId;

use super::next::{Ended, Round, Why};
use super::plan::{Loss, lost};
use super::progress::SyncPhase;
use super::run::Sync;
use crate::store::Store;
use crate::transport::{PushAnswer, Transport};

impl<T: Transport> Sync<T> {
    /// A backend restored from a backup lacks what came in after it, on earlier chains of this device too.
    pub(super) async fn bring_back_closed_chains(&mut self) -> Result<(), Ended> {
        for chain in self.on_store(Store::closed_chains).await? {
            self.check_pause()?;
            let status = self.patiently(|transport| transport.chain_status(chain)).await;
            let (batches, cut_off) = self.on_store(move |store| store.batches_of_closed(chain)).await?;
            let remote = match status {
                Ok((remote, _)) => remote,
                Err(failure) => {
                    self.told_later(failure)?;
                    continue;
                }
            };
            let missing = match lost(&batches, &cut_off, &remote) {
                Loss::Batches(missing) => missing,
                Loss::Unknown => {
                    if self.on_store(move |store| store.release_chain(chain)).await? > 0 {
                        self.memory.another_plan_follows(Why::ChainReleased);
                    }
                    continue;
                }
            };
            for seq in missing {
                self.check_pause()?;
                if !self.memory.brought_back.insert((chain, seq)) {
                    continue;
                }
                let brought = self.bring_back(chain, seq).await;
                if matches!(brought, Err(Ended::MadeWay)) {
                    // It was not tried: the next plan has it again.
                    self.memory.brought_back.remove(&(chain, seq));
                }
                if brought?.is_break() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Sends a batch of an earlier chain again; breaks where the rest of the chain would fare no better.
    async fn bring_back(&mut self, chain: ChainId, seq: u64) -> Result<ControlFlow<()>, Ended> {
        let push = self.on_store(move |store| store.push_if_it_carries(chain, seq)).await?;
        let Some((batch, bytes)) = push else { return Ok(ControlFlow::Break(())) };
        self.enter(SyncPhase::Sending);
        match self.patiently(|transport| transport.push(chain, seq, bytes.clone())).await {
            Ok(PushAnswer::Receipt(receipt)) => match self.accept(receipt, batch).await {
                Err(Ended::Failed(failure)) => {
                    self.memory.later.stands();
                    let rest_goes_on = failure.is_disbelief();
                    self.told_later(failure)?;
                    return Ok(if rest_goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) });
                }
                other => other?,
            },
            // Somebody else brings it at this very moment, or it is frozen by now: the next run sees.
            Ok(PushAnswer::Gap { .. } | PushAnswer::Forked) => return Ok(ControlFlow::Break(())),
            Err(failure) => {
                match self.not_taken(chain, seq, bytes.len(), failure).await? {
                    Round::Complete => {}
                    Round::Again(why) => self.memory.another_plan_follows(why),
                }
                return Ok(ControlFlow::Break(()));
            }
        }
        // Its photos may have been refused above, for want of the batch.
        self.memory.another_plan_follows(Why::BroughtBack);
        Ok(ControlFlow::Continue(()))
    }
}
