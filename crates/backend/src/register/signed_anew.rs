//! Everything the receipt key signed, signed anew with the next one, in the transaction that brings that one into use.
//!
//! What a message says stays to the byte, and with it its hash: chains, logs and what devices remember go on as before.
//! Only what holds is signed anew: a row that somebody altered is not made good, and `verify` goes on naming it.

use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::catalogue::Catalogue;
use baken_protocol::device_certificate::DeviceCertificate;
use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::receipt::Receipt;
use baken_protocol::signature::{SigningKey, VerifyingKey};

use crate::storage::{StorageError, Transaction, Vouched, VouchedRow};

/// How signing everything anew went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignedAnew {
    /// Receipts, certificates and continuations of the log that the next key vouches for.
    pub messages: u64,
    /// Those that did not hold before, and were left as they were.
    pub left: u64,
}

/// Signs with `key` what `by` signed of everything the register holds.
pub(super) fn sign_anew(tx: &dyn Transaction, by: &VerifyingKey, key: &SigningKey) -> Result<SignedAnew, StorageError> {
    let mut done = SignedAnew::default();
    for of in Vouched::ALL {
        let mut last = None;
        loop {
            let rows = tx.vouched_after(of, last.as_ref())?;
            for row in &rows {
                match anew(of, &row.envelope, by, key) {
                    Ok(envelope) => {
                        tx.replace_vouched(of, &VouchedRow { key: row.key.clone(), envelope })?;
                        done.messages += 1;
                    }
                    Err(_) => done.left += 1,
                }
            }
            let Some(row) = rows.into_iter().next_back() else { break };
            last = Some(row.key);
        }
    }
    Ok(done)
}

/// Signs with `key` the lists for devices that `by` signed. One that does not hold is left, and devices refuse it.
pub(super) fn sign_catalogues_anew(
    tx: &dyn Transaction,
    by: &VerifyingKey,
    key: &SigningKey,
) -> Result<SignedAnew, StorageError> {
    let mut done = SignedAnew::default();
    for (kind, bytes) in tx.catalogues()? {
        let anew = Envelope::from_json(&bytes).and_then(|it| it.signed_anew::<Catalogue>(by, key)?.to_json());
        match anew {
            Ok(envelope) => {
                tx.replace_catalogue_envelope(&kind, &envelope)?;
                done.messages += 1;
            }
            Err(_) => done.left += 1,
        }
    }
    Ok(done)
}

/// The same message with another signature, if it holds as it is.
fn anew(of: Vouched, bytes: &[u8], by: &VerifyingKey, key: &SigningKey) -> Result<Vec<u8>, EnvelopeError> {
    let envelope = Envelope::from_json(bytes)?;
    let anew = match of {
        Vouched::Certificates => envelope.signed_anew::<DeviceCertificate>(by, key),
        Vouched::Continuations => envelope.signed_anew::<LogContinuation>(by, key),
        Vouched::Receipts => envelope.signed_anew::<Receipt>(by, key),
        Vouched::AttachmentReceipts => envelope.signed_anew::<AttachmentReceipt>(by, key),
    };
    anew?.to_json()
}
