//! What goes into the service and what comes out, apart from the contract's own types.

use accounting_store::Ms;
use host_harness::bindings::exports::configure::{Catalogue, Configured};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::{Customer, Error as ConnectorError};
use std::collections::BTreeMap;

/// What people set of an installation. In an update, `None` leaves a part as it is.
#[derive(Debug, Clone, Default)]
pub struct InstallationChange {
    /// What people call it.
    pub name: Option<String>,
    /// `da` or `en`.
    pub locale: Option<String>,
    /// Settings by key: `Some(value)` enters one, `None` takes it away. Settings not named stay.
    pub settings: BTreeMap<String, Option<String>>,
    /// The hosts the administrator approved.
    pub hosts: Option<Vec<String>>,
    /// What FlexyBox is set up with.
    pub catalogue: Option<Catalogue>,
    /// Calls that may run at once, 1 to 16.
    pub concurrency: Option<u32>,
    /// Calls to the accounting system a day; 0 for no budget.
    pub daily_calls: Option<u32>,
}

/// A setting as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingView {
    /// Its value.
    Open(String),
    /// A secret that was entered.
    Hidden,
}

/// Why an installation waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseView {
    /// Stable code: a connector's error code, `person`, or `new` for one that was never configured.
    pub code: String,
    /// For people, in the installation's language.
    pub message: String,
    /// The setting it is about; empty for none.
    pub subject: String,
    /// Since when.
    pub at: Ms,
}

/// An installation as it may be shown.
#[derive(Debug, Clone)]
pub struct InstallationView {
    /// Its id.
    pub id: String,
    /// The id of its connector.
    pub connector: String,
    /// What people call it.
    pub name: String,
    /// `da` or `en`.
    pub locale: String,
    /// Why it waits; none when it works.
    pub pause: Option<PauseView>,
    /// Settings that were entered, secrets hidden.
    pub settings: BTreeMap<String, SettingView>,
    /// Approved hosts.
    pub hosts: Vec<String>,
    /// What FlexyBox is set up with.
    pub catalogue: Catalogue,
    /// The customer tag; empty for none.
    pub customer_tag: String,
    /// Calls that may run at once.
    pub concurrency: u32,
    /// Calls to the accounting system a day; 0 for no budget.
    pub daily_calls: u32,
    /// Calls made today (UTC).
    pub calls_today: i64,
    /// When the link was last called.
    pub last_hook: Option<Ms>,
    /// When `check` is due.
    pub next_check: Ms,
    /// When `catch-up` is due.
    pub next_catch_up: Ms,
    /// When it was made.
    pub created: Ms,
}

/// The link the accounting system calls.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// The whole address. Secret: whoever has it can call it.
    pub url: String,
    /// When it was made.
    pub created: Ms,
    /// Older links that are still taken: until when, and when each was last used.
    pub older: Vec<OlderLink>,
    /// When it was last used.
    pub last_used: Option<Ms>,
}

/// A link that was replaced.
#[derive(Debug, Clone)]
pub struct OlderLink {
    /// When it was made.
    pub created: Ms,
    /// Until when it is taken.
    pub expires: Ms,
    /// When it was last used.
    pub last_used: Option<Ms>,
}

/// What pressing OK came to.
#[derive(Debug, Clone)]
pub struct ConfigureAnswer {
    /// The installation works from now on.
    pub ready: bool,
    /// What `configure` found out; none when it could not be found out.
    pub configured: Option<Configured>,
    /// Why it could not be found out, in the installation's language.
    pub error: Option<ConnectorError>,
    /// Requests made to the accounting system.
    pub requests: u64,
}

/// A customer that comes in.
#[derive(Debug, Clone)]
pub struct CustomerIn {
    /// FlexyBox's id of the event; the same again is the same event. Empty: only the revision tells what is old.
    pub event_id: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The customer as it is now.
    pub customer: Customer,
}

/// A call of the link as it came in.
#[derive(Debug, Clone)]
pub struct HookCall {
    /// `GET` or `POST`.
    pub method: String,
    /// What stood after the first `?`, undecoded.
    pub query: String,
    /// Names in lower case; never the host's own.
    pub headers: Vec<(String, String)>,
    /// At most 1 MiB.
    pub body: Vec<u8>,
    /// Ties it to the logs.
    pub correlation: String,
}

/// What to answer a call of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookAnswer {
    /// It is on the disk: 2xx.
    Kept,
    /// No such link, or it was replaced too long ago: 404.
    Unknown,
    /// It could not be kept now: 503 with this many seconds to wait. A catch-up follows as soon as the store takes writes again.
    NotNow {
        /// Seconds.
        retry_after_s: u32,
    },
}

/// What FlexyBox says of an outbox item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// Read; or, for a `customer-update`, see the other two: it may not be merely read.
    Seen,
    /// The update was applied to exactly the revision it names; the customer's revision is this now.
    Applied {
        /// The customer's new revision.
        revision: u64,
    },
    /// The customer had moved on from the revision it names; nothing was applied.
    Stale,
}

/// What became of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// Taken.
    Done,
    /// The item is not there (any more): it was acknowledged before.
    Gone,
}

/// A connector that is loaded.
#[derive(Debug, Clone)]
pub struct ConnectorView {
    /// Its id.
    pub id: String,
    /// The accounting system's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component.
    pub sha256: String,
    /// What it can do.
    pub capabilities: Vec<String>,
    /// The hosts it must reach.
    pub hosts: Vec<String>,
    /// Installations that use it.
    pub installations: usize,
}

/// How a step of the doctor's went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// In order.
    Good,
    /// Works, but somebody should look.
    Warning,
    /// The reason nothing arrives, or part of it.
    Bad,
    /// Could not be found out.
    Unknown,
}

/// One thing the doctor looked at.
#[derive(Debug, Clone)]
pub struct Examined {
    /// Stable code, e.g. `link-registered`.
    pub code: &'static str,
    /// How it went.
    pub verdict: Verdict,
    /// What was looked at and what was seen, in the language asked for.
    pub message: String,
    /// What to do, step by step; empty when there is nothing to do.
    pub steps: Vec<String>,
}

/// The doctor's answer to "why does nothing arrive?".
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// Which installation.
    pub installation: String,
    /// The worst of all.
    pub verdict: Verdict,
    /// Everything looked at, in the order a person should read it.
    pub examined: Vec<Examined>,
}
