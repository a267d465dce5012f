//! From a text to numbers, marks and words: every sign that people put for a degree, a minute, a second, a hemisphere
//! or the space between two numbers.

use crate::text::{digits, folded, is_dash, is_hidden, is_mark};

/// A number with what decides its value. Digits beyond [`FRACTION_DIGITS`] are less than a hair's breadth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) whole: u32,
    pub(super) whole_digits: usize,
    /// The decimals as a whole number of 10^-[`FRACTION_DIGITS`].
    pub(super) fraction: u64,
    pub(super) has_fraction: bool,
    pub(super) sign: Option<Sign>,
}

pub(super) const FRACTION_DIGITS: u32 = 12;
const WHOLE_DIGITS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Degrees,
    Minutes,
    Seconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Latitude,
    Longitude,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Number(Number),
    Unit(Unit),
    /// N, S, E or W: its axis, and whether the number is negative.
    Hemisphere(Axis, bool),
    /// "lat", "lengte": which of the two comes now.
    Label(Axis),
    /// A comma, a semicolon, a line end: between the two, or after the second.
    Between,
    /// A dash, a colon or a dot within one of the two, as in "52-27.80".
    Within,
}

/// Whether `text` has a dot, or a comma, with a digit on each side.
pub(super) fn has_decimal_dot(text: &str) -> bool {
    has_between_digits(text, ".٫")
}

pub(super) fn has_decimal_comma(text: &str) -> bool {
    has_between_digits(text, ",，")
}

fn has_between_digits(text: &str, signs: &str) -> bool {
    let seen: Vec<char> = text.chars().filter(|it| !is_hidden(*it)).collect();
    let is_digit = |it: &char| !digits(*it).is_empty();
    seen.windows(3).any(|three| match three {
        [before, sign, after] => is_digit(before) && signs.contains(*sign) && is_digit(after),
        _ => false,
    })
}

/// `None` where something is no part of any position.
pub(super) fn tokens(text: &str, decimal_comma: bool) -> Option<Vec<Token>> {
    let text = text.replace("WGS 84", " ").replace("WGS84", " ").replace("wgs84", " ");
    let characters: Vec<char> = text.chars().filter_map(plain).collect();
    let mut reader = Reader { characters: &characters, at: 0, decimal_comma, parting_dots: 0, tokens: Vec::new() };
    while let Some(character) = reader.peek(0) {
        reader.take(character)?;
    }
    // A dot at the end ends a sentence.
    while reader.tokens.last() == Some(&Token::Within) {
        reader.tokens.pop();
    }
    Some(reader.tokens)
}

/// One sign for all that stand for the same; `None` for what is not seen.
fn plain(character: char) -> Option<char> {
    let digit = match character {
        // Superscript zero and the ordinal sign stand for degrees.
        '⁰' | 'º' | '˚' | '∘' | 'ᵒ' | '°' => return Some('°'),
        '’' | '‘' | '′' | '´' | '`' | 'ʹ' | 'ʼ' | 'ˈ' | '‛' | '＇' | '\'' => return Some('\''),
        '”' | '“' | '„' | '″' | '˝' | 'ʺ' | '‟' | '＂' | '〃' | '"' => return Some('"'),
        '٫' => return Some('.'),
        '，' | '،' | '、' => return Some(','),
        '；' => return Some(';'),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => return Some('\n'),
        _ if is_hidden(character) || is_mark(character) => return None,
        _ if is_dash(character) => return Some('-'),
        _ if character.is_whitespace() => return Some(' '),
        _ => digits(character),
    };
    let mut digits = digit.chars();
    match (digits.next(), digits.next()) {
        (Some(digit), None) => Some(digit),
        _ => folded(character.encode_utf8(&mut [0; 4])).chars().next()?.to_uppercase().next(),
    }
}

