//! Whether a provider's token is believed (OpenID Connect Core section 3.1.3.7), and whom it names.
//!
//! Signed by a key of the provider with RS256, PS256 or ES256, which are those of the NL GOV profile; said by it, to Baken, to
//! nobody else, in answer to this very departure, and just now. The header of a token chooses nothing but one of these: a key
//! or an address that it brings along is not looked at.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use super::keys::Keys;

/// In what a token may be signed.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];
/// By so many seconds the provider's clock may be off.
const LEEWAY: i64 = 60;
/// A token that was made longer ago was not made for this.
const OLDEST: i64 = 600;
/// Characters of a name that a provider has for somebody (OpenID Connect Core section 2).
const NAME_CHARS: usize = 255;

/// What a token must be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Whose.
    pub issuer: &'a str,
    /// For whom: Baken's name there.
    pub client_id: &'a str,
    /// In answer to what.
    pub nonce: &'a str,
    /// Which claim names a member.
    pub claim: &'a str,
    /// When it is looked at.
    pub now: DateTime<Utc>,
}

/// Whom a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// By the name that the claim has.
    pub subject: String,
    /// How surely, as the provider calls it.
    pub acr: Option<String>,
    /// By what means, as the provider calls them.
    pub amr: Vec<String>,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum NotBelieved {
    /// It is none.
    #[error("no token that can be read")]
    Unreadable,
    /// Signed in a way that is not taken, or not at all.
    #[error("signed in a way that is not taken")]
    Algorithm,
    /// By a key that the provider does not list.
    #[error("signed by a key that the provider does not list")]
    UnknownKey,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// Another provider's.
    #[error("another issuer's")]
    Issuer,
    /// Not for Baken, or for others too.
    #[error("for another audience")]
    Audience,
    /// Given to another.
    #[error("given to another party")]
    Party,
    /// In answer to something else.
    #[error("another nonce")]
    Nonce,
    /// Over.
    #[error("expired")]
    Expired,
    /// Not yet.
    #[error("of a time to come")]
    TooEarly,
    /// Made long ago.
    #[error("issued too long ago")]
    TooOld,
    /// It names nobody.
    #[error("the claim that names a member is missing or no name")]
    Subject,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: OneOrMany,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

impl Expected<'_> {
    /// Whom `token` names, if it is believed.
    pub fn verify(&self, token: &str, keys: &Keys) -> Result<Vouched, NotBelieved> {
        let header = decode_header(token).map_err(|_| NotBelieved::Unreadable)?;
        // What must be understood and is not here (RFC 7515 section 4.1.11).
        if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
            return Err(NotBelieved::Algorithm);
        }
        let key = keys.signing(header.alg, header.kid.as_deref()).ok_or(NotBelieved::UnknownKey)?;
        let mut validation = Validation::new(header.alg);
        // Signature alone: the library would ask the machine's own clock.
        validation.required_spec_claims.clear();
        (validation.validate_exp, validation.validate_aud) = (false, false);
        // Read after the signature: before it, anybody could have written anything.
        let value: Value = decode(token, &key, &validation).map_err(|_| NotBelieved::Signature)?.claims;
        let claims: Claims = serde_json::from_value(value).map_err(|_| NotBelieved::Unreadable)?;
        self.of_this_answer(&claims)?;
        self.of_now(&claims)?;
        let subject = claims.more.get(self.claim).and_then(Value::as_str).filter(|name| is_name(name));
        let subject = subject.ok_or(NotBelieved::Subject)?.to_owned();
        Ok(Vouched { subject, acr: claims.acr, amr: claims.amr })
    }

    fn of_this_answer(&self, claims: &Claims) -> Result<(), NotBelieved> {
        if claims.iss != self.issuer {
            return Err(NotBelieved::Issuer);
        }
        let alone = match &claims.aud {
            OneOrMany::One(one) => one == self.client_id,
            // Others who may read it could bring it here.
            OneOrMany::Many(many) => !many.is_empty() && many.iter().all(|it| it == self.client_id),
        };
        if !alone {
            return Err(NotBelieved::Audience);
        }
        if claims.azp.as_deref().is_some_and(|party| party != self.client_id) {
            return Err(NotBelieved::Party);
        }
        if claims.nonce.as_deref() == Some(self.nonce) { Ok(()) } else { Err(NotBelieved::Nonce) }
    }

    fn of_now(&self, claims: &Claims) -> Result<(), NotBelieved> {
        let now = self.now.timestamp();
        if claims.exp.saturating_add(LEEWAY) <= now {
            return Err(NotBelieved::Expired);
        }
        if claims.iat.max(claims.nbf.unwrap_or(i64::MIN)) > now.saturating_add(LEEWAY) {
            return Err(NotBelieved::TooEarly);
        }
        if now.saturating_sub(claims.iat) > OLDEST { Err(NotBelieved::TooOld) } else { Ok(()) }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= NAME_CHARS && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
