#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use zeroize::Zeroizing;

fn key(byte: u8) -> StoreKey {
    StoreKey { key: Zeroizing::new([byte; 32]), salt: [9; 16] }
}

fn open(path: &Path, byte: u8) -> Result<Store, StoreError> {
    Store::open(path, key(byte), Environment::system(), Access::ReadWrite, Arc::default())
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
    store.read::<_, StoreError>(|connection| Ok(connection.pragma_update(None, "user_version", 99)?)).unwrap();
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

/// A store as version 1 of the schema wrote it, with a record that was sent, one that waits, a photo and a draft.
fn version_1(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "key", format!("x'{}{}'", "01".repeat(32), "09".repeat(16))).unwrap();
    connection.execute_batch(migrate::MIGRATIONS[0]).unwrap();
    connection
        .execute_batch(
            "PRAGMA user_version = 1;
             INSERT INTO device (id, signing_key, chain) VALUES (1, x'00', 'chain');
             INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
             VALUES ('chain', 1, 'batch', x'01', zeroblob(64), '2026-01-01T00:00:00.000Z');
             INSERT INTO operations (operation, entity, kind, form, hash, payload, signature, sealed, finalised_at,
                                     chain, seq)
             VALUES ('sent', 'ship', 'inspection', '{}', 'a', x'0a', zeroblob(64), x'0b', '2026-01-01', 'chain', 1),
                    ('waits', 'seen', 'observation', '{\"x\":1}', 'b', x'0c', zeroblob(64), x'0d', '2026-01-02',
                     NULL, NULL);
             INSERT INTO photos (photo, operation, taken_at, width, height, jpeg, sealed, sha256)
             VALUES ('photo', 'waits', '2026-01-02', 1, 1, x'0e', x'0f', 'c');
             INSERT INTO photos (photo, operation, taken_at, width, height, jpeg, sealed, sha256, uploaded_at)
             VALUES ('uploaded', 'sent', '2026-01-01', 1, 1, x'1e', x'1f', 'd', '2026-01-01');
             INSERT INTO drafts VALUES ('draft', 'observation', '{\"y\":2}', '2026-01-03', '2026-01-04');",
        )
        .unwrap();
}

#[test]
fn a_store_of_the_first_version_loses_nothing_on_the_way_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    version_1(&path);
    let store = open(&path, 1).unwrap();
    let slot = store.connection.lock().unwrap();
    let connection = slot.as_ref().unwrap();
    let row = |sql: &str| -> String { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    let operations = "SELECT group_concat(concat_ws('|', position, operation, entity, kind, hash, finalised_at, chain,
                          seq, isolated, form, hex(payload), hex(sealed), length(signature)), ' ') FROM operations";
    assert_eq!(
        row(operations),
        "1|sent|ship|inspection|a|2026-01-01|chain|1|0|{}|0A|0B|64 \
         2|waits|seen|observation|b|2026-01-02|0|{\"x\":1}|0C|0D|64"
    );
    let drafts = "SELECT concat_ws('|', draft, kind, started_at, saved_at, form) FROM drafts";
    assert_eq!(row(drafts), "draft|observation|2026-01-03|2026-01-04|{\"y\":2}");
    let photos = "SELECT group_concat(concat_ws('|', photo, operation, hex(sealed), uploaded_at), ' ') FROM photos";
    assert_eq!(row(photos), "photo|waits|0F uploaded|sent|1F", "what was uploaded asks for its receipt");
    assert!(
        connection.execute("DELETE FROM operations WHERE operation = 'waits'", []).is_err(),
        "a photo still refers to its record"
    );
}
