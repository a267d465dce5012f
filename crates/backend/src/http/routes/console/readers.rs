//! `GET /v1/reports/{report}/readers` and `GET /v1/observations/{record}/readers`: who read it, by the audit log.

use axum::Json;
use axum::extract::State;

use crate::http::extract::allowed::{Allowed, HandleRecords};
use crate::http::extract::named::{Named, RecordName, ReportName};
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::Readers;
use crate::register::{self, Reader};
use crate::storage::{AuditObject, StorageError, Transaction};

/// Who read a report, by themselves: what is in a list, or was searched in pages, is not counted.
#[utoipa::path(get, path = "/v1/reports/{report}/readers", operation_id = "listReadersOfReport", responses(
    (status = 200, description = "Whoever read last first.", body = Readers),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn of_report(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
) -> Result<Json<Readers>, Problem> {
    let id = report.to_string();
    told(state, signed_in, id, move |tx, signed_in| register::readers_of_report(tx, &signed_in.clearance(), report))
        .await
}

/// Who read an observation: any of its operations, its sealed parts and its attachments, each by itself.
#[utoipa::path(get, path = "/v1/observations/{record}/readers", operation_id = "listReadersOfObservation", responses(
    (status = 200, description = "Whoever read last first.", body = Readers),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn of_observation(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(RecordName { record }): Named<RecordName>,
) -> Result<Json<Readers>, Problem> {
    let id = record.to_string();
    let find = move |tx: &dyn Transaction, signed_in: &SignedIn| {
        register::readers_of_observation(tx, &signed_in.clearance(), record)
    };
    told(state, signed_in, id, find).await
}

async fn told(
    state: AppState,
    signed_in: SignedIn,
    id: String,
    find: impl FnOnce(&dyn Transaction, &SignedIn) -> Result<Option<Vec<Reader>>, StorageError> + Send + 'static,
) -> Result<Json<Readers>, Problem> {
    let readers = state
        .blocking(move |state| {
            let found = state.read(|tx| Ok(find(tx, &signed_in)?))?;
            signed_in.account_for_reading(state, AuditObject::Readers, &id, found.is_some())?;
            Ok(found.ok_or_else(Problem::not_found)?.into())
        })
        .await?;
    Ok(Json(readers))
}
