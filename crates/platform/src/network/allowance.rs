//! What may leave over a network. Pure.
//!
//! Records are small and always leave. Photos are what costs: over what is paid by the byte they wait for something
//! free, but for those of an acute record. A person's own *Nu verzenden* is tried whatever the system thinks of the way; what it
//! costs is a question of its own, and so is its answer.

use serde::Deserialize;
use ts_rs::TS;

use super::{Cost, NetworkState, Reach};

/// Who wants to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Asker {
    /// A person tapped.
    Person,
    /// A person said that photos leave too, whatever they cost.
    PersonPhotosToo,
    /// The app by itself.
    App,
}

/// What the person chose for photos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PhotosOver {
    /// They wait for a network that is not paid by the byte.
    #[default]
    UnmeteredOnly,
    /// They leave over any, roaming aside.
    Any,
}

/// Which photos leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Photos {
    /// None.
    None,
    /// Those of acute records.
    Acute,
    /// All.
    All,
}

/// What may leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Nothing: no network. It is neutral, and said once.
    Waits,
    /// Nothing: somebody must sign in to the network first.
    SignIn,
    /// Records, and these photos.
    Records(Photos),
}

/// What may leave.
pub const fn allowance(state: NetworkState, asker: Asker, photos: PhotosOver) -> Allowance {
    match (asker, state.reach) {
        (Asker::PersonPhotosToo, _) => Allowance::Records(Photos::All),
        (Asker::Person, _) => Allowance::Records(photos_over(state, photos)),
        (Asker::App, Reach::None) => Allowance::Waits,
        (Asker::App, Reach::Captive) => Allowance::SignIn,
        (Asker::App, Reach::Unvalidated | Reach::Validated | Reach::Unknown) => {
            Allowance::Records(photos_over(state, photos))
        }
    }
}

const fn photos_over(state: NetworkState, chosen: PhotosOver) -> Photos {
    match (state.cost, state.roaming, chosen) {
        (Cost::Unmetered | Cost::Unknown, false, _) | (Cost::Metered, false, PhotosOver::Any) => Photos::All,
        (Cost::Metered, false, PhotosOver::UnmeteredOnly)
        | (Cost::Metered | Cost::Unmetered | Cost::Unknown, true, _) => Photos::Acute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn state(reach: Reach, cost: Cost, roaming: bool) -> NetworkState {
        NetworkState { reach, cost, roaming }
    }

    const fn of_app(state: NetworkState) -> Allowance {
        allowance(state, Asker::App, PhotosOver::UnmeteredOnly)
    }

    #[test]
    fn everything_leaves_where_nobody_pays_by_the_byte_or_nobody_can_tell() {
        assert_eq!(of_app(state(Reach::Validated, Cost::Unmetered, false)), Allowance::Records(Photos::All));
        assert_eq!(of_app(NetworkState::UNKNOWN), Allowance::Records(Photos::All));
    }

    #[test]
    fn photos_wait_over_what_is_metered_but_for_acute_ones() {
        let metered = state(Reach::Validated, Cost::Metered, false);
        assert_eq!(of_app(metered), Allowance::Records(Photos::Acute));
        assert_eq!(allowance(metered, Asker::App, PhotosOver::Any), Allowance::Records(Photos::All));
    }

    #[test]
    fn roaming_holds_photos_back_whatever_was_chosen() {
        let roaming = state(Reach::Validated, Cost::Metered, true);
        assert_eq!(allowance(roaming, Asker::App, PhotosOver::Any), Allowance::Records(Photos::Acute));
    }

    #[test]
    fn a_network_without_the_internet_is_tried_since_the_backend_may_be_in_it() {
        assert_eq!(of_app(state(Reach::Unvalidated, Cost::Unmetered, false)), Allowance::Records(Photos::All));
    }

    #[test]
    fn a_portal_waits_for_somebody_to_sign_in_and_no_network_waits() {
        assert_eq!(of_app(state(Reach::Captive, Cost::Unmetered, false)), Allowance::SignIn);
        assert_eq!(of_app(state(Reach::None, Cost::Unknown, false)), Allowance::Waits);
    }

    #[test]
    fn what_a_person_asks_for_is_tried_whatever_the_way_and_costs_nothing_that_was_not_asked_for() {
        for reach in [Reach::None, Reach::Captive, Reach::Unvalidated, Reach::Validated, Reach::Unknown] {
            let asked = |asker, cost| allowance(state(reach, cost, false), asker, PhotosOver::UnmeteredOnly);
            assert_eq!(asked(Asker::Person, Cost::Metered), Allowance::Records(Photos::Acute));
            assert_eq!(asked(Asker::Person, Cost::Unmetered), Allowance::Records(Photos::All));
            assert_eq!(asked(Asker::PersonPhotosToo, Cost::Metered), Allowance::Records(Photos::All));
        }
    }
}
