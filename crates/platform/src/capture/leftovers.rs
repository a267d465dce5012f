//! What a killed process left in the handover folder. Each file is taken in or deleted; none stays for a second start.

use std::io;
use std::path::Path;

use super::CaptureName;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The store has its key: it is opened, kept and then deleted.
    Take(CaptureName),
    /// Nobody has its key, or nobody made a file of this name: it can never be opened.
    Delete,
}

/// What becomes of the file of this name. Pure.
pub fn fate(file_name: &str, has_key: impl Fn(CaptureName) -> bool) -> Fate {
    match CaptureName::parse(file_name) {
        Some(name) if has_key(name) => Fate::Take(name),
        Some(_) | None => Fate::Delete,
    }
}

/// Deletes what nobody can open, and names what is to be taken in. Called after an unlock, since the keys are in the
/// store, and while nothing is being captured. A folder that is not there has nothing in it.
pub fn sweep(folder: &Path, has_key: impl Fn(CaptureName) -> bool) -> io::Result<Vec<CaptureName>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut to_take = Vec::new();
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            continue;
        }
        let name = entry.file_name();
        match fate(name.to_str().unwrap_or_default(), &has_key) {
            Fate::Take(name) => to_take.push(name),
            Fate::Delete => std::fs::remove_file(entry.path())?,
        }
    }
    Ok(to_take)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::Kind;
    use super::*;

    #[test]
    fn the_sweep_keeps_what_the_store_has_a_key_for_and_deletes_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let known = CaptureName { kind: Kind::Photo, id: Uuid::from_u128(1) };
        let unknown = CaptureName { kind: Kind::Sound, id: Uuid::from_u128(2) };
        for name in [known.file_name(), unknown.file_name(), "photo.jpg".into()] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        assert_eq!(sweep(folder.path(), |name| name == known).unwrap(), [known]);
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [std::ffi::OsString::from(known.file_name())]);
    }

    #[test]
    fn a_folder_that_is_not_there_has_nothing_to_sweep() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(sweep(&folder.path().join("handover"), |_| true).unwrap(), []);
    }
}
