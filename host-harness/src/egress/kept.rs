//! Connections kept open between requests, each for the one installation it was opened for.
//!
//! Never shared between two: an accounting system may tie things to a connection, and one customer's data must not cross to
//! another. What is kept is a bare connection that nobody reads from; before it is used again it must still be quiet. Whether
//! anything of a request was sent stays known, so that a write is never sent twice:
//!
//! | a kept connection turns out to be gone | a read (`GET`, `HEAD`) | a write |
//! |---|---|---|
//! | before a byte was written | once more, over a new one | once more, over a new one |
//! | after that, before an answer | once more, over a new one | [`TransportError::Dropped`]: nobody knows |
//!
//! On a new connection nothing is repeated. Time that went by on the kept one is not given again.

use super::exchange::{Ended, Patience, exchange, outgoing};
use super::wire::Wire;
use crate::transport::{InboundResponse, OutboundRequest, TransportError};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// 20 seconds without a request: longer than the pause between two events of a busy installation, shorter than what servers and
/// the networks between allow (a minute or more for most); one that says it allows less is believed.
pub const KEPT_IDLE: Duration = Duration::from_secs(20);
/// 5 minutes from its opening: then the name is looked up and its addresses are checked anew.
pub const KEPT_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// 2 for each host of an installation: its calls mostly run one after the other.
pub const KEPT_PER_HOST: usize = 2;
/// 4 for each installation: more than the hosts one call is known to ask.
pub const KEPT_PER_INSTALLATION: usize = 4;
/// 256 in all, of one transport: twice the calls that run at once.
pub const KEPT_IN_ALL: usize = 256;

/// How many connections are kept, and how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) idle: Duration,
    pub(super) lifetime: Duration,
    pub(super) in_all: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { idle: KEPT_IDLE, lifetime: KEPT_LIFETIME, in_all: KEPT_IN_ALL }
    }
}

/// The kept connections of a transport.
pub(super) struct Kept {
    bounds: Bounds,
    shelf: Mutex<Shelf>,
}

/// Few enough to be looked through.
#[derive(Default)]
struct Shelf {
    /// The longest idle first.
    idle: VecDeque<Idle>,
    /// Closes what is idle for too long; runs while there is something.
    sweeper: Option<AbortHandle>,
}

struct Idle {
    installation: String,
    host: String,
    wire: Wire,
    since: Instant,
}

impl Idle {
    fn is_for(&self, installation: &str, host: &str) -> bool {
        self.installation == installation && self.host == host
    }
}

