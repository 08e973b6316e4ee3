//! The running service: what it is made of, how it starts and how it stops.

use crate::alarms;
use crate::clock::Clock;
use crate::connectors::Connectors;
use crate::error::ServiceError;
use crate::prepared::PreparedOnes;
use crate::recordings::Recordings;
use crate::schedule::Schedule;
use crate::timers;
use crate::turn;
use accounting_store::{EventRow, Recovered, Store, StoreError};
use accounting_vault::Keyring;
use host_harness::engine::Engine;
use host_harness::processor::Account;
use host_harness::sandbox::Limits;
use host_harness::transport::Transport;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{RwLock, Semaphore, watch};

/// Calls that run at once over all installations, unless set otherwise: places the engine has.
pub const CALLS_AT_ONCE: u32 = 128;

/// How long calls under way may take to end when the service stops, unless set otherwise: as long as a call may take at all.
pub const GRACE: Duration = Duration::from_secs(30);

/// What the service is made of.
pub struct ServiceOptions {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// The keys secrets are sealed with.
    pub keyring: Keyring,
    /// Runs connectors.
    pub engine: Engine,
    /// Where their requests go.
    pub transport: Arc<dyn Transport>,
    /// How much one call may use.
    pub limits: Limits,
    /// Where the accounting systems reach this host, e.g. `https://accounting.example.com`; empty: there is no link.
    pub public_url: String,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Calls that run at once over all installations; the engine needs as many places.
    pub calls_at_once: u32,
    /// How often the timers go off.
    pub timers: Timers,
}

/// How often the timers go off, milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Timers {
    /// Between two checks of an installation.
    pub check_ms: u64,
    /// Between two catch-ups of an installation.
    pub catch_up_ms: u64,
}

impl Default for Timers {
    fn default() -> Self {
        Self { check_ms: accounting_policy::CHECK_EVERY_MS, catch_up_ms: accounting_policy::CATCH_UP_EVERY_MS }
    }
}

/// How far stopping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    /// Work goes on.
    No,
    /// No new calls.
    Finish,
    /// Calls under way are let go of; they run again after the next start.
    Abandon,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keyring: Keyring,
    pub(crate) connectors: Connectors,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) limits: Limits,
    pub(crate) public_url: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) timers: Timers,
    pub(crate) schedule: Schedule,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) calls_at_once: u32,
    pub(crate) stop: watch::Sender<Stop>,
    /// Rung when something was put into the outbox.
    pub(crate) outbox: watch::Sender<u64>,
    /// Installations whose link was called while nothing could be kept: they catch up when it can.
    pub(crate) missed: Mutex<BTreeSet<String>>,
    /// When this service began.
    pub(crate) began: accounting_store::Ms,
    /// Open updates after which the accounting system said something more of the customer.
    pub(crate) doubted: Mutex<BTreeSet<i64>>,
    /// Held by whoever changes tokens of links: they are read and written back.
    pub(crate) tokens: tokio::sync::Mutex<()>,
    /// When the host was down before this start; none when it was not.
    pub(crate) was_down: Mutex<Option<(i64, i64)>>,
    pub(crate) alarms: Mutex<timers::Timers>,
    /// Held together by whoever takes something in, and alone by a migration that stops an installation from doing so.
    pub(crate) intake: RwLock<()>,
    pub(crate) recordings: Recordings,
    /// What their texts say, of the installations that were called last.
    pub(crate) prepared: PreparedOnes,
    /// One migration moves on at a time.
    pub(crate) migrating: tokio::sync::Mutex<()>,
    /// One for each installation that was ever asked for: calls hold it together, `configure` alone.
    gates: Mutex<BTreeMap<String, Arc<RwLock<()>>>>,
    /// What each installation that was ever worked for has used of the processor lately.
    accounts: Mutex<BTreeMap<String, Account>>,
}

/// A future in a box, so that the service's code is compiled here and not once more in each program that runs it.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The host that loses nothing. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    pub(crate) inner: Arc<Inner>,
}

