//! A copy, and what may become of it: never what was not copied, never readable by others, and nobody signed in.

use std::fs;
use std::path::Path;

use baken_backend::admin::backup::{BackedUp, BackupError, MANIFEST, Manifest, backup};
use baken_backend::admin::restore::{Restored, restore};
use baken_backend::data_folder::DataFolder;
use baken_backend::storage::{AuditEntry, SessionRow, Sessions, StorageError};
use baken_protocol::digest::Digest;
use chrono::TimeDelta;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::backend::Backend;
use crate::device::Device;

const PHOTO: &[u8] = b"age file of a photo";

/// A backend with a record and its photo, its copy, and a place to restore it in.
struct Scene {
    backend: Backend,
    folder: TempDir,
    made: BackedUp,
}

impl Scene {
    async fn new() -> Self {
        let backend = Backend::new();
        let device = Device::enrolled(&backend, "Boa 1").await;
        device.send_with(&backend, &[PHOTO]).await;
        device.patch(&backend, Digest::of(PHOTO), 0, PHOTO).await;
        let folder = tempfile::tempdir().unwrap();
        let made = backup(&backend.data(), &folder.path().join("copy"), &backend.environment).unwrap();
        Self { backend, folder, made }
    }

    fn copy(&self) -> DataFolder {
        DataFolder::new(self.folder.path().join("copy"))
    }

    fn restored(&self) -> DataFolder {
        DataFolder::new(self.folder.path().join("restored"))
    }

    fn restore(&self, manifest: Option<Digest>) -> Result<Restored, BackupError> {
        restore(self.copy().path(), &self.restored(), manifest, &self.backend.environment)
    }

    /// Has the manifest name a file with this hash, or no longer: as somebody would who altered the copy.
    fn rewrite_manifest(&self, name: &str, sha256: Option<Digest>) {
        let path = self.copy().path().join(MANIFEST);
        let mut manifest: Manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        manifest.files.remove(name);
        manifest.files.extend(sha256.map(|sha256| (name.to_owned(), sha256)));
        fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    }
}

