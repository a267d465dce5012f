//! How sending on the chain in use fares: what the backend was heard to wait for, how often it contradicted itself, how
//! often another history made this device leave a chain.

/// Chains left in one run at most: one for a fork, and one more that came in between.
const MAX_CHAINS_LEFT: u32 = 2;
/// Times in one run a backend may say that something is missing before a batch, or an upload is elsewhere than it said.
pub(in crate::sync) const MAX_CONTRADICTIONS: u32 = 3;

/// How sending on it fares.
#[derive(Debug)]
pub(in crate::sync) struct ChainInUse {
    /// Chains that the backend had another history of.
    left: u32,
    /// The place the backend waits for, where it says so only when a batch comes too early. Until batches are made anew.
    waits_for: Option<u64>,
    contradictions: u32,
    /// Batches signed before the first of them has its receipt: one after a refusal, which unmakes all behind it, and
    /// with each that is taken twice as many.
    ahead: usize,
}

/// Whether one more chain may be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Leaving {
    /// It may.
    Allowed,
    /// A backend that calls fresh chains frozen as well is not indulged.
    TooOften,
}

/// What a backend's word is worth that waits for an earlier batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Word {
    /// Another plan goes by it.
    Holds,
    /// It contradicted itself too often.
    IsWorthNothing,
}

impl Default for ChainInUse {
    fn default() -> Self {
        Self { left: 0, waits_for: None, contradictions: 0, ahead: 1 }
    }
}

impl ChainInUse {
    /// The backend has another history of it.
    pub(in crate::sync) const fn leave(&mut self) -> Leaving {
        self.left += 1;
        if self.left <= MAX_CHAINS_LEFT { Leaving::Allowed } else { Leaving::TooOften }
    }

    /// A fresh one is open: nothing can be missing on it.
    pub(in crate::sync) const fn opened(&mut self) {
        self.waits_for = None;
    }

    /// Whether one was left in this run already.
    pub(in crate::sync) const fn was_left(&self) -> bool {
        self.left > 0
    }

    /// A batch came before the one the backend waits for.
    pub(in crate::sync) const fn too_early(&mut self, expected_seq: u64) -> Word {
        self.waits_for = Some(expected_seq);
        self.contradictions += 1;
        if self.contradictions <= MAX_CONTRADICTIONS {
            return Word::Holds;
        }
        self.contradictions = 0;
        Word::IsWorthNothing
    }

    /// The place the backend was heard to wait for.
    pub(in crate::sync) const fn waits_for(&self) -> Option<u64> {
        self.waits_for
    }

    /// A batch was taken.
    pub(in crate::sync) const fn taken(&mut self) {
        self.ahead = self.ahead.saturating_mul(2);
    }

    /// One was not, for its size: smaller ones follow.
    pub(in crate::sync) const fn smaller(&mut self) {
        self.ahead = 1;
    }

    /// Batches that had not arrived were unmade, and are made anew.
    pub(in crate::sync) const fn made_anew(&mut self) {
        self.waits_for = None;
        self.ahead = 1;
    }

    /// How many batches are signed ahead.
    pub(in crate::sync) const fn ahead(&self) -> usize {
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_chains_are_left_in_a_run_and_no_third() {
        let mut chain = ChainInUse::default();
        assert!(!chain.was_left());
        assert_eq!(
            [chain.leave(), chain.leave(), chain.leave()],
            [Leaving::Allowed, Leaving::Allowed, Leaving::TooOften]
        );
        assert!(chain.was_left());
    }

    #[test]
    fn a_backend_is_followed_three_times_to_an_earlier_place_and_not_a_fourth() {
        let mut chain = ChainInUse::default();
        let words = [7, 6, 5, 4, 3].map(|seq| chain.too_early(seq));
        assert_eq!(words, [Word::Holds, Word::Holds, Word::Holds, Word::IsWorthNothing, Word::Holds]);
        assert_eq!(chain.waits_for(), Some(3));
        chain.opened();
        assert_eq!(chain.waits_for(), None);
    }

    #[test]
    fn with_each_batch_that_is_taken_twice_as_many_are_signed_ahead() {
        let mut chain = ChainInUse::default();
        chain.taken();
        chain.taken();
        assert_eq!(chain.ahead(), 4);
        chain.too_early(2);
        chain.smaller();
        assert_eq!((chain.ahead(), chain.waits_for()), (1, Some(2)), "the place is the same");
        chain.made_anew();
        assert_eq!((chain.ahead(), chain.waits_for()), (1, None));
    }
}
