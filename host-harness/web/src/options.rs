//! What whoever runs the server may set.

use crate::metering::Metering;
use std::num::NonZeroU32;
use std::time::Duration;

/// How often somebody may call: `burst` at once, then `per_second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Calls a second in the long run.
    pub per_second: NonZeroU32,
    /// Calls at once after a rest.
    pub burst: NonZeroU32,
}

impl Rate {
    /// 2,000 a second, 4,000 at once: several times what an accounting system sends while a whole debtor file is imported, and
    /// what one disk can take in.
    pub const GENEROUS: Self = match (NonZeroU32::new(2_000), NonZeroU32::new(4_000)) {
        (Some(per_second), Some(burst)) => Self { per_second, burst },
        _ => Self { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN },
    };
}

/// What whoever runs the server may set. [`Default`] suits a host on one machine.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// `/metrics` asks for no key. Unless set, a key with `metrics:read` is needed.
    pub open_metrics: bool,
    /// Where the figures of `/metrics` come from: [`install_metrics`](crate::install_metrics). None: `/metrics` answers 503.
    pub metering: Option<Metering>,
    /// For each link.
    pub hook_rate: Rate,
    /// For each API key.
    pub key_rate: Rate,
    /// How long a verified key is believed before the store is asked again, and so how long a key that was taken back on
    /// another host may still work: 3 s.
    pub key_belief: Duration,
    /// For the whole of a request's headers: 10 s. Also how long an idle connection is kept.
    pub header_time: Duration,
    /// For the whole of a request's body: 20 s.
    pub body_time: Duration,
    /// For a request without calls to an accounting system, body included: 30 s.
    pub request_time: Duration,
    /// For a request that calls an accounting system or compiles a connector, body included: 120 s.
    pub slow_request_time: Duration,
    /// For a backup, which reads everything there is: 1 h.
    pub backup_time: Duration,
    /// Connections at once; more wait to be accepted: 1,024, each with a body of at most 1 MiB unless it has a key.
    pub max_connections: usize,
    /// For requests that run when the server is told to stop: 30 s.
    pub grace_time: Duration,
}

impl Default for WebOptions {
    fn default() -> Self {
        Self {
            open_metrics: false,
            metering: None,
            hook_rate: Rate::GENEROUS,
            key_rate: Rate::GENEROUS,
            key_belief: Duration::from_secs(3),
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(20),
            request_time: Duration::from_secs(30),
            slow_request_time: Duration::from_secs(120),
            backup_time: Duration::from_secs(3_600),
            max_connections: 1_024,
            grace_time: Duration::from_secs(30),
        }
    }
}
