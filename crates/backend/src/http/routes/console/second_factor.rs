//! `GET`, `POST` and `PUT /v1/second-factor`, `POST /v1/second-factor/endings`: the asker's own second factor, which an app
//! on their phone makes codes of. Whoever lost that phone has it taken away by an administrator (`members.rs`).
//!
//! Beginning and ending it need the password once more: a browser that was left open changes nothing. Whoever confirms has
//! begun, and was shown the secret.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::http::extract::origin::Origin;
use crate::http::extract::signed_in::SignedIn;
use crate::http::password_again::{invalid, required, with_password};
use crate::http::problem::{Problem, ProblemCode};
use crate::http::state::AppState;
use crate::http::views::qr_svg;
use crate::register::{
    Passes, SecondFactorError, begin_second_factor, confirm_second_factor, end_second_factor, passes_second_factor,
    second_factor_since,
};
use crate::storage::{AuditAction, AuditObject};

/// How the asker's second factor stands.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SecondFactor {
    /// Since when it is asked for; null where there is none.
    pub since: Option<DateTime<Utc>>,
}

/// A second factor that was begun: what an app has to know, shown once.
#[derive(Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BegunSecondFactor {
    /// The secret in base 32, to type.
    pub secret: String,
    /// The same as an `otpauth:` address.
    pub uri: String,
    /// That as a picture, an SVG.
    pub qr_svg: String,
}

/// The password once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordAgain {
    // Missing is as good as empty: all are told in `errors`.
    #[serde(default)]
    #[schema(required = true)]
    password: String,
}

/// A code of what was begun.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    #[serde(default)]
    #[schema(required = true)]
    code: String,
}

/// What proves that it is the member who takes it away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    #[serde(default)]
    #[schema(required = true)]
    password: String,
    #[serde(default)]
    #[schema(required = true)]
    code: String,
}

