#![allow(clippy::unwrap_used, reason = "tests")]

use crate::recording::forms::PersonForm;
use baken_protocol::ids::OperationId;
use chrono::TimeDelta;
use rusqlite::params;

use super::*;
use crate::outbox::records::wanted::WantedState;
use crate::recording::forms::{DraftForm, ObservationForm, form_text};
use crate::store::scratch;

fn add_record(store: &Store, form: &str) -> OperationId {
    let id = store.environment.ids.uuid();
    store
        .write::<_, StoreError>(|tx| {
            tx.execute(
                "INSERT INTO operations (operation, entity, kind, hash, finalised_at, acute, size_bytes, signature,
                                         payload, form, sealed)
                 VALUES (?1, ?1, 'observation', ?1, '2026-01-01T00:00:00.000Z', 0, 2, zeroblob(64), x'00', ?2,
                         x'00')",
                [&id.to_string(), form],
            )?;
            Ok(())
        })
        .unwrap();
    OperationId(id)
}

fn correct(store: &Store, first: OperationId, action: &str, form: &str) -> OperationId {
    let step = add_record(store, form);
    store
        .write::<_, StoreError>(|tx| {
            tx.execute(
                "INSERT INTO corrections (position, first, action)
                 SELECT s.position, f.position, ?3 FROM operations s, operations f
                 WHERE s.operation = ?1 AND f.operation = ?2",
                [&step.to_string(), &first.to_string(), action],
            )?;
            Ok(())
        })
        .unwrap();
    step
}

fn form(store: &Store, fill: impl FnOnce(&mut ObservationForm)) -> String {
    let draft = store.start_draft(RecordKind::Observation).unwrap();
    store.discard_draft(draft.id).unwrap();
    let DraftForm::Observation(mut form) = draft.form else { panic!("an observation") };
    fill(&mut form);
    form_text(&DraftForm::Observation(form)).unwrap()
}

fn said(store: &Store, narrative: &str) -> String {
    form(store, |form| narrative.clone_into(&mut form.narrative))
}

fn words(words: &str) -> Wanted {
    Wanted { words: words.into(), ..Wanted::default() }
}

fn operations(page: &RecordPage) -> Vec<OperationId> {
    page.records.iter().map(|record| record.operation).collect()
}

fn found(store: &Store, wanted: &Wanted) -> Vec<OperationId> {
    operations(&store.record_page(wanted, None, 100).unwrap())
}

#[test]
fn a_form_that_cannot_be_read_hides_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let draft = store.start_draft(RecordKind::Observation).unwrap();
    let readable = add_record(&store, &form_text(&draft.form).unwrap());
    let unreadable = add_record(&store, r#"{"kind":"of-a-later-version"}"#);
    let no_json = add_record(&store, "of-a-later-version");
    store.write::<_, StoreError>(|tx| Ok(tx.execute("UPDATE drafts SET form = '{}'", []).map(|_| ())?)).unwrap();

    let listed: Vec<_> = store.records().unwrap().into_iter().map(|record| record.operation).collect();
    assert_eq!(listed, [no_json, unreadable, readable]);
    assert!(store.record(readable).is_ok());
    assert!(matches!(store.record(unreadable), Err(Failure::Unreadable)));
    assert_eq!(store.drafts().unwrap().len(), 1);
    assert!(matches!(store.draft(draft.id), Err(Failure::Unreadable)));
}

fn list_of(store: &Store, count: usize) {
    let form = said(store, "");
    for _ in 0..count {
        add_record(store, &form);
    }
}

#[test]
fn pages_follow_each_other_without_a_gap_whatever_is_signed_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let everything = Wanted::default();
    list_of(&store, 5);
    let all: Vec<_> = store.records().unwrap().into_iter().map(|record| record.operation).collect();

    let first = store.record_page(&everything, None, 2).unwrap();
    list_of(&store, 3);
    let second = store.record_page(&everything, first.next, 2).unwrap();
    let third = store.record_page(&everything, second.next, 2).unwrap();
    assert_eq!([operations(&first), operations(&second), operations(&third)].concat(), all);
    assert_eq!((first.total, second.total, third.total), (5, 8, 8));
    assert_eq!(third.next, None);
    let whole = store.record_page(&everything, first.next, 3).unwrap();
    assert_eq!((whole.records.len(), whole.next), (3, None), "a page that ends with the list says so");
}

