//! Reports of a possible victim, and the steps they go through, which are only added. Where a report may go from where it
//! stands is decided in `register::triage`.

use std::fmt;
use std::str::FromStr;

use baken_protocol::digest::Digest;
use baken_protocol::ids::Code;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::{Casework, StorageError};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, TS)]
        #[serde(rename_all = "kebab-case")]
        #[ts(export)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }

        impl FromStr for $name {
            type Err = ReportCodeError;

            fn from_str(text: &str) -> Result<Self, ReportCodeError> {
                Self::ALL.iter().copied().find(|code| code.to_string() == text).ok_or(ReportCodeError)
            }
        }
    };
}

pub(super) use codes;

/// The text is no code of a report's.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a code of reports")]
pub struct ReportCodeError;

codes! {
    /// How a report came in.
    ReportSource {
        /// Made of observations that are held here.
        Observations,
        /// Somebody rang.
        Telephone,
        /// By letter or mail.
        Letter,
        /// By a hotline.
        Hotline,
        /// By another body.
        OtherBody,
    }
}

codes! {
    /// Where a report stands.
    ReportState {
        /// It came in.
        Received,
        /// Somebody assesses it.
        Assessment,
        /// Concrete enough to be investigated.
        Concrete,
        /// Not concrete enough.
        NotConcrete,
        /// Another report says the same.
        Duplicate,
        /// Another body has it.
        Transferred,
        /// It is investigated.
        Investigation,
        /// It is over.
        Closed,
    }
}

codes! {
    /// Why a report went where it stands.
    StateReason {
        /// To assessment: somebody began.
        Begun,
        /// To assessment: there is more to know.
        NewInformation,
        /// To assessment: what was said of it was not right.
        Corrected,
        /// Concrete: by several indications.
        Indications,
        /// Concrete: by a statement.
        Statement,
        /// Concrete: by a document.
        Document,
        /// Not concrete: too little is known.
        TooLittle,
        /// Not concrete: it cannot be looked into.
        NotVerifiable,
        /// Duplicate: of the same event.
        SameEvent,
        /// Transferred to the police.
        ToPolice,
        /// Transferred to the labour authority.
        ToNla,
        /// Transferred to care.
        ToCare,
        /// Transferred to another body.
        ToOther,
        /// Investigation: the body that has it said so.
        Told,
        /// Closed: human trafficking was confirmed.
        Confirmed,
        /// Closed: serious disadvantage.
        SeriousDisadvantage,
        /// Closed: no human trafficking.
        NotTrafficking,
        /// Closed: how it ended is not known.
        Unknown,
    }
}

/// What a report is called by: `M-2026-031`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportNumber {
    /// The year it was made in.
    pub year: u32,
    /// Which of that year.
    pub sequence: u32,
}

impl fmt::Display for ReportNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "M-{:04}-{:03}", self.year, self.sequence)
    }
}

impl FromStr for ReportNumber {
    type Err = ReportCodeError;

    fn from_str(text: &str) -> Result<Self, ReportCodeError> {
        let parts = text.strip_prefix("M-").and_then(|rest| rest.split_once('-')).ok_or(ReportCodeError)?;
        let number = |part: &str| part.parse().map_err(|_| ReportCodeError);
        let read = Self { year: number(parts.0)?, sequence: number(parts.1)? };
        // One spelling.
        if read.to_string() == text && read.sequence > 0 { Ok(read) } else { Err(ReportCodeError) }
    }
}

/// Where a report stands: what its steps add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportStand {
    /// How many steps there are.
    pub steps: u64,
    /// Where it stands.
    pub state: ReportState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whom it is assigned to, by login.
    pub holder: Option<String>,
    /// Whether it ever was concrete: it counts as such for ever.
    pub ever_concrete: bool,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// In the order in which they were made.
    pub number: i64,
    /// What it is called by.
    pub name: ReportNumber,
    /// How it came in.
    pub source: ReportSource,
    /// Its level.
    pub level: String,
    /// Whose it is, where the level is that of one organisation.
    pub organisation: String,
    /// Who may see it, as of standings.
    pub shown_to: String,
    /// The form of exploitation.
    pub form: Code,
    /// The kind of place.
    pub place_kind: Code,
    /// The district.
    pub district: Option<Code>,
    /// How soon somebody must act.
    pub urgency: Code,
    /// Who made it, by login.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Where it stands.
    pub stand: ReportStand,
}

