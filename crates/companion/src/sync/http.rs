//! The network: HTTPS by reqwest with rustls, no redirects, bounded answers. Proxies of the environment are used, but
//! never for an address on this very machine.

use std::sync::Arc;
use std::time::Duration;

use baken_protocol::chain::ChainStatus;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::enrolment::{EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::{ChainId, DeviceId, OperationId, RecordId};
use baken_protocol::limits::POCKET_BYTES;
use baken_protocol::refusal::RefusalCode;
use baken_protocol::this_machine::is_this_machine;
use baken_protocol::vocabulary::Vocabulary;
use baken_protocol::wire;
use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, DATE};
use reqwest::{Body, Client, Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::addresses;
use super::between;
use super::movement::{Movement, Portions, SILENCE};
use super::roots;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::road::Road;
use crate::transport::{Between, PushAnswer, Transport, TransportError, UnderWay};
use crate::trust::device::BackendAccess;
use crate::trust::known_time;

/// Bytes of an answer that will be read.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A connection to one backend.
pub struct HttpTransport {
    backend: Option<Backend>,
    /// A time that has certainly come, to tell a wrong clock from a wrong certificate.
    floor: DateTime<Utc>,
    road: Arc<Road>,
    pub(super) movement: Movement,
}

struct Backend {
    client: Client,
    access: BackendAccess,
}

/// A problem as the backend answers it (RFC 9457), as far as it is used here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    expected_seq: Option<u64>,
}

/// How far an upload is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UploadStatus {
    offset: u64,
    complete: bool,
}

/// An answer read whole.
struct Answer {
    status: StatusCode,
    /// Whether the backend itself answered, and not something on the way.
    is_the_backends: bool,
    body: Vec<u8>,
    time: Option<DateTime<Utc>>,
}

impl HttpTransport {
    /// For enrolling: no backend is known yet.
    pub fn anonymous() -> Result<Self, TransportError> {
        Ok(Self::over(None, known_time::released(), Arc::default()))
    }

    /// For the backend the store is enrolled at.
    pub fn for_store(store: &Store) -> Result<Self, Failure> {
        Self::with(store.backend()?, store)
    }

    /// The same at another address: for tests of a store that knows one where nobody answers any more.
    #[doc(hidden)]
    pub fn for_store_at(store: &Store, address: Url) -> Result<Self, Failure> {
        Self::with(BackendAccess { address, ..store.backend()? }, store)
    }

    fn with(access: BackendAccess, store: &Store) -> Result<Self, Failure> {
        let backend = Backend { client: client(&access.address)?, access };
        Ok(Self::over(Some(backend), store.time_floor()?, Arc::clone(&store.road)))
    }

    /// For a backend, as this device, after the lock: no store tells how late it is.
    pub(super) fn to(access: BackendAccess, road: &Arc<Road>) -> Result<Self, TransportError> {
        let backend = Backend { client: client(&access.address)?, access };
        Ok(Self::over(Some(backend), known_time::released(), Arc::clone(road)))
    }

