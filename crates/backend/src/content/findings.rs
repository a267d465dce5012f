//! What is wrong with a list, gathered entry by entry: in words for the command line, as a member and a code for a page.

use std::collections::HashSet;

use baken_protocol::identifiers::bsn;
use baken_protocol::ids::Code;
use baken_protocol::limits;
use serde::Serialize;

use super::{Fault, Finding, ReadContent};

/// Everything found in one list.
pub(super) struct Findings {
    /// What the list is called in its JSON.
    list: &'static str,
    found: Vec<Finding>,
}

impl Findings {
    /// Of the list with this name.
    pub(super) const fn of(list: &'static str) -> Self {
        Self { list, found: Vec::new() }
    }

    /// About one entry.
    pub(super) const fn at<'a>(&'a mut self, entry: usize, code: &'a Code) -> Entry<'a> {
        Entry { findings: self, index: entry, code }
    }

    /// About what stands beside the entries.
    pub(super) fn whole(&mut self, member: &str, fault: Fault, what: &str) {
        let (place, what) = (member.to_owned(), what.to_owned());
        self.found.push(Finding { place, what, member: Some((member.to_owned(), fault)) });
    }

    /// There are no more entries than devices take.
    pub(super) fn count(&mut self, entries: usize, most: usize) {
        if entries > most {
            self.whole(self.list, Fault::OutOfRange, &format!("{entries}, and devices take {most} at most"));
        }
    }

    /// No code is there twice.
    pub(super) fn once<'a>(&mut self, codes: impl Iterator<Item = &'a Code>) {
        let mut seen = HashSet::new();
        for (entry, code) in codes.enumerate() {
            if !seen.insert(code) {
                self.at(entry, code).add("code", Fault::Twice, "is there twice");
            }
        }
    }

    /// The content as it will be signed, or all that is wrong with it.
    pub(super) fn end<T: Serialize>(self, content: &T, entries: usize) -> Result<ReadContent, Vec<Finding>> {
        if !self.found.is_empty() {
            return Err(self.found);
        }
        let unwritten = || vec![Finding { place: "the file".into(), what: "cannot be written".into(), member: None }];
        let content = serde_json::to_vec(content).map_err(|_| unwritten())?;
        Ok(ReadContent { content, entries, warnings: Vec::new() })
    }
}

/// What is found in one entry.
pub(super) struct Entry<'a> {
    findings: &'a mut Findings,
    index: usize,
    code: &'a Code,
}

impl Entry<'_> {
    /// Something is wrong with a member of it.
    pub(super) fn add(&mut self, member: &str, fault: Fault, what: &str) {
        let member = format!("{}[{}].{member}", self.findings.list, self.index);
        let (place, what) = (self.code.as_str().to_owned(), what.to_owned());
        self.findings.found.push(Finding { place, what, member: Some((member, fault)) });
    }

    /// A text is no longer than devices take.
    pub(super) fn length(&mut self, member: &str, text: &str) {
        if text.chars().count() > limits::FIELD_CHARS {
            self.add(member, Fault::TooLong, &format!("{member} is longer than {} characters", limits::FIELD_CHARS));
        }
    }

    /// The same, and it holds no number of a person.
    pub(super) fn text(&mut self, member: &str, text: &str) {
        self.length(member, text);
        // An identifier of a ship or of premises is no person's, though one in eleven passes.
        let is_written = ["name", "note", "place.name", "place.address", "place.berth", "place.neighbourhood"];
        if is_written.contains(&member) && !bsn::find(text).is_empty() {
            let what = format!("{member} holds what passes as a citizen service number (BSN)");
            self.add(member, Fault::Invalid, &what);
        }
    }
}
