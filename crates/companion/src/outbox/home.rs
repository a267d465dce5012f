//! What the home screen shows: the open inspection, the drafts, and how the records stand.

use baken_protocol::ids::Code;
use baken_protocol::record::RecordKind;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::aside;
use crate::outbox::outcomes::{OpenQuestions, open_questions};
use crate::outbox::standing::{self, StateCounts};
use crate::recording::drafts::DraftSummary;
use crate::recording::inspection::{self, InspectionSummary, open_inspection};
use crate::store::Store;
use crate::store::settings::Setting;
use crate::trust::clock_reading;
use crate::trust::device;
use crate::trust::key_directory;

/// Everything for the home screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Home {
    /// The inspection that is open on this device.
    pub inspection: Option<InspectionSummary>,
    /// When somebody last said that it runs; nothing where nobody was asked yet.
    #[ts(type = "string | null")]
    pub inspection_confirmed_at: Option<DateTime<Utc>>,
    /// The kinds of place of the latest inspections, the latest first.
    pub latest_place_kinds: Vec<Code>,
    /// Drafts, the last saved first.
    pub drafts: Vec<DraftSummary>,
    /// How many observations are in which state.
    pub observations: StateCounts,
    /// How many inspections are in which state.
    pub inspections: StateCounts,
    /// How many contact moments are in which state.
    pub contacts: StateCounts,
    /// What the office asks about records, where it does.
    pub questions: Option<OpenQuestions>,
    /// When the last sync ended well.
    #[ts(type = "string | null")]
    pub last_sync_at: Option<DateTime<Utc>>,
    /// How the last sync failed, if it did.
    pub last_sync_error: Option<FailureCode>,
    /// The organisation of whoever carries this device.
    pub organisation: Code,
    /// Seconds by which the municipality's clock is ahead of this device's, where that is worth telling.
    pub clock_ahead_seconds: Option<i64>,
    /// Whether the municipality's keys have run out, by this device's clock or for certain. Recording goes on.
    pub keys_expired: bool,
    /// When the lease ends, where that is near: from then on nothing is shown until the municipality was heard.
    #[ts(type = "string | null")]
    pub lease_ends_at: Option<DateTime<Utc>>,
    /// Whether a part of what is stored here was found damaged. What can be read is still sent.
    pub store_damaged: bool,
    /// The largest body the network lets through, in bytes, where it turned one away.
    pub network_limit_bytes: Option<usize>,
}

impl Store {
    /// Everything for the home screen.
    pub fn home(&self) -> Result<Home, Failure> {
        let drafts = self.drafts()?;
        self.read(|connection| {
            let inspection = open_inspection(connection)?;
            Ok(Home {
                inspection: inspection.and_then(inspection::summary),
                inspection_confirmed_at: Setting::InspectionConfirmedAt.read(connection)?,
                latest_place_kinds: inspection::latest_place_kinds(connection)?,
                drafts,
                observations: standing::counts(connection, RecordKind::Observation)?,
                inspections: standing::counts(connection, RecordKind::Inspection)?,
                contacts: standing::counts(connection, RecordKind::Contact)?,
                questions: open_questions(connection)?,
                last_sync_at: Setting::LastSyncAt.read(connection)?,
                last_sync_error: Setting::LastSyncError.read(connection)?,
                organisation: device::load(connection)?.ok_or(Failure::NotEnrolled)?.organisation,
                clock_ahead_seconds: clock_reading::worth_saying(connection, &self.environment, &self.known)?,
                keys_expired: key_directory::has_expired(connection, &self.environment, &self.known)?,
                lease_ends_at: self.lease_ends_soon(connection)?,
                store_damaged: self.found_damage(),
                network_limit_bytes: aside::limit_of_the_network(connection)?,
            })
        })
    }
}
