//! Finds citizen numbers (*burgerservicenummers*) in text, so that the observer can be warned and
//! take them out: a municipality's partners may not record them (UAVG, article 46).
//!
//! A BSN has nine digits; with the weights 9, 8, 7, 6, 5, 4, 3, 2, −1 their sum is a multiple of 11 (the
//! *elfproef*, Logisch Ontwerp BSN). About one number in eleven passes by chance, so a find is a
//! suspicion: it warns, and the observer decides.
//!
//! A number is looked for in a chain: groups of digits with no more than a few separators between them, line ends
//! included; what is not seen is passed over, and digits of any script count. It may be the whole chain, however
//! grouped ("1112 22 333"), the whole of what single dots, dashes and spaces hold together in it, or, within a longer
//! one such as a list, nine digits together or grouped 3-3-3 or 4-2-3.
//!
//! Taken out of a chain first, since they are numbers of their own: a date, a time of day, a phone number with its
//! country code ("+31 6 …", "0031 6 …"). What stands before and after them is searched as if they were not there.
//! Passed over is what its own word names: an MMSI of a ship after "MMSI", a mobile number without its 0 after "tel".
//!
//! Deliberately absent: eight digits (a dropped leading zero), which would report every company number and date.

mod chains;

use std::ops::Range;

use chains::{Chain, Group, chains};

use crate::text;

/// What stands in place of a number that was masked.
const MASK: &str = "[BSN]";
/// Digits of a phone number from its "+" on, at least; E.164 allows fewer, but no neighbour uses them.
const PHONE_DIGITS: usize = 10;
/// Words that name the phone number after them.
const PHONE_WORDS: [&str; 8] = ["tel", "telefoon", "foon", "mobiel", "mob", "gsm", "phone", "whatsapp"];

/// Where a citizen number stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Byte offsets in the UTF-8 text, on character boundaries.
    pub bytes: Range<usize>,
    /// The same place in UTF-16 code units, as JavaScript counts.
    pub utf16: Range<usize>,
}

/// The citizen numbers in `text`, in order and without overlap.
pub fn find(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for chain in chains(text) {
        let groups = chain.groups.get(named_groups(&chain)..).unwrap_or_default();
        search(groups, chain.after_plus, &mut found);
    }
    found
}

/// The nine digits at a place that [`find`] answered, as ASCII: one number is the same however it was written.
pub fn digits_at(text: &str, span: &Span) -> String {
    let written = text.get(span.bytes.clone()).unwrap_or_default();
    written.chars().map(text::digits).collect()
}

/// `text` with "[BSN]" in place of every citizen number.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for span in find(text) {
        masked.push_str(text.get(kept..span.bytes.start).unwrap_or_default());
        masked.push_str(MASK);
        kept = span.bytes.end;
    }
    masked.push_str(text.get(kept..).unwrap_or_default());
    masked
}

/// Finds the numbers of one chain. Whatever is found splits it, and what remains on each side is judged as if it stood
/// alone, as it does once the number is masked.
fn search(groups: &[Group], after_plus: bool, found: &mut Vec<Span>) {
    let groups = groups.get(phone_groups(groups, after_plus)..).unwrap_or_default();
    let Some(hit) = first(groups) else { return };
    search(groups.get(..hit.groups.start).unwrap_or_default(), false, found);
    found.extend(hit.number);
    search(groups.get(hit.groups.end..).unwrap_or_default(), false, found);
}

/// Something that splits a chain: a citizen number, or a number that is none.
struct Hit {
    groups: Range<usize>,
    number: Option<Span>,
}

/// What splits a chain first: numbers of other kinds, then all of it, then its parts.
fn first(groups: &[Group]) -> Option<Hit> {
    let other = (0..groups.len()).find_map(|start| date_or_time(groups, start));
    other
        .map(|groups| Hit { groups, number: None })
        .or_else(|| whole(groups, 0..groups.len()))
        .or_else(|| tight(groups).find_map(|part| whole(groups, part)))
        .or_else(|| (0..groups.len()).find_map(|start| within(groups, start)))
}

/// The parts that single dots, dashes and spaces hold together.
fn tight(groups: &[Group]) -> impl Iterator<Item = Range<usize>> + '_ {
    let loose = groups.iter().enumerate().filter(|(index, group)| *index > 0 && !group.is_tight());
    let ends = loose.map(|(index, _)| index).chain([groups.len()]);
    ends.scan(0, |start, end| Some(std::mem::replace(start, end)..end))
}

