//! Crockford's base32 (<https://www.crockford.com/base32.html>): what people read out and type. No letter of it looks like
//! a digit, and none is taken for another.

pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What was typed as symbols alone: case does not matter, hyphens and spaces are skipped, I and L read as 1, O as 0.
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

/// Bytes as symbols, the highest bits first; what is left over is filled with zeros.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(symbol((bits >> held & 31) as u8));
        }
        bits &= 31;
    }
    if held > 0 {
        text.push(symbol((bits << (5 - held) & 31) as u8));
    }
    text
}

/// What [`encode`] wrote; `None` where there is a symbol too many, or what fills up is not zero. `text` is normalised
/// already.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut held) = (0_usize, 0_u32);
    for symbol in text.bytes() {
        bits = bits << 5 | value(symbol);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 255).ok()?);
        }
        bits &= 255;
    }
    let left = bits & ((1 << held) - 1);
    (held < 5 && left == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_read_back_and_have_one_spelling(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text = encode(&bytes);
            prop_assert_eq!(decode(&text), Some(bytes));
        }
    }

    #[test]
    fn what_fills_up_is_zero_and_no_more_than_needed() {
        assert_eq!(decode("ZW"), Some(vec![255]));
        assert_eq!(decode("ZZ"), None, "bits that say nothing");
        assert_eq!(decode("ZW0"), None, "a symbol too many");
    }
}
