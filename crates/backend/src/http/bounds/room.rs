//! Room for bodies on their way in: how many bytes all unfinished requests hold together, how many those of one
//! device, and how many those of everybody who showed no token. This file only counts, and knows for how long
//! somebody waited for what another holds; `admission.rs` lets in, and gives up what does not earn its room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use baken_protocol::ids::DeviceId;
use baken_protocol::limits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::http::extract::origin::Network;

/// After so many holders those that hold nothing are forgotten.
const FORGET_ABOVE: usize = 256;

/// Who holds room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A device that showed its token.
    Device(DeviceId),
    /// Somebody in this network who named a device, and may be anybody: what a device is called is no secret.
    Unproven(Network),
}

/// How much room there is, in bytes, and how long it is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// For all together.
    pub whole_bytes: usize,
    /// Of that, for all who showed no token.
    pub unproven_bytes: usize,
    /// Of that, for one device, or for one network without a token. The largest body fits.
    pub share_bytes: usize,
    /// How long who asks waits at most.
    pub longest_wait: Duration,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            whole_bytes: 32 * 1024 * 1024,
            unproven_bytes: 12 * 1024 * 1024,
            share_bytes: 6 * 1024 * 1024,
            longest_wait: Duration::from_secs(20),
        }
    }
}

/// Bytes that unfinished requests may hold. Who comes first is served first.
pub struct Budget {
    whole: Arc<Part>,
    unproven: Arc<Part>,
    shares: Mutex<HashMap<Holder, Weak<Part>>>,
    room: Room,
}

/// A part of the room, and for how long it was too small.
struct Part {
    free: Arc<Semaphore>,
    wanted: Mutex<Wanted>,
}

/// How long somebody waited for a part.
#[derive(Default)]
struct Wanted {
    waiting: usize,
    since: Option<Instant>,
    before: Duration,
}

/// Counts as waiting until it is dropped.
struct Waiting<'a>(&'a Part);

/// What a request holds of the budget, until it and everything made of it is dropped.
#[derive(Clone)]
pub struct Held {
    of: Arc<[HeldPart]>,
}

struct HeldPart {
    part: Arc<Part>,
    /// How long others had waited for this part when it was given.
    wanted_before: Duration,
    _permit: OwnedSemaphorePermit,
}

impl Part {
    fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self { free: Arc::new(Semaphore::new(bytes)), wanted: Mutex::default() })
    }

    async fn take(self: Arc<Self>, bytes: u32) -> Option<HeldPart> {
        // Nobody is overtaken: while somebody waits, what is given back goes to him and none is free.
        let free = Arc::clone(&self.free).try_acquire_many_owned(bytes);
        let permit = if let Ok(permit) = free {
            permit
        } else {
            let _waiting = Waiting::begin(&self);
            Arc::clone(&self.free).acquire_many_owned(bytes).await.ok()?
        };
        let wanted_before = self.wanted_for();
        Some(HeldPart { part: self, wanted_before, _permit: permit })
    }

    fn wanted_for(&self) -> Duration {
        let wanted = self.wanted();
        wanted.before + wanted.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn wanted(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Waiting<'a> {
    fn begin(part: &'a Part) -> Self {
        let mut wanted = part.wanted();
        wanted.waiting += 1;
        wanted.since.get_or_insert_with(Instant::now);
        Self(part)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut wanted = self.0.wanted();
        wanted.waiting -= 1;
        if wanted.waiting == 0
            && let Some(since) = wanted.since.take()
        {
            wanted.before += since.elapsed();
        }
    }
}

impl Held {
    /// Of a body that is not counted.
    pub fn nothing() -> Self {
        Self { of: Arc::new([]) }
    }

    /// How long others waited for some of what is held here, since it is.
    pub fn wanted_for(&self) -> Duration {
        let waits = self.of.iter().map(|held| held.part.wanted_for().saturating_sub(held.wanted_before));
        waits.max().unwrap_or_default()
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Room::default())
    }
}

impl Budget {
    /// So much room.
    pub fn new(room: Room) -> Self {
        Self {
            whole: Part::new(room.whole_bytes),
            unproven: Part::new(room.unproven_bytes),
            shares: Mutex::default(),
            room,
        }
    }

    /// Room for a body of `bytes`; none if it did not come in time.
    pub async fn take(&self, holder: Holder, bytes: usize) -> Option<Held> {
        if bytes <= limits::POCKET_BYTES {
            return Some(Held::nothing());
        }
        let bytes = u32::try_from(bytes).ok()?;
        let share = self.share(holder);
        let parts = async {
            // One's own share first: whoever waits for that holds nothing of the others'.
            let share = share.take(bytes).await?;
            let of: Arc<[HeldPart]> = match holder {
                Holder::Device(_) => Arc::new([share, Arc::clone(&self.whole).take(bytes).await?]),
                Holder::Unproven(_) => {
                    let unproven = Arc::clone(&self.unproven).take(bytes).await?;
                    Arc::new([share, unproven, Arc::clone(&self.whole).take(bytes).await?])
                }
            };
            Some(Held { of })
        };
        tokio::time::timeout(self.room.longest_wait, parts).await.ok()?
    }

