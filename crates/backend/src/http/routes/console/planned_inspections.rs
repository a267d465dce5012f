//! `GET` and `PUT /v1/planned-inspections`: the inspections that devices are told of before they begin.
//!
//! Organisations and places, never a person. What a device needs no more by its own time stays in the list until somebody takes
//! it out.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::catalogue::inspections::PlannedInspections;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::device_lists::{give_list, read_list};
use crate::http::extract::allowed::{Allowed, ManageContent};
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::views::PlannedInspection;

/// The planned inspections that devices are given.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlannedInspectionList {
    /// Their version; 0 where devices were given none.
    pub version: u64,
    /// The soonest first.
    pub inspections: Vec<PlannedInspection>,
}

/// All planned inspections, in place of those before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NextPlannedInspections {
    /// The version that this was made from.
    expected_version: u64,
    inspections: Vec<PlannedInspection>,
}

/// The inspections that are planned.
#[utoipa::path(get, path = "/v1/planned-inspections", operation_id = "readPlannedInspections", responses(
    (status = 200, description = "Those that devices are told of.", body = PlannedInspectionList),
))]
pub async fn read(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageContent>,
) -> Result<Json<PlannedInspectionList>, Problem> {
    let held = state.blocking(move |state| {
        let held = read_list::<PlannedInspections>(state, &signed_in, CatalogueKind::Inspections)?;
        Ok(held.map_or((0, Vec::new()), |(version, planned)| (version, planned.inspections)))
    });
    let (version, inspections) = held.await?;
    Ok(Json(PlannedInspectionList::of(version, inspections.into_iter().map(PlannedInspection::from).collect())))
}

/// Signs these inspections and gives them to devices, which fetch them at their next sync, in place of all those before.
#[utoipa::path(put, path = "/v1/planned-inspections", operation_id = "replacePlannedInspections",
    request_body = NextPlannedInspections, responses(
    (status = 200, description = "What devices are told of from now on.", body = PlannedInspectionList),
    (status = 400, description = "malformed, or invalid with all that is wrong: errors name each member as \
     inspections[2].endsAt. required, too-long, unknown, taken for a code that is there twice, out-of-range for an end before \
     the beginning or for too many, invalid for a text in which the number of a person stands.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "changed-meanwhile: devices were given another list since. not-now: the key that devices \
     believe is not here.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn replace(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageContent>,
    next: Result<Json<NextPlannedInspections>, JsonRejection>,
) -> Result<Json<PlannedInspectionList>, Problem> {
    let malformed = Problem::malformed("expectedVersion and inspections");
    let Json(NextPlannedInspections { expected_version, inspections }) =
        next.map_err(|it| Problem::of_json(&it, malformed.clone()))?;
    let planned: Result<Vec<_>, _> = inspections.iter().cloned().map(PlannedInspection::signed).collect();
    let planned = PlannedInspections { inspections: planned.map_err(|_| malformed)? };
    let version = state
        .blocking(move |state| give_list(state, &signed_in, CatalogueKind::Inspections, expected_version, &planned));
    Ok(Json(PlannedInspectionList::of(version.await?, inspections)))
}

impl PlannedInspectionList {
    fn of(version: u64, mut inspections: Vec<PlannedInspection>) -> Self {
        inspections.sort_by_key(|it| it.starts_at);
        Self { version, inspections }
    }
}
