//! Serving: one listener, until a signal asks to stop; what is under way then is finished, within a deadline.
//!
//! Whoever connects is a stranger, so every wait has an end (`patience.rs`): for the head of a request, for its body
//! (`bodies.rs`), for an answer to be taken, for the last request when stopping. HTTP/1.1 alone is spoken here; a
//! proxy in front may speak more.

mod connections;
mod steady;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
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
use tower::ServiceExt;

use crate::http::bounds::patience::Patience;
use crate::http::routes;
use crate::http::state::AppState;
use connections::{Connections, Place};
use steady::Steady;

/// Bytes of a request that are read ahead, its head among them.
const READ_AHEAD_BYTES: usize = 64 * 1024;
/// After the system refused a connection (it has no more files to give), this long nothing is accepted.
const BREATH: Duration = Duration::from_millis(200);

/// Serves on `listener` until `stop` resolves.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let patience = state.patience;
    let connections = Arc::new(Connections::new(patience, state.trusted_proxies.clone()));
    let router = routes::router(state);
    let (graceful, mut served, mut stop) = (GracefulShutdown::new(), JoinSet::new(), pin!(stop));
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &connections) => accepted,
        };
        if let Some((stream, peer, place)) = accepted {
            served.spawn(answer(stream, peer, place, router.clone(), patience, graceful.watcher()));
        }
        while served.try_join_next().is_some() {}
    }
    drop(listener);
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
    router: Router,
    patience: Patience,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        router.oneshot(request.map(Body::new))
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
