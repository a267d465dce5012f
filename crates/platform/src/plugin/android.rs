//! Calls to Kotlin, as Tauri carries them.

use std::sync::Arc;

use serde_json::{Value, json};
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::plugin::mobile::PluginInvokeError;
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{Manager, Runtime};

use super::NAME;
use crate::{Answer, Calls, Kotlin, Refusal};

/// The Kotlin package and class (`android/src/main/kotlin`).
const PACKAGE: &str = "nl.velsen.baken.platform";
const CLASS: &str = "PlatformPlugin";

/// Tauri's way to the plugin.
struct Handle<R: Runtime>(PluginHandle<R>);

/// Starts the platform with the app.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new(NAME)
        .setup(|app, api| {
            let handle = api.register_android_plugin(PACKAGE, CLASS)?;
            let calls: Box<dyn Calls> = Box::new(Handle(handle));
            app.manage(Kotlin::new(calls));
            Ok(())
        })
        .build()
}

impl<R: Runtime> Handle<R> {
    /// Runs as a task: Tauri ends it by a panic where it loses an answer, and then `answer` is lost as well.
    fn run(&self, command: &'static str, arguments: Value, answer: Answer) {
        let handle = self.0.clone();
        tauri::async_runtime::spawn(async move {
            let told = handle.run_mobile_plugin_async(command, arguments).await.map_err(refusal);
            // Another answer was first, or nobody waits any more.
            let _ = answer.fill(told);
        });
    }
}

impl<R: Runtime> Calls for Handle<R> {
    fn call(&self, command: &'static str, arguments: Value, answer: Answer) {
        self.run(command, arguments, answer);
    }

    fn watch(&self, hear: Arc<dyn Fn(Value) + Send + Sync>, answer: Answer) {
        let channel: Channel<Value> = Channel::new(move |body| {
            if let InvokeResponseBody::Json(text) = body
                && let Ok(value) = serde_json::from_str(&text)
            {
                hear(value);
            }
            Ok(())
        });
        self.run("watch", json!({ "channel": channel }), answer);
    }
}

/// Only the code goes on: the rest is what a system says in its own words.
fn refusal(error: PluginInvokeError) -> Refusal {
    match error {
        PluginInvokeError::InvokeRejected(response) => Refusal { code: response.code },
        PluginInvokeError::UnreachableWebview
        | PluginInvokeError::Jni(_)
        | PluginInvokeError::CannotDeserializeResponse(_)
        | PluginInvokeError::CannotSerializePayload(_) => Refusal::default(),
    }
}
