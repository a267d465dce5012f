//! `baken-backend verify`: every signature, hash and link of the register checked again, from the root key down.
//!
//! It trusts nothing the register says about itself: columns are compared with the signed bytes beside them.
//! Deliberately absent: what a register alone cannot show, as the loss of the newest batches; for that the
//! receipts on the devices are there. Whose root key it is a person compares, or gives.

mod audit_log;
mod catalogues;
mod keys;
mod log;
mod noted;
mod records;
mod reports;
mod standings;

use std::collections::HashMap;
use std::path::Path;

use baken_protocol::digest::Digest;
use baken_protocol::keydir::ReceiptKeys;
use baken_protocol::log_continuation::LogContinuation;
use baken_protocol::signature::VerifyingKey;
use serde::Serialize;

use crate::files::attachments::AttachmentFiles;
use crate::storage::{Database, Installation, StorageError, Transaction, UnitOfWork};

pub use noted::NotedLine;

/// What was checked, and what does not hold.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Key directories checked.
    pub key_directories: u64,
    /// Enrolments checked.
    pub devices: u64,
    /// Batches checked.
    pub batches: u64,
    /// Operations checked.
    pub operations: u64,
    /// Attachments whose bytes are held and were hashed.
    pub attachments: u64,
    /// Attachments announced but not here yet; no fault, a device will bring them.
    pub attachments_awaited: u64,
    /// Lines of the audit log checked.
    pub audit_lines: u64,
    /// The hash of its last line: one that was noted earlier must stand in the log still.
    pub audit_head: Option<String>,
    /// Up to which of its lines it is as it was noted, where a noted one stands in it.
    pub audit_as_noted: Option<u64>,
    /// Chains that were frozen after a fork: no fault of the register, but worth telling.
    pub frozen_chains: Vec<String>,
    /// The root key's fingerprint: everything above holds below this key and no other.
    pub root_key: Option<Digest>,
    /// Everything that does not hold, in words.
    pub faults: Vec<String>,
}

impl Report {
    /// Holds the register to the root key the municipality knows: one made whole by somebody else has another.
    pub fn expect_root(&mut self, fingerprint: Digest) {
        if self.root_key != Some(fingerprint) {
            self.faults.push("the root key is not the one whose fingerprint was given".into());
        }
    }
}

/// Checks the whole register in one consistent view.
pub fn verify(storage: &dyn Database, attachments: &Path, installation: &Installation) -> Result<Report, StorageError> {
    let files = AttachmentFiles::open(attachments.to_owned()).map_err(|_| StorageError::Content)?;
    storage.read(|tx| {
        let report = Report { root_key: Some(installation.root_key.fingerprint()), ..Report::default() };
        let mut audit = Audit {
            tx,
            installation,
            report,
            devices: HashMap::new(),
            receipt_keys: None,
            content_key: None,
            continuations: Vec::new(),
        };
        audit.key_directories()?;
        audit.devices()?;
        audit.continuations()?;
        audit.log()?;
        audit.batches()?;
        audit.operations()?;
        audit.standings()?;
        audit.reports()?;
        audit.attachments(&files)?;
        audit.catalogues()?;
        audit.audit_log()?;
        audit.report.frozen_chains = tx.frozen_chains()?.iter().map(ToString::to_string).collect();
        Ok(audit.report)
    })
}

struct Audit<'a> {
    tx: &'a dyn Transaction,
    installation: &'a Installation,
    report: Report,
    /// The keys of devices whose enrolment holds.
    devices: HashMap<String, VerifyingKey>,
    /// The receipt keys of the newest directory, if that holds.
    receipt_keys: Option<ReceiptKeys>,
    /// The content key of the newest directory, if that holds.
    content_key: Option<VerifyingKey>,
    /// Where the log went on from another, as far as that holds.
    continuations: Vec<LogContinuation>,
}

impl Audit<'_> {
    fn fault(&mut self, what: String) {
        self.report.faults.push(what);
    }
}
