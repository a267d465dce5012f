#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use baken_protocol::record::RecordKind;
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

/// Opens at noon of a day of November 2026.
fn open_on(day: u32, path: &Path) -> Result<Store, StoreError> {
    let noon = chrono::NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc();
    let environment = Environment { clock: Arc::new(Stopped(noon)), ..Environment::system() };
    Store::open(path, key(1), environment, Access::ReadWrite, Arc::default())
}

struct Stopped(DateTime<Utc>);

impl crate::environment::Clock for Stopped {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }

    fn since_boot(&self) -> Option<crate::environment::Uptime> {
        None
    }
}

const LARGE_PHOTO: &str = "INSERT INTO photos (photo, draft, taken_at, width, height, jpeg)
                           VALUES ('photo', 'draft', '2026-11-01', 1, 1, zeroblob(1000000))";
const LARGE_DRAFT: &str = "INSERT INTO drafts (draft, kind, started_at, saved_at, form)
                           VALUES ('draft', 'observation', '2026-11-01', '2026-11-01', hex(zeroblob(500000)))";

fn run(store: &Store, sql: &str) {
    store.write::<_, StoreError>(|tx| Ok(tx.execute_batch(sql)?)).unwrap();
}

/// Changes one byte in the middle of the file: of what is far larger than everything else there.
fn spoil(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(path, bytes).unwrap();
}

const LARGE_UNSENT: &str = "
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('o', 'e', 'observation', 'h', '2026-11-01', 0, 0, zeroblob(64), x'00', '{}', zeroblob(1000000))";
/// In a batch that has no receipt.
const LARGE_BATCHED: &str = "
    INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
    VALUES ('c', 1, 'b', x'00', zeroblob(64), '2026-11-01');
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('o', 'e', 'observation', 'h', '2026-11-01', 0, 0, zeroblob(64), x'00', '{}', zeroblob(1000000));
    INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq) VALUES (1, 'observation', 0, 0, 'c', 1)";
/// In one that has.
const LARGE_RECORD: &str = "
    INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
    VALUES ('c', 1, 'b', x'00', zeroblob(64), '2026-11-01');
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('o', 'e', 'observation', 'h', '2026-11-01', 0, 0, zeroblob(64), x'00', '{}', zeroblob(1000000));
    INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq) VALUES (1, 'observation', 0, 0, 'c', 1);
    INSERT INTO receipts (hash, chain, seq, log_origin, leaf_index, received_at, envelope)
    VALUES ('r', 'c', 1, 'log', 0, '2026-11-01', x'00')";

/// Whether it is moved aside at the next unlock, as one that was found damaged is.
fn is_moved_aside(day: u32, path: &Path) -> bool {
    match open_on(day, path) {
        Err(StoreError::Damaged { moved_to }) => path.with_file_name(moved_to).exists(),
        Ok(_) | Err(_) => false,
    }
}

/// What comes of a look while the store is open: whether damage is told at once.
fn looked_at_on(day: u32, path: &Path) -> bool {
    let store = open_on(day, path).unwrap();
    store.look();
    let told = store.found_damage();
    store.close();
    told
}

#[test]
fn damage_is_found_at_the_unlock_or_right_after_it_and_in_photos_the_day_after() {
    for (sql, found) in [
        (LARGE_DRAFT, "at the unlock"),
        (LARGE_UNSENT, "at the unlock"),
        (LARGE_BATCHED, "at the unlock"),
        (LARGE_RECORD, "after it"),
        (LARGE_PHOTO, "the day after"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let store = open_on(1, &path).unwrap();
        run(&store, sql);
        store.close();
        assert!(!looked_at_on(1, &path), "nothing is told of a sound store");
        spoil(&path);
        if found != "at the unlock" {
            assert_eq!(looked_at_on(1, &path), found == "after it", "{found}");
        }
        if found == "the day after" {
            assert!(looked_at_on(2, &path), "{found}");
        }
        assert!(is_moved_aside(1, &path), "{found}");
        assert!(!looked_at_on(1, &path), "what took its place is sound");
    }
}

#[test]
fn an_unlock_waits_for_nothing_that_grows_with_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open_on(1, &path).unwrap();
    let tables: Vec<String> = store
        .read::<_, StoreError>(|connection| {
            let mut names = connection.prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
            )?;
            Ok(names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .unwrap();
    // A table that is added here is looked at before every unlock unless `soundness` names it among those that grow.
    assert_eq!(
        tables,
        [
            "applied_migrations",
            "batches",
            "catalogues",
            "corrections",
            "device",
            "drafts",
            "enrolment",
            "joint_inspections",
            "key_directories",
            "known_places",
            "listed",
            "log_continuations",
            "operations",
            "outbox_counts",
            "outbox_entries",
            "outcomes",
            "photos",
            "purged",
            "receipts",
            "record_words",
            "record_words_config",
            "record_words_data",
            "record_words_idx",
            "settings",
            "spoken_pieces",
            "vocabularies"
        ]
    );
    run(&store, LARGE_RECORD);
    store.close();
    spoil(&path);
    assert!(open_on(1, &path).is_ok(), "it opened without a look at the record");
}

#[test]
fn a_store_that_was_not_looked_at_to_the_end_for_some_unlocks_is_looked_at_before_it_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open_on(1, &path).unwrap();
    run(&store, LARGE_PHOTO);
    store.close();
    spoil(&path);
    for _ in 0..soundness::MOST_CUT_SHORT {
        // Locked before there was time for a look.
        open_on(2, &path).unwrap().close();
    }
    assert!(is_moved_aside(2, &path));
}

#[test]
fn a_look_that_came_to_its_end_starts_the_count_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open_on(1, &path).unwrap();
    run(&store, LARGE_PHOTO);
    store.close();
    for _ in 0..soundness::MOST_CUT_SHORT - 1 {
        open_on(1, &path).unwrap().close();
    }
    assert!(!looked_at_on(1, &path));
    spoil(&path);
    for _ in 0..soundness::MOST_CUT_SHORT {
        open_on(2, &path).unwrap().close();
    }
    assert!(is_moved_aside(2, &path));
}

