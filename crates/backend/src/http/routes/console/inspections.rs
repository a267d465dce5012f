//! `GET /v1/inspections` and `GET /v1/inspections/{record}`: every inspection, also one without observations, and
//! one with its proof and the observations made in it.
//!
//! An observation names its inspection by that inspection's id, which several records may claim: `?entity=` lists
//! them all. One record is asked for by its operation.

use axum::Json;
use axum::extract::{RawQuery, State};
use baken_protocol::ids::EntityReference;
use baken_protocol::record::{OpenInspection, OpenPart, Operation};

use super::observations::{contents, proof};
use super::query;
use crate::http::extract::allowed::{Allowed, ReadRecords};
use crate::http::extract::named::{Named, RecordName};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::{InspectionDetail, InspectionPage, ObservationSummary, summaries};
use crate::register;
use crate::storage::{Apart, AuditObject, Filter, PageRequest, StoredRecord};

/// Observations shown with an inspection.
const OBSERVATIONS: u32 = 200;

/// A page of inspections, the last received first.
#[utoipa::path(get, path = "/v1/inspections", operation_id = "listInspections", 
    params(
        ("entity" = Option<String>, Query, description = "Only the records of this inspection, which an observation \
          names as `inspection`. May be repeated or hold several ids with commas."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "What this account may see.", body = InspectionPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    RawQuery(query): RawQuery,
) -> Result<Json<InspectionPage>, Problem> {
    let request = query::inspections(query.as_deref().unwrap_or_default())?;
    let page = state
        .blocking(move |state| {
            let page = state.read(|tx| Ok(register::inspections(tx, &signed_in.clearance(), &request)?))?;
            let entities = Some(names(&request.entities)).filter(|entities| !entities.is_empty());
            let asked = entities.map(|entities| ("entity", entities)).into_iter().collect();
            let after = request.after.as_ref().map(|cursor| cursor.record.to_string());
            let asked = query::listed(asked, after, page.items.len());
            signed_in.account_for_listing(state, AuditObject::Inspections, &asked)?;
            Ok(page.into())
        })
        .await?;
    Ok(Json(page))
}

/// One record of an inspection with its proof, be it the latest or not.
#[utoipa::path(get, path = "/v1/inspections/{record}", operation_id = "readInspection",  
    responses(
        (status = 200, description = "The inspection, why to believe it, and its observations this account may see.",
         body = InspectionDetail),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    Named(RecordName { record: id }): Named<RecordName>,
) -> Result<Json<InspectionDetail>, Problem> {
    let detail = state
        .blocking(move |state| {
            let clearance = signed_in.clearance();
            let (now, terms) = (state.environment.clock.now(), state.terms());
            let found = state.read(|tx| {
                let record = tx.record(Some(&clearance), id)?.map(as_inspection).transpose()?.flatten();
                let Some((record, signed, open)) = record else { return Ok(None) };
                let filter = Filter { inspections: vec![signed.entity()], apart: Apart::Along, ..Filter::default() };
                let request = PageRequest::first(filter, OBSERVATIONS, now);
                let page = register::observations(tx, &terms, &clearance, &request)?;
                let tenant = &state.installation.tenant;
                let taking_part = register::participants(tx, tenant, &clearance, signed.entity(), &open)?;
                Ok(Some((record, signed, open, page, taking_part)))
            })?;
            let Some((record, signed, open, page, taking_part)) = found else {
                signed_in.account_for_reading(state, AuditObject::Inspection, &id.to_string(), false)?;
                return Err(Problem::not_found());
            };
            signed_in.account_for_reading(state, AuditObject::Inspection, &id.to_string(), true)?;
            let observations = summaries(page.items);
            Ok(InspectionDetail {
                participation: taking_part.map(Into::into),
                ..detail(state, &record, &signed, open, observations)?
            })
        })
        .await?;
    Ok(Json(detail))
}

fn names(entities: &[EntityReference]) -> String {
    entities.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn as_inspection(record: StoredRecord) -> Result<Option<(StoredRecord, Operation, OpenInspection)>, Problem> {
    let signed: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    Ok(match signed.open.clone() {
        OpenPart::Inspection(open) => Some((record, signed, open)),
        OpenPart::Observation(_) | OpenPart::Participation(_) | OpenPart::Contact(_) => None,
    })
}

fn detail(
    state: &AppState,
    record: &StoredRecord,
    signed: &Operation,
    open: OpenInspection,
    observations: Vec<ObservationSummary>,
) -> Result<InspectionDetail, Problem> {
    let (sealed, _) = contents(record)?;
    Ok(InspectionDetail {
        inspection: signed.entity().to_string(),
        operation: signed.id().to_string(),
        device: record.signer.device,
        device_label: record.signer.label.clone(),
        organisation: record.signer.organisation.clone(),
        started_at: signed.observed_at,
        received_at: record.received_at,
        place_kind: open.place_kind.to_string(),
        district: open.district.map(String::from),
        organisations: open.organisations.into_iter().map(String::from).collect(),
        ground: open.ground.to_string(),
        sealed,
        proof: proof(state, record)?,
        observations,
        participation: None,
    })
}