    fn over(backend: Option<Backend>, floor: DateTime<Utc>, road: Arc<Road>) -> Self {
        Self { backend, floor, road, movement: Movement::default() }
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, TransportError> {
        let Backend { client, access } = self.backend.as_ref().ok_or(TransportError::Network)?;
        let url = access.address.join(path).map_err(|_| TransportError::Network)?;
        Ok(client.request(method, url).bearer_auth(access.token.as_str()))
    }

    fn device(&self) -> Result<DeviceId, TransportError> {
        Ok(self.backend.as_ref().ok_or(TransportError::Network)?.access.device)
    }

    fn record(&self, operation: OperationId) -> Result<RecordId, TransportError> {
        Ok(RecordId { device: self.device()?, operation })
    }

    async fn get(&self, path: &str) -> Result<Answer, TransportError> {
        self.send(self.request(Method::GET, path)?, 0).await
    }

    async fn post(&self, path: &str, kind: &'static str, bytes: Vec<u8>) -> Result<Answer, TransportError> {
        let size = bytes.len();
        let body = Body::wrap(Portions::of(bytes, &self.movement));
        self.send(self.request(Method::POST, path)?.header(CONTENT_TYPE, kind).body(body), size).await
    }

    /// Does what sends a body of `bytes`, for as long as it moves. One that is given up was swallowed, or the line is too
    /// slow for its size: either way what is smaller may fare better.
    pub(super) async fn while_it_moves<A>(
        &self,
        bytes: usize,
        sending: impl Future<Output = Result<A, TransportError>>,
    ) -> Result<A, TransportError> {
        let (done, still) = self.movement.watch(bytes, self.road.swallows(), sending).await;
        let stood_still = still >= SILENCE / 2;
        if done.is_none() && bytes > 0 && !stood_still {
            return Err(TransportError::Slow { bytes });
        }
        let done = done.unwrap_or(Err(TransportError::Network));
        // Where the system was the first to lose patience it comes to the same.
        let is_silence = matches!(done, Err(TransportError::Network)) && stood_still;
        if bytes > POCKET_BYTES && (is_silence || done.is_ok()) {
            self.road.note_swallows(is_silence);
        }
        if is_silence && bytes > 0 { Err(TransportError::Silent { bytes }) } else { done }
    }

    /// Sends, and reads the whole answer. An error of somebody between is that, whatever it says.
    async fn send(&self, request: RequestBuilder, sent_bytes: usize) -> Result<Answer, TransportError> {
        let sending = async { request.send().await.map_err(|error| between::unanswered(&error, self.floor)) };
        let response = self.while_it_moves(sent_bytes, sending).await?;
        let status = response.status();
        let is_the_backends = between::is_the_backends(response.headers()) && !status.is_redirection();
        if !is_the_backends && !status.is_success() {
            return Err(between::answered(status, sent_bytes).into());
        }
        let time = backend_time(&response);
        Ok(Answer { status, is_the_backends, body: body(response).await?, time })
    }
}

impl Answer {
    /// The body of a success as `parse` reads it.
    fn read<A>(self, parse: impl FnOnce(&[u8]) -> Option<A>) -> Result<A, TransportError> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        parse(&self.body).ok_or_else(|| self.unreadable())
    }

    fn json<A: DeserializeOwned>(self) -> Result<A, TransportError> {
        self.read(|body| serde_json::from_slice(body).ok())
    }

    /// The bytes of a success, which the core judges itself. Of somebody else they must at least look like it.
    fn bytes(self, looks_right: impl FnOnce(&[u8]) -> bool) -> Result<Vec<u8>, TransportError> {
        let trusted = self.is_the_backends;
        self.read(|body| (trusted || looks_right(body)).then(|| body.to_vec()))
    }

    fn envelope(self) -> Result<Vec<u8>, TransportError> {
        self.bytes(|body| Envelope::from_json(body).is_ok())
    }

    fn unreadable(&self) -> TransportError {
        if self.is_the_backends { TransportError::Answer } else { Between::SignIn.into() }
    }

    fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn refusal(&self) -> TransportError {
        let status = self.status.as_u16();
        let code = self.problem().code.parse().ok();
        let later = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
        let passing = self.status.is_server_error() || later.contains(&self.status);
        let says_what_to_do = self.status == StatusCode::INSUFFICIENT_STORAGE || code == Some(RefusalCode::TooSlow);
        if passing && !says_what_to_do {
            TransportError::Unavailable { status }
        } else {
            TransportError::Refused { status, code }
        }
    }
}

fn client(address: &Url) -> Result<Client, TransportError> {
    let builder = roots::believed(Client::builder())
        .connect_timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("baken-companion/", env!("CARGO_PKG_VERSION")));
    // A slow line is no failure while it moves, so nothing here ends a request as a whole (`movement` does): a large body
    // over a satellite takes an hour. Where the system tells that nobody takes what is sent, there is no line any more.
    #[cfg(any(target_os = "android", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(SILENCE);
    // A proxy on another machine would look for the backend on itself.
    let builder = if is_this_machine(address) { builder.no_proxy() } else { builder };
    builder.build().map_err(|_| TransportError::Network)
}