impl Service {
    /// Take up the work where it was left: events that ran when the host died run again, and what was missed meanwhile is caught
    /// up with. Connectors are loaded before, so that none of it runs without.
    ///
    /// # Errors
    /// The store does not answer, a component is no connector, or the keys are not those the store was written with.
    pub fn start(options: ServiceOptions, connectors: Vec<Vec<u8>>) -> Boxed<'static, Result<Self, ServiceError>> {
        Box::pin(Self::begin(options, connectors))
    }

    async fn begin(options: ServiceOptions, connectors: Vec<Vec<u8>>) -> Result<Self, ServiceError> {
        let began = options.clock.now();
        let inner = Arc::new(Inner {
            store: options.store,
            keyring: options.keyring,
            connectors: Connectors::new(options.engine),
            transport: options.transport,
            limits: options.limits,
            public_url: options.public_url.trim_end_matches('/').to_owned(),
            clock: options.clock,
            timers: options.timers,
            began,
            tokens: tokio::sync::Mutex::default(),
            schedule: Schedule::default(),
            slots: Arc::new(Semaphore::new(usize::try_from(options.calls_at_once.max(1)).unwrap_or(1))),
            calls_at_once: options.calls_at_once.max(1),
            stop: watch::Sender::new(Stop::No),
            outbox: watch::Sender::new(0),
            missed: Mutex::default(),
            doubted: Mutex::default(),
            was_down: Mutex::default(),
            alarms: Mutex::default(),
            intake: RwLock::default(),
            recordings: Recordings::default(),
            prepared: PreparedOnes::default(),
            migrating: tokio::sync::Mutex::default(),
            gates: Mutex::default(),
            accounts: Mutex::default(),
        });
        let service = Self { inner };
        service.check_keys().await?;
        for component in connectors {
            service.inner.connectors.load(component).await?;
        }
        service.recover().await?;
        alarms::begin(&service).await?;
        for (installation, due) in service.inner.store.due().await? {
            if due <= service.now() {
                service.wake(&installation).await
            } else {
                service.inner.schedule.alarm(&installation, due)
            }
        }
        Ok(service)
    }

    /// Stop: no new calls from now on; calls under way have `grace` to end, then they are let go of and run again after the next
    /// start. The store is closed.
    pub fn stop(&self, grace: Duration) -> Boxed<'_, ()> {
        Box::pin(self.end(grace))
    }

    async fn end(&self, grace: Duration) {
        self.inner.stop.send_replace(Stop::Finish);
        let quiet = async {
            while self.inner.schedule.turns() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(grace, quiet).await.is_err() {
            tracing::warn!(
                turns = self.inner.schedule.turns(),
                "calls under way are let go of; they run again after the next start"
            );
            self.inner.stop.send_replace(Stop::Abandon);
            let quiet = async {
                while self.inner.schedule.turns() > 0 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            let _late = tokio::time::timeout(Duration::from_secs(5), quiet).await;
        }
        self.inner.store.close().await;
    }

    pub(crate) fn now(&self) -> accounting_store::Ms {
        self.inner.clock.now()
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    /// Comes back when stopping has come so far.
    pub(crate) async fn stops(&self, so_far: Stop) {
        let mut stop = self.inner.stop.subscribe();
        // The sender lives as long as the service.
        let _gone = stop.wait_for(|stop| *stop >= so_far).await.is_err();
    }

    pub(crate) fn stopping(&self) -> Stop {
        *self.inner.stop.borrow()
    }

    /// There may be something to do for this installation.
    pub(crate) async fn wake(&self, installation: &str) {
        let at_once = match self.store().installation(installation).await {
            Ok(Some(row)) => row.concurrency,
            Ok(None) => return,
            Err(_) => 1,
        };
        self.wake_at(installation, at_once);
    }

    /// The same, where it is known how many calls may run at once.
    pub(crate) fn wake_at(&self, installation: &str, at_once: u32) {
        if self.stopping() == Stop::No && self.inner.schedule.wake(installation, at_once) {
            turn::begin(self.clone(), installation.to_owned());
        }
    }

    /// Whoever waits for the outbox looks again.
    pub(crate) fn ring_outbox(&self) {
        self.inner.outbox.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// What calls of an installation hold together and `configure` alone.
    pub(crate) fn gate(&self, installation: &str) -> Arc<RwLock<()>> {
        let mut gates = self.inner.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(installation.to_owned()).or_default())
    }

    /// On whose account an installation's calls are carried out.
    pub(crate) fn account(&self, installation: &str) -> Account {
        let mut accounts = self.inner.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.entry(installation.to_owned()).or_default().clone()
    }

    pub(crate) fn was_down(&self) -> Option<(i64, i64)> {
        *self.inner.was_down.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_missed(&self, installation: &str) {
        self.inner.missed.lock().unwrap_or_else(PoisonError::into_inner).insert(installation.to_owned());
    }

    /// The word the store was begun with must open with the keys given; a new store gets one.
    async fn check_keys(&self) -> Result<(), ServiceError> {
        let wrong = |error: accounting_vault::KeyError| {
            ServiceError::new(crate::error::Refusal::Invalid, "wrong-key", error.to_string())
        };
        match self.store().meta(CANARY).await? {
            Some(canary) => self.inner.keyring.check_canary(&canary).map_err(wrong),
            None => {
                let canary = self.inner.keyring.canary().map_err(|error| ServiceError::internal(error.to_string()))?;
                self.commit_meta(CANARY, canary).await
            }
        }
    }

    pub(crate) async fn commit_meta(&self, key: &str, value: String) -> Result<(), ServiceError> {
        let write = accounting_store::Write::Meta { key: key.to_owned(), value };
        self.commit(accounting_store::Change { writes: vec![write], ..Default::default() }).await
    }

    /// Write a change that hangs on nothing, or on what nobody else moves.
    pub(crate) async fn commit(&self, change: accounting_store::Change) -> Result<(), ServiceError> {
        match self.store().commit(change).await? {
            Ok(()) => Ok(()),
            Err(_) => Err(ServiceError::new(
                crate::error::Refusal::Conflict,
                CHANGED_MEANWHILE,
                "it was changed by somebody else in the same moment; look at it again and repeat",
            )),
        }
    }

    /// Events that ran when the host died: what follows is the policy's to say, for each batch as a whole.
    async fn recover(&self) -> Result<(), ServiceError> {
        let mut batches: BTreeMap<(String, String), Vec<(Recovered, EventRow)>> = BTreeMap::new();
        for event in self.store().recover(self.now()).await? {
            if let Some((row, _)) = self.store().event(&event.installation, event.seq).await? {
                let batch = row.batch.clone().unwrap_or_default();
                batches.entry((event.installation.clone(), batch)).or_default().push((event, row));
            }
        }
        for ((installation, batch), events) in batches {
            if let Some(row) = self.store().installation(&installation).await? {
                turn::after_crash(self, &row, batch, events).await?;
            }
        }
        Ok(())
    }
}

/// The code of a change that came in the same moment as somebody else's.
pub(crate) const CHANGED_MEANWHILE: &str = "changed-meanwhile";

/// Where the sealed word is kept.
pub(crate) const CANARY: &str = "canary";

impl From<accounting_vault::RandomError> for ServiceError {
    fn from(error: accounting_vault::RandomError) -> Self {
        Self::internal(error.to_string())
    }
}

/// A store that fails is not a reason to give up what can wait.
pub(crate) fn is_passing(error: &StoreError) -> bool {
    error.is_passing()
}
