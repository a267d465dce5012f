//! `GET /v1/device-lists`: which lists devices are given, and what the lists that a page changes have in common.
//!
//! A list is taken whole: whoever changes it names the version they saw, so that nobody's change is lost under another's.
//! Deliberately absent: places and cards, which come out of files (`baken-backend content`).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use baken_protocol::catalogue::{self, CatalogueKind};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::access::Permission;
use crate::content::{self, ContentError, Fault, Finding, Giver, TERM_DAYS};
use crate::http::extract::allowed::{Allowed, ManageContent};
use crate::http::extract::signed_in::SignedIn;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem, ProblemCode};
use crate::http::state::AppState;
use crate::storage::{AuditAction, AuditObject, StorageError, Transaction};

/// What devices are given to work with.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceLists {
    /// Each list there is, by its kind.
    pub lists: Vec<DeviceList>,
}

/// A list that devices are given.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceList {
    /// `cards`, `inspections`, `places` or `settings`.
    pub kind: String,
    /// Its version: only grows.
    pub version: u64,
    /// When it was signed.
    pub issued_at: DateTime<Utc>,
    /// Until when devices take it in. One that holds it goes on with it, and says that it is old.
    pub not_after: DateTime<Utc>,
    /// How many entries it has.
    pub entries: u32,
}

/// Which lists devices are given.
#[utoipa::path(get, path = "/v1/device-lists", operation_id = "listDeviceLists", responses(
    (status = 200, description = "The newest list of each kind there is.", body = DeviceLists),
))]
pub async fn list(
    State(state): State<AppState>,
    Allowed(signed_in, _): Allowed<ManageContent>,
) -> Result<Json<DeviceLists>, Problem> {
    let lists = state.blocking(move |state| {
        let lists = state.read(|tx| {
            let all = CatalogueKind::ALL.into_iter().map(|kind| described(tx, kind));
            Ok(all.collect::<Result<Vec<_>, Problem>>()?.into_iter().flatten().collect())
        })?;
        signed_in.account_for_listing(state, AuditObject::Catalogue, "")?;
        Ok(lists)
    });
    Ok(Json(DeviceLists { lists: lists.await? }))
}

fn described(tx: &dyn Transaction, kind: CatalogueKind) -> Result<Option<DeviceList>, Problem> {
    let Some((held, content)) = content::held_of(tx, kind)? else { return Ok(None) };
    let entries = catalogue::check(kind, &content).map_err(|_| StorageError::Content)?;
    let entries = u32::try_from(entries).unwrap_or(u32::MAX);
    let content::Held { kind, version, issued_at, not_after } = held;
    Ok(Some(DeviceList { kind, version, issued_at, not_after, entries }))
}

/// The version and the content of the list of a kind; none where devices were given none. A line of it is kept.
pub(super) fn read_list<T: DeserializeOwned>(
    state: &AppState,
    signed_in: &SignedIn,
    kind: CatalogueKind,
) -> Result<Option<(u64, T)>, Problem> {
    let list = state.read(|tx| read_content(tx, kind))?;
    signed_in.account_for_reading(state, AuditObject::Catalogue, kind.name(), true)?;
    Ok(list)
}

fn read_content<T: DeserializeOwned>(tx: &dyn Transaction, kind: CatalogueKind) -> Result<Option<(u64, T)>, Problem> {
    let Some((held, content)) = content::held_of(tx, kind)? else { return Ok(None) };
    let content = serde_json::from_slice(&content).map_err(|_| StorageError::Content)?;
    Ok(Some((held.version, content)))
}

/// Gives devices `next` in the place of the list that the asker saw; its version. A refusal leaves a line too.
pub(super) fn give_list(
    state: &AppState,
    signed_in: &SignedIn,
    kind: CatalogueKind,
    expected: u64,
    next: &impl Serialize,
) -> Result<u64, Problem> {
    let bytes = serde_json::to_vec(next).map_err(|_| Problem::malformed("a list"))?;
    let now = state.environment.clock.now();
    let given = content::read(kind, &bytes).map_err(Problem::from).and_then(|read| {
        state.write(|tx| {
            signed_in.still(tx, Permission::ManageContent)?;
            if tx.catalogue_version(kind)? != expected {
                let detail = "Somebody gave devices another list meanwhile. Read it again, and change that one.";
                return Err(Problem::new(StatusCode::CONFLICT, ProblemCode::ChangedMeanwhile, detail));
            }
            let entry = signed_in.entry(AuditAction::LoadCatalogue, AuditObject::Catalogue, kind.name());
            let by = Giver { actor: entry.actor, origin: entry.origin };
            Ok(content::give(tx, &state.folder, now, kind, &read, TERM_DAYS, by)?.version)
        })
    });
    if let Err(refused) = &given {
        let code = refused.code.to_string();
        let entry = signed_in.entry(AuditAction::LoadCatalogue, AuditObject::Catalogue, kind.name()).ended(&code);
        state.write(|tx| Ok(tx.audit(now, &entry)?))?;
    }
    given
}

impl From<ContentError> for Problem {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::File(findings) => {
                let members: Option<Vec<_>> = findings.into_iter().map(field).collect();
                members.map_or_else(|| Self::malformed("the list as the description says it"), Self::invalid)
            }
            ContentError::Content(_) => Self::invalid(vec![FieldProblem::new("", FieldProblemCode::OutOfRange)]),
            ContentError::Key => {
                tracing::error!("the content key is missing or is not the one the key directory names");
                let detail = "This backend does not hold the key that devices believe. An operator brings it back.";
                Self::new(StatusCode::CONFLICT, ProblemCode::NotNow, detail)
            }
            ContentError::Storage(error) => error.into(),
            ContentError::NotInitialised | ContentError::Envelope(_) | ContentError::Io(_) => Self::internal(),
        }
    }
}

fn field(finding: Finding) -> Option<FieldProblem> {
    let (member, fault) = finding.member?;
    let code = match fault {
        Fault::Missing => FieldProblemCode::Required,
        Fault::TooLong => FieldProblemCode::TooLong,
        Fault::OutOfRange => FieldProblemCode::OutOfRange,
        Fault::Unknown => FieldProblemCode::Unknown,
        Fault::Twice => FieldProblemCode::Taken,
        Fault::Invalid => FieldProblemCode::Invalid,
    };
    Some(FieldProblem::new(&member, code))
}
