//! What a person wishes: to look ahead, and to go.

use super::ahead::rows_a_call;
use super::record::{Record, SwitchOnPhase, forgotten};
use super::view::SwitchOnView;
use crate::alarms::timer_event;
use crate::error::{Refusal, ServiceError};
use crate::migration::{refuse_moved, refuse_still};
use crate::service::Service;
use accounting_store::{Change, EventKind, Priority, Write};

impl Service {
    /// Read all debtors ahead; nothing is written to the accounting system. An installation that was never configured, or waits for its
    /// settings, is configured at once, and its customers wait until [`Service::switch_on`]. One that is under way is left as it is.
    ///
    /// # Errors
    /// It is unknown, paused by a person, or moved; its connector does not look ahead; `configure` finds something wrong.
    pub async fn look_ahead(&self, id: &str, debtors: Option<u64>) -> Result<SwitchOnView, ServiceError> {
        let row = self.row(id).await?;
        refuse_moved(&row)?;
        refuse_still(&row)?;
        self.rows_a_call_of(&row.connector)?;
        if self.switching_on(id).await?.is_some_and(|record| record.phase != SwitchOnPhase::Done) {
            return self.switch_on_view(id).await;
        }
        let correlation = format!("switch-on-{}", crate::random::hex16()?);
        let writes = vec![
            Record::begins(&row, debtors, self.now()).kept(id)?,
            Write::Cursor(None),
            Write::Enqueue(timer_event(EventKind::CatchUp, Priority::Bulk, &correlation, self.now())),
        ];
        self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await?;
        if row.pause.is_some() {
            if let Err(error) = self.make_ready(id).await {
                self.commit(Change { writes: vec![forgotten(id)], ..Change::default() }).await?;
                return Err(error);
            }
        } else {
            self.sweep(&row, None).await?;
        }
        self.wake_at(id, row.concurrency);
        self.switch_on_view(id).await
    }

    async fn make_ready(&self, id: &str) -> Result<(), ServiceError> {
        let answer = self.configure(id).await?;
        let said = || {
            let finding = answer.configured.iter().flat_map(|configured| &configured.findings).next();
            let error = answer.error.as_ref().map(|error| error.message.clone());
            error.or_else(|| finding.map(|finding| finding.message.clone())).unwrap_or_default()
        };
        if !answer.ready {
            let message = format!("the installation is not ready: {}", said());
            return Err(ServiceError::new(Refusal::Conflict, "not-ready", message));
        }
        if let Some(pause) = self.row(id).await?.pause {
            let message = format!("the installation waits ({}); resume it first", pause.code);
            return Err(ServiceError::new(Refusal::Conflict, "paused", message));
        }
        Ok(())
    }

    /// Let the customers that wait go through, after a look ahead. Repeating it does no harm.
    ///
    /// # Errors
    /// It is unknown, or the look has not come to its end.
    pub async fn switch_on(&self, id: &str) -> Result<SwitchOnView, ServiceError> {
        let row = self.row(id).await?;
        let refused = |message: &str| Err(ServiceError::new(Refusal::Conflict, "not-looked-ahead", message));
        match self.switching_on(id).await? {
            None => return refused("nobody has looked ahead; do that first"),
            Some(record) if record.phase == SwitchOnPhase::Looking => {
                return refused("the look ahead is still under way; wait for it");
            }
            Some(mut record) if record.phase == SwitchOnPhase::Looked => {
                record.phase = SwitchOnPhase::Going;
                record.waited = u64::try_from(self.store().waits(id).await?.open).unwrap_or(0);
                self.commit(Change { writes: vec![record.kept(id)?], ..Change::default() }).await?;
                self.wake_at(id, row.concurrency);
            }
            Some(_) => {}
        }
        self.switch_on_view(id).await
    }

    /// How many debtors a call of a look ahead reads.
    pub(super) fn rows_a_call_of(&self, connector: &str) -> Result<u64, ServiceError> {
        let loaded = self.inner.connectors.get(connector);
        loaded.and_then(|loaded| rows_a_call(&loaded.description.capabilities)).ok_or_else(|| {
            let message = format!(
                "connector {connector} does not look ahead: it looks each customer up when it goes through; press OK (configure) instead"
            );
            ServiceError::new(Refusal::Conflict, "no-look-ahead", message)
        })
    }
}
