//! What was noted of the audit log elsewhere, at any time before. There is no key in the log: whoever rewrites it from
//! some line on leaves a chain that holds. That a noted line stands in it still shows that nothing before that line was
//! touched, since each line's hash covers all before it.

use std::str::FromStr;

use baken_protocol::digest::Digest;

use super::Report;
use crate::admin::fingerprint::typed;
use crate::storage::{Database, StorageError, UnitOfWork};

/// A line of the audit log that was noted: its hash, and its number where that was noted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotedLine {
    /// Its number.
    pub line: Option<u64>,
    /// Its hash.
    pub hash: Digest,
}

/// The text is nothing that was noted of an audit log.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not LINE:HEX as `verify` prints it, nor the 64 digits of its hash alone")]
pub struct NotedLineError;

impl FromStr for NotedLine {
    type Err = NotedLineError;

    /// Reads `LINE:HEX`, or the hash alone, as somebody typed it.
    fn from_str(text: &str) -> Result<Self, NotedLineError> {
        let numbered = text.split_once(':').and_then(|(line, hash)| {
            let line = line.trim().parse().ok()?;
            Some(Self { line: Some(line), hash: typed(hash).ok()? })
        });
        let alone = || typed(text).ok().map(|hash| Self { line: None, hash });
        numbered.or_else(alone).ok_or(NotedLineError)
    }
}

impl Report {
    /// Holds the audit log to what was noted of it.
    pub fn expect_audit(&mut self, storage: &dyn Database, noted: &[NotedLine]) -> Result<(), StorageError> {
        let lines = self.audit_lines;
        let found = storage.read::<_, StorageError>(|tx| {
            noted.iter().map(|note| Ok((*note, tx.line_with(note.hash)?))).collect::<Result<Vec<_>, _>>()
        })?;
        let is_as_noted =
            |(note, line): &&(NotedLine, Option<u64>)| line.is_some() && note.line.is_none_or(|it| Some(it) == *line);
        let known = found.iter().filter(is_as_noted).filter_map(|(_, line)| *line).max();
        for (note, line) in found.iter().filter(|it| !is_as_noted(it)) {
            let from = known.unwrap_or(0) + 1;
            self.faults.push(match (line, note.line) {
                (Some(line), noted) => format!(
                    "line {line} of the audit log is the one that was noted as line {}: lines before it were added or \
                     taken out",
                    noted.unwrap_or_default()
                ),
                (None, Some(noted)) if noted > lines => format!(
                    "the audit log has {lines} lines, and line {noted} was noted: what came after line {} was taken away or \
                     rewritten (after a restore, what came after the backup)",
                    known.unwrap_or(0)
                ),
                (None, Some(noted)) => {
                    format!("line {noted} of the audit log is not the one that was noted: it differs from some line between {from} and {noted} on")
                }
                (None, None) => format!(
                    "no line of the audit log has the noted hash {}: it differs from line {from} or a later one on",
                    note.hash
                ),
            });
        }
        self.audit_as_noted = known;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_as_it_was_printed_and_as_somebody_writes_it_down() {
        let hash = Digest::of(b"line");
        let pairs: Vec<String> =
            hash.to_string().as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into()).collect();
        for (text, line) in [
            (hash.to_string(), None),
            (format!("12:{hash}"), Some(12)),
            (format!(" 12: {}", hash.to_string().to_uppercase()), Some(12)),
            (pairs.join(":"), None),
        ] {
            assert_eq!(text.parse(), Ok(NotedLine { line, hash }), "{text}");
        }
        for wrong in ["", "12", "12:", "twaalf:ab"] {
            assert_eq!(wrong.parse::<NotedLine>(), Err(NotedLineError), "{wrong}");
        }
    }
}
