//! Each token here differs from one that is believed in one thing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;

use super::*;

const ISSUER: &str = "https://in.example";
const NOW: i64 = 1_800_000_000;

/// A key of the provider, and how it is listed.
struct Signer {
    key: EncodingKey,
    listed: Value,
}

impl Signer {
    fn of(key: EncodingKey, algorithm: Algorithm, name: &str) -> Self {
        let mut listed = serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).unwrap()).unwrap();
        listed["kid"] = name.into();
        Self { key, listed }
    }

    fn on_the_curve(name: &str) -> Self {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        Self::of(EncodingKey::from_ec_der(made.as_ref()), Algorithm::ES256, name)
    }

    fn rsa(name: &str) -> Self {
        use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
        let made = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let whole = AsDer::<Pkcs8V1Der<'_>>::as_der(&made).unwrap();
        // The library reads PKCS #1, which is the last part of PKCS #8: after a header of 26 bytes.
        let mut signer = Self::of(EncodingKey::from_rsa_der(&whole.as_ref()[26..]), Algorithm::RS256, name);
        signer.listed.as_object_mut().unwrap().remove("alg");
        signer
    }

    fn signs(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.key).unwrap()
    }
}

fn keys(listed: &[&Value]) -> Keys {
    Keys::read(json!({ "keys": listed }).to_string().as_bytes()).unwrap()
}

fn named(algorithm: Algorithm, name: &str) -> Header {
    Header { kid: Some(name.to_owned()), ..Header::new(algorithm) }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "baken", "sub": "248289761001", "nonce": "die ene", "exp": NOW + 300, "iat": NOW - 2,
        "acr": "hoog", "amr": ["pwd", "otp"], "email": "iemand@velsen.example",
    })
}

fn expected() -> Expected<'static> {
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    Expected { issuer: ISSUER, client_id: "baken", nonce: "die ene", claim: "sub", now }
}

fn with(change: impl FnOnce(&mut Value)) -> Result<Vouched, NotBelieved> {
    let signer = Signer::on_the_curve("een");
    let mut claims = claims();
    change(&mut claims);
    expected().verify(&signer.signs(&named(Algorithm::ES256, "een"), &claims), &keys(&[&signer.listed]))
}

#[test]
fn a_token_that_is_right_names_somebody_however_it_is_signed() {
    let (curve, rsa) = (Signer::on_the_curve("een"), Signer::rsa("twee"));
    let keys = keys(&[&json!({ "kty": "onbekend" }), &curve.listed, &json!(7), &rsa.listed]);
    let found =
        Vouched { subject: "248289761001".into(), acr: Some("hoog".into()), amr: vec!["pwd".into(), "otp".into()] };
    for token in [
        curve.signs(&named(Algorithm::ES256, "een"), &claims()),
        rsa.signs(&named(Algorithm::RS256, "twee"), &claims()),
        rsa.signs(&named(Algorithm::PS256, "twee"), &claims()),
        // The only one of its kind.
        curve.signs(&Header::new(Algorithm::ES256), &claims()),
    ] {
        assert_eq!(expected().verify(&token, &keys), Ok(found.clone()));
    }
    let by_address = Expected { claim: "email", ..expected() };
    let token = curve.signs(&named(Algorithm::ES256, "een"), &claims());
    assert_eq!(by_address.verify(&token, &keys).unwrap().subject, "iemand@velsen.example");
    assert_eq!(with(|it| it["aud"] = json!(["baken"])), Ok(found.clone()));
    assert_eq!(with(|it| it["azp"] = "baken".into()), Ok(found));
}

#[test]
fn what_is_not_signed_in_a_way_that_is_taken_is_not_believed() {
    let (signer, rsa) = (Signer::on_the_curve("een"), Signer::rsa("twee"));
    let keys = keys(&[&signer.listed, &rsa.listed]);
    let verify = |token: &str| expected().verify(token, &keys);
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    for none in ["none", "None", "NONE", "nOnE"] {
        let head = part(&json!({ "alg": none, "kid": "een" }));
        assert_eq!(verify(&format!("{head}.{}.", part(&claims()))), Err(NotBelieved::Unreadable), "{none}");
    }
    // What everybody knows of a key, used as a secret that both have.
    let modulus = BASE64URL_NOPAD.decode(rsa.listed["n"].as_str().unwrap().as_bytes()).unwrap();
    for secret in [modulus, rsa.listed.to_string().into_bytes()] {
        let forged = encode(&named(Algorithm::HS256, "twee"), &claims(), &EncodingKey::from_secret(&secret)).unwrap();
        assert_eq!(verify(&forged), Err(NotBelieved::Algorithm));
    }
    assert_eq!(verify(&rsa.signs(&named(Algorithm::RS512, "twee"), &claims())), Err(NotBelieved::Algorithm));
    let critical = Header { crit: Some(vec!["b64".to_owned()]), ..named(Algorithm::ES256, "een") };
    assert_eq!(verify(&signer.signs(&critical, &claims())), Err(NotBelieved::Algorithm));
    for text in ["", "a.b", "a.b.c", "....", "{}"] {
        assert_eq!(verify(text), Err(NotBelieved::Unreadable), "{text}");
    }
}

