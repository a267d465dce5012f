//! What a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414): where it is asked, and whether it can do what is
//! needed.

use serde::Deserialize;
use url::Url;

use super::settings::{Provider, is_fit};

/// Where a provider says it all.
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Why a provider cannot be used.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum UnfitProvider {
    /// What it says of itself cannot be read.
    #[error("what the provider says of itself cannot be read")]
    Unreadable,
    /// It calls itself otherwise.
    #[error(
        "the provider calls itself by another issuer than was set; set it as the provider writes it, to the letter"
    )]
    Issuer,
    /// It names an address that is not encrypted.
    #[error("the provider names an address that is not https")]
    Address,
    /// It does not answer with a code.
    #[error("the provider does not offer the code flow")]
    Flow,
    /// It knows no PKCE with S256.
    #[error("the provider does not offer PKCE with S256, which the NL GOV profile demands")]
    Pkce,
}

/// What is kept of what a provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    issuer: String,
    /// Where browsers go.
    pub authorization_endpoint: Url,
    /// Where a code is turned in.
    pub token_endpoint: Url,
    /// Where its keys are.
    pub jwks_uri: Url,
    /// Where browsers go to sign out, if there is such a place.
    pub end_session_endpoint: Option<Url>,
    /// Whether it says on every return who it is (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    response_types_supported: Vec<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl Metadata {
    /// Where `issuer` says it all.
    pub(super) fn address(issuer: &str) -> Option<Url> {
        Url::parse(&format!("{}{WELL_KNOWN}", issuer.strip_suffix('/').unwrap_or(issuer))).ok()
    }

    /// What `provider` said of itself, if it can be used.
    pub fn read(bytes: &[u8], provider: &Provider) -> Result<Self, UnfitProvider> {
        let said: Self = serde_json::from_slice(bytes).map_err(|_| UnfitProvider::Unreadable)?;
        // Whoever has another's document here would sign their members in as ours (the mix-up of RFC 8414 section 3.3).
        if said.issuer != provider.issuer {
            return Err(UnfitProvider::Issuer);
        }
        let places = [&said.authorization_endpoint, &said.token_endpoint, &said.jwks_uri];
        if !places.into_iter().chain(&said.end_session_endpoint).all(|place| is_fit(place, provider.is_here())) {
            return Err(UnfitProvider::Address);
        }
        if !said.response_types_supported.iter().any(|it| it == "code") {
            return Err(UnfitProvider::Flow);
        }
        // One that does not say may know it; it then refuses whoever needs it no code.
        match &said.code_challenge_methods_supported {
            Some(known) if !known.iter().any(|it| it == "S256") => Err(UnfitProvider::Pkce),
            Some(_) | None => Ok(said),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use serde_json::{Value, json};

    use super::super::settings::ClientProof;
    use super::*;

    fn provider() -> Provider {
        Provider {
            issuer: "https://in.example/velsen".to_owned(),
            client_id: "baken".to_owned(),
            proof: ClientProof::Secret("geheim".to_owned()),
            claim: "sub".to_owned(),
            scopes: Vec::new(),
            acr: Vec::new(),
            amr: Vec::new(),
            only: false,
        }
    }

    fn said(change: impl FnOnce(&mut Value)) -> Result<Metadata, UnfitProvider> {
        let mut said = json!({
            "issuer": "https://in.example/velsen",
            "authorization_endpoint": "https://in.example/velsen/auth?kind=x",
            "token_endpoint": "https://in.example/velsen/token",
            "jwks_uri": "https://keys.example/velsen",
            "end_session_endpoint": "https://in.example/velsen/end",
            "response_types_supported": ["code", "id_token"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "more": "than is known",
        });
        change(&mut said);
        Metadata::read(said.to_string().as_bytes(), &provider())
    }

    #[test]
    fn a_provider_that_cannot_do_what_is_needed_is_not_used() {
        assert!(said(|_| {}).is_ok());
        assert!(said(|it| it["code_challenge_methods_supported"] = Value::Null).is_ok(), "not said is not denied");
        assert_eq!(said(|it| it["token_endpoint"] = Value::Null), Err(UnfitProvider::Unreadable));
        assert_eq!(Metadata::read(b"<html>", &provider()), Err(UnfitProvider::Unreadable));
        for other in ["https://in.example/velsen/", "https://in.example", "https://IN.example/velsen"] {
            assert_eq!(said(|it| it["issuer"] = other.into()), Err(UnfitProvider::Issuer), "{other}");
        }
        for place in ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"] {
            for address in ["http://in.example/x", "http://127.0.0.1/x", "file:///etc/passwd"] {
                assert_eq!(said(|it| it[place] = address.into()), Err(UnfitProvider::Address), "{place} {address}");
            }
        }
        assert_eq!(said(|it| it["response_types_supported"] = json!(["id_token"])), Err(UnfitProvider::Flow));
        assert_eq!(said(|it| it["code_challenge_methods_supported"] = json!(["plain"])), Err(UnfitProvider::Pkce));
    }

    #[test]
    fn it_says_so_below_its_own_address() {
        let expected = "https://in.example/velsen/.well-known/openid-configuration";
        for issuer in ["https://in.example/velsen", "https://in.example/velsen/"] {
            assert_eq!(Metadata::address(issuer).unwrap().as_str(), expected);
        }
    }
}
