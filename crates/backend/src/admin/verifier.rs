//! The verifier that is published by itself, and the page that tells people about it.
//!
//! It never travels with a dossier: whoever can forge the one can forge the other. `baken-backend verifier` writes it
//! for who asks, and says its hash.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use baken_protocol::digest::Digest;

/// `verifier/check.py`, to the byte.
pub const SCRIPT: &str = include_str!("../../../../verifier/check.py");
const PAGE: &str = include_str!("../../../../verifier/CHECK.html");
const PLACE: &str = "{verifier}";

/// What is to be thought of the page in a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// It is the page, and names this verifier.
    Known,
    /// It is the page, and names a verifier of this hash, which this program does not know.
    OtherVerifier(Digest),
    /// It is not the page.
    Altered,
}

/// The hash under which the verifier is published.
pub fn script_hash() -> Digest {
    Digest::of(SCRIPT.as_bytes())
}

/// The page as it stands in a dossier.
pub fn page() -> String {
    PAGE.replace(PLACE, &script_hash().to_string())
}

/// Judges the page of a dossier.
pub fn judge_page(page: &[u8]) -> PageState {
    let named = |text: &str| {
        let (before, after) = PAGE.split_once(PLACE)?;
        let hash = text.strip_prefix(before)?.strip_suffix(after)?;
        hash.parse::<Digest>().ok()
    };
    match std::str::from_utf8(page).ok().and_then(named) {
        Some(hash) if hash == script_hash() => PageState::Known,
        Some(hash) => PageState::OtherVerifier(hash),
        None => PageState::Altered,
    }
}

/// Writes the verifier to a new file.
pub fn write(out: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(out)?;
    file.write_all(SCRIPT.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_published_sum_are_those_of_this_verifier() {
        let hash = script_hash();
        let sums = include_str!("../../../../verifier/SHA256SUMS");
        assert_eq!(sums, format!("{hash}  check.py\n"), "verifier/SHA256SUMS: run sha256sum check.py there");
        assert!(page().contains(&hash.to_string()));
        let neutral = Digest::of(PAGE.replace(PLACE, &"0".repeat(64)).as_bytes());
        let constant = format!("\nPAGE = \"{neutral}\"\n");
        assert!(SCRIPT.contains(&constant), "check.py must know this page: {constant}");
    }

    #[test]
    fn a_page_is_known_altered_or_of_another_verifier() {
        let (page, other) = (page(), Digest::of(b"another verifier"));
        assert_eq!(judge_page(page.as_bytes()), PageState::Known);
        let renamed = page.replace(&script_hash().to_string(), &other.to_string());
        assert_eq!(judge_page(renamed.as_bytes()), PageState::OtherVerifier(other));
        for altered in [page.replace("Python", "python"), String::new(), format!("{page} ")] {
            assert_eq!(judge_page(altered.as_bytes()), PageState::Altered);
        }
    }
}
