//! The built interface, as the app's window loads it: the same files under the same content policy, but for where calls go.

use std::path::PathBuf;

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Stands in for what Tauri puts into its web view.
const TAURI: &str = include_str!("tauri.js");
const CONFIGURATION: &str = include_str!("../../tauri.conf.json");

/// A file of the interface; `index.html` gets the stand-in first.
pub(crate) async fn file(uri: Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        "tauri.js" => return ([(header::CONTENT_TYPE, "text/javascript")], TAURI).into_response(),
        path if path.split('/').any(|part| part == "..") => return StatusCode::NOT_FOUND.into_response(),
        path => path,
    };
    let at = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/companion/dist")).join(path);
    let Ok(bytes) = tokio::fs::read(&at).await else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match at.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    if path != "index.html" {
        return ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    }
    let page = String::from_utf8_lossy(&bytes).replacen("<head>", "<head><script src=\"/tauri.js\"></script>", 1);
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy().as_str())], page).into_response()
}

/// The app's own, except that calls go to this port.
fn policy() -> String {
    let configuration: Value = serde_json::from_str(CONFIGURATION).unwrap_or_default();
    let rules = configuration.pointer("/app/security/csp").and_then(Value::as_object).cloned().unwrap_or_default();
    let rule = |(name, value): (&String, &Value)| match name.as_str() {
        "connect-src" => "connect-src 'self'".to_owned(),
        _ => format!("{name} {}", value.as_str().unwrap_or("'none'")),
    };
    rules.iter().map(rule).collect::<Vec<_>>().join("; ")
}
