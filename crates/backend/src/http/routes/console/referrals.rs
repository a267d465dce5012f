//! `POST /v1/reports/{report}/referrals`, `POST /v1/reports/{report}/referral-answers`: who is asked to take it over, what
//! allows that, and what they said.
//!
//! Who the persons are, and whether they agreed, the browser saw in what it opened; here is how many there are and what
//! was said to allow it.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::casework::{NewText, Wrong, done};
use crate::http::extract::allowed::{Allowed, HandleRecords};
use crate::http::extract::named::{Named, ReportName};
use crate::http::problem::{FieldProblemCode, Problem};
use crate::http::state::AppState;
use crate::http::views::ReportDetail;
use crate::register::{WantedWork, fits, grounds, is_explained};
use crate::storage::{AuditAction, Casework, ReferralAnswer, ReferralBody, ReferralGround};

/// Somebody is asked to take it over.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReferral {
    /// How many steps there were: another number is refused.
    #[schema(required = true)]
    expected_steps: Option<u64>,
    /// Who: one of `referrals` of the report.
    #[schema(required = true)]
    body: Option<String>,
    /// Of how many persons something is passed on: 1 to 100, and 0 for `no-persons`.
    #[schema(required = true)]
    persons: Option<u32>,
    /// What allows it: one of that body's grounds.
    #[schema(required = true)]
    ground: Option<String>,
    /// The explanation; `danger` and `minor` need one.
    text: Option<NewText>,
}

/// What they said.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReferralAnswer {
    /// How many steps there were: another number is refused.
    #[schema(required = true)]
    expected_steps: Option<u64>,
    /// The referral, by the place of its step.
    #[schema(required = true)]
    referral: Option<u64>,
    /// `accepted`, `declined` or `no-reply`.
    #[schema(required = true)]
    answer: Option<String>,
}

/// Refers a report.
#[utoipa::path(post, path = "/v1/reports/{report}/referrals", operation_id = "referReport", request_body = NewReferral,
    responses(
        (status = 201, description = "Referred: how the report stands now.", body = ReportDetail),
        (status = 400, description = "malformed, or invalid with every wrong field: expectedSteps and persons are required; \
         body is required or unknown; ground is required or unknown, or invalid for that body; persons are out of range \
         for that ground; text is required, invalid or too long.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "changed-meanwhile: there are more steps than were known, or a newer key directory \
         than the text was sealed by.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn create(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
    referral: Result<Json<NewReferral>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(order) = referral.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the referral")))?;
    let mut wrong = Wrong::default();
    let expected = wrong.required("expectedSteps", order.expected_steps);
    let body: Option<ReferralBody> = wrong.code("body", order.body.as_deref());
    let persons = wrong.required("persons", order.persons);
    let ground: Option<ReferralGround> = wrong.code("ground", order.ground.as_deref());
    if let Some((body, ground)) = body.zip(ground)
        && !grounds(body).contains(&ground)
    {
        wrong.say("ground", FieldProblemCode::Invalid);
    }
    if let Some((ground, persons)) = ground.zip(persons)
        && !fits(ground, persons)
    {
        wrong.say("persons", FieldProblemCode::OutOfRange);
    }
    let text = wrong.text(order.text.as_ref(), ground.is_some_and(is_explained));
    let ((expected, body), (persons, ground)) = wrong.else_of(expected.zip(body).zip(persons.zip(ground)))?;
    let detail = format!("{body} {persons} {ground}");
    let wanted = WantedWork { work: Casework::Refer { body, persons, ground }, text };
    done(state, signed_in, (report, expected), wanted, (AuditAction::Refer, detail)).await
}

/// What the body said. Later answers count.
#[utoipa::path(post, path = "/v1/reports/{report}/referral-answers", operation_id = "answerReferral",
    request_body = NewReferralAnswer,
    responses(
        (status = 201, description = "Kept: how the report stands now.", body = ReportDetail),
        (status = 400, description = "malformed, or invalid with every wrong field: expectedSteps is required; referral is \
         required or unknown; answer is required or unknown.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "changed-meanwhile: there are more steps than were known.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn answer(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
    answer: Result<Json<NewReferralAnswer>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(order) = answer.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the answer")))?;
    let mut wrong = Wrong::default();
    let expected = wrong.required("expectedSteps", order.expected_steps);
    let referral = wrong.required("referral", order.referral);
    let answer: Option<ReferralAnswer> = wrong.code("answer", order.answer.as_deref());
    let (expected, (referral, answer)) = wrong.else_of(expected.zip(referral.zip(answer)))?;
    let wanted = WantedWork { work: Casework::Answer { referral, answer }, text: None };
    done(state, signed_in, (report, expected), wanted, (AuditAction::AnswerReferral, format!("{referral} {answer}")))
        .await
}