/// A date (day, month, year or the other way round) or a time of day that begins at `start`.
fn date_or_time(groups: &[Group], start: usize) -> Option<Range<usize>> {
    let at = |ahead: usize| groups.get(start + ahead);
    let length = |ahead: usize| at(ahead).map_or(0, |group| group.digits.len());
    let value = |ahead: usize| at(ahead).map_or(0, Group::value);
    let joined = |ahead: usize| at(ahead).map_or("", |group| group.separator.as_str());
    let short = |ahead: usize| (1..=2).contains(&length(ahead));
    let year = |ahead: usize| length(ahead) == 4 && (1900..=2099).contains(&value(ahead));
    let alike = joined(1) == joined(2) && matches!(joined(1), "-" | "." | "/" | " ");
    let day_first = short(0) && short(1) && year(2) && (1..=31).contains(&value(0)) && (1..=12).contains(&value(1));
    let year_first = year(0) && short(1) && short(2) && (1..=12).contains(&value(1)) && (1..=31).contains(&value(2));
    if alike && (day_first || year_first) {
        return Some(start..start + 3);
    }
    let time = short(0) && length(1) == 2 && joined(1) == ":" && value(0) < 24 && value(1) < 60;
    time.then(|| start..start + 2)
}

/// How many groups at the start of a chain are a phone number with its country code.
fn phone_groups(groups: &[Group], after_plus: bool) -> usize {
    let zeros = groups.first().is_some_and(|group| group.digits.starts_with(&[0, 0]));
    let least = match (after_plus, zeros) {
        (true, _) => PHONE_DIGITS,
        (false, true) => PHONE_DIGITS + 2,
        (false, false) => return 0,
    };
    let mut digits = 0;
    let enough = groups.iter().position(|group| {
        digits += group.digits.len();
        digits >= least
    });
    enough.map_or(0, |last| last + 1)
}

/// How many groups at the start of a chain are the number that the word before it names.
fn named_groups(chain: &Chain) -> usize {
    let word = chain.word.trim_end_matches("nummer").trim_end_matches("nr");
    let form: fn(u8) -> bool = if word.ends_with("mmsi") {
        |digit| (2..=7).contains(&digit)
    } else if PHONE_WORDS.iter().any(|known| word.ends_with(known)) {
        |digit| digit == 6
    } else {
        return 0;
    };
    let fits = chain.groups.first().and_then(|group| group.digits.first()).is_some_and(|digit| form(*digit));
    let mut digits = 0;
    let end = chain.groups.iter().enumerate().take_while(|(index, group)| *index == 0 || group.is_tight());
    let last = end.map(|(index, group)| (index, group.digits.len())).find(|(_, count)| {
        digits += count;
        digits >= 9
    });
    last.filter(|_| fits && digits == 9).map_or(0, |(index, _)| index + 1)
}

/// A part of the chain as one number.
fn whole(groups: &[Group], part: Range<usize>) -> Option<Hit> {
    let number = groups.get(part.clone())?;
    let count: usize = number.iter().map(|group| group.digits.len()).sum();
    let span = (count == 9 && passes(number)).then(|| spanning(number)).flatten()?;
    Some(Hit { groups: part, number: Some(span) })
}

/// The number that begins with the group at `start` and is grouped as people group it.
fn within(groups: &[Group], start: usize) -> Option<Hit> {
    let length = |ahead: usize| groups.get(start + ahead).map(|group| group.digits.len());
    let count = match (length(0)?, length(1), length(2)) {
        (9, _, _) => 1,
        (3, Some(3), Some(3)) | (4, Some(2), Some(3)) => 3,
        _ => return None,
    };
    let number = groups.get(start..start + count)?;
    let mut separators = number.iter().skip(1).map(|group| &group.separator);
    let first = separators.next();
    let uniform = separators.all(|separator| Some(separator) == first);
    if uniform { whole(groups, start..start + count) } else { None }
}

fn spanning(groups: &[Group]) -> Option<Span> {
    let (first, last) = (&groups.first()?.span, &groups.last()?.span);
    Some(Span { bytes: first.bytes.start..last.bytes.end, utf16: first.utf16.start..last.utf16.end })
}

