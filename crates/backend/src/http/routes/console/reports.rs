//! `GET` and `POST /v1/reports`, `GET /v1/reports/{report}`, `POST /v1/reports/{report}/steps`: reports of a possible
//! victim.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use baken_protocol::vocabulary::Vocabulary;
use serde::Deserialize;
use utoipa::ToSchema;

use super::query;
use crate::access::Permission;
use crate::http::extract::allowed::{Allowed, HandleRecords, ReadRecords};
use crate::http::extract::named::{self, Named, ReportName};
use crate::http::extract::signed_in::SignedIn;
use crate::http::live::{tell_of_acts, tell_of_report};
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::http::views::{ReportDetail, ReportPage};
use crate::register::{self, OBSERVATIONS, ReportError, ReportOrder, WantedStep};
use crate::storage::{AuditAction, AuditObject, ReportNumber, ReportSource, Transaction};

/// What a report is about.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReport {
    // Missing is as good as empty: all are told in `errors`.
    /// `observations`, or how it came in: `telephone`, `letter`, `hotline` or `other-body`.
    #[serde(default)]
    #[schema(required = true)]
    source: String,
    /// Who may see it, where it is entered by hand; observations bring their own.
    level: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    form: String,
    #[serde(default)]
    #[schema(required = true)]
    place_kind: String,
    district: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    urgency: String,
    /// Of `observations`: what it is made of.
    #[serde(default)]
    observations: Vec<ReportedObservation>,
}

/// An observation that becomes a report.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportedObservation {
    /// A record of it, as `DEVICE.OPERATION`.
    record: String,
    /// How many acts on it were known.
    expected_acts: u64,
}

/// What somebody does about a report: moves it, or assigns it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewStep {
    /// How many steps there were: another number is refused.
    #[schema(required = true)]
    expected_steps: Option<u64>,
    /// Where it goes.
    state: Option<String>,
    /// Why it goes there.
    reason: Option<String>,
    /// Of `duplicate`: the other report.
    doubles: Option<String>,
    /// Instead of all that: whose it is from now on, by login; empty: nobody's.
    assign_to: Option<String>,
}

/// A page of reports, the last made first.
#[utoipa::path(get, path = "/v1/reports", operation_id = "listReports",
    params(
        ("state" = Option<String>, Query, description = "`open`, the default: what is not closed. `mine`: of that, what \
          is assigned to this account. `closed`, or `all`."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "What this account may see.", body = ReportPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    RawQuery(query): RawQuery,
) -> Result<Json<ReportPage>, Problem> {
    let request = query::reports(query.as_deref().unwrap_or_default(), &signed_in.account.login)?;
    let page = state
        .blocking(move |state| {
            let clearance = signed_in.clearance();
            let page = state.read(|tx| Ok(register::reports(tx, &clearance, &request, state.today())?))?;
            let after = request.after.map(|name| name.to_string());
            let told = query::listed(Vec::new(), after, page.items.len());
            signed_in.account_for_listing(state, AuditObject::Reports, &told)?;
            Ok(page.try_into()?)
        })
        .await?;
    Ok(Json(page))
}

/// A report, with what it is made of and what was done.
#[utoipa::path(get, path = "/v1/reports/{report}", operation_id = "readReport", responses(
    (status = 200, description = "The report.", body = ReportDetail),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadRecords>,
    Named(ReportName { report }): Named<ReportName>,
) -> Result<Json<ReportDetail>, Problem> {
    let detail = state
        .blocking(move |state| {
            let (clearance, terms) = (signed_in.clearance(), state.terms());
            let may_assign = signed_in.account.grant().may(Permission::HandleRecords);
            let found = state
                .read(|tx| Ok(register::report(tx, &terms, (&clearance, may_assign), (report, state.today()))?))?;
            signed_in.account_for_reading(state, AuditObject::Report, &report.to_string(), found.is_some())?;
            Ok(found.ok_or_else(Problem::not_found)?.try_into()?)
        })
        .await?;
    Ok(Json(detail))
}

/// Makes a report of observations, which are handled by that; or enters one by hand. It has no words: those of its
/// observations are sealed.
#[utoipa::path(post, path = "/v1/reports", operation_id = "makeReport", request_body = NewReport, responses(
    (status = 201, description = "Made, and assigned to whoever made it.", body = ReportDetail),
    (status = 400, description = "malformed, or invalid with every wrong field: source, form, placeKind and urgency are \
     required or unknown; level is required by hand, or unknown; district is unknown; observations are required, invalid, \
     not all there for this account, or of several levels.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "changed-meanwhile: there are more acts on an observation than were known. not-now: one \
     was finished already.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    report: Result<Json<NewReport>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(report) = report.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the report")))?;
    let order = order(&report)?;
    let detail = state
        .blocking(move |state| {
            let (clearance, now) = (signed_in.clearance(), state.environment.clock.now());
            let actor = signed_in.account.login.as_str();
            let made = state.write(|tx| {
                let whose = (&clearance, state.installation.time_zone);
                let name = register::make(tx, whose, &order, (actor, now)).map_err(problem)?;
                let id = name.to_string();
                let entry = signed_in.entry(AuditAction::MakeReport, AuditObject::Report, &id);
                let records: Vec<_> = order.observations.iter().map(|(record, _)| record.to_string()).collect();
                tx.audit(now, &entry.with_detail(&records.join(" ")))?;
                Ok((name, shown(tx, &signed_in, state, name)?))
            });
            // Nothing of it is kept but that somebody tried.
            let (name, made) =
                made.inspect_err(|problem| refused(state, &signed_in, AuditAction::MakeReport, "", problem))?;
            tell_of_report(state, name);
            tell_of_acts(state, &order.observations.iter().map(|(record, _)| *record).collect::<Vec<_>>());
            Ok(made)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(detail)))
}