/// Whether a code is asked for when the asker signs in.
#[utoipa::path(get, path = "/v1/second-factor", operation_id = "readSecondFactor", responses(
    (status = 200, description = "How it stands.", body = SecondFactor),
))]
pub async fn read(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<SecondFactor>, Problem> {
    let since =
        state.blocking(move |state| state.read(|tx| Ok(second_factor_since(tx, &signed_in.account.login)?))).await?;
    Ok(Json(SecondFactor { since }))
}

/// Begins one: answers what an app has to know. Nothing is asked for until a code of it was sent.
#[utoipa::path(post, path = "/v1/second-factor", operation_id = "beginSecondFactor", request_body = PasswordAgain,
    responses(
        (status = 201, description = "Begun, in place of what was begun before.", body = BegunSecondFactor),
        (status = 400, description = "malformed, or invalid: password is required, or invalid for another one.",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "not-now: one is in force.", body = Problem,
         content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn begin(
    State(state): State<AppState>,
    signed_in: SignedIn,
    origin: Origin,
    jar: CookieJar,
    given: Result<Json<PasswordAgain>, JsonRejection>,
) -> Result<(StatusCode, Json<BegunSecondFactor>), Problem> {
    let Json(PasswordAgain { password }) =
        given.map_err(|it| Problem::of_json(&it, Problem::malformed("the password")))?;
    required(&[("password", &password)])?;
    let begun = with_password(
        &state,
        (signed_in, origin, jar),
        AuditAction::SetSecondFactor,
        password,
        move |state, signed_in| {
            let login = &signed_in.account.login;
            let maker = state.write(|tx| {
                let maker = begin_second_factor(tx, &state.environment, login)?;
                let entry = signed_in.entry(AuditAction::SetSecondFactor, AuditObject::Account, login);
                tx.audit(state.environment.clock.now(), &entry.ended("begun"))?;
                Ok(maker)
            })?;
            let uri = maker.uri(login, &state.installation.municipality).map_err(SecondFactorError::from)?;
            Ok(BegunSecondFactor { secret: maker.secret().to_owned(), qr_svg: qr_svg(&uri)?, uri })
        },
    );
    Ok((StatusCode::CREATED, Json(begun.await?)))
}

/// Puts what was begun in force by a code of it. Every other browser is signed out.
#[utoipa::path(put, path = "/v1/second-factor", operation_id = "confirmSecondFactor", request_body = FirstCode, responses(
    (status = 200, description = "In force.", body = SecondFactor),
    (status = 400, description = "malformed, or invalid: code is required, or invalid where it is none of now.",
     body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "not-now: none was begun.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn confirm(
    State(state): State<AppState>,
    signed_in: SignedIn,
    given: Result<Json<FirstCode>, JsonRejection>,
) -> Result<Json<SecondFactor>, Problem> {
    let Json(FirstCode { code }) = given.map_err(|it| Problem::of_json(&it, Problem::malformed("the code")))?;
    required(&[("code", &code)])?;
    let since = state
        .blocking(move |state| {
            let (now, login) = (state.environment.clock.now(), &signed_in.account.login);
            let line = |outcome: &str| {
                let entry = signed_in.entry(AuditAction::SetSecondFactor, AuditObject::Account, login).ended(outcome);
                state.write(|tx| Ok(tx.audit(now, &entry)?))
            };
            state
                .write(|tx| {
                    // Whoever had the password before is not let in by it any more, and is not left in either.
                    signed_in.leave_elsewhere(tx)?;
                    confirm_second_factor(tx, login, &code, now)?;
                    tx.audit(now, &signed_in.entry(AuditAction::SetSecondFactor, AuditObject::Account, login))?;
                    Ok(now)
                })
                .or_else(|problem: Problem| line(&problem.code.to_string()).and(Err(problem)))
        })
        .await?;
    Ok(Json(SecondFactor { since: Some(since) }))
}

/// Takes it away, for whoever has the password and a code.
#[utoipa::path(post, path = "/v1/second-factor/endings", operation_id = "endSecondFactor", request_body = Ending,
    responses(
        (status = 201, description = "There is none any more.", body = SecondFactor),
        (status = 400, description = "malformed, or invalid with every wrong field: password and code are required, or \
         invalid for another password, or what is no code of now.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "not-now: there is none.", body = Problem,
         content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "unavailable: too many sign in at this moment.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn end(
    State(state): State<AppState>,
    signed_in: SignedIn,
    origin: Origin,
    jar: CookieJar,
    given: Result<Json<Ending>, JsonRejection>,
) -> Result<(StatusCode, Json<SecondFactor>), Problem> {
    let Json(Ending { password, code }) =
        given.map_err(|it| Problem::of_json(&it, Problem::malformed("password and code")))?;
    required(&[("password", &password), ("code", &code)])?;
    with_password(&state, (signed_in, origin, jar), AuditAction::EndSecondFactor, password, move |state, signed_in| {
        let (now, login) = (state.environment.clock.now(), &signed_in.account.login);
        state.write(|tx| {
            second_factor_since(tx, login)?.ok_or(SecondFactorError::NotNow)?;
            if passes_second_factor(tx, login, Some(&code), now)? != Passes::Yes {
                return Err(SecondFactorError::WrongCode.into());
            }
            end_second_factor(tx, login)?;
            Ok(tx.audit(now, &signed_in.entry(AuditAction::EndSecondFactor, AuditObject::Account, login))?)
        })
    })
    .await?;
    Ok((StatusCode::CREATED, Json(SecondFactor { since: None })))
}

impl From<SecondFactorError> for Problem {
    fn from(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::NotNow => {
                let detail = "As things stand, that cannot be done. Read it again.";
                Self::new(StatusCode::CONFLICT, ProblemCode::NotNow, detail)
            }
            SecondFactorError::WrongCode => invalid("code"),
            SecondFactorError::Secret(_) => Self::internal(),
            SecondFactorError::Random(error) => error.into(),
            SecondFactorError::Storage(error) => error.into(),
        }
    }
}
