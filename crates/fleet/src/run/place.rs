//! The folder of `make run`: where each part of the demo stands, and that one run at a time has it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use fs4::{FileExt, TryLockError};
use rustix::fs::Mode;

/// A folder that this run has for itself. Parts are named as the caller named the folder, as a person would read them.
pub(crate) struct Place {
    folder: PathBuf,
    _lock: File,
}

impl Place {
    /// Makes the folder if it is missing, and takes it. Two runs at once would share one companion, and the first to end
    /// would stop the other's backend.
    pub(crate) fn take(folder: &Path) -> anyhow::Result<Self> {
        // Everything in it is for its owner alone, whoever of this run's programs makes it.
        rustix::process::umask(Mode::RWXG | Mode::RWXO);
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let lock = File::create(folder.join("run.lock"))?;
        match FileExt::try_lock(&lock) {
            Ok(()) => Ok(Self { folder: folder.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!("another 'make run' of this folder is open; close its window first")
            }
            Err(TryLockError::Error(error)) => Err(error).context("run.lock"),
        }
    }

    /// One part of it.
    pub(crate) fn part(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether a part is there, so made to its end.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.part(name).exists()
    }

    /// Where a part is made: aside and empty, so that half of one never counts.
    pub(crate) fn aside(&self, name: &str) -> anyhow::Result<PathBuf> {
        self.empty(&format!("{name}.new"))
    }

    /// Moves what was made aside to where it counts.
    pub(crate) fn settle(&self, name: &str) -> anyhow::Result<()> {
        let (aside, part) = (self.part(&format!("{name}.new")), self.part(name));
        fs::rename(&aside, &part).with_context(|| format!("{} cannot be moved into place", aside.display()))
    }

    /// A part that is made where it stands, without what a cut-off run left of it.
    pub(crate) fn empty(&self, name: &str) -> anyhow::Result<PathBuf> {
        let part = self.part(name);
        match fs::remove_dir_all(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be deleted", part.display()))
            }
            _ => Ok(part),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn refuses_a_second_run_of_a_folder_until_the_first_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let var = folder.path().join("var");
        let first = Place::take(&var).unwrap();
        let refused = Place::take(&var).err().unwrap();
        assert!(refused.to_string().contains("another 'make run' of this folder is open"), "{refused}");
        drop(first);
        assert!(Place::take(&var).is_ok());
    }

    #[test]
    fn half_of_a_part_does_not_count_and_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::take(folder.path()).unwrap();
        fs::create_dir(place.aside("story").unwrap()).unwrap();
        fs::write(place.part("story.new").join("half"), "").unwrap();
        assert!(!place.has("story"));
        let aside = place.aside("story").unwrap();
        assert!(!aside.exists());
        fs::create_dir(aside).unwrap();
        place.settle("story").unwrap();
        assert!(place.has("story"));
    }
}
