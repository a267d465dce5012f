//! `POST /v1/member-invitations` and `DELETE /v1/member-invitations/{login}`: an administrator says who is to be a member. The
//! code goes to whoever is meant by another way than this; who waits with one stands with the members (`members.rs`).

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use baken_protocol::record::ConfidentialityLevel;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::access::Role;
use crate::http::extract::allowed::{Allowed, ManageMembers};
use crate::http::extract::named::{LoginName, Named};
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem};
use crate::http::state::AppState;
use crate::register::{InvalidMember, InviteMemberError, MemberOrder, invite_member};
use crate::storage::{AuditAction, AuditObject, InvitedMember};

/// Who is to be a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMemberInvitation {
    // Missing is as good as empty: all is told in `errors`.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 40)]
    login: String,
    #[serde(default)]
    #[schema(required = true)]
    organisation: String,
    /// Without any, what is for their own organisation alone.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    levels: Vec<String>,
    #[serde(default)]
    #[schema(required = true, value_type = Vec<Role>)]
    roles: Vec<String>,
}

/// Somebody who was invited and has not joined.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MemberInvitation {
    /// The login name they will have.
    pub login: String,
    /// The organisation.
    pub organisation: String,
    /// What they will do.
    pub roles: Vec<Role>,
    /// The levels they may see, beside what is for their own organisation.
    #[schema(value_type = Vec<String>)]
    pub levels: Vec<ConfidentialityLevel>,
    /// Who invited them.
    pub invited_by: String,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

impl From<InvitedMember> for MemberInvitation {
    fn from(invited: InvitedMember) -> Self {
        let InvitedMember { login, organisation, roles, levels, invited_by, invited_at: _, expires_at } = invited;
        Self { login, organisation: organisation.to_string(), roles, levels, invited_by, expires_at }
    }
}

/// The same with its code, which is shown this once.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FreshInvitation {
    /// The code, 26 letters and digits.
    pub code: String,
    /// The page of this console that takes it, with the code behind the `#`.
    pub link: String,
    /// Who is invited.
    pub invitation: MemberInvitation,
}

/// Invites somebody, for a week; an earlier invitation of the same login is worth nothing any more.
#[utoipa::path(post, path = "/v1/member-invitations", operation_id = "inviteMember", request_body = NewMemberInvitation,
    responses(
        (status = 201, description = "With its code, this once.", body = FreshInvitation),
        (status = 400, description = "malformed, or invalid with every wrong field: login is required, invalid or taken; \
         organisation required or unknown; levels unknown; roles required or unknown, also where nobody of that \
         organisation may have it.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn create(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageMembers>,
    order: Result<Json<NewMemberInvitation>, JsonRejection>,
) -> Result<(StatusCode, Json<FreshInvitation>), Problem> {
    let malformed = Problem::malformed("login, organisation, levels and roles");
    let Json(order) = order.map_err(|rejection| Problem::of_json(&rejection, malformed))?;
    let NewMemberInvitation { login, organisation, levels, roles } = order;
    let order = MemberOrder { login, organisation, levels, roles };
    let fresh = state
        .blocking(move |state| {
            let entry = signed_in.entry(AuditAction::InviteMember, AuditObject::Account, &order.login);
            state.write(|tx| Ok(invite_member(tx, &state.environment, &order, &entry)?))
        })
        .await?;
    let address = state.installation.address.as_str().trim_end_matches('/');
    let link = format!("{address}/join#{}", fresh.code);
    Ok((StatusCode::CREATED, Json(FreshInvitation { code: fresh.code, link, invitation: fresh.invited.into() })))
}

/// Withdraws an invitation that was not used.
#[utoipa::path(delete, path = "/v1/member-invitations/{login}", operation_id = "withdrawMemberInvitation", responses(
    (status = 204, description = "Nobody can join with it any more."),
    (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn withdraw(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageMembers>,
    Named(LoginName { login }): Named<LoginName>,
) -> Result<StatusCode, Problem> {
    let withdrawn = state
        .blocking(move |state| {
            let entry = signed_in.entry(AuditAction::Withdraw, AuditObject::Account, &login);
            state.write(|tx| {
                let withdrawn = tx.remove_member_invitation(&login)?;
                tx.audit(state.environment.clock.now(), &entry.if_found(withdrawn))?;
                Ok(withdrawn)
            })
        })
        .await?;
    if withdrawn { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

impl From<InviteMemberError> for Problem {
    fn from(error: InviteMemberError) -> Self {
        match error {
            InviteMemberError::Invalid(wrong) => Self::invalid(wrong.into_iter().map(field).collect()),
            InviteMemberError::Storage(error) => error.into(),
            InviteMemberError::Random(error) => error.into(),
        }
    }
}

fn field(wrong: InvalidMember) -> FieldProblem {
    let (field, code) = match wrong {
        InvalidMember::LoginMissing => ("login", FieldProblemCode::Required),
        InvalidMember::LoginMisspelt => ("login", FieldProblemCode::Invalid),
        InvalidMember::LoginTaken => ("login", FieldProblemCode::Taken),
        InvalidMember::OrganisationMissing => ("organisation", FieldProblemCode::Required),
        InvalidMember::OrganisationUnknown => ("organisation", FieldProblemCode::Unknown),
        InvalidMember::LevelUnknown => ("levels", FieldProblemCode::Unknown),
        InvalidMember::RolesMissing => ("roles", FieldProblemCode::Required),
        InvalidMember::RoleUnknown => ("roles", FieldProblemCode::Unknown),
    };
    FieldProblem::new(field, code)
}
