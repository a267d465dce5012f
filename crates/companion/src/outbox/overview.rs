//! The open inspection as its own device knows it: who takes part, what was recorded here, and what is still open before
//! this device says that it is done.
//!
//! Deliberately absent: what others recorded, and a description of photos, which have none.

use baken_protocol::ids::{Code, EntityId};
use baken_protocol::record::RecordKind;
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde::Serialize;
use ts_rs::TS;

use crate::failure::Failure;
use crate::outbox::records::{self, RecordSummary};
use crate::outbox::standing::RecordState;
use crate::outbox::steps::Correction;
use crate::recording::drafts::{self, DraftSummary};
use crate::recording::forms::{DraftForm, PersonForm};
use crate::recording::inspection::{InspectionSummary, open_inspection, summary};
use crate::recording::joint;
use crate::store::Store;

/// The consent state that is no answer.
const NOT_ASKED: &str = "niet-gevraagd";

/// The open inspection, with what is still open in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectionOverview {
    /// Which.
    pub inspection: InspectionSummary,
    /// How this device takes part together with others; nothing where it is alone in it.
    pub together: Option<TakingPart>,
    /// What was recorded here in it, the first signed first.
    pub observations: Vec<RecordSummary>,
    /// What was begun in it and is not signed.
    pub drafts: Vec<DraftSummary>,
    /// How many photos of those drafts wait for a word on whether they are to be kept.
    pub photos_undecided: u64,
    /// How many of their spoken notes were broken off: what was said last may have to be said again.
    pub spoken_broken_off: u64,
    /// Observations with a person who was asked for no consent at all.
    pub without_consent: Vec<RecordSummary>,
    /// How many of the observations the municipality has not received yet.
    pub waiting: u64,
}

/// How this device takes part, and who else does as far as it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TakingPart {
    /// What this device does there.
    pub role: Code,
    /// The organisation that started it, where that is another device's.
    pub started_by: Option<Code>,
    /// When this device joined, or first showed the code.
    #[ts(type = "string")]
    pub joined_at: DateTime<Utc>,
}

impl Store {
    /// The open inspection with what is still open in it; nothing where none is.
    pub fn inspection_overview(&self) -> Result<Option<InspectionOverview>, Failure> {
        self.read(|connection| {
            let Some(open) = open_inspection(connection)? else { return Ok(None) };
            let together = joint::taking_part(connection, &open)?;
            let (observations, without_consent) = observations_of(connection, open.entity)?;
            let received = |record: &&RecordSummary| record.state != RecordState::Acknowledged;
            let waiting = observations.iter().filter(received).count();
            let drafts = drafts::of_inspection(connection, open.entity)?;
            Ok(summary(open.clone()).map(|inspection| InspectionOverview {
                inspection,
                together: together.map(|joint| TakingPart {
                    role: joint.role,
                    started_by: open.of.map(|_| joint.started_by),
                    joined_at: joint.joined_at,
                }),
                waiting: u64::try_from(waiting).unwrap_or(u64::MAX),
                observations,
                photos_undecided: drafts.photos_undecided,
                spoken_broken_off: drafts.spoken_broken_off,
                drafts: drafts.drafts,
                without_consent,
            }))
        })
    }
}

/// The observations of an inspection that were signed here, and those of them with a person who was not asked.
fn observations_of(
    connection: &Connection,
    inspection: EntityId,
) -> Result<(Vec<RecordSummary>, Vec<RecordSummary>), Failure> {
    let of_it = records::of_inspection(connection, RecordKind::Observation, inspection)?;
    let unasked =
        |form: &DraftForm| matches!(form, DraftForm::Observation(form) if form.persons.iter().any(is_unasked));
    // Nobody is to be asked any more for the sake of what was taken back.
    let stands = |record: &RecordSummary| record.corrected != Some(Correction::Retracted);
    let without = of_it
        .iter()
        .filter(|(record, form)| stands(record) && unasked(form))
        .map(|(record, _)| record.clone())
        .collect();
    Ok((of_it.into_iter().map(|(record, _)| record).collect(), without))
}

fn is_unasked(person: &PersonForm) -> bool {
    person.consents.iter().all(|consent| consent.state == NOT_ASKED)
}
