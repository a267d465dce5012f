//! What the calls that do something about a report have in common: the sealed text in their bodies, and the way from what
//! is wanted to how the report stands then.

use axum::Json;
use axum::http::StatusCode;
use data_encoding::BASE64;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reports::{problem, refused, shown};
use crate::http::extract::signed_in::SignedIn;
use crate::http::live::tell_of_report;
use crate::http::problem::{FieldProblem, FieldProblemCode, Problem};
use crate::http::state::AppState;
use crate::http::views::ReportDetail;
use crate::register::{self, SEALED_TEXT_BYTES, WantedWork, is_sealed_text};
use crate::storage::{AuditAction, AuditObject, ReportNumber};

/// A text that the browser sealed to the team of the report's level and the recovery key.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewText {
    /// The epoch of the key directory that named them.
    epoch: u64,
    /// The age file, in base64: two X25519 recipients, and inside a multiple of 2048 bytes.
    sealed: String,
}

/// What is wrong with a body, field by field.
#[derive(Default)]
pub(super) struct Wrong(Vec<FieldProblem>);

impl Wrong {
    pub(super) fn say(&mut self, field: &str, code: FieldProblemCode) {
        self.0.push(FieldProblem::new(field, code));
    }

    /// `None`, and that it is missing.
    pub(super) fn required<T>(&mut self, field: &str, given: Option<T>) -> Option<T> {
        if given.is_none() {
            self.say(field, FieldProblemCode::Required);
        }
        given
    }

    /// A code; `None`, and that it is missing or none.
    pub(super) fn code<T: std::str::FromStr>(&mut self, field: &str, text: Option<&str>) -> Option<T> {
        let text = self.required(field, text)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.say(field, FieldProblemCode::Unknown);
        }
        read
    }

    /// A sealed text, if it is sealed as one is.
    pub(super) fn text(&mut self, text: Option<&NewText>, is_needed: bool) -> Option<(u64, Vec<u8>)> {
        let Some(text) = text else {
            if is_needed {
                self.say("text", FieldProblemCode::Required);
            }
            return None;
        };
        let decoded = BASE64.decode(text.sealed.as_bytes()).ok();
        if decoded.as_ref().is_some_and(|bytes| bytes.len() > SEALED_TEXT_BYTES) {
            self.say("text", FieldProblemCode::TooLong);
            return None;
        }
        let sealed = decoded.filter(|bytes| is_sealed_text(bytes));
        if sealed.is_none() {
            self.say("text", FieldProblemCode::Invalid);
        }
        Some((text.epoch, sealed?))
    }

    pub(super) fn else_of<T>(self, read: Option<T>) -> Result<T, Problem> {
        match read {
            Some(read) if self.0.is_empty() => Ok(read),
            _ => Err(Problem::invalid(self.0)),
        }
    }
}

/// Does it, and answers how the report stands then.
pub(super) async fn done(
    state: AppState,
    signed_in: SignedIn,
    (report, expected): (ReportNumber, u64),
    wanted: WantedWork,
    (action, detail): (AuditAction, String),
) -> Result<(StatusCode, Json<ReportDetail>), Problem> {
    let shown = state
        .blocking(move |state| {
            let (clearance, now, id) = (signed_in.clearance(), state.environment.clock.now(), report.to_string());
            let whose = (&clearance, state.installation.time_zone);
            let done = state.write(|tx| {
                let actor = (signed_in.account.login.as_str(), now);
                register::work(tx, whose, (report, expected), &wanted, actor).map_err(problem)?;
                let entry = signed_in.entry(action, AuditObject::Report, &id);
                tx.audit(now, &entry.with_detail(&detail))?;
                shown(tx, &signed_in, state, report)
            });
            let done = done.inspect_err(|problem| refused(state, &signed_in, action, &id, problem))?;
            tell_of_report(state, report);
            Ok(done)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(shown)))
}
