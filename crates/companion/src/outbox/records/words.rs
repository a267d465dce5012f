//! The words one looks for: what was typed becomes a question to the index, in which every word is a word and nothing is
//! an operator. A word finds what begins with it; accents and capitals make no difference.
//!
//! What was signed is indexed on disk, by the store itself (migration 11). Drafts change with every answer and are few:
//! they are indexed in memory when they are asked for, so that nothing of one that was thrown away is left anywhere.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::recording::forms::DraftForm;
use crate::store::StoreError;

/// More words than these are not looked for.
const MOST_WORDS: usize = 16;
/// Of a longer word its beginning is looked for.
const LONGEST_WORD: usize = 64;

/// What is looked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// Nothing was typed.
    Anything,
    /// There is no word in what was typed.
    Nothing,
    /// A question to the index.
    Words(String),
}

impl Sought {
    pub(super) fn in_text(text: &str) -> Self {
        // An end of the text for SQLite is none for whoever pasted it.
        let typed = text.split(|character: char| character.is_whitespace() || character.is_control());
        let mut typed = typed.filter(|word| !word.is_empty()).peekable();
        if typed.peek().is_none() {
            return Self::Anything;
        }
        let words = typed.filter(|word| word.chars().any(char::is_alphanumeric)).take(MOST_WORDS).map(|word| {
            let word: String = word.chars().filter(|character| *character != '"').take(LONGEST_WORD).collect();
            format!("\"{word}\" *")
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() { Self::Nothing } else { Self::Words(words.join(" AND ")) }
    }
}

/// Which of these drafts have those words; by their place among them.
pub(super) fn drafts_with(
    connection: &Connection,
    sought: &Sought,
    forms: &[Option<DraftForm>],
) -> Result<HashSet<usize>, StoreError> {
    let words = match sought {
        Sought::Anything => return Ok((0..forms.len()).collect()),
        Sought::Nothing => return Ok(HashSet::new()),
        Sought::Words(words) => words,
    };
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.draft_words USING fts5 (
             words, content = '', tokenize = 'unicode61 remove_diacritics 2');
         INSERT INTO temp.draft_words (draft_words) VALUES ('delete-all')",
    )?;
    for (number, form) in forms.iter().enumerate() {
        if let Some(form) = form {
            let mut statement = connection.prepare("INSERT INTO temp.draft_words (rowid, words) VALUES (?1, ?2)")?;
            statement.execute((number, form.words()))?;
        }
    }
    let found = {
        let mut statement = connection.prepare("SELECT rowid FROM temp.draft_words(?1)")?;
        let rows = statement.query_map([words], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    connection.execute_batch("INSERT INTO temp.draft_words (draft_words) VALUES ('delete-all')")?;
    Ok(found)
}
