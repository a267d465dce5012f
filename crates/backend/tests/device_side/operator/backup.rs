//! A copy, and what may become of it: never what was not copied, never readable by others, and nobody signed in.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use baken_backend::admin::backup::{BackedUp, BackupError, MANIFEST, Piece, backup};
use baken_backend::admin::renew::{RenewError, Renewal};
use baken_backend::admin::restore::{RestoreOrder, Restored, restore};
use baken_backend::files::data_folder::DataFolder;
use baken_backend::http::state::AppState;
use baken_backend::storage::{AuditAction, AuditEntry, AuditObject, SessionRow, StorageError, Transaction, UnitOfWork};
use baken_protocol::digest::Digest;
use baken_protocol::seal::{Identity, OpeningReader, SealingWriter};
use chrono::TimeDelta;
use rusqlite::Connection;
use serde_json::Value;
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
        self.restore_with(&self.backend.backup, manifest)
    }

    fn restore_with(&self, identity: &Identity, manifest: Option<Digest>) -> Result<Restored, BackupError> {
        self.restore_from(self.copy().path(), identity, manifest)
    }

    fn restore_from(
        &self,
        from: &Path,
        identity: &Identity,
        manifest_sha256: Option<Digest>,
    ) -> Result<Restored, BackupError> {
        let order = RestoreOrder { from, identity, manifest_sha256, directories: &[] };
        restore(&order, &self.restored(), &self.backend.environment)
    }

    /// Has the manifest say something else, as somebody would who altered the copy.
    fn rewrite_manifest(&self, change: impl FnOnce(&mut Value)) {
        let path = self.copy().path().join(MANIFEST);
        let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut manifest);
        fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    }

    /// Puts other bytes in a file of the copy, and a manifest that fits.
    fn exchange(&self, piece: Piece, bytes: &[u8]) {
        fs::write(piece.in_copy(self.copy().path()), bytes).unwrap();
        self.rewrite_manifest(|manifest| {
            manifest["files"][piece.to_string()] = Digest::of(bytes).to_string().into();
        });
    }

    /// The register as the copy holds it, changed, and sealed again to the same recipient.
    fn exchange_register(&self, change: impl FnOnce(&Connection)) {
        let piece = Piece::Register;
        let sealed = fs::File::open(piece.in_copy(self.copy().path())).unwrap();
        let mut plain = Vec::new();
        OpeningReader::new(sealed, &self.backend.backup).unwrap().read_to_end(&mut plain).unwrap();
        let file = self.folder.path().join("opened.sqlite");
        fs::write(&file, plain).unwrap();
        change(&Connection::open(&file).unwrap());
        let mut sealing = SealingWriter::new(Vec::new(), &self.backend.backup.recipient()).unwrap();
        sealing.write_all(&fs::read(&file).unwrap()).unwrap();
        self.exchange(piece, &sealing.finish().unwrap());
    }

    fn nothing_was_restored(&self) -> bool {
        !self.restored().path().exists()
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
         FROM (SELECT * FROM audit_lines ORDER BY id DESC LIMIT 2)",
    );
    assert_eq!(line, "operator restore register local; operator backup register local");
}

