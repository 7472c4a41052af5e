//! Serving over HTTP/1.1 with bounds on connections, slow peers and the time that a shutdown takes.

use crate::guard::Guarded;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{watch, Semaphore},
    task::JoinSet,
};

/// Bounds of the server.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// Connections at the same time; more wait to be accepted.
    pub connections: usize,
    /// A request's head must have arrived within this time; an idle connection is closed after it.
    pub head_time: Duration,
    /// A peer that takes nothing of an answer for this long is cut off.
    pub stall_time: Duration,
    /// After shutdown begins, running answers have this long to end.
    pub drain_time: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 512,
            head_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(30),
            drain_time: Duration::from_secs(5),
        }
    }
}

/// Heads, and what waits to be sent, per connection.
const BUFFER: usize = 64 * 1024;
/// After a failed accept (no file descriptors left, most likely) some time for connections to end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` resolves, then lets running answers end.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()> + Send) -> io::Result<()> {
    serve_with(listener, router, ServerLimits::default(), shutdown).await
}

/// [`serve`], with bounds of one's own.
pub async fn serve_with(
    listener: TcpListener,
    router: Router,
    limits: ServerLimits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let mut shutdown = pin!(shutdown);
    let permits = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, _) = listener.accept().await?;
            io::Result::Ok((stream, permit))
        };
        let (stream, permit) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next => match next {
                Ok(next) => next,
                Err(error) => {
                    log::debug!(target: "suit-gateway", "accept: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let (router, limits, stopped) = (router.clone(), limits.clone(), stopped.clone());
        connections.spawn(async move {
            connection(stream, router, limits, stopped).await;
            drop(permit);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    stop.send_replace(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_time, drained).await.is_err() {
        connections.shutdown().await;
    }
    Ok(())
}

async fn connection(stream: TcpStream, router: Router, limits: ServerLimits, mut stopped: watch::Receiver<bool>) {
    // Refusals are small and awaited.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Guarded::new(stream, limits.stall_time));
    let mut connection = pin!(http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(BUFFER)
        .serve_connection(io, TowerToHyperService::new(router)));
    let stop = async {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stop => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        log::trace!(target: "suit-gateway", "connection: {error}");
    }
}