#[test]
fn only_a_key_that_the_provider_lists_for_signing_counts() {
    let (signer, other, rsa) = (Signer::on_the_curve("een"), Signer::on_the_curve("een"), Signer::rsa("twee"));
    let token = signer.signs(&named(Algorithm::ES256, "een"), &claims());
    let verify = |listed: &[&Value]| expected().verify(&token, &keys(listed));
    assert!(verify(&[&signer.listed]).is_ok());
    assert_eq!(verify(&[]), Err(NotBelieved::UnknownKey));
    assert_eq!(verify(&[&other.listed]), Err(NotBelieved::Signature), "another key under its name");
    let changed = |field: &str, value: Value| {
        let mut listed = signer.listed.clone();
        listed[field] = value;
        verify(&[&listed])
    };
    assert_eq!(changed("kid", "ander".into()), Err(NotBelieved::UnknownKey));
    assert_eq!(changed("use", "enc".into()), Err(NotBelieved::UnknownKey));
    assert_eq!(changed("alg", "RS256".into()), Err(NotBelieved::UnknownKey));
    assert_eq!(changed("crv", "P-384".into()), Err(NotBelieved::UnknownKey));
    let nameless = signer.signs(&Header::new(Algorithm::ES256), &claims());
    let two = keys(&[&signer.listed, &Signer::on_the_curve("drie").listed]);
    assert_eq!(expected().verify(&nameless, &two), Err(NotBelieved::UnknownKey), "nobody says which");
    // A key that the token brings along is not looked at.
    let brought: Jwk = serde_json::from_value(other.listed.clone()).unwrap();
    let brings = Header { jwk: Some(brought), ..named(Algorithm::ES256, "een") };
    assert_eq!(
        expected().verify(&other.signs(&brings, &claims()), &keys(&[&signer.listed])),
        Err(NotBelieved::Signature)
    );
    // One that says RSA and was signed on the curve.
    let mixed = other.signs(&named(Algorithm::ES256, "twee"), &claims());
    assert_eq!(expected().verify(&mixed, &keys(&[&rsa.listed])), Err(NotBelieved::UnknownKey));
    let mut altered: Vec<_> = token.split('.').map(str::to_owned).collect();
    altered[1] = BASE64URL_NOPAD.encode(claims().to_string().replace("248289761001", "248289761002").as_bytes());
    assert_eq!(expected().verify(&altered.join("."), &keys(&[&signer.listed])), Err(NotBelieved::Signature));
    assert!(DecodingKey::from_jwk(&serde_json::from_value(signer.listed).unwrap()).is_ok());
}

#[test]
fn a_token_is_of_this_provider_for_baken_alone_and_in_answer_to_this() {
    for issuer in ["https://in.example/", "https://elders.example", ""] {
        assert_eq!(with(|it| it["iss"] = issuer.into()), Err(NotBelieved::Issuer), "{issuer}");
    }
    for audience in [json!("ander"), json!([]), json!(["ander"]), json!(["baken", "ander"]), json!("")] {
        assert_eq!(with(|it| it["aud"] = audience.clone()), Err(NotBelieved::Audience), "{audience}");
    }
    assert_eq!(with(|it| it["azp"] = "ander".into()), Err(NotBelieved::Party));
    assert_eq!(with(|it| it["nonce"] = "een andere".into()), Err(NotBelieved::Nonce));
    assert_eq!(with(|it| it["nonce"] = Value::Null), Err(NotBelieved::Nonce));
    for missing in ["iss", "aud", "exp", "iat"] {
        assert_eq!(with(|it| it[missing] = Value::Null), Err(NotBelieved::Unreadable), "{missing}");
    }
}

#[test]
fn a_token_is_of_now() {
    assert_eq!(with(|it| it["exp"] = json!(NOW - 60)), Err(NotBelieved::Expired));
    assert!(with(|it| it["exp"] = json!(NOW - 59)).is_ok(), "their clock is a minute behind");
    for field in ["iat", "nbf"] {
        assert_eq!(with(|it| it[field] = json!(NOW + 61)), Err(NotBelieved::TooEarly), "{field}");
        assert!(with(|it| it[field] = json!(NOW + 60)).is_ok(), "{field}");
    }
    assert_eq!(with(|it| it["iat"] = json!(NOW - 601)), Err(NotBelieved::TooOld));
    assert!(with(|it| it["iat"] = json!(NOW - 600)).is_ok());
    assert_eq!(with(|it| it["exp"] = json!(i64::MIN)), Err(NotBelieved::Expired));
    assert_eq!(with(|it| it["iat"] = json!(i64::MIN)), Err(NotBelieved::TooOld));
    assert!(with(|it| it["exp"] = json!(i64::MAX)).is_ok());
}

#[test]
fn whoever_is_named_has_a_name() {
    for name in [json!(null), json!(""), json!(7), json!("regel\n"), json!("x".repeat(256))] {
        assert_eq!(with(|it| it["sub"] = name.clone()), Err(NotBelieved::Subject), "{name}");
    }
}
