//! `GET /v1/openapi.json`: the description of the interface. What stands on the handlers is completed here with what
//! holds of every call, so that no handler can forget it. Anybody may read it, from pages of other sites too (NL API
//! Design Rules).

use utoipa::OpenApi;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Contact, RefOr, Response, Schema, Server};

use super::console::query::VALUE_BYTES;
use super::endpoint::calls;
use crate::http::extract::described::{Call, problem};
use crate::http::extract::signed_in::CSRF_HEADER;
use crate::http::middleware::headers::API_VERSION;
use crate::storage::Installation;

/// Where the interface begins; what is described below is relative to it.
const ROOT: &str = "/v1";

/// 2^53 - 1.
const SAFE_INTEGER: usize = 9_007_199_254_740_991;

/// What the description travels with.
pub(super) const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/json"),
    ("access-control-allow-origin", "*"),
    ("cross-origin-resource-policy", "cross-origin"),
];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Baken",
        version = API_VERSION,
        description = "Signed records of joint inspections against human trafficking: devices bring them in, \
                       coordinators read them.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    servers((url = "/v1", description = "The installation that answered this."))
)]
struct Description;

/// What is said before any handler is.
pub(super) fn begun() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// The whole description as JSON: of this installation, with where people write about it if that is known.
pub(super) fn finished(mut api: utoipa::openapi::OpenApi, installation: &Installation, email: Option<&str>) -> String {
    let mut contact = Contact::new();
    contact.name = Some(format!("Beheer Baken, {}", installation.municipality));
    contact.url = Some(installation.address.to_string());
    contact.email = email.map(str::to_owned);
    api.info.contact = Some(contact);
    let components = api.components.get_or_insert_default();
    for (name, scheme) in schemes() {
        components.add_security_scheme(name, scheme);
    }
    for (path, mut item) in std::mem::take(&mut api.paths.paths) {
        for (call, operation) in calls(&mut item) {
            complete(operation, call == Call::Changes);
        }
        let path = if let Some(below) = path.strip_prefix(ROOT) {
            below.to_owned()
        } else {
            item.servers = Some(vec![Server::new("/")]);
            path
        };
        api.paths.paths.insert(path, item);
    }
    api.to_json().unwrap_or_default()
}

/// Who asks; each extractor names what it wants by these names.
fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let token = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("What enrolment gave the device."));
    let cookie = ApiKeyValue::with_description("__Host-baken", "Set by signing in; `baken` where the address is http.");
    let csrf = ApiKeyValue::with_description(CSRF_HEADER, "The session's csrfToken, for whatever changes something.");
    [
        ("deviceToken", SecurityScheme::Http(token.build())),
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
        ("csrfToken", SecurityScheme::ApiKey(ApiKey::Header(csrf))),
    ]
}

fn complete(operation: &mut Operation, changes: bool) {
    // A handler that names no scheme asks for none, and says so.
    let asks_who = !operation.security.get_or_insert_default().is_empty();
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            bound(parameter);
        }
    }
    let has_parameters = operation.parameters.is_some();
    let responses = &mut operation.responses.responses;
    let mut say = |status: &str, response: Response| {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response));
    };
    say("400", unreadable(has_parameters));
    if changes {
        say("403", problem("cross-site: the request came from another web site."));
        say("408", problem("too-slow: the request did not come on and was given up; nothing was kept."));
        say("413", problem("too-large: larger than is ever accepted."));
        say("415", problem("unsupported-media-type: not the media type described here."));
    }
    if changes || asks_who {
        say(
            "507",
            problem(
                "storage-full: the disk, or what one device may bring in a day, is full; nothing of this was kept.",
            ),
        );
    }
    say("503", problem("unavailable: too much at this moment; Retry-After says when to come back."));
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('2') || status.starts_with('3') {
            response.headers.insert("API-Version".to_owned(), RefOr::T(version()));
        }
        if ["429", "503"].contains(&status.as_str()) {
            response.headers.insert("Retry-After".to_owned(), RefOr::T(retry_after()));
        }
    }
}

/// A text in the query is never longer than is read, and no number beyond what JSON carries everywhere (RFC 8259
/// section 6).
fn bound(parameter: &mut Parameter) {
    let in_query = parameter.parameter_in == ParameterIn::Query;
    let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else { return };
    if in_query && is(schema, &Type::String) {
        schema.max_length.get_or_insert(VALUE_BYTES);
    }
    if is(schema, &Type::Integer) {
        schema.maximum.get_or_insert(utoipa::Number::UInt(SAFE_INTEGER));
    }
}

fn is(schema: &Object, wanted: &Type) -> bool {
    match &schema.schema_type {
        SchemaType::Type(kind) => kind == wanted,
        SchemaType::Array(kinds) => kinds.contains(wanted),
        SchemaType::AnyValue => false,
    }
}

fn version() -> Header {
    HeaderBuilder::new().description(Some("The version of this interface, as in `info`.")).build()
}

fn retry_after() -> Header {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(3600));
    HeaderBuilder::new().schema(Some(seconds.build())).description(Some("Seconds after which to try again.")).build()
}

/// What is answered to a request that cannot be read. One without parameters is refused before it is anybody's: no
/// problem is made of that.
fn unreadable(has_parameters: bool) -> Response {
    let said = "bad-request: the request cannot be read.";
    if has_parameters { problem(said) } else { Response::new(said) }
}
