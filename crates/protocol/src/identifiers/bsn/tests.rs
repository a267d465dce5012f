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
fn whatever_is_neither_letter_nor_digit_separates() {
    let joins =
        ["．", "／", "…", "‘", "`", "=", "+", "~", "#", "&", " + ", " = ", "     ", "\t\t\t\t\t\t", "😀", "€", "→"];
    for join in joins {
        let text = format!("nr 111{join}222{join}333");
        let spans = find(&text);
        assert_eq!(spans.len(), 1, "{text}");
        assert_eq!(digits_at(&text, &spans[0]), "111222333", "{text}");
    }
}

#[test]
fn a_plus_or_two_zeros_lead_no_phone_number_that_hides_one() {
    for text in [
        "om 00:30 111222333",
        "kamer 007, 111222333",
        "kamer 007 111222333",
        "dossier 001234 111222333",
        "kenmerk 00123 / 111222333",
        "NL003 111222333",
        "man + 111222333, 12 jaar",
        "vrouw +111222333 (24 jaar)",
        "+111222333 12",
        "bus 00 111222333",
        "0031612345678 111222333",
        "111222333+31612345678",
        "111222333 +31 6 12345678",
    ] {
        assert_eq!(found(text), ["111222333"], "{text}");
    }
    assert_eq!(found("+111222333 123456782"), ["111222333", "123456782"]);
    // Each passes the test by itself, and is the rest of a phone number of the country before it.
    for phone in ["+48 612345671", "bel 06 12345678 of +31 612345671", "0032 612345671", "+351 612345671"] {
        assert_eq!(found(phone), [""; 0], "{phone}");
    }
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
        Just("…"),
        Just("&"),
        Just("     "),
        Just("(0)"),
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
    fn holds_for_digits_and_separators(text in "[0-2+() :,#.-]{0,60}") {
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
