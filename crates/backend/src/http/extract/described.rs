//! What an extractor adds to the description of a call: the scheme by which somebody is asked for, how a stranger is
//! refused, what a path names. Each says so of itself, and a handler is described by all of its own (`routes/endpoint.rs`).
//! So none can ask for a session and be described as open to anybody.

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, RawQuery, State};
use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, Ref, RefOr, Response};

/// What a method does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Reads.
    Reads,
    /// Reads, and nothing but the headers is answered.
    ReadsHeaders,
    /// Changes something.
    Changes,
}

/// An extractor that says what it adds.
pub trait Described {
    /// Adds it; of most there is nothing to be said.
    fn describe(_call: Call, _operation: &mut Operation) {}
}

impl<S> Described for State<S> {}
impl<T> Described for Extension<T> {}
impl Described for HeaderMap {}
impl Described for CookieJar {}
impl Described for RawQuery {}
impl<T> Described for Query<T> {}
impl<T> Described for Result<axum::Json<T>, JsonRejection> {}
impl Described for Bytes {}
impl Described for Body {}

/// Whoever calls must be somebody, who proves it by all of `schemes`; a stranger hears `refusal`.
pub(super) fn asks_who(call: Call, operation: &mut Operation, schemes: &[&str], refusal: &str) {
    let none: [&str; 0] = [];
    let all = schemes.iter().fold(SecurityRequirement::default(), |all, scheme| all.add(*scheme, none));
    operation.security.get_or_insert_default().push(all);
    refuses(call, operation, "401", refusal);
}

/// A refusal of this status, unless the handler says its own of it.
pub(super) fn refuses(call: Call, operation: &mut Operation, status: &str, said: &str) {
    let response = match call {
        Call::Reads | Call::Changes => problem(said),
        Call::ReadsHeaders => Response::new(said),
    };
    operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
}

/// A problem as it is described.
pub fn problem(said: &str) -> Response {
    let mut response = Response::new(said);
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    response.content.insert("application/problem+json".to_owned(), RefOr::T(content));
    response
}
