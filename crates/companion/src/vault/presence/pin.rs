//! The PIN that goes with a finger: digits alone, and none that comes to mind first.

use zeroize::Zeroizing;

use crate::vault::VaultError;

/// Fewest digits.
pub(crate) const MINIMUM_DIGITS: usize = 6;
const MOST_DIGITS: usize = 64;
/// Wrong ones, after which the passphrase opens alone. Each costs a finger.
pub(crate) const MAX_PIN_FAILURES: u32 = 5;

/// As it is stretched, at a try. What cannot be a PIN is not counted.
pub(super) fn typed(pin: &str) -> Result<Zeroizing<String>, VaultError> {
    let is_one = (MINIMUM_DIGITS..=MOST_DIGITS).contains(&pin.len()) && pin.bytes().all(|digit| digit.is_ascii_digit());
    if is_one { Ok(Zeroizing::new(pin.to_owned())) } else { Err(VaultError::PinUnusable) }
}

/// The same when it is chosen: one digit, two digits in turn or at will, and digits in a row are refused.
pub(super) fn chosen(pin: &str) -> Result<Zeroizing<String>, VaultError> {
    let pin = typed(pin)?;
    let mut different: Vec<u8> = pin.bytes().collect();
    different.sort_unstable();
    different.dedup();
    let step = |(one, next): (u8, u8)| (next + 10 - one) % 10;
    let mut steps = pin.bytes().zip(pin.bytes().skip(1)).map(step);
    let first = steps.next();
    let is_row = steps.all(|step| Some(step) == first);
    if different.len() < 3 || is_row { Err(VaultError::PinWeak) } else { Ok(pin) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_pin() {
        for pin in ["", "12345", "12345a", "１２３４５６", "123 456", &"7".repeat(65)] {
            assert!(matches!(typed(pin), Err(VaultError::PinUnusable)), "{pin}");
        }
        assert!(typed("000000").is_ok(), "a try is no choice");
    }

    #[test]
    fn refuses_what_comes_to_mind_first() {
        for pin in ["000000", "121212", "112211", "123456", "654321", "890123", "135791", "2468024"] {
            assert!(matches!(chosen(pin), Err(VaultError::PinWeak)), "{pin}");
        }
        for pin in ["271828", "402917", "11223344"] {
            assert!(chosen(pin).is_ok(), "{pin}");
        }
    }
}
