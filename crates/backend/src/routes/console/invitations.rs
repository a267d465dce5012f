//! `GET` and `POST /v1/invitations`, `DELETE /v1/invitations/{id}`: letting devices in.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::admin::invite::{InvitationOrder, InviteError, invite};
use crate::problem::{FieldProblem, Problem};
use crate::register::InvitationSummary;
use crate::sessions::SignedIn;
use crate::state::AppState;

/// How long an invitation from the console may be used.
const VALID_MINUTES: i64 = 15;

/// Invitations that can still be used.
#[derive(Serialize, ToSchema)]
pub struct Invitations {
    invitations: Vec<InvitationSummary>,
}

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    label: String,
    organisation: String,
}

/// An invitation with its code, which is shown this once.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever will carry it.
    pub organisation: String,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
    /// 28 characters in groups of four, to be typed.
    pub code: String,
    /// The backend's address, to be typed beside it.
    pub address: String,
    /// Both in one, to be pasted or scanned.
    pub uri: String,
    /// The same as a QR code.
    pub qr_svg: String,
}

/// Invitations that can still be used.
#[utoipa::path(get, path = "/v1/invitations", responses(
    (status = 200, description = "Without their codes.", body = Invitations),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(state): State<AppState>, _signed_in: SignedIn) -> Result<Json<Invitations>, Problem> {
    let invitations =
        state.blocking(|state| Ok(state.storage.open_invitations(state.environment.clock.now())?)).await?;
    Ok(Json(Invitations { invitations }))
}

/// Makes an invitation, good for a quarter of an hour and one device.
#[utoipa::path(post, path = "/v1/invitations", request_body = NewInvitation, responses(
    (status = 201, description = "With its code, this once.", body = Invitation),
    (status = 400, description = "invalid, with every wrong field.", body = Problem,
     content_type = "application/problem+json"),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "csrf or cross-site.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    order: Result<Json<NewInvitation>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let wrong = |field: &str| Problem::invalid(vec![FieldProblem { field: field.to_owned(), code: "required" }]);
    let Json(order) = order.map_err(|_| wrong("label"))?;
    let organisation = order.organisation.parse().map_err(|_| wrong("organisation"))?;
    let invitation = state
        .blocking(move |state| {
            let order = InvitationOrder {
                label: order.label,
                organisation,
                created_by: signed_in.account.login.clone(),
                valid: TimeDelta::try_minutes(VALID_MINUTES).unwrap_or_default(),
            };
            let (label, organisation) = (order.label.trim().to_owned(), order.organisation.to_string());
            let fresh = invite(state.storage.as_ref(), &state.installation, &state.environment, order);
            let fresh = fresh.map_err(|error| match error {
                InviteError::Label => wrong("label"),
                InviteError::Organisation => wrong("organisation"),
                InviteError::Storage(error) => error.into(),
                InviteError::Random(error) => error.into(),
            })?;
            signed_in.account_for(state, "invite", &format!("invitation {}", fresh.id), "ok")?;
            let uri = fresh.invitation.to_string();
            Ok(Invitation {
                id: fresh.id,
                label,
                organisation,
                expires_at: fresh.expires_at,
                code: fresh.invitation.typed(),
                address: fresh.invitation.address.as_str().trim_end_matches('/').to_owned(),
                qr_svg: qr(&uri)?,
                uri,
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(invitation)))
}

/// Withdraws an invitation that was not used.
#[utoipa::path(delete, path = "/v1/invitations/{id}", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Nobody can use it any more."),
    (status = 401, description = "not-signed-in.", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "csrf or cross-site.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Not there, used, or withdrawn before.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn withdraw(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    state
        .blocking(move |state| {
            let withdrawn = state.storage.withdraw_invitation(id, state.environment.clock.now())?;
            let result = if withdrawn { "ok" } else { "not-found" };
            signed_in.account_for(state, "withdraw", &format!("invitation {id}"), result)?;
            if withdrawn { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
        })
        .await
}

fn qr(text: &str) -> Result<String, Problem> {
    let code = QrCode::new(text.as_bytes()).map_err(|_| Problem::internal())?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(320, 320).quiet_zone(true).build())
}
