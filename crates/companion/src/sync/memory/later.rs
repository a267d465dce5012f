//! What did not arrive though the rest did. It is told when the rest is done: the first of it, as most likely the cause of
//! what follows.

use crate::failure_code::FailureCode;

/// The first failure of something the rest does not wait for.
#[derive(Debug, Default)]
pub(in crate::sync) struct Later {
    first: Option<FailureCode>,
    holds: Holds,
}

/// For how long it is told.
#[derive(Debug, Default)]
enum Holds {
    /// Another plan tries it again.
    #[default]
    ForThePlan,
    /// It is not tried again in this run, so no further plan makes up for it.
    ForTheRun,
}

impl Later {
    /// Something did not arrive.
    pub(in crate::sync) fn note(&mut self, code: FailureCode) {
        self.first.get_or_insert(code);
    }

    /// What did not arrive is not tried again in this run.
    pub(in crate::sync) const fn stands(&mut self) {
        self.holds = Holds::ForTheRun;
    }

    pub(super) const fn another_plan(&mut self) {
        match self.holds {
            Holds::ForThePlan => self.first = None,
            Holds::ForTheRun => {}
        }
    }

    pub(super) const fn first(&self) -> Option<FailureCode> {
        self.first
    }
}
