#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::store::scratch;
use uuid::Uuid;

const FIRST: OperationId = OperationId(Uuid::from_u128(1));
const AMENDED: OperationId = OperationId(Uuid::from_u128(2));

/// An observation at its first step, and how much of it was signed here.
const SIGNED: &str = "
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000009', 'observation', 'h1',
            '2026-11-01T10:00:00.000Z', 0, 0, zeroblob(64), x'00', '{}', x'00')";
const CORRECTED: &str = "
    INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature, payload, form, sealed)
    VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000009', 'observation', 'h2',
            '2026-11-02T10:00:00.000Z', 0, 0, zeroblob(64), x'00', '{}', x'00');
    INSERT INTO corrections (position, first, action) VALUES (2, 1, 'amend')";

fn run(store: &Store, sql: &str) {
    store.write::<_, StoreError>(|tx| Ok(tx.execute_batch(sql)?)).unwrap();
}

fn tell(store: &Store, operation: OperationId, state: &str, question: Option<&str>) {
    let outcome = Outcome {
        operation,
        state: state.parse().unwrap(),
        since: DateTime::UNIX_EPOCH,
        question: question.map(|code| code.parse().unwrap()),
        closed_as: None,
    };
    store.write::<_, StoreError>(|tx| keep(tx, &outcome)).unwrap();
}

fn kept(store: &Store) -> Option<RecordOutcome> {
    let outcome = store
        .read::<_, StoreError>(|connection| {
            let sql = "SELECT state, since, question, answered, closed_as FROM outcomes WHERE position = 1";
            Ok(connection.query_row(sql, [], |row| OutcomeRow::read(row, 0)).optional()?.flatten())
        })
        .unwrap();
    outcome.map(|row| RecordOutcome::try_from(row).unwrap())
}

fn questions(store: &Store) -> Option<OpenQuestions> {
    store.read(open_questions).unwrap()
}

#[test]
fn a_question_is_open_until_something_is_signed_about_its_record_or_the_office_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    run(&store, SIGNED);
    tell(&store, FIRST, "question", Some("any-photo"));
    assert_eq!(questions(&store), Some(OpenQuestions { count: 1, first: FIRST }));
    assert_eq!(kept(&store).unwrap().question, Some(Question::AnyPhoto));
    run(&store, CORRECTED);
    assert_eq!((questions(&store), kept(&store).unwrap().answered), (None, true));
    tell(&store, AMENDED, "question", Some("danger-now"));
    assert_eq!(questions(&store).unwrap().first, FIRST, "asked once more, by whatever step of it");
    tell(&store, FIRST, "received", None);
    assert_eq!((questions(&store), kept(&store).unwrap().question), (None, None));
}

#[test]
fn what_a_later_version_says_is_kept_and_read_as_something_that_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    run(&store, SIGNED);
    tell(&store, FIRST, "prosecuted", Some("when"));
    let outcome = kept(&store).unwrap();
    assert_eq!((outcome.state, outcome.question), (None, None));
    assert_eq!(questions(&store).unwrap().count, 1, "somebody waits for an answer all the same");
}

#[test]
fn it_goes_with_what_is_purged_and_is_not_kept_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    run(&store, SIGNED);
    tell(&store, FIRST, "question", Some("any-photo"));
    run(&store, "INSERT INTO purged (position, purged_at) VALUES (1, '2026-12-01T00:00:00.000Z')");
    assert_eq!((kept(&store), questions(&store)), (None, None));
    tell(&store, FIRST, "closed", None);
    assert_eq!(kept(&store), None);
}

#[test]
fn what_is_told_of_a_record_that_is_not_here_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    tell(&store, FIRST, "in-treatment", None);
    assert_eq!(kept(&store), None);
}
