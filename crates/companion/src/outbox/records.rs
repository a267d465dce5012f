//! What was signed on this device, each record with its state (`outbox/standing.rs`).
//!
//! A record is an inspection or an observation as it stands after all its steps (`outbox/steps.rs`), at the place of the
//! first: what is corrected stays where its author looks for it. Read from the store by `on_disk`, listed by `list`, looked
//! for by `wanted` and `words`.

pub(crate) mod list;
mod on_disk;
pub(crate) mod wanted;
mod words;

use baken_protocol::ids::{Code, EntityId, OperationId};
use baken_protocol::record::{Action, ConfidentialityLevel, RecordKind};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::failure::Failure;
use crate::failure_code::FailureCode;
use crate::outbox::outcomes::RecordOutcome;
use crate::outbox::purge::purged_at;
use crate::outbox::standing::RecordState;
use crate::outbox::steps::{Correction, RecordStep, as_it_stands};
use crate::recording::attached::Attached;
use crate::recording::corrections::first_step;
use crate::recording::finalise::Finalised;
use crate::recording::forms::DraftForm;
use crate::recording::photos::{self, PhotoSummary};
use crate::recording::spoken::{self, SpokenNote};
use crate::store::Store;
use crate::store::settings::Setting;
use on_disk::steps;

pub(super) use list::of_inspection;
pub(super) use on_disk::SignedStep;

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordSummary {
    /// The last of its operations that says something: its first, or its last amendment.
    pub operation: OperationId,
    /// What it is about.
    pub entity: EntityId,
    /// Inspection or observation.
    pub kind: RecordKind,
    /// The inspection it belongs to.
    pub inspection: Option<EntityId>,
    /// The place's name; may be empty.
    pub title: String,
    /// The kind of place.
    pub place_kind: Option<Code>,
    /// The first line of its author's own words; empty where there are none.
    pub line: String,
    /// Who may see it, where that was chosen.
    pub level: Option<ConfidentialityLevel>,
    /// How soon someone must act.
    pub urgency: Option<Code>,
    /// When it was first signed.
    #[ts(type = "string")]
    pub finalised_at: DateTime<Utc>,
    /// What was done to it since.
    pub corrected: Option<Correction>,
    /// Where it is on its way; of several steps the one that has come least far.
    pub state: RecordState,
    /// When the backend received it, by its receipt; of several steps the one that has come least far.
    #[ts(type = "string | null")]
    pub received_at: Option<DateTime<Utc>>,
    /// The receipt's place in the backend's log as people count: the leaf index plus one.
    pub receipt_number: Option<u64>,
    /// How many photos it has.
    pub photos: u64,
    /// How many spoken notes it has.
    pub spoken: u64,
    /// How many of its photos and spoken notes the backend holds.
    pub attachments_sent: u64,
    /// Why it is `failed`.
    pub failure: Option<FailureCode>,
    /// What became of it at the office, as far as that was told.
    pub outcome: Option<RecordOutcome>,
}

/// A record with all the author may read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RecordDetail {
    /// As in the list.
    pub summary: RecordSummary,
    /// What was filled in, as it stands; nothing once it was purged.
    pub form: Option<DraftForm>,
    /// Its photos, of all its steps.
    pub photos: Vec<PhotoSummary>,
    /// Its spoken notes, likewise.
    pub spoken: Vec<SpokenNote>,
    /// Everything that was signed of it, the last first.
    pub history: Vec<RecordStep>,
    /// When its content was removed from this device, as the municipality has it.
    #[serde(rename = "purgedAt")]
    #[ts(rename = "purgedAt", type = "string | null")]
    pub purged_at: Option<DateTime<Utc>>,
}

impl RecordSummary {
    /// A record at the moment it is signed: on this device only.
    fn finalised(
        operation: OperationId,
        entity: EntityId,
        form: &DraftForm,
        finalised_at: DateTime<Utc>,
        attached: Attached,
    ) -> Self {
        let mut summary = Self::unreadable(operation, entity, form.kind(), finalised_at, attached);
        summary.title = form.title();
        summary.line = form.line();
        summary.place_kind.clone_from(&form.place().kind);
        if let DraftForm::Observation(form) = form {
            summary.inspection = form.inspection;
            summary.level = Some(form.level);
            summary.urgency.clone_from(&form.urgency);
        }
        if let DraftForm::Participation(form) = form {
            summary.inspection = Some(form.inspection);
        }
        if let DraftForm::Contact(form) = form {
            summary.inspection = form.inspection;
            summary.level = Some(form.level);
        }
        summary
    }

    /// A record of which this version cannot read the author's copy. It travels all the same: what was signed and
    /// sealed does not depend on that copy.
    fn unreadable(
        operation: OperationId,
        entity: EntityId,
        kind: RecordKind,
        finalised_at: DateTime<Utc>,
        attached: Attached,
    ) -> Self {
        Self {
            operation,
            entity,
            kind,
            inspection: None,
            title: String::new(),
            place_kind: None,
            line: String::new(),
            level: None,
            urgency: None,
            finalised_at,
            corrected: None,
            state: RecordState::Finalised,
            received_at: None,
            receipt_number: None,
            photos: attached.photos,
            spoken: attached.spoken,
            attachments_sent: 0,
            failure: None,
            outcome: None,
        }
    }
}

impl Store {
    /// *Vastleggen*: signs a draft off; it is a record from then on.
    pub fn finalise(&self, draft: Uuid) -> Result<RecordSummary, Failure> {
        let Finalised { operation, action, entity, form, at, attached } = self.sign_off(draft)?;
        match action {
            Action::Create => Ok(RecordSummary::finalised(operation, entity, &form, at, attached)),
            Action::Amend | Action::Retract => Ok(self.record(operation)?.summary),
        }
    }

    /// Takes a record back, for a reason: signed at once, and what was signed before stays to be read.
    pub fn retract(&self, operation: OperationId, reason: &str) -> Result<RecordSummary, Failure> {
        let retraction = self.sign_retraction(operation, reason)?;
        Ok(self.record(retraction)?.summary)
    }

    /// One record, by any of its steps, to read again.
    pub fn record(&self, operation: OperationId) -> Result<RecordDetail, Failure> {
        self.read(|connection| {
            let last_error: Option<FailureCode> = Setting::LastSyncError.read(connection)?;
            let first = first_step(connection, operation)?.ok_or(Failure::NotFound)?;
            let steps = steps(connection, first.cast_unsigned(), last_error)?;
            let (summary, form) = as_it_stands(&steps)?;
            let purged_at = purged_at(connection, first)?;
            if form.is_none() && purged_at.is_none() {
                return Err(Failure::Unreadable);
            }
            let (mut photos, mut spoken) = (Vec::new(), Vec::new());
            // Of what was purged there are none to look at or to hear any more.
            for step in steps.iter().filter(|_| purged_at.is_none()) {
                photos.extend(photos::of_operation(connection, step.summary.operation.0)?);
                spoken.extend(spoken::of_operation(connection, step.summary.operation.0)?);
            }
            let history = steps.into_iter().rev().map(RecordStep::from).collect();
            Ok(RecordDetail { summary, form, photos, spoken, history, purged_at })
        })
    }
}
