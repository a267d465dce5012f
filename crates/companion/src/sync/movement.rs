//! Whether a request that is under way moves, as far as can be seen from here.
//!
//! Something on the way may take a whole body and never answer. What counts is therefore when the connection last took a
//! portion of the body, and not how large the body is. The client and the system hold some of it before it is on the
//! line, so what they can hold is waited for as long as the slowest line takes; what was taken beyond that shows how fast
//! this line is. Where that was wrong (a system that holds more, a line that became slow) the next requests are given the
//! time that the slowest line takes for the whole of them.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use crate::transport::UnderWay;

/// How long nothing may move.
pub(super) const SILENCE: Duration = Duration::from_mins(1);
/// Bytes a second below which a body is not waited for: what the backend asks too.
const SLOWEST: u64 = 512;
/// Bytes that are handed to the connection at a time.
const PORTION: usize = 2 * 1024;
/// Bytes that may be taken and not be on the line yet: what the client, the encryption and the system hold.
const UNSEEN: usize = 128 * 1024;
/// How much slower than it was a line may become.
const SLOWER: u64 = 4;

/// What is seen of the one request that is under way.
#[derive(Clone, Default)]
pub(super) struct Movement(Arc<Mutex<Option<Seen>>>);

#[derive(Clone, Copy)]
struct Seen {
    begun: Instant,
    /// When a portion was last taken.
    moved: Instant,
    size: usize,
    taken: usize,
    /// That portions are taken fast proves nothing.
    careful: bool,
}

impl Movement {
    /// Does `work`, which sends a body of `size` bytes by [`Portions`], for as long as it moves; nothing comes of it where it
    /// does not. Answers also how long it had not moved when it ended.
    pub(super) async fn watch<A>(
        &self,
        size: usize,
        careful: bool,
        work: impl Future<Output = A>,
    ) -> (Option<A>, Duration) {
        let now = Instant::now();
        *self.seen() = Some(Seen { begun: now, moved: now, size, taken: 0, careful });
        let _over = Over(self);
        let at_last = now + SILENCE + takes(size, SLOWEST);
        tokio::pin!(work);
        loop {
            let until = self.given_up_at().map_or(at_last, |given_up| given_up.min(at_last));
            if Instant::now() >= until {
                return (None, self.still_for());
            }
            tokio::select! {
                biased;
                done = &mut work => return (Some(done), self.still_for()),
                () = tokio::time::sleep_until(until) => {}
            }
        }
    }

    /// How long a request that is under way has not moved.
    pub(super) fn still_for(&self) -> Duration {
        self.seen().map_or(Duration::ZERO, |seen| seen.moved.elapsed())
    }

    /// The body that is under way.
    pub(super) fn under_way(&self) -> Option<UnderWay> {
        self.seen().map(|Seen { size, taken, .. }| UnderWay { size, taken })
    }

    fn given_up_at(&self) -> Option<Instant> {
        self.seen().map(|seen| seen.moved + seen.patience())
    }

    fn took(&self, bytes: usize) {
        if let Some(seen) = self.seen().as_mut() {
            seen.taken += bytes;
            seen.moved = Instant::now();
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The request ends, however it does.
struct Over<'a>(&'a Movement);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        *self.0.seen() = None;
    }
}

impl Seen {
    /// How long after a portion was taken nothing need be seen of what was.
    fn patience(&self) -> Duration {
        if self.careful {
            return SILENCE + takes(self.taken, SLOWEST);
        }
        SILENCE + takes(self.taken.min(UNSEEN), self.pace())
    }

    /// Bytes a second that this line takes at the least.
    fn pace(&self) -> u64 {
        let on_the_line = u64::try_from(self.taken.saturating_sub(UNSEEN)).unwrap_or(u64::MAX);
        let milliseconds = u64::try_from((self.moved - self.begun).as_millis()).unwrap_or(u64::MAX).max(1);
        (on_the_line.saturating_mul(1000) / milliseconds / SLOWER).max(SLOWEST)
    }
}

