//! `baken-backend check`: whether a dossier holds, from the fingerprint of the root key down.
//!
//! It is the second verifier beside `verifier/check.py`: other code, the same verdicts, held to the same hostile
//! dossiers (`tests/vectors/dossiers`). It needs no register, writes nothing, and believes nothing in the folder but
//! what is signed below that fingerprint. Each stage names every fault it finds; the next one does not build on them.
//!
//! Low-order, mixed-order and non-canonical keys are refused where a key is read (`baken_protocol::signature`), since
//! `ring`, which checks the signatures, accepts any key.

mod agreement;
mod folder;
mod messages;
mod opening;
mod verdict;

use std::path::Path;

use baken_protocol::digest::Digest;
use baken_protocol::seal::Identity;

use self::folder::{Folder, plain};
use self::messages::{Envelopes, Messages};
use self::verdict::{Faults, Stop};
use crate::admin::dossier::layout::Part;
use crate::admin::verifier::{self, PageState};

pub use opening::{IdentityError, read_identity};
pub use verdict::{Arrival, DirectorySummary, Fault, FaultCode, Note, Report, Summary, Verdict};

/// Something is missing here, in words; it says nothing about the dossier.
#[derive(Debug)]
struct Obstacle(String);

/// Why a check ended before its end.
enum Ended {
    Faults,
    Obstacle(Obstacle),
}

impl From<Stop> for Ended {
    fn from(_: Stop) -> Self {
        Self::Faults
    }
}

impl From<Obstacle> for Ended {
    fn from(obstacle: Obstacle) -> Self {
        Self::Obstacle(obstacle)
    }
}

/// What was found on the way.
#[derive(Default)]
struct Findings {
    faults: Faults,
    obstacles: Vec<Obstacle>,
    notes: Vec<Note>,
    record: Option<Summary>,
    opened: Vec<String>,
}

/// What the municipality says of itself by another way than the dossier came by.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The fingerprint of its root key.
    pub root: Digest,
    /// The number of its newest key directory. Without it, a key that was closed since is not known as closed.
    pub key_directory: Option<u64>,
}

impl From<Digest> for Known {
    fn from(root: Digest) -> Self {
        Self { root, key_directory: None }
    }
}

/// Checks the dossier at `path` against what is known of the municipality; with `identity` also what is sealed.
pub fn check(path: &Path, known: impl Into<Known>, identity: Option<&Identity>) -> Report {
    let mut found = Findings::default();
    match stages(path, known.into(), identity, &mut found) {
        Ok(()) | Err(Ended::Faults) => {}
        Err(Ended::Obstacle(obstacle)) => found.obstacles.push(obstacle),
    }
    let faults = found.faults.into_list();
    let verdict = if faults.iter().any(|fault| !fault.code.is_of_age()) {
        Verdict::DoesNotHold
    } else if !found.obstacles.is_empty() {
        // Whatever was not looked at may not hold, or may: that it is old as well is no verdict.
        Verdict::CannotCheck
    } else if faults.is_empty() {
        Verdict::Holds
    } else {
        Verdict::ExportAnew
    };
    Report {
        verdict,
        faults,
        obstacles: found.obstacles.into_iter().map(|Obstacle(words)| words).collect(),
        notes: found.notes,
        record: found.record,
        opened: found.opened,
    }
}

fn stages(path: &Path, known: Known, identity: Option<&Identity>, found: &mut Findings) -> Result<(), Ended> {
    let folder = Folder::read(path, &mut found.faults)?;
    found.faults.end_of_stage()?;

    check_page(&folder, found);
    let envelopes = Envelopes::read(&folder, &mut found.faults);
    found.faults.end_of_stage()?;

    let messages = envelopes.verify(&folder, known, &mut found.faults)?;
    let notes = agreement::compare(&folder, &messages, &mut found.faults);
    found.faults.end_of_stage()?;

    if !found.faults.is_empty() {
        // Signed with a closed key: nothing it says is told, since whoever got hold of that key could have said it.
        return Err(Ended::Faults);
    }
    found.notes = notes;
    let record = summary(&messages);
    if record.quarantined {
        found.notes.push(Note::Quarantined);
    }
    found.record = Some(record);
    if let Some(identity) = identity {
        let record = (&messages.operation.payload, &messages.batch.payload);
        found.opened = opening::open(path, &folder, record, identity, &mut found.faults)?;
    }
    Ok(())
}

fn check_page(folder: &Folder, found: &mut Findings) {
    match verifier::judge_page(folder.bytes(Part::Page)) {
        PageState::Known => {}
        PageState::Altered => found.faults.add(FaultCode::Page, &[&Part::Page]),
        PageState::OtherVerifier(named) => found.obstacles.push(Obstacle(format!(
            "{} names the verifier {named}, and this program's is {}: find out which is the published one",
            Part::Page,
            verifier::script_hash()
        ))),
    }
}

fn summary(messages: &Messages) -> Summary {
    let (operation, receipt) = (&messages.operation.payload, &messages.receipt);
    let arrivals = operation.attachments.iter().filter_map(|attachment| messages.arrivals.get(&attachment.sha256));
    Summary {
        record: operation.id().to_string(),
        action: operation.action,
        municipality: plain(&messages.directory.municipality),
        organisation: messages.certificate.organisation.to_string(),
        device_key: messages.certificate.public_key.fingerprint().to_string(),
        finalised_at: operation.finalised_at,
        clock_offset_seconds: operation.clock_offset_seconds,
        received_at: receipt.received_at,
        receipt_number: receipt.leaf_index.saturating_add(1),
        log_origin: plain(&receipt.log_origin),
        chain: receipt.chain.to_string(),
        seq: receipt.seq,
        quarantined: receipt.quarantined,
        key_directory: DirectorySummary { epoch: messages.directory.epoch, issued_at: messages.directory.issued_at },
        attachments: arrivals
            .map(|said| Arrival { sha256: said.sha256.to_string(), received_at: said.received_at })
            .collect(),
    }
}
