//! Finds citizen numbers (*burgerservicenummers*) in free text, so that the observer can be warned and
//! take them out: a municipality's partners may not record them (UAVG, article 46).
//!
//! A BSN has nine digits; with the weights 9, 8, 7, 6, 5, 4, 3, 2, −1 their sum is a multiple of 11 (the
//! *elfproef*, Logisch Ontwerp BSN). About one number in eleven passes by chance, so a find is a
//! suspicion: it warns, and the observer decides.
//!
//! A number is looked for in a chain: groups of digits with one dot, space or dash between them. It may be
//! the whole chain, however grouped ("1112 22 333"); within a longer chain, such as a list, it is nine
//! digits together or grouped 3-3-3 or 4-2-3. A phone number with its country code ("+31 6 …",
//! "0031 6 …") is passed over.
//!
//! Deliberately absent: eight digits (a dropped leading zero), which would report every company number and
//! date; and digits that are not ASCII.

use std::ops::Range;

/// What stands in place of a number that was masked.
const MASK: &str = "[BSN]";
/// Digits of a phone number from its "+" on, at least; E.164 allows fewer, but no neighbour uses them.
const PHONE_DIGITS: usize = 10;

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
        search(&chain, &mut found);
    }
    found
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

/// Digits that stand together.
struct Group {
    span: Span,
    digits: Vec<u8>,
    /// The separator between this group and the one before it in its chain.
    separator: Option<char>,
}

/// Groups with one separator between each two.
struct Chain {
    groups: Vec<Group>,
    after_plus: bool,
}

/// Splits the digits of `text` into chains, in one pass.
fn chains(text: &str) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    // The two characters before this one: what stands between the last digit and the next decides.
    let (mut before, mut last) = (None, None);
    let mut utf16 = 0;
    for (start, character) in text.char_indices() {
        if character.is_ascii_digit() {
            let digit = u8::try_from(character).unwrap_or_default() - b'0';
            let span = Span { bytes: start..start + 1, utf16: utf16..utf16 + 1 };
            match (last, chains.last_mut()) {
                (Some('0'..='9'), Some(chain)) => chain.extend(&span, digit),
                (Some(separator), Some(chain)) if joins(separator) && before.is_some_and(is_digit) => {
                    chain.groups.push(Group { span, digits: vec![digit], separator: Some(separator) });
                }
                (_, Some(_) | None) => {
                    let groups = vec![Group { span, digits: vec![digit], separator: None }];
                    chains.push(Chain { groups, after_plus: last == Some('+') });
                }
            }
        }
        utf16 += character.len_utf16();
        (before, last) = (last, Some(character));
    }
    chains
}

impl Chain {
    fn extend(&mut self, span: &Span, digit: u8) {
        if let Some(group) = self.groups.last_mut() {
            group.span.bytes.end = span.bytes.end;
            group.span.utf16.end = span.utf16.end;
            group.digits.push(digit);
        }
    }
}

const fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// Dots, dashes and spaces, also those that keep a line together.
const fn joins(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '.' | '-' | '\u{2010}'..='\u{2013}')
}

/// Finds the numbers of one chain. Whatever is found splits the chain, and what remains on each side is
/// judged as if it stood alone, as it does once the number is masked.
fn search(chain: &Chain, found: &mut Vec<Span>) {
    let mut rest = chain.groups.as_slice();
    let mut after_plus = chain.after_plus;
    loop {
        rest = rest.get(phone_groups(rest, after_plus)..).unwrap_or_default();
        after_plus = false;
        if let Some(span) = whole(rest) {
            found.push(span);
            return;
        }
        let windows = (0..rest.len()).find_map(|start| within(rest, start).map(|(end, span)| (start, end, span)));
        let Some((start, end, span)) = windows else { return };
        found.extend(rest.get(..start).and_then(whole));
        found.push(span);
        rest = rest.get(end..).unwrap_or_default();
    }
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

/// All of the groups as one number.
fn whole(groups: &[Group]) -> Option<Span> {
    let count: usize = groups.iter().map(|group| group.digits.len()).sum();
    (count == 9 && passes(groups)).then(|| spanning(groups)).flatten()
}

/// The number that begins with the group at `start` and is grouped as people group it, and where it ends.
fn within(groups: &[Group], start: usize) -> Option<(usize, Span)> {
    let length = |ahead: usize| groups.get(start + ahead).map(|group| group.digits.len());
    let count = match (length(0)?, length(1), length(2)) {
        (9, _, _) => 1,
        (3, Some(3), Some(3)) | (4, Some(2), Some(3)) => 3,
        _ => return None,
    };
    let window = groups.get(start..start + count)?;
    let mut separators = window.iter().skip(1).map(|group| group.separator);
    let first = separators.next();
    let uniform = separators.all(|separator| Some(separator) == first);
    (uniform && passes(window)).then(|| spanning(window)).flatten().map(|span| (start + count, span))
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
        for text in ["12345672", "111,222,333", "111  222  333", "111\n222\n333", "111 a222 333", "23-11-2026", mixed] {
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
            prop_assert_eq!(number.unwrap().bytes().filter(u8::is_ascii_digit).count(), 9);
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
