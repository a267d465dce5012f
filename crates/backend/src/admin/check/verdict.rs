//! What a check ends in: the verdict, every fault with the files it is about, and what the record is.

use std::fmt;

use serde::Serialize;

/// The verdict. "Cannot be checked here" is never "does not hold".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything was checked.
    Holds,
    /// Something does not hold.
    DoesNotHold,
    /// Nothing contradicts anything, and it is signed with a key that was closed, or may have been: no proof, and no
    /// forgery for certain. Whoever holds the record exports it anew.
    ExportAnew,
    /// Something is missing here; it says nothing about the dossier.
    CannotCheck,
}

impl Verdict {
    /// How the program ends.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::DoesNotHold => 1,
            Self::CannotCheck => 2,
            Self::ExportAnew => 3,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "The dossier HOLDS / het dossier KLOPT",
            Self::DoesNotHold => "The dossier DOES NOT HOLD / het dossier KLOPT NIET",
            Self::ExportAnew => {
                "The dossier PROVES NOTHING ANY MORE: ask the municipality to EXPORT IT ANEW / het dossier BEWIJST NIETS \
                 MEER: vraag de gemeente het OPNIEUW te maken"
            }
            Self::CannotCheck => {
                "It CANNOT BE CHECKED HERE, which says nothing about the dossier / het kan HIER NIET worden nagegaan, \
                 wat niets zegt over het dossier"
            }
        })
    }
}

/// What does not hold. The codes are those of `verifier/check.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    /// A file is not there.
    Missing,
    /// An entry has no place in this dossier.
    Unexpected,
    /// A link, a folder or something else where a file belongs.
    NotAFile,
    /// Larger than it can be.
    TooLarge,
    /// The manifest is not one.
    Format,
    /// The page is not the one of this edition.
    Page,
    /// Not a signed message, or not written in the one way it can be.
    Envelope,
    /// Another kind of message.
    PayloadType,
    /// What was signed is not a message of its kind.
    Payload,
    /// Another root key than the fingerprint's.
    Root,
    /// Signed by another key than expected.
    UnknownKey,
    /// Signed by a key that has been closed: whoever got hold of it could have written this.
    ClosedKey,
    /// There is a newer key directory than any here, so the keys may have been closed.
    OlderDirectory,
    /// The signature does not hold.
    Signature,
    /// A key directory is incomplete, ambiguous or of another epoch.
    Directory,
    /// One key directory cannot follow the other.
    Succession,
    /// Two municipalities.
    OtherMunicipality,
    /// A certificate for another enrolment.
    OtherEnrolment,
    /// Another device than the certificate's.
    OtherDevice,
    /// A receipt for what another key signed.
    OtherKey,
    /// A receipt for another batch.
    OtherBatch,
    /// A receipt for another attachment.
    OtherAttachment,
    /// Received before its device was enrolled.
    BeforeEnrolment,
    /// The record or the batch contradicts itself.
    Record,
    /// The batch does not list the record.
    Listing,
    /// The bytes are not those the record names.
    Hash,
    /// What was sealed is not laid out as it must be.
    Container,
    /// What was sealed is for another record.
    Header,
}

impl FaultCode {
    /// Whether it says no more than that the dossier is too old to prove anything.
    pub const fn is_of_age(self) -> bool {
        matches!(self, Self::ClosedKey | Self::OlderDirectory)
    }

    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Missing => "this file is not there",
            Self::Unexpected => "this has no place in this dossier; who put it there?",
            Self::NotAFile => "this is not what stands here in a dossier",
            Self::TooLarge => "this is larger than it can be",
            Self::Format => "this is not what a dossier says of itself",
            Self::Page => "this is not the page of this edition; do not follow it",
            Self::Envelope => "this is not a signed message, or not written as one is",
            Self::PayloadType => "this is another kind of message than stands here",
            Self::Payload => "what was signed is not a message of its kind",
            Self::Root => "its root key does not have the fingerprint that was given",
            Self::UnknownKey => "this is signed by another key",
            Self::ClosedKey => "this is signed by a key that has been closed",
            Self::OlderDirectory => {
                "the municipality has a newer key directory, so keys of this one may have been closed"
            }
            Self::Signature => "the signature does not hold",
            Self::Directory => "the key directory is incomplete, ambiguous or of another epoch",
            Self::Succession => "the one cannot follow the other",
            Self::OtherMunicipality => "these are of two municipalities",
            Self::OtherEnrolment => "the certificate was not given for this enrolment",
            Self::OtherDevice => "this is of another device than the certificate",
            Self::OtherKey => "the receipt is for what another key signed",
            Self::OtherBatch => "the receipt is for another batch",
            Self::OtherAttachment => "the receipt is for another attachment",
            Self::BeforeEnrolment => "this says that something was received before its device was enrolled",
            Self::Record => "this contradicts itself",
            Self::Listing => "the batch does not list this record with its attachments",
            Self::Hash => "this is not what the record names",
            Self::Container => "what was sealed is not laid out as it must be",
            Self::Header => "what was sealed is for another record",
        }
    }
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What.
    pub code: FaultCode,
    /// The files it is about, the first before all.
    pub files: Vec<String>,
    /// In words.
    pub says: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.files.join(" and "), self.says)
    }
}

/// Faults told at most: a hostile folder may have any number.
const FAULTS: usize = 50;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

