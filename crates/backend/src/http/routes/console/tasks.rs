//! `GET /v1/tasks`, `POST /v1/reports/{report}/tasks`, `POST /v1/reports/{report}/task-endings`: what is to be done about
//! reports, by which day and by whom.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{RawQuery, State};
use axum::response::IntoResponse;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::casework::{NewText, Wrong, done};
use super::query;
use crate::http::extract::allowed::{Allowed, HandleRecords, ReadRecords};
use crate::http::extract::named::{self, Named, ReportName};
use crate::http::problem::{FieldProblemCode, Problem};
use crate::http::state::AppState;
use crate::http::views::{ReportDetail, TaskPage};
use crate::register::{self, WantedWork};
use crate::storage::{AuditAction, AuditObject, Casework, TaskEnd, TaskKind};

/// Something that is to be done.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTask {
    /// How many steps there were: another number is refused.
    #[schema(required = true)]
    expected_steps: Option<u64>,
    /// `call`, `enquire`, `appointment`, `look-up`, `inspect-again`, `report-back` or `other`.
    #[schema(required = true)]
    task: Option<String>,
    /// By which day, as the municipality counts days: `2026-12-01`; today or later, two years ahead at most.
    #[schema(required = true)]
    due: Option<String>,
    /// By whom, by login; nobody's yet where it is missing or empty.
    assign_to: Option<String>,
    /// The explanation; `other` needs one.
    text: Option<NewText>,
}

/// A task is over.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTaskEnding {
    /// How many steps there were: another number is refused.
    #[schema(required = true)]
    expected_steps: Option<u64>,
    /// The task, by the place of the step that planned it.
    #[schema(required = true)]
    task: Option<u64>,
    /// `done` or `dropped`.
    #[schema(required = true)]
    how: Option<String>,
}

/// Tasks that are open, what is due first on top.
#[utoipa::path(get, path = "/v1/tasks", operation_id = "listTasks",
    params(
        ("of" = Option<String>, Query, description = "`me`, the default: whose this account is. `all`: everybody's."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "Of the reports that this account may see.", body = TaskPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    RawQuery(query): RawQuery,
) -> Result<Json<TaskPage>, Problem> {
    let request = query::tasks(query.as_deref().unwrap_or_default(), &signed_in.account.login)?;
    let page = state
        .blocking(move |state| {
            let (clearance, today) = (signed_in.clearance(), state.today());
            let asker = (signed_in.account.login.as_str(), today);
            let page = state.read(|tx| Ok(register::tasks(tx, &clearance, &request, asker)?))?;
            let of = request.of.as_deref().map(|_| ("of", "me".to_owned()));
            let after = request.after.map(|after| format!("{} {}/{}", after.due, after.report, after.place));
            let told = query::listed(of.into_iter().collect(), after, page.items.len());
            signed_in.account_for_listing(state, AuditObject::Tasks, &told)?;
            Ok(page.try_into()?)
        })
        .await?;
    Ok(Json(page))
}

/// Plans a task.
#[utoipa::path(post, path = "/v1/reports/{report}/tasks", operation_id = "planTask", request_body = NewTask, responses(
    (status = 201, description = "Planned: how the report stands now.", body = ReportDetail),
    (status = 400, description = "malformed, or invalid with every wrong field: expectedSteps is required; task is required \
     or unknown; due is required, invalid or out of range; assignTo is nobody who may see it and deal with it; text is \
     required, invalid or too long.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "changed-meanwhile: there are more steps than were known, or a newer key directory than \
     the text was sealed by.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn plan(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
    task: Result<Json<NewTask>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(order) = task.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the task")))?;
    let mut wrong = Wrong::default();
    let expected = wrong.required("expectedSteps", order.expected_steps);
    let task: Option<TaskKind> = wrong.code("task", order.task.as_deref());
    let due: Option<NaiveDate> = wrong.required("due", order.due.as_deref()).and_then(|due| {
        let read = named::read(due);
        if read.is_none() {
            wrong.say("due", FieldProblemCode::Invalid);
        }
        read
    });
    let text = wrong.text(order.text.as_ref(), task == Some(TaskKind::Other));
    let to = order.assign_to.filter(|to| !to.is_empty());
    let (expected, task, due) = wrong.else_of(zipped(expected, task, due))?;
    let detail = format!("{task} {due} {}", to.as_deref().unwrap_or_default());
    let wanted = WantedWork { work: Casework::Plan { task, due, to }, text };
    done(state, signed_in, (report, expected), wanted, (AuditAction::PlanTask, detail.trim_end().to_owned())).await
}

/// Ends a task: it was done, or need not be done any more.
#[utoipa::path(post, path = "/v1/reports/{report}/task-endings", operation_id = "endTask", request_body = NewTaskEnding,
    responses(
        (status = 201, description = "Over: how the report stands now.", body = ReportDetail),
        (status = 400, description = "malformed, or invalid with every wrong field: expectedSteps is required; task is \
         required or unknown; how is required or unknown.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "changed-meanwhile: there are more steps than were known. not-now: it was over \
         already.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn end(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
    ending: Result<Json<NewTaskEnding>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(ending) = ending.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the ending")))?;
    let mut wrong = Wrong::default();
    let expected = wrong.required("expectedSteps", ending.expected_steps);
    let task = wrong.required("task", ending.task);
    let how: Option<TaskEnd> = wrong.code("how", ending.how.as_deref());
    let (expected, task, how) = wrong.else_of(zipped(expected, task, how))?;
    let wanted = WantedWork { work: Casework::End { task, how }, text: None };
    done(state, signed_in, (report, expected), wanted, (AuditAction::EndTask, format!("{task} {how}"))).await
}

fn zipped<A, B, C>(a: Option<A>, b: Option<B>, c: Option<C>) -> Option<(A, B, C)> {
    Some((a?, b?, c?))
}
