//! `GET /v1/inspections/{inspection}`: an inspection with the observations made in it.

use axum::Json;
use axum::extract::{Path, State};
use baken_protocol::ids::EntityId;
use baken_protocol::record::{OpenPart, Operation};
use uuid::Uuid;

use super::observations::contents;
use crate::problem::Problem;
use crate::register::{Filter, InspectionDetail, PageRequest, StoredRecord};
use crate::sessions::SignedIn;
use crate::state::AppState;

/// Observations shown with an inspection.
const OBSERVATIONS: u32 = 200;

/// An inspection.
#[utoipa::path(get, path = "/v1/inspections/{inspection}", params(("inspection" = Uuid, Path)), responses(
    (status = 200, description = "The inspection, and its observations this account may see.", body = InspectionDetail),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, or not for this account.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn read(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(inspection): Path<Uuid>,
) -> Result<Json<InspectionDetail>, Problem> {
    let detail = state
        .blocking(move |state| {
            let sight = signed_in.sight();
            let object = format!("inspection {inspection}");
            let Some(operation) = state.storage.inspection_operation(&sight, EntityId(inspection))? else {
                signed_in.account_for(state, "read", &object, "not-found")?;
                return Err(Problem::not_found());
            };
            let record = state.storage.record(Some(&sight), operation)?.ok_or_else(Problem::not_found)?;
            let filter = Filter { inspections: vec![inspection.to_string()], ..Filter::default() };
            let request = PageRequest::first(filter, OBSERVATIONS);
            let page = state.storage.observations(&sight, &request)?;
            signed_in.account_for(state, "read", &object, "ok")?;
            Ok(InspectionDetail { observations: page.items, ..without_observations(&record)? })
        })
        .await?;
    Ok(Json(detail))
}

fn without_observations(record: &StoredRecord) -> Result<InspectionDetail, Problem> {
    let signed: Operation = record.operation.peek().map_err(|_| Problem::internal())?;
    let OpenPart::Inspection(open) = signed.open else { return Err(Problem::not_found()) };
    let (sealed, _) = contents(record)?;
    Ok(InspectionDetail {
        inspection: signed.entity.0,
        operation: signed.operation.0,
        device: record.signer.device,
        device_label: record.signer.label.clone(),
        organisation: record.signer.organisation.clone(),
        started_at: signed.observed_at,
        received_at: record.received_at,
        place_kind: open.place_kind.to_string(),
        district: open.district.map(String::from),
        organisations: open.organisations.into_iter().map(String::from).collect(),
        ground: open.ground.to_string(),
        sealed,
        observations: Vec::new(),
    })
}
