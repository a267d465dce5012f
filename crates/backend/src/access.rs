//! Who may do and see what, decided here and nowhere else: pure, of an account's roles, levels and organisation alone. A
//! handler names the [`Permission`] it needs; whoever asks the database hands it a [`Clearance`]; whoever seals a team's key
//! asks [`Grant::may_have`]. What a member proves beside a password stands in [`second_factor`].

mod clearance;
mod grant;
mod login;
mod role;
pub mod second_factor;

pub use clearance::{Clearance, Reach, shown_to};
pub use grant::{Grant, may_be_given, may_have_role};
pub use login::is_login;
pub use role::{Permission, Role, RoleError, may, needs_a_word};