#[tokio::test]
async fn a_restore_ends_every_session_and_withdraws_every_open_invitation() {
    let scene = Scene::new().await;
    let backend = &scene.backend;
    backend.tamper(
        "INSERT INTO accounts (login, organisation, levels, recipient, wrapped_identity, created_at)
         VALUES ('a', 'politie', '[]', 'age1', 'x', '2026-01-01')",
    );
    let now = backend.environment.clock.now();
    let session = SessionRow {
        login: "a".to_owned(),
        csrf_token: "x".to_owned(),
        last_seen_at: now,
        sign_out_at: None,
        expires_at: now + TimeDelta::hours(12),
    };
    let entry = AuditEntry::by_operator(AuditAction::SignIn, AuditObject::Session, "");
    let signed_in = |tx: &dyn Transaction| {
        tx.create_session(Digest::of(b"cookie"), &session)?;
        tx.audit(session.last_seen_at, &entry)
    };
    backend.storage.write(signed_in).unwrap();
    backend.invite("Boa 2");
    fs::remove_dir_all(scene.copy().path()).unwrap();
    backup(&backend.data(), scene.copy().path(), &backend.environment).unwrap();
    let mut sessions = 0;
    scene.exchange_register(|copy| {
        sessions = copy.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap();
    });
    assert_eq!(sessions, 1, "the copy is as the register was");

    backend.pass(TimeDelta::minutes(1));
    scene.restore(None).unwrap();
    assert_eq!(one::<u64>(&scene.restored(), "SELECT count(*) FROM sessions"), 0);
    let open: String = one(&scene.restored(), "SELECT label FROM invitations WHERE withdrawn_at IS NOT NULL");
    assert_eq!(open, "Boa 2", "the invitation of a device that is in stays as it was");
    assert_eq!(backend.count("sessions"), 1, "the original is left alone");
}

/// What the backend holds in clear, by which a copy of it would be known.
fn tell_tales(backend: &Backend) -> Vec<Vec<u8>> {
    let keys = [backend.data().receipt_key(), backend.data().content_key()];
    let seeds = keys.map(|path| {
        let pkcs8 = fs::read(path).unwrap();
        // RFC 8410: the seed follows the two octet strings around it.
        let place = pkcs8.windows(4).position(|window| window == [0x04, 0x22, 0x04, 0x20]).unwrap() + 4;
        pkcs8[place..place + 32].to_vec()
    });
    let texts = ["SQLite format 3\0", "CREATE TABLE", "Boa 1", "GM0453", "Velsen"];
    texts.iter().map(|text| text.as_bytes().to_vec()).chain(seeds).collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn files_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn nothing_of_a_copy_is_in_clear() {
    let scene = Scene::new().await;
    let told = tell_tales(&scene.backend);
    let in_clear: Vec<u8> =
        files_in(scene.backend.data().path()).iter().flat_map(|file| fs::read(file).unwrap()).collect();
    assert!(told.iter().all(|part| holds(&in_clear, part)), "the data folder itself is known by each of them");
    let files = files_in(scene.copy().path());
    assert_eq!(files.len(), 5, "register, two keys, a photo and the manifest");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for part in &told {
            assert!(!holds(&bytes, part), "{file:?} holds {:?}", String::from_utf8_lossy(part));
        }
    }
}

/// The one file that is in clear lies where the register lies, and no longer than it must.
#[tokio::test]
async fn what_a_copy_is_made_of_is_taken_away_even_after_one_that_was_killed() {
    let scene = Scene::new().await;
    let data = scene.backend.data();
    for left in data.register_copy() {
        assert!(!left.exists());
        fs::write(left, b"of a backup that was killed").unwrap();
    }
    let out = scene.folder.path().join("second");
    backup(&data, &out, &scene.backend.environment).unwrap();
    assert!(data.register_copy().iter().all(|left| !left.exists()));
    let restored = scene.restore_from(&out, &scene.backend.backup, None);
    assert_eq!(restored.unwrap().files, scene.made.files);

    let _other = data.lock_for_copying().unwrap();
    let third = scene.folder.path().join("third");
    assert!(matches!(backup(&data, &third, &scene.backend.environment), Err(BackupError::Lock(_))));
    assert!(!third.exists());
}

#[tokio::test]
async fn another_identity_is_told_which_one_is_needed_and_restores_nothing() {
    let scene = Scene::new().await;
    let refused = scene.restore_with(&Identity::generate(), None).unwrap_err();
    let needed = scene.backend.backup.recipient().to_string();
    let said = refused.to_string();
    assert!(said.contains(&needed) && said.contains("backup.age-identity.txt"), "{said}");
    assert!(scene.nothing_was_restored());

    // The manifest says so, and it is not so.
    let stranger = Identity::generate();
    scene.rewrite_manifest(|manifest| manifest["sealedTo"] = stranger.recipient().to_string().into());
    let refused = scene.restore_with(&stranger, None);
    assert!(matches!(refused, Err(BackupError::NotSealed(Piece::Register))));
    assert!(scene.nothing_was_restored());
}

