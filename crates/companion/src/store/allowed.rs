//! What may travel on the way to the backend, as whoever knows the network says while things are on their way: records
//! always, photos by what the network costs.
//!
//! A word of the system only ever holds photos back; what a person asks for goes whatever it costs, and for that once.
//! Deliberately absent: the network itself, and why it costs what it does.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::road::LocalPhoto;

/// Which photos may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Photos {
    /// All.
    #[default]
    All,
    /// Those of acute records; the others wait for a network that is not paid by the byte.
    AcuteOnly,
}

impl Photos {
    /// Whether this one may.
    pub const fn may_leave(self, photo: &LocalPhoto) -> bool {
        match self {
            Self::All => true,
            Self::AcuteOnly => photo.acute,
        }
    }
}

/// What may leave now. Everything, until somebody says otherwise.
#[derive(Debug, Default)]
pub struct Allowed {
    costs: AtomicBool,
    /// How often a person asked, and how many of these had their turn.
    asked: AtomicU64,
    done: AtomicU64,
}

impl Allowed {
    /// Which photos may leave now.
    pub fn photos(&self) -> Photos {
        let costs = self.costs.load(Ordering::Acquire);
        let is_asked = self.asks() > self.done.load(Ordering::Acquire);
        if costs && !is_asked { Photos::AcuteOnly } else { Photos::All }
    }

    /// What the network is fit for.
    pub fn over_this_network(&self, photos: Photos) {
        self.costs.store(matches!(photos, Photos::AcuteOnly), Ordering::Release);
    }

    /// A person asks: everything leaves, until [`Allowed::were_done`].
    pub fn asked_by_a_person(&self) {
        self.asked.fetch_add(1, Ordering::AcqRel);
    }

    /// How often a person asked so far.
    pub fn asks(&self) -> u64 {
        self.asked.load(Ordering::Acquire)
    }

    /// The first `asks` had their turn. What was asked meanwhile has not.
    pub fn were_done(&self, asks: u64) {
        self.done.fetch_max(asks, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_wait_where_the_network_costs_unless_a_person_asks_and_for_that_once() {
        let allowed = Allowed::default();
        assert_eq!(allowed.photos(), Photos::All, "nobody knows of a cost");
        allowed.over_this_network(Photos::AcuteOnly);
        assert_eq!(allowed.photos(), Photos::AcuteOnly);
        allowed.asked_by_a_person();
        assert_eq!(allowed.photos(), Photos::All);
        allowed.were_done(allowed.asks());
        assert_eq!(allowed.photos(), Photos::AcuteOnly);
        allowed.over_this_network(Photos::All);
        assert_eq!(allowed.photos(), Photos::All);
    }

    #[test]
    fn what_is_asked_while_a_run_ends_is_the_next_ones() {
        let allowed = Allowed::default();
        allowed.over_this_network(Photos::AcuteOnly);
        allowed.asked_by_a_person();
        let begun = allowed.asks();
        allowed.asked_by_a_person();
        allowed.were_done(begun);
        assert_eq!(allowed.photos(), Photos::All);
        allowed.were_done(allowed.asks());
        assert_eq!(allowed.photos(), Photos::AcuteOnly);
    }
}