async fn body(mut response: Response) -> Result<Vec<u8>, TransportError> {
    let mut bytes = Vec::new();
    loop {
        let chunk = tokio::time::timeout(SILENCE, response.chunk()).await.map_err(|_| TransportError::Network)?;
        let Some(chunk) = chunk.map_err(|_| TransportError::Network)? else { return Ok(bytes) };
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(TransportError::Answer);
        }
    }
}

fn backend_time(response: &Response) -> Option<DateTime<Utc>> {
    let text = response.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|time| time.to_utc())
}

impl Transport for HttpTransport {
    async fn enrol(&self, address: &Url, request: &EnrolmentRequest) -> Result<EnrolmentAnswer, TransportError> {
        let url = address.join(addresses::ENROLMENTS).map_err(|_| TransportError::Network)?;
        self.send(client(address)?.post(url).json(request), 0).await?.json()
    }

    async fn chain_status(&self, chain: ChainId) -> Result<(ChainStatus, Option<DateTime<Utc>>), TransportError> {
        let answer = self.get(&addresses::chain(self.device()?, chain)).await?;
        let time = answer.time;
        Ok((answer.json()?, time))
    }

    async fn push(&self, chain: ChainId, seq: u64, bytes: Vec<u8>) -> Result<PushAnswer, TransportError> {
        let answer = self.post(&addresses::batch(self.device()?, chain, seq), wire::MEDIA_TYPE, bytes).await?;
        if answer.status != StatusCode::CONFLICT {
            return Ok(PushAnswer::Receipt(answer.envelope()?));
        }
        let problem = answer.problem();
        match (problem.code.parse(), problem.expected_seq) {
            (Ok(RefusalCode::Gap), Some(expected_seq)) => Ok(PushAnswer::Gap { expected_seq }),
            (Ok(RefusalCode::Forked | RefusalCode::Frozen), _) => Ok(PushAnswer::Forked),
            _ => Err(answer.refusal()),
        }
    }

    async fn attachment_offset(&self, of: OperationId, sha256: Digest) -> Result<(u64, bool), TransportError> {
        let status: UploadStatus = self.get(&addresses::attachment(self.record(of)?, sha256)).await?.json()?;
        Ok((status.offset, status.complete))
    }

