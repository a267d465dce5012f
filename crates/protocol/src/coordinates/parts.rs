//! From tokens to a position: which numbers are the latitude's and which the longitude's, and what they come to.

use super::marks::{Axis, FRACTION_DIGITS, Number, Sign, Token, Unit};
use super::{CoordinatesError, typed};
use crate::record::Coordinates;

use CoordinatesError::{OutOfRange, Unreadable};

/// One of the two: its numbers in order, what is said of its side, and its value.
#[derive(Debug, Default)]
struct Part {
    numbers: Vec<(Number, Option<Unit>)>,
    hemisphere: Option<(Axis, bool)>,
    label: Option<Axis>,
}

pub(super) fn read(tokens: &[Token]) -> Result<Coordinates, CoordinatesError> {
    let tokens = without_instrument_commas(tokens);
    let (first, second) = split(&tokens).ok_or(Unreadable)?;
    let (first, second) = (part(first)?, part(second)?);
    let (latitude, longitude) = match (first.axis()?, second.axis()?) {
        (Some(Axis::Longitude), Some(Axis::Latitude)) => (second, first),
        (Some(Axis::Latitude), Some(Axis::Longitude)) | (None, None) => (first, second),
        (Some(_), Some(_) | None) | (None, Some(_)) => return Err(Unreadable),
    };
    Ok(typed(latitude.value(90)?, longitude.value(180)?))
}

/// Instruments write a comma before each hemisphere as well: "5227.80,N,00434.39,E" (NMEA 0183).
fn without_instrument_commas(tokens: &[Token]) -> Vec<Token> {
    let commas = tokens.iter().filter(|token| **token == Token::Between).count();
    let is_before_hemisphere =
        |index: usize| matches!(tokens.get(index..index + 2), Some([Token::Between, Token::Hemisphere(..)]));
    let all = (0..tokens.len()).filter(|index| is_before_hemisphere(*index)).count();
    let instrument = commas == 3 && all == 2;
    let kept = tokens.iter().enumerate().filter(|(index, _)| !(instrument && is_before_hemisphere(*index)));
    kept.map(|(_, token)| *token).collect()
}

/// The tokens of each of the two.
fn split(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let tokens = trimmed(tokens);
    let places = |wanted: fn(&Token) -> bool| -> Vec<usize> {
        tokens.iter().enumerate().filter(|(_, token)| wanted(token)).map(|(index, _)| index).collect()
    };
    let labels = places(|token| matches!(token, Token::Label(_)));
    let hemispheres = places(|token| matches!(token, Token::Hemisphere(..)));
    let between = places(|token| matches!(token, Token::Between));
    let numbers = places(|token| matches!(token, Token::Number(_)));
    let degrees = places(|token| matches!(token, Token::Unit(Unit::Degrees)));
    let at = match (labels.as_slice(), hemispheres.as_slice(), between.as_slice(), degrees.as_slice()) {
        ([], _, [place], _) => *place,
        ([0, second], _, _, _) | ([], [0, second], [], _) => *second,
        ([], [first, _], [], _) => first + 1,
        // The number before the second degree sign is the second's first.
        ([], [], [], [_, second]) => *numbers.iter().rfind(|number| *number < second)?,
        ([], [], [], []) if matches!(numbers.len(), 2 | 4 | 6) => *numbers.get(numbers.len() / 2)?,
        _ => return None,
    };
    Some((trimmed(tokens.get(..at)?), trimmed(tokens.get(at..)?)))
}

/// Without what parts two positions at either end.
fn trimmed(tokens: &[Token]) -> &[Token] {
    let is_between = |token: &&Token| matches!(token, Token::Between);
    let start = tokens.iter().take_while(is_between).count();
    let end = tokens.len() - tokens.iter().rev().take_while(is_between).count();
    tokens.get(start..end).unwrap_or_default()
}

fn part(tokens: &[Token]) -> Result<Part, CoordinatesError> {
    let mut part = Part::default();
    let mut parted = false;
    for (index, token) in tokens.iter().enumerate() {
        let at_end = index == 0 || index + 1 == tokens.len() || (index == 1 && part.label.is_some());
        match *token {
            Token::Number(number) => {
                part.numbers.push((number, None));
                parted = false;
            }
            Token::Unit(unit) => match part.numbers.last_mut() {
                Some((_, slot @ None)) if !parted => *slot = Some(unit),
                Some(_) | None => return Err(Unreadable),
            },
            Token::Hemisphere(axis, negative) if part.hemisphere.is_none() && at_end => {
                part.hemisphere = Some((axis, negative));
            }
            Token::Label(axis) if index == 0 => part.label = Some(axis),
            // After a label ("lat: 52"), or once between two numbers of one ("52-27.80").
            Token::Within if part.numbers.is_empty() && part.label.is_some() => {}
            Token::Within if !part.numbers.is_empty() && !parted => parted = true,
            Token::Hemisphere(..) | Token::Label(_) | Token::Within | Token::Between => return Err(Unreadable),
        }
    }
    if parted { Err(Unreadable) } else { Ok(part) }
}

