//! The administrator pressed OK: the settings are proved against the accounting system, and the installation begins or waits.

use crate::body;
use crate::calling::Which;
use crate::clock::day_of;
use crate::error::{Refusal, ServiceError};
use crate::installations::{MOST_ROUNDS, PAUSED_BY_PERSON};
use crate::migration::holds_still;
use crate::model::ConfigureAnswer;
use crate::service::{CHANGED_MEANWHILE, Service};
use accounting_policy::Work;
use accounting_store::{Change, Guard, Installation, Ms, Write};
use host_harness::bindings::exports::configure::Configured;
use host_harness::bindings::types::{Error, ErrorKind, Severity};
use host_harness::installation::{Answered, RunError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `configure` said last, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptConfigured {
    pub(crate) at: Ms,
    pub(crate) ready: bool,
    pub(crate) configured: Configured,
}

impl Service {
    /// Press OK: prove the settings against the accounting system. When they are ready, the installation works from now on, unless
    /// a person paused it; when they are not, it waits with the first thing that is wrong.
    ///
    /// # Errors
    /// The installation is unknown, its connector is not loaded, or the store does not answer. What the connector finds out is an
    /// answer, not an error.
    pub async fn configure(&self, id: &str) -> Result<ConfigureAnswer, ServiceError> {
        // A user of the accounting system may not be logged in twice: no event runs meanwhile.
        let gate = self.gate(id);
        let _alone = gate.write().await;
        let row = self.row(id).await?;
        let answered = self.ask(&row).await?;
        let requests = answered.record.traffic.requests;
        let day = day_of(self.now());
        let mut writes = Vec::new();
        if requests > 0 {
            writes.push(Write::Calls { day, calls: i64::try_from(requests).unwrap_or(i64::MAX) });
        }
        let configured = match answered.result {
            Ok(configured) => configured,
            Err(error) => {
                self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await?;
                return Ok(ConfigureAnswer { ready: false, configured: None, error: Some(told(error)), requests });
            }
        };
        let remembered: BTreeMap<&str, &str> =
            configured.remember.iter().map(|one| (one.key.as_str(), one.value.as_str())).collect();
        let kept = KeptConfigured { at: self.now(), ready: configured.ready, configured: configured.clone() };
        let (configured_json, remembered_json) = (body::write(&kept)?, body::write(&remembered)?);
        let mut rounds = 0;
        let row = loop {
            let row = Installation {
                configured_json: configured_json.clone(),
                remembered_json: remembered_json.clone(),
                ..self.row(id).await?
            };
            // Settings that a person enters in the same moment stand.
            let guards = vec![Guard::Installation(row.version)];
            let update = Write::UpdateInstallation(Box::new(row.clone()));
            let all = std::iter::once(update).chain(writes.clone()).collect();
            rounds += 1;
            match self.commit(Change { installation: id.to_owned(), guards, writes: all }).await {
                Ok(()) => break row,
                Err(error) if error.code == CHANGED_MEANWHILE && rounds < MOST_ROUNDS => {}
                Err(error) => return Err(error),
            }
        };
        self.begin_or_wait(&row, &configured).await?;
        Ok(ConfigureAnswer { ready: configured.ready, configured: Some(configured), error: None, requests })
    }

    async fn begin_or_wait(&self, row: &Installation, configured: &Configured) -> Result<(), ServiceError> {
        let by_person = row.pause.as_ref().is_some_and(|pause| pause.code == PAUSED_BY_PERSON);
        if by_person || holds_still(row) {
            return Ok(());
        }
        if configured.ready {
            if row.pause.is_some() {
                // Whoever came in before the integration worked is synchronised now.
                self.sweep(row, None).await?;
            }
            return self.resume_row(row).await;
        }
        let wrong = configured.findings.iter().find(|finding| finding.severity == Severity::Error);
        let (code, message, subject) = wrong.map_or(("not-ready", "", ""), |finding| {
            (finding.code.as_str(), finding.message.as_str(), finding.subject.as_deref().unwrap_or_default())
        });
        self.pause_with(&row.id, code, message, subject).await
    }

    async fn ask(&self, row: &Installation) -> Result<Answered<Configured>, ServiceError> {
        let not_loaded = || {
            let message = format!("connector {} is not loaded; start the host with it", row.connector);
            ServiceError::new(Refusal::Conflict, "connector-missing", message)
        };
        let event = format!("ok-{}", crate::random::hex16()?);
        let which = Which { event: &event, step: "configure", attempt: 1 };
        let ready = self.ready_for(row, &which).await?.ok_or_else(not_loaded)?;
        let caller = self.caller(row, &ready, Work::Person, &event);
        Ok(caller
            .configure(ready.context.clone(), ready.prepared.catalogue.clone(), &ready.loaded.description.settings)
            .await)
    }
}

/// Why it could not be found out, in the contract's form whoever says it.
fn told(error: RunError) -> Error {
    match error {
        RunError::Connector(error) => error,
        other => Error {
            kind: ErrorKind::Internal,
            code: "host.call-failed".to_owned(),
            message: other.to_string(),
            detail: None,
            retry_after_ms: None,
            subject: None,
        },
    }
}
