//! `POST /v1/reports/{report}/notes`, `GET /v1/reports/{report}/texts`: what was written down about a report, sealed in the
//! browser. Nothing here can open it.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::casework::{NewText, Wrong, done};
use crate::http::extract::allowed::{Allowed, HandleRecords, ReadSealed};
use crate::http::extract::named::{Named, ReportName};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::{ReportDetail, ReportTexts};
use crate::register::{self, WantedWork};
use crate::storage::{AuditAction, AuditObject, Casework, NoteKind};

/// Something that was written down.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewNote {
    /// How many steps there were: another number is refused.
    #[schema(required = true)]
    expected_steps: Option<u64>,
    /// `note`, or `contact`: with whom somebody spoke or wrote.
    #[schema(required = true)]
    note: Option<String>,
    /// What it says.
    #[schema(required = true)]
    text: Option<NewText>,
}

/// Writes something down.
#[utoipa::path(post, path = "/v1/reports/{report}/notes", operation_id = "writeNote", request_body = NewNote, responses(
    (status = 201, description = "Written: how the report stands now.", body = ReportDetail),
    (status = 400, description = "malformed, or invalid with every wrong field: expectedSteps is required; note is required \
     or unknown; text is required, invalid or too long.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "changed-meanwhile: there are more steps than were known, or a newer key directory than \
     the text was sealed by.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
    note: Result<Json<NewNote>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(note) = note.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the note")))?;
    let mut wrong = Wrong::default();
    let expected = wrong.required("expectedSteps", note.expected_steps);
    let kind: Option<NoteKind> = wrong.code("note", note.note.as_deref());
    let text = wrong.text(note.text.as_ref(), true);
    let (expected, kind) = wrong.else_of(expected.zip(kind))?;
    let wanted = WantedWork { work: Casework::Note(kind), text };
    done(state, signed_in, (report, expected), wanted, (AuditAction::WriteNote, kind.to_string())).await
}

/// The sealed texts of a report: notes, and what explains tasks and referrals.
#[utoipa::path(get, path = "/v1/reports/{report}/texts", operation_id = "listReportTexts", responses(
    (status = 200, description = "The last two hundred, each by the step it belongs to.", body = ReportTexts),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn texts(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadSealed>,
    Named(ReportName { report }): Named<ReportName>,
) -> Result<Json<ReportTexts>, Problem> {
    let texts = state
        .blocking(move |state| {
            let found = state.read(|tx| Ok(register::report_texts(tx, &signed_in.clearance(), report)?))?;
            signed_in.account_for_reading(state, AuditObject::ReportTexts, &report.to_string(), found.is_some())?;
            Ok(found.ok_or_else(Problem::not_found)?.into())
        })
        .await?;
    Ok(Json(texts))
}
