//! What was said stays, piece by piece, and nothing else is taken for it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::piece::{PIECE, wav};
use super::*;
use crate::recording::attached;
use crate::store::scratch;
use baken_protocol::record::RecordKind;

/// A store with a draft in it.
fn begun(folder: &std::path::Path) -> (Store, Uuid) {
    let store = scratch(folder);
    let draft = store.start_draft(RecordKind::Observation).unwrap().id;
    (store, draft)
}

fn tone(samples: usize) -> Vec<i16> {
    (0..samples).map(|at| i16::try_from(at % 200).unwrap() * 50 - 5_000).collect()
}

/// Of which nothing can be told beforehand.
pub(super) fn noise(samples: usize) -> Vec<i16> {
    let mut chance = 1_u32;
    std::iter::repeat_with(|| {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [.., third, last] = chance.to_le_bytes();
        i16::from_le_bytes([third, last])
    })
    .take(samples)
    .collect()
}

/// The samples of a note, by a decoder that is not ours.
fn heard(store: &Store, note: Uuid) -> Vec<i16> {
    let url = store.spoken_sound(note).unwrap();
    let file = BASE64.decode(url.strip_prefix("data:audio/flac;base64,").unwrap().as_bytes()).unwrap();
    let mut reader = claxon::FlacReader::new(&file[..]).unwrap();
    reader.samples().map(|sample| i16::try_from(sample.unwrap()).unwrap()).collect()
}

#[test]
fn what_was_said_in_pieces_is_one_note_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let said = tone(2 * PIECE + 1_000);
    let begun = store.begin_spoken(draft, &wav(&said[..PIECE])).unwrap();
    assert_eq!((begun.milliseconds, begun.broken_off), (5_120, true), "broken off, until it ends");
    store.continue_spoken(begun.id, 1, &wav(&said[PIECE..2 * PIECE])).unwrap();
    store.continue_spoken(begun.id, 2, &wav(&said[2 * PIECE..])).unwrap();
    let ended = store.end_spoken(begun.id).unwrap();
    assert_eq!((ended.milliseconds, ended.broken_off), (10_302, false));
    assert_eq!(heard(&store, begun.id), said);
    let draft = store.draft(draft).unwrap();
    assert_eq!((draft.spoken, draft.photos), (vec![ended], Vec::new()), "a note is no photo");
    let summary = store.drafts().unwrap().remove(0);
    assert_eq!((summary.spoken, summary.photos), (1, 0));
}

#[test]
fn what_was_said_until_it_broke_off_is_heard_and_called_broken_off() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let said = tone(2 * PIECE);
    let note = store.begin_spoken(draft, &wav(&said[..PIECE])).unwrap();
    store.continue_spoken(note.id, 1, &wav(&said[PIECE..])).unwrap();
    drop(store);
    let store = scratch(folder.path());
    assert_eq!(heard(&store, note.id), said);
    let kept = store.draft(draft).unwrap().spoken.remove(0);
    assert_eq!((kept.broken_off, kept.milliseconds), (true, 10_240));
}

#[test]
fn a_piece_that_is_given_again_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let piece = wav(&tone(PIECE));
    let note = store.begin_spoken(draft, &piece).unwrap().id;
    store.continue_spoken(note, 1, &piece).unwrap();
    assert_eq!(store.continue_spoken(note, 1, &piece).unwrap().milliseconds, 10_240);
    assert_eq!(store.continue_spoken(note, 0, &piece).unwrap().milliseconds, 10_240);
}

#[test]
fn nothing_follows_a_piece_that_is_missing_or_that_was_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let note = store.begin_spoken(draft, &wav(&tone(PIECE))).unwrap().id;
    assert!(matches!(store.continue_spoken(note, 2, &wav(&tone(9))), Err(Failure::NotAllowed)), "a gap");
    store.continue_spoken(note, 1, &wav(&tone(9))).unwrap();
    assert!(matches!(store.continue_spoken(note, 2, &wav(&tone(PIECE))), Err(Failure::NotAllowed)), "after the last");
    assert_eq!(heard(&store, note).len(), PIECE + 9);
}

#[test]
fn five_minutes_are_taken_and_not_a_sample_more() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let piece = wav(&vec![0; PIECE]);
    let note = store.begin_spoken(draft, &piece).unwrap().id;
    let whole = u32::try_from(LONGEST_SAMPLES / PIECE as u64).unwrap();
    for place in 1..whole {
        store.continue_spoken(note, place, &piece).unwrap();
    }
    let rest = usize::try_from(LONGEST_SAMPLES % PIECE as u64).unwrap();
    let over = store.continue_spoken(note, whole, &wav(&vec![0; rest + 1]));
    assert!(matches!(over, Err(Failure::SoundTooLong)));
    assert_eq!(store.continue_spoken(note, whole, &wav(&vec![0; rest])).unwrap().milliseconds, 300_000);
    assert!(store.continue_spoken(note, whole + 1, &wav(&[0])).is_err());
}

