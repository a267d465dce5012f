//! A table as spreadsheets save it (RFC 4180, and with a semicolon as Dutch ones do): rows of texts, with their lines.
//!
//! Written here since all that is wrong is to be told at once, by line, and a cell is never anything but text.

use super::Finding;

/// A row.
pub(super) struct Row {
    /// The line it begins in, from 1.
    pub(super) line: usize,
    /// Its cells as they were, without the quotation marks around them.
    pub(super) cells: Vec<String>,
}

/// The rows of a file; empty lines are none.
pub(super) fn rows(file: &[u8]) -> Result<Vec<Row>, Vec<Finding>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text = std::str::from_utf8(file).map_err(|_| not_utf8(file))?;
    let separator = separator(text.lines().next().unwrap_or_default());
    let mut reader = Reader { rows: Vec::new(), row: Row { line: 1, cells: Vec::new() }, cell: String::new(), line: 1 };
    reader.read(text, separator)?;
    Ok(reader.rows)
}

/// Every line that holds other bytes, by its number.
fn not_utf8(file: &[u8]) -> Vec<Finding> {
    let is_bad = |(_, line): &(usize, &[u8])| std::str::from_utf8(line).is_err();
    (1..)
        .zip(file.split(|byte| *byte == b'\n'))
        .filter(is_bad)
        .map(|(line, _)| {
            let what = "holds letters in another encoding than UTF-8; save the file as \"CSV UTF-8\"";
            Finding::in_line(line, what)
        })
        .collect()
}

/// What stands between the cells: whichever the first line has more of.
fn separator(first: &str) -> char {
    let count = |separator| first.matches(separator).count();
    if count(';') > count(',') { ';' } else { ',' }
}

struct Reader {
    rows: Vec<Row>,
    row: Row,
    cell: String,
    line: usize,
}

impl Reader {
    fn read(&mut self, text: &str, separator: char) -> Result<(), Vec<Finding>> {
        let mut characters = text.chars().peekable();
        let (mut quoted, mut opened_at) = (false, 0);
        while let Some(character) = characters.next() {
            if character == '\n' {
                self.line += 1;
            }
            match character {
                '"' if quoted && characters.next_if_eq(&'"').is_some() => self.cell.push('"'),
                '"' if quoted => quoted = false,
                other if quoted => self.cell.push(other),
                '"' if self.cell.is_empty() => (quoted, opened_at) = (true, self.line),
                '\r' if characters.peek() == Some(&'\n') => {}
                '\n' => self.end_row(),
                other if other == separator => self.end_cell(),
                other => self.cell.push(other),
            }
        }
        if quoted {
            return Err(vec![Finding::in_line(opened_at, "a quotation mark is opened and never closed")]);
        }
        self.end_row();
        Ok(())
    }

    fn end_cell(&mut self) {
        self.row.cells.push(std::mem::take(&mut self.cell));
    }

    fn end_row(&mut self) {
        self.end_cell();
        let row = std::mem::replace(&mut self.row, Row { line: self.line, cells: Vec::new() });
        if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            self.rows.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        rows(text.as_bytes()).unwrap().into_iter().map(|row| (row.line, row.cells)).collect()
    }

    fn row(line: usize, cells: [&str; 2]) -> (usize, Vec<String>) {
        (line, cells.map(str::to_owned).to_vec())
    }

    #[test]
    fn reads_commas_semicolons_quotation_marks_and_every_kind_of_line_end() {
        let expected = [row(1, ["a", "b"]), row(2, ["x, y", "say \"ja\""]), row(4, ["two\nlines", ""])];
        assert_eq!(read("a,b\n\"x, y\",\"say \"\"ja\"\"\"\n\n\"two\nlines\",\n"), expected);
        assert_eq!(read("\u{feff}a;b\r\nx, y;\"say \"\"ja\"\"\"\r\n;\r\n\"two\nlines\";"), expected);
    }

    #[test]
    fn a_quotation_mark_inside_a_cell_is_a_letter() {
        assert_eq!(read("a,b\n5\" pijp,x"), [row(1, ["a", "b"]), row(2, ["5\" pijp", "x"])]);
    }

    #[test]
    fn names_every_line_of_another_encoding_and_a_quotation_mark_that_is_never_closed() {
        let found = rows(b"naam\nCaf\xe9\nHotel\nBarri\xe8re").err().unwrap();
        assert_eq!(found.iter().map(|it| it.place.as_str()).collect::<Vec<_>>(), ["line 2", "line 4"]);
        let found = rows(b"naam\nHotel\n\"De Pier\nx").err().unwrap();
        assert_eq!(found.first().map(|it| it.place.as_str()), Some("line 3"));
    }
}