struct Reader<'a> {
    characters: &'a [char],
    at: usize,
    decimal_comma: bool,
    /// Dots to come that part degrees, minutes and seconds, as in "52.27.46".
    parting_dots: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn before(&self) -> Option<char> {
        self.characters.get(self.at.checked_sub(1)?).copied()
    }

    fn is_digit(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|it| it.is_ascii_digit())
    }

    fn take(&mut self, character: char) -> Option<()> {
        let token = match character {
            ' ' | '(' | ')' | '[' | ']' | '{' | '}' | '=' => None,
            '0'..='9' => return self.number(None),
            // A sign stands at the start, after a space or after what parts two numbers.
            '+' if self.is_digit(1) => return self.number(Some(Sign::Plus)),
            '-' if self.is_digit(1) && !self.before().is_some_and(is_of_number) => {
                return self.number(Some(Sign::Minus));
            }
            '-' | '.' | ':' => Some(Token::Within).filter(|_| self.before().is_some()),
            ',' | ';' | '/' | '|' | '\n' | '&' => Some(Token::Between),
            '°' => Some(Token::Unit(Unit::Degrees)),
            '\'' if self.peek(1) == Some('\'') => {
                self.at += 1;
                self.mark(Unit::Seconds)
            }
            '\'' => self.mark(Unit::Minutes),
            '"' => self.mark(Unit::Seconds),
            _ if character.is_alphabetic() => return self.word(),
            _ => return None,
        };
        self.at += 1;
        self.tokens.extend(token);
        Some(())
    }

    /// A quotation mark that follows no number quotes something.
    fn mark(&self, unit: Unit) -> Option<Token> {
        matches!(self.tokens.last(), Some(Token::Number(_))).then_some(Token::Unit(unit))
    }

    fn number(&mut self, sign: Option<Sign>) -> Option<()> {
        self.at += usize::from(sign.is_some());
        let whole = self.digits();
        let decimal = |sign: char| sign == '.' || (sign == ',' && self.decimal_comma);
        let has_fraction = self.peek(0).is_some_and(decimal) && self.is_digit(1) && !self.is_parting();
        let fraction = if has_fraction {
            self.at += 1;
            self.digits()
        } else {
            String::new()
        };
        let places = usize::try_from(FRACTION_DIGITS).ok()?;
        let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
        let number = Number {
            whole: (whole.len() <= WHOLE_DIGITS).then(|| whole.parse().ok()).flatten()?,
            whole_digits: whole.len(),
            fraction: kept.parse().ok()?,
            has_fraction,
            sign,
        };
        self.tokens.push(Token::Number(number));
        Some(())
    }

    /// Whether the dot here parts two numbers: there are at least two of them, each with digits behind it.
    fn is_parting(&mut self) -> bool {
        if self.peek(0) != Some('.') {
            return false;
        }
        if self.parting_dots == 0 {
            let rest: String = self.characters.get(self.at..).unwrap_or_default().iter().collect();
            let run = rest.split(|it: char| !it.is_ascii_digit() && it != '.').next().unwrap_or_default();
            let dots = run.trim_end_matches('.').matches('.').count();
            self.parting_dots = if dots >= 2 { 2 } else { 0 };
        }
        let parts = self.parting_dots > 0;
        self.parting_dots = self.parting_dots.saturating_sub(1);
        parts
    }

    fn digits(&mut self) -> String {
        let digits: String =
            self.characters.get(self.at..).unwrap_or_default().iter().take_while(|it| it.is_ascii_digit()).collect();
        self.at += digits.len();
        digits
    }

    fn word(&mut self) -> Option<()> {
        let letters: String =
            self.characters.get(self.at..).unwrap_or_default().iter().take_while(|it| it.is_alphabetic()).collect();
        self.at += letters.chars().count();
        let is_abbreviated = self.peek(0) == Some('.') && !self.is_digit(1);
        self.at += usize::from(is_abbreviated);
        // "N.B." is one word, as "NB" is.
        if is_abbreviated
            && matches!(letters.as_str(), "N" | "Z" | "O" | "W")
            && matches!(self.peek(0), Some('B' | 'L'))
        {
            self.at += 1;
            self.at += usize::from(self.peek(0) == Some('.'));
        }
        if !POSITION_WORDS.contains(&letters.as_str()) {
            self.tokens.push(meaning(&letters)?);
        }
        Some(())
    }
}

const fn is_of_number(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '°' | '\'' | '"' | '.')
}

/// Words before a position that say no more than that it is one.
const POSITION_WORDS: [&str; 7] = ["POS", "POSITIE", "POSITION", "GPS", "COORDINATEN", "COÖRDINATEN", "COORDINATES"];

/// What a word stands for. O is *oost*, as on every Dutch chart.
fn meaning(word: &str) -> Option<Token> {
    Some(match word {
        "N" | "NB" | "NOORD" | "NORTH" | "NOORDERBREEDTE" => Token::Hemisphere(Axis::Latitude, false),
        "Z" | "S" | "ZB" | "ZUID" | "SOUTH" | "ZUIDERBREEDTE" => Token::Hemisphere(Axis::Latitude, true),
        "E" | "O" | "OL" | "OOST" | "EAST" | "OOSTERLENGTE" => Token::Hemisphere(Axis::Longitude, false),
        "W" | "WL" | "WEST" | "WESTERLENGTE" => Token::Hemisphere(Axis::Longitude, true),
        "LAT" | "LATITUDE" | "BREEDTE" | "BREEDTEGRAAD" | "BR" | "Φ" => Token::Label(Axis::Latitude),
        "LON" | "LNG" | "LONG" | "LONGITUDE" | "LENGTE" | "LENGTEGRAAD" | "Λ" => Token::Label(Axis::Longitude),
        "D" | "DEG" | "DEGREES" | "GR" | "GRAAD" | "GRADEN" => Token::Unit(Unit::Degrees),
        "M" | "MIN" | "MINUTES" | "MINUUT" | "MINUTEN" => Token::Unit(Unit::Minutes),
        "SEC" | "SECONDS" | "SECONDE" | "SECONDEN" => Token::Unit(Unit::Seconds),
        "EN" | "AND" => Token::Between,
        _ => return None,
    })
}
