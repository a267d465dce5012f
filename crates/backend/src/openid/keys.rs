//! The public keys of a provider (RFC 7517). Of those that cannot be read, or are of a kind that no token here is signed by,
//! nothing is said: a provider may have them for others.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// How many keys of a provider are looked at.
const MOST_KEYS: usize = 64;

/// The keys by which a provider signs.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<Jwk>);

#[derive(Deserialize)]
struct Listed {
    keys: Vec<Value>,
}

impl Keys {
    /// Those of a list; nothing where it is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let Listed { keys } = serde_json::from_slice(bytes).ok()?;
        Some(Self(keys.into_iter().take(MOST_KEYS).filter_map(|key| serde_json::from_value(key).ok()).collect()))
    }

    /// The one that signs in this way under that name. A token that names none has one only where there is no other.
    pub(super) fn signing(&self, algorithm: Algorithm, name: Option<&str>) -> Option<DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| signs(key, algorithm));
        let found = match name {
            Some(name) => fitting.find(|key| key.common.key_id.as_deref() == Some(name)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        };
        DecodingKey::from_jwk(found?).ok()
    }
}

fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    // A key that both sides have is none of these.
    let of_the_kind = if let AlgorithmParameters::EllipticCurve(curve) = &key.algorithm {
        curve.curve == EllipticCurve::P256 && algorithm == Algorithm::ES256
    } else {
        matches!(key.algorithm, AlgorithmParameters::RSA(_)) && matches!(algorithm, Algorithm::RS256 | Algorithm::PS256)
    };
    let for_signing = key.common.public_key_use.as_ref().is_none_or(|it| *it == PublicKeyUse::Signature);
    let this_way = key.common.key_algorithm.is_none_or(|it| it == algorithm.into());
    of_the_kind && for_signing && this_way
}