/// What `bytes` take at so many a second.
fn takes(bytes: usize, pace: u64) -> Duration {
    Duration::from_millis(u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1000) / pace.max(1))
}

/// A body that notices when a portion of it is taken.
pub(super) struct Portions {
    rest: Bytes,
    movement: Movement,
}

impl Portions {
    pub(super) fn of(bytes: Vec<u8>, movement: &Movement) -> Self {
        Self { rest: bytes.into(), movement: movement.clone() }
    }
}

impl Body for Portions {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            return Poll::Ready(None);
        }
        let portion = this.rest.split_to(this.rest.len().min(PORTION));
        this.movement.took(portion.len());
        Poll::Ready(Some(Ok(Frame::data(portion))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.rest.len()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::future::{pending, poll_fn};

    /// A line of so many bytes a second, behind something that holds `held` of them; who gets all of it answers after
    /// `answers`.
    async fn line(mut body: Portions, held: usize, pace: u64, answers: Duration) {
        let mut ahead = 0;
        while let Some(portion) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            ahead += portion.unwrap().into_data().unwrap().len();
            if ahead > held {
                tokio::time::sleep(takes(ahead - held, pace)).await;
                ahead = held;
            }
        }
        tokio::time::sleep(takes(ahead, pace) + answers).await;
    }

    /// Whether it is answered, and after how long it was or was given up.
    async fn sent(size: usize, careful: bool, held: usize, pace: u64, answers: Duration) -> (bool, Duration) {
        let movement = Movement::default();
        let body = Portions::of(vec![0; size], &movement);
        let began = Instant::now();
        let (done, _) = movement.watch(size, careful, line(body, held, pace, answers)).await;
        assert_eq!(movement.still_for(), Duration::ZERO, "nothing is under way");
        (done.is_some(), began.elapsed())
    }

    const NEVER: Duration = Duration::from_hours(24);
    const FAST: u64 = 1_000_000;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_swallowed_is_given_up_soon_however_large_it_is() {
        for size in [1024, 256 * 1024, 5 * 1024 * 1024] {
            let (answered, time) = sent(size, false, 64 * 1024, FAST, NEVER).await;
            assert!(!answered && time < Duration::from_secs(90), "{size}: {time:?}");
        }
        let (answered, time) = sent(UNSEEN, false, UNSEEN, FAST, NEVER).await;
        assert!(!answered && time < Duration::from_mins(6), "where nothing shows how fast the line is: {time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_that_moves_gets_through() {
        for size in [20_000, UNSEEN, 256 * 1024, 5 * 1024 * 1024] {
            for held in [0, 16 * 1024, UNSEEN] {
                let (answered, time) = sent(size, false, held, 600, Duration::from_secs(50)).await;
                assert!(answered, "{size} behind {held}: {time:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_stops_half_way_is_given_up() {
        let movement = Movement::default();
        let mut body = Portions::of(vec![0; 5 * 1024 * 1024], &movement);
        let stops = async {
            for _ in 0..1000 {
                poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            pending::<()>().await;
        };
        let began = Instant::now();
        assert_eq!(movement.watch(5 * 1024 * 1024, false, stops).await.0, None);
        assert!(began.elapsed() < Duration::from_secs(90), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_system_that_holds_more_gets_the_time_of_the_slowest_line_the_next_time() {
        let (size, slow) = (1024 * 1024, 600);
        let (answered, _) = sent(size, false, size, slow, Duration::ZERO).await;
        assert!(!answered, "it looks as if it were swallowed");
        assert!(sent(size, true, size, slow, Duration::ZERO).await.0);
        let (answered, time) = sent(size, true, size, FAST, NEVER).await;
        assert!(!answered && time < Duration::from_mins(36), "nor is that without end: {time:?}");
    }
}
