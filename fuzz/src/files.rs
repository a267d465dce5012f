//! What others hand over as files.

use std::cell::LazyCell;
use std::fs;
use std::path::PathBuf;

use baken_backend::admin::backup::{MANIFEST, Manifest};
use baken_backend::admin::check::{Verdict, check};
use baken_companion::{hear_for_tests, take_in_for_tests};
use baken_protocol::digest::Digest;
use tempfile::TempDir;

use crate::seeds;

/// A good dossier on disk, of which one file at a time is another.
struct Scene {
    folder: TempDir,
    root: Digest,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (root, files) = seeds::dossier();
        let files: Vec<_> = files.into_iter().map(|(name, bytes)| (folder.path().join(name), bytes)).collect();
        for (path, bytes) in &files {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let scene = Self { folder, root, files };
        assert_eq!(scene.verdict(), Verdict::Holds);
        scene
    }

    fn verdict(&self) -> Verdict {
        check(self.folder.path(), self.root, None).verdict
    }
}

/// The first byte says which file is another, the rest is that file. It never holds unless it is the same.
pub(crate) fn dossier(bytes: &[u8]) {
    thread_local! {
        static SCENE: LazyCell<Scene> = LazyCell::new(Scene::new);
    }
    let Some((which, other)) = bytes.split_first() else { return };
    SCENE.with(|scene| {
        let (path, good) = &scene.files[usize::from(*which) % scene.files.len()];
        fs::write(path, other).unwrap();
        let verdict = scene.verdict();
        fs::write(path, good).unwrap();
        assert_eq!(verdict == Verdict::Holds, other == good, "{}", path.display());
    });
}

/// A backup of which only the list is there never holds.
pub(crate) fn backup_manifest(bytes: &[u8]) {
    thread_local! {
        static FOLDER: LazyCell<TempDir> = LazyCell::new(|| tempfile::tempdir().unwrap());
    }
    FOLDER.with(|folder| {
        fs::write(folder.path().join(MANIFEST), bytes).unwrap();
        assert!(Manifest::verified(folder.path(), None).is_err());
    });
}

/// Whatever it is called: what is kept fits on a phone.
pub(crate) fn photo(bytes: &[u8]) {
    if let Ok((width, height)) = take_in_for_tests(bytes) {
        assert!(width > 0 && height > 0 && width.max(height) <= 2560, "{width} x {height}");
    }
}

/// Whatever it is called: what is kept says how much was heard, and a browser finds its frames behind the head.
pub(crate) fn sound(bytes: &[u8]) {
    if let Ok(flac) = hear_for_tests(bytes) {
        let samples = u32::from_be_bytes(*flac[22..].first_chunk().unwrap());
        assert_eq!(bytes.len(), 44 + 2 * samples as usize, "no byte but the head's and the samples'");
        assert!(flac.starts_with(b"fLaC") && flac[42..].starts_with(&[0xff, 0xf8]) && flac.len() < bytes.len() + 4096);
    }
}
