//! `GET /v1/observations` and `GET /v1/observations/{observation}`: the inbox, and one record with its proof.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use baken_protocol::ids::{EntityId, OperationId};
use baken_protocol::record::Operation;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::problem::{FieldProblem, Problem};
use crate::register::{
    AttachmentSummary, Cursor, Filter, ObservationDetail, ObservationPage, Order, PageRequest, SealedSummary,
    StoredRecord, prove,
};
use crate::sessions::SignedIn;
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// A page of the inbox. Each filter may be repeated or hold several values with commas.
#[utoipa::path(get, path = "/v1/observations",
    params(
        ("form" = Option<String>, Query), ("district" = Option<String>, Query), ("urgency" = Option<String>, Query),
        ("placeKind" = Option<String>, Query), ("level" = Option<String>, Query), ("device" = Option<String>, Query),
        ("inspection" = Option<String>, Query),
        ("from" = Option<String>, Query, description = "First day of observation, as 2026-01-31."),
        ("to" = Option<String>, Query, description = "Last day of observation."),
        ("order" = Option<String>, Query, description = "`due`: what must be acted on first, the default; \
          `received`: the last received first."),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before, in the same order."),
        ("limit" = Option<u32>, Query, description = "1 to 200."),
    ),
    responses(
        (status = 200, description = "What this account may see.", body = ObservationPage),
        (status = 400, description = "invalid, with every wrong field.", body = Problem,
         content_type = "application/problem+json"),
        (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<ObservationPage>, Problem> {
    let request = parse(query.as_deref().unwrap_or_default())?;
    let page = state
        .blocking(move |state| {
            let sight = signed_in.sight();
            let page = state.storage.observations(&sight, &request)?;
            signed_in.account_for(state, "list", "observations", "ok")?;
            Ok(page)
        })
        .await?;
    Ok(Json(page))
}

/// One observation with its proof.
#[utoipa::path(get, path = "/v1/observations/{observation}", params(("observation" = Uuid, Path)), responses(
    (status = 200, description = "The record and why to believe it.", body = ObservationDetail),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(observation): Path<Uuid>,
) -> Result<Json<ObservationDetail>, Problem> {
    let detail = state
        .blocking(move |state| {
            let sight = signed_in.sight();
            let object = format!("observation {observation}");
            let Some(summary) = state.storage.observation(&sight, EntityId(observation))? else {
                signed_in.account_for(state, "read", &object, "not-found")?;
                return Err(Problem::not_found());
            };
            let record = state.storage.record(Some(&sight), OperationId(summary.operation))?;
            let record = record.ok_or_else(Problem::not_found)?;
            signed_in.account_for(state, "read", &object, "ok")?;
            let proof = prove(&record, &state.installation.receipt_key).ok_or_else(Problem::internal)?;
            let (sealed, attachments) = contents(&record)?;
            Ok(ObservationDetail { summary, attachments, sealed, proof })
        })
        .await?;
    Ok(Json(detail))
}

/// A record's sealed part and attachments, as its signed operation names them.
pub(super) fn contents(record: &StoredRecord) -> Result<(SealedSummary, Vec<AttachmentSummary>), Problem> {
    let operation: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    let sealed = SealedSummary {
        sha256: operation.sealed.sha256.to_string(),
        size_bytes: operation.sealed.size_bytes,
        recipients: operation.sealed.recipients.iter().map(ToString::to_string).collect(),
        epoch: operation.sealed.epoch,
    };
    let attachments = operation.attachments.iter().map(|attachment| AttachmentSummary {
        sha256: attachment.sha256.to_string(),
        size_bytes: attachment.size_bytes,
        class: attachment.class,
        complete: record.complete_attachments.contains(&attachment.sha256),
    });
    Ok((sealed, attachments.collect()))
}

/// Reads the query, collecting everything that is wrong before refusing.
fn parse(query: &str) -> Result<PageRequest, Problem> {
    let mut request = PageRequest::first(Filter::default(), DEFAULT_LIMIT);
    let mut errors = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if value.is_empty() {
            continue;
        }
        if let Err(code) = take(&mut request, &key, &value) {
            errors.push(FieldProblem { field: key.into_owned(), code });
        }
    }
    if request.after.as_ref().is_some_and(|cursor| cursor.order != request.order) {
        errors.push(FieldProblem { field: "cursor".to_owned(), code: "invalid" });
    }
    if errors.is_empty() { Ok(request) } else { Err(Problem::invalid(errors)) }
}

fn take(request: &mut PageRequest, key: &str, value: &str) -> Result<(), &'static str> {
    let values = || value.split(',').filter(|code| !code.is_empty()).map(str::to_owned);
    let filter = &mut request.filter;
    match key {
        "form" => filter.forms.extend(values()),
        "district" => filter.districts.extend(values()),
        "urgency" => filter.urgencies.extend(values()),
        "placeKind" => filter.place_kinds.extend(values()),
        "level" => filter.levels.extend(values()),
        "device" => filter.devices.extend(values()),
        "inspection" => filter.inspections.extend(values()),
        "from" => filter.from = Some(day(value)?),
        "to" => filter.until = Some(day(value)? + chrono::Days::new(1)),
        "order" => request.order = Order::parse(value).ok_or("invalid")?,
        "cursor" => request.after = Some(Cursor::parse(value).ok_or("invalid")?),
        "limit" => {
            let limit = value.parse().map_err(|_| "invalid")?;
            request.limit = if (1..=MAX_LIMIT).contains(&limit) { limit } else { return Err("out-of-range") };
        }
        _ => return Err("unknown"),
    }
    Ok(())
}

/// The start of a day in UTC.
fn day(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let date: NaiveDate = text.parse().map_err(|_| "invalid")?;
    Ok(date.and_time(chrono::NaiveTime::MIN).and_utc())
}
