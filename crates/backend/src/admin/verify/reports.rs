//! Reports: each stands where its steps say and has the tasks that they planned, none has steps that could not be taken,
//! and each sealed text is the one that its step names.

use std::collections::BTreeMap;

use super::Audit;
use crate::register::{FoldedReport, folded_report};
use crate::storage::{ReportRow, ReportStep, SealedText, StorageError};

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
                self.stands(&report, &steps)?;
                self.texts(&report, &steps)?;
            }
            last = newest;
        }
        let stray = self.tx.count_stray_steps()?;
        if stray > 0 {
            self.fault(format!("{stray} steps are of no report"));
        }
        Ok(())
    }

    fn stands(&mut self, report: &ReportRow, steps: &[ReportStep]) -> Result<(), StorageError> {
        let name = report.name;
        let Some(FoldedReport { stand, tasks }) = folded_report(report, steps) else {
            self.fault(format!("steps of report {name} do not follow each other"));
            return Ok(());
        };
        if stand != report.stand {
            self.fault(format!("report {name} stands otherwise than its steps say"));
        }
        if tasks != self.tx.tasks_of_report(report.number)? {
            self.fault(format!("report {name} has other tasks than its steps say"));
        }
        Ok(())
    }

    fn texts(&mut self, report: &ReportRow, steps: &[ReportStep]) -> Result<(), StorageError> {
        let texts = self.tx.report_texts(report.number, u32::MAX)?;
        let held: BTreeMap<u64, _> = texts.iter().map(|text| (text.place, SealedText::digest(text))).collect();
        let named: BTreeMap<u64, _> = steps.iter().filter_map(|step| Some((step.place, step.text?))).collect();
        if held != named {
            self.fault(format!("sealed texts of report {} are missing or others than its steps name", report.name));
        }
        Ok(())
    }
}
