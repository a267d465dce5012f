//! Networks that answer in the backend's place, strip what they do not know, or let only small things through.

use axum::http::{HeaderMap, Method};
use baken_companion::sync::{HttpTransport, SyncOutcome};
use baken_companion::{FailureCode, RecordState};
use baken_protocol::limits::POCKET_BYTES;

use crate::device::Device;
use crate::front::{Front, Reply};
use crate::world::World;

async fn behind_a_front() -> (World, Front, Device) {
    let world = World::new().await;
    let front = Front::before(&world.url()).await;
    let device = world.device_behind("a", &front.url()).await;
    (world, front, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wifi_that_wants_a_sign_in_is_named_and_costs_nothing() {
    let (world, front, device) = behind_a_front().await;
    let record = device.record_with_small_photo("aan boord");
    for status in [200, 204, 301, 302, 307, 308, 401, 407, 511] {
        front.answers(move |_| Some(Reply::of_somebody_else(status)));
        assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::NetworkSignIn), "{status}");
        assert_ne!(device.state_of(&record).failure, Some(FailureCode::RecordRefused), "{status}");
    }
    front.stands_aside();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 1);
}

/// A portal may show itself half-way, when a ticket runs out.
#[tokio::test(flavor = "multi_thread")]
async fn a_wifi_whose_ticket_runs_out_half_way_is_named_and_costs_nothing() {
    for part in ["/batches/", "/attachments/", "/receipt", "/key-directory", "/vocabulary"] {
        let (world, front, device) = behind_a_front().await;
        let record = device.record_with_small_photo("aan boord");
        front.answers(move |asked| asked.path.contains(part).then(|| Reply::of_somebody_else(200)));
        assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::NetworkSignIn), "{part}");
        front.stands_aside();
        assert_eq!(device.sync().await, SyncOutcome::Done, "{part}");
        assert_eq!(device.state_of(&record).state, RecordState::Acknowledged, "{part}");
        world.verified();
    }
}

/// A gateway that lets through so many bytes, of the methods it knows.
fn lets_through(front: &Front, bytes: usize, methods: &'static [Method]) {
    front.answers(move |asked| {
        if !methods.contains(asked.method) {
            return Some(Reply::of_somebody_else(405));
        }
        (asked.body.len() > bytes).then(|| Reply::of_somebody_else(413))
    });
}

