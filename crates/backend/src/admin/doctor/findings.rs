//! What was found, one line for each thing that was tried.

use serde::Serialize;

/// How one thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As it must be.
    Holds,
    /// Companions manage; something else may not.
    Warning,
    /// Devices or browsers are kept out or hindered.
    Fails,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its name.
    pub check: String,
    /// How it stands.
    pub outcome: Outcome,
    /// What was seen.
    pub seen: String,
    /// What to change; empty where it holds.
    pub cure: String,
}

impl Finding {
    /// As a person reads it.
    pub fn line(&self) -> String {
        let Self { check, seen, cure, .. } = self;
        match self.outcome {
            Outcome::Holds => format!("ok    {check}: {seen}"),
            Outcome::Warning => format!("note  {check}: {seen}. {cure}"),
            Outcome::Fails => format!("FAIL  {check}: {seen}. {cure}"),
        }
    }
}

/// Everything that was tried.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// In the order in which it was tried.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing keeps a device out.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.outcome != Outcome::Fails)
    }

    pub(super) fn holds_that(&mut self, check: &str, seen: &str) {
        self.push(check, Outcome::Holds, seen.to_owned(), "");
    }

    pub(super) fn warns(&mut self, check: &str, seen: impl Into<String>, cure: &str) {
        self.push(check, Outcome::Warning, seen.into(), cure);
    }

    pub(super) fn fails(&mut self, check: &str, seen: impl Into<String>, cure: &str) {
        self.push(check, Outcome::Fails, seen.into(), cure);
    }

    fn push(&mut self, check: &str, outcome: Outcome, seen: String, cure: &str) {
        self.findings.push(Finding { check: check.to_owned(), outcome, seen, cure: cure.to_owned() });
    }
}
