//! How Baken is known to a provider, and what it takes from it, as an operator set it.

use baken_protocol::this_machine::is_this_machine;
use serde::{Deserialize, Serialize};
use url::Url;

use super::assertion::ClientKey;

/// Characters of a name that a provider gave Baken, or of a claim.
const NAME_CHARS: usize = 255;

/// A provider, and how Baken is known to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provider {
    /// What it calls itself: its address, to the letter.
    pub issuer: String,
    /// What Baken is called there.
    pub client_id: String,
    /// How Baken proves to be that.
    pub proof: ClientProof,
    /// The claim that names a member, `sub` unless it was set.
    pub claim: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Values of `acr` that stand for a second factor.
    pub acr: Vec<String>,
    /// Values of `amr` that stand for a second factor.
    pub amr: Vec<String>,
    /// Whether a password opens nothing any more.
    pub only: bool,
}

/// How Baken proves to a provider that it is Baken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ClientProof {
    /// By what it signs (`private_key_jwt`), which is what the NL GOV profile asks.
    PrivateKey(ClientKey),
    /// By a secret that both know (`client_secret_basic`).
    Secret(String),
}

/// Why a provider is not set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// No address of a provider.
    #[error(
        "the issuer must be an https address without query or fragment, written as the provider writes it (http on this machine alone)"
    )]
    Issuer,
    /// A name that cannot be one.
    #[error("the client's name, the claim and the scopes are words without spaces, of at most 255 characters")]
    Name,
}

impl Provider {
    /// Refuses what cannot work.
    pub fn check(&self) -> Result<(), SettingsError> {
        let issuer = Url::parse(&self.issuer).map_err(|_| SettingsError::Issuer)?;
        if !is_fit(&issuer, true) || issuer.query().is_some() || issuer.fragment().is_some() {
            return Err(SettingsError::Issuer);
        }
        let names = [&self.client_id, &self.claim].into_iter().chain(&self.scopes);
        let fits = |name: &String| {
            !name.is_empty() && name.len() <= NAME_CHARS && name.chars().all(|it| it.is_ascii_graphic())
        };
        if names.into_iter().all(fits) { Ok(()) } else { Err(SettingsError::Name) }
    }

    /// Whether it is on this machine, as for a trial; then all it names may be.
    pub(super) fn is_here(&self) -> bool {
        Url::parse(&self.issuer).is_ok_and(|issuer| is_this_machine(&issuer))
    }

    /// What is asked for.
    pub(super) fn scope(&self) -> String {
        let mut scope = "openid".to_owned();
        for more in self.scopes.iter().filter(|it| *it != "openid") {
            scope.push(' ');
            scope.push_str(more);
        }
        scope
    }
}

/// Whether something may be asked there: encrypted, or where that is allowed in clear on this machine.
pub(super) fn is_fit(address: &Url, may_be_here: bool) -> bool {
    let encrypted = address.scheme() == "https" && address.host_str().is_some();
    let here = may_be_here && address.scheme() == "http" && is_this_machine(address);
    (encrypted || here) && address.username().is_empty() && address.password().is_none()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn provider(issuer: &str, client_id: &str, scopes: &[&str]) -> Provider {
        Provider {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            proof: ClientProof::Secret("geheim".to_owned()),
            claim: "sub".to_owned(),
            scopes: scopes.iter().map(|it| (*it).to_owned()).collect(),
            acr: Vec::new(),
            amr: Vec::new(),
            only: false,
        }
    }

    #[test]
    fn a_provider_is_an_encrypted_address_and_its_names_are_words() {
        for issuer in ["https://in.example", "https://in.example/realms/x", "http://127.0.0.1:9000", "http://localhost"]
        {
            assert_eq!(provider(issuer, "baken", &["profile"]).check(), Ok(()), "{issuer}");
        }
        for issuer in
            ["", "in.example", "http://in.example", "https://in.example?x", "https://in.example#x", "file:///x"]
        {
            assert_eq!(provider(issuer, "baken", &[]).check(), Err(SettingsError::Issuer), "{issuer}");
        }
        assert_eq!(provider("https://een@in.example", "baken", &[]).check(), Err(SettingsError::Issuer));
        for name in ["", "twee woorden", "regel\n", "é"] {
            assert_eq!(provider("https://in.example", name, &[]).check(), Err(SettingsError::Name), "{name}");
            assert_eq!(provider("https://in.example", "baken", &[name]).check(), Err(SettingsError::Name), "{name}");
        }
    }

    #[test]
    fn only_a_provider_on_this_machine_is_asked_in_clear() {
        let at = |address: &str| Url::parse(address).unwrap();
        assert!(is_fit(&at("http://127.0.0.1:1/jwks"), true) && !is_fit(&at("http://127.0.0.1:1/jwks"), false));
        assert!(is_fit(&at("https://keys.example"), false) && !is_fit(&at("http://keys.example"), true));
    }
}