#[test]
fn a_look_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_on(1, &folder.path().join("store.sqlite")).unwrap();
    // The turn is taken: whoever wanted it would wait for ever.
    let looked = store.read::<_, StoreError>(|_| store.look_beside(soundness::Extent::Everything));
    assert!(looked.is_ok());
}

#[test]
fn what_is_written_while_one_looks_is_not_taken_for_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open_on(1, &path).unwrap();
    run(&store, LARGE_RECORD);
    store.close();
    let store = open_on(1, &path).unwrap();
    // Its pages are written anew, and stand in the log.
    run(&store, "UPDATE operations SET sealed = randomblob(1000000)");
    spoil(&path);
    assert!(store.look_beside(soundness::Extent::AllButPhotos).is_err(), "the file alone is not whole at this moment");
    store.look();
    assert!(!store.found_damage(), "the log went into it before it was looked at again");
    store.close();
    assert!(open_on(1, &path).is_ok());
}

#[test]
fn every_page_is_looked_at_once_a_day_after_an_unclean_end_and_where_the_clock_went_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open_on(10, &path).unwrap();
    run(&store, LARGE_PHOTO);
    drop(store);
    // Killed: what was written last stands in the log.
    let store = open_on(10, &path).unwrap();
    run(&store, "INSERT INTO settings (name, value) VALUES ('x', '1')");
    let copy = |name: &str, with_log: bool| {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let copied = folder.join("store.sqlite");
        fs::copy(&path, &copied).unwrap();
        if with_log {
            fs::copy(folder.with_file_name("store.sqlite-wal"), folder.join("store.sqlite-wal")).unwrap();
        }
        spoil(&copied);
        copied
    };
    assert!(is_moved_aside(10, &copy("killed", true)), "before it opens");
    for (name, day, found) in [("closed", 10, false), ("next day", 11, true), ("clock back", 9, true)] {
        assert_eq!(looked_at_on(day, &copy(name, false)), found, "{name}");
    }
}

#[test]
fn a_store_of_an_older_version_is_looked_at_before_it_is_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    version_1(&path);
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "key", format!("x'{}{}'", "01".repeat(32), "09".repeat(16))).unwrap();
    connection.execute("UPDATE photos SET jpeg = zeroblob(1000000)", []).unwrap();
    drop(connection);
    spoil(&path);
    assert!(is_moved_aside(1, &path));
}

#[test]
fn a_store_that_failed_while_it_was_open_is_looked_at_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open_on(1, &path).unwrap();
    run(&store, LARGE_PHOTO);
    store.close();
    spoil(&path);
    let store = open_on(1, &path).unwrap();
    let photo = store.read::<_, StoreError>(|connection| {
        Ok(connection.query_row("SELECT jpeg FROM photos", [], |row| row.get::<_, Vec<u8>>(0))?)
    });
    assert!(photo.is_err(), "no byte of a damaged photo is taken for good");
    store.close();
    assert!(matches!(open_on(1, &path), Err(StoreError::Damaged { .. })));
    open_on(1, &path).unwrap().close();
    assert!(!folder.path().join("store.sqlite-failed").exists(), "what took its place is sound");
}

#[test]
fn what_every_receipt_asks_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.sqlite"), 1).unwrap();
    let sql = "EXPLAIN QUERY PLAN SELECT envelope FROM receipts WHERE leaf_index = 7";
    let plan: String =
        store.read::<_, StoreError>(|connection| Ok(connection.query_row(sql, [], |row| row.get(3))?)).unwrap();
    assert!(plan.starts_with("SEARCH receipts") && plan.contains("receipts_by_place"), "{plan}");
}