/// Moves a report along, or assigns it.
#[utoipa::path(post, path = "/v1/reports/{report}/steps", operation_id = "takeReportStep", request_body = NewStep,
    responses(
        (status = 201, description = "Done: how the report stands now.", body = ReportDetail),
        (status = 400, description = "malformed, or invalid with every wrong field: expectedSteps is required; state and \
         reason are required or unknown; doubles is required, invalid, or no other report that is no double itself; \
         assignTo is nobody who may see it and deal with it.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not there, or not for this account.", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "changed-meanwhile: there are more steps than were known. not-now: from where it \
         stands it cannot go there, for that reason.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn step(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<HandleRecords>,
    Named(ReportName { report }): Named<ReportName>,
    step: Result<Json<NewStep>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(step) = step.map_err(|rejection| Problem::of_json(&rejection, Problem::malformed("the step")))?;
    let (wanted, expected) = wanted(&step)?;
    let detail = state
        .blocking(move |state| {
            let (clearance, now, id) = (signed_in.clearance(), state.environment.clock.now(), report.to_string());
            let actor = signed_in.account.login.as_str();
            let (action, detail) = match &wanted {
                WantedStep::Move(to, reason, _) => (AuditAction::MoveReport, format!("{to} {reason}")),
                WantedStep::Assign(to) => (AuditAction::AssignReport, to.clone().unwrap_or_default()),
            };
            let taken = state.write(|tx| {
                register::take_step(tx, &clearance, (report, expected), &wanted, (actor, now)).map_err(problem)?;
                let entry = signed_in.entry(action, AuditObject::Report, &id);
                tx.audit(now, &entry.with_detail(&detail))?;
                shown(tx, &signed_in, state, report)
            });
            let taken = taken.inspect_err(|problem| refused(state, &signed_in, action, &id, problem))?;
            tell_of_report(state, report);
            Ok(taken)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(detail)))
}

/// A report as whoever just did something about it sees it.
pub(super) fn shown(
    tx: &dyn Transaction,
    signed_in: &SignedIn,
    state: &AppState,
    name: ReportNumber,
) -> Result<ReportDetail, Problem> {
    let found = register::report(tx, &state.terms(), (&signed_in.clearance(), true), (name, state.today()))?;
    Ok(found.ok_or_else(Problem::internal)?.try_into()?)
}

/// Writes down that it was refused. A database that takes no line then took nothing of what was wanted either.
pub(super) fn refused(state: &AppState, signed_in: &SignedIn, action: AuditAction, id: &str, problem: &Problem) {
    let code = problem.code.to_string();
    let entry = signed_in.entry(action, AuditObject::Report, id).ended(&code);
    let written: Result<(), Problem> = state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?));
    if written.is_err() {
        tracing::warn!("a refusal was not written down");
    }
}

pub(super) fn problem(refused: ReportError) -> Problem {
    let conflict = |code, detail: &str| Problem::new(StatusCode::CONFLICT, code, detail);
    let invalid = |field: &str, code| Problem::invalid(vec![FieldProblem::new(field, code)]);
    match refused {
        ReportError::NotFound => Problem::not_found(),
        ReportError::Meanwhile => {
            conflict(ProblemCode::ChangedMeanwhile, "Something was done meanwhile. Read it again.")
        }
        ReportError::NotNow => conflict(ProblemCode::NotNow, "As things stand, that cannot be done. Read it again."),
        ReportError::Level => invalid("level", FieldProblemCode::Unknown),
        ReportError::Observations => invalid("observations", FieldProblemCode::Unknown),
        ReportError::DoublesNothing => invalid("doubles", FieldProblemCode::Unknown),
        ReportError::Holder => invalid("assignTo", FieldProblemCode::Unknown),
        ReportError::Day => invalid("due", FieldProblemCode::OutOfRange),
        ReportError::Task => invalid("task", FieldProblemCode::Unknown),
        ReportError::Referral => invalid("referral", FieldProblemCode::Unknown),
        ReportError::Text => invalid("text", FieldProblemCode::Invalid),
        ReportError::Storage(error) => error.into(),
    }
}

