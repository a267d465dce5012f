//! When leaving the window locks. Pure: it is told what happened at which time, and says when to lock.
//!
//! The page locks itself as soon as it is hidden, after it has brought the last answers to disk. This is for a page that
//! hangs, was frozen or was killed: the core's own lock must not hang with it.

/// What the page is given to bring its answers to disk, in milliseconds; it takes two seconds at most.
pub const GRACE_MS: u64 = 5_000;
/// How long the system's own screens may cover the window: a chooser, a permission, a camera.
pub const EXPECTED_ABSENCE_MS: u64 = 120_000;

/// Whether the window is seen, and since when not. Times are those of the clock that nobody can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct Leaving {
    lock_at: Option<u64>,
    /// The page said that a screen of the system is about to cover it.
    expected_until: Option<u64>,
}

impl Leaving {
    /// The page is about to open a screen of the system: a chooser that is none of the plugin's.
    pub const fn expect(self, now_ms: u64) -> Self {
        Self { expected_until: Some(now_ms.saturating_add(EXPECTED_ABSENCE_MS)), ..self }
    }

    /// What was expected gave its answer. A window that is still gone is back soon, or locks.
    pub fn answered(self, now_ms: u64) -> Self {
        let grace = now_ms.saturating_add(GRACE_MS);
        Self { lock_at: self.lock_at.map(|at| at.min(grace)), expected_until: None }
    }

    /// The window is gone. `expected`: the plugin opened what covers it.
    pub fn left(self, now_ms: u64, expected: bool) -> Self {
        let grace = now_ms.saturating_add(GRACE_MS);
        let covered = if expected { now_ms.saturating_add(EXPECTED_ABSENCE_MS) } else { grace };
        let until = self.expected_until.map_or(covered, |page| covered.max(page));
        // A second word of the same leaving gives no more time.
        Self { lock_at: Some(self.lock_at.map_or(until, |earlier| earlier.min(until))), ..self }
    }

    /// The window is back, and with it what was expected.
    pub fn returned(self) -> Self {
        Self::default()
    }

    /// Whether it is time to lock. It stays so until the window is back.
    pub const fn is_over(self, now_ms: u64) -> bool {
        match self.lock_at {
            Some(at) => now_ms >= at,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_was_left_locks_after_the_page_had_its_time() {
        let left = Leaving::default().left(1000, false);
        assert!(!left.is_over(1000 + GRACE_MS - 1));
        assert!(left.is_over(1000 + GRACE_MS));
    }

    #[test]
    fn a_screen_of_the_system_may_cover_it_longer_and_not_for_ever() {
        let left = Leaving::default().left(0, true);
        assert!(!left.is_over(EXPECTED_ABSENCE_MS - 1));
        assert!(left.is_over(EXPECTED_ABSENCE_MS));
    }

    #[test]
    fn a_second_word_of_leaving_gives_no_more_time_and_an_unexpected_one_takes_it() {
        assert!(Leaving::default().left(0, false).left(4000, false).is_over(GRACE_MS));
        assert!(Leaving::default().left(0, true).left(1000, false).is_over(1000 + GRACE_MS));
        assert!(Leaving::default().left(0, false).left(1000, true).is_over(GRACE_MS));
    }

    #[test]
    fn a_chooser_that_the_page_opens_may_cover_it_as_long_and_once() {
        let expecting = Leaving::default().expect(0);
        assert!(!expecting.left(1000, false).is_over(EXPECTED_ABSENCE_MS - 1));
        assert!(expecting.left(1000, false).is_over(EXPECTED_ABSENCE_MS));
        assert!(expecting.returned().left(1000, false).is_over(1000 + GRACE_MS));
        assert!(
            expecting.left(EXPECTED_ABSENCE_MS, false).is_over(EXPECTED_ABSENCE_MS + GRACE_MS),
            "it ran out before"
        );
    }

    #[test]
    fn an_answer_ends_what_was_expected() {
        let covered = Leaving::default().expect(0).left(1000, false).answered(2000);
        assert!(!covered.is_over(2000 + GRACE_MS - 1));
        assert!(covered.is_over(2000 + GRACE_MS));
        assert!(!covered.returned().is_over(u64::MAX));
        let seen = Leaving::default().expect(0).answered(2000);
        assert!(!seen.is_over(u64::MAX), "nobody has left");
        assert!(seen.left(3000, false).is_over(3000 + GRACE_MS), "and the next leaving is one");
        assert!(Leaving::default().left(0, false).answered(4000).is_over(GRACE_MS), "it gives no more time");
    }

    #[test]
    fn coming_back_in_time_locks_nothing() {
        assert!(!Leaving::default().left(0, false).returned().is_over(u64::MAX));
        assert!(!Leaving::default().is_over(u64::MAX));
    }
}
