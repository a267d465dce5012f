//! `GET /v1/observations` and `GET /v1/observations/{record}`: the inbox, and one record with its proof.
//!
//! A record is asked for by its operation: two devices, one of them a copy or a malicious one, may claim the same
//! observation, and each of their records must be within reach.

use std::collections::HashSet;

use axum::Json;
use axum::extract::{RawQuery, State};
use baken_protocol::attachment_receipt::AttachmentReceipt;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::record::Operation;

use super::query;
use crate::http::extract::allowed::{Allowed, ReadRecords};
use crate::http::extract::named::{Named, RecordName};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::{AttachmentSummary, ObservationDetail, ObservationPage, SealedSummary, summaries};
use crate::register::{self, ObservationHistory, Proof, prove};
use crate::storage::{AuditObject, Cursor, StoredRecord};

/// A page of the inbox. Each filter may be repeated or hold several values with commas.
#[utoipa::path(get, path = "/v1/observations", operation_id = "listObservations", 
    params(
        ("form" = Option<String>, Query), ("district" = Option<String>, Query), ("urgency" = Option<String>, Query),
        ("placeKind" = Option<String>, Query), ("level" = Option<String>, Query), ("device" = Option<String>, Query),
        ("inspection" = Option<String>, Query),
        ("from" = Option<String>, Query, pattern = r"^\d{4}-\d{2}-\d{2}$", description = "First day of observation, as 2026-01-31."),
        ("to" = Option<String>, Query, pattern = r"^\d{4}-\d{2}-\d{2}$", description = "Last day of observation."),
        ("apart" = Option<String>, Query, description = "`only`: what came from a device after it was revoked. \
          Without it none of that is listed or counted."),
        ("handling" = Option<String>, Query, description = "`open`, the default: what is not handled. `mine`: of that, \
          what this account took on. `handled`, or `all`."),
        ("order" = Option<String>, Query, description = "`due`, the default: what is acute and not handled, the newest \
          first; then by the end of the term; then what is handled, the last handled first. `received`: the last \
          received first."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before, in the same order."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "What this account may see.", body = ObservationPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    RawQuery(query): RawQuery,
) -> Result<Json<ObservationPage>, Problem> {
    let zone = state.installation.time_zone;
    let request = query::observations(query.as_deref().unwrap_or_default(), &signed_in.account.login, zone)?;
    let page = state
        .blocking(move |state| {
            let clearance = signed_in.clearance();
            let page = state.read(|tx| Ok(register::observations(tx, &state.terms(), &clearance, &request)?))?;
            let asked = [vec![("order", request.order.name().to_owned())], request.filter.terms(zone)].concat();
            let asked = query::listed(asked, request.after.as_ref().map(Cursor::record), page.items.len());
            signed_in.account_for_listing(state, AuditObject::Observations, &asked)?;
            Ok(page.into())
        })
        .await?;
    Ok(Json(page))
}

/// One record of an observation with its proof, be it the latest or not, and everything that was done to it.
#[utoipa::path(get, path = "/v1/observations/{record}", operation_id = "readObservation",  
    responses(
        (status = 200, description = "The record and why to believe it.", body = ObservationDetail),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    Named(RecordName { record: id }): Named<RecordName>,
) -> Result<Json<ObservationDetail>, Problem> {
    let detail = state
        .blocking(move |state| {
            let clearance = signed_in.clearance();
            let terms = state.terms();
            let found = state.read(|tx| {
                Ok(register::observation(tx, &terms, &clearance, id)?.zip(tx.record(Some(&clearance), id)?))
            })?;
            let Some((observed, record)) = found else {
                signed_in.account_for_reading(state, AuditObject::Observation, &id.to_string(), false)?;
                return Err(Problem::not_found());
            };
            signed_in.account_for_reading(state, AuditObject::Observation, &id.to_string(), true)?;
            let (sealed, attachments) = contents(&record)?;
            let ObservationHistory { observation, current, history, handled, claims } = observed;
            Ok(ObservationDetail {
                summary: observation.into(),
                attachments,
                sealed,
                proof: proof(state, &record)?,
                current: current.to_string(),
                history: summaries(history),
                handling: handled.into(),
                claims: summaries(claims),
            })
        })
        .await?;
    Ok(Json(detail))
}

/// Why to believe a record, checked now.
pub(super) fn proof(state: &AppState, record: &StoredRecord) -> Result<Proof, Problem> {
    prove(record, &state.installation).ok_or_else(Problem::internal)
}

/// What a signed operation says of its sealed part.
pub(super) fn sealed_summary(operation: &Operation) -> SealedSummary {
    SealedSummary {
        sha256: operation.sealed.sha256.to_string(),
        size_bytes: operation.sealed.size_bytes,
        recipients: operation.sealed.recipients.iter().map(ToString::to_string).collect(),
        epoch: operation.sealed.epoch,
    }
}

/// A record's sealed part and attachments, as its signed operation names them.
pub(super) fn contents(record: &StoredRecord) -> Result<(SealedSummary, Vec<AttachmentSummary>), Problem> {
    let operation: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    let sealed = sealed_summary(&operation);
    let held: HashSet<Digest> = record.attachment_receipts.iter().filter_map(of_attachment).collect();
    let attachments = operation.attachments.iter().map(|attachment| AttachmentSummary {
        sha256: attachment.sha256.to_string(),
        size_bytes: attachment.size_bytes,
        class: attachment.class,
        complete: held.contains(&attachment.sha256),
    });
    Ok((sealed, attachments.collect()))
}

/// Which attachment a stored receipt is for.
fn of_attachment(receipt: &Envelope) -> Option<Digest> {
    receipt.peek::<AttachmentReceipt>().ok().map(|receipt| receipt.sha256)
}