/// A key that somebody puts there in clear is not taken for one that was sealed.
#[tokio::test]
async fn a_file_that_is_not_sealed_is_refused_with_its_name() {
    for piece in [Piece::Register, Piece::ReceiptKey, Piece::ContentKey] {
        let scene = Scene::new().await;
        scene.exchange(piece, &fs::read(piece.in_data(&scene.backend.data())).unwrap());
        assert!(matches!(scene.restore(None), Err(BackupError::NotSealed(named)) if named == piece));
        assert!(scene.nothing_was_restored(), "{piece}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_a_copy_or_what_is_restored() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new().await;
    for file in files_in(scene.copy().path()) {
        assert_eq!(mode(&file), 0o600, "{file:?}");
        // As on a disk that keeps no permissions.
        fs::set_permissions(file, fs::Permissions::from_mode(0o666)).unwrap();
    }
    scene.restore(None).unwrap();
    for folder in [scene.copy(), scene.restored()] {
        for path in [folder.path(), &folder.attachments(), &folder.keys()] {
            assert_eq!(mode(path), 0o700, "{path:?}");
        }
    }
    let restored = files_in(scene.restored().path());
    assert_eq!(restored.len(), 4);
    for file in restored {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn every_file_that_was_altered_cut_off_or_lost_is_named() {
    let scene = Scene::new().await;
    let photo = Piece::Attachment(Digest::of(PHOTO));
    let all = [Piece::Register, Piece::ReceiptKey, Piece::ContentKey, photo];
    for piece in all {
        let path = piece.in_copy(scene.copy().path());
        let whole = fs::read(&path).unwrap();
        let mut altered = whole.clone();
        *altered.last_mut().unwrap() ^= 1;
        for bytes in [altered.as_slice(), &whole[..whole.len() - 1], &[]] {
            fs::write(&path, bytes).unwrap();
            assert!(matches!(scene.restore(None), Err(BackupError::Altered(named)) if named == [piece]), "{piece}");
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(scene.restore(None), Err(BackupError::Altered(named)) if named == [piece]), "{piece}");
        fs::write(&path, &whole).unwrap();
        // Cut off by somebody who could make the manifest fit: the seal itself says so.
        if piece.is_sealed() {
            scene.exchange(piece, &whole[..whole.len() - 1]);
            assert!(matches!(scene.restore(None), Err(BackupError::Altered(named)) if named == [piece]), "{piece}");
            scene.exchange(piece, &whole);
        }
        assert!(scene.nothing_was_restored(), "{piece}");
    }
    for piece in [Piece::ReceiptKey, photo] {
        fs::remove_file(piece.in_copy(scene.copy().path())).unwrap();
    }
    let said = scene.restore(None).unwrap_err().to_string();
    assert!(said.contains("keys/receipt.pkcs8.age") && said.contains(&photo.to_string()), "{said}");
    assert!(!said.contains("register"), "{said}");
}

#[tokio::test]
async fn a_manifest_that_names_something_else_or_too_little_is_refused() {
    let scene = Scene::new().await;
    fs::write(scene.folder.path().join("outside"), b"x").unwrap();
    for name in ["../outside", "/outside", "zzz/x", "attachments/../../outside", "attachments/x", "register.sqlite"] {
        scene.rewrite_manifest(|manifest| manifest["files"][name] = Digest::of(b"x").to_string().into());
        assert!(matches!(scene.restore(None), Err(BackupError::Manifest)), "{name}");
        scene.rewrite_manifest(|manifest| drop(manifest["files"].as_object_mut().unwrap().remove(name)));
    }
    for piece in [Piece::Register, Piece::ReceiptKey, Piece::ContentKey] {
        let mut hash = Value::Null;
        scene.rewrite_manifest(|manifest| {
            hash = manifest["files"].as_object_mut().unwrap().remove(&piece.to_string()).unwrap();
        });
        assert!(matches!(scene.restore(None), Err(BackupError::Manifest)), "{piece}");
        scene.rewrite_manifest(|manifest| manifest["files"][piece.to_string()] = hash);
    }
    assert!(scene.nothing_was_restored());
    scene.restore(None).unwrap();
}

/// Somebody who can write where the copy lies can make a manifest that fits; not one with the hash kept elsewhere.
#[tokio::test]
async fn a_whole_other_backup_is_refused_by_the_hash_of_its_manifest() {
    let (scene, other) = (Scene::new().await, Scene::new().await);
    assert_eq!(Digest::of(&fs::read(scene.copy().path().join(MANIFEST)).unwrap()), scene.made.manifest_sha256);
    let refused = scene.restore_from(other.copy().path(), &scene.backend.backup, Some(scene.made.manifest_sha256));
    assert!(matches!(refused, Err(BackupError::OtherManifest)));
    assert!(!scene.restored().path().exists());
}

/// What is wrong shows only when everything was written: all of it is taken away, and nothing that was there before.
#[tokio::test]
async fn a_restore_that_fails_at_its_end_leaves_nothing_and_can_be_tried_again() {
    let scene = Scene::new().await;
    scene.exchange_register(|register| register.pragma_update(None, "user_version", 99).unwrap());
    assert!(matches!(scene.restore(None), Err(BackupError::Storage(StorageError::TooNew))));
    assert!(scene.nothing_was_restored());
    fs::create_dir(scene.restored().path()).unwrap();
    assert!(matches!(scene.restore(None), Err(BackupError::Storage(StorageError::TooNew))));
    assert_eq!(fs::read_dir(scene.restored().path()).unwrap().count(), 0, "the folder was there before");

    scene.exchange_register(|register| register.pragma_update(None, "user_version", 1).unwrap());
    scene.restore(None).unwrap();
    assert!(matches!(scene.restore(None), Err(BackupError::NotEmpty(_))), "and nothing on top of it");
    assert!(scene.restored().register().exists());
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

/// Killed between the register and the key's file: the copy has the key its register names, so it can sign.
#[tokio::test]
async fn a_backup_after_a_renewal_that_was_cut_short_has_the_key_its_register_names() {
    let scene = Scene::new().await;
    let data = scene.backend.data();
    let old = fs::read(data.receipt_key()).unwrap();
    let file = scene.folder.path().join("root.pkcs8");
    fs::write(&file, scene.backend.root.pkcs8()).unwrap();
    Renewal::new(&data, &scene.backend.storage, &scene.backend.environment, &file).receipt_key().unwrap();
    fs::rename(data.receipt_key(), data.next_receipt_key()).unwrap();
    fs::write(data.receipt_key(), &old).unwrap();
    let out = scene.folder.path().join("after");
    backup(&data, &out, &scene.backend.environment).unwrap();
    scene.restore_from(&out, &scene.backend.backup, None).unwrap();
    AppState::open(&scene.restored(), scene.backend.environment.clone()).expect("it signs with that key");

    fs::remove_file(data.next_receipt_key()).unwrap();
    let refused = backup(&data, &scene.folder.path().join("none"), &scene.backend.environment);
    assert!(matches!(refused, Err(BackupError::NoReceiptKey)), "none that could not be restored");
}

#[tokio::test]
async fn no_backup_is_made_of_one_side_of_a_renewal_and_the_key_of_the_other() {
    let scene = Scene::new().await;
    let data = scene.backend.data();
    let file = scene.folder.path().join("root.pkcs8");
    fs::write(&file, scene.backend.root.pkcs8()).unwrap();
    let _copying = data.lock_for_copying().unwrap();
    let refused = Renewal::new(&data, &scene.backend.storage, &scene.backend.environment, &file).receipt_key();
    assert!(matches!(refused, Err(RenewError::Lock(_))));
}
