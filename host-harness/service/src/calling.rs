//! What a call of a connector is made of: the connector and the settings as they are now, the hosts it may reach, and what is left of
//! the day's calls. Calls of events and of `configure` are made alike.

use crate::clock::moment;
use crate::connectors::Loaded;
use crate::directory::StoreDirectory;
use crate::error::ServiceError;
use crate::locale;
use crate::prepared::Prepared;
use crate::recordings::Ear;
use crate::service::Service;
use crate::told::Told;
use crate::turn::budget;
use accounting_policy::Work;
use accounting_store::Installation;
use host_harness::bindings::types::Context;
use host_harness::connector::Connector;
use host_harness::installation::{Caller, Driver, EventId, idempotency_key};
use host_harness::replay::Listening;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The steps in which the accounting system speaks first.
const READS_ALL: &str = "catch-up";
const IS_CALLED: &str = "webhook";

/// Which call it is.
pub(crate) struct Which<'a> {
    /// The same on every attempt at the same event.
    pub(crate) event: &'a str,
    /// The step within the event.
    pub(crate) step: &'static str,
    /// 1 for the first.
    pub(crate) attempt: u32,
}

/// Everything a call needs.
pub(crate) struct Ready {
    pub(crate) loaded: Arc<Loaded>,
    /// The same connector, listened to, while its calls are recorded.
    listened: Option<Listening<Connector, Ear>>,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) context: Context,
    /// Whom the accounting system's word must not be taken to be about; see [`StoreDirectory`].
    unsure: BTreeSet<String>,
}

impl Service {
    /// Get ready for a call; none when the installation's connector is not loaded.
    pub(crate) async fn ready_for(&self, row: &Installation, which: &Which<'_>) -> Result<Option<Ready>, ServiceError> {
        let Some(loaded) = self.inner.connectors.get(&row.connector) else { return Ok(None) };
        let prepared = self.inner.prepared.of(&self.inner.keyring, row, &loaded)?;
        let context = Context {
            now: moment(self.now()),
            locale: locale::of(row),
            settings: prepared.settings.clone(),
            webhook_link: self.newest_link(&row.id).await?.map(|(_, url)| url),
            idempotency_key: idempotency_key(&row.id, &EventId(which.event.to_owned()), which.step),
            attempt: which.attempt,
        };
        let unsure = if which.step == READS_ALL || which.step == IS_CALLED {
            self.unsure_after_move(&row.id).await?
        } else {
            BTreeSet::new()
        };
        let ear = self.inner.recordings.ear(&row.id, &loaded);
        let listened = ear.map(|ear| Listening::new(loaded.connector.clone(), ear));
        Ok(Some(Ready { listened, unsure, prepared, context, loaded }))
    }

    /// Whoever makes the call, with no more requests than the day has left for such work.
    pub(crate) fn caller<'r>(&self, row: &Installation, ready: &'r Ready, work: Work, correlation: &str) -> Caller<'r> {
        let mut limits = self.inner.limits.clone();
        if let Some(left) = budget(row).left(work, row.daily_calls, moment(self.now())) {
            limits.requests = limits.requests.min(left);
        }
        Caller {
            driver: match &ready.listened {
                Some(listened) => listened as &dyn Driver,
                None => &ready.loaded.connector,
            },
            directory: Arc::new(StoreDirectory {
                store: Arc::clone(&self.inner.store),
                installation: row.id.clone(),
                unsure: ready.unsure.clone(),
            }),
            transport: Arc::new(Told {
                inner: Arc::clone(&self.inner.transport),
                installation: row.id.clone(),
                correlation: correlation.to_owned(),
            }),
            hosts: ready.prepared.hosts.clone(),
            limits,
            account: self.account(&row.id),
            correlation: correlation.to_owned(),
        }
    }
}