impl Part {
    fn axis(&self) -> Result<Option<Axis>, CoordinatesError> {
        match (self.label, self.hemisphere.map(|(axis, _)| axis)) {
            (Some(label), Some(axis)) if label != axis => Err(Unreadable),
            (label, axis) => Ok(label.or(axis)),
        }
    }

    /// Microdegrees, at most `most` degrees.
    fn value(&self, most: u32) -> Result<i32, CoordinatesError> {
        let numbers = self.sexagesimal(most)?;
        let last = numbers.len().checked_sub(1).ok_or(Unreadable)?;
        let scale = 10_u128.pow(FRACTION_DIGITS);
        let mut sum: u128 = 0;
        for (index, number) in numbers.iter().enumerate() {
            if (number.has_fraction && index < last) || (index > 0 && number.sign.is_some()) {
                return Err(Unreadable);
            }
            if index > 0 && number.whole >= 60 {
                return Err(OutOfRange);
            }
            sum += (u128::from(number.whole) * scale + u128::from(number.fraction))
                * SECONDS.get(index).ok_or(Unreadable)?;
        }
        // Seconds of 10^-12, to microdegrees, rounded half up.
        let unit = 3_600 * scale;
        let micro = (sum * 1_000_000 + unit / 2) / unit;
        if micro > u128::from(most) * 1_000_000 {
            return Err(OutOfRange);
        }
        let micro = i32::try_from(micro).map_err(|_| OutOfRange)?;
        Ok(if self.is_negative()? { -micro } else { micro })
    }

    fn is_negative(&self) -> Result<bool, CoordinatesError> {
        let sign = self.numbers.first().and_then(|(number, _)| number.sign);
        match (self.hemisphere, sign) {
            // Twice said is said once or the other way round: nobody can tell.
            (Some(_), Some(Sign::Minus)) => Err(Unreadable),
            (Some((_, negative)), Some(Sign::Plus) | None) => Ok(negative),
            (None, sign) => Ok(sign == Some(Sign::Minus)),
        }
    }

    /// Degrees, minutes and seconds. One number of many digits with a hemisphere is all three, as instruments send it.
    fn sexagesimal(&self, most: u32) -> Result<Vec<Number>, CoordinatesError> {
        let units = [Unit::Degrees, Unit::Minutes, Unit::Seconds];
        let in_order = self.numbers.iter().zip(units).all(|((_, mark), unit)| mark.is_none_or(|mark| mark == unit));
        if self.numbers.len() > units.len() || !in_order {
            return Err(Unreadable);
        }
        let degree_digits = if most > 90 { 3 } else { 2 };
        let more = |number: &Number| number.whole_digits.checked_sub(degree_digits);
        match self.numbers.as_slice() {
            [(number, None)] if self.hemisphere.is_some() && more(number) == Some(2) => Ok(compact(*number, 1)),
            [(number, None)] if self.hemisphere.is_some() && more(number) == Some(4) => Ok(compact(*number, 2)),
            numbers => Ok(numbers.iter().map(|(number, _)| *number).collect()),
        }
    }
}

/// What one of each is in seconds.
const SECONDS: [u128; 3] = [3_600, 60, 1];

/// "5227.80" or "522746": two digits each for minutes and seconds, the rest degrees.
fn compact(number: Number, pairs: usize) -> Vec<Number> {
    let mut parts = Vec::new();
    let mut whole = number.whole;
    for _ in 0..pairs {
        parts.push(Number { whole: whole % 100, fraction: 0, has_fraction: false, ..number });
        whole /= 100;
    }
    parts.push(Number { whole, fraction: 0, has_fraction: false, ..number });
    if let Some(last) = parts.first_mut() {
        (last.fraction, last.has_fraction) = (number.fraction, number.has_fraction);
    }
    parts.reverse();
    for part in parts.iter_mut().skip(1) {
        part.sign = None;
    }
    parts
}
