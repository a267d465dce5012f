//! Whoever sends or takes too slowly, or too much at once, over a real socket: given up in time, and nobody else waits.
//!
//! Where there is one place only, somebody else being answered shows that the slow one was given up.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use baken_backend::http::bounds::attempts::Limits;
use baken_backend::http::bounds::patience::Patience;
use baken_backend::http::bounds::room::{Budget, Room};
use baken_protocol::limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::backend::Backend;
use crate::device::Device;
use crate::served::{Served, head, serve};

/// Longer than any test takes: what must not be what ends a wait.
const NEVER: Duration = Duration::from_hours(1);
const SOON: Duration = Duration::from_millis(150);

/// One that waits for nothing but what a test says.
fn patient() -> Patience {
    Patience { head: NEVER, stall: NEVER, stopping: NEVER, ..Patience::default() }
}

async fn serving(patience: Patience) -> (Backend, Served) {
    let mut backend = Backend::new();
    backend.change(|state| state.patience = patience);
    let served = serve(&backend).await;
    (backend, served)
}

async fn connect(served: &Served) -> TcpStream {
    TcpStream::connect(served.address).await.unwrap()
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut rest = vec![];
    let _ = stream.read_to_end(&mut rest).await;
    String::from_utf8_lossy(&rest).into_owned()
}

/// Asks for something small on a connection of its own.
async fn ask(served: &Served) -> String {
    let mut stream = connect(served).await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    rest(&mut stream).await
}

