//! A coordinator's browser.

use axum::body::Body;
use axum::http::{Method, Request};
use baken_backend::access::Role;
use baken_backend::accounts::hash_password;
use baken_backend::storage::{Account, UnitOfWork};
use baken_protocol::record::ConfidentialityLevel;
use serde_json::{Value, json};

use crate::backend::{Answer, Backend};

pub const LOGIN: &str = "coordinator";
pub const PASSWORD: &str = "zeehond op de pier";

/// A backend with one account.
pub fn backend() -> Backend {
    let backend = Backend::new();
    let account = Account {
        login: LOGIN.to_owned(),
        organisation: "gemeente-velsen".parse().unwrap(),
        roles: vec![Role::Coordinator, Role::DeviceManager, Role::Administrator],
        levels: vec![ConfidentialityLevel::Team],
        admitted: true,
        recipient: "age1".to_owned(),
        wrapped_identity: "age file".to_owned(),
    };
    let hash = hash_password(PASSWORD).unwrap();
    backend.storage.write(|tx| tx.create_account(&account, &hash, &[], backend.environment.clock.now())).unwrap();
    backend
}

/// An attempt to sign in from the network address `from`, as a trusted proxy saw it.
pub async fn attempt_from(backend: &Backend, from: &str, login: &str, password: &str) -> Answer {
    let body = json!({ "login": login, "password": password }).to_string();
    let request = Request::post("/v1/sessions").header("content-type", "application/json");
    backend.send(request.header("x-forwarded-for", from).body(Body::from(body)).unwrap()).await
}

/// As [`attempt_from`], in a browser that carries a cookie.
pub async fn attempt_with(backend: &Backend, from: &str, cookie: &str, login: &str, password: &str) -> Answer {
    let body = json!({ "login": login, "password": password }).to_string();
    let request = Request::post("/v1/sessions").header("content-type", "application/json").header("cookie", cookie);
    backend.send(request.header("x-forwarded-for", from).body(Body::from(body)).unwrap()).await
}

pub struct Browser<'a> {
    backend: &'a Backend,
    pub cookie: String,
    pub csrf: String,
}

impl<'a> Browser<'a> {
    pub async fn sign_in(backend: &'a Backend) -> Self {
        Self::sign_in_as(backend, LOGIN).await
    }

    pub async fn sign_in_as(backend: &'a Backend, login: &str) -> Self {
        let answer = attempt_from(backend, "127.0.0.1", login, PASSWORD).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { backend, cookie, csrf: answer.json()["csrfToken"].as_str().unwrap().to_owned() }
    }

    /// One that signed in before: its cookie and its token.
    pub fn with(backend: &'a Backend, (cookie, csrf): &(String, String)) -> Self {
        Self { backend, cookie: cookie.clone(), csrf: csrf.clone() }
    }

    /// The same browser with the cookie that an answer brought.
    pub async fn with_cookie_of(self, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let anew = Self { cookie, ..self };
        let session = anew.get("/v1/sessions/current").await;
        assert_eq!(session.status, 200);
        Self { csrf: session.json()["csrfToken"].as_str().unwrap().to_owned(), ..anew }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Body::from(body.to_string())).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Body::from(body.to_string())).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::empty()).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Body) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf)
            .header("content-type", "application/json")
            .header("accept-encoding", "gzip");
        self.backend.send(request.body(body).unwrap()).await
    }
}