impl Kept {
    pub(super) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, shelf: Mutex::default() })
    }

    /// Send a request to `host`, over a connection kept for `installation` or over the one that `connect` opens; without an
    /// installation always over that one, and nothing is kept.
    pub(super) async fn send(
        self: &Arc<Self>,
        installation: Option<&str>,
        host: &str,
        request: &OutboundRequest,
        patience: Patience,
        connect: impl Future<Output = Result<Wire, TransportError>>,
    ) -> Result<InboundResponse, TransportError> {
        let dropped = || TransportError::Dropped { host: host.to_owned() };
        let written = || outgoing(host, request, installation.is_some());
        let mut spent = Duration::ZERO;
        if let Some(wire) = installation.and_then(|installation| self.take(installation, host)) {
            let began = Instant::now();
            match exchange(wire, host, written()?, patience, spent).await {
                Ended::Answered(answer, wire) => return Ok(self.answered(installation, host, answer, wire)),
                Ended::Unsent(_) => {}
                Ended::Closed if is_read(&request.method) => {}
                Ended::Closed => return Err(dropped()),
                Ended::Failed(error) => return Err(error),
            }
            spent = began.elapsed();
        }
        let request = written()?;
        match exchange(connect.await?, host, request, patience, spent).await {
            Ended::Answered(answer, wire) => Ok(self.answered(installation, host, answer, wire)),
            Ended::Unsent(reason) => Err(TransportError::NotConnected { host: host.to_owned(), reason }),
            Ended::Closed => Err(dropped()),
            Ended::Failed(error) => Err(error),
        }
    }

    fn answered(
        self: &Arc<Self>,
        installation: Option<&str>,
        host: &str,
        answer: InboundResponse,
        wire: Option<Wire>,
    ) -> InboundResponse {
        if let (Some(installation), Some(wire)) = (installation, wire) {
            self.keep(installation, host, wire);
        }
        answer
    }

    /// The connection used last of those kept for this host of this installation, when it is still good.
    fn take(&self, installation: &str, host: &str) -> Option<Wire> {
        loop {
            let mut wire = {
                let mut shelf = self.shelf();
                self.expire(&mut shelf);
                let at = shelf.idle.iter().rposition(|idle| idle.is_for(installation, host))?;
                shelf.idle.remove(at)?.wire
            };
            if wire.is_quiet() {
                return Some(wire);
            }
        }
    }

    /// Keep a connection for the next request, and close what is then too much.
    fn keep(self: &Arc<Self>, installation: &str, host: &str, wire: Wire) {
        let idle = Idle { installation: installation.to_owned(), host: host.to_owned(), wire, since: Instant::now() };
        let mut shelf = self.shelf();
        shelf.idle.push_back(idle);
        self.expire(&mut shelf);
        shelf.shorten(KEPT_PER_HOST, |idle| idle.is_for(installation, host));
        shelf.shorten(KEPT_PER_INSTALLATION, |idle| idle.installation == installation);
        shelf.shorten(self.bounds.in_all, |_| true);
        if !shelf.idle.is_empty() && shelf.sweeper.as_ref().is_none_or(AbortHandle::is_finished) {
            shelf.sweeper = Some(tokio::spawn(sweep(Arc::downgrade(self))).abort_handle());
        }
    }

    /// When a connection is closed at the latest; none for a time too far off to be told.
    fn ends(&self, idle: &Idle) -> Option<Instant> {
        let rest = idle.wire.patience().map_or(self.bounds.idle, |its_own| its_own.min(self.bounds.idle));
        let (unused, old) = (idle.since.checked_add(rest), idle.wire.opened().checked_add(self.bounds.lifetime));
        unused.into_iter().chain(old).min()
    }

    fn expire(&self, shelf: &mut Shelf) {
        let now = Instant::now();
        shelf.idle.retain(|idle| self.ends(idle).is_none_or(|ends| ends > now));
    }

    /// Close what has been kept long enough. When to look again; none when nothing is left.
    fn sweep(&self) -> Option<Instant> {
        let mut shelf = self.shelf();
        self.expire(&mut shelf);
        let next = shelf.idle.iter().filter_map(|idle| self.ends(idle)).min();
        if next.is_none() {
            // Under the lock: whoever keeps something now begins another.
            shelf.sweeper = None;
        }
        next
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Whole connections: a panic elsewhere leaves nothing half done.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Close the longest idle of those meant until there are at most `most`.
    fn shorten(&mut self, most: usize, meant: impl Fn(&Idle) -> bool) {
        while self.idle.iter().filter(|idle| meant(idle)).count() > most {
            let Some(at) = self.idle.iter().position(&meant) else { return };
            self.idle.remove(at);
        }
    }
}

async fn sweep(kept: Weak<Kept>) {
    while let Some(next) = kept.upgrade().and_then(|kept| kept.sweep()) {
        tokio::time::sleep_until(next).await;
    }
}

/// What changes nothing at the other side, so that asking twice is asking once.
fn is_read(method: &str) -> bool {
    matches!(method, "GET" | "HEAD")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpStream};

    /// A connection and its other end.
    async fn wire() -> (Wire, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (Wire::new(near), listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn the_longest_idle_makes_room() {
        let kept = Kept::new(Bounds { in_all: 3, ..Bounds::default() });
        let mut ends = Vec::new();
        for installation in ["a", "b", "c", "d", "e"] {
            let (wire, end) = wire().await;
            kept.keep(installation, "api.example.com", wire);
            ends.push(end);
        }
        let there: Vec<_> = kept.shelf().idle.iter().map(|idle| idle.installation.clone()).collect();
        assert_eq!(there, ["c", "d", "e"]);
        assert!(kept.take("a", "api.example.com").is_none());
        assert!(kept.take("c", "other.example.com").is_none());
        assert!(kept.take("c", "api.example.com").is_some());
        assert!(kept.take("c", "api.example.com").is_none(), "it is in one hand");
    }

    #[tokio::test]
    async fn one_that_ended_is_not_handed_out_and_the_next_is() {
        let kept = Kept::new(Bounds::default());
        let ((good, _end), (bad, its_end)) = (wire().await, wire().await);
        kept.keep("a", "api.example.com", good);
        kept.keep("a", "api.example.com", bad);
        drop(its_end);
        assert!(kept.take("a", "api.example.com").is_some());
        assert!(kept.shelf().idle.is_empty());
    }

    #[tokio::test]
    async fn whoever_closes_what_is_idle_goes_and_comes_again() {
        let kept = Kept::new(Bounds { idle: Duration::from_millis(20), ..Bounds::default() });
        for _ in 0..2 {
            let (wire, _end) = wire().await;
            kept.keep("a", "api.example.com", wire);
            assert!(kept.shelf().sweeper.is_some());
            while kept.shelf().sweeper.is_some() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert!(kept.shelf().idle.is_empty());
        }
    }
}
