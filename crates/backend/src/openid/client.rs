//! Asking a provider: what it says of itself and its keys, which are kept for an hour, and whom it vouches for.
//!
//! One question is under way at a time, and after one that failed nobody asks again for ten seconds: a provider that is slow or
//! gone costs a few seconds, not one of everybody's. A key that is not known is asked for once a minute at most, whoever brings
//! tokens that name one.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::ACCEPT;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::assertion::ClientKeyError;
use super::departure::Departure;
use super::id_token::{Expected, NotBelieved, Vouched};
use super::keys::Keys;
use super::metadata::{Metadata, UnfitProvider};
use super::settings::{ClientProof, Provider};
use super::web::{self, WebError};
use crate::environment::Environment;

/// How long a provider has for one answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long what a provider said is held.
const HELD: TimeDelta = TimeDelta::hours(1);
/// How soon an unknown key is asked for again.
const KEYS_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How soon a provider that failed is asked again.
const FAILED_AGAIN: TimeDelta = TimeDelta::seconds(10);
/// Characters of a provider's own code for a refusal that are written down.
const CODE_CHARS: usize = 40;

/// Why a provider vouched for nobody.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum ProviderError {
    /// It gave no answer.
    #[error("the provider: {0}")]
    Web(#[from] WebError),
    /// It cannot be used.
    #[error(transparent)]
    Unfit(#[from] UnfitProvider),
    /// Its keys cannot be read.
    #[error("the provider's keys cannot be read")]
    Keys,
    /// It gives nothing for the code.
    #[error("the provider gives nothing for the code: {0}")]
    Refused(String),
    /// Another provider's answer came back.
    #[error("the answer names another provider")]
    MixUp,
    /// Its token is not believed.
    #[error("the provider's token is not believed: {0}")]
    NotBelieved(#[from] NotBelieved),
    /// Baken's own key is not to be used.
    #[error(transparent)]
    Key(#[from] ClientKeyError),
}

/// With what somebody came back from the provider.
#[derive(Debug, Clone, Copy)]
pub struct Returned<'a> {
    /// To be turned in.
    pub code: &'a str,
    /// Who says it is (RFC 9207), where it was said.
    pub issuer: Option<&'a str>,
}

/// What is known of a provider.
#[derive(Clone)]
struct Held {
    issuer: String,
    since: DateTime<Utc>,
    metadata: Metadata,
    keys: Keys,
    keys_since: DateTime<Utc>,
}

#[derive(Default)]
struct Known {
    held: Option<Held>,
    failed: Option<(String, DateTime<Utc>, ProviderError)>,
}

/// Asks providers, and keeps what they say of themselves.
pub struct Client {
    known: Mutex<Known>,
    patience: Duration,
}

impl Default for Client {
    fn default() -> Self {
        Self::with_patience(PATIENCE)
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Client {
    /// One that waits so long for an answer.
    pub fn with_patience(patience: Duration) -> Self {
        Self { known: Mutex::default(), patience }
    }

    /// What `provider` says of itself.
    pub async fn metadata(&self, provider: &Provider, now: DateTime<Utc>) -> Result<Metadata, ProviderError> {
        Ok(self.held(provider, now).await?.metadata)
    }

    /// Turns in a code: whom the provider vouches for, in answer to `departure`.
    pub async fn turn_in(
        &self,
        (provider, return_to): (&Provider, &str),
        departure: &Departure,
        returned: Returned<'_>,
        environment: &Environment,
    ) -> Result<Vouched, ProviderError> {
        let held = self.held(provider, environment.clock.now()).await?;
        let says_who = held.metadata.authorization_response_iss_parameter_supported;
        // A code of another is not shown to this one, nor the other way round (RFC 9207 section 2.4).
        match returned.issuer {
            Some(issuer) if issuer == provider.issuer => {}
            None if !says_who => {}
            Some(_) | None => return Err(ProviderError::MixUp),
        }
        let token =
            self.ask_token((provider, return_to), &held.metadata, departure, returned.code, environment).await?;
        let now = environment.clock.now();
        let expected = Expected {
            issuer: &provider.issuer,
            client_id: &provider.client_id,
            nonce: &departure.nonce,
            claim: &provider.claim,
            now,
        };
        match expected.verify(&token, &held.keys) {
            Err(NotBelieved::UnknownKey) => Ok(expected.verify(&token, &self.newer_keys(provider, now).await?)?),
            verified => Ok(verified?),
        }
    }

    async fn held(&self, provider: &Provider, now: DateTime<Utc>) -> Result<Held, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some(held) =
            known.held.as_ref().filter(|it| it.issuer == provider.issuer && is_within(it.since, now, HELD))
        {
            return Ok(held.clone());
        }
        if let Some((_, _, error)) = known
            .failed
            .as_ref()
            .filter(|(issuer, at, _)| *issuer == provider.issuer && is_within(*at, now, FAILED_AGAIN))
        {
            return Err(error.clone());
        }
        match self.ask(provider, now).await {
            Ok(held) => {
                known.held = Some(held.clone());
                Ok(held)
            }
            Err(error) => {
                known.failed = Some((provider.issuer.clone(), now, error.clone()));
                Err(error)
            }
        }
    }

    /// The keys as they are now, where they were not asked for just before.
    async fn newer_keys(&self, provider: &Provider, now: DateTime<Utc>) -> Result<Keys, ProviderError> {
        let mut known = self.known.lock().await;
        let Some(held) = known.held.as_mut().filter(|it| it.issuer == provider.issuer) else {
            return Ok(Keys::default());
        };
        if !is_within(held.keys_since, now, KEYS_AGAIN) {
            held.keys_since = now;
            held.keys = self.ask_keys(provider, &held.metadata.jwks_uri).await?;
        }
        Ok(held.keys.clone())
    }

    fn web(&self, provider: &Provider) -> Result<reqwest::Client, WebError> {
        web::client(provider.is_here(), self.patience).map_err(|_| WebError::Unreachable)
    }

    async fn ask(&self, provider: &Provider, now: DateTime<Utc>) -> Result<Held, ProviderError> {
        let address = Metadata::address(&provider.issuer).ok_or(UnfitProvider::Issuer)?;
        let said = web::document(self.web(provider)?.get(address).header(ACCEPT, "application/json")).await?;
        let metadata = Metadata::read(&said, provider)?;
        let keys = self.ask_keys(provider, &metadata.jwks_uri).await?;
        Ok(Held { issuer: provider.issuer.clone(), since: now, metadata, keys, keys_since: now })
    }

    async fn ask_keys(&self, provider: &Provider, address: &Url) -> Result<Keys, ProviderError> {
        let listed = web::document(self.web(provider)?.get(address.clone()).header(ACCEPT, "application/json")).await?;
        Keys::read(&listed).ok_or(ProviderError::Keys)
    }

    /// The token that a code is turned in for (OpenID Connect Core section 3.1.3).
    async fn ask_token(
        &self,
        (provider, return_to): (&Provider, &str),
        known: &Metadata,
        departure: &Departure,
        code: &str,
        environment: &Environment,
    ) -> Result<String, ProviderError> {
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", return_to.to_owned()),
            ("code_verifier", departure.verifier.clone()),
            ("client_id", provider.client_id.clone()),
        ];
        let request = self.web(provider)?.post(known.token_endpoint.clone()).header(ACCEPT, "application/json");
        let request = match &provider.proof {
            ClientProof::PrivateKey(key) => {
                let (id, now) = (environment.uuid().to_string(), environment.clock.now());
                let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                form.push(("client_assertion_type", kind.to_owned()));
                form.push(("client_assertion", key.assertion((&provider.client_id, &provider.issuer), &id, now)?));
                request
            }
            // Each is written as in a form before the two are joined (RFC 6749 section 2.3.1).
            ClientProof::Secret(secret) => request.basic_auth(encoded(&provider.client_id), Some(encoded(secret))),
        };
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let (status, body) = web::answer(request).await?;
        if status.is_success() {
            return Ok(serde_json::from_slice::<Tokens>(&body).map_err(|_| NotBelieved::Unreadable)?.id_token);
        }
        match serde_json::from_slice::<Refusal>(&body) {
            // A word of another's goes no further than it must.
            Ok(Refusal { error }) => {
                Err(ProviderError::Refused(error.chars().filter(char::is_ascii_graphic).take(CODE_CHARS).collect()))
            }
            Err(_) => Err(WebError::Status(status.as_u16()).into()),
        }
    }
}

/// Whether it is no longer ago than that. A clock that was set back makes nothing last.
fn is_within(since: DateTime<Utc>, now: DateTime<Utc>, long: TimeDelta) -> bool {
    (TimeDelta::zero()..long).contains(&(now - since))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
