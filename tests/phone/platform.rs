//! The phone around the app: a script that a test goes on writing while the app runs.
//!
//!     POST /platform/tell              an event, as the plugin tells it; 409 while nobody listens yet
//!     POST /platform/reply/{command}   what a command is replied to from now on
//!     GET  /platform/asked             every command so far, with its arguments

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use baken_platform::{NetworkState, PlatformError, Reply, Script};
use serde::Deserialize;
use serde_json::{Value, json};

/// A phone that does what it is asked, as far as there is anything to do; whose hardware knows a finger, which is
/// shown whenever it asks.
pub(crate) fn script() -> Script {
    let quiet = ["watch", "keepAlive", "letGo", "wakeWhen", "done", "leave", "dismiss"];
    let hardware = ["keystore", "seal", "open", "forgetOthers"];
    let script = hardware.into_iter().fold(Script::default(), |script, command| script.on(command, Reply::AsHardware));
    quiet
        .into_iter()
        .fold(script, |script, command| script.on(command, Reply::answer(Value::Null)))
        .on("network", Reply::answer(json!(NetworkState::UNKNOWN)))
}

pub(crate) fn routes(script: Arc<Script>) -> Router {
    Router::new()
        .route("/platform/tell", post(tell))
        .route("/platform/reply/{command}", post(reply))
        .route("/platform/asked", get(asked))
        .with_state(script)
}

async fn tell(State(script): State<Arc<Script>>, Json(event): Json<Value>) -> StatusCode {
    if script.tell(event) { StatusCode::OK } else { StatusCode::CONFLICT }
}

async fn reply(State(script): State<Arc<Script>>, Path(command): Path<String>, Json(written): Json<Written>) {
    script.reply(&command, written.into());
}

async fn asked(State(script): State<Arc<Script>>) -> Json<Vec<(&'static str, Value)>> {
    Json(script.asked())
}

/// A reply as a test writes it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Written {
    Answer(Value),
    Refusal(String),
    AfterMs(u64, Box<Self>),
    Several(Vec<Self>),
    Never,
    Lost,
    AsHardware,
}

impl From<Written> for Reply {
    fn from(written: Written) -> Self {
        match written {
            Written::Answer(value) => Self::answer(value),
            Written::Refusal(code) => Self::Refusal(PlatformError::from_code(&code).code()),
            Written::AfterMs(milliseconds, reply) => Self::from(*reply).after(Duration::from_millis(milliseconds)),
            Written::Several(replies) => Self::Several(replies.into_iter().map(Self::from).collect()),
            Written::Never => Self::Never,
            Written::Lost => Self::Lost,
            Written::AsHardware => Self::AsHardware,
        }
    }
}