#[test]
fn no_page_is_larger_than_a_page_or_empty() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let everything = Wanted::default();
    let page = store.record_page(&everything, None, 10).unwrap();
    assert_eq!((page.records, page.total, page.next), (vec![], 0, None));
    let more = usize::try_from(MOST_AT_ONCE).unwrap() + 1;
    list_of(&store, more);
    assert_eq!(store.record_page(&everything, None, u32::MAX).unwrap().records.len(), more - 1);
    assert_eq!(store.record_page(&everything, None, 0).unwrap().records.len(), 1);
    assert_eq!(store.record_page(&everything, Some(0), 10).unwrap().records, []);
    assert_eq!(store.records().unwrap().len(), more);
}

#[test]
fn a_page_and_an_inspection_are_found_by_their_place_and_nothing_else_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    for (sql, by) in [
        ("SELECT l.position FROM listed l WHERE l.position < ?1 ORDER BY l.position DESC LIMIT 2", "PRIMARY KEY"),
        ("SELECT position FROM listed WHERE inspection = ?1 AND kind = 'observation'", "listed_by_inspection"),
        ("SELECT l.position FROM listed l WHERE l.inspection = ?1 ORDER BY l.position DESC", "listed_by_inspection"),
    ] {
        let plan = store.read::<_, StoreError>(|connection| {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let steps = statement.query_map(["1"], |row| row.get::<_, String>(3))?;
            Ok(steps.collect::<Result<Vec<_>, _>>()?)
        });
        let plan = plan.unwrap();
        assert!(plan.iter().all(|step| step.starts_with("SEARCH") && step.contains(by)), "{plan:?}");
    }
}

#[test]
fn a_word_is_found_from_its_beginning_whatever_its_accents_and_capitals() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let ship = add_record(
        &store,
        &form(&store, |form| {
            "Eén deur zonder kruk.\nCafé achter in de hut".clone_into(&mut form.narrative);
            form.place.kind = Some("zeeschip".parse().unwrap());
            "MV Oostzee".clone_into(&mut form.place.exact.name);
            form.persons.push(PersonForm {
                pseudonym: "P7".into(),
                description: "matroos".into(),
                ..PersonForm::default()
            });
        }),
    );
    let other = add_record(&store, &said(&store, "Niets gezien"));
    for sought in ["een", "EÉN kru", "cafe", "CAFÉ", "oost", "mv oostzee deur", "zeesch", "matr", "p7", "  kruk\t"] {
        assert_eq!(found(&store, &words(sought)), [ship], "{sought}");
    }
    assert_eq!(found(&store, &words("ruk")), [], "not from its middle");
    assert_eq!(found(&store, &words("kruk niets")), [], "every word");
    let id = other.to_string().to_uppercase();
    let number = format!("{}-{}", &id[28..32], &id[32..]);
    assert_eq!(found(&store, &words(&number)), [other], "by the number that people name");
    let line = &store.record_page(&words("kruk"), None, 1).unwrap().records[0].line;
    assert_eq!(line, "Eén deur zonder kruk.");
}

#[test]
fn what_would_be_an_operator_is_a_word_like_any_other_and_never_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let plain = add_record(&store, &said(&store, "near or not deur"));
    for hostile in [
        "\"",
        "\"\"\"",
        "'",
        "deur\"",
        "\"deur",
        "deur*",
        "*",
        "^deur",
        "words:deur",
        "-deur",
        "deur AND",
        "NOT",
        "OR",
        "NEAR",
        "NEAR(deur, 2)",
        "(",
        ")",
        "deur)",
        "{words}: deur",
        "\0",
        "deur\0niets",
        "a\0",
        "\u{301}",
        "🙂",
        "𞤀",
        "ª",
        "--",
        ";",
        "record_words",
        "' OR 1=1 --",
        "\u{202e}deur",
        "%",
        "_",
    ] {
        store.record_page(&words(hostile), None, 10).unwrap_or_else(|error| panic!("{hostile:?}: {error:?}"));
    }
    let long = "x".repeat(100_000);
    store.record_page(&words(&long), None, 10).unwrap();
    store.record_page(&words(&"\"(".repeat(100_000)), None, 10).unwrap();
    store.record_page(&words(&"woord ".repeat(10_000)), None, 10).unwrap();
    for plainly in ["NOT", "\"deur\"", "deur*", "OR near", "^deur", "deur\0"] {
        assert_eq!(found(&store, &words(plainly)), [plain], "{plainly:?}");
    }
    assert_eq!(found(&store, &words("***")), [], "nothing that could be found");
    assert_eq!(found(&store, &words(" \0 ")), [plain], "nothing was typed");
}

