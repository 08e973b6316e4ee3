//! All that the doctor is told. Whoever fills it in reads the store and the connector's description; nothing here is a
//! secret or personal data.

use accounting_policy::{Budget, Trouble};
use accounting_store::{Counts, EventKind, Ms};
use host_harness::bindings::exports::upkeep::Health;
use host_harness::bindings::types::Localized;

/// What is known of an installation at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Now.
    pub(crate) now: Ms,
    /// The installation's id.
    pub(crate) installation: String,
    /// What people call it; empty: its id is shown.
    pub(crate) name: String,
    /// The accounting system's name, as its connector describes it; empty when unknown.
    pub(crate) system: String,
    /// The program that talks to the accounting system.
    pub(crate) connector: ConnectorSeen,
    /// Why the installation waits; none when it works.
    pub(crate) pause: Option<PauseSeen>,
    /// The setting `enabled`; none when the connector has no yes-no setting of that key, or is not loaded.
    pub(crate) enabled: Option<bool>,
    /// What the settings that must be filled in and are not are called.
    pub(crate) settings_missing: Vec<Localized>,
    /// Hosts that the connector describes and nobody approved.
    pub(crate) hosts_missing: Vec<String>,
    /// The customer tag; empty for none.
    pub(crate) customer_tag: String,
    /// How much there is of everything.
    pub(crate) counts: Counts,
    /// The link the accounting system calls.
    pub(crate) link: LinkSeen,
    /// When any link of this installation was last called; none for never.
    pub(crate) last_call: Option<Ms>,
    /// What `check` said last.
    pub(crate) health: HealthSeen,
    /// What `configure` said last; none when nobody pressed OK yet.
    pub(crate) configured: Option<ConfiguredSeen>,
    /// The calls of the day.
    pub(crate) budget: Budget,
    /// Calls to the accounting system a day; 0 for no budget.
    pub(crate) daily_calls: u32,
    /// When `catch-up` is due.
    pub(crate) next_catch_up: Ms,
    /// A catch-up was read to the end at least once, so there is a cursor.
    pub(crate) has_cursor: bool,
    /// Examples of what waits for a person, oldest first; at most five are shown. How many there are is in `counts`.
    pub(crate) parked: Vec<ParkedSeen>,
    /// Since when the event that waits longest could have begun and has not; none when nothing is due.
    pub(crate) due_since: Option<Ms>,
    /// When the host was down last, as far as it is recent; none when it was not.
    pub(crate) down: Option<Down>,
}

/// The program that talks to the accounting system.
#[derive(Debug, Clone)]
pub(crate) struct ConnectorSeen {
    /// Its id.
    pub(crate) id: String,
    /// It is there and can be called.
    pub(crate) loaded: bool,
    /// What it can do, as it describes it; empty when it is not loaded.
    pub(crate) capabilities: Vec<String>,
}

/// Why an installation waits.
#[derive(Debug, Clone)]
pub(crate) struct PauseSeen {
    /// A connector's error code, `person`, or `new` for one that was never started.
    pub(crate) code: String,
    /// For people; may be empty.
    pub(crate) message: String,
    /// What the setting it is about is called; none when it is about no setting that is known.
    pub(crate) about: Option<Localized>,
    /// Since when.
    pub(crate) since: Ms,
}

/// The link the accounting system calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct LinkSeen {
    /// When the newest was made; none when there is none.
    pub(crate) made: Option<Ms>,
    /// The host knows its own address as seen from outside, without which no link can be shown or entered.
    pub(crate) public_url: bool,
    /// When the newest was last called; none for never.
    pub(crate) last_used: Option<Ms>,
    /// Those that it replaced.
    pub(crate) older: Vec<OlderLinkSeen>,
}

/// A link that was replaced.
#[derive(Debug, Clone)]
pub(crate) struct OlderLinkSeen {
    /// Until when it is taken.
    pub(crate) expires: Ms,
    /// When it was last called; none for never.
    pub(crate) last_used: Option<Ms>,
}

/// What `check` said last.
#[derive(Debug, Clone)]
pub(crate) enum HealthSeen {
    /// It never ran.
    Never,
    /// It answered.
    Answer {
        /// When.
        at: Ms,
        /// What.
        health: Health,
    },
    /// It could not be found out.
    Failed {
        /// When it was tried.
        at: Ms,
        /// What kind of trouble.
        trouble: Trouble,
        /// For people; empty when there was no message, as after a crash.
        message: String,
    },
}

/// What `configure` said last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConfiguredSeen {
    /// When somebody pressed OK.
    pub(crate) at: Ms,
    /// Nothing was in the way.
    pub(crate) ready: bool,
}

/// Something that waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct ParkedSeen {
    /// What it is.
    pub(crate) kind: EventKind,
    /// Stable code.
    pub(crate) code: String,
    /// For people; may name a field, never its value. May be empty.
    pub(crate) message: String,
    /// Since when.
    pub(crate) since: Ms,
}

/// When the host was not there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Down {
    /// From when.
    pub(crate) from: Ms,
    /// Until when.
    pub(crate) to: Ms,
}
