//! A network that comes and goes, below the level of requests: the line is cut after so many bytes, in whichever
//! direction they went, and is there again at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use baken_companion::RecordState;
use baken_companion::sync::SyncOutcome;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::meddler::Meddler;
use crate::world::World;

/// How often the line is cut before it holds.
const CUTS: u32 = 50;

/// A line to a backend.
struct Line {
    backend: SocketAddr,
    /// Bytes that still pass before the next cut.
    left: AtomicI64,
    cuts: AtomicU32,
    cut: watch::Sender<u32>,
}

impl Line {
    async fn to(backend: SocketAddr) -> (String, Arc<Self>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let line =
            Arc::new(Self { backend, left: AtomicI64::new(300), cuts: AtomicU32::new(0), cut: watch::channel(0).0 });
        let here = Arc::clone(&line);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let line = Arc::clone(&here);
                tokio::spawn(async move { line.carry(near).await });
            }
        });
        (url, line)
    }

    async fn carry(&self, near: TcpStream) {
        let Ok(far) = TcpStream::connect(self.backend).await else { return };
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        let mut cut = self.cut.subscribe();
        cut.mark_unchanged();
        tokio::select! {
            _ = self.copy(near_in, far_out) => {}
            _ = self.copy(far_in, near_out) => {}
            _ = cut.changed() => {}
        }
    }

    /// Ends with the connection, or at a cut. What goes beyond the cut is lost.
    async fn copy(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> Option<()> {
        let mut bytes = [0; 4096];
        loop {
            let count = from.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
            let passing = self.passing(count);
            to.write_all(bytes.get(..passing)?).await.ok()?;
            if passing < count {
                return None;
            }
        }
    }

    /// How many of these bytes pass. The next cut comes a little later each time, at no round number.
    fn passing(&self, count: usize) -> usize {
        if self.cuts.load(Ordering::SeqCst) >= CUTS {
            return count;
        }
        let left = self.left.fetch_sub(i64::try_from(count).unwrap(), Ordering::SeqCst);
        let Some(passing) = usize::try_from(left).ok().filter(|left| *left >= count) else {
            let cuts = self.cuts.fetch_add(1, Ordering::SeqCst) + 1;
            self.left.store(300 + 977 * i64::from(cuts), Ordering::SeqCst);
            self.cut.send_replace(cuts);
            return usize::try_from(left).unwrap_or(0);
        };
        passing.min(count)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_comes_and_goes_fifty_times_loses_and_doubles_nothing() {
    let world = World::new().await;
    let backend = world.url().parse::<url::Url>().unwrap().socket_addrs(|| None).unwrap();
    let (url, line) = Line::to(*backend.first().unwrap()).await;
    let device = world.device("a").await;
    let records: Vec<_> = (0..12).map(|number| device.record(&format!("aan boord, {number}"))).collect();
    let photos = [device.record_with_photo("de hut"), device.record_with_photo("de kombuis")];
    let mut runs = 0;
    while device.sync_over(Meddler::at(&url, &device.store())).await != SyncOutcome::Done {
        runs += 1;
        assert!(runs < 4 * CUTS, "it does not get through");
    }
    assert_eq!(line.cuts.load(Ordering::SeqCst), CUTS, "the line was cut so often");
    for record in records.iter().chain(&photos) {
        assert_eq!(device.state_of(record).state, RecordState::Acknowledged);
    }
    let report = world.verified();
    assert_eq!((report.operations, report.attachments, report.attachments_awaited), (14, 2, 0));
}
