#![allow(clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;

use super::*;

/// Every kind of character that is not seen, each by one that was met in pasted text.
const HIDDEN: &str = "\0\u{1}\u{1f}\u{7f}\u{80}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\
    \u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2061}\u{2066}\u{2067}\u{2068}\u{2069}\u{206f}\u{3164}\u{fe0f}\
    \u{feff}\u{ffa0}\u{fff9}\u{1d173}\u{e0001}\u{e0041}\u{e0100}";

#[test]
fn what_is_not_seen_is_hidden_and_what_is_seen_is_not() {
    for character in HIDDEN.chars() {
        assert!(is_hidden(character), "{:x}", u32::from(character));
    }
    for character in "aé9 \t\n\r\u{b}\u{85}\u{a0}\u{2028}👨٣\u{301}\u{600}\u{fffd}".chars() {
        assert!(!is_hidden(character), "{:x}", u32::from(character));
    }
}

#[test]
fn a_text_of_nothing_that_is_seen_is_blank() {
    for text in ["", " ", "\u{200b}\u{200b}", "\u{a0}\u{3000}", "\u{ad}", "\0\0", "\u{2800}", "\u{301}", "\r\n\u{2028}"]
    {
        assert!(is_blank(text), "{text:?}");
    }
    assert!(is_blank(HIDDEN));
    for text in ["x", "\u{200b}0", "👨‍👩‍👧‍👦", "…", "\u{fffd}"] {
        assert!(!is_blank(text), "{text:?}");
    }
}

#[test]
fn a_name_holds_nothing_hidden_but_what_joins_one_sign() {
    for name in ["Telefoon 3", "Zoë’s tablet", "👨‍👩‍👧‍👦 team", "❤️‍🔥", "سفينة الأمل", "می\u{200c}خواهم"]
    {
        assert!(!has_hidden(name), "{name:?}");
    }
    for name in [
        "\u{202e}3 noofeleT",
        "Tele\u{200b}foon",
        "Tele\u{200d}foon",
        "a\nb",
        "a\0",
        "a\u{ad}b",
        "\u{2067}x",
        "x\u{feff}",
    ] {
        assert!(has_hidden(name), "{name:?}");
    }
}

#[test]
fn what_is_signed_has_one_kind_of_line_end_and_no_controls() {
    let word =
        "“x” – … \u{2028}line\u{2029}para\u{b}vt\u{c}ff \u{ad}soft\ttab • \r\nCRLF\rCR\u{85}NEL\0\u{1}\u{7f}\u{9b}.";
    assert_eq!(written(word), "“x” – … \nline\npara\nvt\nff \u{ad}soft\ttab • \nCRLF\nCR\nNEL.");
    assert_eq!(written("\u{202e}ARORUA"), "\u{202e}ARORUA", "what may belong to a script stays");
}

#[test]
fn every_decimal_digit_folds_to_its_value() {
    let mut scripts = 0;
    for range in DECIMALS.iter() {
        assert_eq!((range.end() - range.start() + 1) % 10, 0, "whole runs of ten: {range:?}");
        for (place, code) in range.clone().enumerate() {
            let Some(character) = char::from_u32(code) else { continue };
            assert_eq!(folded(&character.to_string()), (place % 10).to_string(), "{code:x}");
            assert_eq!(digits(character), (place % 10).to_string(), "{code:x}");
        }
        scripts += 1;
    }
    assert!(scripts > 50, "{scripts}");
    for (character, text) in
        [('²', "2"), ('⑫', "12"), ('⒊', "3"), ('⑷', "4"), ('①', "1"), ('½', ""), ('Ⅳ', ""), ('x', "")]
    {
        assert_eq!(digits(character), text, "{character}");
    }
}

#[test]
fn folds_forms_dashes_and_blanks() {
    assert_eq!(folded("ＩＭＯ　９０７４７２９"), "IMO 9074729");
    assert_eq!(folded("\u{202a}1234\u{ad}5678\u{202c}"), "12345678");
    assert_eq!(folded("907\u{2011}47\u{2212}29\u{a0}№"), "907-47-29 No");
    assert_eq!(folded("1\u{fe0f}\u{20e3}2\u{332}"), "12", "keycaps and underlining");
}

proptest! {
    #[test]
    fn hidden_characters_change_nothing_that_is_judged(
        text in "[A-Za-z0-9 .:/-]{0,24}",
        places in prop::collection::vec((0_usize..25, 0_usize..30), 0..12),
    ) {
        let mut mixed: Vec<char> = text.chars().collect();
        let hidden: Vec<char> = HIDDEN.chars().collect();
        for (place, which) in places {
            mixed.insert(place.min(mixed.len()), hidden[which % hidden.len()]);
        }
        let mixed: String = mixed.into_iter().collect();
        prop_assert_eq!(folded(&mixed), folded(&text));
        prop_assert_eq!(is_blank(&mixed), is_blank(&text));
    }

    #[test]
    fn what_is_signed_is_written_once_and_for_all(text in any::<String>()) {
        let signed = written(&text);
        prop_assert_eq!(written(&signed), signed.clone());
        prop_assert!(!signed.chars().any(|it| it.is_control() && it != '\n' && it != '\t'));
    }
}

#[test]
fn words_are_searched_for_however_they_are_written() {
    assert_eq!(words("Hôtel \"De Pier\", 1976EF"), ["hotel", "de", "pier", "1976ef"]);
    assert_eq!(words("ＩＪＭ-31 / Żółć"), ["ijm", "31", "zołc"]);
    assert_eq!(words(" \u{200b} … "), [""; 0]);
}
