//! `POST /v1/observations/{record}/acts`: what somebody does about an observation.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use baken_protocol::vocabulary::Vocabulary;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::extract::allowed::{Allowed, HandleRecords};
use crate::http::extract::named::{self, Named, RecordName};
use crate::http::live::tell_of_acts;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::http::views::HandlingSummary;
use crate::register::{self, ActError, Outcome, WantedAct};
use crate::storage::{ActKind, ActReason, AuditAction, AuditObject};

/// What somebody does, and what was known of it then.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAct {
    // Missing is as good as empty: all are told in `errors`.
    /// `take-on`, `put-back`, `handle`, `reopen`, `ask` or `answer`.
    #[serde(default)]
    #[schema(required = true)]
    act: String,
    /// How many acts there were: another number is refused.
    #[schema(required = true)]
    expected_acts: Option<u64>,
    /// Of `handle`: `no-follow-up`, `passed-on`, `doubles` or `became-report`.
    reason: Option<String>,
    /// Of `passed-on`, an organisation of the vocabulary; none where the body is no such organisation.
    passed_to: Option<String>,
    /// Of `doubles`, a record of the other observation, as `DEVICE.OPERATION`.
    doubles: Option<String>,
    /// Of `became-report`, a report of its level that there is already.
    report: Option<String>,
    /// Of `ask`: `which-place`, `how-many-persons`, `any-photo`, `danger-now` or `call-office`.
    question: Option<String>,
}

/// Takes an observation on, puts it back, is done with it, opens it again, asks its author something or says that this was
/// answered. Nothing is taken back: an act is countered by
/// another.
#[utoipa::path(post, path = "/v1/observations/{record}/acts", operation_id = "actOnObservation", request_body = NewAct,
    responses(
        (status = 201, description = "Done: how it is in hand now.", body = HandlingSummary),
        (status = 400, description = "malformed, or invalid with every wrong field: act and, of handle, reason are \
         required or unknown; expectedActs is required; passedTo is unknown; doubles is required, invalid, or no other \
         observation that this account may see and that is no double itself; report is required, invalid, or no report of \
         its level; question is required or unknown.", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "changed-meanwhile: there are more acts than were known. not-now: as it is in \
         hand, that changes nothing.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn create(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(RecordName { record }): Named<RecordName>,
    act: Result<Json<NewAct>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let malformed =
        Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, "Send the act as JSON: {\"act\": …}.");
    let Json(act) = act.map_err(|rejection| Problem::of_json(&rejection, malformed))?;
    let (wanted, expected) = read(&act)?;
    let handled = state
        .blocking(move |state| {
            let (now, id) = (state.environment.clock.now(), record.to_string());
            let action = match wanted.kind() {
                ActKind::TakeOn => AuditAction::TakeOn,
                ActKind::PutBack => AuditAction::PutBack,
                ActKind::Handle => AuditAction::Handle,
                ActKind::Reopen => AuditAction::Reopen,
                ActKind::Ask => AuditAction::Ask,
                ActKind::Answer => AuditAction::Answer,
            };
            let entry = signed_in.entry(action, AuditObject::Observation, &id);
            let detail = act.reason.as_deref().or(act.question.as_deref());
            let entry = detail.map_or(entry, |reason| entry.with_detail(reason));
            let (clearance, actor) = (signed_in.clearance(), signed_in.account.login.as_str());
            // What is refused is written down too: the line is kept, and nothing else was changed.
            let handled = state
                .write(|tx| {
                    let done = register::act(tx, &clearance, (record, expected), &wanted, (actor, now));
                    let result = match &done {
                        Ok(_) => "ok".to_owned(),
                        Err(ActError::Storage(_)) => return done.map(Ok).map_err(problem),
                        Err(refused) => code(refused).to_string(),
                    };
                    tx.audit(now, &entry.ended(&result))?;
                    Ok(done)
                })?
                .map_err(problem)?;
            tell_of_acts(state, &[record]);
            Ok(handled)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(HandlingSummary::from(handled))))
}

const fn code(refused: &ActError) -> ProblemCode {
    match refused {
        ActError::NotFound => ProblemCode::NotFound,
        ActError::Meanwhile => ProblemCode::ChangedMeanwhile,
        ActError::NotNow => ProblemCode::NotNow,
        ActError::DoublesNothing | ActError::NoReport => ProblemCode::Invalid,
        ActError::Storage(_) => ProblemCode::Internal,
    }
}

