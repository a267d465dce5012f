//! Somebody goes to the provider: what must come back with them, and the address they go to (OpenID Connect Core section
//! 3.1.2.1; PKCE is RFC 7636, with S256).

use baken_protocol::digest::Digest;
use data_encoding::BASE64URL_NOPAD;
use url::Url;

use super::metadata::Metadata;
use super::settings::Provider;
use crate::environment::{Environment, NoRandomness};

/// What is kept of somebody who goes to the provider. All of it is random, and none of it was shown before.
#[derive(Clone)]
pub struct Departure {
    /// Comes back with them.
    pub state: String,
    /// Stands in the token.
    pub nonce: String,
    /// Shown when the code is turned in; the provider saw its hash.
    pub verifier: String,
}

impl Departure {
    /// Of fresh random bytes.
    pub fn fresh(environment: &Environment) -> Result<Self, NoRandomness> {
        let secret = || environment.random::<32>().map(|bytes| BASE64URL_NOPAD.encode(&bytes));
        Ok(Self { state: secret()?, nonce: secret()?, verifier: secret()? })
    }

    /// Where the browser goes.
    pub fn address(&self, provider: &Provider, known: &Metadata, return_to: &str) -> Url {
        let challenge = BASE64URL_NOPAD.encode(Digest::of(self.verifier.as_bytes()).as_bytes());
        let mut address = known.authorization_endpoint.clone();
        {
            let mut query = address.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &provider.client_id)
                .append_pair("redirect_uri", return_to)
                .append_pair("scope", &provider.scope())
                .append_pair("state", &self.state)
                .append_pair("nonce", &self.nonce)
                .append_pair("code_challenge", &challenge)
                .append_pair("code_challenge_method", "S256");
            if !provider.acr.is_empty() {
                query.append_pair("acr_values", &provider.acr.join(" "));
            }
        }
        address
    }
}
