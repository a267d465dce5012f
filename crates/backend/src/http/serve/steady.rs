//! A stream whose other end must take what is written to it: whoever asks and never reads is cut off, and whoever reads
//! ever so little at a time too. Only time in which something waits to be taken counts, so that a connection may be
//! idle, and an answer that fits into the system's own buffer costs nothing.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::http::bounds::patience::Patience;

/// `S`, but for writes that wait too long: at once, or altogether for what was taken.
pub(super) struct Steady<S> {
    stream: S,
    patience: Patience,
    /// Bytes the other end took.
    taken: u64,
    /// How long something waited to be taken, before this wait.
    waited: Duration,
    /// Since when something waits, and when that is given up.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Steady<S> {
    pub(super) const fn new(stream: S, patience: Patience) -> Self {
        Self { stream, patience, taken: 0, waited: Duration::ZERO, waiting: None }
    }

    fn took(&mut self, bytes: usize) {
        self.taken = self.taken.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// How long this wait may be.
    fn longest(&self) -> Duration {
        let earned = Duration::from_secs(self.taken / u64::from(self.patience.slowest_reader.max(1)));
        self.patience.stall.min((self.patience.stall + earned).saturating_sub(self.waited))
    }

    fn within_time<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
            }
            return written;
        }
        let longest = self.longest();
        let (_, sleep) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(longest))));
        sleep.as_mut().poll(context).map(|()| Err(ErrorKind::TimedOut.into()))
    }

    fn wrote(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.took(bytes);
        }
        self.within_time(context, written)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.wrote(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.within_time(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.within_time(context, shut)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const PATIENCE: Patience = Patience { slowest_reader: 2, ..Patience::DEFAULT };

    /// Writes `bytes` to somebody who takes 8 bytes after every `pause`. Answers how that ended, and after what time.
    async fn written(bytes: usize, pause: Duration) -> (io::Result<()>, Duration) {
        let (here, mut there) = tokio::io::duplex(8);
        tokio::spawn(async move {
            let mut some = [0; 8];
            loop {
                tokio::time::sleep(pause).await;
                if there.read(&mut some).await.is_ok_and(|count| count == 0) {
                    return;
                }
            }
        });
        let began = Instant::now();
        let done = Steady::new(here, PATIENCE).write_all(&vec![7; bytes]).await;
        (done, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_for_too_long_is_given_up() {
        let (done, time) = written(9, Duration::from_hours(1)).await;
        assert_eq!((done.unwrap_err().kind(), time), (ErrorKind::TimedOut, PATIENCE.stall));
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_in_time_is_served_to_the_end() {
        // For ever at the slowest rate there is; and with long gaps, for as long as these may last together.
        for (bytes, pause) in [(80_000, Duration::from_secs(4)), (16, Duration::from_secs(29))] {
            assert!(written(bytes, pause).await.0.is_ok(), "{bytes} bytes");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_steadily_and_too_slowly_is_given_up() {
        let (done, time) = written(80_000, Duration::from_secs(5)).await;
        assert_eq!(done.unwrap_err().kind(), ErrorKind::TimedOut);
        // Each round of 5 seconds earns 4, so the 30 there are last for 30 rounds, and not much longer.
        assert!(time > PATIENCE.stall * 4 && time < PATIENCE.stall * 7, "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nothing_waits_is_not_counted() {
        let (here, mut there) = tokio::io::duplex(8);
        let mut steady = Steady::new(here, PATIENCE);
        for _ in 0..100 {
            steady.write_all(&[7; 8]).await.unwrap();
            there.read_exact(&mut [0; 8]).await.unwrap();
            tokio::time::advance(PATIENCE.stall * 2).await;
        }
    }
}
