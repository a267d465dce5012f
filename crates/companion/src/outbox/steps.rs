//! The steps of a record, and how it stands after them: first signed, then amended or retracted by its own device. What
//! was signed before stays to be read, with the reason why it was corrected.

use baken_protocol::ids::OperationId;
use baken_protocol::record::Action;
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::failure_code::FailureCode;
use crate::outbox::records::{RecordSummary, SignedStep};
use crate::outbox::standing::RecordState;
use crate::recording::forms::DraftForm;
use crate::store::StoreError;

/// What was done to a record since it was first signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Correction {
    /// It says something else than at first.
    Amended,
    /// It was taken back, which cannot be undone.
    Retracted,
}

/// One step of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordStep {
    /// Its operation.
    pub operation: OperationId,
    /// What it did.
    pub action: Action,
    /// When it was signed.
    #[ts(type = "string")]
    pub finalised_at: DateTime<Utc>,
    /// Where it is on its way.
    pub state: RecordState,
    /// When the backend received it, by its receipt.
    #[ts(type = "string | null")]
    pub received_at: Option<DateTime<Utc>>,
    /// Why it is `failed`.
    pub failure: Option<FailureCode>,
    /// What it says, with the reason; nothing where this version cannot read it.
    pub form: Option<DraftForm>,
    /// How many photos came with it.
    pub photos: u64,
    /// How many spoken notes came with it.
    pub spoken: u64,
}

impl From<SignedStep> for RecordStep {
    fn from(SignedStep { action, summary, form }: SignedStep) -> Self {
        let RecordSummary { operation, finalised_at, state, received_at, failure, photos, spoken, .. } = summary;
        Self { operation, action, finalised_at, state, received_at, failure, form, photos, spoken }
    }
}

/// A record after these steps, which stand in the order of *Vastleggen*, and what it says. It shows what was said last.
/// It has come no further than the step that has come least far: nothing is called received of which a part is not.
pub(super) fn as_it_stands(steps: &[SignedStep]) -> Result<(RecordSummary, Option<DraftForm>), StoreError> {
    let says = |step: &&SignedStep| step.action != Action::Retract;
    let first = steps.first().ok_or(StoreError::Content)?;
    let shown = steps.iter().rfind(says).ok_or(StoreError::Content)?;
    // Of those that are equally far, the last.
    let least = steps.iter().max_by_key(|step| step.summary.state.still_to_go()).unwrap_or(shown);
    let retracted = steps.iter().any(|step| step.action == Action::Retract);
    let corrected =
        if retracted { Some(Correction::Retracted) } else { (steps.len() > 1).then_some(Correction::Amended) };
    let summary = RecordSummary {
        corrected,
        finalised_at: first.summary.finalised_at,
        state: least.summary.state,
        received_at: least.summary.received_at,
        failure: least.summary.failure,
        // It is told of the record, which its first step names.
        outcome: first.summary.outcome.clone(),
        photos: steps.iter().map(|step| step.summary.photos).sum(),
        spoken: steps.iter().map(|step| step.summary.spoken).sum(),
        attachments_sent: steps.iter().map(|step| step.summary.attachments_sent).sum(),
        ..shown.summary.clone()
    };
    Ok((summary, shown.form.clone()))
}
