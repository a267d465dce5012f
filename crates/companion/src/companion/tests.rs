#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::environment::Clock;

const SECRET: &str = "een lange wachtzin";

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder in which a damaged store was moved aside, with the wrapping that opens it.
fn damaged(folder: &std::path::Path) -> Companion {
    let options =
        || Options { folder: folder.to_owned(), kdf_cost: Some(KdfCost::TEST), environment: Environment::system() };
    Companion::open(options()).unwrap().create_vault(SECRET).unwrap();
    fs::write(folder.join("store.sqlite"), vec![0xaa; 8192]).unwrap();
    let companion = Companion::open(options()).unwrap();
    assert!(matches!(companion.unlock(SECRET), Err(Failure::Store(StoreError::Damaged { .. }))));
    assert_eq!(names(folder).iter().filter(|name| name.ends_with(WRAPPING_ASIDE)).count(), 1);
    companion
}

fn destroy(folder: &std::path::Path) {
    vault::set_tries_for_tests(&folder.join("vault.json"), 9);
}

#[test]
fn the_tenth_wrong_try_destroys_every_copy_of_the_wrapping() {
    let folder = tempfile::tempdir().unwrap();
    let companion = damaged(folder.path());
    // As a change of passphrase leaves it that was cut off.
    fs::copy(folder.path().join("vault.json"), folder.path().join("vault.new")).unwrap();
    destroy(folder.path());
    assert!(matches!(companion.unlock("fout"), Err(Failure::Vault(VaultError::Destroyed))));
    let left = names(folder.path());
    assert!(!left.iter().any(|name| name.ends_with(WRAPPING_ASIDE) || name == "vault.new"), "{left:?}");
    assert!(left.iter().any(|name| store::is_aside(name)), "the damaged store itself is kept");
}

#[test]
fn erasing_leaves_nothing_of_a_destroyed_vault_nor_of_a_damaged_store() {
    let folder = tempfile::tempdir().unwrap();
    let companion = damaged(folder.path());
    assert!(matches!(companion.erase_destroyed(), Err(Failure::NotAllowed)));
    destroy(folder.path());
    assert!(companion.unlock("fout").is_err());
    companion.erase_destroyed().unwrap();
    assert_eq!(names(folder.path()), ["in-use"]);
}

#[test]
fn what_the_recovery_identity_opens_is_kept_when_somebody_starts_anew() {
    let folder = tempfile::tempdir().unwrap();
    let companion = damaged(folder.path());
    companion.unlock(SECRET).unwrap();
    companion.lock();
    fs::write(folder.path().join(recovery::FILE), b"sealed").unwrap();
    let store = fs::read(folder.path().join("store.sqlite")).unwrap();
    destroy(folder.path());
    assert!(companion.unlock("fout").is_err());
    companion.erase_destroyed().unwrap();
    let left = names(folder.path());
    let [in_use, aside] = left.as_slice() else { panic!("{left:?}") };
    assert!(in_use == "in-use" && aside.starts_with(LOCKED_OUT), "{left:?}");
    let aside = folder.path().join(aside);
    assert_eq!(fs::read(aside.join(recovery::FILE)).unwrap(), b"sealed");
    assert_eq!(fs::read(aside.join("store.sqlite")).unwrap(), store);
    assert!(names(&aside).iter().any(|name| store::is_aside(name)), "the damaged one too");
    assert!(!names(&aside).iter().any(|name| name.ends_with("vault.json")), "no wrapping is left");
}

/// A folder whose wrapping was destroyed by a program that was killed before it removed the copy.
fn killed_while_destroying(folder: &std::path::Path) {
    let companion = damaged(folder);
    companion.unlock(SECRET).unwrap();
    companion.lock();
    let is_copy = |name: &String| name.ends_with(WRAPPING_ASIDE);
    let copy = folder.join(names(folder).into_iter().find(is_copy).unwrap());
    let bytes = fs::read(&copy).unwrap();
    destroy(folder);
    assert!(companion.unlock("fout").is_err());
    assert!(!copy.exists());
    fs::write(&copy, bytes).unwrap();
}

fn opened(folder: &std::path::Path) -> Companion {
    Companion::open(Options {
        folder: folder.to_owned(),
        kdf_cost: Some(KdfCost::TEST),
        environment: Environment::system(),
    })
    .unwrap()
}

#[test]
fn a_copy_of_a_destroyed_wrapping_is_gone_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    killed_while_destroying(folder.path());
    drop(opened(folder.path()));
    let left = names(folder.path());
    assert!(!left.iter().any(|name| name.ends_with(WRAPPING_ASIDE)), "{left:?}");
    assert!(left.iter().any(|name| store::is_aside(name)), "the damaged store itself is kept");
}

#[test]
fn no_copy_of_a_destroyed_wrapping_is_moved_along_with_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    drop(damaged(folder.path()));
    destroy(folder.path());
    let copy = |names: Vec<String>| names.into_iter().find(|name| name.ends_with(WRAPPING_ASIDE));
    let name = copy(names(folder.path())).unwrap();
    let bytes = fs::read(folder.path().join(&name)).unwrap();
    let companion = opened(folder.path());
    assert!(companion.unlock("fout").is_err());
    fs::write(folder.path().join(&name), bytes).unwrap();
    fs::write(folder.path().join(recovery::FILE), b"sealed").unwrap();
    companion.erase_destroyed().unwrap();
    let aside = names(folder.path()).into_iter().find(|name| name.starts_with(LOCKED_OUT)).unwrap();
    let kept = names(&folder.path().join(aside));
    assert!(kept.iter().any(|name| store::is_aside(name)), "{kept:?}");
    assert_eq!(copy(kept), None);
}

