//! A job: work that was handed out, the call it leads to, and the change that comes of it.
//!
//! Whatever happens, a job ends with a commit that moves its events on: done, again, parked. Until the store takes that commit
//! it is offered again and again; if the host dies first, the events run again, and the connector looks before it creates.

mod catch_up;
mod check;
mod customers;
mod day;
mod report;
mod webhook;

pub(crate) use check::KeptHealth;

use crate::calling::{Ready, Which};
use crate::error::{Refusal, ServiceError};
use crate::follow::{Follow, Followed, Wrong, kind_name};
use crate::locale;
use crate::service::{CHANGED_MEANWHILE, Service, Stop};
use crate::settle::{Ground, Outcome, Settled};
use crate::turn::work_of;
use accounting_policy::Trouble;
use accounting_store::{Change, Claimed, EventKind, Guard, Installation, Moved, Priority, Write};
use host_harness::installation::{CallRecord, Caller};
use report::Said;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long to wait before a commit is offered again to a store that does not take it.
const COMMIT_PAUSE: Duration = Duration::from_secs(1);

/// How often an answer is worked out anew because somebody changed the same customer in the meantime.
const MOST_ROUNDS: u32 = 20;

/// Work that was handed out to this host.
pub(crate) struct Job<'a> {
    pub(crate) service: &'a Service,
    pub(crate) row: Installation,
    pub(crate) claimed: Claimed,
    began: Instant,
    began_at: accounting_store::Ms,
}

impl<'a> Job<'a> {
    pub(crate) fn new(service: &'a Service, row: Installation, claimed: Claimed) -> Self {
        let began_at = service.now();
        for event in &claimed.events {
            let waited = began_at.saturating_sub(event.event.received).max(0);
            let waited = Duration::from_millis(u64::try_from(waited).unwrap_or(0));
            metrics::histogram!("accounting_event_to_call_seconds").record(waited);
        }
        Self { service, row, claimed, began: Instant::now(), began_at }
    }

    /// Call the connector, and write what comes of it.
    pub(crate) async fn run(&self) -> Result<(), ServiceError> {
        let done = match self.claimed.kind {
            EventKind::Customer => self.customers().await,
            EventKind::Webhook => self.webhook().await,
            EventKind::Day => self.day().await,
            EventKind::CatchUp => self.catch_up().await,
            EventKind::Check => self.check().await,
        };
        let Err(error) = done else { return Ok(()) };
        let (trouble, detail) = match error.refusal {
            Refusal::Unavailable => (Trouble::Store, error.message),
            _ => (Trouble::Contract, error.message),
        };
        self.failed(&Wrong::found(trouble, detail), None).await
    }

    /// The host stops: the events run again after the next start.
    pub(crate) async fn let_go(&self) -> Result<(), ServiceError> {
        let writes = self.claimed.events.iter().map(|event| Write::RetryEvent {
            seq: event.seq,
            not_before: self.service.now(),
            keep_input: true,
            batch: Some(self.claimed.batch.clone()),
            counts: true,
            crashes: event.crashes,
            reason_code: "host.stopped".to_owned(),
            reason: String::new(),
        });
        let change = Change { installation: self.row.id.clone(), guards: self.running(), writes: writes.collect() };
        self.service.store().commit(change).await?.ok();
        Ok(())
    }

    /// The connector, the settings and the hosts, as they are now.
    async fn ready(&self) -> Result<Result<Ready, Wrong>, ServiceError> {
        let which = Which {
            event: &self.claimed.batch,
            step: self.step(),
            attempt: u32::try_from(self.claimed.attempt).unwrap_or(u32::MAX),
        };
        Ok(self.service.ready_for(&self.row, &which).await?.ok_or_else(|| {
            let detail = format!("connector {} is not loaded; start the host with it", self.row.connector);
            Wrong { code: "host.connector-missing".to_owned(), ..Wrong::found(Trouble::Transient, detail) }
        }))
    }

