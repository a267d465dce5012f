//! What the commands are given, as `Arguments.kt` reads it.

use std::io;

use data_encoding::BASE64;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::capture::{CaptureName, HandoverKey, Order};
use crate::keystore::PromptWords;
use crate::{Envelope, Leaving, PlatformError, Secret};

pub(super) fn sealing(words: &PromptWords, secret: &Secret) -> Value {
    json!({ "title": words.title, "cancel": words.cancel, "secret": BASE64.encode(secret.bytes()) })
}

pub(super) fn opening(words: &PromptWords, envelope: &Envelope) -> Value {
    json!({ "title": words.title, "cancel": words.cancel, "envelope": BASE64.encode(envelope.bytes()) })
}

/// An order, and what only this command takes.
pub(super) fn order(name: CaptureName, order: &Order, more: Value) -> Value {
    let mut arguments = json!({
        "name": name.file_name(),
        "key": order.key.base64().as_str(),
        "mostBytes": order.most_bytes,
    });
    if let (Value::Object(arguments), Value::Object(more)) = (&mut arguments, more) {
        arguments.extend(more);
    }
    arguments
}

pub(super) fn leaving(name: CaptureName, key: &HandoverKey, what: &Leaving) -> Value {
    json!({
        "name": name.file_name(),
        "key": key.base64().as_str(),
        "title": what.name,
        "mediaType": what.media_type,
    })
}

/// The id of a file that leaves; nothing ever refers to it.
pub(super) fn fresh_id() -> Result<Uuid, PlatformError> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| PlatformError::Failed)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

pub(super) fn disk(error: &io::Error) -> PlatformError {
    if error.kind() == io::ErrorKind::StorageFull { PlatformError::NoSpace } else { PlatformError::Failed }
}
