//! The data folder as this process has it: for itself alone, and for its owner alone.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use fs4::{FileExt, TryLockError};

use crate::access::Access;
use crate::failure::Failure;

/// Held while the program runs: two processes on one folder would be two histories.
pub(crate) struct Claim {
    pub(crate) access: Access,
    /// None on a read-only medium on which nobody ever ran: there nobody can write a second history.
    _lock: Option<File>,
}

/// Makes the folder if it is missing, and claims it.
pub(crate) fn claim(folder: &Path) -> Result<Claim, Failure> {
    make(folder)?;
    keep_to_owner(folder, set_mode)?;
    let path = folder.join("in-use");
    let (access, lock) = match File::create(&path) {
        Ok(file) => (Access::ReadWrite, Some(file)),
        Err(error) if cannot_be_written(&error) => (Access::ReadOnly, File::open(&path).ok()),
        // A full disk has no room for a new file; one that is there already is good.
        Err(error) => (Access::ReadWrite, Some(File::open(&path).map_err(|_| error)?)),
    };
    match lock.as_ref().map(FileExt::try_lock) {
        None | Some(Ok(())) => {}
        Some(Err(TryLockError::WouldBlock)) => return Err(Failure::InUse),
        Some(Err(TryLockError::Error(error))) => return Err(error.into()),
    }
    Ok(Claim { access, _lock: lock })
}

fn cannot_be_written(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    // Never open to others, not even for a moment; and some file systems take the mode only now.
    fs::DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
const OWNER_ONLY: u32 = 0o700;

#[cfg(unix)]
fn set_mode(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(OWNER_ONLY))
}

/// Sees to it that nobody else can look into the folder. Where the file system refuses (CIFS, exFAT) it says which
/// folder that is, before anything is put into it. What is in it already stays as it is, and can be opened.
#[cfg(unix)]
fn keep_to_owner(folder: &Path, set_mode: impl Fn(&Path) -> io::Result<()>) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let is_the_owners = || Ok::<_, io::Error>(fs::metadata(folder)?.permissions().mode() & 0o777 == OWNER_ONLY);
    // Asked again afterwards: some (exFAT in user space) say yes, and change nothing.
    if is_the_owners()? || set_mode(folder).is_ok() && is_the_owners()? {
        return Ok(());
    }
    if folder.join("vault.json").exists() {
        tracing::warn!("others can see the files of the data folder; what is in them is encrypted");
        return Ok(());
    }
    Err(Failure::FolderPermissions { folder: folder.to_owned() })
}

#[cfg(not(unix))]
fn set_mode(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// On Windows the folder stands in the user's own profile and inherits its permissions.
#[cfg(not(unix))]
fn keep_to_owner(folder: &Path, set_mode: impl Fn(&Path) -> io::Result<()>) -> Result<(), Failure> {
    Ok(set_mode(folder)?)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn refuses(_: &Path) -> io::Result<()> {
        Err(io::Error::from_raw_os_error(1))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the real one is called")]
    fn says_yes_and_changes_nothing(_: &Path) -> io::Result<()> {
        Ok(())
    }

    fn open_to_others() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    #[test]
    fn a_file_system_that_refuses_permissions_is_named_before_anything_is_put_there() {
        let folder = open_to_others();
        for set_mode in [refuses, says_yes_and_changes_nothing] {
            let refused = keep_to_owner(folder.path(), set_mode);
            assert!(matches!(refused, Err(Failure::FolderPermissions { folder: named }) if named == folder.path()));
        }
        assert!(keep_to_owner(folder.path(), super::set_mode).is_ok());
    }

    #[test]
    fn what_stands_on_such_a_file_system_can_still_be_opened() {
        let folder = open_to_others();
        fs::write(folder.path().join("vault.json"), "{}").unwrap();
        assert!(keep_to_owner(folder.path(), refuses).is_ok());
        assert!(keep_to_owner(folder.path(), says_yes_and_changes_nothing).is_ok());
    }

    #[test]
    fn a_folder_made_here_needs_no_change_of_permissions() {
        let folder = tempfile::tempdir().unwrap().path().join("home");
        make(&folder).unwrap();
        assert!(keep_to_owner(&folder, refuses).is_ok());
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }
}