fn problem(refused: ActError) -> Problem {
    let conflict = |detail: &str| Problem::new(StatusCode::CONFLICT, code(&refused), detail);
    match refused {
        ActError::NotFound => Problem::not_found(),
        ActError::Meanwhile => conflict("Another act was done meanwhile. Read the observation again."),
        ActError::NotNow => conflict("As the observation is in hand, that changes nothing. Read it again."),
        ActError::DoublesNothing => Problem::invalid(vec![FieldProblem::new("doubles", FieldProblemCode::Unknown)]),
        ActError::NoReport => Problem::invalid(vec![FieldProblem::new("report", FieldProblemCode::Unknown)]),
        ActError::Storage(error) => error.into(),
    }
}

/// What is wanted, and how many acts were known.
fn read(act: &NewAct) -> Result<(WantedAct, u64), Problem> {
    let mut wrong = Vec::new();
    let mut is_wrong = |field: &str, code| wrong.push(FieldProblem::new(field, code));
    let wanted = match act.act.parse() {
        Ok(ActKind::TakeOn) => Some(WantedAct::TakeOn),
        Ok(ActKind::PutBack) => Some(WantedAct::PutBack),
        Ok(ActKind::Reopen) => Some(WantedAct::Reopen),
        Ok(ActKind::Answer) => Some(WantedAct::Answer),
        Ok(ActKind::Ask) => match act.question.as_deref().map(str::parse) {
            Some(Ok(question)) => Some(WantedAct::Ask(question)),
            Some(Err(_)) => refuse(&mut is_wrong, "question", FieldProblemCode::Unknown),
            None => refuse(&mut is_wrong, "question", FieldProblemCode::Required),
        },
        Ok(ActKind::Handle) => outcome(act, &mut is_wrong).map(WantedAct::Handle),
        Err(_) => {
            is_wrong("act", if act.act.is_empty() { FieldProblemCode::Required } else { FieldProblemCode::Unknown });
            None
        }
    };
    if act.reason.is_some() && !matches!(wanted, None | Some(WantedAct::Handle(_))) {
        is_wrong("reason", FieldProblemCode::Invalid);
    }
    if act.passed_to.is_some() && act.reason.as_deref() != Some("passed-on") {
        is_wrong("passedTo", FieldProblemCode::Invalid);
    }
    if act.doubles.is_some() && act.reason.as_deref() != Some("doubles") {
        is_wrong("doubles", FieldProblemCode::Invalid);
    }
    if act.report.is_some() && act.reason.as_deref() != Some("became-report") {
        is_wrong("report", FieldProblemCode::Invalid);
    }
    if act.question.is_some() && act.act != "ask" {
        is_wrong("question", FieldProblemCode::Invalid);
    }
    if act.expected_acts.is_none() {
        is_wrong("expectedActs", FieldProblemCode::Required);
    }
    match (wanted, act.expected_acts) {
        (Some(wanted), Some(expected)) if wrong.is_empty() => Ok((wanted, expected)),
        _ => Err(Problem::invalid(wrong)),
    }
}

fn refuse<T>(is_wrong: &mut impl FnMut(&str, FieldProblemCode), field: &str, code: FieldProblemCode) -> Option<T> {
    is_wrong(field, code);
    None
}

fn outcome(act: &NewAct, is_wrong: &mut impl FnMut(&str, FieldProblemCode)) -> Option<Outcome> {
    let mut refuse = |field: &str, code| refuse(is_wrong, field, code);
    let Some(reason) = act.reason.as_deref() else { return refuse("reason", FieldProblemCode::Required) };
    match reason.parse() {
        Ok(ActReason::NoFollowUp) => Some(Outcome::NoFollowUp),
        Ok(ActReason::PassedOn) => match &act.passed_to {
            None => Some(Outcome::PassedOn(None)),
            Some(to) => match Vocabulary::built_in().organisation(to) {
                Some(organisation) => Some(Outcome::PassedOn(Some(organisation.code.clone()))),
                None => refuse("passedTo", FieldProblemCode::Unknown),
            },
        },
        Ok(ActReason::Doubles) => match &act.doubles {
            None => refuse("doubles", FieldProblemCode::Required),
            Some(other) => match named::read(other) {
                Some(other) => Some(Outcome::Doubles(other)),
                None => refuse("doubles", FieldProblemCode::Invalid),
            },
        },
        Ok(ActReason::BecameReport) => match &act.report {
            None => refuse("report", FieldProblemCode::Required),
            Some(report) => match report.parse() {
                Ok(report) => Some(Outcome::Report(report)),
                Err(_) => refuse("report", FieldProblemCode::Invalid),
            },
        },
        // By these what arrives, or another act, opens something again.
        Ok(
            ActReason::ByHand
            | ActReason::Amended
            | ActReason::Retracted
            | ActReason::MoreUrgent
            | ActReason::AttachmentArrived,
        )
        | Err(_) => refuse("reason", FieldProblemCode::Unknown),
    }
}
