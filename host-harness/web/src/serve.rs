//! Connections: how many, how slow they may be, and how they end.
//!
//! Headers have to be there within their time, so that a connection that sends a byte now and then does not hold its place; an
//! idle one gives it up after the same time. Bodies have their time where they are read.

use crate::options::WebOptions;
use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Most bytes of a request's line and headers: several times what proxies let through.
const MOST_HEADER_BYTES: usize = 64 * 1_024;
/// Wait after a connection could not be accepted, for want of files or memory.
const AFTER_REFUSED: Duration = Duration::from_millis(100);
/// How often figures are added up.
const TIDY_EVERY: Duration = Duration::from_secs(5);

/// The server did not end as it should.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServeError {
    /// Requests ran longer than the grace time and were cut off. What they began may be done all the same.
    #[error("{connections} connections were cut off: their requests ran longer than the grace time")]
    CutOff {
        /// How many.
        connections: usize,
    },
}

/// Told to requests that wait for something: the server is about to stop.
#[derive(Clone)]
pub(crate) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Comes back when the server begins to stop.
    pub(crate) async fn begun(mut self) {
        // Whoever would tell it is gone: it has stopped.
        let _ = self.0.wait_for(|begun| *begun).await;
    }
}

/// Serve until `shutdown` comes: then no connection is accepted any more, requests that wait for something are answered, and
/// those that run have [`grace_time`](WebOptions::grace_time) to end.
///
/// # Errors
///
/// Requests ran longer than the grace time.
pub fn serve<'a>(
    listener: TcpListener,
    router: Router,
    options: &'a WebOptions,
    shutdown: impl Future<Output = ()> + Send + 'a,
) -> Serving<'a> {
    boxed(listener, router, options, Box::pin(shutdown))
}

/// A server that runs. In a box, so that the code of its connections is compiled here and not once more in each program.
pub type Serving<'a> = Pin<Box<dyn Future<Output = Result<(), ServeError>> + Send + 'a>>;

fn boxed<'a>(
    listener: TcpListener,
    router: Router,
    options: &'a WebOptions,
    shutdown: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
) -> Serving<'a> {
    Box::pin(run(listener, router, options, shutdown))
}

async fn run(
    listener: TcpListener,
    router: Router,
    options: &WebOptions,
    mut shutdown: Pin<Box<dyn Future<Output = ()> + Send + '_>>,
) -> Result<(), ServeError> {
    let places = Arc::new(Semaphore::new(options.max_connections));
    let (close, closing) = watch::channel(false);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut tidy = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            (stream, place) = accepted(&listener, &places) => {
                let connection = connection(stream, router.clone(), Closing(closing.clone()), options.header_time);
                let connection = graceful.watch(connection);
                connections.spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    drop(place);
                });
            }
            Some(_) = connections.join_next() => {}
            _ = tidy.tick() => {
                if let Some(metering) = &options.metering {
                    metering.tidy();
                }
            }
        }
    }
    drop(listener);
    close.send_replace(true);
    if tokio::time::timeout(options.grace_time, graceful.shutdown()).await.is_ok() {
        return Ok(());
    }
    while connections.try_join_next().is_some() {}
    let cut_off = connections.len();
    connections.shutdown().await;
    if cut_off == 0 { Ok(()) } else { Err(ServeError::CutOff { connections: cut_off }) }
}

/// The next connection, once there is a place for it.
async fn accepted(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there is always a permit.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // An answer is small and whole: it need not wait for more.
                let _ = stream.set_nodelay(true);
                return (stream, place);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(AFTER_REFUSED).await;
            }
        }
    }
}

/// One connection, ready to run.
fn connection(
    stream: TcpStream,
    router: Router,
    closing: Closing,
    header_time: Duration,
) -> impl GracefulConnection<Error = hyper::Error> + Send + 'static {
    let service = router.into_service::<Incoming>().map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(closing.clone());
        request
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
}

#[cfg(test)]
mod tests;
