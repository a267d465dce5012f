//! Finds citizen numbers (*burgerservicenummers*) in text, so that the observer can be warned and
//! take them out: a municipality's partners may not record them (UAVG, article 46).
//!
//! A BSN has nine digits; with the weights 9, 8, 7, 6, 5, 4, 3, 2, −1 their sum is a multiple of 11 (the
//! *elfproef*, Logisch Ontwerp BSN). About one number in eleven passes by chance, so a find is a
//! suspicion: it warns, and the observer decides.
//!
//! A number is looked for in a chain: groups of digits with no more than a few characters between them that are neither letter nor
//! digit, line ends and any width of blanks included; what is not seen is passed over, and digits of any script count. It may be the whole chain, however
//! grouped ("1112 22 333"), the whole of what single dots, dashes and spaces hold together in it, or, within a longer
//! one such as a list, nine digits together or grouped 3-3-3 or 4-2-3.
//!
//! Taken out of a chain first, since they are numbers of their own ([`other_numbers`]): a date, a time of day, a phone
//! number with its country code ("+31 6 …", "0031 6 …"). What stands before and after them is searched as if they were
//! not there. Passed over is what its own word names: an MMSI of a ship after "MMSI", a mobile number without its 0
//! after "tel".
//!
//! Deliberately absent: eight digits (a dropped leading zero), which would report every company number and date.

mod chains;
mod other_numbers;

use std::ops::Range;

use chains::{Group, chains};

use crate::text;

/// What stands in place of a number that was masked.
const MASK: &str = "[BSN]";

/// Where a citizen number stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Byte offsets in the UTF-8 text, on character boundaries.
    pub bytes: Range<usize>,
    /// The same place in UTF-16 code units, as JavaScript counts.
    pub utf16: Range<usize>,
}

/// The citizen numbers in `text`, in order and without overlap.
pub fn find(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for chain in chains(text) {
        search(chain.groups.get(other_numbers::named_groups(&chain)..).unwrap_or_default(), &mut found);
    }
    found
}

/// The nine digits at a place that [`find`] answered, as ASCII: one number is the same however it was written.
pub fn digits_at(text: &str, span: &Span) -> String {
    let written = text.get(span.bytes.clone()).unwrap_or_default();
    written.chars().map(text::digits).collect()
}

/// `text` with "[BSN]" in place of every citizen number.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for span in find(text) {
        masked.push_str(text.get(kept..span.bytes.start).unwrap_or_default());
        masked.push_str(MASK);
        kept = span.bytes.end;
    }
    masked.push_str(text.get(kept..).unwrap_or_default());
    masked
}

/// Finds the numbers of one chain. Whatever is found splits it, and what remains on each side is judged as if it stood
/// alone, as it does once the number is masked.
fn search(groups: &[Group], found: &mut Vec<Span>) {
    let Some(hit) = first(groups) else { return };
    search(groups.get(..hit.groups.start).unwrap_or_default(), found);
    found.extend(hit.number);
    search(groups.get(hit.groups.end..).unwrap_or_default(), found);
}

/// Something that splits a chain: a citizen number, or a number that is none.
struct Hit {
    groups: Range<usize>,
    number: Option<Span>,
}

/// What splits a chain first: numbers of other kinds, then all of it, then its parts.
fn first(groups: &[Group]) -> Option<Hit> {
    other_numbers::first(groups)
        .map(|groups| Hit { groups, number: None })
        .or_else(|| whole(groups, 0..groups.len()))
        .or_else(|| tight(groups).find_map(|part| whole(groups, part)))
        .or_else(|| (0..groups.len()).find_map(|start| within(groups, start)))
}

/// The parts that single dots, dashes and spaces hold together.
fn tight(groups: &[Group]) -> impl Iterator<Item = Range<usize>> + '_ {
    let loose = groups.iter().enumerate().filter(|(index, group)| *index > 0 && !group.is_tight());
    let ends = loose.map(|(index, _)| index).chain([groups.len()]);
    ends.scan(0, |start, end| Some(std::mem::replace(start, end)..end))
}

/// A part of the chain as one number.
fn whole(groups: &[Group], part: Range<usize>) -> Option<Hit> {
    let number = groups.get(part.clone())?;
    let count: usize = number.iter().map(|group| group.digits.len()).sum();
    let span = (count == 9 && passes(number)).then(|| spanning(number)).flatten()?;
    Some(Hit { groups: part, number: Some(span) })
}

/// The number that begins with the group at `start` and is grouped as people group it.
fn within(groups: &[Group], start: usize) -> Option<Hit> {
    let length = |ahead: usize| groups.get(start + ahead).map(|group| group.digits.len());
    let count = match (length(0)?, length(1), length(2)) {
        (9, _, _) => 1,
        (3, Some(3), Some(3)) | (4, Some(2), Some(3)) => 3,
        _ => return None,
    };
    let number = groups.get(start..start + count)?;
    let mut separators = number.iter().skip(1).map(|group| &group.separator);
    let first = separators.next();
    let uniform = separators.all(|separator| Some(separator) == first);
    if uniform { whole(groups, start..start + count) } else { None }
}

fn spanning(groups: &[Group]) -> Option<Span> {
    let (first, last) = (&groups.first()?.span, &groups.last()?.span);
    Some(Span { bytes: first.bytes.start..last.bytes.end, utf16: first.utf16.start..last.utf16.end })
}

/// The *elfproef*. Nine zeros pass it, but were never issued.
fn passes(groups: &[Group]) -> bool {
    let digits = || groups.iter().flat_map(|group| &group.digits).map(|digit| i32::from(*digit));
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = digits().zip(weights).map(|(digit, weight)| digit * weight).sum();
    sum % 11 == 0 && digits().any(|digit| digit != 0)
}

#[cfg(test)]
mod tests;
