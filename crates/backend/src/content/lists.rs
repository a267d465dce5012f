//! Cards, planned inspections and telephone numbers: JSON files, in the very form that is signed.
//!
//! Codes that the vocabulary does not have are refused: a device would show them as they are, and sign them.

use std::collections::HashSet;

use baken_protocol::catalogue::Content;
use baken_protocol::catalogue::cards::Cards;
use baken_protocol::catalogue::inspections::PlannedInspections;
use baken_protocol::catalogue::settings::{MOST_DAYS, Phone, Settings};
use baken_protocol::limits;
use baken_protocol::strict_json::{self, StrictJsonError};
use baken_protocol::vocabulary::Vocabulary;

use super::findings::Findings;
use super::{Fault, Finding, ReadContent};

/// Reads cards.
pub(super) fn cards(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let read: Cards = parsed(file)?;
    let mut findings = Findings::of("cards");
    findings.once(read.cards.iter().map(|card| &card.code));
    for (entry, card) in read.cards.iter().enumerate() {
        let mut found = findings.at(entry, &card.code);
        let mut languages = HashSet::new();
        for text in &card.texts {
            if !languages.insert(&text.language) {
                found.add("texts", Fault::Twice, &format!("has its text in {} twice", text.language.as_str()));
            }
        }
        if card.texts.is_empty() {
            found.add("texts", Fault::Missing, "has no text");
        }
    }
    findings.end(&read, read.cards.len())
}

/// Reads planned inspections.
pub(super) fn inspections(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let read: PlannedInspections = parsed(file)?;
    let vocabulary = Vocabulary::built_in();
    let mut findings = Findings::of("inspections");
    findings.count(read.inspections.len(), limits::PLANNED_INSPECTIONS);
    findings.once(read.inspections.iter().map(|it| &it.code));
    for (entry, planned) in read.inspections.iter().enumerate() {
        let mut found = findings.at(entry, &planned.code);
        if planned.ends_at < planned.starts_at {
            found.add("endsAt", Fault::OutOfRange, "ends before it begins");
        }
        let kind = planned.place.kind.as_str();
        if vocabulary.place_kind(kind).is_none() {
            found.add("place.kind", Fault::Unknown, &format!("\"{kind}\" is no kind of place"));
        }
        for district in planned.place.district.iter().filter(|it| vocabulary.district(it.as_str()).is_none()) {
            let what = format!("\"{}\" is no district", district.as_str());
            found.add("place.district", Fault::Unknown, &what);
        }
        for unknown in planned.organisations.iter().filter(|it| vocabulary.organisation(it.as_str()).is_none()) {
            let what = format!("\"{}\" is no organisation", unknown.as_str());
            found.add("organisations", Fault::Unknown, &what);
        }
        if planned.organisations.len() > limits::ORGANISATIONS {
            found.add("organisations", Fault::OutOfRange, "has more organisations than devices take");
        }
        for ground in planned.ground.iter().filter(|it| vocabulary.entry_ground(it.as_str()).is_none()) {
            let what = format!("\"{}\" is no ground for entering", ground.as_str());
            found.add("ground", Fault::Unknown, &what);
        }
        let exact = planned.place.exact();
        if exact.texts().all(|(_, text)| text.is_empty()) {
            found.add("place.name", Fault::Missing, "says nothing but the kind of place");
        }
        found.text("name", &planned.name);
        found.text("note", &planned.note);
        for (name, text) in exact.texts() {
            found.text(&format!("place.{name}"), text);
        }
    }
    findings.end(&read, read.inspections.len())
}

/// Reads telephone numbers, and for how long devices keep and show what they hold.
pub(super) fn settings(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let read: Settings = parsed(file)?;
    let mut findings = Findings::of("phones");
    findings.count(read.phones.len(), limits::PHONES);
    findings.once(read.phones.iter().map(|phone| &phone.code));
    for (entry, phone) in read.phones.iter().enumerate() {
        let mut found = findings.at(entry, &phone.code);
        if !Phone::is_number(&phone.number) {
            found.add("number", Fault::Invalid, &format!("\"{}\" is no telephone number", phone.number));
        }
        for (name, text) in [("nl", &phone.nl), ("en", &phone.en), ("checked", &phone.checked)] {
            found.length(name, text);
        }
    }
    for (name, days, least) in [("purgeAfterDays", read.purge_after_days, 1), ("leaseDays", read.lease_days, 0)] {
        if days.is_some_and(|days| !(least..=MOST_DAYS).contains(&days)) {
            findings.whole(name, Fault::OutOfRange, &format!("is not a number of days from {least} to {MOST_DAYS}"));
        }
    }
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
        vec![Finding { place, what, member: None }]
    })
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
    fn tells_which_text_of_a_planned_inspection_is_too_long_or_holds_a_citizen_number() {
        let long = "x".repeat(limits::FIELD_CHARS + 1);
        let file = format!(
            r#"{{"inspections":[{{"code":"a","name":"bij 111222333","note":"{long}","startsAt":"2026-12-03T08:00:00Z",
            "endsAt":"2026-12-03T08:00:00Z","place":{{"kind":"hotel"}}}}]}}"#
        );
        let found = inspections(file.as_bytes()).err().unwrap();
        let members: Vec<_> = found.iter().map(|it| it.member.clone().unwrap()).collect();
        let at = |member: &str, fault| (format!("inspections[0].{member}"), fault);
        assert_eq!(members, [at("place.name", Fault::Missing), at("name", Fault::Invalid), at("note", Fault::TooLong)]);
    }

    #[test]
    fn tells_every_telephone_number_and_every_term_that_devices_would_refuse() {
        let file =
            br#"{"phones":[{"code":"a","nl":"A","en":"A","number":"112"},{"code":"a","nl":"","en":"","number":"*21#"}],
            "purgeAfterDays":0,"leaseDays":3651}"#;
        let found = settings(file).err().unwrap();
        let members: Vec<_> = found.iter().map(|it| it.member.clone().unwrap()).collect();
        let at = |member: &str, fault| (member.to_owned(), fault);
        assert_eq!(
            members,
            [
                at("phones[1].code", Fault::Twice),
                at("phones[1].number", Fault::Invalid),
                at("purgeAfterDays", Fault::OutOfRange),
                at("leaseDays", Fault::OutOfRange),
            ]
        );
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
