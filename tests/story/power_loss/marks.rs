//! What the day says of itself, in one file: what it is about to do, and what it was told is done. Each line is one write, so
//! that it stands in its place among the writes of the device.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use baken_protocol::ids::OperationId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) const FILE: &str = "marks";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mark {
    /// From here on the device is one that somebody uses.
    Begins,
    /// A draft is to hold these words, and does.
    Saving(Uuid, String),
    Saved(Uuid),
    /// So many photos are in a draft.
    Photographed(Uuid, usize),
    /// So many pieces of a note are kept.
    Spoke(Uuid, u32),
    /// A draft is to be signed, and is.
    Signing(Uuid),
    Signed(Uuid, OperationId),
    /// A record without a draft was signed.
    SignedAtOnce(OperationId),
    /// These went out on their way, and were received.
    Sent(Vec<OperationId>),
    Received(Vec<OperationId>),
}

pub(super) struct Marks(std::fs::File);

impl Marks {
    pub(super) fn into(folder: &Path) -> Self {
        Self(std::fs::File::options().create(true).append(true).open(folder.join(FILE)).unwrap())
    }

    pub(super) fn say(&self, mark: &Mark) {
        let line = format!("{}\n", serde_json::to_string(mark).unwrap());
        (&self.0).write_all(line.as_bytes()).unwrap();
    }
}

/// What must be there.
#[derive(Debug, Clone, Default)]
pub(super) struct Promised {
    pub(super) has_begun: bool,
    pub(super) drafts: BTreeMap<Uuid, DraftPromise>,
    pub(super) records: BTreeMap<OperationId, Way>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct DraftPromise {
    /// The words that were kept last, and those that are to be.
    pub(super) kept: Option<String>,
    pub(super) to_be: Option<String>,
    pub(super) photos: usize,
    pub(super) pieces: u32,
    pub(super) is_signing: bool,
}

/// How far a record is on its way, at the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Signed,
    Sent,
    Received,
}

impl Promised {
    pub(super) fn take(&mut self, mark: &Mark) {
        match mark {
            Mark::Begins => self.has_begun = true,
            Mark::Saving(draft, words) => self.drafts.entry(*draft).or_default().to_be = Some(words.clone()),
            Mark::Saved(draft) => {
                let draft = self.drafts.get_mut(draft).unwrap();
                draft.kept = draft.to_be.take();
            }
            Mark::Photographed(draft, photos) => self.drafts.get_mut(draft).unwrap().photos = *photos,
            Mark::Spoke(draft, pieces) => self.drafts.get_mut(draft).unwrap().pieces = *pieces,
            Mark::Signing(draft) => self.drafts.get_mut(draft).unwrap().is_signing = true,
            Mark::Signed(draft, operation) => {
                self.drafts.remove(draft);
                self.records.insert(*operation, Way::Signed);
            }
            Mark::SignedAtOnce(operation) => {
                self.records.insert(*operation, Way::Signed);
            }
            Mark::Sent(operations) => self.further(operations, Way::Sent),
            Mark::Received(operations) => self.further(operations, Way::Received),
        }
    }

    fn further(&mut self, operations: &[OperationId], way: Way) {
        for operation in operations {
            let known = self.records.entry(*operation).or_insert(way);
            *known = way.max(*known);
        }
    }
}