fn order(report: &NewReport) -> Result<ReportOrder, Problem> {
    let vocabulary = Vocabulary::built_in();
    let mut wrong = Vec::new();
    let source: Option<ReportSource> = report.source.parse().ok();
    let form = vocabulary.exploitation_form(&report.form).map(|term| term.code.clone());
    let place_kind = vocabulary.place_kind(&report.place_kind).map(|term| term.code.clone());
    let urgency = vocabulary.urgency(&report.urgency).map(|term| term.code.clone());
    for (field, text, is_known) in [
        ("source", &report.source, source.is_some()),
        ("form", &report.form, form.is_some()),
        ("placeKind", &report.place_kind, place_kind.is_some()),
        ("urgency", &report.urgency, urgency.is_some()),
    ] {
        if !is_known {
            let code = if text.is_empty() { FieldProblemCode::Required } else { FieldProblemCode::Unknown };
            wrong.push(FieldProblem::new(field, code));
        }
    }
    let district = report.district.as_deref().map(|code| vocabulary.district(code).map(|term| term.code.clone()));
    if district == Some(None) {
        wrong.push(FieldProblem::new("district", FieldProblemCode::Unknown));
    }
    let of_observations = source == Some(ReportSource::Observations);
    let level = report.level.as_deref().map(str::parse);
    match (&level, of_observations) {
        (Some(Err(_)), _) => wrong.push(FieldProblem::new("level", FieldProblemCode::Unknown)),
        (Some(Ok(_)), true) => wrong.push(FieldProblem::new("level", FieldProblemCode::Invalid)),
        (None, false) if source.is_some() => wrong.push(FieldProblem::new("level", FieldProblemCode::Required)),
        (None | Some(Ok(_)), _) => {}
    }
    let most = usize::try_from(OBSERVATIONS).unwrap_or(usize::MAX);
    let read = |it: &ReportedObservation| named::read(&it.record).map(|record| (record, it.expected_acts));
    let observations: Option<Vec<_>> = report.observations.iter().map(read).collect();
    let said = match &observations {
        None => Some(FieldProblemCode::Invalid),
        Some(all) if all.is_empty() && of_observations => Some(FieldProblemCode::Required),
        Some(all) if !all.is_empty() && !of_observations => Some(FieldProblemCode::Invalid),
        Some(all) if all.len() > most => Some(FieldProblemCode::TooLong),
        Some(_) => None,
    };
    wrong.extend(said.map(|code| FieldProblem::new("observations", code)));
    match (source, form, place_kind, urgency, observations) {
        (Some(source), Some(form), Some(place_kind), Some(urgency), Some(observations)) if wrong.is_empty() => {
            let (level, district) = (level.and_then(Result::ok), district.flatten());
            Ok(ReportOrder { source, level, form, place_kind, district, urgency, observations })
        }
        _ => Err(Problem::invalid(wrong)),
    }
}

fn wanted(step: &NewStep) -> Result<(WantedStep, u64), Problem> {
    let mut wrong = Vec::new();
    let mut is_wrong = |field: &str, code| wrong.push(FieldProblem::new(field, code));
    if step.expected_steps.is_none() {
        is_wrong("expectedSteps", FieldProblemCode::Required);
    }
    let moves = step.state.is_some() || step.reason.is_some() || step.doubles.is_some();
    let wanted = match &step.assign_to {
        Some(_) if moves => {
            is_wrong("assignTo", FieldProblemCode::Invalid);
            None
        }
        Some(to) => Some(WantedStep::Assign(Some(to.clone()).filter(|to| !to.is_empty()))),
        None => {
            let state = code(step.state.as_deref(), "state", &mut is_wrong);
            let reason = code(step.reason.as_deref(), "reason", &mut is_wrong);
            let doubles = step.doubles.as_deref().map(str::parse::<ReportNumber>);
            if let Some(Err(_)) = doubles {
                is_wrong("doubles", FieldProblemCode::Invalid);
            }
            let doubles = doubles.and_then(Result::ok);
            if state == Some(crate::storage::ReportState::Duplicate) && step.doubles.is_none() {
                is_wrong("doubles", FieldProblemCode::Required);
            }
            state.zip(reason).map(|(state, reason)| WantedStep::Move(state, reason, doubles))
        }
    };
    match (wanted, step.expected_steps) {
        (Some(wanted), Some(expected)) if wrong.is_empty() => Ok((wanted, expected)),
        _ => Err(Problem::invalid(wrong)),
    }
}

fn code<T: std::str::FromStr>(
    text: Option<&str>,
    field: &str,
    is_wrong: &mut impl FnMut(&str, FieldProblemCode),
) -> Option<T> {
    let read = text.and_then(|text| text.parse().ok());
    if read.is_none() {
        is_wrong(field, if text.is_none() { FieldProblemCode::Required } else { FieldProblemCode::Unknown });
    }
    read
}
