//! One passphrase, however a keyboard spells it: RFC 8265 (`OpaqueString`) makes an é of one character and an é of two
//! the same, and every kind of space a space; width and case stay. What nobody sees is dropped first.
//!
//! What that is stands here as a table of its own, beside `baken_protocol::text`, and on purpose: that one follows the
//! newest Unicode, and a passphrase that was stretched with a character must not be stretched without it after an
//! update. The test compares the two. What is hidden there and not dropped here is refused.

use precis_profiles::OpaqueString;
use precis_profiles::precis_core::profile::Profile;
use zeroize::Zeroizing;

use super::VaultError;

/// The passphrase as it is stretched. Empty, or with a character that no passphrase can have (a control character, one
/// that no Unicode version of the tables names), it is refused before anything is counted.
pub(super) fn normalise(secret: &str) -> Result<Zeroizing<String>, VaultError> {
    let seen: Zeroizing<String> =
        Zeroizing::new(secret.chars().filter(|character| !is_invisible(*character)).collect());
    let enforced = OpaqueString::new().enforce(seen.as_str()).map_err(|_| VaultError::Unusable)?;
    Ok(Zeroizing::new(enforced.into_owned()))
}

/// Unicode's `Default_Ignorable_Code_Point`: shown as nothing, put in by keyboards, spelling aids and pasting.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        normalise(one).unwrap() == normalise(other).unwrap()
    }

    #[test]
    fn another_keyboard_spells_the_same_passphrase() {
        assert!(same("caf\u{e9} aan zee", "cafe\u{301} aan zee"), "composed or not");
        assert!(same("vijf zeehonden", "vijf\u{a0}zeehonden"), "a space that does not break");
        assert!(same("vijf zeehonden", "vijf\u{3000}zeehonden"), "an ideographic space");
        assert!(same("vijf zeehonden", "\u{feff}vijf \u{200b}zee\u{ad}honden\u{200e}"), "what nobody sees");
        assert!(!same("vijf zeehonden", "Vijf zeehonden"), "case counts");
        assert!(!same("abc", "\u{ff41}bc"), "width counts");
        assert!(!same("vijf zeehonden", "vijf  zeehonden"), "a second space is seen");
    }

    #[test]
    fn whatever_is_hidden_is_dropped_or_refused_and_nothing_that_is_seen_is_dropped() {
        let bare = normalise("vijfzeehonden").unwrap();
        for character in '\0'..=char::MAX {
            let dropped = is_invisible(character);
            if !baken_protocol::text::is_hidden(character) {
                assert!(!dropped, "{character:?} is seen");
                continue;
            }
            match normalise(&format!("vijf{character}zeehonden")) {
                Ok(with) => assert!(dropped && with == bare, "{character:?}"),
                Err(error) => assert!(!dropped && matches!(error, VaultError::Unusable), "{character:?}"),
            }
        }
    }

    #[test]
    fn nothing_and_control_characters_are_no_passphrase() {
        for secret in ["", "\u{200b}\u{feff}", "vijf\u{7}zeehonden", "vijf\nzeehonden", "vijf\tzeehonden"] {
            assert!(matches!(normalise(secret), Err(VaultError::Unusable)), "{secret:?}");
        }
    }
}
