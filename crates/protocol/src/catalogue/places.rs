//! Places to choose from: ships, berths, hotels, whatever is inspected more than once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CatalogueKind, Content, is_short};
use crate::ids::Code;
use crate::limits;
use crate::record::ExactPlace;

/// The content of `places`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// In the order they were loaded in.
    pub places: Vec<KnownPlace>,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPlace {
    /// The kind of place.
    pub kind: Code,
    /// The district's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<Code>,
    /// Its texts by the names of [`ExactPlace`], without the empty ones.
    #[serde(flatten)]
    texts: Texts,
}

/// Texts by name. What is no text, or of a name that a later version knows, is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, serde_json::Value>")]
struct Texts(BTreeMap<String, String>);

impl From<BTreeMap<String, serde_json::Value>> for Texts {
    fn from(members: BTreeMap<String, serde_json::Value>) -> Self {
        let named = |name: &str| ExactPlace::default().texts().any(|(known, _)| known == name);
        let text = |(name, value): (String, serde_json::Value)| {
            value.as_str().filter(|text| named(&name) && !text.is_empty()).map(|text| (name.clone(), text.to_owned()))
        };
        Self(members.into_iter().filter_map(text).collect())
    }
}

impl KnownPlace {
    /// A place of this kind with these texts, of which the empty ones are left out.
    pub fn new(kind: Code, district: Option<Code>, exact: &ExactPlace) -> Self {
        let filled = exact.texts().filter(|(_, text)| !text.is_empty());
        let texts = filled.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        Self { kind, district, texts: Texts(texts) }
    }

    /// Exactly where.
    pub fn exact(&self) -> ExactPlace {
        ExactPlace::of_texts(|name| self.texts.0.get(name).cloned().unwrap_or_default())
    }

    /// Its name, or else what a person knows it by.
    pub fn title(&self) -> &str {
        let first = ["name", "berth", "address"].into_iter().find_map(|name| self.texts.0.get(name));
        first.or_else(|| self.texts.0.values().next()).map_or("", String::as_str)
    }

    /// Whether it says of what place it is, in texts no longer than they may be.
    pub(super) fn is_bounded(&self) -> bool {
        !self.texts.0.is_empty() && self.texts.0.values().all(|text| is_short(text))
    }
}

impl Content for Places {
    const KIND: CatalogueKind = CatalogueKind::Places;

    fn is_bounded(&self) -> bool {
        self.places.len() <= limits::PLACES && self.places.iter().all(KnownPlace::is_bounded)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn place() -> KnownPlace {
        let exact = ExactPlace { name: "AURORA".into(), imo: "9074729".into(), ..ExactPlace::default() };
        KnownPlace::new("zeeschip".parse().unwrap(), Some("ijmuiden-west".parse().unwrap()), &exact)
    }

    #[test]
    fn a_place_is_written_without_its_empty_texts_and_read_again_as_it_was() {
        let text = serde_json::to_string(&place()).unwrap();
        assert_eq!(text, r#"{"kind":"zeeschip","district":"ijmuiden-west","imo":"9074729","name":"AURORA"}"#);
        let read: KnownPlace = serde_json::from_str(&text).unwrap();
        assert_eq!(read, place());
        assert_eq!((read.exact().name.as_str(), read.exact().address.as_str()), ("AURORA", ""));
        assert_eq!(read.title(), "AURORA");
    }

    #[test]
    fn a_place_that_says_nothing_and_a_list_that_is_too_long_are_refused() {
        let nothing = br#"{"places":[{"kind":"hotel","stars":5}]}"#;
        assert!(Places::parse(nothing).is_err());
        let long = "x".repeat(limits::FIELD_CHARS + 1);
        assert!(Places::parse(format!(r#"{{"places":[{{"kind":"hotel","name":"{long}"}}]}}"#).as_bytes()).is_err());
        let list = |count| {
            let one = KnownPlace::new("kade-terminal".parse().unwrap(), None, &place().exact());
            serde_json::to_vec(&Places { places: vec![one; count] }).unwrap()
        };
        assert_eq!(Places::parse(&list(limits::PLACES)).unwrap().places.len(), limits::PLACES);
        assert!(Places::parse(&list(limits::PLACES + 1)).is_err());
    }
}