fn terms(store: &Store) -> Vec<String> {
    store
        .read::<_, StoreError>(|connection| {
            connection.execute_batch(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab ('main', 'record_words', 'row')",
            )?;
            let mut terms = connection.prepare("SELECT term FROM temp.terms")?;
            Ok(terms.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .unwrap()
}

#[test]
fn a_corrected_record_is_found_by_what_it_says_and_no_more_by_what_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let first = add_record(&store, &said(&store, "vergissing hut"));
    assert!(terms(&store).contains(&"vergissing".to_owned()));
    let second = correct(&store, first, "amend", &said(&store, "toch kombuis"));
    assert_eq!(found(&store, &words("vergissing")), []);
    assert_eq!(found(&store, &words("kombuis")), [second]);
    assert!(!terms(&store).contains(&"vergissing".to_owned()), "no trace in the index");
    correct(&store, first, "retract", &said(&store, "toch kombuis"));
    assert_eq!(found(&store, &words("kombuis")), [second], "what was taken back is still to be read");
    assert_eq!(store.record_page(&Wanted::default(), None, 10).unwrap().total, 1);
}

#[test]
fn what_is_deleted_is_found_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let first = add_record(&store, &said(&store, "vergankelijk"));
    store
        .write::<_, StoreError>(
            |tx| Ok(tx.execute("DELETE FROM operations WHERE operation = ?1", [first.to_string()])?),
        )
        .unwrap();
    assert_eq!(found(&store, &words("vergankelijk")), []);
    assert_eq!(store.record_page(&Wanted::default(), None, 10).unwrap().records, []);
    assert!(!terms(&store).contains(&"vergankelijk".to_owned()));
}

#[test]
fn a_draft_is_found_by_what_was_saved_last_and_not_once_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let draft = store.start_draft(RecordKind::Observation).unwrap();
    let DraftForm::Observation(mut form) = draft.form else { panic!("an observation") };
    "Deur zónder kruk".clone_into(&mut form.narrative);
    form.forms.push("arbeidsuitbuiting".parse().unwrap());
    store.save_draft(draft.id, &DraftForm::Observation(form)).unwrap();
    let drafts = |wanted: &Wanted| {
        let page = store.record_page(wanted, None, 10).unwrap();
        page.drafts.into_iter().map(|draft| draft.line).collect::<Vec<_>>()
    };
    let line = ["Deur zónder kruk".to_owned()];
    let of = |state| Wanted { state: Some(state), ..Wanted::default() };
    assert_eq!(drafts(&words("zond kruk")), line);
    assert_eq!(drafts(&Wanted::default()), line);
    assert_eq!(drafts(&of(WantedState::Draft)), line);
    let of_form = |code: &str| Wanted { form: Some(code.parse().unwrap()), ..Wanted::default() };
    assert_eq!(drafts(&of_form("arbeidsuitbuiting")), line);
    assert!(drafts(&of_form("seksuele-uitbuiting")).is_empty());
    assert!(drafts(&of(WantedState::Waiting)).is_empty());
    assert!(drafts(&words("kombuis")).is_empty() && drafts(&words("*")).is_empty());
    let later = Wanted { from: Some(store.environment.clock.now() + TimeDelta::days(1)), ..Wanted::default() };
    assert!(drafts(&later).is_empty());
    store.discard_draft(draft.id).unwrap();
    assert!(drafts(&words("zond")).is_empty());
}