/// The *elfproef*. Nine zeros pass it, but were never issued.
fn passes(groups: &[Group]) -> bool {
    let digits = || groups.iter().flat_map(|group| &group.digits).map(|digit| i32::from(*digit));
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = digits().zip(weights).map(|(digit, weight)| digit * weight).sum();
    sum % 11 == 0 && digits().any(|digit| digit != 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|span| &text[span.bytes]).collect()
    }

    #[test]
    fn finds_numbers_that_pass_the_test_and_no_others() {
        for text in ["111222333", "123456782", "012345672", "BSN111222333.", "bsn:111222333B01"] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
        for text in ["123456789", "111222334", "000000000", "", "geen nummer"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn finds_grouped_numbers() {
        for text in
            ["111.222.333", "1112 22 333", "1112.22.333", "111-222-333", "111\u{a0}222\u{2013}333", "1 1 1 2 2 2 3 3 3"]
        {
            assert_eq!(found(text), [text]);
            assert_eq!(found(&format!("Zij noemde {text}, zei hij.")), [text]);
        }
    }

    #[test]
    fn finds_every_number_of_a_list() {
        let text = "111222333 123456782, 111.222.333-123.456.782/1112 22 333 1234 56 782\n111222333\t123456782";
        assert_eq!(found(text).len(), 8);
        assert_eq!(found("kamer 12 111222333"), ["111222333"]);
        assert_eq!(found("kamer 12 111 222 333 4"), ["111 222 333"]);
        assert_eq!(found("06 12345678 111222333"), ["111222333"]);
    }

    #[test]
    fn passes_over_longer_numbers() {
        for text in ["1112223334", "0111222333", "NL91ABNA0111222333", "NL91 ABNA 0111 2223 33", "111222333111222333"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn passes_over_phone_numbers_with_a_country_code() {
        // 612345671 passes the test: only its being a phone number keeps it from being found.
        assert_eq!(found("612345671").len(), 1);
        for phone in
            ["+31612345671", "+31 612345671", "+31 6 12345671", "+31-6-12 34 56 71", "0031 612345671", "+31612345678"]
        {
            assert_eq!(found(phone), [""; 0], "{phone}");
            let list = format!("bel {phone} 111222333 123456782 111222333");
            assert_eq!(found(&list), ["111222333", "123456782", "111222333"], "{phone}");
        }
    }

    #[test]
    fn passes_over_eight_digits_and_what_is_not_joined() {
        let mixed = "4 111.222 333";
        for text in ["12345672", "111 a222 333", "23-11-2026", "111.......222.......333", mixed] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn finds_what_is_hidden_in_characters_that_are_not_seen_in_other_digits_and_behind_any_separator() {
        for text in [
            "111\u{200b}222\u{200b}333",
            "111\u{ad}222\u{ad}333",
            "111\u{2060}222\u{2060}333",
            "111\u{fe0f}222\u{301}333",
            "1\u{20e3}1\u{20e3}1222333",
            "١١١٢٢٢٣٣٣",
            "１１１２２２３３３",
            "①①①²²²333",
            "𝟏𝟏𝟏𝟐𝟐𝟐𝟑𝟑𝟑",
            "111,222,333",
            "111, 222, 333",
            "111  222  333",
            "111\n222\n333",
            "111\r\n222\u{2028}333",
            "11122-\n2333",
            "111/222/333",
            "111_222_333",
            "(111) 222 333",
            "1112.22.333",
            "11122233 3",
        ] {
            let span = find(text).pop().unwrap_or_else(|| panic!("{text:?}"));
            assert_eq!(digits_at(text, &span), "111222333", "{text:?}");
            assert!(!mask(text).chars().any(|it| !text::digits(it).is_empty()), "{text:?}");
        }
        assert_eq!(mask("\u{202a}111222333\u{202c}"), "\u{202a}[BSN]\u{202c}");
    }

    #[test]
    fn a_number_of_another_kind_beside_it_hides_none() {
        for text in [
            "geb. 01-01-1990, 111222333",
            "01-01-1990 111222333",
            "01-01-1990-111222333",
            "111222333-01-01-1990",
            "1990-01-01 111 222 333",
            "1/1/1990 1112 22 333",
            "om 14:30 111222333",
            "12:30:111222333",
            "111222333-1",
            "1-111222333",
            "06-12345678, 111222333",
            "06 12 34 56 71 111222333",
            "+31 6 12345678 111222333",
            "MMSI 244123456, 111222333",
            "tel 612345678 111222333",
            "12, 11 12 22 333",
            "NX111222333",
            "BSN: 111 222 333",
            "kenteken 111222333",
            "MMSI 111222333",
        ] {
            let numbers: Vec<String> = find(text).iter().map(|span| digits_at(text, span)).collect();
            assert_eq!(numbers, ["111222333"], "{text}");
        }
    }

    #[test]
    fn passes_over_numbers_of_other_kinds() {
        // 244123457 and 612345671 pass the test: only what they are keeps them from being found.
        assert_eq!(found("244123457").len() + found("612345671").len(), 2);
        for text in [
            "06-12345678",
            "0612345671",
            "06 12 34 56 71",
            "tel 6 12345671",
            "Tel.: 612345671",
            "telefoonnummer 6-12345671",
            "+31 (0)6 12345671",
            "+31 612345671",
            "MMSI 244123456",
            "MMSI 244123457",
            "MMSI-nr.: 244 123 457",
            "paspoort NX1112223333",
            "1112223331112",
            "12345672",
            "23-11-2026 3",
            "van 12:30 tot 14:45, 2",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn counts_utf16_as_javascript_does() {
        let spans = find("é😀 111.222.333 x");
        assert_eq!(spans, [Span { bytes: 7..18, utf16: 4..15 }]);
    }

    #[test]
    fn masks_every_number() {
        assert_eq!(mask("BSN 111.222.333 en 123456782."), "BSN [BSN] en [BSN].");
        assert_eq!(mask("niets te zien 😀"), "niets te zien 😀");
    }

    #[test]
    fn masks_what_only_stands_alone_once_its_neighbour_is_masked() {
        let text = "11 12 22 333 123456782 1 11222333";
        assert_eq!(found(text), ["11 12 22 333", "123456782", "1 11222333"]);
        assert_eq!(mask(text), "[BSN] [BSN] [BSN]");
    }

    /// Texts dense in numbers, separators, prefixes and wide characters.
    fn dense() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            Just("111222333"),
            Just("123.456.782"),
            Just("1112 22 333"),
            Just("612345671"),
            Just("+31"),
            Just("0031"),
            Just("+"),
            Just("00"),
            Just(" "),
            Just("."),
            Just("-"),
            Just("\u{a0}"),
            Just("1"),
            Just("11"),
            Just("222"),
            Just("8"),
            Just("é"),
            Just(", "),
            Just("\n"),
            Just("\u{200b}"),
            Just("٣٣٣"),
            Just("①"),
            Just("01-01-1990"),
            Just("12:30"),
            Just("MMSI "),
            Just("tel "),
            Just("😀"),
            Just("[BSN]"),
        ];
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    fn holds_for(text: &str) -> Result<(), TestCaseError> {
        let mut end = 0;
        for span in find(text) {
            prop_assert!(span.bytes.start >= end, "in order, without overlap");
            end = span.bytes.end;
            let number = text.get(span.bytes.clone());
            prop_assert!(number.is_some(), "on character boundaries");
            prop_assert_eq!(digits_at(text, &span).len(), 9);
            let before = text[..span.bytes.start].encode_utf16().count();
            let until = text[..span.bytes.end].encode_utf16().count();
            prop_assert_eq!(span.utf16, before..until);
        }
        let masked = mask(text);
        prop_assert_eq!(find(&masked), []);
        prop_assert_eq!(mask(&masked), masked.clone(), "idempotent");
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn holds_for_dense_text(text in dense()) {
            holds_for(&text)?;
        }

        #[test]
        fn holds_for_any_text(text in any::<String>()) {
            holds_for(&text)?;
        }

        #[test]
        fn holds_for_digits_and_separators(text in "[0-2+ .-]{0,60}") {
            holds_for(&text)?;
        }

        #[test]
        fn finds_exactly_the_numbers_that_pass(number in 1_u32..1_000_000_000) {
            let text = format!("{number:09}");
            let weighted = text.bytes().map(|byte| i64::from(byte - b'0')).zip([9, 8, 7, 6, 5, 4, 3, 2, -1]);
            let sum: i64 = weighted.map(|(digit, weight)| digit * weight).sum();
            prop_assert_eq!(find(&text).len(), usize::from(sum % 11 == 0));
        }
    }
}