/// A step of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportStep {
    /// The report.
    pub report: i64,
    /// Its place among the steps of that: 1, 2, …
    pub place: u64,
    /// What was done.
    pub taken: StepTaken,
    /// Who did it, by login.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The hash of the sealed text that belongs to it.
    pub text: Option<Digest>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepTaken {
    /// It goes elsewhere.
    Moved {
        /// Where.
        to: ReportState,
        /// Why.
        reason: StateReason,
        /// The report that it doubles.
        doubles: Option<i64>,
    },
    /// Somebody gets it, by login, or nobody has it any more.
    Assigned(Option<String>),
    /// Something else is done about it.
    Worked(Casework),
}

/// Which reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReportWork {
    /// What is not closed.
    #[default]
    Open,
    /// Of that, what is assigned to whoever asks.
    Mine,
    /// What is closed.
    Closed,
    /// All of them.
    All,
}

/// A page of reports that is asked for, the last made first.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    /// Which.
    pub work: ReportWork,
    /// Who asks, by login.
    pub asker: String,
    /// After this one.
    pub after: Option<ReportNumber>,
    /// The most to answer.
    pub limit: u32,
}

/// How many reports there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportCounts {
    /// Not closed.
    pub open: u64,
    /// Of these, assigned to whoever asks.
    pub mine: u64,
    /// Closed.
    pub closed: u64,
}

/// What is asked of reports.
pub trait Reports {
    /// The number of the next report, and what it is called by if it is made in `year`.
    fn next_report(&self, year: u32) -> Result<(i64, ReportNumber), StorageError>;
    /// Keeps a report.
    fn add_report(&self, report: &ReportRow) -> Result<(), StorageError>;
    /// Keeps where one stands from now on.
    fn change_report(&self, number: i64, stand: &ReportStand) -> Result<(), StorageError>;
    /// A report, by what it is called by.
    fn report(&self, name: ReportNumber) -> Result<Option<ReportRow>, StorageError>;
    /// A report, by its number.
    fn report_numbered(&self, number: i64) -> Result<Option<ReportRow>, StorageError>;
    /// Adds a step. One that has another's place is refused.
    fn add_report_step(&self, step: &ReportStep) -> Result<(), StorageError>;
    /// The last steps of a report, at most so many, in their order.
    fn report_steps(&self, report: i64, limit: u32) -> Result<Vec<ReportStep>, StorageError>;
    /// Reports that are shown to these: one more than asked for, where there are more.
    fn reports(&self, shown_to: &[String], request: &ReportRequest) -> Result<Vec<ReportRow>, StorageError>;
    /// How many are shown to these.
    fn count_reports(&self, shown_to: &[String], asker: &str) -> Result<ReportCounts, StorageError>;
    /// So many reports, by number, of those after this number.
    fn reports_after(&self, number: i64, limit: u32) -> Result<Vec<ReportRow>, StorageError>;
    /// How many steps are of no report.
    fn count_stray_steps(&self) -> Result<u64, StorageError>;
    /// The observations that became a report: the numbers of their first operations, at most so many.
    fn observations_of_report(&self, report: i64, limit: u32) -> Result<Vec<i64>, StorageError>;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_code_is_read_as_it_is_written_and_no_other() {
        for source in ReportSource::ALL {
            assert_eq!(source.to_string().parse(), Ok(*source));
        }
        for state in ReportState::ALL {
            assert_eq!(state.to_string().parse(), Ok(*state));
        }
        for reason in StateReason::ALL {
            assert_eq!(reason.to_string().parse(), Ok(*reason));
        }
        assert_eq!("Received".parse::<ReportState>(), Err(ReportCodeError));
    }

    #[test]
    fn a_report_is_called_in_one_way_only() {
        for (name, text) in [((2026, 31), "M-2026-031"), ((2026, 1234), "M-2026-1234"), ((2027, 1), "M-2027-001")] {
            let number = ReportNumber { year: name.0, sequence: name.1 };
            assert_eq!((number.to_string().as_str(), text.parse()), (text, Ok(number)));
        }
        for wrong in ["", "M-2026-31", "m-2026-031", "M-2026-000", "M-26-031", "M-2026-031 ", "M-2026--31", "M-2026"] {
            assert_eq!(wrong.parse::<ReportNumber>(), Err(ReportCodeError), "{wrong:?}");
        }
    }
}
