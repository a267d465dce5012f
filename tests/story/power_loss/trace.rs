//! What a program asked of its disk, read from what `strace -f -y -xx` wrote down. A call that may change a file and is not
//! known here fails the run: what is not put together again would be taken for something that no failure harms.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

/// One change of what is in the device's folder, by names within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Create(String),
    Write {
        name: String,
        at: u64,
        bytes: Vec<u8>,
    },
    Cut {
        name: String,
        length: u64,
    },
    Sync(String),
    SyncFolder,
    Remove(String),
    Rename {
        from: String,
        to: String,
    },
    /// A line of the file of marks.
    Mark(String),
}

struct OpenFile {
    at: u64,
    appends: bool,
}

/// Reads the changes of what is in `home`, and the lines of `marks`.
pub(super) fn read(lines: impl BufRead, home: &Path, marks: &Path) -> Vec<Change> {
    let mut reader =
        Reader { home: home.display().to_string(), marks: marks.display().to_string(), ..Reader::default() };
    let mut unfinished: HashMap<String, String> = HashMap::new();
    for line in lines.lines() {
        let line = line.unwrap();
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread.to_owned(), begun.to_owned());
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let end = resumed.split_once("resumed>").unwrap().1;
            if let Some(begun) = unfinished.remove(thread) {
                reader.call(&format!("{begun}{end}"));
            }
        } else {
            reader.call(rest);
        }
    }
    reader.changes
}

#[derive(Default)]
struct Reader {
    home: String,
    marks: String,
    open: HashMap<i32, OpenFile>,
    lengths: HashMap<String, u64>,
    changes: Vec<Change>,
}

impl Reader {
    fn call(&mut self, text: &str) {
        let Some((call, rest)) = text.split_once('(') else { return };
        let Some((arguments, result)) = rest.rsplit_once(" = ") else { return };
        let result: i64 = match result.split([' ', '<']).next().unwrap().parse() {
            // What failed changed nothing.
            Ok(result) if result >= 0 => result,
            _ => return,
        };
        let arguments = parts(arguments.trim_end().strip_suffix(')').unwrap());
        self.done(call, &arguments, result);
    }

    fn done(&mut self, call: &str, arguments: &[String], result: i64) {
        match call {
            "openat" | "open" | "creat" => self.opened(arguments, result),
            "close" => {
                self.open.remove(&descriptor(&arguments[0]).0);
            }
            "lseek" => {
                if let Some(file) = self.open.get_mut(&descriptor(&arguments[0]).0) {
                    file.at = u64::try_from(result).unwrap();
                }
            }
            "write" | "pwrite64" => self.written(arguments, call == "pwrite64"),
            "ftruncate" => {
                if let Some(name) = self.within(&descriptor(&arguments[0]).1) {
                    self.cut(name, arguments[1].parse().unwrap());
                }
            }
            "fsync" | "fdatasync" => {
                let path = descriptor(&arguments[0]).1;
                if path == self.home {
                    self.changes.push(Change::SyncFolder);
                } else if let Some(name) = self.within(&path) {
                    self.changes.push(Change::Sync(name));
                }
            }
            "unlink" | "unlinkat" => {
                let path = arguments.iter().find(|it| it.starts_with('"')).map(|it| text(it)).unwrap();
                if let Some(name) = self.within(&path) {
                    self.lengths.remove(&name);
                    self.changes.push(Change::Remove(name));
                }
            }
            "rename" | "renameat" | "renameat2" => self.renamed(arguments),
            other => {
                let touches =
                    arguments.iter().any(|it| self.within(&descriptor(it).1).or(self.within(&text(it))).is_some());
                assert!(!touches, "{other} is a change that nothing here puts together: {arguments:?}");
            }
        }
    }

