//! Places as a table: a line of names, then a line for each place. All that is wrong is found, line by line.
//!
//! What a device would refuse at *Vastleggen* is refused here already. A ship's wrong number is taken with a warning, as
//! it is there: real ships carry wrong numbers.

use std::collections::HashMap;

use baken_protocol::catalogue::places::{KnownPlace, Places};
use baken_protocol::identifiers::{bag, bsn, eni, imo, kvk, mmsi, postcode};
use baken_protocol::ids::Code;
use baken_protocol::limits;
use baken_protocol::record::ExactPlace;
use baken_protocol::text;
use baken_protocol::vocabulary::Vocabulary;

use super::csv::{Row, rows};
use super::{Finding, ReadContent};

/// What a column may be called, in Dutch and as it is signed.
const NAMES: [(&str, &[&str]); 13] = [
    ("kind", &["soort", "soort plaats"]),
    ("district", &["wijk"]),
    ("neighbourhood", &["buurt"]),
    ("name", &["naam"]),
    ("address", &["adres", "straat en nummer"]),
    ("postcode", &[]),
    ("berth", &["ligplaats", "kade"]),
    ("imo", &["imo-nummer"]),
    ("mmsi", &["mmsi-nummer"]),
    ("eni", &["eni-nummer"]),
    ("fishingMark", &["visserijmerk", "visserijnummer"]),
    ("kvk", &["kvk-nummer"]),
    ("bag", &["bag-nummer", "bag-id"]),
];

/// Reads a table of places.
pub(super) fn read(file: &[u8]) -> Result<ReadContent, Vec<Finding>> {
    let mut rows = rows(file)?.into_iter();
    let head = rows.next().ok_or_else(|| vec![finding(1, "the file is empty")])?;
    let columns = columns(&head)?;
    let mut reader = Reader {
        vocabulary: Vocabulary::built_in(),
        columns: &columns,
        line: 0,
        places: Vec::new(),
        seen: HashMap::new(),
        warnings: Vec::new(),
        problems: Vec::new(),
    };
    for row in rows {
        reader.take(&row);
    }
    if reader.places.len() > limits::PLACES {
        reader.problems.push(finding(
            reader.line,
            &format!("{} places, and devices take {} at most", reader.places.len(), limits::PLACES),
        ));
    }
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    let (entries, warnings) = (reader.places.len(), reader.warnings);
    let content = serde_json::to_vec(&Places { places: reader.places })
        .map_err(|_| vec![finding(1, "the places cannot be written")])?;
    Ok(ReadContent { content, entries, warnings })
}

fn finding(line: usize, what: &str) -> Finding {
    Finding::in_line(line, what)
}

/// What each column is.
fn columns(head: &Row) -> Result<Vec<&'static str>, Vec<Finding>> {
    let (mut columns, mut problems) = (Vec::new(), Vec::new());
    for cell in &head.cells {
        let called = cell.trim().to_lowercase();
        let known = NAMES.iter().find(|(name, others)| name.to_lowercase() == called || others.contains(&&*called));
        match known {
            Some((name, _)) if columns.contains(name) => {
                problems.push(finding(head.line, &format!("column \"{}\" is there twice", cell.trim())));
            }
            Some((name, _)) => columns.push(*name),
            None => {
                let names: Vec<&str> =
                    NAMES.iter().map(|(name, others)| others.first().unwrap_or(name)).copied().collect();
                let what = format!("column \"{}\" is none of: {}", cell.trim(), names.join(", "));
                problems.push(finding(head.line, &what));
            }
        }
    }
    if problems.is_empty() && !columns.contains(&"kind") {
        problems.push(finding(head.line, "there is no column \"soort\" (the kind of place)"));
    }
    if problems.is_empty() { Ok(columns) } else { Err(problems) }
}

struct Reader<'a> {
    vocabulary: Vocabulary,
    columns: &'a [&'static str],
    line: usize,
    places: Vec<KnownPlace>,
    /// What was there before, and in which line.
    seen: HashMap<String, usize>,
    warnings: Vec<Finding>,
    problems: Vec<Finding>,
}

