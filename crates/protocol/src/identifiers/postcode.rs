//! Dutch postcodes (NEN 5825; Catalogus BAG 2018, *postcode*): four digits not beginning with 0 and two
//! letters, written "1971 AB". The combinations SA, SD and SS are not issued.

use crate::text::folded;

/// What may stand before the digits, without its separators.
const BEFORE: [&str; 5] = ["", "NL", "POSTCODE", "PC", "POSTCODENL"];

/// A postcode in its written form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Postcode(String);

/// The text is no Dutch postcode: reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a postcode has 4 digits, not beginning with 0, and 2 letters, not SA, SD or SS")]
pub struct PostcodeError;

impl Postcode {
    /// The form "1971 AB".
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a postcode in capitals or small letters, with any separators, the country's or its own name before it and a
/// town behind it, and writes it as "1971 AB".
pub fn check(text: &str) -> Result<Postcode, PostcodeError> {
    let folded = folded(text).to_uppercase();
    let (before, rest) = folded.split_at(folded.find(|it: char| it.is_ascii_digit()).ok_or(PostcodeError)?);
    let named: String = before.chars().filter(|it| it.is_alphanumeric()).collect();
    if !BEFORE.contains(&named.as_str()) {
        return Err(PostcodeError);
    }
    let mut characters = rest.chars().peekable();
    let digits = take(&mut characters, 4, |it| it.is_ascii_digit()).ok_or(PostcodeError)?;
    let letters = take(&mut characters, 2, |it| it.is_ascii_uppercase()).ok_or(PostcodeError)?;
    // A town is a word of its own, and no other number follows.
    let town: String = characters.collect();
    let apart = !town.starts_with(char::is_alphanumeric) && !town.contains(|it: char| it.is_numeric());
    let issued = !digits.starts_with('0') && !["SA", "SD", "SS"].contains(&letters.as_str());
    if issued && apart { Ok(Postcode(format!("{digits} {letters}"))) } else { Err(PostcodeError) }
}

/// The next `count` characters of a kind, whatever separators stand before or between them.
fn take(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    count: usize,
    is_kind: impl Fn(char) -> bool,
) -> Option<String> {
    let mut taken = String::new();
    while taken.len() < count {
        let character = characters.next()?;
        if is_kind(character) {
            taken.push(character);
        } else if character.is_alphanumeric() {
            return None;
        }
    }
    Some(taken)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn writes_every_form_the_same() {
        for text in [
            "1971ab",
            "1971 AB",
            " 1971  aB ",
            "1971\u{a0}AB",
            "1971-AB",
            "1971.AB",
            "NL-1971 AB",
            "1971 AB IJmuiden",
            "1971AB, Velsen-Noord",
            "１９７１ AB",
            "\u{200b}1971\u{ad}ab",
            "Postcode: 1971 AB",
        ] {
            assert_eq!(check(text).unwrap().as_str(), "1971 AB", "{text}");
        }
    }

    #[test]
    fn rejects_what_is_not_issued() {
        for text in ["0971 AB", "1971 SA", "1971sd", "1971 Ss"] {
            assert_eq!(check(text), Err(PostcodeError), "{text}");
        }
        assert!(check("1971 SB").is_ok() && check("1971 AS").is_ok());
    }

    #[test]
    fn rejects_any_other_form() {
        for text in [
            "",
            "1971",
            "1971 A",
            "1971 ABC",
            "197 AB",
            "AB 1971",
            "1971 A1",
            "1971 ÄB",
            "197é AB",
            "€€€",
            "1971 AB 12",
        ] {
            assert_eq!(check(text), Err(PostcodeError), "{text}");
        }
    }
}
