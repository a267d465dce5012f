//! Reference cards: what is read on the spot, and what is shown to a person in their own language.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CatalogueKind, Content, is_short};
use crate::ids::Code;
use crate::limits;

/// The content of `cards`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cards {
    /// In the order they are listed in.
    pub cards: Vec<Card>,
}

/// One card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Card {
    /// Its name among the cards: one of the municipality's stands in the place of a built-in one with the same.
    pub code: Code,
    /// What it is for.
    pub group: CardGroup,
    /// Its text in each language, the first one for whoever has none of the others.
    pub texts: Vec<CardText>,
    /// Whom to call: codes of telephone numbers in `settings`.
    #[serde(default)]
    pub calls: Vec<Code>,
    /// Who says so, and of when it is.
    #[serde(default)]
    pub source: String,
}

/// What a card is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum CardGroup {
    /// When somebody is in danger now.
    Danger,
    /// To be shown to a person: large, without the name of the app.
    Show,
    /// To be read by whoever carries the device; also what a later version calls otherwise.
    #[serde(other)]
    Guidance,
}

/// A card in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CardText {
    /// The language, as `nl` (BCP 47).
    pub language: Code,
    /// Its heading.
    pub title: String,
    /// What it is about, in a line of a list.
    #[serde(default)]
    pub summary: String,
    /// What it says.
    pub blocks: Vec<CardBlock>,
}

/// A piece of a card's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CardBlock {
    /// How it stands.
    #[serde(default)]
    pub kind: BlockKind,
    /// What it says.
    pub text: String,
}

/// How a piece of text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum BlockKind {
    /// A heading above what follows.
    Heading,
    /// Words to say aloud.
    Quote,
    /// A step of a numbered list.
    Step,
    /// A point of a list.
    Point,
    /// Plain text; also what a later version calls otherwise.
    #[default]
    #[serde(other)]
    Paragraph,
}

impl Content for Cards {
    const KIND: CatalogueKind = CatalogueKind::Cards;

    fn is_bounded(&self) -> bool {
        self.cards.len() <= limits::CARDS && self.cards.iter().all(Card::is_bounded)
    }
}

impl Card {
    fn is_bounded(&self) -> bool {
        !self.texts.is_empty()
            && self.texts.len() <= limits::CARD_LANGUAGES
            && self.calls.len() <= limits::CARD_CALLS
            && is_short(&self.source)
            && self.texts.iter().all(CardText::is_bounded)
    }
}

impl CardText {
    fn is_bounded(&self) -> bool {
        self.blocks.len() <= limits::CARD_BLOCKS
            && is_short(&self.title)
            && is_short(&self.summary)
            && self.blocks.iter().all(|block| is_short(&block.text))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn cards(count: usize, languages: usize, blocks: usize) -> Vec<u8> {
        let block = CardBlock { kind: BlockKind::Step, text: "Bel 112.".into() };
        let text = CardText {
            language: "nl".parse().unwrap(),
            title: "Gevaar".into(),
            summary: String::new(),
            blocks: vec![block; blocks],
        };
        let card = Card {
            code: "gevaar".parse().unwrap(),
            group: CardGroup::Danger,
            texts: vec![text; languages],
            calls: vec![],
            source: String::new(),
        };
        serde_json::to_vec(&Cards { cards: vec![card; count] }).unwrap()
    }

    #[test]
    fn reads_what_a_later_version_calls_otherwise_as_plain_text_for_the_reader() {
        let later = br#"{"cards":[{"code":"a","group":"film","texts":[{"language":"nl","title":"A",
            "blocks":[{"kind":"film","text":"x"},{"text":"y"}]}]}]}"#;
        let read = Cards::parse(later).unwrap();
        let card = read.cards.first().unwrap();
        let text = card.texts.first().unwrap();
        assert_eq!(card.group, CardGroup::Guidance);
        assert!(text.blocks.iter().all(|block| block.kind == BlockKind::Paragraph));
    }

    #[test]
    fn refuses_more_cards_languages_or_blocks_than_there_may_be_and_a_card_without_words() {
        let most = cards(limits::CARDS, 1, 1);
        assert_eq!(Cards::parse(&most).unwrap().cards.len(), limits::CARDS);
        for refused in [
            cards(limits::CARDS + 1, 1, 1),
            cards(1, limits::CARD_LANGUAGES + 1, 1),
            cards(1, 1, limits::CARD_BLOCKS + 1),
            cards(1, 0, 1),
        ] {
            assert!(Cards::parse(&refused).is_err());
        }
    }
}
