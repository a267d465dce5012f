//! `GET /v1/members`, `DELETE /v1/members/{login}`, `PUT /v1/members/{login}/roles`,
//! `DELETE /v1/members/{login}/sessions` and `DELETE /v1/members/{login}/second-factor`: who may sign in, and what they do.
//!
//! Who is invited to be one stands in `member_invitations.rs`, and who lets them in in `admissions.rs`. Deliberately absent: a
//! level of somebody who is a member already, which would hand out keys; a role opens nothing that is sealed.

use std::collections::BTreeSet;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::member_invitations::MemberInvitation;
use crate::access::{Role, needs_a_word};
use crate::http::extract::allowed::{Allowed, ManageMembers, ReadMembers};
use crate::http::extract::named::{LoginName, Named};
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::register;
use crate::register::members::{Refused, may_be_ended, may_be_given, possible_roles, sees_more};
use crate::storage::{AuditAction, AuditObject, MemberRow, Transaction};

/// All members, of former ones too.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MemberList {
    /// By login.
    pub members: Vec<Member>,
    /// Those who were invited and have not joined, by login; worthless ones too, to be renewed.
    pub invitations: Vec<MemberInvitation>,
}

/// Somebody who may sign in, or could.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Member {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: String,
    /// What the member does.
    pub roles: Vec<Role>,
    /// The roles that a member of this organisation may have.
    pub possible_roles: Vec<Role>,
    /// The levels the member may see.
    #[schema(value_type = Vec<String>)]
    pub levels: Vec<ConfidentialityLevel>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// Whether somebody who reads still has to let them in.
    pub waits: bool,
    /// When the account was ended, if it was.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it was last seen in a session that is not over.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Since when a second factor is asked for; null where there is none.
    pub second_factor_since: Option<DateTime<Utc>>,
}

impl Member {
    fn of(row: MemberRow, vocabulary: &Vocabulary) -> Self {
        let possible_roles = possible_roles(row.organisation.as_str(), vocabulary);
        let MemberRow { login, organisation, roles, levels, created_at, disabled_at, .. } = row;
        let MemberRow { admitted_at, last_seen_at, second_factor_since, .. } = row;
        let (organisation, waits) = (organisation.to_string(), admitted_at.is_none() && needs_a_word(&roles));
        Self {
            login,
            organisation,
            roles,
            possible_roles,
            levels,
            created_at,
            waits,
            disabled_at,
            last_seen_at,
            second_factor_since,
        }
    }
}

/// The roles that somebody is to have, in place of those before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// At least one; whoever is to do nothing has their account ended.
    #[schema(value_type = Vec<Role>)]
    roles: Vec<String>,
}

/// Everybody who may sign in, or could.
#[utoipa::path(get, path = "/v1/members", operation_id = "listMembers", responses(
    (status = 200, description = "Members.", body = MemberList),
))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ReadMembers>,
) -> Result<Json<MemberList>, Problem> {
    let (members, invitations) = state
        .blocking(move |state| {
            signed_in.account_for_listing(state, AuditObject::Members, "")?;
            state.read(|tx| Ok((tx.members()?, tx.member_invitations()?)))
        })
        .await?;
    let vocabulary = Vocabulary::built_in();
    let members = members.into_iter().map(|row| Member::of(row, &vocabulary)).collect();
    Ok(Json(MemberList { members, invitations: invitations.into_iter().map(MemberInvitation::from).collect() }))
}

/// Gives somebody these roles in place of those they had. It holds from their next request on; whoever is to see more by them is
/// let in anew by a member who sees as much.
#[utoipa::path(put, path = "/v1/members/{login}/roles", operation_id = "giveRoles", request_body = Roles, responses(
    (status = 200, description = "The member as it is now.", body = Member),
    (status = 400, description = "malformed, or invalid: roles is required, or unknown for a role that there is not or that \
     nobody of this organisation may have.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such member, or one whose account was ended.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "last-administrator. own-roles: nobody gives themselves what reads records.",
     body = Problem, content_type = "application/problem+json"),
))]
pub async fn give_roles(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageMembers>,
    Named(LoginName { login }): Named<LoginName>,
    roles: Result<Json<Roles>, JsonRejection>,
) -> Result<Json<Member>, Problem> {
    let malformed =
        Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Malformed, "Send the roles as JSON: {\"roles\": [\"…\"]}.");
    let Json(roles) = roles.map_err(|rejection| Problem::of_json(&rejection, malformed))?;
    let roles = read_roles(&roles.roles)?;
    state.blocking(move |state| state.write(|tx| changed(state, tx, &signed_in, &login, Some(&roles)))?).await.map(Json)
}

