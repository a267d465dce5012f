//! `PUT /v1/password`: another password of the asker's own.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, StatusCode};
use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use utoipa::ToSchema;

use super::joinings::password_problem;
use crate::accounts::hash_password;
use crate::http::extract::origin::Origin;
use crate::http::extract::signed_in::SignedIn;
use crate::http::password_again::{pass_code, required, with_password};
use crate::http::problem::{FieldProblem, Problem};
use crate::http::state::AppState;
use crate::storage::{AuditAction, AuditObject};

/// The password there is, and the one there is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    // Missing is as good as empty: all is told in `errors`.
    #[serde(default)]
    #[schema(required = true)]
    password: String,
    /// A code of the second factor, where the account has one.
    code: Option<String>,
    #[serde(default, rename = "newPassword")]
    #[schema(required = true, min_length = 12, max_length = 200)]
    chosen: String,
}

/// Another password. Every other browser of the member is signed out.
#[utoipa::path(put, path = "/v1/password", operation_id = "replacePassword", request_body = NewPassword, responses(
    (status = 204, description = "It holds from now on."),
    (status = 400, description = "malformed, or invalid with every wrong field: password is required, or invalid for another \
     one; code required or invalid; newPassword required, out-of-range, too-long or guessable.", body = Problem,
     content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn replace(
    State(state): State<AppState>,
    signed_in: SignedIn,
    origin: Origin,
    jar: CookieJar,
    given: Result<Json<NewPassword>, JsonRejection>,
) -> Result<(StatusCode, AppendHeaders<[(HeaderName, String); 1]>), Problem> {
    let malformed = Problem::malformed("password and newPassword");
    let Json(given) = given.map_err(|it| Problem::of_json(&it, malformed))?;
    let NewPassword { password, code, chosen } = given;
    let missing = required(&[("password", &password)]).err().map(|problem| problem.errors).unwrap_or_default();
    let unfit = password_problem(&chosen, &signed_in.account.login);
    let unfit = unfit.map(|FieldProblem { code, .. }| FieldProblem::new("newPassword", code));
    let wrong: Vec<_> = missing.into_iter().chain(unfit).collect();
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    let action = AuditAction::ChangePassword;
    let cookie = with_password(&state, (signed_in, origin, jar), action, password, move |state, signed_in| {
        let (now, login) = (state.environment.clock.now(), &signed_in.account.login);
        let hash = hash_password(&chosen).map_err(|_| Problem::internal())?;
        state.write(|tx| {
            pass_code(state, tx, login, code.as_deref())?;
            tx.replace_password(login, &hash, now)?;
            let cookie = signed_in.begin_anew(state, tx)?;
            tx.audit(now, &signed_in.entry(action, AuditObject::Account, login))?;
            Ok(cookie)
        })
    })
    .await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie.to_string())])))
}
