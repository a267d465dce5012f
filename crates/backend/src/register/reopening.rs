//! What opens a handled observation again without anybody asking: its device added to it, or a file came that it lists.
//! Somebody must see that.

use baken_protocol::ids::RecordId;
use baken_protocol::record::Action;
use chrono::{DateTime, Utc};

use super::handling::after;
use crate::storage::{
    ActKind, ActReason, ActRow, AuditAction, AuditEntry, AuditObject, LOCAL, StandingRow, StorageError, Transaction,
};

/// The act by which an operation opens what was handled again.
pub(super) fn by_operation(
    before: &StandingRow,
    now: &StandingRow,
    action: Action,
    at: DateTime<Utc>,
) -> Option<ActRow> {
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
    let before = row.kind();
    row.in_hand = after(&row.in_hand, &act);
    tx.change_standing(&row)?;
    tx.count_standing(&before, -1)?;
    tx.count_standing(&row.kind(), 1)?;
    keep(tx, &act, record)
}

/// Keeps the act, with a line in the audit log that names whose record it was.
pub(super) fn keep(tx: &dyn Transaction, act: &ActRow, by: RecordId) -> Result<(), StorageError> {
    tx.add_act(act)?;
    let (device, id) = (by.device.to_string(), by.to_string());
    let reason = act.reason.map(|reason| reason.to_string()).unwrap_or_default();
    let entry = AuditEntry::new(&device, AuditAction::Reopen, AuditObject::Observation, &id, LOCAL);
    tx.audit(act.at, &entry.with_detail(&reason))?;
    Ok(())
}

fn reopening(row: &StandingRow, reason: ActReason, at: DateTime<Utc>) -> Option<ActRow> {
    row.in_hand.handled_at?;
    Some(ActRow {
        standing: row.number,
        place: row.in_hand.acts.saturating_add(1),
        kind: ActKind::Reopen,
        reason: Some(reason),
        passed_to: None,
        doubles: None,
        report: None,
        actor: None,
        at,
    })
}
