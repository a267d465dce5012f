//! `GET` and `POST /v1/invitations`, `DELETE /v1/invitations/{id}`: letting devices in.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::extract::allowed::{Allowed, ManageDevices};
use crate::http::extract::named::{InvitationName, Named};
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::http::views::InvitationSummary;
use crate::http::views::qr_svg;
use crate::register::{InvalidOrder, InvitationOrder, InviteError, invite};
use crate::storage::{AuditAction, AuditObject};

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
    // Missing is as good as empty: both are told in `errors`.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 60)]
    label: String,
    #[serde(default)]
    #[schema(required = true)]
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
    /// 32 characters in groups of four, to be typed.
    pub code: String,
    /// The backend's address, to be typed beside it.
    pub address: String,
    /// Both in one, to be pasted or scanned.
    pub uri: String,
    /// The same as a QR code.
    pub qr_svg: String,
}

/// Invitations that can still be used.
#[utoipa::path(get, path = "/v1/invitations", operation_id = "listInvitations", responses(
    (status = 200, description = "Without their codes.", body = Invitations),
))]
pub async fn list(
    State(state): State<AppState>,
    _allowed: Allowed<ManageDevices>,
) -> Result<Json<Invitations>, Problem> {
    let invitations =
        state.blocking(|state| state.read(|tx| Ok(tx.open_invitations(state.environment.clock.now())?))).await?;
    Ok(Json(Invitations { invitations: invitations.into_iter().map(InvitationSummary::from).collect() }))
}

/// Makes an invitation, good for a quarter of an hour and one device.
#[utoipa::path(post, path = "/v1/invitations", operation_id = "createInvitation",
    request_body = NewInvitation, responses(
    (status = 201, description = "With its code, this once.", body = Invitation),
    (status = 400, description = "malformed, or invalid with every wrong field: label is required, too-long or, with characters that cannot be seen, invalid; \
     organisation required or unknown.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn create(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageDevices>,
    order: Result<Json<NewInvitation>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let malformed =
        Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, "Send label and organisation as JSON.");
    let Json(order) = order.map_err(|rejection| Problem::of_json(&rejection, malformed))?;
    let invitation = state
        .blocking(move |state| {
            let order = InvitationOrder {
                label: order.label,
                organisation: order.organisation,
                created_by: signed_in.account.login.clone(),
                valid: TimeDelta::try_minutes(VALID_MINUTES).unwrap_or_default(),
            };
            let origin = &signed_in.origin;
            let (installation, environment) = (&state.installation, &state.environment);
            let fresh = state.write(|tx| Ok(invite(tx, installation, environment, order, origin)?))?;
            let uri = fresh.invitation.to_string();
            Ok(Invitation {
                id: fresh.id,
                label: fresh.label,
                organisation: fresh.organisation.to_string(),
                expires_at: fresh.expires_at,
                code: fresh.invitation.typed(),
                address: fresh.invitation.address.as_str().trim_end_matches('/').to_owned(),
                qr_svg: qr_svg(&uri)?,
                uri,
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(invitation)))
}

/// Withdraws an invitation that was not used.
#[utoipa::path(delete, path = "/v1/invitations/{id}", operation_id = "withdrawInvitation",   responses(
    (status = 204, description = "Nobody can use it any more."),
    (status = 404, description = "Not there, used, or withdrawn before.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn withdraw(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageDevices>,
    Named(InvitationName { id }): Named<InvitationName>,
) -> Result<StatusCode, Problem> {
    state
        .blocking(move |state| {
            let (now, name) = (state.environment.clock.now(), id.to_string());
            let entry = signed_in.entry(AuditAction::Withdraw, AuditObject::Invitation, &name);
            let withdrawn = state.write(|tx| {
                let withdrawn = tx.withdraw_invitation(id, now)?;
                tx.audit(now, &entry.if_found(withdrawn))?;
                Ok(withdrawn)
            })?;
            if withdrawn { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
        })
        .await
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        let field = |wrong: InvalidOrder| match wrong {
            InvalidOrder::LabelMissing => FieldProblem::new("label", FieldProblemCode::Required),
            InvalidOrder::LabelTooLong => FieldProblem::new("label", FieldProblemCode::TooLong),
            InvalidOrder::LabelHidden => FieldProblem::new("label", FieldProblemCode::Invalid),
            InvalidOrder::OrganisationMissing => FieldProblem::new("organisation", FieldProblemCode::Required),
            InvalidOrder::OrganisationUnknown => FieldProblem::new("organisation", FieldProblemCode::Unknown),
        };
        match error {
            InviteError::Invalid(wrong) => Self::invalid(wrong.into_iter().map(field).collect()),
            InviteError::Storage(error) => error.into(),
            InviteError::Random(error) => error.into(),
        }
    }
}
