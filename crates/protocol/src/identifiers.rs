//! Identifiers of ships, companies and places as an observer types them, and the citizen number that
//! must not be typed at all.
//!
//! | module | a failed check means |
//! |---|---|
//! | [`imo`], [`mmsi`], [`eni`] | warn, never reject: real ships carry wrong numbers |
//! | [`kvk`], [`bag`], [`postcode`] | reject: the number is the register's own |
//! | [`bsn`] | a find means: warn, and offer to mask it |
//!
//! Each check answers a normalised value or why not; which of warning and refusing follows is the
//! caller's act. Deliberately absent: the fishing mark, which has no rule to check, and any lookup in a
//! register.

pub mod bag;
pub mod bsn;
pub mod eni;
pub mod imo;
pub mod kvk;
pub mod mmsi;
pub mod postcode;

/// The ASCII digits of `text`, spaces left out; `None` where there is anything else or nothing.
fn digits(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let valid = !compact.is_empty() && compact.bytes().all(|byte| byte.is_ascii_digit());
    valid.then_some(compact)
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn leaves_out_spaces_and_nothing_else() {
        assert_eq!(digits(" 12 34\u{a0}5\t").as_deref(), Some("12345"));
        for wrong in ["", "  ", "12a", "12.34", "-12", "١٢٣"] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }
}