    fn opened(&mut self, arguments: &[String], result: i64) {
        let path = arguments.iter().find(|it| it.starts_with('"')).map(|it| text(it)).unwrap();
        let is_marks = path == self.marks;
        let Some(name) = self.within(&path).or_else(|| is_marks.then(|| path.clone())) else { return };
        let flags = arguments.iter().find(|it| it.contains("O_")).unwrap();
        if !is_marks {
            if flags.contains("O_CREAT") && !self.lengths.contains_key(&name) {
                self.lengths.insert(name.clone(), 0);
                self.changes.push(Change::Create(name.clone()));
            } else if flags.contains("O_TRUNC") {
                self.cut(name.clone(), 0);
            }
        }
        let file = OpenFile { at: 0, appends: flags.contains("O_APPEND") };
        self.open.insert(i32::try_from(result).unwrap(), file);
    }

    fn written(&mut self, arguments: &[String], is_at: bool) {
        let (number, path) = descriptor(&arguments[0]);
        let bytes = bytes(&arguments[1]);
        if path == self.marks {
            let lines = String::from_utf8(bytes).unwrap();
            self.changes.extend(lines.lines().map(|line| Change::Mark(line.to_owned())));
            return;
        }
        let Some(name) = self.within(&path) else { return };
        let end = self.lengths.get(&name).copied().unwrap_or_default();
        let file = self.open.get_mut(&number).unwrap_or_else(|| panic!("{path} was written and never opened"));
        let at = if is_at {
            arguments[3].parse().unwrap()
        } else if file.appends {
            end
        } else {
            file.at
        };
        let after = at + bytes.len() as u64;
        if !is_at {
            file.at = after;
        }
        self.lengths.insert(name.clone(), end.max(after));
        self.changes.push(Change::Write { name, at, bytes });
    }

    fn renamed(&mut self, arguments: &[String]) {
        let paths: Vec<String> = arguments.iter().filter(|it| it.starts_with('"')).map(|it| text(it)).collect();
        let [from, to] = [&paths[0], &paths[1]].map(|path| self.within(path));
        match (from, to) {
            (None, None) => {}
            (Some(from), Some(to)) => {
                let length = self.lengths.remove(&from).unwrap_or_default();
                self.lengths.insert(to.clone(), length);
                self.changes.push(Change::Rename { from, to });
            }
            other => panic!("renamed into the folder or out of it: {other:?}"),
        }
    }

    fn cut(&mut self, name: String, length: u64) {
        self.lengths.insert(name.clone(), length);
        self.changes.push(Change::Cut { name, length });
    }

    /// The name within the folder. What SQLite shares between processes is made anew after each start.
    fn within(&self, path: &str) -> Option<String> {
        let path = path.trim_end_matches(" (deleted)");
        let name = path.strip_prefix(&self.home)?.strip_prefix('/')?;
        (!name.ends_with("-shm")).then(|| name.to_owned())
    }
}

/// The arguments of a call: what is quoted or in brackets holds commas of its own.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut is_quoted) = (Vec::new(), String::new(), 0_u32, false);
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '<' | '{' | '[' if !is_quoted => depth += 1,
            '>' | '}' | ']' if !is_quoted => depth -= 1,
            ',' if !is_quoted && depth == 0 => {
                parts.push(std::mem::take(&mut part).trim().to_owned());
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    parts.push(part.trim().to_owned());
    parts
}

/// `5</a/path>`: a number and what it stands for.
fn descriptor(argument: &str) -> (i32, String) {
    let Some((number, path)) = argument.split_once('<') else { return (-1, String::new()) };
    (number.parse().unwrap_or(-1), unhex(path.strip_suffix('>').unwrap_or(path)))
}

fn text(argument: &str) -> String {
    String::from_utf8(bytes(argument)).unwrap_or_default()
}

fn unhex(text: &str) -> String {
    if text.contains("\\x") { String::from_utf8(bytes(&format!("\"{text}\""))).unwrap() } else { text.to_owned() }
}

/// What is quoted as `\x00\x01…`.
fn bytes(argument: &str) -> Vec<u8> {
    let Some(quoted) = argument.strip_prefix('"') else { return Vec::new() };
    let quoted =
        quoted.strip_suffix('"').unwrap_or_else(|| panic!("strace cut off what was written: give it a longer -s"));
    quoted.split("\\x").skip(1).map(|pair| u8::from_str_radix(&pair[..2], 16).unwrap()).collect()
}
