//! Serving: one listener, until a signal asks to stop; what is under way then is finished, within a deadline.
//!
//! Whoever connects is a stranger, so every wait has an end (`patience.rs`): for the head of a request, for its body
//! (`bodies.rs`), for an answer to be taken, for the last request when stopping. HTTP/1.1 alone is spoken here; a
//! proxy in front may speak more.

mod connections;
mod front;
mod steady;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::http::bounds::patience::Patience;
use crate::http::extract::origin::Proxies;
use crate::http::state::AppState;
use connections::{Connections, Place};
use front::Municipalities;
use steady::Steady;

pub use front::FrontError;

/// Bytes of a request that are read ahead, its head among them.
const READ_AHEAD_BYTES: usize = 64 * 1024;
/// After the system refused a connection (it has no more files to give), this long nothing is accepted.
const BREATH: Duration = Duration::from_millis(200);

/// What everyone is served with from one listener.
pub struct Front {
    municipalities: Arc<Municipalities>,
    patience: Patience,
    proxies: Proxies,
}

impl Front {
    /// One municipality, or several with a host each; at least one. `is_short`: another is to be served here and is not,
    /// so that none gets what is meant for that one. The patience and the proxies are those of the first.
    pub fn of(states: Vec<AppState>, is_short: bool) -> Result<Self, FrontError> {
        let first = states.first().ok_or(FrontError::Nobody)?;
        let (patience, proxies) = (first.patience, first.trusted_proxies.clone());
        Ok(Self { municipalities: Arc::new(Municipalities::of(states, is_short)?), patience, proxies })
    }
}

/// Serves on `listener` until `stop` resolves.
pub async fn serve(
    Front { municipalities, patience, proxies }: Front,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let connections = Arc::new(Connections::new(patience, proxies));
    let (graceful, mut served, mut stop) = (GracefulShutdown::new(), JoinSet::new(), pin!(stop));
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &connections) => accepted,
        };
        if let Some((stream, peer, place)) = accepted {
            served.spawn(answer(stream, peer, place, Arc::clone(&municipalities), patience, graceful.watcher()));
        }
        while served.try_join_next().is_some() {}
    }
    drop(listener);
    municipalities.stop_live();
    if tokio::time::timeout(patience.stopping, graceful.shutdown()).await.is_err() {
        tracing::warn!(connections = served.len(), "stopping: cut what did not end in time");
        served.shutdown().await;
    }
    Ok(())
}

async fn accept(listener: &TcpListener, connections: &Arc<Connections>) -> Option<(TcpStream, SocketAddr, Place)> {
    let free = connections.free().await?;
    match listener.accept().await {
        Ok((stream, peer)) => connections.place(free, peer.ip()).map(|place| (stream, peer, place)),
        Err(error) => {
            tracing::warn!(kind = ?error.kind(), "a connection was not accepted");
            tokio::time::sleep(BREATH).await;
            None
        }
    }
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    municipalities: Arc<Municipalities>,
    patience: Patience,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let municipalities = Arc::clone(&municipalities);
        async move { Ok::<_, Infallible>(municipalities.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(READ_AHEAD_BYTES)
        .serve_connection(TokioIo::new(Steady::new(stream, patience)), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke off");
    }
    drop(place);
}

/// Resolves when the process is asked to end (SIGTERM, or Ctrl-C).
pub async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
