//! What a member signs in by.

/// Whether a text can be a login name: 1 to 40 small letters, digits, hyphens and dots.
pub fn is_login(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.len() <= 40 && text.chars().all(plain)
}
