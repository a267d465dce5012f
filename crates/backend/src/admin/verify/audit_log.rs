//! The audit log: each line follows the one before, and none is missing between them.

use super::Audit;
use crate::storage::StorageError;

impl Audit<'_> {
    pub(super) fn audit_log(&mut self) -> Result<(), StorageError> {
        self.tx.each_audit_line(&mut |line| {
            let audit = &mut *self;
            audit.report.audit_lines += 1;
            let before = audit.report.audit_head.as_deref().unwrap_or_default();
            if !line.follows(before) || line.id != audit.report.audit_lines {
                audit.fault(format!("line {} of the audit log does not follow the one before", line.id));
            }
            audit.report.audit_head = Some(line.hash);
            Ok(())
        })
    }
}
