//! Places to choose from: found by the beginnings of words, without a network, among thousands.

use baken_protocol::catalogue::CatalogueKind;
use baken_protocol::catalogue::places::KnownPlace;
use baken_protocol::ids::Code;
use baken_protocol::record::ExactPlace;
use baken_protocol::text;
use rusqlite::{Connection, params, params_from_iter};
use serde::Serialize;
use ts_rs::TS;

use crate::content;
use crate::failure::Failure;
use crate::store::{Cached, Store, StoreError};

/// As many as a person looks through.
const SHOWN: usize = 30;
/// Words of a question that are looked for; more narrow nothing down.
const WORDS: usize = 8;

/// A place that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FoundPlace {
    /// The kind of place.
    pub kind: Code,
    /// The district's code.
    pub district: Option<Code>,
    /// Exactly where.
    pub exact: ExactPlace,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FoundPlaces {
    /// How many places there are to choose from.
    pub known: u64,
    /// Those found, the likeliest first.
    pub places: Vec<FoundPlace>,
    /// Whether there are more than these.
    pub more: bool,
    /// Whether the list is old.
    pub old: bool,
}

impl From<&KnownPlace> for FoundPlace {
    fn from(place: &KnownPlace) -> Self {
        Self { kind: place.kind.clone(), district: place.district.clone(), exact: place.exact() }
    }
}

/// Puts these in the place of all there were.
pub(super) fn replace(tx: &Connection, places: &[KnownPlace]) -> Result<(), StoreError> {
    tx.execute_cached("DELETE FROM known_places", [])?;
    for place in places {
        let text = serde_json::to_string(place).map_err(|_| StoreError::Content)?;
        tx.execute_cached(
            "INSERT INTO known_places (title, words, place) VALUES (?1, ?2, ?3)",
            params![place.title(), words_of(&place.exact()), text],
        )?;
    }
    Ok(())
}

/// Every word a place is found by. What is often written in one, as a postcode or a fishing mark, is there in one too.
fn words_of(exact: &ExactPlace) -> String {
    let mut words = String::new();
    for text in std::iter::once(exact.name.as_str()).chain(exact.texts().map(|(_, text)| text)) {
        let found = text::words(text);
        let joined = found.concat();
        for word in found.iter().chain((found.len() > 1 && found.len() < 4).then_some(&joined)) {
            words.push(' ');
            words.push_str(word);
        }
    }
    words
}

impl Store {
    /// The places whose words begin with those of `question`, all of them.
    pub fn search_places(&self, question: &str) -> Result<FoundPlaces, Failure> {
        let asked: Vec<String> = text::words(question).iter().take(WORDS).map(|word| format!(" {word}")).collect();
        self.read(|connection| {
            let known = connection.query_row_cached("SELECT count(*) FROM known_places", [], |row| row.get(0))?;
            let age = content::age(connection, &self.environment, &self.known, CatalogueKind::Places)?;
            let mut found =
                FoundPlaces { known, places: Vec::new(), more: false, old: age.is_some_and(|age| age.is_over) };
            if asked.is_empty() {
                return Ok(found);
            }
            let conditions: Vec<String> = (1..=asked.len()).map(|at| format!("instr(words, ?{at}) > 0")).collect();
            let sql = format!(
                "SELECT place FROM known_places WHERE {} ORDER BY instr(words, ?1), title, position LIMIT {}",
                conditions.join(" AND "),
                SHOWN + 1
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(&asked), |row| row.get::<_, String>(0))?;
            for row in rows {
                let place: KnownPlace = serde_json::from_str(&row?).map_err(|_| StoreError::Content)?;
                found.places.push(FoundPlace::from(&place));
            }
            found.more = found.places.len() > SHOWN;
            found.places.truncate(SHOWN);
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::store::scratch;

    fn place(kind: &str, exact: &ExactPlace) -> KnownPlace {
        KnownPlace::new(kind.parse().unwrap(), None, exact)
    }

    fn named(name: &str) -> ExactPlace {
        ExactPlace { name: name.into(), ..ExactPlace::default() }
    }

    fn store(places: &[KnownPlace]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        store.write::<_, StoreError>(|tx| replace(tx, places)).unwrap();
        (folder, store)
    }

    fn names(store: &Store, question: &str) -> Vec<String> {
        store.search_places(question).unwrap().places.into_iter().map(|place| place.exact.name).collect()
    }

    #[test]
    fn a_place_is_found_by_the_beginnings_of_its_words_however_they_are_written() {
        let hotel = ExactPlace {
            address: "Kennemerboulevard 250".into(),
            postcode: "1976 EF".into(),
            ..named("Hôtel De Pier")
        };
        let ship = ExactPlace { fishing_mark: "IJM 31".into(), imo: "9074729".into(), ..named("AURORA") };
        let (_folder, store) = store(&[place("hotel", &hotel), place("vissersschip", &ship)]);
        for question in ["pier", "HOTEL", "de pi", "kenn 250", "1976ef", "1976 e", "hôtel", "  pier  "] {
            assert_eq!(names(&store, question), ["Hôtel De Pier"], "{question}");
        }
        for question in ["ijm31", "ijm 31", "IMO 9074729".trim_start_matches("IMO "), "9074", "auro"] {
            assert_eq!(names(&store, question), ["AURORA"], "{question}");
        }
        for question in ["", " ", "%", "ier", "pier aurora", "9074728"] {
            assert_eq!(names(&store, question), [""; 0], "{question}");
        }
    }

    #[test]
    fn what_is_named_so_comes_before_what_has_the_word_somewhere() {
        let berth = ExactPlace { berth: "Pier 4".into(), ..named("Loods") };
        let (_folder, store) =
            store(&[place("loods", &berth), place("hotel", &named("De Pier")), place("hotel", &named("Pier"))]);
        assert_eq!(names(&store, "pier"), ["Pier", "De Pier", "Loods"]);
    }

    #[test]
    fn of_thousands_the_first_are_shown_and_that_there_are_more() {
        let many: Vec<_> = (0..20_000).map(|number| place("zeeschip", &named(&format!("Schip {number}")))).collect();
        let (_folder, store) = store(&many);
        let found = store.search_places("schip").unwrap();
        assert_eq!((found.places.len(), found.more, found.known), (SHOWN, true, 20_000));
        assert_eq!(names(&store, "schip 19999"), ["Schip 19999"]);
        store.write::<_, StoreError>(|tx| replace(tx, &many[..1])).unwrap();
        assert_eq!(store.search_places("schip").unwrap().known, 1, "the next list takes its place");
    }
}
