//! A call of the interface, handed to the command it names as the app's own window would.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use serde_json::Value;
use tauri::WebviewWindow;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response};
use tauri::webview::InvokeRequest;

/// As large as a photo of 200 megapixels may be, in base64.
pub(crate) const LARGEST: usize = 256 << 20;

/// A body limit for calls.
pub(crate) fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST)
}

/// 200 with what the command answers, 400 with what it fails with.
pub(crate) async fn call(
    State(window): State<WebviewWindow<MockRuntime>>,
    Path(command): Path<String>,
    Json(arguments): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let answered = tokio::task::spawn_blocking(move || {
        let request = InvokeRequest {
            cmd: command,
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().map_err(|_| Value::Null)?,
            body: InvokeBody::Json(arguments),
            headers: axum::http::HeaderMap::new(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&window, request)?.deserialize::<Value>().map_err(|error| error.to_string().into())
    })
    .await;
    match answered {
        Ok(Ok(answer)) => (StatusCode::OK, Json(answer)),
        Ok(Err(failure)) => (StatusCode::BAD_REQUEST, Json(failure)),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, Json(error.to_string().into())),
    }
}
