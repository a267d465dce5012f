//! Whoever sends or takes too slowly, or too much at once, over a real socket: given up in time, and nobody else waits.
//!
//! Where there is one place only, somebody else being answered shows that the slow one was given up.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use baken_backend::attempts::Limits;
use baken_backend::patience::Patience;
use baken_backend::room::Budget;
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

/// The head of the largest push there is, and the sign that there is room for it.
async fn begin(served: &Served, device: &Device) -> TcpStream {
    let mut stream = connect(served).await;
    let asking = head(device, 1, limits::PUSH_WIRE_BYTES);
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
        let bodies = Budget::new(2 * limits::PUSH_WIRE_BYTES, 2 * limits::PUSH_WIRE_BYTES, SOON);
        state.limits = Arc::new(Limits { bodies, ..Limits::default() });
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
        let bodies = Budget::new(0, 0, Duration::ZERO);
        state.limits = Arc::new(Limits { bodies, ..Limits::default() });
    });
    for (bytes, status) in [(limits::PUSH_WIRE_BYTES + 1, 413), (limits::PUSH_WIRE_BYTES, 503)] {
        let request = Request::put(
            "/v1/devices/00000000-0000-0000-0000-000000000000/chains/00000000-0000-0000-0000-000000000000/batches/1",
        )
        .header("content-type", "application/vnd.baken.push.v1");
        let answer = backend.send(request.body(Body::from(vec![0; bytes])).unwrap()).await;
        assert_eq!(answer.status, status, "{bytes}");
    }
}
