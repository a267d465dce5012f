//! Dutch postcodes (NEN 5825; Catalogus BAG 2018, *postcode*): four digits not beginning with 0 and two
//! letters, written "1971 AB". The combinations SA, SD and SS are not issued.

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

/// Reads a postcode in capitals or small letters, with or without a space, and writes it as "1971 AB".
pub fn check(text: &str) -> Result<Postcode, PostcodeError> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let (digits, letters) = compact.split_at_checked(4).ok_or(PostcodeError)?;
    let letters = letters.to_ascii_uppercase();
    let issued = !digits.starts_with('0') && !["SA", "SD", "SS"].contains(&letters.as_str());
    let formed = digits.bytes().all(|byte| byte.is_ascii_digit())
        && letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    if issued && formed { Ok(Postcode(format!("{digits} {letters}"))) } else { Err(PostcodeError) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn writes_every_form_the_same() {
        for text in ["1971ab", "1971 AB", " 1971  aB ", "1971\u{a0}AB"] {
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
        for text in ["", "1971", "1971 A", "1971 ABC", "197 AB", "AB 1971", "1971 A1", "1971 ÄB", "197é AB", "€€€"]
        {
            assert_eq!(check(text), Err(PostcodeError), "{text}");
        }
    }
}
