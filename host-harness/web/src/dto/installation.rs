//! Installations as they may be shown.

use super::catalogue::Catalogue;
use accounting_service as service;
use accounting_store as store;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Whether an installation works.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InstallationState {
    /// Its events run.
    Active,
    /// Its events wait; nothing is dropped.
    Paused,
}

/// Why an installation waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PauseReason {
    /// Stable: a connector's error code, `person`, or `new` for one that was never configured.
    code: String,
    /// In the installation's language.
    message: String,
    /// The setting it is about; empty for none.
    subject: String,
    at_ms: i64,
}

/// A setting as it may be shown: `{"value": "…"}`, or `{"secret": true}` for a secret that was entered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Setting {
    /// Its value.
    Value(String),
    /// A secret that was entered; always `true`.
    Secret(bool),
}

/// How much lies where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// Customers held.
    customers: i64,
    /// Customers with the tag, not deleted.
    tagged: i64,
    links: i64,
    /// Events that wait.
    waiting: i64,
    /// Events in a call.
    running: i64,
    /// Events that wait for a person.
    parked: i64,
    /// Outbox items FlexyBox has not answered.
    outbox: i64,
    /// Receipts not known to be posted.
    unposted: i64,
    flags: i64,
    /// When the oldest waiting event came in.
    oldest_waiting_ms: Option<i64>,
    /// When the oldest open outbox item was put in.
    oldest_outbox_ms: Option<i64>,
}

/// An installation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Installation {
    id: String,
    /// The id of its connector.
    connector: String,
    name: String,
    /// `da` or `en`.
    locale: String,
    state: InstallationState,
    /// Why it waits; null when it works.
    pause: Option<PauseReason>,
    /// Settings that were entered.
    settings: BTreeMap<String, Setting>,
    /// Approved hosts.
    hosts: Vec<String>,
    catalogue: Catalogue,
    /// The customer tag; empty for none.
    customer_tag: String,
    /// Calls that may run at once.
    concurrency: u32,
    /// Calls to the accounting system a day; 0 for no budget.
    #[schema(format = Int64)]
    daily_calls: u32,
    /// Calls made today (UTC).
    calls_today: i64,
    /// When the link was last called.
    last_hook_ms: Option<i64>,
    /// When `check` is due.
    next_check_ms: i64,
    /// When `catch-up` is due.
    next_catch_up_ms: i64,
    created_ms: i64,
    /// Null in a list, unless asked for.
    counts: Option<Counts>,
}

/// All installations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Installations {
    pub(crate) installations: Vec<Installation>,
}

impl From<store::Counts> for Counts {
    fn from(counts: store::Counts) -> Self {
        Self {
            customers: counts.customers,
            tagged: counts.tagged,
            links: counts.links,
            waiting: counts.waiting,
            running: counts.running,
            parked: counts.parked,
            outbox: counts.outbox,
            unposted: counts.unposted,
            flags: counts.flags,
            oldest_waiting_ms: counts.oldest_waiting,
            oldest_outbox_ms: counts.oldest_outbox,
        }
    }
}

impl Installation {
    pub(crate) fn new(view: service::InstallationView, counts: Option<store::Counts>) -> Self {
        let setting = |(key, setting)| match setting {
            service::SettingView::Open(value) => (key, Setting::Value(value)),
            service::SettingView::Hidden => (key, Setting::Secret(true)),
        };
        let pause = |pause: service::PauseView| PauseReason {
            code: pause.code,
            message: pause.message,
            subject: pause.subject,
            at_ms: pause.at,
        };
        Self {
            id: view.id,
            connector: view.connector,
            name: view.name,
            locale: view.locale,
            state: if view.pause.is_some() { InstallationState::Paused } else { InstallationState::Active },
            pause: view.pause.map(pause),
            settings: view.settings.into_iter().map(setting).collect(),
            hosts: view.hosts,
            catalogue: view.catalogue.into(),
            customer_tag: view.customer_tag,
            concurrency: view.concurrency,
            daily_calls: view.daily_calls,
            calls_today: view.calls_today,
            last_hook_ms: view.last_hook,
            next_check_ms: view.next_check,
            next_catch_up_ms: view.next_catch_up,
            created_ms: view.created,
            counts: counts.map(Into::into),
        }
    }
}
