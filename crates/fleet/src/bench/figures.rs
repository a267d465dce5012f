//! Figures as they come: each is told at once and kept for one table at the end, which can stand in docs/BENCHMARKS.md.

use std::fmt;

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Figure {
    part: String,
    what: String,
    value: String,
}

/// All that was measured so far.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    part: String,
    rows: Vec<Figure>,
}

impl Figures {
    /// Begins a part of the table.
    pub(crate) fn part(&mut self, part: impl Into<String>) {
        self.part = part.into();
        crate::say(format!("\n== {}", self.part));
    }

    /// Tells one figure.
    pub(crate) fn tell(&mut self, what: &str, figure: impl fmt::Display) {
        self.line(&format!("{what}: {figure}"));
    }

    /// Tells a line of a program that measures. It is a figure if it reads `what: figure`.
    pub(crate) fn line(&mut self, line: &str) {
        println!("{line}");
        if let Some((what, figure)) = line.trim().split_once(": ") {
            let (part, what, value) = (self.part.clone(), what.trim().to_owned(), figure.trim().to_owned());
            self.rows.push(Figure { part, what, value });
        }
    }
}

/// As Markdown. A part is named on its first line alone.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| part | what | figure |\n|---|---|---|")?;
        let mut named = "";
        for Figure { part, what, value } in &self.rows {
            let told = if part == named { "" } else { part };
            writeln!(f, "| {} | {} | {} |", cell(told), cell(what), cell(value))?;
            named = part;
        }
        Ok(())
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_names_each_part_once() {
        let mut figures = Figures::default();
        figures.part("Sync");
        figures.tell("requests", 36);
        figures.line("  by nothing, order due: 10.8 ms (p95 14.4), 10000 fit ");
        figures.part("Office");
        figures.line("start 1: unlock screen after 0.5 s: a | b");
        let table = "\
| part | what | figure |
|---|---|---|
| Sync | requests | 36 |
|  | by nothing, order due | 10.8 ms (p95 14.4), 10000 fit |
| Office | start 1 | unlock screen after 0.5 s: a \\| b |
";
        assert_eq!(figures.to_string(), table);
    }

    #[test]
    fn a_line_that_is_no_figure_stays_out_of_the_table() {
        let mut figures = Figures::default();
        figures.part("Office");
        figures.line("10000 observations");
        figures.line("http://127.0.0.1:8787");
        assert!(figures.rows.is_empty());
    }
}
