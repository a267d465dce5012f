#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::test_runner::Config;
use rusqlite::params;

use super::*;
use crate::outbox::entries::enter;
use crate::outbox::records::RecordSummary;
use crate::outbox::records::wanted::{Wanted, WantedState};
use crate::store::{Store, scratch};

/// Something that happens to one of the records, batches or photos there are.
fn happens(tx: &Connection, what: u8, which: u32, number: usize) -> rusqlite::Result<()> {
    let many = |sql: &str| tx.execute(sql, []).map(|_| ());
    let one = |sql: &str| tx.execute(sql, [which]).map(|_| ());
    match what % 14 {
        0..=2 => {
            let kind = if which.is_multiple_of(3) { "inspection" } else { "observation" };
            let name = format!("00000000-0000-4000-8000-{number:012}");
            tx.execute(
                "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload,
                                         form, sealed)
                 VALUES (?1, ?1, ?2, ?1, '2026-01-01T00:00:00.000Z', 0, 2, zeroblob(64), x'00', 'of-a-later-version', x'00')",
                [&name, kind],
            )?;
            for photo in 0..which % 3 {
                tx.execute(
                    "INSERT INTO photos (photo, operation, taken_at, width, height, jpeg, sealed, sha256)
                     VALUES (?1 || ?2, ?1, '2026-01-01', 1, 1, x'00', x'00', ?1 || ?2)",
                    params![name, photo],
                )?;
            }
            Ok(())
        }
        3 => enter(tx).map_err(|_| rusqlite::Error::InvalidQuery),
        4 => {
            enter(tx).map_err(|_| rusqlite::Error::InvalidQuery)?;
            tx.execute(
                "INSERT INTO batches (chain, seq, hash, payload, signature, made_at)
                 VALUES ('chain', ?1, ?1, x'00', zeroblob(64), '2026-01-01')",
                [number],
            )?;
            tx.execute(
                "UPDATE outbox_entries SET chain = 'chain', seq = ?1 WHERE seq IS NULL AND refused IS NULL AND position % 2 = ?2",
                params![number, which % 2],
            )?;
            Ok(())
        }
        // By two logs: one batch may have several receipts.
        5 | 6 => tx
            .execute(
                "INSERT INTO receipts (hash, chain, seq, log_origin, leaf_index, received_at, envelope)
                 SELECT ?1, chain, seq, 'log' || (?2 % 2), ?1, '2026-01-02T00:00:00.000Z', x'00' FROM outbox_entries
                 WHERE seq IS NOT NULL ORDER BY (seq * 7 + ?2) % 11 LIMIT 1",
                params![number, which],
            )
            .map(|_| ()),
        7 => {
            one("UPDATE outbox_entries SET refused = 'malformed', aside_since = '2026-01-01', chain = NULL, seq = NULL
                  WHERE position % 5 = ?1 % 5")
        }
        8 => many("UPDATE outbox_entries SET refused = NULL, aside_since = NULL WHERE refused IS NOT NULL"),
        9 => one("UPDATE outbox_entries SET chain = NULL, seq = NULL WHERE seq % 3 = ?1 % 3"),
        10 => one("UPDATE photos SET uploaded_at = '2026-01-01' WHERE rowid % 3 = ?1 % 3"),
        11 => one("UPDATE photos SET uploaded_at = NULL WHERE rowid % 4 = ?1 % 4"),
        12 => {
            let name = format!("00000000-0000-4000-9000-{number:012}");
            let made = tx.execute(
                "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload,
                                         form, sealed)
                 SELECT ?1, ?1, o.kind, ?1, '2026-01-01T00:00:00.000Z', 0, 2, zeroblob(64), x'00', 'later', x'00'
                 FROM operations o WHERE o.position NOT IN (SELECT position FROM corrections)
                 ORDER BY o.position % (?2 + 1) LIMIT 1",
                params![name, which],
            )?;
            if made > 0 {
                tx.execute(
                    "INSERT INTO corrections (position, first, action)
                     SELECT s.position, f.position, 'amend' FROM operations s, operations f
                     WHERE s.operation = ?1 AND f.operation <> ?1 AND f.kind = s.kind
                           AND f.position NOT IN (SELECT position FROM corrections)
                     ORDER BY f.position % (?2 + 1) LIMIT 1",
                    params![name, which],
                )?;
            }
            Ok(())
        }
        _ => tx
            .execute(
                "INSERT OR IGNORE INTO log_continuations (log_origin, continues, last_leaf, envelope)
                 VALUES ('next' || (?1 % 2), 'log' || (?1 % 2), ?2, x'00')",
                params![which, number / 2],
            )
            .map(|_| ()),
    }
}