const KNOWN: &[Method] = &[Method::GET, Method::POST];

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_knows_get_and_post_alone_and_strips_headers_lets_everything_through() {
    let (world, front, device) = behind_a_front().await;
    lets_through(&front, usize::MAX, KNOWN);
    front.touches(|headers: &mut HeaderMap| {
        for name in ["upload-offset", "upload-length", "upload-complete", "etag"] {
            headers.remove(name);
        }
    });
    let record = device.record_with_photo("foto");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().attachments, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_strips_the_version_too_hides_no_success() {
    let (world, front, device) = behind_a_front().await;
    front.touches(|headers: &mut HeaderMap| {
        headers.remove("api-version");
    });
    let record = device.record_with_photo("foto");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
    assert_eq!(world.verified().attachments, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_through_a_narrow_gateway_in_smaller_pieces_does() {
    for limit in [200_000, 64_000, 16_000] {
        let (world, front, device) = behind_a_front().await;
        lets_through(&front, limit, KNOWN);
        let mut records: Vec<_> = (0..40).map(|number| device.record(&narrative(number, 1500))).collect();
        records.push(device.record_with_photo("foto"));
        assert_eq!(device.sync().await, SyncOutcome::Done, "{limit}");
        for record in &records {
            assert_eq!(device.state_of(record).state, RecordState::Acknowledged, "{limit}");
        }
        let report = world.verified();
        assert_eq!((report.operations, report.attachments), (41, 1), "{limit}");
        let known = device.store().home().unwrap().network_limit_bytes;
        assert!(known.is_some_and(|known| known <= limit && known > limit / 2), "{known:?} of {limit}");

        front.stands_aside();
        device.record_with_photo("op een ander netwerk");
        assert_eq!(device.sync().await, SyncOutcome::Done);
        assert_eq!(device.store().home().unwrap().network_limit_bytes, None, "it is wide again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_narrow_gateway_lets_through_is_told_as_such_and_goes_on_another_network() {
    let (world, front, device) = behind_a_front().await;
    lets_through(&front, 6000, KNOWN);
    let small = device.record("kort");
    let large = device.record(&narrative(7, 16_000));
    let later = device.record("ook kort");
    device.sync().await;
    assert_eq!(device.state_of(&small).state, RecordState::Acknowledged);
    assert_eq!(device.state_of(&later).state, RecordState::Acknowledged);
    assert_eq!(device.state_of(&large).failure, Some(FailureCode::GatewayTooLarge));
    let batches = world.verified().batches;
    device.sync().await;
    assert_eq!(device.state_of(&large).failure, Some(FailureCode::GatewayTooLarge));
    assert_eq!(world.verified().batches, batches, "nothing is spent on asking");
    front.stands_aside();
    assert_eq!(device.sync().await, SyncOutcome::Done, "at once");
    assert_eq!(device.state_of(&large).state, RecordState::Acknowledged);
    assert_eq!(world.verified().operations, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_for_which_no_piece_is_small_enough_is_told_as_such() {
    let (_world, front, device) = behind_a_front().await;
    let record = device.record_with_photo("foto");
    front.answers(|asked| {
        let narrow = asked.path.contains("/attachments/") || asked.path.contains("/passage");
        (narrow && asked.body.len() > 100).then(|| Reply::of_somebody_else(413))
    });
    assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::GatewayTooLarge));
    assert_ne!(device.state_of(&record).state, RecordState::Acknowledged);
    front.stands_aside();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged);
}

/// A gateway without the backend behind it says so with a page of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_without_a_backend_behind_it_passes() {
    let (_world, front, device) = behind_a_front().await;
    let record = device.record("een");
    for status in [502, 503, 504] {
        front.answers(move |_| Some(Reply::of_somebody_else(status)));
        for _ in 0..6 {
            assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::GatewayUnavailable), "{status}");
        }
    }
    front.stands_aside();
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(device.state_of(&record).state, RecordState::Acknowledged, "nothing was set aside");
}

/// Runs one test of this file in a process of its own, with other proxies in its environment.
fn run_with_proxy(test: &str, proxy: &str) {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--include-ignored", "--nocapture"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        child.env(name, proxy);
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_proxy_of_the_environment_is_not_asked_for_this_very_machine() {
    run_with_proxy("portals::a_gateway_that_strips_the_version_too_hides_no_success", "http://127.0.0.1:9");
}

#[test]
fn a_proxy_that_asks_who_one_is_is_the_networks() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{BufRead, Write};
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = std::io::BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        }
    });
    run_with_proxy("portals::enrols_through_a_proxy_that_asks_who_one_is", &proxy);
}

#[tokio::test]
#[ignore = "run by the test above, in an environment of its own"]
async fn enrols_through_a_proxy_that_asks_who_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::open(folder.path());
    device.companion.create_vault(crate::device::SECRET).unwrap();
    let world = World::new().await;
    let invitation = world.invitation().replace(&world.url(), "https://baken.example");
    let enrolled = device.store().enrol(&invitation, None, &HttpTransport::anonymous().unwrap()).await;
    assert_eq!(enrolled.unwrap_err().code(), FailureCode::NetworkSignIn);
}

/// Text that does not compress.
pub(crate) fn narrative(seed: u64, chars: usize) -> String {
    let mut state = seed + 1;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    };
    (0..chars).map(letter).collect()
}

/// A backend where others wait cuts short whatever is large: everything arrives in portions nobody waits for.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_line_among_others_delivers_in_portions_that_never_wait() {
    let (world, front, device) = behind_a_front().await;
    let mut records: Vec<_> = (0..12).map(|number| device.record(&narrative(number, 12_000))).collect();
    records.push(device.record_with_photo("met foto"));
    front.answers(|asked| {
        (asked.body.len() > POCKET_BYTES && !asked.path.ends_with("/passage"))
            .then(|| Reply::of_the_backend(408, "too-slow"))
    });
    assert_eq!(device.sync().await, SyncOutcome::Done);
    for record in &records {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
    assert_eq!(device.store().home().unwrap().network_limit_bytes, None, "it is no fault of the network");
    front.stands_aside();
    device.record("daarna");
    assert_eq!(device.sync().await, SyncOutcome::Done);
    assert_eq!(world.verified().operations, 14);
}
