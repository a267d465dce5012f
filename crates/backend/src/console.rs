//! The console's files, built by `ui/console` and carried in the program (read from disk in debug builds).

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../ui/console/dist"]
#[allow_missing = true]
struct Files;

/// The console's own pages; the browser's address bar may name any of them.
const PAGES: [&str; 4] = ["", "inbox", "devices", "sign-in"];
const PAGES_BELOW: [&str; 2] = ["observations/", "inspections/"];

/// Serves a file of the console, or its one page for the addresses it knows.
pub async fn serve(method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::not_found().into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let is_page = PAGES.contains(&path) || PAGES_BELOW.iter().any(|below| path.starts_with(below));
    let name = if is_page { "index.html" } else { path };
    let Some(file) = Files::get(name) else {
        return if is_page { not_built() } else { Problem::not_found() }.into_response();
    };
    // Assets carry the hash of their content in their name.
    let caching = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = file.metadata.mimetype().to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching.to_owned())], file.data).into_response()
}

fn not_built() -> Problem {
    let detail = "The console was not built into this program: run `npm run build` in ui/ and build again.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "console-not-built", detail)
}
