//! What a person or the system says to end a run before its end.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The next Ctrl-C, hangup or request to end, by its name. Until one comes, this waits.
pub(crate) async fn interruption() -> &'static str {
    let mut signals = [SignalKind::interrupt(), SignalKind::hangup(), SignalKind::terminate()].map(signal);
    let [interrupt, hangup, terminate] = &mut signals;
    tokio::select! {
        () = next(interrupt) => "Ctrl-C",
        () = next(hangup) => "the terminal's end",
        () = next(terminate) => "SIGTERM",
    }
}

/// A signal that cannot be listened for keeps its own effect.
async fn next(signal: &mut std::io::Result<Signal>) {
    let came = match signal {
        Ok(signal) => signal.recv().await.is_some(),
        Err(_) => false,
    };
    if !came {
        std::future::pending::<()>().await;
    }
}
