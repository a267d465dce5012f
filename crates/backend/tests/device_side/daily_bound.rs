//! What one device may bring in a day: attachments alone, each device for itself, and all of it later.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use baken_backend::http::bounds::attempts::{Attempts, Limits};
use baken_protocol::digest::Digest;

use crate::backend::Backend;
use crate::device::Device;

const PHOTOS: [[u8; 1024]; 3] = [[1; 1024], [2; 1024], [3; 1024]];

fn bounded(kib: u32) -> Backend {
    let mut backend = Backend::new();
    backend.change(|state| {
        let attachment_kib = Attempts::a_day(kib);
        state.limits = Arc::new(Limits { attachment_kib, ..Limits::default() });
    });
    backend
}

async fn announcing(backend: &Backend, label: &str) -> Device {
    let device = Device::enrolled(backend, label).await;
    device.send_with(backend, &PHOTOS.each_ref().map(<[u8; 1024]>::as_slice)).await;
    device
}

#[tokio::test(start_paused = true)]
async fn a_device_that_brought_its_share_is_told_keeps_nobody_else_out_and_goes_on_later() {
    let backend = bounded(2);
    let device = announcing(&backend, "Boa 1").await;
    for photo in &PHOTOS[..2] {
        assert_eq!(device.patch(&backend, Digest::of(photo), 0, photo).await.status, 204);
    }
    let last = Digest::of(&PHOTOS[2]);
    for _ in 0..3 {
        let answer = device.patch(&backend, last, 0, &PHOTOS[2]).await;
        assert_eq!(answer.refusal(), (507, "storage-full".into()));
    }
    assert_eq!(device.head(&backend, last).await.header("upload-offset"), "0");
    assert_eq!(fs::read_dir(backend.data().attachments()).unwrap().count(), 2, "nothing of it was kept");

    let other = announcing(&backend, "Boa 2").await;
    assert_eq!(other.patch(&backend, last, 0, &PHOTOS[2][..1000]).await.status, 204);

    tokio::time::advance(Duration::from_hours(12)).await;
    assert_eq!(device.patch(&backend, last, 0, &PHOTOS[2]).await.status, 204, "half a day brings half of it back");
    backend.assert_holds();
}

#[tokio::test]
async fn records_are_taken_whatever_was_brought() {
    let backend = bounded(1);
    let device = announcing(&backend, "Boa 1").await;
    device.patch(&backend, Digest::of(&PHOTOS[0]), 0, &PHOTOS[0]).await;
    assert_eq!(device.patch(&backend, Digest::of(&PHOTOS[1]), 0, &PHOTOS[1]).await.status, 507);
    let held = backend.count("operations");
    let other_chain = Device { chain: Device::stranger(&backend).chain, ..device };
    other_chain.send_chain(&backend, 5).await;
    assert_eq!(backend.count("operations"), held + 5);
}