    fn step(&self) -> &'static str {
        match self.claimed.kind {
            EventKind::Customer => "customers",
            EventKind::Webhook | EventKind::Day | EventKind::CatchUp | EventKind::Check => kind_name(self.claimed.kind),
        }
    }

    fn caller<'r>(&self, ready: &'r Ready) -> Caller<'r> {
        let priority = self.claimed.events.iter().map(|event| event.event.priority).min();
        let work = work_of(priority.unwrap_or(Priority::Routine));
        self.service.caller(&self.row, ready, work, self.correlation())
    }

    fn correlation(&self) -> &str {
        self.claimed.events.first().map_or("", |event| event.event.correlation.as_str())
    }

    fn follow_with<T>(&self, run: impl FnOnce(&Follow) -> T) -> T {
        let locale = locale::of_policy(locale::of(&self.row));
        run(&Follow { now: self.service.now(), locale, random: crate::random::number })
    }

    async fn settle(
        &self,
        ready: &Ready,
        shown: &BTreeSet<String>,
        outcomes: &[Outcome<'_>],
    ) -> Result<Settled, ServiceError> {
        let ground = Ground {
            store: self.service.store(),
            installation: &self.row.id,
            specs: &ready.loaded.description.settings,
            customer_fields: &ready.prepared.catalogue.customer_fields,
            shown,
            locale: locale::of(&self.row),
            now: self.service.now(),
        };
        ground.settle(outcomes).await
    }

    /// The job's events run, in the attempts that were handed out.
    fn running(&self) -> Vec<Guard> {
        let events = self.claimed.events.iter();
        events.map(|event| Guard::Running { seq: event.seq, attempt: event.attempt }).collect()
    }

    /// The whole call failed.
    pub(crate) async fn failed(&self, wrong: &Wrong, record: Option<&CallRecord>) -> Result<(), ServiceError> {
        let followed = self.follow_with(|follow| follow.whole(&self.claimed, wrong));
        self.end(Vec::new(), followed.writes.clone(), &followed, record, &Said::Failed(wrong, &followed)).await?.ok();
        Ok(())
    }

    /// Write what the job came to, with what is said of its call. `Err(Moved)`: nothing was written, since something else than the job's
    /// own events has changed; work it out again.
    async fn end(
        &self,
        mut guards: Vec<Guard>,
        mut writes: Vec<Write>,
        followed: &Followed,
        record: Option<&CallRecord>,
        said: &Said<'_>,
    ) -> Result<Result<(), Moved>, ServiceError> {
        guards.extend(self.running());
        // Not how long the store takes to keep it, which may be without room for hours.
        let took = self.began.elapsed();
        writes.extend(self.report(took, record, said));
        let tells = writes.iter().any(|write| matches!(write, Write::PutOutbox(_)));
        let change = Change { installation: self.row.id.clone(), guards, writes };
        match self.commit_in_the_end(change).await? {
            Ok(()) => {
                self.tell(took, record, said);
                if tells {
                    self.service.ring_outbox();
                }
                if followed.paused {
                    tracing::warn!(
                        installation = self.row.id,
                        correlation = self.correlation(),
                        "the installation pauses"
                    );
                }
                Ok(Ok(()))
            }
            Err(Moved(Guard::Running { seq, .. })) => {
                self.tell(took, record, said);
                tracing::warn!(
                    installation = self.row.id,
                    seq,
                    "an event was taken over meanwhile; its result is not written"
                );
                Ok(Ok(()))
            }
            Err(moved) => Ok(Err(moved)),
        }
    }

    /// Offer a change until the store takes it, or says that something has moved.
    async fn commit_in_the_end(&self, change: Change) -> Result<Result<(), Moved>, ServiceError> {
        loop {
            match self.service.store().commit(change.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) if crate::service::is_passing(&error) && self.service.stopping() < Stop::Abandon => {
                    tracing::error!(installation = self.row.id, %error, "what came of a call cannot be kept yet; it is tried again");
                    tokio::time::sleep(COMMIT_PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Nobody ends an answer that never fits; the events run again with what is known then.
    fn too_many_rounds() -> ServiceError {
        ServiceError::new(Refusal::Unavailable, CHANGED_MEANWHILE, "the same customers were changed again and again")
    }
}