/// Ends somebody's account: they are signed out everywhere and cannot sign in again. What they did stays theirs.
#[utoipa::path(delete, path = "/v1/members/{login}", operation_id = "endAccount", responses(
    (status = 200, description = "Ended, now or before.", body = Member),
    (status = 404, description = "No such member.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "last-administrator.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn end(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageMembers>,
    Named(LoginName { login }): Named<LoginName>,
) -> Result<Json<Member>, Problem> {
    state.blocking(move |state| state.write(|tx| changed(state, tx, &signed_in, &login, None))?).await.map(Json)
}

/// Signs somebody out in every browser.
#[utoipa::path(delete, path = "/v1/members/{login}/sessions", operation_id = "endSessions", responses(
    (status = 204, description = "No session is left."),
    (status = 404, description = "No such member.", body = Problem, content_type = "application/problem+json"),
))]
pub async fn end_sessions(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageMembers>,
    Named(LoginName { login }): Named<LoginName>,
) -> Result<StatusCode, Problem> {
    let known = state
        .blocking(move |state| {
            let entry = signed_in.entry(AuditAction::EndSessions, AuditObject::Account, &login);
            state.write(|tx| {
                let known = tx.members()?.iter().any(|row| row.login == login);
                tx.end_sessions_of(&login)?;
                tx.audit(state.environment.clock.now(), &entry.if_found(known))?;
                Ok(known)
            })
        })
        .await?;
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

/// Takes somebody's second factor away, whose phone is lost: their password alone lets them in until they set another. They
/// are signed out everywhere.
#[utoipa::path(delete, path = "/v1/members/{login}/second-factor", operation_id = "endSecondFactorOf", responses(
    (status = 204, description = "There is none any more."),
    (status = 404, description = "No such member, or one without.", body = Problem,
     content_type = "application/problem+json"),
    (status = 409, description = "not-now: one's own is taken away with the password and a code.", body = Problem,
     content_type = "application/problem+json"),
))]
pub async fn end_second_factor(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageMembers>,
    Named(LoginName { login }): Named<LoginName>,
) -> Result<StatusCode, Problem> {
    if login == signed_in.account.login {
        let detail = "Take your own away with your password and a code.";
        return Err(Problem::new(StatusCode::CONFLICT, ProblemCode::NotNow, detail));
    }
    let ended = state
        .blocking(move |state| {
            let entry = signed_in.entry(AuditAction::EndSecondFactor, AuditObject::Account, &login);
            state.write(|tx| {
                let ended = register::end_second_factor(tx, &login)?;
                if ended {
                    tx.end_sessions_of(&login)?;
                }
                tx.audit(state.environment.clock.now(), &entry.if_found(ended))?;
                Ok(ended)
            })
        })
        .await?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

fn read_roles(named: &[String]) -> Result<Vec<Role>, Problem> {
    if named.is_empty() {
        return Err(wrong_roles(FieldProblemCode::Required));
    }
    let roles: Result<BTreeSet<Role>, _> = named.iter().map(|role| Role::from_str(role)).collect();
    Ok(roles.map_err(|_| wrong_roles(FieldProblemCode::Unknown))?.into_iter().collect())
}

/// The member with other roles, or ended where there are none; or why not, of which a line is kept.
fn changed(
    state: &AppState,
    tx: &dyn Transaction,
    signed_in: &SignedIn,
    login: &str,
    roles: Option<&[Role]>,
) -> Result<Result<Member, Problem>, Problem> {
    let (vocabulary, now) = (Vocabulary::built_in(), state.environment.clock.now());
    let action = if roles.is_some() { AuditAction::GiveRoles } else { AuditAction::Disable };
    let detail = roles.map(named).unwrap_or_default();
    let entry = signed_in.entry(action, AuditObject::Account, login).with_detail(&detail);
    let members = tx.members()?;
    let may = match roles {
        Some(roles) => may_be_given(&members, Some(entry.actor), (login, roles), &vocabulary),
        None => may_be_ended(&members, login),
    };
    if let Err(refused) = may {
        // The line is kept, and nothing else was changed.
        tx.audit(now, &entry.ended(&code(refused).to_string()))?;
        return Ok(Err(problem(refused)));
    }
    if let Some(roles) = roles {
        if members.iter().any(|row| row.login == login && sees_more(row, roles)) {
            tx.take_admission(login)?;
        }
        tx.give_roles(login, roles)?;
    } else {
        tx.disable_account(login, now)?;
        tx.end_sessions_of(login)?;
    }
    tx.audit(now, &entry)?;
    let row = tx.members()?.into_iter().find(|row| row.login == login);
    Ok(row.map(|row| Member::of(row, &vocabulary)).ok_or_else(Problem::not_found))
}

const fn code(refused: Refused) -> ProblemCode {
    match refused {
        Refused::NoSuchMember => ProblemCode::NotFound,
        Refused::RoleNotPossible => ProblemCode::Invalid,
        Refused::LastAdministrator => ProblemCode::LastAdministrator,
        Refused::OwnRoles => ProblemCode::OwnRoles,
    }
}

fn problem(refused: Refused) -> Problem {
    let conflict = |detail: &str| Problem::new(StatusCode::CONFLICT, code(refused), detail);
    match refused {
        Refused::NoSuchMember => Problem::not_found(),
        Refused::RoleNotPossible => wrong_roles(FieldProblemCode::Unknown),
        Refused::LastAdministrator => {
            conflict("Nobody else could give roles then. Make somebody else an administrator first.")
        }
        Refused::OwnRoles => conflict("Nobody gives themselves what reads records. Ask another administrator."),
    }
}

fn named(roles: &[Role]) -> String {
    roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(",")
}

fn wrong_roles(code: FieldProblemCode) -> Problem {
    Problem::invalid(vec![FieldProblem::new("roles", code)])
}
