//! The network: HTTPS by reqwest with rustls, no redirects, no proxy of its own choosing, bounded answers.

use std::time::Duration;

use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{ChainId, OperationId, RecordId};
use baken_protocol::refusal::RefusalCode;
use baken_protocol::wire;
use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, DATE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::device::BackendAccess;
use crate::failure::Failure;
use crate::store::Store;
use crate::transport::{PushAnswer, Transport, TransportError};

/// Bytes of an answer that will be read.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A connection to one backend.
pub struct HttpTransport {
    client: Client,
    backend: Option<BackendAccess>,
}

/// A problem as the backend answers it (RFC 9457), as far as it is used here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    expected_seq: Option<u64>,
}

impl HttpTransport {
    /// For enrolling: no backend is known yet.
    pub fn anonymous() -> Result<Self, TransportError> {
        Ok(Self { client: client()?, backend: None })
    }

    /// For the backend the store is enrolled at.
    pub fn for_store(store: &Store) -> Result<Self, Failure> {
        Ok(Self { client: client()?, backend: Some(store.backend()?) })
    }

    /// For a backend, as this device.
    pub(super) fn to(backend: BackendAccess) -> Result<Self, TransportError> {
        Ok(Self { client: client()?, backend: Some(backend) })
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, TransportError> {
        let BackendAccess { address, token, .. } = self.backend.as_ref().ok_or(TransportError::Network)?;
        let url = address.join(path).map_err(|_| TransportError::Network)?;
        Ok(self.client.request(method, url).bearer_auth(token.as_str()))
    }

    /// A chain is named by the device that writes it.
    fn of_chain(&self, method: Method, chain: ChainId, rest: &str) -> Result<RequestBuilder, TransportError> {
        let device = self.backend.as_ref().ok_or(TransportError::Network)?.device;
        self.request(method, &format!("v1/devices/{device}/chains/{chain}{rest}"))
    }

    /// An attachment is named by the record that lists it.
    fn of_attachment(
        &self,
        method: Method,
        operation: OperationId,
        sha256: Digest,
        rest: &str,
    ) -> Result<RequestBuilder, TransportError> {
        let device = self.backend.as_ref().ok_or(TransportError::Network)?.device;
        let record = RecordId { device, operation };
        self.request(method, &format!("v1/operations/{record}/attachments/{sha256}{rest}"))
    }
}

fn client() -> Result<Client, TransportError> {
    Client::builder()
        .connect_timeout(Duration::from_secs(10))
        // A slow line is no failure while it moves; a silent one is.
        .read_timeout(Duration::from_mins(1))
        .timeout(Duration::from_mins(10))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("baken-companion/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| TransportError::Network)
}

async fn send(request: RequestBuilder) -> Result<Response, TransportError> {
    request.send().await.map_err(|_| TransportError::Network)
}

async fn body(mut response: Response) -> Result<Vec<u8>, TransportError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| TransportError::Network)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(TransportError::Answer);
        }
    }
    Ok(bytes)
}

/// Reads the body of a success; anything else becomes the error it is.
async fn success(response: Response) -> Result<Vec<u8>, TransportError> {
    let status = response.status();
    if status.is_success() {
        return body(response).await;
    }
    Err(refusal(status, &problem(response).await?))
}

async fn problem(response: Response) -> Result<Problem, TransportError> {
    let bytes = body(response).await?;
    Ok(serde_json::from_slice(&bytes).unwrap_or(Problem { code: String::new(), expected_seq: None }))
}

fn refusal(status: StatusCode, problem: &Problem) -> TransportError {
    let later = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
    let passing = status.is_server_error() || later.contains(&status);
    if passing && status != StatusCode::INSUFFICIENT_STORAGE {
        TransportError::Unavailable { status: status.as_u16() }
    } else {
        TransportError::Refused { status: status.as_u16(), code: problem.code.parse().ok() }
    }
}

fn backend_time(response: &Response) -> Option<DateTime<Utc>> {
    let text = response.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|time| time.to_utc())
}

fn header(response: &Response, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

impl Transport for HttpTransport {
    async fn enrol(&self, address: &Url, request: &EnrolmentRequest) -> Result<EnrolmentAnswer, TransportError> {
        let url = address.join("v1/enrolments").map_err(|_| TransportError::Network)?;
        let answer = success(send(self.client.post(url).json(request)).await?).await?;
        serde_json::from_slice(&answer).map_err(|_| TransportError::Answer)
    }

    async fn chain_status(&self, chain: ChainId) -> Result<(ChainStatus, Option<DateTime<Utc>>), TransportError> {
        let response = send(self.of_chain(Method::GET, chain, "")?).await?;
        let time = backend_time(&response);
        let answer = success(response).await?;
        Ok((serde_json::from_slice(&answer).map_err(|_| TransportError::Answer)?, time))
    }

    async fn push(&self, chain: ChainId, seq: u64, bytes: Vec<u8>) -> Result<PushAnswer, TransportError> {
        let request = self.of_chain(Method::PUT, chain, &format!("/batches/{seq}"))?;
        let response = send(request.header(CONTENT_TYPE, wire::MEDIA_TYPE).body(bytes)).await?;
        if response.status() != StatusCode::CONFLICT {
            return Ok(PushAnswer::Receipt(success(response).await?));
        }
        let problem = problem(response).await?;
        match (problem.code.parse(), problem.expected_seq) {
            (Ok(RefusalCode::Gap), Some(expected_seq)) => Ok(PushAnswer::Gap { expected_seq }),
            (Ok(RefusalCode::Forked | RefusalCode::Frozen), _) => Ok(PushAnswer::Forked),
            _ => Err(refusal(StatusCode::CONFLICT, &problem)),
        }
    }

    async fn attachment_offset(&self, of: OperationId, sha256: Digest) -> Result<(u64, bool), TransportError> {
        let response = send(self.of_attachment(Method::HEAD, of, sha256, "")?).await?;
        if !response.status().is_success() {
            return Err(refusal(response.status(), &Problem { code: String::new(), expected_seq: None }));
        }
        let offset = header(&response, "upload-offset").and_then(|text| text.parse().ok());
        let complete = header(&response, "upload-complete").is_some_and(|text| text == "?1");
        Ok((offset.ok_or(TransportError::Answer)?, complete))
    }

    async fn append_attachment(
        &self,
        of: OperationId,
        sha256: Digest,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Result<u64, TransportError> {
        let request = self
            .of_attachment(Method::PATCH, of, sha256, "")?
            .header("upload-offset", offset.to_string())
            .header(CONTENT_TYPE, "application/partial-upload")
            .body(bytes);
        let response = send(request).await?;
        let next = header(&response, "upload-offset").and_then(|text| text.parse().ok());
        success(response).await?;
        next.ok_or(TransportError::Answer)
    }

    async fn attachment_receipt(&self, of: OperationId, sha256: Digest) -> Result<Vec<u8>, TransportError> {
        success(send(self.of_attachment(Method::GET, of, sha256, "/receipt")?).await?).await
    }

    async fn key_directory(&self) -> Result<Vec<u8>, TransportError> {
        success(send(self.request(Method::GET, "v1/key-directory")?).await?).await
    }

    async fn vocabulary(&self) -> Result<Vec<u8>, TransportError> {
        success(send(self.request(Method::GET, "v1/vocabulary")?).await?).await
    }
}
