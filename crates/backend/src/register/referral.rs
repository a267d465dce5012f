//! To whom something may be referred, and what allows it. Pure.
//!
//! Consent is a matter of persons, and those are sealed: whether they gave it is looked up in the browser, where the
//! sealed part is open. Here stands what a body asks for, so that no ground serves where it is none.

use crate::storage::{ReferralBody, ReferralGround};

/// Persons of one referral, at most.
pub const PERSONS: u32 = 100;

/// What allows a referral to `body`, the usual ground first.
pub const fn grounds(body: ReferralBody) -> &'static [ReferralGround] {
    use ReferralGround::{ConsentCare, ConsentRegistration, ConsentSharing, Danger, Minor, NoPersons};
    match body {
        // Whoever is registered there agreed to that; nothing else opens that register.
        ReferralBody::Comensha => &[ConsentRegistration],
        ReferralBody::ZorgcoordinatorHvoQuerido | ReferralBody::ScharlakenKoord => &[ConsentCare, Danger],
        ReferralBody::PolitieAvim | ReferralBody::Nla => &[ConsentSharing, Danger, Minor, NoPersons],
        ReferralBody::VeiligThuis => &[Minor, ConsentSharing],
    }
}

/// Whether a ground must be explained: whoever was not asked, or refused, is told of one day.
pub const fn is_explained(ground: ReferralGround) -> bool {
    match ground {
        ReferralGround::Danger | ReferralGround::Minor => true,
        ReferralGround::ConsentRegistration
        | ReferralGround::ConsentCare
        | ReferralGround::ConsentSharing
        | ReferralGround::NoPersons => false,
    }
}

/// Whether so many persons go with that ground.
pub fn fits(ground: ReferralGround, persons: u32) -> bool {
    match ground {
        ReferralGround::NoPersons => persons == 0,
        ReferralGround::ConsentRegistration
        | ReferralGround::ConsentCare
        | ReferralGround::ConsentSharing
        | ReferralGround::Danger
        | ReferralGround::Minor => (1..=PERSONS).contains(&persons),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_has_a_ground_and_the_national_register_has_consent_alone() {
        for body in ReferralBody::ALL {
            assert!(!grounds(*body).is_empty(), "{body}");
        }
        assert_eq!(grounds(ReferralBody::Comensha), [ReferralGround::ConsentRegistration]);
    }

    #[test]
    fn a_minor_is_referred_to_veilig_thuis_without_consent_and_with_a_reason() {
        assert!(grounds(ReferralBody::VeiligThuis).contains(&ReferralGround::Minor));
        assert!(is_explained(ReferralGround::Minor) && is_explained(ReferralGround::Danger));
    }

    #[test]
    fn a_referral_of_persons_has_some_and_one_without_has_none() {
        assert!(fits(ReferralGround::NoPersons, 0) && !fits(ReferralGround::NoPersons, 1));
        assert!(!fits(ReferralGround::ConsentCare, 0) && fits(ReferralGround::ConsentCare, PERSONS));
        assert!(!fits(ReferralGround::ConsentCare, PERSONS + 1));
    }
}
