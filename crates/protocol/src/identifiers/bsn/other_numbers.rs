//! Numbers that are none of a citizen, told by what they look like or by the word before them: a date, a time of day, a
//! phone number with its country code, an MMSI, a mobile number without its 0.
//!
//! Each is told strictly: what is taken for another number hides a citizen number in it.

use std::ops::Range;

use super::chains::{Chain, Group};
use super::passes;

/// Digits of a phone number after its "+" or "00": no neighbour has fewer, and longer ones are two numbers.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=13;
/// Countries whose numbers have nine digits after the code (ITU-T E.164). Nine digits that could be a citizen number are
/// taken for the rest of a phone number after one of these only.
const NINE_DIGITS: [u32; 34] = [
    31, 32, 33, 34, 40, 41, 48, 51, 56, 61, 66, 84, 94, 212, 213, 233, 237, 251, 254, 255, 256, 351, 355, 359, 380,
    381, 385, 420, 421, 593, 855, 966, 971, 998,
];
/// Words that name the phone number after them.
const PHONE_WORDS: [&str; 8] = ["tel", "telefoon", "foon", "mobiel", "mob", "gsm", "phone", "whatsapp"];

/// The first of them in a chain, those that a word names apart.
pub(super) fn first(groups: &[Group]) -> Option<Range<usize>> {
    (0..groups.len()).find_map(|start| date_or_time(groups, start).or_else(|| phone(groups, start)))
}

/// A date (day, month, year or the other way round) or a time of day that begins at `start`.
fn date_or_time(groups: &[Group], start: usize) -> Option<Range<usize>> {
    let at = |ahead: usize| groups.get(start + ahead);
    let length = |ahead: usize| at(ahead).map_or(0, |group| group.digits.len());
    let value = |ahead: usize| at(ahead).map_or(0, Group::value);
    let joined = |ahead: usize| at(ahead).map_or("", |group| group.separator.as_str());
    let short = |ahead: usize| (1..=2).contains(&length(ahead));
    let year = |ahead: usize| length(ahead) == 4 && (1900..=2099).contains(&value(ahead));
    let alike = joined(1) == joined(2) && matches!(joined(1), "-" | "." | "/" | " ");
    let day_first = short(0) && short(1) && year(2) && (1..=31).contains(&value(0)) && (1..=12).contains(&value(1));
    let year_first = year(0) && short(1) && short(2) && (1..=12).contains(&value(1)) && (1..=31).contains(&value(2));
    if alike && (day_first || year_first) {
        return Some(start..start + 3);
    }
    let time = short(0) && length(1) == 2 && joined(1) == ":" && value(0) < 24 && value(1) < 60;
    time.then(|| start..start + 2)
}

/// A phone number with its country code: "+31 6 …" anywhere, "0031 6 …" where a chain begins. Its groups are joined as
/// those of one number, with "(0)" among them.
fn phone(groups: &[Group], start: usize) -> Option<Range<usize>> {
    let first = groups.get(start)?;
    let zeros = if first.separator.ends_with('+') {
        0
    } else if start == 0 && first.digits.starts_with(&[0, 0]) {
        2
    } else {
        return None;
    };
    let mut digits = 0;
    for (index, group) in groups.iter().enumerate().skip(start) {
        if index > start && !joined(groups, index) {
            return None;
        }
        if group.digits.len() == 9
            && passes(std::slice::from_ref(group))
            && !after_nine_digit_code(groups, start, index, zeros)
        {
            return None;
        }
        digits += group.digits.len();
        if let Some(count) = digits.checked_sub(zeros)
            && count >= *PHONE_DIGITS.start()
        {
            return PHONE_DIGITS.contains(&count).then(|| start..index + 1);
        }
    }
    None
}

/// Whether the group at `index` goes on with the phone number before it.
fn joined(groups: &[Group], index: usize) -> bool {
    let zero_in_brackets = |index: usize| groups.get(index).is_some_and(|group| group.digits == [0]);
    let between = groups.get(index).map_or("", |group| group.separator.as_str());
    match between {
        " " | "." | "-" | "/" => true,
        "(" | " (" => zero_in_brackets(index),
        ")" | ") " => index > 0 && zero_in_brackets(index - 1),
        _ => false,
    }
}

fn after_nine_digit_code(groups: &[Group], start: usize, index: usize, zeros: usize) -> bool {
    let before = groups.get(start..index).unwrap_or_default();
    let digits = before.iter().flat_map(|group| &group.digits).skip(zeros);
    let code = digits.take(6).fold(0, |code, digit| code * 10 + u32::from(*digit));
    NINE_DIGITS.contains(&code)
}

/// How many groups at the start of a chain are the number that the word before it names.
pub(super) fn named_groups(chain: &Chain) -> usize {
    let word = chain.word.trim_end_matches("nummer").trim_end_matches("nr");
    let form: fn(u8) -> bool = if word.ends_with("mmsi") {
        |digit| (2..=7).contains(&digit)
    } else if PHONE_WORDS.iter().any(|known| word.ends_with(known)) {
        |digit| digit == 6
    } else {
        return 0;
    };
    let fits = chain.groups.first().and_then(|group| group.digits.first()).is_some_and(|digit| form(*digit));
    let mut digits = 0;
    let end = chain.groups.iter().enumerate().take_while(|(index, group)| *index == 0 || group.is_tight());
    let last = end.map(|(index, group)| (index, group.digits.len())).find(|(_, count)| {
        digits += count;
        digits >= 9
    });
    last.filter(|_| fits && digits == 9).map_or(0, |(index, _)| index + 1)
}
