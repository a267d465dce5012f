//! `GET /v1/contacts` and `GET /v1/contacts/{record}`: the contact moments of outreach workers, and one with its proof. They
//! stand apart from the inbox: a contact moment is no observation, and has no term.

use axum::Json;
use axum::extract::{RawQuery, State};
use baken_protocol::record::{OpenContact, OpenPart, Operation};

use super::observations::{contents, proof};
use super::query;
use crate::http::extract::allowed::{Allowed, ReadRecords};
use crate::http::extract::named::{Named, RecordName};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::{ContactDetail, ContactPage};
use crate::register;
use crate::storage::{AuditObject, StoredRecord};

/// A page of contact moments, the last received first.
#[utoipa::path(get, path = "/v1/contacts", operation_id = "listContacts",
    params(
        ("entity" = Option<String>, Query, description = "Only the records of this contact moment. May be repeated or \
          hold several ids with commas."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "What this account may see.", body = ContactPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    RawQuery(query): RawQuery,
) -> Result<Json<ContactPage>, Problem> {
    let request = query::inspections(query.as_deref().unwrap_or_default())?;
    let page = state
        .blocking(move |state| {
            let page = state.read(|tx| Ok(register::contacts(tx, &signed_in.clearance(), &request)?))?;
            let asked = request.entities.iter().map(|entity| ("entity", entity.to_string())).collect();
            let after = request.after.as_ref().map(|cursor| cursor.record.to_string());
            let asked = query::listed(asked, after, page.items.len());
            signed_in.account_for_listing(state, AuditObject::Contacts, &asked)?;
            Ok(page.into())
        })
        .await?;
    Ok(Json(page))
}

/// One record of a contact moment with its proof, be it the latest or not.
#[utoipa::path(get, path = "/v1/contacts/{record}", operation_id = "readContact",
    responses(
        (status = 200, description = "The record and why to believe it.", body = ContactDetail),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    Named(RecordName { record: id }): Named<RecordName>,
) -> Result<Json<ContactDetail>, Problem> {
    let detail = state
        .blocking(move |state| {
            let clearance = signed_in.clearance();
            let found = state.read(|tx| Ok(tx.record(Some(&clearance), id)?.map(as_contact).transpose()?.flatten()))?;
            signed_in.account_for_reading(state, AuditObject::Contact, &id.to_string(), found.is_some())?;
            let (record, signed, open) = found.ok_or_else(Problem::not_found)?;
            detail(state, &record, &signed, &open)
        })
        .await?;
    Ok(Json(detail))
}

fn as_contact(record: StoredRecord) -> Result<Option<(StoredRecord, Operation, OpenContact)>, Problem> {
    let signed: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    Ok(match signed.open.clone() {
        OpenPart::Contact(open) => Some((record, signed, open)),
        OpenPart::Inspection(_) | OpenPart::Observation(_) | OpenPart::Participation(_) => None,
    })
}

fn detail(
    state: &AppState,
    record: &StoredRecord,
    signed: &Operation,
    open: &OpenContact,
) -> Result<ContactDetail, Problem> {
    let (sealed, _) = contents(record)?;
    Ok(ContactDetail {
        contact: signed.entity().to_string(),
        operation: signed.id().to_string(),
        action: signed.action,
        inspection: signed.inspection.map(|inspection| inspection.to_string()),
        device: record.signer.device,
        device_label: record.signer.label.clone(),
        organisation: record.signer.organisation.clone(),
        met_at: signed.observed_at,
        received_at: record.received_at,
        follow_up: open.follow_up.to_string(),
        level: open.level,
        sealed,
        proof: proof(state, record)?,
    })
}
