//! Cards, planned inspections and telephone numbers: JSON files, in the very form that is signed.
//!
//! Codes that the vocabulary does not have are refused: a device would show them as they are, and sign them.

use std::collections::HashSet;

use baken_protocol::catalogue::Content;
use baken_protocol::catalogue::cards::Cards;
use baken_protocol::catalogue::inspections::PlannedInspections;
use baken_protocol::catalogue::settings::Settings;
use baken_protocol::ids::Code;
use baken_protocol::strict_json::{self, StrictJsonError};
use baken_protocol::vocabulary::Vocabulary;
use serde::Serialize;

use super::{Finding, ReadContent};

/// Reads cards.
pub(super) fn cards(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let read: Cards = parsed(file)?;
    let mut findings = Findings::default();
    findings.once(read.cards.iter().map(|card| &card.code));
    for card in &read.cards {
        let mut languages = HashSet::new();
        for text in &card.texts {
            if !languages.insert(&text.language) {
                findings.add(&card.code, &format!("has its text in {} twice", text.language.as_str()));
            }
        }
        if card.texts.is_empty() {
            findings.add(&card.code, "has no text");
        }
    }
    findings.end(&read, read.cards.len())
}

/// Reads planned inspections.
pub(super) fn inspections(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let read: PlannedInspections = parsed(file)?;
    let vocabulary = Vocabulary::built_in();
    let mut findings = Findings::default();
    findings.once(read.inspections.iter().map(|it| &it.code));
    for planned in &read.inspections {
        let of = &planned.code;
        if planned.ends_at < planned.starts_at {
            findings.add(of, "ends before it begins");
        }
        let kind = planned.place.kind.as_str();
        if vocabulary.place_kind(kind).is_none() {
            findings.add(of, &format!("\"{kind}\" is no kind of place"));
        }
        for district in planned.place.district.iter().filter(|it| vocabulary.district(it.as_str()).is_none()) {
            findings.add(of, &format!("\"{}\" is no district", district.as_str()));
        }
        for unknown in planned.organisations.iter().filter(|it| vocabulary.organisation(it.as_str()).is_none()) {
            findings.add(of, &format!("\"{}\" is no organisation", unknown.as_str()));
        }
        for ground in planned.ground.iter().filter(|it| vocabulary.entry_ground(it.as_str()).is_none()) {
            findings.add(of, &format!("\"{}\" is no ground for entering", ground.as_str()));
        }
    }
    findings.end(&read, read.inspections.len())
}

/// Reads telephone numbers.
pub(super) fn settings(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let read: Settings = parsed(file)?;
    let mut findings = Findings::default();
    findings.once(read.phones.iter().map(|phone| &phone.code));
    findings.end(&read, read.phones.len())
}

fn parsed<T: Content>(file: &[u8]) -> Result<T, Vec<Finding>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    strict_json::parse(file).map_err(|error| {
        let (place, what) = match error {
            StrictJsonError::Shape { line, column } => {
                (format!("line {line}"), format!("is no list of {} (column {column})", T::KIND))
            }
            StrictJsonError::Spelling => ("the file".into(), format!("is no list of {}", T::KIND)),
        };
        vec![Finding { place, what }]
    })
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, of: &Code, what: &str) {
        self.0.push(Finding { place: of.as_str().to_owned(), what: what.to_owned() });
    }

    fn once<'a>(&mut self, codes: impl Iterator<Item = &'a Code>) {
        let mut seen = HashSet::new();
        for code in codes {
            if !seen.insert(code) {
                self.add(code, "is there twice");
            }
        }
    }

    fn end<T: Serialize>(self, content: &T, entries: usize) -> Result<ReadContent, Vec<Finding>> {
        if !self.0.is_empty() {
            return Err(self.0);
        }
        let content = serde_json::to_vec(content)
            .map_err(|_| vec![Finding { place: "the file".into(), what: "cannot be written".into() }])?;
        Ok(ReadContent { content, entries, warnings: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn wrong(read: Result<ReadContent, Vec<Finding>>) -> Vec<String> {
        read.err().unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn tells_every_code_of_a_planned_inspection_that_nobody_knows() {
        let file = br#"{"inspections":[
            {"code":"a","startsAt":"2026-12-03T08:00:00Z","endsAt":"2026-12-03T07:00:00Z",
             "place":{"kind":"kasteel","district":"mars","name":"X"},"organisations":["clowns"],"ground":"zin"},
            {"code":"a","startsAt":"2026-12-03T08:00:00Z","endsAt":"2026-12-03T09:00:00Z",
             "place":{"kind":"hotel","name":"X"}}]}"#;
        assert_eq!(wrong(inspections(file)).len(), 6);
    }

    #[test]
    fn says_in_which_line_a_file_is_no_list() {
        assert_eq!(wrong(cards(b"{\n\"cards\": [1]}")), ["line 2: is no list of cards (column 11)"]);
        assert!(wrong(settings(b"telefoon 112")).first().unwrap().starts_with("line 1"));
    }

    #[test]
    fn a_card_has_one_text_for_each_language() {
        let text = r#"{"language":"nl","title":"A","blocks":[]}"#;
        let file = format!(r#"{{"cards":[{{"code":"a","group":"show","texts":[{text},{text}]}}]}}"#);
        assert_eq!(wrong(cards(file.as_bytes())), ["a: has its text in nl twice"]);
    }
}
