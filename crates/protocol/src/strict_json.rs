//! JSON with one meaning only (the I-JSON rules of RFC 7493, and no floats at all).
//!
//! Two readers of the same signed bytes must never read different things. So duplicate keys, floats
//! and integers beyond 2^53 are refused before any type is filled in.

use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};

/// The largest integer every JSON reader keeps exactly.
const MAX_SAFE_INTEGER: u64 = 1 << 53;

/// The bytes are not strict JSON of the expected shape. Says where, never what: the text may be personal.
#[derive(Debug, thiserror::Error)]
#[error("not strict JSON of the expected shape (line {line}, column {column})")]
pub struct StrictJsonError {
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for StrictJsonError {
    fn from(error: serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

/// Reads `bytes` as a `T`, after checking that they have one meaning only.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StrictJsonError> {
    let mut checker = serde_json::Deserializer::from_slice(bytes);
    Strict.deserialize(&mut checker)?;
    checker.end()?;
    Ok(serde_json::from_slice(bytes)?)
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        if value <= MAX_SAFE_INTEGER { Ok(()) } else { Err(E::custom("integer beyond 2^53")) }
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.visit_u64(value.unsigned_abs())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("float"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Strict)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if !seen.insert(key) {
                return Err(de::Error::custom("duplicate key"));
            }
            entries.next_value_seed(Strict)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn accepts(text: &str) -> bool {
        parse::<Value>(text.as_bytes()).is_ok()
    }

    #[test]
    fn accepts_plain_json() {
        assert!(accepts(r#"{"a":[1,-2,null,true,"x"],"b":{"a":9007199254740992}}"#));
    }

    #[test]
    fn refuses_duplicate_keys_at_any_depth() {
        assert!(!accepts(r#"{"a":1,"a":1}"#));
        assert!(!accepts(r#"{"a":[{"b":1,"b":2}]}"#));
        assert!(!accepts("{\"a\":1,\"\\u0061\":2}"), "an escaped key is the same key");
    }

    #[test]
    fn refuses_floats_and_unsafe_integers() {
        assert!(!accepts("1.0"));
        assert!(!accepts("1e3"));
        assert!(!accepts("9007199254740993"));
        assert!(!accepts("-9007199254740993"));
        assert!(!accepts("99999999999999999999999"));
    }

    #[test]
    fn refuses_trailing_bytes_and_deep_nesting() {
        assert!(!accepts("{} {}"));
        assert!(!accepts(&"[".repeat(100_000)));
    }
}
