//! Who may see what, decided here and nowhere else: pure, of an account's levels and organisation alone. Whoever asks
//! the database hands it a [`Clearance`]; whoever seals a team's key asks [`Grant::may_have`].
//!
//! Deliberately absent: roles. Whoever is signed in may do all that the console offers, with what may be seen.

mod clearance;
mod grant;

pub use clearance::{Clearance, Reach, shown_to};
pub use grant::{Grant, may_be_given};