async fn within<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), test).await.expect("somebody waits for ever")
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_head_and_a_silent_connection_are_cut_off() {
    let (_backend, served) = serving(Patience { head: SOON, connections: 1, ..patient() }).await;
    for begun in ["", "GET /heal", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] {
        let mut slow = connect(&served).await;
        slow.write_all(begun.as_bytes()).await.unwrap();
        assert!(within(ask(&served)).await.starts_with("HTTP/1.1 200"), "{begun:?}");
    }
    let mut kept_alive = connect(&served).await;
    kept_alive.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(within(rest(&mut kept_alive)).await.starts_with("HTTP/1.1 200"), "answered, then closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_or_comes_by_the_byte_is_given_up_and_leaves_nothing() {
    for patience in [Patience { stall: SOON, ..patient() }, Patience { stall: SOON, slowest: 1_000_000, ..patient() }] {
        let (backend, served) = serving(patience).await;
        let device = Device::enrolled(&backend, "Boa 1").await;
        let mut stream = connect(&served).await;
        stream.write_all(head(&device, 1, 100_000).as_bytes()).await.unwrap();
        let (mut reading, mut writing) = stream.split();
        let by_the_byte = async {
            let mut ticks = tokio::time::interval(SOON / 10);
            while patience.slowest > 1000 && writing.write_all(b"B").await.is_ok() {
                ticks.tick().await;
            }
            std::future::pending::<()>().await;
        };
        let mut answer = vec![];
        let read = async {
            let _ = reading.read_to_end(&mut answer).await;
        };
        within(async {
            tokio::select! { () = by_the_byte => {}, () = read => {} }
        })
        .await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"too-slow\""), "{answer}");
        assert_eq!((backend.held(), backend.count("audit")), ([0; 5], 2), "invited and enrolled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_never_reads_is_cut_off() {
    let (_backend, served) = serving(Patience { stall: SOON, connections: 1, ..patient() }).await;
    let mut deaf = connect(&served).await;
    let request = "GET /v1/vocabulary HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // More than the system itself would hold for a reader that is late.
    tokio::spawn(async move {
        let _ = deaf.write_all(request.repeat(4000).as_bytes()).await;
        std::future::pending::<()>().await;
    });
    assert!(within(ask(&served)).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_steadily_and_too_slowly_is_cut_off() {
    let patience = Patience { stall: SOON, slowest_reader: 10_000_000, connections: 1, ..patient() };
    let (_backend, served) = serving(patience).await;
    let mut slow = connect(&served).await;
    let request = "GET /v1/vocabulary HTTP/1.1\r\nHost: localhost\r\n\r\n";
    tokio::spawn(async move {
        let (mut reading, mut writing) = slow.split();
        let asking = async {
            let _ = writing.write_all(request.repeat(4000).as_bytes()).await;
            std::future::pending::<()>().await;
        };
        // Something is taken long before it counts as nothing.
        let taking = async {
            let (mut ticks, mut some) = (tokio::time::interval(SOON / 10), vec![0; 64 * 1024]);
            while reading.read(&mut some).await.is_ok_and(|count| count > 0) {
                ticks.tick().await;
            }
            std::future::pending::<()>().await;
        };
        tokio::join!(asking, taking);
    });
    assert!(within(ask(&served)).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_cuts_what_does_not_end_in_time() {
    let (backend, served) = serving(Patience { stopping: SOON, ..patient() }).await;
    let device = Device::enrolled(&backend, "Boa 1").await;
    let mut stalled = connect(&served).await;
    stalled.write_all(head(&device, 1, 100_000).as_bytes()).await.unwrap();
    let mut half = connect(&served).await;
    half.write_all(b"GET /heal").await.unwrap();
    assert!(ask(&served).await.starts_with("HTTP/1.1 200"), "both were accepted before");
    served.stop.send(()).unwrap();
    within(served.serving).await.unwrap().unwrap();
    assert!(!rest(&mut stalled).await.contains("HTTP/1.1 2"));
}

/// Room for so many of the largest pushes, and for so many of one device; of them as many as one likes without a token.
/// Who asks waits a little.
fn room_for(pushes: usize, of_a_device: usize) -> Arc<Limits> {
    let [whole_bytes, share_bytes] = [pushes, of_a_device].map(|count| count * limits::PUSH_WIRE_BYTES);
    let room = Room { whole_bytes, unproven_bytes: whole_bytes, share_bytes, longest_wait: 10 * SOON };
    Arc::new(Limits { bodies: Budget::new(room), ..Limits::default() })
}

/// The head of the largest push there is.
async fn begin(served: &Served, device: &Device) -> TcpStream {
    ask_for_room(served, &head(device, 1, limits::PUSH_WIRE_BYTES)).await
}

/// The same from a device that shows its token.
async fn begin_known(served: &Served, device: &Device) -> TcpStream {
    ask_for_room(served, &known_head(device, limits::PUSH_WIRE_BYTES)).await
}

fn known_head(device: &Device, length: usize) -> String {
    let token = format!("Authorization: Bearer {}\r\nConnection: close", device.token);
    head(device, 1, length).replace("Connection: close", &token)
}

async fn ask_for_room(served: &Served, head: &str) -> TcpStream {
    let mut stream = connect(served).await;
    let asking = head;
    let asking = asking.replace("Connection: close", "Connection: close\r\nExpect: 100-continue");
    stream.write_all(asking.as_bytes()).await.unwrap();
    stream
}

async fn is_let_in(stream: &mut TcpStream) -> bool {
    let mut sign = [0; 12];
    within(stream.read_exact(&mut sign)).await.unwrap();
    &sign == b"HTTP/1.1 100"
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_pushes_hold_so_much_together_and_a_small_one_still_gets_through() {
    let mut backend = Backend::new();
    backend.change(|state| {
        state.limits = room_for(2, 2);
        state.patience = patient();
    });
    let device = Device::enrolled(&backend, "Boa 1").await;
    let served = serve(&backend).await;
    let (mut first, mut second) = (begin(&served, &device).await, begin(&served, &device).await);
    assert!(is_let_in(&mut first).await && is_let_in(&mut second).await);
    for _ in 0..3 {
        let answer = within(rest(&mut begin(&served, &device).await)).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 10"), "{answer}");
    }
    // Of the size of a record without photos.
    let records = [device.record(&[])];
    let bytes = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    let mut small = connect(&served).await;
    small.write_all(&[head(&device, 1, bytes.len()).as_bytes(), &bytes].concat()).await.unwrap();
    assert!(within(rest(&mut small)).await.starts_with("HTTP/1.1 201"));
    drop(first);
    assert!(is_let_in(&mut begin(&served, &device).await).await, "given back");
}

#[tokio::test]
async fn a_body_larger_than_any_push_is_refused_before_there_is_room_for_it() {
    let mut backend = Backend::new();
    backend.change(|state| {
        let bodies = Budget::new(Room { whole_bytes: 0, longest_wait: Duration::ZERO, ..Room::default() });
        state.limits = Arc::new(Limits { bodies, ..Limits::default() });
    });
    let device = Device::enrolled(&backend, "Boa 1").await;
    for (bytes, status) in [(limits::PUSH_WIRE_BYTES + 1, 413), (limits::PUSH_WIRE_BYTES, 503)] {
        let path = format!("/v1/devices/{}/chains/{}/batches/1", device.id, device.chain);
        let request = Request::put(path).header("content-type", "application/vnd.baken.push.v1");
        let answer = backend.send(request.body(Body::from(vec![0; bytes])).unwrap()).await;
        assert_eq!(answer.status, status, "{bytes}");
    }
}

/// Sends a byte now and then, for ever, and answers what is said to it.
async fn trickle(mut stream: TcpStream) -> String {
    let (mut reading, mut writing) = stream.split();
    let by_the_byte = async {
        let mut ticks = tokio::time::interval(SOON / 10);
        while writing.write_all(b"B").await.is_ok() {
            ticks.tick().await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = vec![];
    let read = async {
        let _ = reading.read_to_end(&mut answer).await;
    };
    tokio::select! { () = by_the_byte => {}, () = read => {} }
    String::from_utf8_lossy(&answer).into_owned()
}

/// A push with a record so large that it needs room.
fn large_push(device: &Device) -> Vec<u8> {
    let mut record = device.record(&[]);
    let random = |at: u32| baken_protocol::digest::Digest::of(&at.to_be_bytes()).as_bytes().to_vec();
    record.sealed = (0..4000).flat_map(random).collect();
    record.operation.sealed.sha256 = baken_protocol::digest::Digest::of(&record.sealed);
    record.operation.sealed.size_bytes = u64::try_from(record.sealed.len()).unwrap();
    let records = [record];
    let bytes = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    assert!(bytes.len() > limits::POCKET_BYTES);
    bytes
}

async fn send(served: &Served, device: &Device, bytes: &[u8]) -> String {
    let mut stream = connect(served).await;
    stream.write_all(&[known_head(device, bytes.len()).as_bytes(), bytes].concat()).await.unwrap();
    rest(&mut stream).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_device_gets_no_room_and_whoever_only_names_one_leaves_the_devices_theirs() {
    let mut backend = Backend::new();
    backend.change(|state| state.patience = Patience { crowded_begin: NEVER, ..patient() });
    let device = Device::enrolled(&backend, "Boa 1").await;
    let stranger = Device::stranger(&backend);
    let served = serve(&backend).await;
    let refused = within(rest(&mut begin(&served, &stranger).await)).await;
    assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("\"unknown-device\""), "{refused}");
    let photo = format!("/v1/operations/{}.{}/attachments/{}", device.id, device.chain, "0".repeat(64));
    let asking = head(&device, 1, 100_000);
    let (_, headers) = asking.split_once("\r\n").unwrap();
    let patch = format!("PATCH {photo} HTTP/1.1\r\n{}", headers.replace("vnd.baken.push.v1", "partial-upload"));
    let refused = within(rest(&mut ask_for_room(&served, &patch).await)).await;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");

    // The name of a device is no secret: they hold what there is for whoever shows no token, and it is in nobody's way.
    let mut held = vec![];
    for _ in 0..8 {
        held.push(tokio::spawn(trickle(begin(&served, &device).await)));
        held.push(tokio::spawn(trickle(ask_for_room(&served, &passage(limits::PUSH_WIRE_BYTES)).await)));
    }
    let before = std::time::Instant::now();
    let answer = within(send(&served, &device, &large_push(&device))).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(before.elapsed() < Room::default().longest_wait, "it did not wait for them");
    held.iter().for_each(tokio::task::JoinHandle::abort);
}

fn passage(length: usize) -> String {
    format!(
        "POST /v1/passage HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn known_devices_that_trickle_make_way_once_somebody_waits() {
    let mut backend = Backend::new();
    backend.change(|state| {
        state.limits = room_for(2, 1);
        state.patience = Patience { crowded_begin: SOON, crowded_whole: SOON, ..patient() };
    });
    let mut bad = vec![];
    for label in ["Boa 1", "Boa 2"] {
        bad.push(Device::enrolled(&backend, label).await);
    }
    let good = Device::enrolled(&backend, "Boa 3").await;
    let served = serve(&backend).await;
    let mut held = vec![];
    for device in &bad {
        let mut stream = begin_known(&served, device).await;
        assert!(is_let_in(&mut stream).await);
        held.push(tokio::spawn(trickle(stream)));
    }
    tokio::time::sleep(4 * SOON).await;
    assert!(held.iter().all(|one| !one.is_finished()), "nobody waits, so a slow line is left in peace");
    let answer = within(send(&served, &good, &large_push(&good))).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    for one in held {
        let answer = within(one).await.unwrap();
        assert!(answer.contains("HTTP/1.1 408") && answer.contains("\"too-slow\""), "{answer}");
        assert!(answer.contains("64 KiB"), "{answer}");
    }
    assert_eq!(backend.held()[0], 1, "nothing is kept of the others");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_holds_its_share_and_no_more() {
    let mut backend = Backend::new();
    backend.change(|state| {
        state.limits = room_for(3, 1);
        state.patience = Patience { crowded_begin: NEVER, ..patient() };
    });
    let (greedy, other) = (Device::enrolled(&backend, "Boa 1").await, Device::enrolled(&backend, "Boa 2").await);
    let served = serve(&backend).await;
    let mut first = begin_known(&served, &greedy).await;
    assert!(is_let_in(&mut first).await);
    let second = within(rest(&mut begin_known(&served, &greedy).await)).await;
    assert!(second.starts_with("HTTP/1.1 503"), "{second}");
    assert!(is_let_in(&mut begin_known(&served, &other).await).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_device_alone_gets_through() {
    let mut backend = Backend::new();
    backend.change(|state| {
        state.limits = room_for(1, 1);
        state.patience = Patience { crowded_begin: SOON / 10, crowded_whole: SOON / 10, ..patient() };
    });
    let device = Device::enrolled(&backend, "Boa 1").await;
    let served = serve(&backend).await;
    let bytes = large_push(&device);
    let mut stream = connect(&served).await;
    stream.write_all(known_head(&device, bytes.len()).as_bytes()).await.unwrap();
    // Ten times what it would be given if somebody waited.
    for piece in bytes.chunks(bytes.len() / 15) {
        tokio::time::sleep(SOON / 8).await;
        stream.write_all(piece).await.unwrap();
    }
    let answer = within(rest(&mut stream)).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}
