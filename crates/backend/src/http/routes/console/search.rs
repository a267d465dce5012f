//! `GET /v1/sealed-parts` and `GET /v1/records`: what a browser searches in, and records by the number that people
//! call them by. What is looked for in sealed parts never comes here: the browser opens and searches them.

use axum::Json;
use axum::extract::{RawQuery, State};
use baken_protocol::record::Operation;
use data_encoding::BASE64;

use super::observations::sealed_summary;
use super::query;
use crate::http::extract::allowed::{Allowed, ReadRecords, ReadSealed};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::{FoundRecord, FoundRecords, SealedItem, SealedPage};
use crate::register;
use crate::storage::{AuditAction, AuditObject, StorageError};

/// Records of one number that are named, at most.
const FOUND: u32 = 10;

/// Sealed parts of observations by the page, to be searched in the browser: handled or not, but for what was set apart; the
/// last received first. Each page is one reading of all that it names, and is written down so.
#[utoipa::path(get, path = "/v1/sealed-parts", operation_id = "listSealedParts",
    params(
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 50, description = "1 to 50."),
    ),
    responses(
        (status = 200, description = "What this account may see.", body = SealedPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn sealed_parts(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadSealed>,
    RawQuery(query): RawQuery,
) -> Result<Json<SealedPage>, Problem> {
    let request = query::sealed_parts(query.as_deref().unwrap_or_default(), &signed_in.account.login)?;
    let page = state
        .blocking(move |state| {
            let (clearance, terms) = (signed_in.clearance(), state.terms());
            let page = state.read(|tx| {
                let page = register::observations(tx, &terms, &clearance, &request)?;
                let mut items = Vec::with_capacity(page.items.len());
                for item in page.items {
                    let (envelope, sealed) = tx.sealed(&clearance, item.row.record)?.ok_or(StorageError::Content)?;
                    let signed: Operation = envelope.peek().map_err(|_| Problem::internal())?;
                    let sealed_summary = sealed_summary(&signed);
                    items.push(SealedItem {
                        summary: item.into(),
                        sealed: sealed_summary,
                        content: BASE64.encode(&sealed),
                    });
                }
                let next_cursor = page.next.map(|cursor| cursor.to_text());
                Ok(SealedPage { items, next_cursor, total: page.total })
            })?;
            let names: Vec<&str> = page.items.iter().map(|item| item.summary.operation.as_str()).collect();
            let detail = format!("search, {} shown: {}", names.len(), names.join(" "));
            let entry = signed_in.entry(AuditAction::Read, AuditObject::SealedParts, "").with_detail(&detail);
            state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?))?;
            Ok(page)
        })
        .await?;
    Ok(Json(page))
}

/// The records that go by a number among people: usually one, for it is the end of an id.
#[utoipa::path(get, path = "/v1/records", operation_id = "findRecords",
    params(("number" = String, Query, description = "As `BE57-3AE2`, with or without the stroke.")),
    responses(
        (status = 200, description = "Those that this account may see.", body = FoundRecords),
        (status = 400, description = "invalid: number is required, or is none.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn numbered(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    RawQuery(query): RawQuery,
) -> Result<Json<FoundRecords>, Problem> {
    let end = query::number(query.as_deref().unwrap_or_default())?;
    let records = state
        .blocking(move |state| {
            let found = state.read(|tx| Ok(tx.records_ending(&signed_in.clearance(), &end, FOUND)?))?;
            let asked = query::listed(vec![("number", end)], None, found.len());
            signed_in.account_for_listing(state, AuditObject::Records, &asked)?;
            let named = found.into_iter().map(|(record, kind)| FoundRecord { operation: record.to_string(), kind });
            Ok(named.collect())
        })
        .await?;
    Ok(Json(FoundRecords { records }))
}
