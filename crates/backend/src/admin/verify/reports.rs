//! Reports: each stands where its steps say, and none has steps that could not be taken.

use super::Audit;
use crate::register::folded_report;
use crate::storage::StorageError;

/// Read at once.
const PAGE: u32 = 500;

impl Audit<'_> {
    pub(super) fn reports(&mut self) -> Result<(), StorageError> {
        let mut last = 0;
        loop {
            let page = self.tx.reports_after(last, PAGE)?;
            let Some(newest) = page.last().map(|report| report.number) else { break };
            for report in page {
                let steps = self.tx.report_steps(report.number, u32::MAX)?;
                match folded_report(&report, &steps) {
                    None => self.fault(format!("steps of report {} do not follow each other", report.name)),
                    Some(stand) if stand != report.stand => {
                        self.fault(format!("report {} stands otherwise than its steps say", report.name));
                    }
                    Some(_) => {}
                }
            }
            last = newest;
        }
        let stray = self.tx.count_stray_steps()?;
        if stray > 0 {
            self.fault(format!("{stray} steps are of no report"));
        }
        Ok(())
    }
}
