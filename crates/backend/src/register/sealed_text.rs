//! What can be seen of a text that a browser sealed without opening it: that it is an age file (age-encryption.org/v1), to
//! how many it is sealed, and that it was padded. Pure.
//!
//! To whom it is sealed cannot be seen: age names no recipients. The browser holds them against the signed key directory
//! and against the key that its member has open.

/// Bytes of a sealed text, at most.
pub const SEALED_TEXT_BYTES: usize = 32 * 1024;
/// What was sealed has a multiple of so many bytes, so that its length says little.
const STEP: usize = 2048;
/// The team of the report's level, and the recovery key.
const RECIPIENTS: usize = 2;
/// After the header: a nonce, one chunk and its tag (age, *Payload*).
const NONCE: usize = 16;
const TAG: usize = 16;
/// A text is one chunk.
const CHUNK: usize = 64 * 1024;
const VERSION: &[u8] = b"age-encryption.org/v1\n";

/// Whether these bytes are a text as a browser seals it.
pub fn is_sealed_text(bytes: &[u8]) -> bool {
    if bytes.len() > SEALED_TEXT_BYTES {
        return false;
    }
    let Some(payload) = after_header(bytes) else { return false };
    let Some(plain) = payload.checked_sub(NONCE + TAG) else { return false };
    plain > 0 && plain <= CHUNK && plain.is_multiple_of(STEP)
}

/// How many bytes follow a header that names as many recipients as a text has.
fn after_header(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.strip_prefix(VERSION)?;
    let mut recipients = 0;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = rest.get(..end)?;
        rest = rest.get(end + 1..)?;
        if line.starts_with(b"-> X25519 ") {
            recipients += 1;
        } else if line.starts_with(b"-> ") && !is_grease(line) {
            // Another kind of recipient is none of ours.
            return None;
        } else if line.starts_with(b"---") {
            return (recipients == RECIPIENTS).then_some(rest.len());
        }
    }
}

/// Whether a line begins what is no recipient, which some programs add so that readers pass over what they do not know.
fn is_grease(line: &[u8]) -> bool {
    line.split(|byte| *byte == b' ').nth(1).is_some_and(|kind| kind.ends_with(b"-grease"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use baken_protocol::seal::wrap_with_passphrase;

    use super::*;

    fn file(recipients: &str, plain: usize) -> Vec<u8> {
        let mut bytes = VERSION.to_vec();
        bytes.extend_from_slice(recipients.as_bytes());
        bytes.extend_from_slice(b"--- mac\n");
        bytes.extend(std::iter::repeat_n(7, NONCE + plain + TAG));
        bytes
    }

    const TWO: &str = "-> X25519 share\nbody\n-> X25519 share\nbody\n";

    #[test]
    fn takes_what_is_sealed_to_two_and_padded() {
        assert!(is_sealed_text(&file(&format!("{TWO}-> ab-grease x\nbody\n"), STEP)), "and what is no recipient");
        assert!(is_sealed_text(&file(TWO, STEP)) && is_sealed_text(&file(TWO, 3 * STEP)));
    }

    #[test]
    fn refuses_what_is_sealed_to_others_than_the_team_and_the_recovery_key_by_their_number() {
        for recipients in ["", "-> X25519 share\nbody\n", &TWO.repeat(2)] {
            assert!(!is_sealed_text(&file(recipients, STEP)), "{recipients}");
        }
        assert!(!is_sealed_text(&file(&TWO.replace("X25519", "scrypt"), STEP)));
        let wrapped = wrap_with_passphrase("x", "wachtzin", 1).unwrap();
        assert!(!is_sealed_text(wrapped.as_bytes()));
    }

    #[test]
    fn refuses_what_is_not_padded_cut_off_too_large_or_no_age_file() {
        for plain in [0, 1, STEP - 1, STEP + 1] {
            assert!(!is_sealed_text(&file(TWO, plain)), "{plain}");
        }
        assert!(!is_sealed_text(&file(TWO, SEALED_TEXT_BYTES)));
        let whole = file(TWO, STEP);
        for end in 0..whole.len() {
            assert!(!is_sealed_text(&whole[..end]), "{end}");
        }
        assert!(!is_sealed_text(b"Het meisje van kamer 12"));
    }
}
