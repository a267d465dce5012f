//! Crockford's base32 (<https://www.crockford.com/base32.html>): what people read out and type. No letter of it looks like
//! a digit, and none is taken for another.

pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Crockford's base32: case does not matter, hyphens and spaces are skipped, I and L read as 1, O as 0.
pub(crate) fn normalise(text: &str) -> Option<String> {
    text.chars()
        .filter(|c| !matches!(c, '-' | ' ' | '\u{a0}'))
        .map(|c| match c.to_ascii_uppercase() {
            'I' | 'L' => Some('1'),
            'O' => Some('0'),
            upper if upper.is_ascii() && ALPHABET.contains(&(upper as u8)) => Some(upper),
            _ => None,
        })
        .collect()
}

/// What a symbol is worth; `byte` is of the alphabet.
pub(crate) fn value(byte: u8) -> usize {
    ALPHABET.iter().position(|symbol| *symbol == byte).unwrap_or(0)
}

/// The symbol of a value below 32.
pub(crate) fn symbol(value: u8) -> char {
    ALPHABET.get(usize::from(value)).copied().map_or('0', char::from)
}

/// The Luhn mod N check value over base-32 digits; `text` is normalised already.
pub(crate) fn luhn_check(text: &str) -> u8 {
    let sum: usize = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let product = value(byte) * if place % 2 == 0 { 2 } else { 1 };
            product / 32 + product % 32
        })
        .sum();
    u8::try_from((32 - sum % 32) % 32).unwrap_or(0)
}