/// A stage ended with faults: what follows would build on them.
pub(super) struct Stop;

impl Faults {
    pub(super) fn add(&mut self, code: FaultCode, files: &[&dyn fmt::Display]) {
        if self.0.len() < FAULTS {
            let files = files.iter().map(ToString::to_string).collect();
            self.0.push(Fault { code, files, says: code.says() });
        }
    }

    /// [`Faults::add`] unless `holds`.
    pub(super) fn expect(&mut self, holds: bool, code: FaultCode, files: &[&dyn fmt::Display]) {
        if !holds {
            self.add(code, files);
        }
    }

    pub(super) fn names(&self, file: &str) -> bool {
        self.0.iter().any(|fault| fault.files.iter().any(|named| named == file))
    }

    pub(super) fn end_of_stage(&self) -> Result<(), Stop> {
        if self.0.iter().all(|fault| fault.code.is_of_age()) { Ok(()) } else { Err(Stop) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_list(self) -> Vec<Fault> {
        self.0
    }
}

/// Something to know about a dossier that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Note {
    /// The device had been revoked when the record arrived.
    Quarantined,
    /// The key directory it was sealed under is not in the dossier.
    NoSealingDirectory {
        /// Its epoch.
        epoch: u64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarantined => {
                f.write_str("the record was set apart: when the municipality received it, the device had been revoked")
            }
            Self::NoSealingDirectory { epoch } => write!(
                f,
                "the key directory {epoch}, under which it was sealed, is not here, so it cannot be shown to whose keys \
                 it was sealed"
            ),
        }
    }
}

/// The record of a dossier that was read to its end, numbered as the screens number it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// `DEVICE.OPERATION`.
    pub record: String,
    /// Created, amended or retracted.
    pub action: baken_protocol::record::Action,
    /// The municipality's name.
    pub municipality: String,
    /// The organisation the municipality let the device in for.
    pub organisation: String,
    /// The fingerprint of the device's key.
    pub device_key: String,
    /// When it was signed, by the device's clock.
    pub finalised_at: chrono::DateTime<chrono::Utc>,
    /// Seconds by which the municipality's clock was ahead of that one when they last met, as the device signed it.
    pub clock_offset_seconds: Option<i64>,
    /// When the municipality received it.
    pub received_at: chrono::DateTime<chrono::Utc>,
    /// The number of its receipt, from 1.
    pub receipt_number: u64,
    /// The log that numbers it.
    pub log_origin: String,
    /// The device's chain.
    pub chain: String,
    /// The batch's place in it.
    pub seq: u64,
    /// Set apart: the device had been revoked.
    pub quarantined: bool,
    /// The newest key directory in the dossier.
    pub key_directory: DirectorySummary,
    /// Its attachments.
    pub attachments: Vec<Arrival>,
}

/// A key directory in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectorySummary {
    /// Its epoch.
    pub epoch: u64,
    /// When it was signed.
    pub issued_at: chrono::DateTime<chrono::Utc>,
}

/// An attachment, and when it was whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    /// The hash of its age file.
    pub sha256: String,
    /// When the municipality had it whole.
    pub received_at: chrono::DateTime<chrono::Utc>,
}

/// Everything a check found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// What does not hold.
    pub faults: Vec<Fault>,
    /// What kept it from being checked.
    pub obstacles: Vec<String>,
    /// What to know.
    pub notes: Vec<Note>,
    /// The record; none where the check did not come to its end, or nothing of it is proved.
    pub record: Option<Summary>,
    /// What was opened with the identity that was given, and fits the record.
    pub opened: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            let what = if fault.code.is_of_age() { "PROVES NOTHING ANY MORE" } else { "DOES NOT HOLD" };
            writeln!(f, "{what}: {fault}")?;
        }
        for obstacle in &self.obstacles {
            writeln!(f, "CANNOT CHECK HERE: {obstacle}")?;
        }
        if let Some(record) = &self.record {
            write!(f, "{record}")?;
        }
        for name in &self.opened {
            writeln!(f, "opened {name}: it is sealed for this record")?;
        }
        for note in &self.notes {
            writeln!(f, "NOTE: {note}")?;
        }
        writeln!(f, "{}", self.verdict)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let action = match self.action {
            baken_protocol::record::Action::Create => "create",
            baken_protocol::record::Action::Amend => "amend",
            baken_protocol::record::Action::Retract => "retract",
        };
        writeln!(f, "record {} ({action}), of {} in {}", self.record, self.organisation, self.municipality)?;
        let (signed, received) = (time(self.finalised_at), time(self.received_at));
        writeln!(f, "signed {signed} by the device's clock, with key {}", self.device_key)?;
        match self.clock_offset_seconds {
            None => writeln!(f, "that clock had not met the municipality's before")?,
            Some(seconds) => {
                let way = if seconds < 0 { "ahead of" } else { "behind" };
                let size = seconds.unsigned_abs();
                writeln!(
                    f,
                    "that clock was {size} s {way} the municipality's when they last met, as the device signed"
                )?;
            }
        }
        writeln!(f, "received {received} as number {} of log {}", self.receipt_number, self.log_origin)?;
        for attachment in &self.attachments {
            writeln!(f, "attachment {} received whole {}", attachment.sha256, time(attachment.received_at))?;
        }
        let directory = &self.key_directory;
        writeln!(f, "below key directory {}, signed {}", directory.epoch, time(directory.issued_at))
    }
}