impl Reader<'_> {
    fn problem(&mut self, what: &str) {
        self.problems.push(finding(self.line, what));
    }

    fn warning(&mut self, what: &str) {
        self.warnings.push(finding(self.line, what));
    }

    fn take(&mut self, row: &Row) {
        self.line = row.line;
        if row.cells.len() > self.columns.len() {
            let what = format!("{} cells, and the first line has {}", row.cells.len(), self.columns.len());
            return self.problem(&what);
        }
        let cells: HashMap<&str, String> =
            self.columns.iter().copied().zip(row.cells.iter().map(|cell| line(cell))).collect();
        let cell = |name: &str| cells.get(name).cloned().unwrap_or_default();
        let before = self.problems.len();
        let (kind, district) = (self.kind(&cell("kind")), self.district(&cell("district")));
        let exact = ExactPlace::of_texts(cell);
        for (name, text) in exact.texts() {
            self.text(name, text);
        }
        let exact = self.identifiers(exact);
        if exact.texts().all(|(_, text)| text.is_empty()) {
            self.problem("says nothing but the kind of place");
        }
        if self.problems.len() > before {
            return;
        }
        let Some(kind) = kind else { return };
        let place = KnownPlace::new(kind, district, &exact);
        self.once(&place, &exact);
        self.places.push(place);
    }

    fn kind(&mut self, cell: &str) -> Option<Code> {
        if cell.is_empty() {
            self.problem("no kind of place");
            return None;
        }
        let kinds = &self.vocabulary.place_kinds;
        let found = kinds.iter().find(|it| is_called(cell, &it.code, &it.nl, &it.en)).map(|it| it.code.clone());
        if found.is_none() {
            self.problem(&format!("\"{cell}\" is no kind of place"));
        }
        found
    }

    fn district(&mut self, cell: &str) -> Option<Code> {
        let districts = &self.vocabulary.districts;
        let found = districts.iter().find(|it| is_called(cell, &it.code, &it.nl, &it.en)).map(|it| it.code.clone());
        if found.is_none() && !cell.is_empty() {
            self.problem(&format!("\"{cell}\" is no district"));
        }
        found
    }

    /// Whatever a cell begins with is a letter like any other: nothing here reckons.
    fn text(&mut self, name: &str, text: &str) {
        if text.chars().count() > limits::FIELD_CHARS {
            self.problem(&format!("{name} is longer than {} characters", limits::FIELD_CHARS));
        }
        if text.starts_with(['=', '+', '-', '@']) {
            self.warning(&format!("{name} begins as a formula does; it is kept as text"));
        }
        if ["name", "address", "berth", "neighbourhood"].contains(&name) && !bsn::find(text).is_empty() {
            self.problem(&format!("{name} holds what passes as a citizen service number (BSN)"));
        }
    }

    /// The same place with each number in its normal form, where it holds.
    fn identifiers(&mut self, exact: ExactPlace) -> ExactPlace {
        let ship = |read: Option<String>, text: &str, what: &str, reader: &mut Self| {
            if read.is_none() && !text.is_empty() {
                reader.warning(&format!("the {what} \"{text}\" does not hold; it is kept as it is"));
            }
            read.unwrap_or_else(|| text.to_owned())
        };
        let imo = ship(imo::check(&exact.imo).ok().map(|it| it.as_str().to_owned()), &exact.imo, "IMO number", self);
        let mmsi = ship(mmsi::check(&exact.mmsi).ok().map(|it| it.as_str().to_owned()), &exact.mmsi, "MMSI", self);
        let eni = ship(eni::check(&exact.eni).ok().map(|it| it.as_str().to_owned()), &exact.eni, "ENI number", self);
        let land = |read: Result<String, String>, text: &str, reader: &mut Self| match read {
            Ok(normal) => normal,
            Err(_) if text.is_empty() => String::new(),
            Err(why) => {
                reader.problem(&format!("\"{text}\": {why}"));
                String::new()
            }
        };
        let postcode = postcode::check(&exact.postcode).map(|it| it.as_str().to_owned()).map_err(|it| it.to_string());
        let postcode = land(postcode, &exact.postcode, self);
        let kvk = kvk::check(&exact.kvk).map(|it| it.as_str().to_owned()).map_err(|it| it.to_string());
        let kvk = land(kvk, &exact.kvk, self);
        let bag = bag::check(&exact.bag).map(|it| it.as_str().to_owned()).map_err(|it| it.to_string());
        let bag = land(bag, &exact.bag, self);
        ExactPlace { imo, mmsi, eni, postcode, kvk, bag, ..exact }
    }

    /// No place is there twice: neither all of it nor a ship's number.
    fn once(&mut self, place: &KnownPlace, exact: &ExactPlace) {
        let texts: Vec<String> = exact.texts().map(|(_, text)| text.to_lowercase()).collect();
        let whole = format!("{}\u{1f}{}", place.kind.as_str(), texts.join("\u{1f}"));
        let numbers = [("imo", &exact.imo), ("mmsi", &exact.mmsi), ("eni", &exact.eni)];
        let numbers = numbers.into_iter().filter(|(_, number)| !number.is_empty());
        let keys = std::iter::once(whole).chain(numbers.map(|(name, number)| format!("{name} {number}")));
        let first = keys.filter_map(|key| {
            let first = *self.seen.entry(key).or_insert(self.line);
            (first != self.line).then_some(first)
        });
        if let Some(first) = first.min() {
            self.problem(&format!("is in line {first} already"));
        }
    }
}

/// A cell as it is kept.
fn line(cell: &str) -> String {
    if text::is_blank(cell) { String::new() } else { text::written(cell).trim().to_owned() }
}

fn is_called(cell: &str, code: &Code, nl: &str, en: &str) -> bool {
    let cell = cell.to_lowercase();
    [code.as_str(), nl, en].iter().any(|name| name.to_lowercase() == cell)
}

#[cfg(test)]
mod tests;
