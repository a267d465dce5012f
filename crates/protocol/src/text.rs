//! What of a text is seen. A text may hold characters that leave no mark on a screen (zero width, direction,
//! controls) and digits of any script; a rule that looks at its characters one by one is passed by with one of them.
//!
//! Everything that judges a text (is it empty, is it a number, is a citizen number in it) looks at it through this
//! module; what was typed is kept. Sources: Unicode Standard 17, properties `General_Category`,
//! `Default_Ignorable_Code_Point` and `Prepended_Concatenation_Mark`, and UAX #15 for NFKC.
//!
//! Deliberately absent: letters that only look like digits (O for 0): nobody's number is written so by accident, and
//! to guess at it would find numbers in words.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, PrependedConcatenationMark};
use icu_properties::{CodePointMapData, CodePointSetData};

/// A blank that is counted among the symbols.
const BRAILLE_BLANK: char = '\u{2800}';

/// Whether `character` leaves no mark of its own: controls but for tab and line ends, formats (zero width, direction,
/// soft hyphen, tags), fillers, variation selectors.
pub fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
    }
    if category(character) == GeneralCategory::Format {
        // The Arabic sign of a number and its like stand before digits, and are seen.
        return !CodePointSetData::new::<PrependedConcatenationMark>().contains(character);
    }
    let control = character.is_control() && !is_line_end(character);
    control || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Whether a reader sees nothing of `text`: it is as good as empty.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace() || character == BRAILLE_BLANK || is_mark(character) || is_hidden(character)
    })
}

/// Whether `text`, to be shown as a name, holds what no name needs: a character that is not seen, turns the direction,
/// or ends the line. What joins the parts of one emoji or the letters of one word (U+200C, U+200D) is let through
/// between two that are seen.
pub fn has_hidden(text: &str) -> bool {
    let mut before: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let seen = |neighbour: Option<char>| neighbour.is_some_and(|it| !it.is_ascii() && !is_hidden(it));
        let joins = match character {
            '\u{200c}' | '\u{200d}' => (seen(before) || before == Some('\u{fe0f}')) && seen(characters.peek().copied()),
            '\u{fe0e}' | '\u{fe0f}' => seen(before),
            _ => false,
        };
        if !joins && (is_hidden(character) || is_line_end(character)) {
            return true;
        }
        before = Some(character);
    }
    false
}

/// `text` as it is signed: every kind of line end is `\n`, and controls, which no keyboard writes and no reader shows,
/// are left out. Everything else stays, also what is not seen: it may be part of a word of another script.
pub fn written(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && characters.peek() == Some(&'\n') {
            continue;
        }
        if is_line_end(character) {
            written.push('\n');
        } else if character == '\t' || !character.is_control() {
            written.push(character);
        }
    }
    written
}

/// The words of `text` as they are searched for: in lower case, without accents, without anything but letters and digits.
pub fn words(text: &str) -> Vec<String> {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let seen: String = decomposed.chars().filter(|it| !is_mark(*it) && !is_hidden(*it)).collect();
    let words = seen.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// `text` as identifiers are judged: compatibility forms are their plain ones (NFKC), digits of any script are ASCII,
/// dashes are `-`, blanks are spaces, and what is not seen is left out.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(|character| !is_hidden(*character)).map(plain).collect();
    }
    let seen: String = text.chars().filter(|character| !is_hidden(*character)).collect();
    let composed = nfkc(&seen);
    composed.chars().filter(|character| !is_mark(*character) && !is_hidden(*character)).map(plain).collect()
}

/// The digits `character` stands for, as ASCII: none for most, one for a decimal digit of any script, more for a
/// character such as ⑫.
pub(crate) fn digits(character: char) -> Cow<'static, str> {
    if let Some(value) = decimal(character) {
        let start = usize::from(value);
        return Cow::Borrowed("0123456789".get(start..=start).unwrap_or_default());
    }
    if character.is_ascii() || character.is_alphabetic() || !character.is_numeric() {
        return Cow::Borrowed("");
    }
    let mut buffer = [0; 4];
    let text = nfkc(character.encode_utf8(&mut buffer)).into_owned();
    let bare = text.trim_matches(['(', ')', '.', ',']);
    if bare.bytes().all(|byte| byte.is_ascii_digit()) { Cow::Owned(bare.to_owned()) } else { Cow::Borrowed("") }
}

/// Whether `character` is drawn over the one before it.
pub(crate) fn is_mark(character: char) -> bool {
    !character.is_ascii()
        && matches!(category(character), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

/// Whether `character` is a dash of any length, the minus sign included.
pub(crate) fn is_dash(character: char) -> bool {
    character == '-'
        || character == '\u{2212}'
        || (!character.is_ascii() && category(character) == GeneralCategory::DashPunctuation)
}

const fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn plain(character: char) -> char {
    if let Some(value) = decimal(character) {
        char::from(b'0' + value)
    } else if is_dash(character) {
        '-'
    } else if character.is_whitespace() || character == BRAILLE_BLANK {
        ' '
    } else {
        character
    }
}

fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

/// The compatibility form of one character, as "." for a full-width one; the first of several.
pub(crate) fn compatible(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    let mut buffer = [0; 4];
    nfkc(character.encode_utf8(&mut buffer)).chars().next().unwrap_or(character)
}

fn nfkc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

/// Decimal digits stand in runs of ten from zero to nine (Unicode's stability policy), so that the place in its range
/// tells a digit's value.
static DECIMALS: LazyLock<Vec<RangeInclusive<u32>>> = LazyLock::new(|| {
    CodePointMapData::<GeneralCategory>::new().iter_ranges_for_value(GeneralCategory::DecimalNumber).collect()
});

fn decimal(character: char) -> Option<u8> {
    if character.is_ascii() {
        return character.to_digit(10).and_then(|value| u8::try_from(value).ok());
    }
    let code = u32::from(character);
    let index = DECIMALS.partition_point(|range| *range.end() < code);
    let range = DECIMALS.get(index).filter(|range| range.contains(&code))?;
    u8::try_from((code - range.start()) % 10).ok()
}

#[cfg(test)]
mod tests;
