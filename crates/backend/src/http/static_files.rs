//! The console's files, built by `ui/console` and carried in the program (read from disk in debug builds).

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::problem::{Problem, ProblemCode};

#[derive(RustEmbed)]
#[folder = "../../ui/console/dist"]
#[allow_missing = true]
struct Files;

/// The console's own pages; the browser's address bar may name any of them.
const PAGES: [&str; 8] = ["", "inbox", "search", "reports", "inspections", "contacts", "devices", "sign-in"];
const PAGES_BELOW: [&str; 4] = ["observations/", "reports/", "inspections/", "contacts/"];

/// Serves a file of the console, or its one page for the addresses it knows. A browser that asks for a page at
/// another address gets that page too, which says in its own words that there is nothing; a program gets a problem.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::not_found().into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let is_page = PAGES.contains(&path) || PAGES_BELOW.iter().any(|below| path.starts_with(below));
    let name = if is_page { "index.html" } else { path };
    let Some(file) = Files::get(name) else {
        return match Files::get("index.html") {
            _ if is_page => not_built().into_response(),
            Some(page) if wants_page(path, &headers) => {
                (StatusCode::NOT_FOUND, as_response(page, "no-cache")).into_response()
            }
            Some(_) | None => Problem::not_found().into_response(),
        };
    };
    // Assets carry the hash of their content in their name.
    let caching = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    as_response(file, caching)
}

/// Whether a person's browser asks, and not for an address of the interface for programs.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !path.starts_with("v1/") && accepted.split(',').any(|kind| kind.trim().starts_with("text/html"))
}

fn as_response(file: EmbeddedFile, caching: &'static str) -> Response {
    let kind = file.metadata.mimetype().to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching.to_owned())], file.data).into_response()
}

fn not_built() -> Problem {
    let detail = "The console was not built into this program: run `npm run build` in ui/ and build again.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ConsoleNotBuilt, detail)
}
