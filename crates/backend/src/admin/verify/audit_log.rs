//! The audit log: each line follows the one before, and none is missing between them.

use super::Audit;
use crate::storage::StorageError;
use crate::storage::sqlite::StoredLine;

impl Audit<'_> {
    pub(super) fn audit_log(&mut self) -> Result<(), StorageError> {
        self.each_row(StoredLine::SQL, |audit, row| {
            let line = StoredLine::read(row)?;
            audit.report.audit_lines += 1;
            if !line.follows(audit.report.audit_head) || line.id != audit.report.audit_lines {
                audit.fault(format!("line {} of the audit log does not follow the one before", line.id));
            }
            audit.report.audit_head = Some(line.hash);
            Ok(())
        })
    }
}
