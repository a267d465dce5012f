//! `GET /v1/openapi.json`: the description of the interface. What stands on the handlers is completed here with what
//! holds of every call, so that no handler can forget it.

use utoipa::OpenApi;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response};

use crate::headers::API_VERSION;
use crate::sessions::CSRF_HEADER;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Baken",
        version = API_VERSION,
        description = "Signed records of joint inspections against human trafficking: devices bring them in, \
                       coordinators read them.",
        contact(name = "Beheer Baken"),
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    servers((url = "/", description = "The installation that answered this."))
)]
struct Description;

/// What is said before any handler is.
pub(super) fn begun() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// The whole description as JSON.
pub(super) fn finished(mut api: utoipa::openapi::OpenApi) -> String {
    let components = api.components.get_or_insert_default();
    for (name, scheme) in schemes() {
        components.add_security_scheme(name, scheme);
    }
    api.paths.paths.values_mut().flat_map(operations).for_each(complete);
    api.to_json().unwrap_or_default()
}

/// Who asks; each handler names what it wants by these names.
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

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
}

fn complete(operation: &mut Operation) {
    // A handler that names no scheme asks for none, and says so.
    operation.security.get_or_insert_default();
    let responses = &mut operation.responses.responses;
    let has_parameters = operation.parameters.is_some();
    responses.entry("400".to_owned()).or_insert_with(|| RefOr::T(unreadable(has_parameters)));
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && (status.starts_with('2') || status.starts_with('3'))
        {
            let version = HeaderBuilder::new().description(Some("The version of this interface, as in `info`."));
            response.headers.insert("API-Version".to_owned(), RefOr::T(version.build()));
        }
    }
}

/// What is answered to a request that cannot be read. One without parameters is refused before it is anybody's: no
/// problem is made of that.
fn unreadable(has_parameters: bool) -> Response {
    let mut response = Response::new("bad-request: the request cannot be read.");
    if has_parameters {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        response.content.insert("application/problem+json".to_owned(), RefOr::T(problem));
    }
    response
}
