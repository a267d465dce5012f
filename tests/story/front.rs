//! What stands in front of a backend: hands every request on, but for those a test has another answer to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use baken_protocol::ids::OperationId;
use baken_protocol::record::Operation;
use baken_protocol::wire::Push;

/// A request as it is judged.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) body: &'a [u8],
}

impl Asked<'_> {
    /// Whether it asks where a chain stands.
    pub(crate) fn is_about_a_chain(&self) -> bool {
        self.path.contains("/chains/") && !self.path.contains("/batches/")
    }

    /// Whether it brings a batch with this record in it.
    pub(crate) fn brings(&self, operation: OperationId) -> bool {
        self.path.contains("/batches/")
            && Push::decode(self.body).is_ok_and(|push| {
                push.operations.iter().any(|(envelope, _)| {
                    serde_json::from_slice::<Operation>(&envelope.payload).unwrap().operation == operation
                })
            })
    }
}

/// An answer in the backend's place.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    /// As the backend itself answers.
    pub(crate) fn of_the_backend(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"type":"about:blank","status":{status},"code":"{code}","expectedSeq":1,"errors":[]}}"#);
        let headers = vec![("content-type", "application/problem+json".into()), ("api-version", "1.0.0".into())];
        Self { status, headers, body }
    }

    /// As the backend itself answers when all is well.
    pub(crate) fn well(body: String) -> Self {
        let headers = vec![("content-type", "application/json".into()), ("api-version", "1.0.0".into())];
        Self { status: 200, headers, body }
    }

    /// As anything else on the way does.
    pub(crate) fn of_somebody_else(status: u16) -> Self {
        let body = "<html><h1>Welkom aan boord - log in op wifi</h1></html>".into();
        let mut headers = vec![("content-type", "text/html".into())];
        if (300..400).contains(&status) {
            headers.push(("location", "http://127.0.0.1:9/portal".into()));
        }
        Self { status, headers, body }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::from_u16(self.status).unwrap(), self.body).into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        response
    }
}

type Rule = Box<dyn Fn(&Asked<'_>) -> Option<Reply> + Send + Sync>;
type Rewrite = Box<dyn Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync>;
type Touch = Box<dyn Fn(&mut HeaderMap) + Send + Sync>;

#[derive(Clone)]
struct Desk {
    backend: Arc<str>,
    client: reqwest::Client,
    rule: Arc<Mutex<Rule>>,
    touch: Arc<Mutex<Touch>>,
    rewrite: Arc<Mutex<Rewrite>>,
}

/// A front, on a port of its own, as long as the test runs.
pub(crate) struct Front {
    address: SocketAddr,
    desk: Desk,
}

impl Front {
    pub(crate) async fn before(backend: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let desk = Desk {
            backend: backend.into(),
            client: client.build().unwrap(),
            rule: Arc::new(Mutex::new(Box::new(|_| None))),
            touch: Arc::new(Mutex::new(Box::new(|_| {}))),
            rewrite: Arc::new(Mutex::new(Box::new(|_, body| body))),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, desk }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on these requests are answered here.
    pub(crate) fn answers(&self, rule: impl Fn(&Asked<'_>) -> Option<Reply> + Send + Sync + 'static) {
        *self.desk.rule.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(rule);
    }

    /// From now on headers pass both ways only like this.
    pub(crate) fn touches(&self, touch: impl Fn(&mut HeaderMap) + Send + Sync + 'static) {
        *self.desk.touch.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(touch);
    }

    /// From now on the bodies of answers, by the path that was asked, are handed on only like this.
    pub(crate) fn rewrites(&self, rewrite: impl Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync + 'static) {
        *self.desk.rewrite.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(rewrite);
    }

    /// From now on everything is handed on.
    pub(crate) fn stands_aside(&self) {
        self.answers(|_| None);
        self.touches(|_| {});
        self.rewrites(|_, body| body);
    }
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 8 * 1024 * 1024).await.unwrap();
    let asked = Asked { method: &parts.method, path: parts.uri.path(), body: &body };
    let reply = (desk.rule.lock().unwrap_or_else(PoisonError::into_inner))(&asked);
    match reply {
        Some(reply) => reply.into_response(),
        None => desk.hand_on(parts.method, &parts.uri, parts.headers, body).await,
    }
}

impl Desk {
    async fn hand_on(&self, method: Method, uri: &Uri, mut headers: HeaderMap, body: Bytes) -> Response {
        headers.remove(header::CONTENT_LENGTH);
        self.touch(&mut headers);
        let url = format!("{}{}", self.backend, uri.path_and_query().unwrap());
        let answer = self.client.request(method, url).headers(headers).body(body).send().await.unwrap();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        response.headers_mut().remove(header::TRANSFER_ENCODING);
        self.touch(response.headers_mut());
        response.headers_mut().remove(header::CONTENT_LENGTH);
        let body = answer.bytes().await.unwrap().to_vec();
        let body = (self.rewrite.lock().unwrap_or_else(PoisonError::into_inner))(uri.path(), body);
        *response.body_mut() = Body::from(body);
        response
    }

    fn touch(&self, headers: &mut HeaderMap) {
        (self.touch.lock().unwrap_or_else(PoisonError::into_inner))(headers);
    }
}