fn one<T: rusqlite::types::FromSql>(folder: &DataFolder, sql: &str) -> T {
    Connection::open(folder.register()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_restored_register_holds_everything_and_says_until_when_it_knows() {
    let scene = Scene::new().await;
    let backed_up_at = scene.backend.environment.clock.now();
    scene.backend.pass(TimeDelta::days(3));
    let restored = scene.restore(Some(scene.made.manifest_sha256)).unwrap();
    assert_eq!((restored.files, restored.known_until), (scene.made.files, backed_up_at));
    assert_eq!(fs::read(scene.restored().attachments().join(Digest::of(PHOTO).to_string())).unwrap(), PHOTO);
    assert_eq!(one::<u64>(&scene.restored(), "SELECT count(*) FROM operations"), 1);
    let line: String = one(
        &scene.restored(),
        "SELECT group_concat(actor || ' ' || action || ' ' || object || ' ' || origin, '; ')
         FROM (SELECT * FROM audit ORDER BY id DESC LIMIT 2)",
    );
    assert_eq!(line, "operator restore register local; operator backup register local");
}

#[tokio::test]
async fn a_restore_ends_every_session_and_withdraws_every_open_invitation() {
    let scene = Scene::new().await;
    let backend = &scene.backend;
    backend.tamper("INSERT INTO accounts VALUES ('a', 'x', 'politie', '[]', 'age1', 'x', '2026-01-01', NULL)");
    let now = backend.environment.clock.now();
    let session = SessionRow {
        login: "a".to_owned(),
        csrf_token: "x".to_owned(),
        last_seen_at: now,
        expires_at: now + TimeDelta::hours(12),
    };
    let entry = AuditEntry::by_operator("sign-in", "session");
    backend.storage.create_session(Digest::of(b"cookie"), &session, &entry).unwrap();
    backend.invite("Boa 2");
    fs::remove_dir_all(scene.copy().path()).unwrap();
    backup(&backend.data(), scene.copy().path(), &backend.environment).unwrap();
    assert_eq!(one::<u64>(&scene.copy(), "SELECT count(*) FROM sessions"), 1, "the copy is as it was");

    backend.pass(TimeDelta::minutes(1));
    scene.restore(None).unwrap();
    assert_eq!(one::<u64>(&scene.restored(), "SELECT count(*) FROM sessions"), 0);
    let open: String = one(&scene.restored(), "SELECT label FROM invitations WHERE withdrawn_at IS NOT NULL");
    assert_eq!(open, "Boa 2", "the invitation of a device that is in stays as it was");
    assert_eq!(backend.count("sessions"), 1, "the original is left alone");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_a_copy_or_what_is_restored_even_when_it_is_cut_short() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new().await;
    let copy = scene.copy();
    let private = |folder: &DataFolder| {
        for path in [folder.path(), &folder.attachments(), &folder.keys()] {
            assert_eq!(mode(path), 0o700, "{path:?}");
        }
        for path in [folder.receipt_key(), folder.attachments().join(Digest::of(PHOTO).to_string())] {
            assert_eq!(mode(&path), 0o600, "{path:?}");
        }
    };
    private(&copy);
    assert_eq!(mode(&copy.register()), 0o600);
    // As on a disk that keeps no permissions; and with a file that cannot be written, after all the others.
    for path in [copy.receipt_key(), copy.register()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
    }
    fs::create_dir(copy.path().join("zzz")).unwrap();
    fs::write(copy.path().join("zzz/x"), b"x").unwrap();
    scene.rewrite_manifest("zzz/x", Some(Digest::of(b"x")));
    assert!(matches!(scene.restore(None), Err(BackupError::Io(_))));
    private(&scene.restored());
    assert!(!scene.restored().register().exists(), "nothing that could be served from");

    fs::remove_dir_all(scene.restored().path()).unwrap();
    scene.rewrite_manifest("zzz/x", None);
    scene.restore(None).unwrap();
    private(&scene.restored());
    assert_eq!(mode(&scene.restored().register()), 0o600);
}

#[tokio::test]
async fn a_file_that_was_altered_lost_or_named_outside_the_copy_is_refused() {
    let photo = format!("attachments/{}", Digest::of(PHOTO));
    for name in ["register.sqlite", "keys/receipt.pkcs8", &photo] {
        let scene = Scene::new().await;
        let path = scene.copy().path().join(name);
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(scene.restore(None), Err(BackupError::Altered(altered)) if altered == name));
        fs::remove_file(&path).unwrap();
        assert!(matches!(scene.restore(None), Err(BackupError::Altered(altered)) if altered == name));
        assert!(!scene.restored().path().exists(), "{name}");
    }
    let scene = Scene::new().await;
    fs::write(scene.folder.path().join("outside"), b"x").unwrap();
    scene.rewrite_manifest("../outside", Some(Digest::of(b"x")));
    assert!(matches!(scene.restore(None), Err(BackupError::Altered(_))));
    assert!(!scene.restored().path().exists());
}

/// Somebody who can write where the copy lies can make a manifest that fits; not one with the hash kept elsewhere.
#[tokio::test]
async fn a_whole_other_backup_is_refused_by_the_hash_of_its_manifest() {
    let (scene, other) = (Scene::new().await, Scene::new().await);
    assert_eq!(Digest::of(&fs::read(scene.copy().path().join(MANIFEST)).unwrap()), scene.made.manifest_sha256);
    let refused =
        restore(other.copy().path(), &scene.restored(), Some(scene.made.manifest_sha256), &scene.backend.environment);
    assert!(matches!(refused, Err(BackupError::OtherManifest)));
    assert!(!scene.restored().path().exists());
}

#[tokio::test]
async fn a_copy_without_register_or_of_a_newer_version_leaves_nothing_to_serve_from() {
    let scene = Scene::new().await;
    Connection::open(scene.copy().register()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let newer = Digest::of(&fs::read(scene.copy().register()).unwrap());
    scene.rewrite_manifest("register.sqlite", Some(newer));
    assert!(matches!(scene.restore(None), Err(BackupError::Storage(StorageError::TooNew))));
    assert!(!scene.restored().register().exists());
    assert!(matches!(scene.restore(None), Err(BackupError::NotEmpty(_))), "and no second try on top of it");

    fs::remove_dir_all(scene.restored().path()).unwrap();
    scene.rewrite_manifest("register.sqlite", None);
    assert!(matches!(scene.restore(None), Err(BackupError::Manifest)));
    assert!(!scene.restored().register().exists());
}

#[tokio::test]
async fn a_copy_never_goes_over_something_else() {
    let scene = Scene::new().await;
    let again = backup(&scene.backend.data(), scene.copy().path(), &scene.backend.environment);
    assert!(matches!(again, Err(BackupError::NotEmpty(_))));
    let nothing = DataFolder::new(scene.folder.path().join("nothing"));
    let refused = backup(&nothing, &scene.folder.path().join("second"), &scene.backend.environment);
    assert!(matches!(refused, Err(BackupError::NotInitialised)));
    assert!(!scene.folder.path().join("second").exists());
}