/// How many of the list are in which state.
fn in_the_list(store: &Store, kind: RecordKind) -> StateCounts {
    let mut counts = StateCounts::default();
    for record in store.records().unwrap() {
        if record.kind == kind {
            counts.add(record.state, 1);
        }
    }
    counts
}

proptest! {
    #![proptest_config(Config::with_cases(24))]

    /// What is counted is what the list says, and so is what is looked for by its state, whatever happens in whatever order.
    #[test]
    fn the_home_screen_counts_what_the_list_shows(happenings in vec((any::<u8>(), 0_u32..100), 30..90), failing: bool) {
        let folder = tempfile::tempdir().unwrap();
        let store = scratch(folder.path());
        let error = failing.then_some(FailureCode::Revoked);
        store.write::<_, StoreError>(|tx| Setting::LastSyncError.write(tx, error.as_ref())).unwrap();
        for (number, (what, which)) in (1..).zip(happenings) {
            store.write::<_, StoreError>(|tx| Ok(happens(tx, what, which, number)?)).unwrap();
        }
        for kind in RecordKind::ALL.iter().copied() {
            let counted = store.read(|connection| counts(connection, kind)).unwrap();
            assert_eq!(counted, in_the_list(&store, kind));
        }
        let listed = store.records().unwrap();
        let everything = store.record_page(&Wanted::default(), None, 1).unwrap().total;
        assert_eq!(everything, u64::try_from(listed.len()).unwrap());
        for state in [WantedState::Waiting, WantedState::Failed, WantedState::Acknowledged] {
            let wanted = Wanted { state: Some(state), ..Wanted::default() };
            let page = store.record_page(&wanted, None, 200).unwrap();
            let fits = |record: &RecordSummary| match record.state {
                RecordState::Finalised | RecordState::Sending => state == WantedState::Waiting,
                RecordState::Failed => state == WantedState::Failed,
                RecordState::Acknowledged => state == WantedState::Acknowledged,
            };
            let expected: Vec<_> = listed.iter().filter(|record| fits(record)).cloned().collect();
            assert_eq!(page.records, expected, "{state:?}");
            assert_eq!(page.total, u64::try_from(expected.len()).unwrap());
        }
    }
}

#[test]
fn the_home_screen_looks_at_no_record_that_has_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    for sql in [KEPT, WITHOUT_A_PHOTO] {
        let plan = store.read::<_, StoreError>(|connection| {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let steps = statement.query_map(["observation"], |row| row.get::<_, String>(3))?;
            Ok(steps.collect::<Result<Vec<_>, _>>()?)
        });
        for step in plan.unwrap() {
            // The counts themselves, and photos by the index of those that are unsent.
            let scans = step.starts_with("SCAN") && !step.contains("outbox_counts") && !step.contains("photos_unsent");
            assert!(!scans || step == "SCAN (subquery-1)", "{step}");
        }
    }
}

#[test]
fn records_that_were_there_before_they_were_counted_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    store
        .write::<_, StoreError>(|tx| {
            for (number, what) in (1..).zip([0, 1, 2, 3, 4, 5, 0, 3, 7]) {
                happens(tx, what, 1, number)?;
            }
            // As the migration finds a store of before.
            let migration = include_str!("../../../../../migrations/companion/0007_count_what_stands_where.sql");
            let backfill =
                migration.split(';').find(|part| part.contains("\nINSERT INTO outbox_counts\n    SELECT kind"));
            tx.execute("DELETE FROM outbox_counts", [])?;
            tx.execute(backfill.unwrap(), [])?;
            Ok(())
        })
        .unwrap();
    assert!(store.read::<_, StoreError>(|connection| Ok(are_kept_right(connection))).unwrap());
    assert_ne!(in_the_list(&store, RecordKind::Observation), StateCounts::default());
}
