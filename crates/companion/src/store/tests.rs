#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use zeroize::Zeroizing;

fn key(byte: u8) -> StoreKey {
    StoreKey { key: Zeroizing::new([byte; 32]), salt: [9; 16] }
}

fn open(path: &Path, byte: u8) -> Result<Store, StoreError> {
    Store::open(path, &key(byte), Environment::system())
}

#[test]
fn nothing_readable_stands_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open(&path, 1).unwrap();
    store
        .write::<_, StoreError>(|tx| {
            settings::Setting::LastPlaceKind.write(tx, Some(&"vissersschip-geheim"))?;
            Ok(())
        })
        .unwrap();
    drop(store);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"SQLite "), "no SQLite header in clear");
        assert!(!bytes.windows(6).any(|window| window == b"geheim"));
    }
}

#[test]
fn a_damaged_store_is_moved_aside_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    drop(open(&path, 1).unwrap());
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[100] ^= 0xff;
    bytes[middle] ^= 0xff;
    fs::write(&path, &bytes).unwrap();
    let Err(StoreError::Damaged { moved_to }) = open(&path, 1) else { panic!("opened a damaged store") };
    assert_eq!(fs::read(folder.path().join(moved_to)).unwrap(), bytes);
    assert!(open(&path, 1).is_ok(), "a fresh store takes its place");
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open(&path, 1).unwrap();
    store.lock().pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    assert!(matches!(open(&path, 1), Err(StoreError::TooNew)));
    assert!(matches!(open(&path, 1), Err(StoreError::TooNew)), "still there, still refused");
}

#[test]
fn a_full_disk_fails_loudly_and_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.sqlite"), 1).unwrap();
    let save = |text: &str| store.write::<_, StoreError>(|tx| settings::Setting::LastPlaceKind.write(tx, Some(&text)));
    save("eerst").unwrap();
    store.limit_pages_for_tests(Some(1)).unwrap();
    assert!(matches!(save(&"x".repeat(1_000_000)), Err(StoreError::DiskFull)));
    let kept: Option<String> = store.read(|c| settings::Setting::LastPlaceKind.read(c)).unwrap();
    assert_eq!(kept.as_deref(), Some("eerst"));
}
