//! Where an installation's two folders may lie: what must be taken offline never in what stays, nor the other way
//! round, whatever links and `..` a path is made of.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::InitError;

/// Refuses folders of which one lies in the other, and a secrets folder that holds something.
pub(super) fn check(data: &Path, secrets: &Path) -> Result<(), InitError> {
    let (data, secrets) = (real(data)?, real(secrets)?);
    if lies_in(&secrets, &data) {
        return Err(InitError::SecretsInside);
    }
    if lies_in(&data, &secrets) {
        return Err(InitError::DataInside);
    }
    if secrets.exists() && fs::read_dir(&secrets)?.next().is_some() {
        return Err(InitError::SecretsNotEmpty(secrets));
    }
    Ok(())
}

/// The path without links and `..`, of what is there and of what will be.
fn real(path: &Path) -> io::Result<PathBuf> {
    let mut real = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => real.push(part),
        }
        // A link that leads nowhere yet would be followed once that is made.
        if real.is_symlink() {
            real = fs::canonicalize(&real)?;
        }
    }
    Ok(real)
}

/// Whether `inner` is `outer` or lies in it: by name, and by what the names stand for, since one folder may be mounted
/// at two.
fn lies_in(inner: &Path, outer: &Path) -> bool {
    inner.ancestors().any(|above| above == outer || is_same(above, outer))
}

#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    place(one).is_some_and(|here| place(other) == Some(here))
}

#[cfg(not(unix))]
fn is_same(_one: &Path, _other: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn neither_folder_may_lie_in_the_other_however_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("data/deep")).unwrap();
        symlink(at("data"), at("link")).unwrap();
        symlink(at("data/deep"), at("deep")).unwrap();
        for inside in [
            "data",
            "data/secrets",
            "data/deep/../secrets",
            "elsewhere/../data/x",
            "link",
            "link/x",
            "deep/x",
            "deep/..",
        ] {
            assert!(matches!(check(&at("data"), &at(inside)), Err(InitError::SecretsInside)), "{inside}");
        }
        assert!(matches!(check(&at("link"), &at("data/x")), Err(InitError::SecretsInside)));
        assert!(matches!(check(&at("new"), &at("new/x")), Err(InitError::SecretsInside)), "of folders not made yet");
        assert!(matches!(check(&at("new/x"), &at("new")), Err(InitError::DataInside)));
        symlink(at("data/later"), at("nowhere")).unwrap();
        assert!(matches!(check(&at("data"), &at("nowhere")), Err(InitError::Io(_))), "a link that leads nowhere yet");
        for beside in ["secrets", "data-secrets", "data/../secrets", "link/../secrets"] {
            check(&at("data"), &at(beside)).unwrap();
        }
    }

    #[test]
    fn no_root_key_is_ever_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = folder.path().join("secrets");
        fs::create_dir(&secrets).unwrap();
        check(&folder.path().join("data"), &secrets).unwrap();
        fs::write(secrets.join("root.pkcs8"), b"of another municipality").unwrap();
        assert!(matches!(check(&folder.path().join("data"), &secrets), Err(InitError::SecretsNotEmpty(_))));
    }
}
