//! The key by which Baken proves to a provider that it is Baken, and what it signs with it (`private_key_jwt`, RFC 7523, OpenID
//! Connect Core section 9). ES256, which the NL GOV profile has. The provider is given the public half by hand.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Seconds for which a proof counts.
const COUNTS_FOR: i64 = 60;

/// The key could not be made or used.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
#[error("the key by which Baken proves itself to the provider cannot be used")]
pub struct ClientKeyError;

/// A private key on the curve P-256, as it is kept: PKCS #8 in base 64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKey(String);

impl ClientKey {
    /// Makes one.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, ClientKeyError> {
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random).map_err(|_| ClientKeyError)?;
        Ok(Self(BASE64URL_NOPAD.encode(made.as_ref())))
    }

    /// The public half, as the provider is given it: a set of one key.
    pub fn public(&self) -> Result<Value, ClientKeyError> {
        Ok(json!({ "keys": [self.jwk()?] }))
    }

    /// What proves to the provider that it is Baken who asks, once and for a minute. Meant for the issuer: a provider that
    /// names another's address as its own gets nothing that could be used there.
    pub(super) fn assertion(
        &self,
        (client_id, issuer): (&str, &str),
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<String, ClientKeyError> {
        let now = now.timestamp();
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": issuer, "jti": id, "iat": now, "nbf": now, "exp": now + COUNTS_FOR,
        });
        let header = Header { kid: self.jwk()?.common.key_id, ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &self.key()?).map_err(|_| ClientKeyError)
    }

    fn jwk(&self) -> Result<Jwk, ClientKeyError> {
        let mut jwk = Jwk::from_encoding_key(&self.key()?, Algorithm::ES256).map_err(|_| ClientKeyError)?;
        jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| ClientKeyError)?);
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(jwk)
    }

    fn key(&self) -> Result<EncodingKey, ClientKeyError> {
        Ok(EncodingKey::from_ec_der(&BASE64URL_NOPAD.decode(self.0.as_bytes()).map_err(|_| ClientKeyError)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use jsonwebtoken::{DecodingKey, Validation, decode};
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn what_it_signs_is_for_this_provider_for_a_minute_and_is_checked_with_what_the_provider_was_given() {
        let key = ClientKey::generate(&SystemRandom::new()).unwrap();
        let public = key.public().unwrap();
        let jwk: Jwk = serde_json::from_value(public["keys"][0].clone()).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let signed = key.assertion(("baken", "https://in.example"), "een", now).unwrap();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.set_audience(&["https://in.example"]);
        let read = decode::<Value>(&signed, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).unwrap();
        assert_eq!(read.header.kid, jwk.common.key_id);
        let expected = json!({
            "iss": "baken", "sub": "baken", "aud": "https://in.example", "jti": "een",
            "iat": 1_800_000_000, "nbf": 1_800_000_000, "exp": 1_800_000_060,
        });
        assert_eq!(read.claims, expected);
        assert!(!public.to_string().contains("\"d\""), "the private half stays here");
    }
}
