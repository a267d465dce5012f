//! JSON with one meaning only (the I-JSON rules of RFC 7493, and no floats at all), and for what is signed or sealed
//! with one spelling only.
//!
//! Two readers of the same signed bytes must never read different things. So duplicate keys, floats, integers beyond
//! 2^53 and nesting without end are refused before any type is filled in. That is not enough: `serde` fills a struct
//! from an array and an enum from a map, where another reader sees no message at all. What is read by
//! [`parse_canonical`] must therefore be, byte for byte, what would be written today.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The largest integer every JSON reader keeps exactly.
const MAX_SAFE_INTEGER: u64 = 1 << 53;

/// Objects and lists within each other, at most. Readers give up at depths of their own.
const MAX_DEPTH: usize = 32;

/// The bytes are not strict JSON of the expected shape. Says where, never what: the text may be personal.
#[derive(Debug, thiserror::Error)]
pub enum StrictJsonError {
    /// It has several meanings, or none that belongs here.
    #[error("not strict JSON of the expected shape (line {line}, column {column})")]
    Shape {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// The shape is right, and it is not written in the one way it can be.
    #[error("not written in the one way it can be")]
    Spelling,
}

impl From<serde_json::Error> for StrictJsonError {
    fn from(error: serde_json::Error) -> Self {
        Self::Shape { line: error.line(), column: error.column() }
    }
}

/// Reads `bytes` as a `T`, after checking that they have one meaning only.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StrictJsonError> {
    check(bytes, Names::Once)?;
    Ok(serde_json::from_slice(bytes)?)
}

fn check(bytes: &[u8], names: Names) -> Result<(), serde_json::Error> {
    let mut checker = serde_json::Deserializer::from_slice(bytes);
    Strict { depth: 0, names }.deserialize(&mut checker)?;
    checker.end()
}

/// Reads `bytes` as a `T`, if they are the very bytes a `T` is written in: compact, every member that can be there in
/// its order, no letter escaped that need not be.
pub fn parse_canonical<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, StrictJsonError> {
    // No value is written with a name twice.
    check(bytes, Names::AsWritten)?;
    let value: T = serde_json::from_slice(bytes)?;
    if is_written_as(&value, bytes) { Ok(value) } else { Err(StrictJsonError::Spelling) }
}

/// Reads one member of an object, and takes the others for what they are.
pub fn parse_member<T: DeserializeOwned>(bytes: &[u8], name: &str) -> Result<T, StrictJsonError> {
    let mut members: Map<String, Value> = parse(bytes)?;
    let member = members.remove(name).ok_or_else(|| de::Error::custom("a member is missing"));
    Ok(member.and_then(serde_json::from_value)?)
}

/// Compares without a copy of what may be personal.
fn is_written_as<T: Serialize>(value: &T, expected: &[u8]) -> bool {
    let mut rest = Rest(expected);
    serde_json::to_writer(&mut rest, value).is_ok() && rest.0.is_empty()
}

/// What has not been written again yet; writing anything else fails.
struct Rest<'a>(&'a [u8]);

impl io::Write for Rest<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(written).ok_or(io::ErrorKind::InvalidData)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is asked of the names of an object's members.
#[derive(Clone, Copy)]
enum Names {
    /// None is there twice.
    Once,
    /// Nothing: the bytes are compared with what is written.
    AsWritten,
}

/// Checks a value that lies within `depth` others.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
    names: Names,
}

impl Strict {
    fn within<E: de::Error>(self) -> Result<Self, E> {
        if self.depth < MAX_DEPTH {
            Ok(Self { depth: self.depth + 1, ..self })
        } else {
            Err(E::custom("nested too deep"))
        }
    }
}

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
        let inner = self.within::<A::Error>()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let inner = self.within::<A::Error>()?;
        match self.names {
            Names::Once => {
                let mut seen = HashSet::new();
                while let Some(key) = entries.next_key::<String>()? {
                    if !seen.insert(key) {
                        return Err(de::Error::custom("duplicate key"));
                    }
                    entries.next_value_seed(inner)?;
                }
            }
            Names::AsWritten => while entries.next_entry_seed(PhantomData::<IgnoredAny>, inner)?.is_some() {},
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde::Deserialize;

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
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(accepts(&nested(MAX_DEPTH)));
        assert!(!accepts(&nested(MAX_DEPTH + 1)));
        assert!(!accepts(&format!("{{\"a\":{}}}", nested(MAX_DEPTH))));
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        One,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Note {
        some_text: String,
        kind: Kind,
        count: Option<u32>,
    }

    #[test]
    fn what_is_canonical_is_read_in_the_one_way_it_is_written() {
        let reads = |text: &str| parse_canonical::<Note>(text.as_bytes());
        assert!(reads(r#"{"someText":"é\n\u001f","kind":"one","count":null}"#).is_ok());
        for otherwise in [
            r#"["é","one",null]"#,
            r#"{"someText":"é","kind":{"one":null},"count":null}"#,
            r#"{"someText":"é","kind":"one"}"#,
            r#"{"someText":"é","count":null,"kind":"one"}"#,
            r#"{"someText":"é","kind":"one", "count":null}"#,
            r#"{"someText":"\u00e9","kind":"one","count":null}"#,
            r#"{"someText":"\/","kind":"one","count":null}"#,
            r#"{"some\u0054ext":"é","kind":"one","count":null}"#,
            "{\"someText\":\"\",\"kind\":\"one\",\"count\":1}\n",
        ] {
            assert!(parse::<Note>(otherwise.as_bytes()).is_ok(), "serde alone would take it: {otherwise}");
            assert!(matches!(reads(otherwise), Err(StrictJsonError::Spelling)), "{otherwise}");
        }
    }

    #[test]
    fn what_is_canonical_has_no_name_twice_no_float_and_no_end_of_nesting() {
        let reads = |text: &str| parse_canonical::<Value>(text.as_bytes()).is_ok();
        assert!(reads(r#"{"a":[{"b":1}],"c":null}"#));
        assert!(parse_canonical::<Note>(br#"{"someText":"","someText":"","kind":"one","count":1}"#).is_err());
        let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
        for wrong in [r#"{"a":1,"a":1}"#, r#"{"a":[{"b":1,"b":1}]}"#, "1.5", "9007199254740993", &deep, "1 1"] {
            assert!(!reads(wrong), "{wrong}");
        }
    }

    #[test]
    fn one_member_is_read_from_an_object_only() {
        assert_eq!(parse_member::<u64>(br#"{"later":[],"seq":7}"#, "seq").unwrap(), 7);
        for wrong in ["[7]", "7", "null", "{}", r#"{"seq":7,"seq":7}"#, r#"{"seq":"7"}"#] {
            assert!(parse_member::<u64>(wrong.as_bytes(), "seq").is_err(), "{wrong}");
        }
    }
}
