//! What opens a handled observation again without anybody asking: its device added to it, or a file came that it lists.
//! Somebody must see that. What its device adds where something was asked is the answer.

use baken_protocol::ids::RecordId;
use baken_protocol::record::Action;
use chrono::{DateTime, Utc};

use super::handling::after;
use super::told;
use crate::storage::{
    ActKind, ActReason, ActRow, AuditAction, AuditEntry, AuditObject, InHand, LOCAL, StandingRow, StorageError,
    Transaction,
};

/// The act by which an operation opens what was handled again, or answers what was asked.
pub(super) fn by_operation(
    before: &StandingRow,
    now: &StandingRow,
    action: Action,
    at: DateTime<Utc>,
) -> Option<ActRow> {
    if before.in_hand.question.is_some() {
        // Whatever is said of it now: its author knew of nothing else to add.
        return Some(act(before, ActKind::Answer, None, at));
    }
    let reason = match action {
        _ if now.urgency != before.urgency => ActReason::MoreUrgent,
        Action::Create | Action::Amend => ActReason::Amended,
        Action::Retract => ActReason::Retracted,
    };
    reopening(before, reason, at)
}

/// Opens an observation that was handled before a file came that `record` of it lists. Of several files the first does.
pub fn reopen_by_attachment(tx: &dyn Transaction, record: RecordId, at: DateTime<Utc>) -> Result<(), StorageError> {
    let Some(mut row) = tx.standing_of(record)? else { return Ok(()) };
    let Some(act) = reopening(&row, ActReason::AttachmentArrived, at) else { return Ok(()) };
    let (before, was) = (row.kind(), row.in_hand.clone());
    row.in_hand = after(&was, &act);
    tx.change_standing(&row)?;
    tx.count_standing(&before, -1)?;
    tx.count_standing(&row.kind(), 1)?;
    keep(tx, &act, record, (&was, &row.in_hand))
}

/// Keeps the act that led from one way of being in hand to another, with a line in the audit log that names whose record it
/// was; its device is told.
pub(super) fn keep(
    tx: &dyn Transaction,
    act: &ActRow,
    by: RecordId,
    (was, now): (&InHand, &InHand),
) -> Result<(), StorageError> {
    tx.add_act(act)?;
    told::note(tx, (act.standing, by.device), (was, now), act.at)?;
    let (device, id) = (by.device.to_string(), by.to_string());
    let action = if act.kind == ActKind::Answer { AuditAction::Answer } else { AuditAction::Reopen };
    let reason = act.reason.map(|reason| reason.to_string());
    let detail = reason.or_else(|| was.question.map(|question| question.to_string())).unwrap_or_default();
    let entry = AuditEntry::new(&device, action, AuditObject::Observation, &id, LOCAL);
    tx.audit(act.at, &entry.with_detail(&detail))?;
    Ok(())
}

fn reopening(row: &StandingRow, reason: ActReason, at: DateTime<Utc>) -> Option<ActRow> {
    row.in_hand.handled_at?;
    Some(act(row, ActKind::Reopen, Some(reason), at))
}

/// What nobody does: it follows from what came.
fn act(row: &StandingRow, kind: ActKind, reason: Option<ActReason>, at: DateTime<Utc>) -> ActRow {
    ActRow {
        standing: row.number,
        place: row.in_hand.acts.saturating_add(1),
        kind,
        reason,
        passed_to: None,
        doubles: None,
        report: None,
        question: None,
        actor: None,
        at,
    }
}
