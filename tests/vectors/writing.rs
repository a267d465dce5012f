//! Makes the vectors: the first set, the good records of the second, and a file for each thing that can be hostile.

pub(crate) mod attachment;
pub(crate) mod attachment_receipt;
mod case;
pub(crate) mod catalogue;
pub(crate) mod contact;
pub(crate) mod corrections;
pub(crate) mod device_certificate;
pub(crate) mod first;
pub(crate) mod full;
pub(crate) mod join;
pub(crate) mod keydir;
pub(crate) mod log_continuation;
pub(crate) mod operation;
pub(crate) mod outcomes;
pub(crate) mod push;
pub(crate) mod receipt;
pub(crate) mod records;
pub(crate) mod revocations;
pub(crate) mod sealed;
pub(crate) mod sealed_text;
mod zstd_frame;

use baken_protocol::dsse::{Envelope, pae};
use baken_protocol::signature::SigningKey;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn frozen(envelope: &Envelope) -> Value {
    json!({ "dsse": envelope.to_dsse(), "sha256": envelope.digest().to_string() })
}

fn signed(kind: &str, payload: &[u8], key: &SigningKey) -> Envelope {
    Envelope {
        payload_type: kind.to_owned(),
        payload: payload.to_vec(),
        keyid: key.public().fingerprint(),
        signature: key.sign(&pae(kind, payload)),
    }
}
