//! One request through the front door, and what came back of it.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, ClientBuilder, Method, StatusCode, tls};
use url::Url;

use crate::http::routes::passage::Passage;

/// What bodies are said to be.
pub(super) const CONTENT_TYPE: &str = "application/octet-stream";
/// What `Upload-Offset` says.
pub(super) const UPLOAD_OFFSET: &str = "7";
/// A token nobody has: only whether it arrives is asked.
const TOKEN: &str = "Bearer doctor";
/// Bytes of an answer that will be read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Who asks.
pub(super) struct Visitor {
    client: Client,
    url: Url,
}

/// An answer.
pub(super) struct Visit {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Visit {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the backend says arrived, if it is the backend that answered.
    pub(super) fn arrived(&self) -> Option<Passage> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Visitor {
    pub(super) fn new(address: Url, local: bool, timeout: Duration) -> Result<Self, reqwest::Error> {
        Self::built(address, builder(local, timeout))
    }

    pub(super) fn with_tls_1_3(address: Url, local: bool, timeout: Duration) -> Result<Self, reqwest::Error> {
        Self::built(address, builder(local, timeout).tls_version_min(tls::Version::TLS_1_3))
    }

    fn built(mut address: Url, builder: ClientBuilder) -> Result<Self, reqwest::Error> {
        address.set_path("/v1/passage");
        Ok(Self { client: builder.build()?, url: address })
    }

    pub(super) async fn ask(&self, method: Method, body: &[u8]) -> Result<Visit, reqwest::Error> {
        let request = self.client.request(method.clone(), self.url.clone());
        let request = request.header(AUTHORIZATION, TOKEN).header("upload-offset", UPLOAD_OFFSET);
        let request = if [Method::GET, Method::HEAD, Method::DELETE].contains(&method) {
            request
        } else {
            request.header(reqwest::header::CONTENT_TYPE, CONTENT_TYPE).body(body.to_vec())
        };
        let mut response = request.send().await?;
        let (status, headers, mut body) = (response.status(), response.headers().clone(), Vec::new());
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER_BYTES {
                break;
            }
        }
        Ok(Visit { status, headers, body })
    }
}

fn builder(local: bool, timeout: Duration) -> ClientBuilder {
    let builder = Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none());
    if local { builder.no_proxy() } else { builder }
}

/// An error with everything below it, in one line.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}

/// What to do about an address that does not answer.
pub(super) fn cure(error: &reqwest::Error) -> &'static str {
    let words = causes(error);
    if words.contains("invalid peer certificate") {
        if words.contains("Expired") {
            "Renew the certificate, and see whether the clock of this machine is right."
        } else if words.contains("NotValidYet") {
            "See whether the clock of this machine is right."
        } else if words.contains("UnknownIssuer") {
            "Serve the whole chain of the certificate (fullchain.pem), from an authority that devices trust."
        } else {
            "Take a certificate for this very name, from an authority that devices trust."
        }
    } else if error.is_timeout() {
        "See whether a firewall drops what is sent to this address."
    } else {
        "See whether the name leads here and the proxy listens."
    }
}