#[test]
fn the_receipt_that_was_taken_in_last_tells_the_time_and_not_the_latest() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.sqlite"), 1).unwrap();
    let floor_after = |hash: &str, received_at: &str| {
        store
            .read::<_, StoreError>(|connection| {
                connection.pragma_update(None, "foreign_keys", false)?;
                connection.execute(
                    "INSERT INTO receipts (hash, chain, seq, log_origin, leaf_index, received_at, envelope)
                     VALUES (?1, 'c', 1, 'log', 1, ?2, x'00')",
                    [hash, received_at],
                )?;
                settings::Setting::LastReceipt.write(connection, Some(&hash))
            })
            .unwrap();
        store.time_floor().unwrap().to_rfc3339()
    };
    assert_eq!(floor_after("a", "2036-11-25T12:00:00.000Z"), "2036-11-25T12:00:00+00:00", "as signed");
    assert_eq!(
        floor_after("b", "2026-11-25T12:00:00.000Z"),
        "2026-11-25T12:00:00+00:00",
        "the wrong year is forgotten"
    );
}

/// The compiler does not read the tables: a kind that they do not take is found here, before anyone drafts it.
#[test]
fn every_table_takes_every_kind_of_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.sqlite"), 1).unwrap();
    let tables: Vec<String> = store
        .read::<_, StoreError>(|connection| {
            let mut statement =
                connection.prepare("SELECT sql FROM sqlite_schema WHERE sql LIKE '%CHECK (kind IN (%'")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .unwrap();
    assert!(tables.len() >= 2, "drafts and what was signed: {tables:?}");
    // A step in taking part is signed as it is made, and never drafted.
    let drafted = |table: &str, kind: RecordKind| kind != RecordKind::Participation || !table.contains("drafts");
    let pairs = tables.iter().flat_map(|table| RecordKind::ALL.iter().map(move |kind| (table, kind)));
    for (table, kind) in pairs.filter(|(table, kind)| drafted(table, **kind)) {
        assert!(table.contains(&format!("'{}'", kind.name())), "{table}: {}", kind.name());
    }
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
fn a_store_of_a_version_between_two_releases_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open(&path, 1).unwrap();
    let other = "UPDATE applied_migrations SET sha256 = 'another' WHERE version = 2";
    store.write::<_, StoreError>(|tx| Ok(tx.execute(other, [])?)).unwrap();
    drop(store);
    assert!(matches!(open(&path, 1), Err(StoreError::OtherSchema)));
    assert!(matches!(open(&path, 1), Err(StoreError::OtherSchema)), "still there, still refused");
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
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "key", format!("x'{}{}'", "01".repeat(32), "09".repeat(16))).unwrap();
    migrate::MIGRATIONS.first(1).apply(&mut connection, |_| Ok::<_, StoreError>(())).unwrap();
    connection
        .execute_batch(
            "PRAGMA user_version = 1;
             INSERT INTO device (id, signing_key, chain) VALUES (1, x'00', 'chain');
             INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
             VALUES ('chain', 1, 'batch', x'01', zeroblob(64), '2026-01-01T00:00:00.000Z');
             INSERT INTO operations (operation, entity, kind, form, hash, payload, signature, sealed, finalised_at,
                                     chain, seq)
             VALUES ('sent', 'ship', 'inspection', '{}', 'a', x'0a', zeroblob(64), x'0b', '2026-01-01', 'chain', 1),
                    ('waits', 'seen', 'observation', '{\"x\":1}', 'b', CAST('{\"open\":{\"urgency\":\"acuut\"}}' AS BLOB),
                     zeroblob(64), x'0d', '2026-01-02',
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
                          seq, isolated, acute, size_bytes, form, hex(payload), hex(sealed), length(signature)), ' ')
                      FROM operations JOIN outbox_entries USING (position, kind, acute, size_bytes)";
    assert_eq!(
        row(operations),
        "1|sent|ship|inspection|a|2026-01-01|chain|1|0|0|2|{}|0A|0B|64 \
         2|waits|seen|observation|b|2026-01-02|0|1|29|{\"x\":1}|7B226F70656E223A7B22757267656E6379223A226163757574227D7D|0D|64"
    );
    let drafts = "SELECT concat_ws('|', draft, kind, started_at, saved_at, form) FROM drafts";
    assert_eq!(row(drafts), "draft|observation|2026-01-03|2026-01-04|{\"y\":2}");
    let photos = "SELECT group_concat(concat_ws('|', photo, operation, hex(sealed), uploaded_at), ' ') FROM photos";
    assert_eq!(row(photos), "photo|waits|0F uploaded|sent|1F", "what was uploaded asks for its receipt");
    assert_eq!(row("SELECT group_concat(class || samples, ' ') FROM photos"), "photo0 photo0", "none is a spoken note");
    assert!(
        connection.execute("DELETE FROM operations WHERE operation = 'waits'", []).is_err(),
        "a photo still refers to its record"
    );
}
