//! A working day on one device: what carries forward within it, and that nothing of it slips into the next.

use baken_companion::{Draft, DraftForm, InspectionForm, ObservationForm, RecordKind};
use baken_protocol::ids::Code;
use chrono::TimeDelta;

use crate::device::Device;
use crate::world::World;

fn inspection(device: &Device) -> (Draft, InspectionForm) {
    let draft = device.store().start_draft(RecordKind::Inspection).unwrap();
    let DraftForm::Inspection(form) = draft.form.clone() else { panic!("an inspection") };
    (draft, form)
}

fn started(device: &Device, kind: &str) {
    let (draft, mut form) = inspection(device);
    form.place.kind = Some(kind.parse().unwrap());
    form.place.exact.name = "Noordster".into();
    form.organisations = ["nla", "politie"].map(|code| code.parse().unwrap()).to_vec();
    form.ground = Some("awb-5-15".parse().unwrap());
    device.store().save_draft(draft.id, &DraftForm::Inspection(form)).unwrap();
    device.store().finalise(draft.id).unwrap();
}

fn observation(device: &Device) -> ObservationForm {
    let draft = device.store().start_draft(RecordKind::Observation).unwrap();
    device.store().discard_draft(draft.id).unwrap();
    let DraftForm::Observation(form) = draft.form else { panic!("an observation") };
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_inspection_carries_nothing_forward_until_somebody_says_that_it_runs() {
    let world = World::new().await;
    let device = world.device("a").await;
    started(&device, "zeeschip");
    device.shift_clock_by(TimeDelta::hours(7));
    let carried = observation(&device);
    assert!(carried.inspection.is_some());
    assert_eq!(carried.place.exact.name, "Noordster");

    device.shift_clock_by(TimeDelta::hours(8));
    let alone = observation(&device);
    assert_eq!((alone.inspection, alone.place.kind.clone(), alone.place.exact.name.as_str()), (None, None, ""));
    let home = device.store().home().unwrap();
    assert!(home.inspection.is_some(), "it is still to be closed, with what is open in it");

    device.store().confirm_inspection().unwrap();
    assert!(observation(&device).inspection.is_some());
    device.store().close_inspection().unwrap();
    assert!(device.store().confirm_inspection().is_err(), "there is none to confirm");
    assert_eq!(device.store().home().unwrap().inspection_confirmed_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_party_is_that_of_this_shift_and_the_ground_is_asked_each_time() {
    let world = World::new().await;
    let device = world.device("a").await;
    let own = inspection(&device).1.organisations;
    started(&device, "zeeschip");
    device.store().close_inspection().unwrap();
    let (_, next) = inspection(&device);
    let party: Vec<&str> = next.organisations.iter().map(Code::as_str).collect();
    assert_eq!((party.as_slice(), next.ground), (["nla", "politie"].as_slice(), None));
    device.shift_clock_by(TimeDelta::hours(13));
    assert_eq!(inspection(&device).1.organisations, own, "nobody of yesterday");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kinds_of_place_come_the_latest_first_and_each_once() {
    let world = World::new().await;
    let device = world.device("a").await;
    for kind in ["hotel", "zeeschip", "woning", "zeeschip"] {
        started(&device, kind);
        device.store().close_inspection().unwrap();
    }
    let home = device.store().home().unwrap();
    let kinds: Vec<&str> = home.latest_place_kinds.iter().map(Code::as_str).collect();
    assert_eq!(kinds, ["zeeschip", "woning", "hotel"]);
}