#[test]
fn the_longest_note_of_pure_noise_fits_an_attachment() {
    let piece = flac::frames(&noise(PIECE), 2_000).len() as u64;
    let all = piece * LONGEST_SAMPLES.div_ceil(PIECE as u64);
    assert!(all + 64 * 1024 < limits::ATTACHMENT_BYTES, "{all} bytes");
}

#[test]
fn what_is_no_sound_leaves_no_note_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    assert!(matches!(store.begin_spoken(draft, b"OggS"), Err(Failure::SoundUnreadable)));
    assert_eq!(store.draft(draft).unwrap().spoken, Vec::new());
    let note = store.begin_spoken(draft, &wav(&tone(PIECE))).unwrap().id;
    assert!(matches!(store.continue_spoken(note, 1, b"RIFF"), Err(Failure::SoundUnreadable)));
    assert_eq!(heard(&store, note).len(), PIECE);
}

#[test]
fn a_full_disk_refuses_the_piece_and_keeps_what_was_said_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let piece = wav(&noise(PIECE));
    let note = store.begin_spoken(draft, &piece).unwrap().id;
    store.limit_pages_for_tests(Some(0)).unwrap();
    assert!(matches!(store.continue_spoken(note, 1, &piece), Err(Failure::Store(StoreError::DiskFull))));
    assert!(matches!(store.begin_spoken(draft, &piece), Err(Failure::Store(StoreError::DiskFull))));
    store.limit_pages_for_tests(None).unwrap();
    assert_eq!(heard(&store, note), noise(PIECE));
    assert_eq!(store.draft(draft).unwrap().spoken.len(), 1, "nothing half begun");
    store.continue_spoken(note, 1, &piece).unwrap();
    assert_eq!(heard(&store, note).len(), 2 * PIECE, "and it goes on where it was");
}

#[test]
fn notes_and_photos_together_are_as_many_as_a_record_carries() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let piece = wav(&[1]);
    for _ in 0..limits::OPERATION_ATTACHMENTS {
        store.begin_spoken(draft, &piece).unwrap();
    }
    assert!(matches!(store.begin_spoken(draft, &piece), Err(Failure::TooManyPhotos)));
    let photo = include_bytes!("../../../tests/photos/o3-1x1.jpg");
    assert!(matches!(store.add_photo(draft, photo), Err(Failure::TooManyPhotos)));
}

#[test]
fn a_note_that_is_taken_out_leaves_no_piece_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let piece = wav(&tone(PIECE));
    let pieces = |store: &Store| -> i64 {
        store
            .read::<_, StoreError>(|tx| Ok(tx.query_row("SELECT count(*) FROM spoken_pieces", [], |row| row.get(0))?))
            .unwrap()
    };
    let one = store.begin_spoken(draft, &piece).unwrap().id;
    store.begin_spoken(draft, &piece).unwrap();
    store.caption_photo(one, " de kapitein ").unwrap();
    assert_eq!(store.draft(draft).unwrap().spoken[0].caption, "de kapitein");
    store.remove_photo(one).unwrap();
    assert_eq!(pieces(&store), 1);
    assert!(matches!(store.spoken_sound(one), Err(Failure::NotFound)));
    assert!(matches!(store.continue_spoken(one, 1, &piece), Err(Failure::NotFound)), "a late piece");
    assert!(matches!(store.end_spoken(one), Err(Failure::NotFound)));
    store.discard_draft(draft).unwrap();
    assert_eq!(pieces(&store), 0);
    assert!(matches!(store.begin_spoken(draft, &piece), Err(Failure::NotFound)));
}

#[test]
fn a_note_is_neither_shown_nor_covered_nor_kept_as_a_photo() {
    let folder = tempfile::tempdir().unwrap();
    let (store, draft) = begun(folder.path());
    let note = store.begin_spoken(draft, &wav(&tone(9))).unwrap().id;
    assert!(matches!(store.photo_preview(note), Err(Failure::NotFound)));
    assert!(matches!(store.cover_photo(note, &[]), Err(Failure::NotFound)));
    assert!(matches!(store.keep_photo(note), Err(Failure::NotFound)));
    let photo = store.add_photo(draft, include_bytes!("../../../tests/photos/o3-1x1.jpg")).unwrap().id;
    assert!(matches!(store.spoken_sound(photo), Err(Failure::NotFound)));
    assert!(matches!(store.end_spoken(photo), Err(Failure::NotFound)));
    assert!(matches!(store.continue_spoken(photo, 0, &wav(&[1])), Err(Failure::NotFound)));
    store.order_photos(draft, &[photo]).unwrap();
    let classes: Vec<_> = store
        .read::<_, StoreError>(|tx| {
            let attached = attached::of_draft(tx, draft)?.into_iter();
            attached.map(|id| Ok(attached::content(tx, &id)?.class.name())).collect()
        })
        .unwrap();
    assert_eq!(classes, ["photo", "audio"]);
}
