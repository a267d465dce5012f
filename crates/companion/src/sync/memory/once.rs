//! What is done once in a run, however often there is reason for it: a backend that goes on giving reason is not indulged
//! for ever.

use std::collections::HashSet;

/// What is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::sync) enum Once {
    /// Asking where the backend's log goes on from another.
    Continuations,
    /// Asking for its key directory because of a receipt by a key this device does not know.
    Directory,
    /// Sending photos again that were sent before and are called missing: it may lose them while it is being sent them.
    LostPhotos,
}

/// What of it was done.
#[derive(Debug, Default)]
pub(in crate::sync) struct Done(HashSet<Once>);

impl Done {
    /// Whether it was done in this run.
    pub(in crate::sync) fn has(&self, what: Once) -> bool {
        self.0.contains(&what)
    }

    /// It is done now. Answers whether it was not before.
    pub(in crate::sync) fn note(&mut self, what: Once) -> bool {
        self.0.insert(what)
    }

    /// It was not answered at all, so it may be asked again in this run.
    pub(in crate::sync) fn take_back(&mut self, what: Once) {
        self.0.remove(&what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_done_once_unless_nobody_answered() {
        let mut done = Done::default();
        assert!(done.note(Once::Directory));
        assert!(!done.note(Once::Directory));
        assert!(!done.has(Once::Continuations), "by itself");
        done.take_back(Once::Directory);
        assert!(done.note(Once::Directory));
    }
}