    fn share(&self, holder: Holder) -> Arc<Part> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if shares.len() > FORGET_ABOVE {
            shares.retain(|_, share| share.strong_count() > 0);
        }
        let known = shares.get(&holder).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let share = Part::new(self.room.share_bytes);
            shares.insert(holder, Arc::downgrade(&share));
            share
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::http::extract::origin::Origin;

    const PUSH: usize = 2 * limits::POCKET_BYTES;
    const WAIT: Duration = Duration::from_secs(10);

    fn device(number: u128) -> Holder {
        Holder::Device(DeviceId(uuid::Uuid::from_u128(number)))
    }

    fn unproven(address: &str) -> Holder {
        Holder::Unproven(Origin(address.parse().unwrap()).network())
    }

    /// Room for so many pushes.
    fn budget(whole: usize, unproven: usize, share: usize) -> Arc<Budget> {
        let [whole_bytes, unproven_bytes, share_bytes] = [whole, unproven, share].map(|pushes| pushes * PUSH);
        Arc::new(Budget::new(Room { whole_bytes, unproven_bytes, share_bytes, longest_wait: WAIT }))
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_holds_more_than_his_share_and_all_together_no_more_than_there_is() {
        let budget = budget(5, 5, 3);
        let mut held = vec![];
        for _ in 0..3 {
            held.push(budget.take(device(1), PUSH).await.unwrap());
        }
        let before = Instant::now();
        assert!(budget.take(device(1), PUSH).await.is_none());
        assert_eq!(before.elapsed(), WAIT, "it waited for its turn");
        assert!(budget.take(device(1), limits::POCKET_BYTES).await.is_some(), "what is small never waits");
        for _ in 0..2 {
            held.push(budget.take(device(2), PUSH).await.unwrap());
        }
        assert!(budget.take(device(3), PUSH).await.is_none(), "nothing is left for anybody");
        held.truncate(4);
        assert!(budget.take(device(3), PUSH).await.is_some(), "given back");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_shows_no_token_leaves_room_for_devices_however_many_networks_he_has() {
        let budget = budget(5, 2, 1);
        let mut held = vec![];
        for address in ["198.51.100.1", "198.51.100.2"] {
            held.push(budget.take(unproven(address), PUSH).await.unwrap());
            assert!(budget.take(unproven(address), PUSH).await.is_none(), "a network has its share too");
        }
        assert!(budget.take(unproven("198.51.100.3"), PUSH).await.is_none());
        for number in 0..3 {
            held.push(budget.take(device(number), PUSH).await.unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_gets_what_is_given_back() {
        let budget = budget(1, 1, 1);
        let first = budget.take(device(1), PUSH).await.unwrap();
        let waiting = tokio::spawn({
            let budget = Arc::clone(&budget);
            async move { budget.take(device(2), PUSH).await.is_some() }
        });
        tokio::time::sleep(Duration::from_secs(9)).await;
        drop(first);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_held_is_wanted_for_as_long_as_somebody_waited_for_it() {
        let budget = budget(2, 2, 1);
        let (mine, other) = (budget.take(device(1), PUSH).await.unwrap(), budget.take(device(2), PUSH).await.unwrap());
        tokio::time::sleep(WAIT).await;
        assert_eq!(mine.wanted_for(), Duration::ZERO, "nobody waits");
        assert!(budget.take(device(1), PUSH).await.is_none(), "for its own share");
        assert_eq!((mine.wanted_for(), other.wanted_for()), (WAIT, Duration::ZERO));
        assert!(budget.take(device(3), PUSH).await.is_none(), "for the whole");
        tokio::time::sleep(WAIT).await;
        assert_eq!((mine.wanted_for(), other.wanted_for()), (WAIT, WAIT), "and no longer than it waited");
        drop(mine);
        let later = budget.take(device(3), PUSH).await.unwrap();
        assert_eq!(later.wanted_for(), Duration::ZERO, "what was before it is not its fault");
    }

    #[tokio::test]
    async fn holders_of_nothing_are_forgotten() {
        let budget = Budget::default();
        for number in 0..2000 {
            budget.take(device(number), PUSH).await.unwrap();
        }
        let known = budget.shares.lock().unwrap().len();
        assert!(known <= FORGET_ABOVE + 1, "{known} holders are kept");
    }
}
