//! Hashes as people write them down and type them over: in groups, in capitals, with any space or stroke between.
//!
//! Programs write 64 lowercase digits and read nothing else (`baken_protocol::digest`). What a person types is folded
//! here, once for every command.

use baken_protocol::digest::Digest;

/// The text is no SHA-256 hash, however it is read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a fingerprint: 64 digits (0-9, a-f) are expected, in groups or not")]
pub struct FingerprintError;

/// Reads a hash as somebody typed it: whatever is neither letter nor digit is left out, capitals are made small, and
/// the name of the algorithm may stand before it.
pub fn typed(text: &str) -> Result<Digest, FingerprintError> {
    let folded: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    folded.strip_prefix("sha256").unwrap_or(&folded).parse().map_err(|_| FingerprintError)
}

/// In groups of four, as the console shows it.
pub fn groups(fingerprint: &Digest) -> String {
    let text = fingerprint.to_string();
    let digits: Vec<char> = text.chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_hash_however_it_was_written_down() {
        let hash = Digest::of(b"root");
        let (plain, grouped) = (hash.to_string(), groups(&hash));
        for written in [
            plain.clone(),
            plain.to_uppercase(),
            grouped.clone(),
            grouped.replace(' ', "\u{a0}"),
            grouped.replace(' ', "\u{202f}"),
            grouped.replace(' ', "\u{200b}\r\n\t"),
            grouped.to_uppercase().replace(' ', ":"),
            grouped.replace(' ', "-"),
            grouped.replace(' ', " \u{2013} "),
            format!("SHA256:{plain}"),
            format!("\u{feff}{plain}\u{ad}."),
        ] {
            assert_eq!(typed(&written), Ok(hash), "{written:?}");
        }
    }

    #[test]
    fn refuses_what_is_too_short_too_long_or_no_digit() {
        let plain = Digest::of(b"root").to_string();
        for wrong in
            [String::new(), plain[1..].to_owned(), format!("{plain}0"), plain.replace('a', "g"), "sha256".into()]
        {
            assert_eq!(typed(&wrong), Err(FingerprintError), "{wrong:?}");
        }
    }
}
