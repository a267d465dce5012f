//! A device that is full, killed or locked.

use baken_companion::{CommandError, DraftForm, Failure, FailureCode, StoreError};

use crate::device::{SECRET, large_photo};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_fails_the_save_loudly_and_keeps_the_draft() {
    let world = World::new().await;
    let device = world.device("a").await;
    let store = device.store();
    let draft = device.draft("blijft staan");
    store.add_photo(draft, &large_photo()).unwrap();
    store.limit_pages_for_tests(Some(0)).unwrap();
    let DraftForm::Observation(mut form) = store.draft(draft).unwrap().form else { panic!("an observation") };
    form.narrative = "x".repeat(15_000);
    let refused = store.save_draft(draft, &DraftForm::Observation(form)).unwrap_err();
    assert!(matches!(refused, Failure::Store(StoreError::DiskFull)));
    assert_eq!(CommandError::from(refused).code, FailureCode::DiskFull);
    assert!(matches!(store.add_photo(draft, &large_photo()), Err(Failure::Store(StoreError::DiskFull))));
    assert!(matches!(store.finalise(draft), Err(Failure::Store(StoreError::DiskFull))));
    let DraftForm::Observation(kept) = store.draft(draft).unwrap().form else { panic!("an observation") };
    assert_eq!(kept.narrative, "blijft staan");
    assert!(store.records().unwrap().is_empty(), "nothing half signed");

    store.limit_pages_for_tests(None).unwrap();
    store.finalise(draft).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_the_app_being_killed_and_a_signed_one_cannot_be_changed() {
    let world = World::new().await;
    let device = world.device("a").await;
    let draft = device.draft("nog niet af");
    let photo = device.store().add_photo(draft, &large_photo()).unwrap();
    let device = device.restart();
    let kept = device.store().draft(draft).unwrap();
    assert_eq!(kept.photos, [photo]);
    let record = device.store().finalise(draft).unwrap();
    assert!(matches!(device.store().save_draft(draft, &kept.form), Err(Failure::NotFound)));
    assert!(matches!(device.store().finalise(draft), Err(Failure::NotFound)));
    assert!(matches!(device.store().remove_photo(kept.photos[0].id), Err(Failure::NotFound)));
    assert_eq!(device.store().record(record.operation).unwrap().form, Some(kept.form));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_read_once_locked_nor_with_a_wrong_secret() {
    let world = World::new().await;
    let device = world.device("a").await;
    device.record("een");
    device.companion.lock();
    assert!(matches!(device.companion.store(), Err(Failure::Locked)));
    assert!(device.companion.unlock("iets heel anders").is_err());
    assert!(matches!(device.companion.store(), Err(Failure::Locked)));
    device.companion.unlock(SECRET).unwrap();
    assert_eq!(device.store().records().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_good_once() {
    use baken_companion::sync::HttpTransport;
    let world = World::new().await;
    let invitation = world.invitation();
    let transport = HttpTransport::anonymous().unwrap();
    let mut outcomes = Vec::new();
    for name in ["a", "b"] {
        let device = crate::device::Device::open(&world.folder.path().join(name));
        device.companion.create_vault(SECRET).unwrap();
        outcomes.push(device.store().enrol(&invitation, None, &transport).await);
    }
    assert!(outcomes[0].is_ok());
    let refused = outcomes.pop().unwrap().unwrap_err();
    assert_eq!(refused.code(), FailureCode::CodeUsed);
}
