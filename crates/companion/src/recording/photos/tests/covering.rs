//! What is covered is gone, and nothing else is.

use baken_protocol::record::RecordKind;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rusqlite::types::ValueRef;

use super::super::cover::{CoveredArea, cover};
use super::{jpeg, sample, written};
use crate::failure::Failure;
use crate::store::{Store, scratch};

const FACE: CoveredArea = CoveredArea { left: 35, top: 40, width: 20, height: 10 };

/// Noise, of which no two parts are alike.
fn noise() -> Vec<u8> {
    let picture = RgbImage::from_fn(160, 120, |x, y| {
        let noise = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761).to_le_bytes();
        Rgb([noise[1], noise[2], noise[3]])
    });
    written(&DynamicImage::ImageRgb8(picture), ImageFormat::Png)
}

/// Every blob of the row of every photo.
fn blobs(store: &Store) -> Vec<Vec<u8>> {
    store
        .read(|connection| {
            let mut statement = connection.prepare("SELECT * FROM photos")?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    if let ValueRef::Blob(bytes) = row.get_ref(column)? {
                        found.push(bytes.to_vec());
                    }
                }
            }
            Ok::<_, crate::store::StoreError>(found)
        })
        .unwrap()
}

#[test]
fn whole_blocks_are_black_and_the_rest_is_as_it_was() {
    let before = jpeg(160, 120);
    let after = image::load_from_memory(&cover(&before, &[FACE]).unwrap()).unwrap().into_rgb8();
    let before = image::load_from_memory(&before).unwrap().into_rgb8();
    assert_eq!(after.dimensions(), before.dimensions());
    for (x, y, pixel) in after.enumerate_pixels() {
        if (32..64).contains(&x) && (32..64).contains(&y) {
            assert!(pixel.0.iter().all(|value| *value < 12), "covered at {x}, {y}: {pixel:?}");
        } else if !(24..72).contains(&x) || !(24..72).contains(&y) {
            let off = pixel.0.iter().zip(before.get_pixel(x, y).0).map(|(one, other)| one.abs_diff(other)).max();
            assert!(off.unwrap() < 40, "left alone at {x}, {y}: {pixel:?}");
        }
    }
}

#[test]
fn the_last_column_and_row_can_be_covered() {
    let corner = CoveredArea { left: 149, top: 99, width: 1, height: 1 };
    let after = image::load_from_memory(&cover(&jpeg(150, 100), &[corner]).unwrap()).unwrap().into_rgb8();
    assert!(after.get_pixel(149, 99).0.iter().all(|value| *value < 12));
}

#[test]
fn refuses_no_area_an_empty_one_one_outside_and_too_many() {
    let photo = jpeg(160, 120);
    let refused = |areas: &[CoveredArea]| matches!(cover(&photo, areas), Err(Failure::Invalid(_)));
    assert!(refused(&[]));
    assert!(refused(&[CoveredArea { width: 0, ..FACE }]));
    assert!(refused(&[FACE, CoveredArea { left: 150, ..FACE }]));
    assert!(refused(&[CoveredArea { top: u32::MAX, ..FACE }]));
    assert!(refused(&[FACE; 65]));
    assert!(!refused(&[FACE; 64]));
}

#[test]
fn nothing_of_the_photo_that_was_not_covered_stays_in_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let draft = store.start_draft(RecordKind::Observation).unwrap().id;
    let first = store.add_photo(draft, &noise()).unwrap();
    let second = store.add_photo(draft, &jpeg(40, 30)).unwrap();
    store.caption_photo(first.id, "bij de loods").unwrap();
    let before = blobs(&store);

    let covered = store.cover_photo(first.id, &[FACE]).unwrap();

    let after = blobs(&store);
    assert_eq!(after.len(), 2, "one picture of each photo, and no file");
    assert_eq!(before.iter().filter(|blob| after.contains(blob)).count(), 1, "the other photo is left alone");
    let original = before.iter().find(|blob| !after.contains(blob)).unwrap();
    // The tables at the head are the same in every photo, so only what follows the scan's head is looked for.
    let scan = original.windows(2).position(|marker| marker == [0xff, 0xda]).unwrap() + 64;
    let under_the_cover = &original[original.len() / 2 - 32..original.len() / 2];
    assert!(original.len() / 2 > scan);
    assert!(after.iter().all(|blob| !blob.windows(32).any(|window| window == under_the_cover)));
    assert!(matches!(store.photo_preview(first.id), Err(Failure::NotFound)), "the id is gone too");

    let photos = store.draft(draft).unwrap().photos;
    assert_eq!(photos.iter().map(|photo| photo.id).collect::<Vec<_>>(), [covered.id, second.id]);
    assert_eq!(photos[0], covered);
    assert_eq!((covered.caption.as_str(), covered.taken_at), ("bij de loods", first.taken_at));
    assert_eq!((covered.width, covered.height), (first.width, first.height));
}

#[test]
fn one_that_is_undecided_or_unknown_is_not_covered() {
    let folder = tempfile::tempdir().unwrap();
    let store = scratch(folder.path());
    let draft = store.start_draft(RecordKind::Observation).unwrap().id;
    let half = store.add_photo(draft, &sample("l8-png-cut-half.png")).unwrap();
    let area = CoveredArea { left: 0, top: 0, width: 1, height: 1 };
    assert!(matches!(store.cover_photo(half.id, &[area]), Err(Failure::PhotoUndecided)));
    store.keep_photo(half.id).unwrap();
    let covered = store.cover_photo(half.id, &[area]).unwrap();
    assert_eq!(covered.condition, super::super::PhotoCondition::Incomplete, "it is still said to be incomplete");
    store.remove_photo(covered.id).unwrap();
    assert!(matches!(store.cover_photo(covered.id, &[area]), Err(Failure::NotFound)));
}
