//! The core on a socket.

use crate::config::Config;
use crate::economic::Economic;
use crate::state::StartError;
use bytes::Bytes;
use http::Request;
use simulator_kit::{Answer, Delivery, Simulator};
use std::time::Duration;
use tokio::net::TcpListener;

/// A running server.
pub type Running = simulator_kit::Running<Economic>;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The listener has no address.
    #[error("the listener cannot be used: {0}")]
    Listener(#[from] std::io::Error),
}

/// Serves a simulator on `listener` until [`Running::shutdown`], or until the [`Running`] is dropped.
///
/// # Errors
/// The configuration or the listener cannot be used.
pub async fn serve(config: Config, listener: TcpListener) -> Result<Running, ServeError> {
    Ok(simulator_kit::serve(Economic::new(config)?, listener)?)
}

impl Simulator for Economic {
    fn answer(&self, request: Request<Bytes>) -> Answer {
        Self::answer(self, request)
    }

    fn next_call(&self) -> Option<Delivery> {
        self.next_delivery()
    }

    fn call_done(&self, id: u64, outcome: Result<u16, String>) {
        self.delivery_done(id, outcome);
    }

    fn pending_calls(&self) -> usize {
        self.pending_deliveries()
    }

    fn call_limit(&self) -> Duration {
        Duration::from_millis(self.config().switches.webhook_timeout_ms)
    }

    fn user_agent(&self) -> &'static str {
        "economic-sim"
    }
}