    async fn append_attachment(
        &self,
        of: OperationId,
        sha256: Digest,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Result<u64, TransportError> {
        let path = addresses::attachment_from(self.record(of)?, sha256, offset);
        let status: UploadStatus = self.post(&path, addresses::PARTIAL_UPLOAD, bytes).await?.json()?;
        Ok(status.offset)
    }

    async fn attachment_receipt(&self, of: OperationId, sha256: Digest) -> Result<Vec<u8>, TransportError> {
        self.get(&addresses::attachment_receipt(self.record(of)?, sha256)).await?.envelope()
    }

    async fn key_directory(&self) -> Result<Vec<u8>, TransportError> {
        self.get(addresses::KEY_DIRECTORY).await?.envelope()
    }

    async fn log_continuations(&self) -> Result<Vec<u8>, TransportError> {
        self.get(addresses::LOG_CONTINUATIONS).await?.bytes(|body| body.starts_with(b"["))
    }

    async fn revocations(&self) -> Result<Vec<u8>, TransportError> {
        self.get(addresses::REVOCATIONS).await?.envelope()
    }

    async fn vocabulary(&self) -> Result<Vec<u8>, TransportError> {
        self.get(addresses::VOCABULARY).await?.bytes(|body| Vocabulary::parse(body).is_ok())
    }

    async fn outcomes(&self, after: u64) -> Result<Vec<u8>, TransportError> {
        self.get(&addresses::outcomes(after)).await?.envelope()
    }

    async fn catalogues(&self) -> Result<Vec<u8>, TransportError> {
        self.get(addresses::CATALOGUES).await?.bytes(|body| body.starts_with(b"["))
    }

    async fn catalogue_content(&self, sha256: Digest) -> Result<Vec<u8>, TransportError> {
        self.get(&addresses::catalogue_content(sha256)).await?.bytes(|body| Digest::of(body) == sha256)
    }

    async fn passes(&self, bytes: usize) -> Result<(), TransportError> {
        let answer = self.post(addresses::PASSAGE, addresses::OCTETS, vec![0; bytes]).await?;
        answer.bytes(|body| body.starts_with(b"{")).map(|_| ())
    }

    fn still_for(&self) -> Duration {
        self.movement.still_for()
    }

    fn under_way(&self) -> Option<UnderWay> {
        self.movement.under_way()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use uuid::Uuid;

    /// Reads `portion` bytes at a time and rests in between; answers once `size` of the body have come, or never.
    async fn reader(portion: usize, rest: Duration, size: Option<usize>) -> HttpTransport {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut some = vec![0; portion];
                    let mut read = 0;
                    while size.is_none_or(|size| read < size) {
                        match stream.read(&mut some).await {
                            Ok(count) if count > 0 => read += count,
                            Ok(_) | Err(_) => return,
                        }
                        if !rest.is_zero() {
                            tokio::time::sleep(rest).await;
                        }
                    }
                    let head =
                        "HTTP/1.1 200 OK\r\nAPI-Version: 1.0.0\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{";
                    let _ = stream.write_all(head.as_bytes()).await;
                });
            }
        });
        let access = BackendAccess { address, device: DeviceId(Uuid::nil()), token: String::new().into() };
        HttpTransport::to(access, &Arc::default()).unwrap()
    }

    /// As where a system gives a connection up, or a filter does, that nobody answered on.
    #[tokio::test(start_paused = true)]
    async fn a_connection_that_ends_after_a_silence_counts_as_swallowed_and_one_that_breaks_does_not() {
        for (ends_after, swallowed) in [(Duration::from_secs(40), true), (Duration::from_secs(1), false)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
            tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let reading = async {
                    let mut some = vec![0; 64 * 1024];
                    while stream.read(&mut some).await.is_ok_and(|count| count > 0) {}
                };
                let _ = tokio::time::timeout(ends_after, reading).await;
            });
            let access = BackendAccess { address, device: DeviceId(Uuid::nil()), token: String::new().into() };
            let transport = HttpTransport::to(access, &Arc::default()).unwrap();
            let bytes = 256 * 1024;
            let expected = if swallowed { TransportError::Silent { bytes } } else { TransportError::Network };
            assert_eq!(transport.passes(bytes).await, Err(expected), "{ends_after:?}");
            assert_eq!(transport.road.swallows(), swallowed);
        }
    }

    /// What is sent, and how it fared after how long.
    async fn sent(transport: &HttpTransport, bytes: usize) -> (Result<(), TransportError>, Duration) {
        let began = tokio::time::Instant::now();
        (transport.passes(bytes).await, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_read_and_never_answered_is_given_up_soon() {
        for bytes in [1024, 256 * 1024, 5 * 1024 * 1024] {
            let silent = reader(64 * 1024, Duration::ZERO, None).await;
            let (answer, time) = sent(&silent, bytes).await;
            assert_eq!(answer, Err(TransportError::Silent { bytes }));
            assert!(time < Duration::from_secs(90), "{bytes}: {time:?}");
        }
    }

    /// What this machine's own system holds of a body on the way to itself is more than on any other way: it may look
    /// swallowed once.
    #[tokio::test(start_paused = true)]
    async fn a_line_of_512_bytes_a_second_gets_a_large_body_through() {
        let bytes = 1024 * 1024;
        let slow = reader(512, Duration::from_secs(1), Some(bytes)).await;
        let mut tries = 0;
        while sent(&slow, bytes).await.0.is_err() {
            tries += 1;
            assert!(tries < 2, "given up again");
        }
        let slow = reader(512, Duration::from_secs(1), Some(20_000)).await;
        assert_eq!(sent(&slow, 20_000).await.0, Ok(()), "a record goes at once");
    }
}
