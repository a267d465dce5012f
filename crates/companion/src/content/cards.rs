//! Reference cards: a built-in set, in the place of which the municipality's own stand where they have the same name.

use std::sync::LazyLock;

use baken_protocol::catalogue::cards::{Card, Cards};
use baken_protocol::catalogue::settings::{Phone, Settings};
use baken_protocol::catalogue::{CatalogueKind, Content};
use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::content;
use crate::failure::Failure;
use crate::store::Store;

/// The built-in set. No telephone number is in it.
static BUILT_IN: LazyLock<Vec<Card>> = LazyLock::new(|| {
    // A test reads it: it is never empty.
    Cards::parse(include_bytes!("cards/built_in.json")).map(|set| set.cards).unwrap_or_default()
});

/// A card, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ShelfCard {
    /// The card.
    pub card: Card,
    /// Whether it came with the app: an example that the municipality has not confirmed.
    pub built_in: bool,
}

/// Everything to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReferenceShelf {
    /// The cards, in the order they are listed in.
    pub cards: Vec<ShelfCard>,
    /// The telephone numbers that the municipality gave.
    pub phones: Vec<Phone>,
    /// When the municipality signed its cards; none where it gave none.
    #[ts(type = "string | null")]
    pub issued_at: Option<DateTime<Utc>>,
    /// Whether its cards or its telephone numbers are old.
    pub old: bool,
}

impl Store {
    /// Everything to look up.
    pub fn reference_shelf(&self) -> Result<ReferenceShelf, Failure> {
        self.read(|connection| {
            let age = |kind| content::age(connection, &self.environment, &self.known, kind);
            let (cards, phones) = (age(CatalogueKind::Cards)?, age(CatalogueKind::Settings)?);
            let own = content::held::<Cards>(connection)?.map(|held| held.cards).unwrap_or_default();
            Ok(ReferenceShelf {
                cards: shelved(own),
                phones: content::held::<Settings>(connection)?.map(|held| held.phones).unwrap_or_default(),
                issued_at: cards.map(|age| age.issued_at),
                old: cards.into_iter().chain(phones).any(|age| age.is_over),
            })
        })
    }
}

/// The built-in cards with the municipality's in their places, and then its others.
fn shelved(own: Vec<Card>) -> Vec<ShelfCard> {
    let is_own = |code| own.iter().find(|card| card.code == code);
    let shelf: Vec<ShelfCard> = BUILT_IN
        .iter()
        .map(|built_in| match is_own(built_in.code.clone()) {
            Some(own) => ShelfCard { card: own.clone(), built_in: false },
            None => ShelfCard { card: built_in.clone(), built_in: true },
        })
        .collect();
    let others = own.into_iter().filter(|card| BUILT_IN.iter().all(|built_in| built_in.code != card.code));
    shelf.into_iter().chain(others.map(|card| ShelfCard { card, built_in: false })).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::catalogue::cards::CardGroup;

    const LANGUAGES: [&str; 9] = ["nl", "en", "pl", "ro", "bg", "uk", "es", "vi", "zh"];

    #[test]
    fn the_built_in_set_is_in_dutch_and_english_and_what_is_shown_to_a_person_in_nine_languages() {
        assert!(BUILT_IN.len() >= 7);
        for card in BUILT_IN.iter() {
            let languages: Vec<&str> = card.texts.iter().map(|text| text.language.as_str()).collect();
            let expected = if card.group == CardGroup::Show { &LANGUAGES[..] } else { &LANGUAGES[..2] };
            assert_eq!(languages, expected, "{}", card.code.as_str());
            let blocks = card.texts.first().unwrap().blocks.len();
            assert!(card.texts.iter().all(|text| text.blocks.len() == blocks), "{}", card.code.as_str());
        }
    }

    /// A number that has changed is worse than none.
    #[test]
    fn no_telephone_number_but_112_is_built_in() {
        let text = String::from_utf8_lossy(include_bytes!("cards/built_in.json"));
        let numbers = text.split(|it: char| !it.is_ascii_digit()).filter(|digits| digits.len() >= 3);
        assert!(numbers.clone().count() > 3);
        assert!(numbers.into_iter().all(|number| number == "112"));
    }

    #[test]
    fn the_municipalitys_card_stands_in_the_place_of_the_built_in_one_and_its_others_after() {
        let first = BUILT_IN.first().unwrap();
        let own = Card { source: "Gemeente Velsen".into(), ..first.clone() };
        let other = Card { code: "steiger".parse().unwrap(), ..first.clone() };
        let shelf = shelved(vec![other, own]);
        assert_eq!(shelf.len(), BUILT_IN.len() + 1);
        assert_eq!(shelf.first().map(|it| (it.card.source.as_str(), it.built_in)), Some(("Gemeente Velsen", false)));
        assert_eq!(shelf.get(1).map(|it| it.built_in), Some(true));
        assert_eq!(shelf.last().map(|it| it.card.code.as_str()), Some("steiger"));
    }
}
