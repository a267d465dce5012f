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
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::storage::{SignedAnew, StorageError};

type SignAnew = fn(&Envelope, &VerifyingKey, &SigningKey) -> Result<Envelope, EnvelopeError>;

/// Where messages of one kind are: `page` reads an envelope and its row's key after the key that was read last, `store`
/// puts another envelope there.
struct Place {
    page: &'static str,
    store: &'static str,
    before_all: fn() -> Vec<Value>,
    anew: SignAnew,
}

const PLACES: [Place; 4] = [
    Place {
        page: "SELECT certificate_envelope, device FROM devices WHERE device > ?1 ORDER BY device LIMIT 256",
        store: "UPDATE devices SET certificate_envelope = ?1 WHERE device = ?2",
        before_all: || vec![Value::Text(String::new())],
        anew: Envelope::signed_anew::<DeviceCertificate>,
    },
    Place {
        page: "SELECT envelope, position FROM log_continuations WHERE position > ?1 ORDER BY position LIMIT 256",
        store: "UPDATE log_continuations SET envelope = ?1 WHERE position = ?2",
        before_all: || vec![Value::Integer(-1)],
        anew: Envelope::signed_anew::<LogContinuation>,
    },
    Place {
        page: "SELECT receipt_envelope, leaf_index FROM batches WHERE leaf_index > ?1 ORDER BY leaf_index LIMIT 256",
        store: "UPDATE batches SET receipt_envelope = ?1 WHERE leaf_index = ?2",
        before_all: || vec![Value::Integer(-1)],
        anew: Envelope::signed_anew::<Receipt>,
    },
    Place {
        page: "SELECT receipt_envelope, device, operation, sha256 FROM attachments
               WHERE (device, operation, sha256) > (?1, ?2, ?3) AND receipt_envelope IS NOT NULL
               ORDER BY device, operation, sha256 LIMIT 256",
        store: "UPDATE attachments SET receipt_envelope = ?1 WHERE device = ?2 AND operation = ?3 AND sha256 = ?4",
        before_all: || vec![Value::Text(String::new()); 3],
        anew: Envelope::signed_anew::<AttachmentReceipt>,
    },
];

/// Signs with `key` what `by` signed of everything the register holds.
pub(super) fn sign_anew(tx: &Connection, by: &VerifyingKey, key: &SigningKey) -> Result<SignedAnew, StorageError> {
    let mut done = SignedAnew::default();
    for place in &PLACES {
        let mut last = (place.before_all)();
        while let Some(next) = sign_page(tx, place, &last, (by, key), &mut done)? {
            last = next;
        }
    }
    Ok(done)
}

/// Signs the page after the row `last`, and answers the last row of it; none where there is none.
fn sign_page(
    tx: &Connection,
    place: &Place,
    last: &[Value],
    (by, key): (&VerifyingKey, &SigningKey),
    done: &mut SignedAnew,
) -> Result<Option<Vec<Value>>, StorageError> {
    let columns = last.len();
    let mut page = tx.prepare_cached(place.page)?;
    let rows = page.query_map(params_from_iter(last), |row| {
        let name = (1..=columns).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>()?;
        Ok((row.get::<_, Vec<u8>>(0)?, name))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut store = tx.prepare_cached(place.store)?;
    for (bytes, name) in &rows {
        let anew = Envelope::from_json(bytes).and_then(|envelope| (place.anew)(&envelope, by, key)?.to_json());
        match anew {
            Ok(anew) => {
                store.execute(params_from_iter([Value::Blob(anew)].iter().chain(name)))?;
                done.messages += 1;
            }
            Err(_) => done.left += 1,
        }
    }
    Ok(rows.into_iter().next_back().map(|(_, name)| name))
}
