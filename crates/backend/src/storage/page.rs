//! What is asked of a list: what is looked for, in which order, from where on.

use baken_protocol::ids::{DeviceId, EntityReference, RecordId};
use chrono::{DateTime, Utc};

use crate::time_zone::TimeZone;

/// What comes first in the inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What is acute and not handled, the newest on top; then what must be acted on first; then what has no term. What is
    /// handled comes last, the last handled first.
    #[default]
    Due,
    /// What was received last.
    Received,
}

impl Order {
    /// Its name in a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Received => "received",
        }
    }

    /// Reads what [`Order::name`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Due, Self::Received].into_iter().find(|order| order.name() == text)
    }
}

/// Where a record stands in a list: what is less comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The group: what leads comes before the rest.
    pub group: u8,
    /// Within it, in milliseconds.
    pub at: i64,
}

/// Filters of the inbox; an empty list filters nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Forms of exploitation.
    pub forms: Vec<String>,
    /// Districts.
    pub districts: Vec<String>,
    /// Urgencies.
    pub urgencies: Vec<String>,
    /// Kinds of place.
    pub place_kinds: Vec<String>,
    /// Levels.
    pub levels: Vec<String>,
    /// Devices.
    pub devices: Vec<String>,
    /// Inspections.
    pub inspections: Vec<EntityReference>,
    /// Seen at or after.
    pub from: Option<DateTime<Utc>>,
    /// Seen before.
    pub until: Option<DateTime<Utc>>,
    /// Whether what was set apart is among it.
    pub apart: Apart,
    /// How it is in hand.
    pub work: Work,
    /// Who asks, by login: what is [`Work::Mine`].
    pub asker: String,
}

/// Which of the observations by how they are in hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Work {
    /// What is not handled: the work of the day.
    #[default]
    Open,
    /// Of that, what whoever asks took on.
    Mine,
    /// What is handled.
    Handled,
    /// All of it.
    All,
}

impl Work {
    const ALL: [Self; 4] = [Self::Open, Self::Mine, Self::Handled, Self::All];

    /// Its name in a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mine",
            Self::Handled => "handled",
            Self::All => "all",
        }
    }

    /// Reads what [`Work::name`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|work| work.name() == text)
    }

    /// Whether what is handled, or is not, is among it.
    pub const fn holds(self, handled: bool) -> bool {
        match self {
            Self::Open | Self::Mine => !handled,
            Self::Handled => handled,
            Self::All => true,
        }
    }
}

/// Which of the records that came from a device after it was revoked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Apart {
    /// None of them: the work of the day.
    #[default]
    Out,
    /// Nothing else.
    Only,
    /// Those too.
    Along,
}

impl Filter {
    /// Whether operations have to be looked at to tell what fits: what it asks beyond level, urgency and what was set
    /// apart, and how it is in hand.
    pub fn asks_of_operations(&self) -> bool {
        let lists = [&self.forms, &self.districts, &self.place_kinds, &self.devices];
        lists.iter().any(|list| !list.is_empty())
            || !self.inspections.is_empty()
            || self.from.is_some()
            || self.until.is_some()
    }

    /// What is filtered by, for the audit log: named as in a URL, but for `before`, which is the day after `to`.
    /// Days are those of `zone`.
    pub fn terms(&self, zone: TimeZone) -> Vec<(&'static str, String)> {
        let day = |time: DateTime<Utc>| vec![zone.date_of(time).to_string()];
        let terms = [
            ("form", self.forms.clone()),
            ("district", self.districts.clone()),
            ("urgency", self.urgencies.clone()),
            ("placeKind", self.place_kinds.clone()),
            ("level", self.levels.clone()),
            ("device", self.devices.clone()),
            ("inspection", self.inspections.iter().map(ToString::to_string).collect()),
            ("from", self.from.map(day).unwrap_or_default()),
            ("before", self.until.map(day).unwrap_or_default()),
            ("handling", if self.work == Work::Open { Vec::new() } else { vec![self.work.name().to_owned()] }),
            ("apart", if self.apart == Apart::Only { vec!["only".to_owned()] } else { Vec::new() }),
        ];
        let used = terms.into_iter().filter(|(_, values)| !values.is_empty());
        used.map(|(name, values)| (name, values.join(","))).collect()
    }
}

/// One page that is asked for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// What must hold of every observation.
    pub filter: Filter,
    /// What comes first.
    pub order: Order,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// The most observations to answer.
    pub limit: u32,
}

impl PageRequest {
    /// The first page of what `filter` leaves.
    pub fn first(filter: Filter, limit: u32) -> Self {
        Self { filter, order: Order::default(), after: None, limit }
    }
}

/// One page of inspections that is asked for, the last received first.
#[derive(Debug, Clone)]
pub struct InspectionRequest {
    /// Only of these inspections; an empty list asks for all.
    pub entities: Vec<EntityReference>,
    /// Where the page before ended.
    pub after: Option<ArrivalCursor>,
    /// The most inspections to answer.
    pub limit: u32,
}

/// One page of devices that is asked for, the last enrolled first.
#[derive(Debug, Clone)]
pub struct DeviceRequest {
    /// Where the page before ended.
    pub after: Option<DeviceCursor>,
    /// The most devices to answer.
    pub limit: u32,
}

impl DeviceRequest {
    /// The first page.
    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}

/// A place in the list of devices, which time does not change: after this one the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCursor {
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// The device.
    pub device: DeviceId,
}

/// A place in the inbox, which time does not change: after this one the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The order it is a place in.
    pub order: Order,
    /// The place by what is ordered by.
    pub position: Position,
    /// The device of the operation.
    pub device: String,
    /// The operation.
    pub operation: String,
}

impl Cursor {
    /// The record it stands at, as `DEVICE.OPERATION`.
    pub fn record(&self) -> String {
        format!("{}.{}", self.device, self.operation)
    }
}

/// A place in the list of inspections, which time does not change: after this one the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalCursor {
    /// When the backend received it.
    pub received_at: DateTime<Utc>,
    /// The record.
    pub record: RecordId,
}
