//! `baken-backend restore`: a backup becomes a data folder, after every file of it was checked.
//!
//! Devices notice by themselves that the backend knows less than its receipts say, and send again.

use std::fs;
use std::path::Path;

use super::backup::{BackupError, Manifest};
use crate::state::DataFolder;

/// Restores the backup in `from` into the new folder `data`.
pub fn restore(from: &Path, data: &DataFolder) -> Result<Manifest, BackupError> {
    let target = data.path();
    if target.exists() && fs::read_dir(target)?.next().is_some() {
        return Err(BackupError::NotEmpty(target.to_owned()));
    }
    let manifest = Manifest::verified(from)?;
    for name in manifest.files.keys() {
        let to = target.join(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from.join(name), &to)?;
        fs::File::open(&to)?.sync_all()?;
    }
    fs::create_dir_all(data.attachments())?;
    restrict(data)?;
    Ok(manifest)
}

#[cfg(unix)]
fn restrict(data: &DataFolder) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700))?;
    fs::set_permissions(data.receipt_key(), fs::Permissions::from_mode(0o600))
}

/// Elsewhere the folder's inherited permissions hold.
#[cfg(not(unix))]
fn restrict(_data: &DataFolder) -> std::io::Result<()> {
    Ok(())
}
