//! From a text to chains of digits: groups that stand together, with what stands between them. What is not seen
//! ([`crate::text`]) is as good as absent, and digits of any script are digits.

use super::Span;
use crate::text::{compatible, digits, is_dash, is_hidden, is_mark};

/// Characters between two groups of one chain, at most: "111 - 222", a comma and a line end. Blanks beside each other
/// are one, as in a table that was pasted.
const LONGEST_SEPARATOR: usize = 4;
/// Letters of the word before a number that are looked at.
const WORD_CHARS: usize = 24;

/// Digits that stand together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) span: Span,
    pub(super) digits: Vec<u8>,
    /// What stands between this group and the one before it in its chain; before the first, the "+" that leads it.
    pub(super) separator: String,
}

impl Group {
    /// Whether one dot, dash or space joins it to the group before it, as within one number.
    pub(super) fn is_tight(&self) -> bool {
        let mut characters = self.separator.chars();
        matches!((characters.next(), characters.next()), (Some(' ' | '.' | '-'), None))
    }

    /// The number it stands for, where it is a short one.
    pub(super) fn value(&self) -> u32 {
        self.digits.iter().take(6).fold(0, |value, digit| value * 10 + u32::from(*digit))
    }
}

/// Groups with no more than separators between them.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) groups: Vec<Group>,
    /// The word before the first group, in small letters, as "mmsi".
    pub(super) word: String,
}

/// What stands between the last digit and here.
enum Between {
    /// A digit is before.
    Nothing,
    /// Only separators.
    Separator(String),
    /// Something else: a new chain begins.
    Other { plus: bool },
}

/// Splits the digits of `text` into chains, in one pass. Most of a text is letters: where no chain is open they are
/// passed over as bytes, and the word before a number is read backwards from it.
pub(super) fn chains(text: &str) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    let mut between = Between::Other { plus: false };
    let (mut at, mut utf16) = (0, 0);
    loop {
        if matches!(between, Between::Other { plus: false }) {
            let passed = unremarkable(text.as_bytes().get(at..).unwrap_or_default());
            (at, utf16) = (at + passed, utf16 + passed);
        }
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { return chains };
        let span = Span { bytes: at..at + character.len_utf8(), utf16: utf16..utf16 + character.len_utf16() };
        (at, utf16) = (span.bytes.end, span.utf16.end);
        let found = digits(character);
        if !found.is_empty() {
            let found = found.bytes().map(|digit| digit - b'0');
            match (between, chains.last_mut()) {
                (Between::Nothing, Some(chain)) => chain.extend(&span, found),
                (Between::Separator(separator), Some(chain)) => {
                    chain.groups.push(Group { span, digits: found.collect(), separator });
                }
                (other, _) => {
                    let separator = if matches!(other, Between::Other { plus: true }) { "+" } else { "" };
                    let word = word_before(text.get(..span.bytes.start).unwrap_or_default());
                    let groups = vec![Group { span, digits: found.collect(), separator: separator.to_owned() }];
                    chains.push(Chain { groups, word });
                }
            }
            between = Between::Nothing;
        } else if !is_hidden(character) && !is_mark(character) {
            between = passed(between, character);
        }
    }
}

/// How many bytes at the start neither begin a number nor lead one.
fn unremarkable(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii() && !byte.is_ascii_digit() && **byte != b'+').count()
}

impl Chain {
    fn extend(&mut self, span: &Span, digits: impl Iterator<Item = u8>) {
        if let Some(group) = self.groups.last_mut() {
            group.span.bytes.end = span.bytes.end;
            group.span.utf16.end = span.utf16.end;
            group.digits.extend(digits);
        }
    }
}

fn passed(between: Between, character: char) -> Between {
    let Some(separator) = separator(character) else { return Between::Other { plus: false } };
    match between {
        Between::Nothing => Between::Separator(separator.to_string()),
        // "+ 31": the blank after a plus is nothing.
        Between::Separator(before) if separator == ' ' && before.ends_with([' ', '+']) => Between::Separator(before),
        Between::Separator(before) if before.chars().count() < LONGEST_SEPARATOR => {
            Between::Separator(format!("{before}{separator}"))
        }
        Between::Other { plus: true } if separator == ' ' => Between::Other { plus: true },
        Between::Separator(_) | Between::Other { .. } => Between::Other { plus: separator == '+' },
    }
}

/// A separator in its plain form: whatever is neither letter nor digit, blanks and line ends as a space, dashes as a dash.
fn separator(character: char) -> Option<char> {
    if character.is_whitespace() {
        return Some(' ');
    }
    if is_dash(character) {
        return Some('-');
    }
    if character.is_alphanumeric() { None } else { Some(compatible(character)) }
}

/// The letters of the last word, across what may stand between it and its number ("MMSI-nr.: ").
fn word_before(text: &str) -> String {
    let mut letters: Vec<char> = Vec::new();
    for character in text.chars().rev().filter(|character| !is_hidden(*character) && !is_mark(*character)) {
        if character.is_alphabetic() && letters.len() < WORD_CHARS {
            letters.extend(character.to_lowercase().rev());
        } else if !matches!(character, ' ' | '-' | '.' | ':' | '#' | '=' | '(') {
            break;
        }
    }
    letters.into_iter().rev().collect()
}
