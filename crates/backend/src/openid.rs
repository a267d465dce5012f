//! The municipality's own sign-in, by OpenID Connect: the code flow with PKCE, as the NL GOV profile has it (ADR 59). What is
//! said to a provider, and what is believed of its answers. Nothing here knows of members: it answers which subject the
//! provider vouches for.
//!
//! The signatures of tokens are checked by `jsonwebtoken`; which token is believed stands in [`id_token`]. Deliberately absent:
//! access tokens, refreshing, and what a provider says of a person beside the one name that a member is bound to.

mod assertion;
mod client;
mod departure;
mod id_token;
mod keys;
mod metadata;
mod settings;
mod web;

pub use assertion::{ClientKey, ClientKeyError};
pub use client::{Client, ProviderError, Returned};
pub use departure::Departure;
pub use id_token::{Expected, NotBelieved, Vouched};
pub use keys::Keys;
pub use metadata::{Metadata, UnfitProvider};
pub use settings::{ClientProof, Provider, SettingsError};
pub use web::WebError;
