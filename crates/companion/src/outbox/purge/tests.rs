#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use rusqlite::types::Value;

use super::*;
use crate::environment::{Clock, Environment, Uptime};
use crate::outbox::records::wanted::Wanted;
use crate::store::scratch;

/// A record with a photo, received on the first of November.
const RECEIVED: &str = r#"
    INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
    VALUES ('c', 1, 'b', x'00', zeroblob(64), '2026-11-01T10:00:00.000Z');
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('00000000-0000-7000-8000-00000000abcd', '00000000-0000-7000-8000-00000000abcd', 'observation', 'h',
            '2026-11-01T10:00:00.000Z', 0, 0, zeroblob(64), x'00',
            '{"narrative":"kanarie in de hut","forms":["kanarievorm"],"place":{"kind":"hotel","name":"kanariehotel"}}',
            x'5EA1ED');
    INSERT INTO photos (photo, operation, taken_at, width, height, jpeg, sealed, sha256, uploaded_at, receipt, caption)
    VALUES ('p', '00000000-0000-7000-8000-00000000abcd', '2026-11-01', 1, 1, CAST('kanarie' AS BLOB), x'5EA1ED', 's',
            '2026-11-01T10:00:00.000Z', x'00', 'kanarie');
    INSERT INTO outbox_entries (position, kind, acute, size_bytes, chain, seq) VALUES (1, 'observation', 0, 0, 'c', 1);
    INSERT INTO receipts (hash, chain, seq, log_origin, leaf_index, received_at, envelope)
    VALUES ('r', 'c', 1, 'log', 0, '2026-11-01T10:00:00.000Z', x'00')"#;
const SETTINGS: &str = r#"
    INSERT INTO catalogues (kind, version, hash, signed_by, issued_at, not_after, content)
    VALUES ('settings', 1, 'h', 'k', '2026-11-01', '2027-11-01', CAST('{"phones":[],"purgeAfterDays":7}' AS BLOB))"#;
const DRAFT: &str = "
    INSERT INTO drafts (draft, kind, started_at, saved_at, form, amends)
    VALUES ('d', 'observation', '2026-11-02', '2026-11-02', '{}', 1)";
/// An amendment that has no receipt.
const CORRECTION: &str = "
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('o2', 'e', 'observation', 'h2', '2026-11-02T10:00:00.000Z', 0, 0, zeroblob(64), x'00', '{}', x'00');
    INSERT INTO corrections (position, first, action) VALUES (2, 1, 'amend')";

struct Stopped(DateTime<Utc>);

impl Clock for Stopped {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }

    fn monotonic_ms(&self) -> u64 {
        0
    }

    fn since_boot(&self) -> Option<Uptime> {
        None
    }
}

fn run(store: &Store, sql: &str) {
    store.write::<_, StoreError>(|tx| Ok(tx.execute_batch(sql)?)).unwrap();
}

/// With this in it, and its clock so many days after the receipt.
fn store_after(days: i64, folder: &std::path::Path, sql: &[&str]) -> Store {
    let mut store = scratch(folder);
    let received: DateTime<Utc> = "2026-11-01T10:00:00Z".parse().unwrap();
    store.environment =
        Environment { clock: Arc::new(Stopped(received + TimeDelta::days(days))), ..Environment::system() };
    for sql in sql {
        run(&store, sql);
    }
    store
}

fn purged_after(days: i64, sql: &[&str]) -> u32 {
    let folder = tempfile::tempdir().unwrap();
    store_after(days, folder.path(), &[&[RECEIVED], sql].concat()).purge(9).unwrap()
}

fn everything_in(store: &Store) -> Vec<u8> {
    let read = |connection: &Connection| {
        let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
        let names: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut all = Vec::new();
        for name in names {
            let mut statement = connection.prepare(&format!("SELECT * FROM \"{name}\""))?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    match row.get(column)? {
                        Value::Text(text) => all.extend(text.into_bytes()),
                        Value::Blob(bytes) => all.extend(bytes),
                        Value::Null | Value::Integer(_) | Value::Real(_) => {}
                    }
                }
            }
        }
        Ok::<_, StoreError>(all)
    };
    store.read(read).unwrap()
}

fn found(store: &Store, words: &str) -> u64 {
    let wanted = Wanted { words: words.into(), ..Wanted::default() };
    store.record_page(&wanted, None, 9).unwrap().total
}

#[test]
fn nothing_that_can_be_read_of_a_purged_record_is_left_in_the_store_and_what_was_sealed_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_after(31, folder.path(), &[RECEIVED]);
    let has = |text: &[u8]| everything_in(&store).windows(text.len()).any(|window| window == text);
    assert!(has(b"kanarie"));
    assert_eq!((found(&store, "kanarie"), found(&store, "abcd")), (1, 1));
    assert_eq!(store.purge(9).unwrap(), 1);
    assert!(!has(b"kanarie") && !has(b"anarie"));
    assert!(has(&[0x5e, 0xa1, 0xed]), "what was sealed");
    assert_eq!((found(&store, "kanarie"), found(&store, "abcd")), (0, 1), "it is found by its number alone");
    assert_eq!(store.purge(9).unwrap(), 0, "it is purged once");
}

#[test]
fn a_record_is_purged_when_its_days_are_over_by_default_or_as_the_municipality_says() {
    assert_eq!((purged_after(29, &[]), purged_after(31, &[])), (0, 1));
    assert_eq!((purged_after(6, &[SETTINGS]), purged_after(8, &[SETTINGS])), (0, 1));
}

#[test]
fn a_record_that_is_being_amended_or_has_a_correction_waiting_is_not_purged() {
    assert_eq!((purged_after(31, &[DRAFT]), purged_after(31, &[CORRECTION])), (0, 0));
}

#[test]
fn what_is_not_whole_at_the_municipality_is_not_purged() {
    for missing in [
        "UPDATE photos SET uploaded_at = NULL",
        "UPDATE photos SET receipt = NULL",
        "UPDATE photos SET uploaded_at = '2026-11-20T10:00:00.000Z'",
        "UPDATE outbox_entries SET chain = NULL, seq = NULL",
        "INSERT INTO log_continuations (log_origin, continues, last_leaf, envelope) VALUES ('next', 'log', -1, x'00')",
    ] {
        assert_eq!(purged_after(31, &[missing]), 0, "{missing}");
    }
}

#[test]
fn an_inspection_stays_as_long_as_it_is_open_or_a_draft_belongs_to_it() {
    let inspection = "UPDATE operations SET kind = 'inspection'; UPDATE outbox_entries SET kind = 'inspection';
                      UPDATE listed SET kind = 'inspection'; DELETE FROM outbox_counts; INSERT INTO outbox_counts
                      SELECT kind, standing, received, count(*) FROM outbox_standings GROUP BY kind, standing, received";
    let open = "INSERT INTO settings (name, value)
                VALUES ('open-inspection', '\"00000000-0000-7000-8000-00000000abcd\"')";
    let draft = r#"INSERT INTO drafts (draft, kind, started_at, saved_at, form)
                   VALUES ('d', 'observation', '2026-11-02', '2026-11-02',
                           '{"inspection":"00000000-0000-7000-8000-00000000abcd"}')"#;
    assert_eq!(purged_after(31, &[inspection]), 1);
    assert_eq!((purged_after(31, &[inspection, open]), purged_after(31, &[inspection, draft])), (0, 0));
}
