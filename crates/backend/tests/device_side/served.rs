//! Over a real socket: a connection that breaks half-way leaves nothing, and stopping finishes what is under way.

use baken_backend::http::serve::Front;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::backend::Backend;
use crate::device::Device;

pub struct Served {
    pub address: std::net::SocketAddr,
    pub stop: oneshot::Sender<()>,
    pub serving: JoinHandle<std::io::Result<()>>,
}

pub async fn serve(backend: &Backend) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let front = Front::of(vec![backend.state.clone()], false).unwrap();
    let serving = tokio::spawn(baken_backend::http::serve::serve(front, listener, async {
        stopped.await.ok();
    }));
    Served { address, stop, serving }
}

async fn read_status(stream: &mut TcpStream) -> Option<u16> {
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await.ok()?;
    String::from_utf8_lossy(&answer).strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

pub fn head(device: &Device, seq: u64, length: usize) -> String {
    format!(
        "PUT /v1/devices/{}/chains/{}/batches/{seq} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/vnd.baken.push.v1\r\nContent-Length: {length}\r\n\r\n",
        device.id, device.chain
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_half_way_leaves_nothing_and_the_retry_goes_through() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let bytes = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    let served = serve(&backend).await;
    for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(head(&device, 1, bytes.len()).as_bytes()).await.unwrap();
        stream.write_all(&bytes[..cut]).await.unwrap();
        stream.shutdown().await.unwrap();
        assert_ne!(read_status(&mut stream).await, Some(201), "cut at {cut}");
        assert_eq!(backend.held(), [0; 5]);
    }
    // The answer of this one is never read: the device cannot know that it arrived.
    let mut lost = TcpStream::connect(served.address).await.unwrap();
    lost.write_all(head(&device, 1, bytes.len()).as_bytes()).await.unwrap();
    lost.write_all(&bytes).await.unwrap();
    lost.readable().await.unwrap();
    drop(lost);
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(head(&device, 1, bytes.len()).as_bytes()).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    assert_eq!(read_status(&mut stream).await, Some(200), "the original receipt");
    assert_eq!(backend.held(), [1, 1, 0, 0, 1]);
    backend.assert_holds();
    served.stop.send(()).unwrap();
    served.serving.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_finishes_the_request_under_way() {
    let backend = Backend::new();
    let device = Device::enrolled(&backend, "Boa 1").await;
    let records = [device.record(&[])];
    let bytes = device.push(&device.batch(1, None, &records), &records).encode().unwrap();
    let served = serve(&backend).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    // "100 Continue" is the sign that the request is being handled, its body still missing.
    let asking = head(&device, 1, bytes.len()).replace("Connection: close", "Expect: 100-continue");
    stream.write_all(asking.as_bytes()).await.unwrap();
    let mut sign = [0; 25];
    stream.read_exact(&mut sign).await.unwrap();
    assert_eq!(&sign, b"HTTP/1.1 100 Continue\r\n\r\n");
    served.stop.send(()).unwrap();
    while TcpStream::connect(served.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(&bytes).await.unwrap();
    assert_eq!(read_status(&mut stream).await, Some(201));
    served.serving.await.unwrap().unwrap();
    assert_eq!(backend.held(), [1, 1, 0, 0, 1]);
}