#[test]
fn damage_that_is_found_while_one_works_is_told_at_once_and_moved_aside_at_the_next_unlock() {
    let folder = tempfile::tempdir().unwrap();
    let companion = fresh(folder.path());
    // One that was received: what was not is read before it opens.
    let record = "
        INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
        VALUES ('c', 1, 'b', x'00', zeroblob(64), '2026');
        INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form,
                                sealed)
        VALUES ('o', 'e', 'observation', 'h', '2026', 0, 0, zeroblob(64), x'00', '{}', zeroblob(1000000));
        INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq)
        VALUES (1, 'observation', 0, 0, 'c', 1);
        INSERT INTO receipts (hash, chain, seq, log_origin, leaf_index, received_at, envelope)
        VALUES ('r', 'c', 1, 'log', 0, '2026', x'00')";
    companion.store().unwrap().write::<_, StoreError>(|tx| Ok(tx.execute_batch(record)?)).unwrap();
    companion.lock();
    let path = folder.path().join("store.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&path, &bytes).unwrap();

    companion.unlock(SECRET).unwrap();
    let store = companion.store().unwrap();
    store.await_look();
    assert!(store.found_damage());
    // Killed rather than locked: it is known all the same.
    assert!(names(folder.path()).contains(&"store.sqlite-failed".to_owned()));
    let draft = store.start_draft(crate::RecordKind::Observation);
    assert!(draft.is_ok(), "whoever works is not kept from it");
    drop(store);
    companion.lock();
    assert!(matches!(companion.unlock(SECRET), Err(Failure::Store(StoreError::Damaged { .. }))));
    let left = names(folder.path());
    assert_eq!(left.iter().filter(|name| name.ends_with(WRAPPING_ASIDE)).count(), 1, "{left:?}");
    companion.unlock(SECRET).unwrap();
    let fresh = companion.store().unwrap();
    fresh.await_look();
    assert!(!fresh.found_damage());
}

/// Every file of the folder that this process has open.
#[cfg(target_os = "linux")]
fn open_files(folder: &std::path::Path) -> Vec<String> {
    let descriptors = fs::read_dir("/proc/self/fd").unwrap();
    let targets = descriptors.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    targets.filter_map(|file| Some(file.strip_prefix(folder).ok()?.to_str()?.to_owned())).collect()
}

fn fresh(folder: &std::path::Path) -> Companion {
    let companion = Companion::open(Options {
        folder: folder.to_owned(),
        kdf_cost: Some(KdfCost::TEST),
        environment: Environment::system(),
    });
    let companion = companion.unwrap();
    companion.create_vault(SECRET).unwrap();
    companion
}

#[test]
#[cfg(target_os = "linux")]
fn once_locked_nothing_keeps_the_store_open_whoever_still_holds_or_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let companion = fresh(folder.path());
    let held = companion.store().unwrap();
    let weak = Arc::downgrade(&held);
    let (reading, is_reading) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        held.read(|connection| {
            reading.send(()).unwrap();
            // Without end: only an interrupt ends it.
            let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
            connection.query_row(endless, [], |row| row.get::<_, u64>(0)).map_err(StoreError::from)
        })
    });
    is_reading.recv().unwrap();
    assert!(open_files(folder.path()).iter().any(|name| name == "store.sqlite"));
    companion.lock();
    assert_eq!(open_files(folder.path()), ["in-use"], "when lock returns the files are closed");
    assert!(matches!(reader.join().unwrap(), Err(StoreError::Closed)), "whoever read hears that it is locked");
    assert!(weak.upgrade().is_none());
}

#[test]
fn whoever_still_holds_a_locked_store_can_do_nothing_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let companion = fresh(folder.path());
    let held = companion.store().unwrap();
    companion.lock();
    assert!(held.is_closed());
    assert!(matches!(held.records(), Err(Failure::Store(StoreError::Closed))));
    assert_eq!(held.start_draft(crate::RecordKind::Observation).unwrap_err().code(), crate::FailureCode::Locked);
    assert!(held.key().lock().unwrap().is_none());
}

#[test]
fn the_core_locks_by_itself_when_nobody_uses_the_app_whatever_the_wall_clock_does() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(IdleClock::default());
    let companion = Companion::open(Options {
        folder: folder.path().to_owned(),
        kdf_cost: Some(KdfCost::TEST),
        environment: Environment { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Environment::system() },
    })
    .unwrap();
    companion.create_vault(SECRET).unwrap();
    let locks_after = |uptime: u64, wall: i64| {
        clock.pass(uptime, wall);
        companion.lock_if_idle()
    };
    assert!(!locks_after(119, 119));
    companion.touched();
    assert!(!locks_after(119, 119), "a touch counts");
    assert!(locks_after(11, 11));
    assert!(matches!(companion.store(), Err(Failure::Locked)));
    assert!(!locks_after(500, 500), "it is locked already");
    companion.unlock(SECRET).unwrap();
    assert!(locks_after(130, -5000), "the wall clock was set back");
    companion.unlock(SECRET).unwrap();
    assert!(locks_after(1, 130), "the device slept, and its other clock stood still");
}

#[derive(Default)]
struct IdleClock(Mutex<(u64, i64)>);

impl IdleClock {
    fn pass(&self, uptime: u64, wall: i64) {
        let mut now = self.0.lock().unwrap();
        *now = (now.0 + uptime * 1000, now.1 + wall);
    }
}

impl Clock for IdleClock {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::from_timestamp(1_800_000_000 + self.0.lock().unwrap().1, 0).unwrap()
    }

    fn monotonic_ms(&self) -> u64 {
        self.0.lock().unwrap().0
    }

    fn since_boot(&self) -> Option<crate::environment::Uptime> {
        None
    }
}