#[test]
fn the_words_of_a_draft_are_those_of_the_record_it_becomes() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let filled = form(&store, |form| {
        "Eigen woorden".clone_into(&mut form.narrative);
        "waarom".clone_into(&mut form.reason);
        form.place.kind = Some("hotel-pension".parse().unwrap());
        form.place.district = Some("wk-1".parse().unwrap());
        form.place.coordinates_typed = "52, 4".into();
        form.place.exact = form.place.exact.with_texts(|_| "plaats".to_owned());
        form.persons.push(PersonForm {
            pseudonym: "P1".into(),
            description: "rode jas".into(),
            ..PersonForm::default()
        });
    });
    let operation = add_record(&store, &filled).to_string();
    let kept: String = store
        .read::<_, StoreError>(|connection| {
            Ok(connection.query_row("SELECT words FROM words_of_records", [], |row| row.get(0))?)
        })
        .unwrap();
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    let drafted = crate::recording::forms::parse_form(&filled).unwrap().words();
    assert_eq!(sorted(&kept), sorted(&format!("{drafted} {} {}", &operation[28..32], &operation[32..])));
}

#[test]
fn conditions_hold_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let inspection = EntityId(store.environment.ids.uuid());
    let at = |kind: &str, of_form: &str, within: Option<EntityId>| {
        let of = form(&store, |form| {
            "deur".clone_into(&mut form.narrative);
            form.place.kind = Some(kind.parse().unwrap());
            form.forms = vec![of_form.parse().unwrap()];
            form.inspection = within;
        });
        add_record(&store, &of)
    };
    let one = at("zeeschip", "arbeidsuitbuiting", Some(inspection));
    let two = at("zeeschip", "seksuele-uitbuiting", None);
    let three = at("woning", "arbeidsuitbuiting", Some(inspection));
    let code = |text: &str| Some(text.parse().unwrap());
    let everything = Wanted::default();
    assert_eq!(found(&store, &Wanted { place_kind: code("zeeschip"), ..everything.clone() }), [two, one]);
    assert_eq!(found(&store, &Wanted { form: code("arbeidsuitbuiting"), ..everything.clone() }), [three, one]);
    assert_eq!(found(&store, &Wanted { form: code("arbeid"), ..everything.clone() }), []);
    assert_eq!(found(&store, &Wanted { inspection: Some(inspection), ..everything.clone() }), [three, one]);
    let narrow = Wanted { place_kind: code("zeeschip"), inspection: Some(inspection), ..words("deur") };
    assert_eq!(found(&store, &narrow), [one]);
    let signed = "2026-01-01T00:00:00Z".parse().unwrap();
    let second = TimeDelta::seconds(1);
    let span = |from, until| Wanted { from: Some(from), until: Some(until), ..Wanted::default() };
    assert_eq!(found(&store, &span(signed, signed + second)).len(), 3);
    assert_eq!(found(&store, &span(signed - second, signed)).len(), 0);
    let page = store.record_page(&Wanted { form: code("arbeidsuitbuiting"), ..everything }, None, 1).unwrap();
    assert_eq!((page.total, page.more_than_total, operations(&page)), (2, false, vec![three]));
    assert_eq!(operations(&store.record_page(&words("deur"), page.next, 1).unwrap()), [two], "pages go on");
}

#[test]
fn what_was_signed_before_there_was_a_search_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let first = add_record(&store, &said(&store, "vergissing"));
    let second = correct(&store, first, "amend", &said(&store, "kombuis"));
    let plain = add_record(&store, &said(&store, "kombuis"));
    add_record(&store, "of-a-later-version");
    let before = store.record_page(&words("kombuis"), None, 10).unwrap();
    store
        .write::<_, StoreError>(|tx| {
            tx.execute_batch(
                "DROP TRIGGER list_record; DROP TRIGGER list_correction; DROP TRIGGER unlist_record;
                 DROP TABLE record_words; DROP VIEW words_of_records; DROP VIEW operations_in_short;
                 DROP TABLE listed; DROP INDEX outbox_refused;",
            )?;
            Ok(tx.execute_batch(include_str!("../../../../../../migrations/companion/0011_find_records.sql"))?)
        })
        .unwrap();
    let after = store.record_page(&words("kombuis"), None, 10).unwrap();
    assert_eq!((operations(&after), &after), (vec![plain, second], &before));
    assert_eq!(found(&store, &words("vergissing")), []);
    let of_first = "SELECT count(*) FROM listed WHERE shown <> position";
    let corrected: u64 =
        store.read::<_, StoreError>(|c| Ok(c.query_row(of_first, params![], |row| row.get(0))?)).unwrap();
    assert_eq!(corrected, 1);
}
