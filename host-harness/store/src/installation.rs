//! An installation: one FlexyBox customer's connection to one accounting system.

use crate::Ms;

/// Whether an installation works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallationState {
    /// Its events run.
    Active,
    /// Its events wait; nothing is dropped.
    Paused,
}

/// Why an installation waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Stable code, e.g. a connector's error code, or `person`.
    pub code: String,
    /// For the person who is to act, in the installation's language. No secrets, no personal data.
    pub message: String,
    /// The setting it is about; empty for none.
    pub subject: String,
    /// Since when.
    pub at: Ms,
}

/// An installation as it is kept. `*_json` fields are JSON text that the store does not read.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// Chosen by FlexyBox; `[A-Za-z0-9._-]`, at most 64 characters.
    pub id: String,
    /// The id of its connector.
    pub connector: String,
    /// What people call it.
    pub name: String,
    /// `da` or `en`.
    pub locale: String,
    /// Whether it works.
    pub state: InstallationState,
    /// Why it waits, when it does.
    pub pause: Option<Pause>,
    /// Object of setting key to value; secret values are sealed.
    pub settings_json: String,
    /// Object of what `configure` asked to remember.
    pub remembered_json: String,
    /// Array of the hosts the administrator approved.
    pub hosts_json: String,
    /// What FlexyBox is set up with: tags, customer data fields, account plan, dimensions.
    pub catalogue_json: String,
    /// The customer tag; empty for none. Says who is synchronised.
    pub customer_tag: String,
    /// Calls that may run at once.
    pub concurrency: u32,
    /// Calls to the accounting system a day; 0 for no budget.
    pub daily_calls: u32,
    /// The day the count below is of (days since 1970).
    pub calls_day: i64,
    /// Calls made on that day.
    pub calls_used: i64,
    /// Where the last catch-up ended.
    pub cursor: Option<String>,
    /// When `check` is due.
    pub next_check: Ms,
    /// When `catch-up` is due.
    pub next_catch_up: Ms,
    /// What `check` said last, with its time; empty when it never ran.
    pub health_json: String,
    /// What `configure` said last, with its time; empty when it never ran.
    pub configured_json: String,
    /// When the link was last called; none for never.
    pub last_hook: Option<Ms>,
    /// When it was made.
    pub created: Ms,
    /// Grows with every change of the row but for counters and times; for [`crate::Guard::Installation`].
    pub version: i64,
}

impl Installation {
    /// One that works, in Danish, with one call at a time and nothing set: no settings, hosts, tag, budget or timers.
    pub fn new(id: &str, connector: &str, created: Ms) -> Self {
        Self {
            id: id.to_owned(),
            connector: connector.to_owned(),
            name: String::new(),
            locale: "da".to_owned(),
            state: InstallationState::Active,
            pause: None,
            settings_json: "{}".to_owned(),
            remembered_json: "{}".to_owned(),
            hosts_json: "[]".to_owned(),
            catalogue_json: "{}".to_owned(),
            customer_tag: String::new(),
            concurrency: 1,
            daily_calls: 0,
            calls_day: 0,
            calls_used: 0,
            cursor: None,
            next_check: 0,
            next_catch_up: 0,
            health_json: String::new(),
            configured_json: String::new(),
            last_hook: None,
            created,
            version: 0,
        }
    }
}

/// A token of the webhook link, as it is kept: its hash to recognise it, itself sealed to show the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookToken {
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// Whose link.
    pub installation: String,
    /// The token, sealed.
    pub sealed: String,
    /// When it was made; the newest is the one shown.
    pub created: Ms,
    /// Until when it is taken; none for as long as it stands.
    pub expires: Option<Ms>,
    /// When it was last used; none for never.
    pub last_used: Option<Ms>,
}
