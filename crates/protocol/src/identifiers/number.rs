//! A number as people write it: digits of any script, any separators between them, and the number's own name before
//! or after. Deliberately absent: the rules of each number, and any name that is another number's.

use crate::text::folded;

/// Words that stand beside every kind of number.
const ANY_NUMBER: [&str; 10] = ["nummer", "number", "nr", "no", "n", "num", "identificatie", "id", "code", "is"];
/// What people put between the digits of a number, or around it.
const SEPARATORS: &str = " .,-_:;/\\#=()[]{}<>'’‘´`\"“”„|*·•°";
/// No name is longer: what is, is no number.
const NAME_CHARS: usize = 60;

/// The digits of `text`, where everything else in it is separators and `names` before the first or after the last
/// digit. A spreadsheet's ".0" behind a number of one of these `lengths` is no part of it.
pub(super) fn digits(text: &str, names: &[&str], lengths: &[usize]) -> Option<String> {
    let folded = folded(text).to_lowercase();
    let first = folded.find(|character: char| character.is_ascii_digit())?;
    let last = folded.rfind(|character: char| character.is_ascii_digit())?;
    let (before, number, after) = (folded.get(..first)?, folded.get(first..=last)?, folded.get(last + 1..)?);
    if !(is_named(before, names) && is_named(after, names)) {
        return None;
    }
    let separated = number.chars().all(|character| character.is_ascii_digit() || SEPARATORS.contains(character));
    separated.then(|| without_fraction(number, lengths).unwrap_or_else(|| only_digits(number)))
}

/// `number` with as many zeros before it as make it `length` digits; `None` where more than `lost` are missing.
pub(super) fn with_zeros(number: &str, length: usize, lost: usize) -> Option<String> {
    let missing = length.checked_sub(number.len())?;
    (1..=lost).contains(&missing).then(|| format!("{number:0>length$}"))
}

fn without_fraction(number: &str, lengths: &[usize]) -> Option<String> {
    let (whole, fraction) = number.rsplit_once(['.', ','])?;
    let whole = only_digits(whole);
    let is_zero = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    let longer = only_digits(number).len();
    (is_zero && lengths.contains(&whole.len()) && !lengths.contains(&longer)).then_some(whole)
}

fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether `text` is nothing but separators and names, however they are joined ("K.v.K.-nummer:").
fn is_named(text: &str, names: &[&str]) -> bool {
    let letters: String = text.chars().filter(|character| !SEPARATORS.contains(*character)).collect();
    letters.len() <= NAME_CHARS && is_made_of(&letters, names)
}

fn is_made_of(letters: &str, names: &[&str]) -> bool {
    let words = names.iter().chain(&ANY_NUMBER);
    letters.is_empty()
        || words.into_iter().any(|word| letters.strip_prefix(word).is_some_and(|rest| is_made_of(rest, names)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        digits(text, &["kvk", "handelsregister"], &[8])
    }

    #[test]
    fn reads_the_digits_among_separators_and_the_numbers_own_names() {
        for text in [
            "12345678",
            " 1234 5678\t",
            "12.34.56.78",
            "１２３４５６７８",
            "١٢٣٤٥٦٧٨",
            "\u{202a}1234\u{ad}5678\u{202c}",
            "KvK 12345678",
            "KVK-nr.: 12345678",
            "K.v.K. nummer = 1234-5678",
            "Handelsregister № 12345678",
            "12345678 (KvK)",
            "(12345678)",
            "'12345678",
            "12345678.0",
            "12345678,00",
        ] {
            assert_eq!(read(text).as_deref(), Some("12345678"), "{text}");
        }
        assert_eq!(read("12.34.56.70").as_deref(), Some("12345670"), "the zero is a digit of it");
    }

    #[test]
    fn reads_nothing_where_there_is_another_word_or_no_digit() {
        for text in ["", "  ", "KvK", "12a45678", "BTW 12345678", "1234 nr 5678", "12345678 en 2", "+12345678", "½"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn puts_back_as_many_zeros_as_may_be_lost() {
        assert_eq!(with_zeros("1234567", 8, 1).as_deref(), Some("01234567"));
        for number in ["123456", "12345678", "123456789"] {
            assert_eq!(with_zeros(number, 8, 1), None, "{number}");
        }
    }
}
