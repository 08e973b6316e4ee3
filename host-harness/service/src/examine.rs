//! Gathers what the doctor looks at, and has the accounting system asked first where that is wanted.

use crate::body;
use crate::configure::KeptConfigured;
use crate::doctor::{
    ConfiguredSeen, ConnectorSeen, Down, HealthSeen, LinkSeen, OlderLinkSeen, ParkedSeen, PauseSeen, Seen, diagnose,
};
use crate::error::ServiceError;
use crate::model::Diagnosis;
use crate::service::Service;
use crate::settings::{Kept, KeptSettings};
use crate::turn::{allowed, budget};
use crate::work::KeptHealth;
use accounting_policy::Trouble;
use accounting_store::{EventFilter, EventState, Installation, Ms};
use host_harness::bindings::exports::configure::{SettingKind, SettingSpec};
use host_harness::bindings::types::Locale;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long the accounting system may take to answer before the doctor goes on without: a call's own limit and a little.
const PATIENCE: Duration = Duration::from_secs(40);

/// How often it is looked whether the answer is there.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Parked events shown as examples.
const EXAMPLES: u32 = 5;

/// Waiting events looked at, oldest first, for one that stands still.
const LOOKED_AT: u32 = 200;

/// The setting that switches an integration on, where a connector has it.
const ENABLED: &str = "enabled";

impl Service {
    /// Why does nothing arrive? `ask` has the accounting system asked first (a call of `check`), unless the installation waits.
    ///
    /// # Errors
    /// Unknown installation; the store does not answer.
    pub async fn doctor(&self, id: &str, locale: Locale, ask: bool) -> Result<Diagnosis, ServiceError> {
        let row = self.row(id).await?;
        if ask && row.pause.is_none() {
            self.ask_and_wait(id).await?;
        }
        let row = self.row(id).await?;
        Ok(diagnose(&self.seen(row).await?, locale))
    }

    /// Run `check` as an event like any other, so that it keeps to the order of calls, and wait for what it says.
    async fn ask_and_wait(&self, id: &str) -> Result<(), ServiceError> {
        let began = self.now();
        self.check_now(id).await?;
        let answered = async {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let row = self.row(id).await?;
                if row.pause.is_some() || health_at(&row)?.is_some_and(|at| at >= began) {
                    return Ok::<(), ServiceError>(());
                }
            }
        };
        tokio::time::timeout(PATIENCE, answered).await.unwrap_or(Ok(()))
    }

    async fn seen(&self, row: Installation) -> Result<Seen, ServiceError> {
        let loaded = self.inner.connectors.get(&row.connector);
        let description = loaded.as_ref().map(|loaded| &loaded.description);
        let specs: &[SettingSpec] = description.map_or(&[], |description| &description.settings);
        let kept: KeptSettings = body::read("the settings", &row.settings_json)?;
        let approved: BTreeSet<String> = body::read("the approved hosts", &row.hosts_json)?;
        let needed = description.map_or(&[][..], |description| &description.hosts);
        let counts = self.store().counts(&row.id).await?;
        Ok(Seen {
            now: self.now(),
            system: description.map(|description| description.name.clone()).unwrap_or_default(),
            connector: ConnectorSeen {
                id: row.connector.clone(),
                loaded: loaded.is_some(),
                capabilities: description.map(|description| description.capabilities.clone()).unwrap_or_default(),
            },
            pause: row.pause.as_ref().map(|pause| PauseSeen {
                code: pause.code.clone(),
                message: pause.message.clone(),
                about: specs.iter().find(|spec| spec.key == pause.subject).map(|spec| spec.label.clone()),
                since: pause.at,
            }),
            enabled: enabled(specs, &kept),
            settings_missing: missing(specs, &kept),
            hosts_missing: needed.iter().filter(|host| !approved.contains(*host)).cloned().collect(),
            customer_tag: row.customer_tag.clone(),
            counts,
            link: self.link_seen(&row).await?,
            last_call: row.last_hook,
            health: health_seen(&row)?,
            configured: configured_seen(&row)?,
            budget: budget(&row),
            daily_calls: row.daily_calls,
            next_catch_up: row.next_catch_up,
            has_cursor: row.cursor.is_some(),
            parked: self.parked_seen(&row.id).await?,
            due_since: self.due_since(&row).await?,
            down: self.was_down().map(|(from, to)| Down { from, to }),
            installation: row.id,
            name: row.name,
        })
    }

    async fn link_seen(&self, row: &Installation) -> Result<LinkSeen, ServiceError> {
        let tokens = self.store().hook_tokens(&row.id).await?;
        let mut tokens = tokens.into_iter();
        let newest = tokens.next();
        let older =
            tokens.filter_map(|token| Some(OlderLinkSeen { expires: token.expires?, last_used: token.last_used }));
        Ok(LinkSeen {
            public_url: !self.inner.public_url.is_empty(),
            made: newest.as_ref().map(|token| token.created),
            last_used: newest.and_then(|token| token.last_used),
            older: older.collect(),
        })
    }

    async fn parked_seen(&self, id: &str) -> Result<Vec<ParkedSeen>, ServiceError> {
        let filter = EventFilter { installation: Some(id.to_owned()), state: Some(EventState::Parked), kind: None };
        let page = self.store().events(&filter, None, EXAMPLES).await?;
        let seen = page.items.into_iter().map(|event| ParkedSeen {
            kind: event.event.kind,
            code: event.reason_code,
            message: event.reason,
            since: event.event.received,
        });
        Ok(seen.collect())
    }

    /// Since when the oldest waiting event could have begun and has not: not for the day's calls, nor for an earlier event of the
    /// same customer or day.
    async fn due_since(&self, row: &Installation) -> Result<Option<Ms>, ServiceError> {
        let now = self.now();
        let (None, Ok(up_to)) = (&row.pause, allowed(row, now)) else { return Ok(None) };
        let filter = EventFilter { installation: Some(row.id.clone()), state: Some(EventState::Waiting), kind: None };
        let page = self.store().events(&filter, None, LOOKED_AT).await?;
        let mut keys = BTreeSet::new();
        let heads = page.items.into_iter().filter(|event| keys.insert(event.event.key.clone()));
        let due = heads.filter(|event| event.event.priority <= up_to);
        let due = due.map(|event| event.event.not_before.max(event.event.received));
        Ok(due.filter(|due| *due <= now).min())
    }
}

