//! How observations stand: what their operations add up to, kept as rows, so that a list is read in its order and counted
//! without going through all of them. What adds up to what is decided in `register::standing`.

use baken_protocol::ids::{DeviceId, EntityId, OperationId, RecordId};
use chrono::{DateTime, Utc};

use super::{Clearance, Filter, InHand, StorageError};

/// How far what a filter leaves is counted.
pub const COUNTED_TO: u64 = 10_000;

/// How an observation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    /// The number of its first operation.
    pub number: i64,
    /// The number of the operation that a list shows.
    pub shown: i64,
    /// Who may see it, as [`shown_to`] says it.
    pub shown_to: String,
    /// Whether it was set apart.
    pub quarantined: bool,
    /// The strictest urgency; empty where the vocabulary knows none of them.
    pub urgency: String,
    /// When that was named first.
    pub urgent_since: DateTime<Utc>,
    /// The earliest term.
    pub due_at: Option<DateTime<Utc>>,
    /// When the operation came that a list shows.
    pub received_at: DateTime<Utc>,
    /// When it was last amended.
    pub amended_at: Option<DateTime<Utc>>,
    /// When it was last taken back.
    pub retracted_at: Option<DateTime<Utc>>,
    /// How it is in hand.
    pub in_hand: InHand,
}

/// What observations are counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StandingKind {
    /// Who may see them.
    pub shown_to: String,
    /// Whether they were set apart.
    pub quarantined: bool,
    /// Their strictest urgency; empty where the vocabulary knows none.
    pub urgency: String,
    /// Whether they are handled.
    pub handled: bool,
}

impl StandingRow {
    /// The kind that it is counted with.
    pub fn kind(&self) -> StandingKind {
        let Self { shown_to, quarantined, urgency, in_hand, .. } = self;
        StandingKind {
            shown_to: shown_to.clone(),
            quarantined: *quarantined,
            urgency: urgency.clone(),
            handled: in_hand.handled_at.is_some(),
        }
    }
}

/// A standing that another operation is added to.
#[derive(Debug, Clone)]
pub struct HeldStanding {
    /// The entity.
    pub entity: EntityId,
    /// Its level.
    pub level: String,
    /// Whether the operation that a list shows takes the record back.
    pub shown_retracts: bool,
    /// How it stands.
    pub row: StandingRow,
}

/// A standing in a list, with the names of what is shown for it.
#[derive(Debug, Clone)]
pub struct ListedStanding {
    /// The device.
    pub device: DeviceId,
    /// The operation that is shown.
    pub operation: OperationId,
    /// How it stands.
    pub row: StandingRow,
}

/// A part of a list that is ordered in one way; what came later stands first where that way says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch<'a> {
    /// Not handled and of one of these urgencies, the newest first.
    Leading {
        /// The urgencies that lead.
        urgencies: &'a [&'a str],
    },
    /// What is not handled, does not lead and has a term, the earliest first.
    Due {
        /// The urgencies that lead.
        leading: &'a [&'a str],
    },
    /// What is not handled, does not lead and has no term.
    Termless {
        /// The urgencies that lead.
        leading: &'a [&'a str],
    },
    /// What is handled, the last first.
    Handled,
    /// All of it, by when the operation came that is shown, the last first.
    Received,
}

/// Where a stretch goes on: after this moment (where it goes by one), and at that after this operation.
#[derive(Debug, Clone, Copy)]
pub struct After {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The number of the operation that was shown.
    pub shown: i64,
}

/// A part of a list that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct StretchRequest<'a> {
    /// Which one.
    pub stretch: Stretch<'a>,
    /// Where it goes on.
    pub after: Option<After>,
    /// The most to answer.
    pub limit: u64,
}

/// How many observations there are of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The kind.
    pub kind: StandingKind,
    /// How many.
    pub observations: u64,
}

/// How many observations a filter leaves, urgency left out.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Kind by kind.
    pub kinds: Vec<Counted>,
    /// Of these, what whoever asks has in hand.
    pub mine: Vec<Counted>,
    /// Whether that is all: more than [`COUNTED_TO`] are not counted where operations have to be gone through.
    pub is_exact: bool,
}

/// What is asked of how observations stand.
pub trait Standings {
    /// How these entities of a device stand, set apart or not.
    fn standings_of(
        &self,
        device: DeviceId,
        entities: &[EntityId],
        quarantined: bool,
    ) -> Result<Vec<HeldStanding>, StorageError>;
    /// Keeps how observations stand that none was kept of.
    fn add_standings(&self, rows: &[StandingRow]) -> Result<(), StorageError>;
    /// Keeps how one stands from now on.
    fn change_standing(&self, row: &StandingRow) -> Result<(), StorageError>;
    /// Counts so many more of a kind, or fewer.
    fn count_standing(&self, kind: &StandingKind, by: i64) -> Result<(), StorageError>;
    /// Notes of which observation an operation is.
    fn assign_standing(&self, number: i64, standing: i64) -> Result<(), StorageError>;
    /// Forgets how everything stands and what was counted.
    fn forget_standings(&self) -> Result<(), StorageError>;
    /// How an observation stands.
    fn standing(&self, number: i64) -> Result<Option<StandingRow>, StorageError>;
    /// How the observation stands that an operation is of.
    fn standing_of(&self, record: RecordId) -> Result<Option<StandingRow>, StorageError>;
    /// The operation with this number.
    fn record_numbered(&self, number: i64) -> Result<Option<RecordId>, StorageError>;
    /// How many standings are kept.
    fn count_standings(&self) -> Result<u64, StorageError>;
    /// Everything that was counted.
    fn counted(&self) -> Result<Vec<Counted>, StorageError>;
    /// What terms were reckoned by.
    fn reckoned_by(&self) -> Result<Option<String>, StorageError>;
    /// Notes what terms are reckoned by from now on.
    fn reckon_by(&self, terms: &str) -> Result<(), StorageError>;
    /// How many observations `clearance` and `filter` leave; urgency, what was set apart and how
    /// it is in hand are not asked of the filter.
    fn standing_counts(&self, clearance: &Clearance, filter: &Filter) -> Result<Counts, StorageError>;
    /// A stretch of what `clearance` and `filter` leave, which counted `counts`.
    fn stretch(
        &self,
        clearance: &Clearance,
        filter: &Filter,
        counts: &Counts,
        request: StretchRequest<'_>,
    ) -> Result<Vec<ListedStanding>, StorageError>;
    /// The number of an operation.
    fn number_of(&self, device: &str, operation: &str) -> Result<Option<i64>, StorageError>;
}
