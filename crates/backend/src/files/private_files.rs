//! Folders and files that nobody else on this machine may read, from the moment they exist, and that are there after
//! the power fails.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A folder that others can read, and whose file system lets nobody change that.
#[derive(Debug, thiserror::Error)]
#[error(
    "others on this machine could read {0}: its file system keeps no permissions (CIFS, exFAT and FAT do not). Name a \
     folder on a disk of this machine (ext4, XFS, Btrfs), or mount this one for this user alone (uid=…, \
     dir_mode=0700, file_mode=0600)"
)]
pub struct NotPrivate(pub PathBuf);

impl From<NotPrivate> for io::Error {
    fn from(error: NotPrivate) -> Self {
        Self::new(ErrorKind::PermissionDenied, error)
    }
}

/// Makes `path` private, and whatever is missing above it as usual. One that is there becomes private. What was made is
/// durable.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent() {
        make_above(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    match builder.create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => restrict(path),
        Err(error) => Err(error),
        Ok(()) => {
            // Some file systems say what they like about whatever is made.
            if let Err(error) = restrict(path) {
                fs::remove_dir(path)?;
                return Err(error);
            }
            sync_folder(above(path))
        }
    }
}

/// As [`fs::create_dir_all`], durably.
fn make_above(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    make_above(above(path))?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => sync_folder(above(path)),
    }
}

/// The folder that names `path`.
fn above(path: &Path) -> &Path {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes sure that nobody else may read it. What is private already is left alone: a file system that refuses to change
/// permissions may still have the right ones.
#[cfg(unix)]
fn restrict(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = || fs::metadata(path).map(|metadata| metadata.permissions().mode());
    // The last two digits are the group's and everybody's.
    let is_private = |mode: u32| mode.is_multiple_of(0o100);
    if is_private(mode()?) {
        return Ok(());
    }
    let wanted = if path.is_dir() { 0o700 } else { 0o600 };
    let refused = fs::set_permissions(path, fs::Permissions::from_mode(wanted)).is_err();
    if refused || !is_private(mode()?) { Err(NotPrivate(path.to_owned()).into()) } else { Ok(()) }
}

/// Elsewhere the folder's inherited permissions hold.
#[cfg(not(unix))]
fn restrict(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a private file, empty, or empties the one that is there.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    restrict(path)?;
    Ok(file)
}

/// Writes a private file whole and durably; [`sync_folder`] makes its name durable too.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a private file that must be there after the power failed: its bytes and its name.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes)?;
    sync_folder(above(path))
}

/// Makes durable which files a folder has.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_is_private_whether_it_was_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let (fresh, open) = (folder.path().join("above/fresh"), folder.path().join("open"));
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        for path in [&fresh, &open] {
            make_folder(path).unwrap();
            assert_eq!(mode(path), 0o700, "{path:?}");
        }
        write(&folder.path().join("file"), b"x").unwrap();
        assert_eq!(mode(&folder.path().join("file")), 0o600);
        assert!(make_folder(&folder.path().join("file")).is_err(), "a file is no folder");
    }

    #[test]
    fn a_file_that_others_could_read_is_private_before_anything_is_written_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write_durably(&path, b"x").unwrap();
        assert_eq!((mode(&path), fs::read(&path).unwrap().as_slice()), (0o600, b"x".as_slice()));
    }
}