fn enabled(specs: &[SettingSpec], kept: &KeptSettings) -> Option<bool> {
    let spec = specs.iter().find(|spec| spec.key == ENABLED && spec.kind == SettingKind::YesNo)?;
    Some(match kept.get(ENABLED) {
        Some(Kept::Open(value)) => value == "true",
        _ => spec.default_value.as_deref() == Some("true"),
    })
}

fn missing(specs: &[SettingSpec], kept: &KeptSettings) -> Vec<host_harness::bindings::types::Localized> {
    let is_empty = |spec: &SettingSpec| match kept.get(&spec.key) {
        Some(Kept::Open(value)) => value.is_empty(),
        Some(Kept::Sealed(_)) => false,
        None => spec.default_value.as_ref().is_none_or(String::is_empty),
    };
    specs.iter().filter(|spec| spec.required && is_empty(spec)).map(|spec| spec.label.clone()).collect()
}

fn health_at(row: &Installation) -> Result<Option<Ms>, ServiceError> {
    if row.health_json.is_empty() {
        return Ok(None);
    }
    let kept: KeptHealth = body::read("what check said", &row.health_json)?;
    Ok(Some(kept.at))
}

fn health_seen(row: &Installation) -> Result<HealthSeen, ServiceError> {
    if row.health_json.is_empty() {
        return Ok(HealthSeen::Never);
    }
    let KeptHealth { at, health, error } = body::read("what check said", &row.health_json)?;
    Ok(match (health, error) {
        (Some(health), _) => HealthSeen::Answer { at, health },
        (None, Some((trouble, message))) => {
            HealthSeen::Failed { at, trouble: Trouble::from_name(&trouble).unwrap_or(Trouble::Internal), message }
        }
        (None, None) => HealthSeen::Never,
    })
}

fn configured_seen(row: &Installation) -> Result<Option<ConfiguredSeen>, ServiceError> {
    if row.configured_json.is_empty() {
        return Ok(None);
    }
    let kept: KeptConfigured = body::read("what configure said", &row.configured_json)?;
    Ok(Some(ConfiguredSeen { at: kept.at, ready: kept.ready }))
}
