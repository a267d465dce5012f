//! Everything the receipt key signed, signed anew with the next one, in the transaction that brings that one into use.
//!
//! What a message says stays to the byte, and with it its hash: chains, logs and what devices remember go on as before.
//! Rows are read in pages, so a register of any size takes no more memory than a small one. Only what holds is signed
//! anew: a row that somebody altered is not made good, and `verify` goes on naming it.

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::{SigningKey, VerifyingKey};

use super::{Engine, Value};
use crate::storage::{SignedAnew, StorageError};

type SignAnew = fn(&Envelope, &VerifyingKey, &SigningKey) -> Result<Envelope, EnvelopeError>;

/// Where messages of one kind are, in the order of the rows' key.
struct Place {
    table: &'static str,
    envelope: &'static str,
    key: &'static [&'static str],
    anew: SignAnew,
}

const PLACES: [Place; 4] = [
    Place {
        table: "devices",
        envelope: "certificate_envelope",
        key: &["device"],
        anew: Envelope::signed_anew::<DeviceCertificate>,
    },
    Place {
        table: "log_continuations",
        envelope: "envelope",
        key: &["position"],
        anew: Envelope::signed_anew::<LogContinuation>,
    },
    Place {
        table: "batches",
        envelope: "receipt_envelope",
        key: &["leaf_index"],
        anew: Envelope::signed_anew::<Receipt>,
    },
    Place {
        table: "attachments",
        envelope: "receipt_envelope",
        key: &["device", "operation", "sha256"],
        anew: Envelope::signed_anew::<AttachmentReceipt>,
    },
];

/// A row's key as it is kept, which the engine reads again: also one that somebody altered is gone past.
type Key = Vec<String>;

impl Place {
    /// The envelope and the key of the rows that follow `last`; of the first where there is none.
    fn page(&self, last: &Key) -> String {
        let Self { table, envelope, key, anew: _ } = self;
        let key = key.join(", ");
        let after = if last.is_empty() { "" } else { &format!("({key}) > ({}) AND", marks(1, last.len()).join(", ")) };
        format!("SELECT {envelope}, {key} FROM {table} WHERE {after} {envelope} IS NOT NULL ORDER BY {key} LIMIT 256")
    }

    /// Puts another envelope in the place of a row's.
    fn store(&self) -> String {
        let Self { table, envelope, key, anew: _ } = self;
        let named = key.iter().zip(marks(2, key.len())).map(|(column, mark)| format!("{column} = {mark}"));
        format!("UPDATE {table} SET {envelope} = $1 WHERE {}", named.collect::<Vec<_>>().join(" AND "))
    }
}

fn marks(first: usize, count: usize) -> Vec<String> {
    (first..).take(count).map(|number| format!("${number}")).collect()
}

/// Signs with `key` what `by` signed of everything the register holds.
pub(super) fn sign_anew(sql: &dyn Engine, by: &VerifyingKey, key: &SigningKey) -> Result<SignedAnew, StorageError> {
    let mut done = SignedAnew::default();
    for place in &PLACES {
        let (store, mut last) = (place.store(), Key::new());
        loop {
            let values: Vec<_> = last.iter().map(Value::from).collect();
            let rows = sql.all(&place.page(&last), &values, |row| {
                let name = (1..=place.key.len()).map(|column| row.rendered(column)).collect::<Result<Key, _>>()?;
                Ok((row.get::<Vec<u8>>(0)?, name))
            })?;
            for (bytes, name) in &rows {
                let anew = Envelope::from_json(bytes).and_then(|envelope| (place.anew)(&envelope, by, key)?.to_json());
                match anew {
                    Ok(anew) => {
                        let values: Vec<_> =
                            [Value::Bytes(&anew)].into_iter().chain(name.iter().map(Value::from)).collect();
                        sql.execute(&store, &values)?;
                        done.messages += 1;
                    }
                    Err(_) => done.left += 1,
                }
            }
            let Some((_, name)) = rows.into_iter().next_back() else { break };
            last = name;
        }
    }
    Ok(done)
}
