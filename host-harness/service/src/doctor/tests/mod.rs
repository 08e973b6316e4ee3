//! The doctor's answers: whole ones for five situations in both languages, and a table of verdicts for each thing examined.

mod situations;
mod trust;
mod verdicts;
mod wording;

use super::{ConfiguredSeen, ConnectorSeen, HealthSeen, LinkSeen, Seen};
use crate::model::{Examined, Verdict};
use accounting_policy::Budget;
use accounting_store::{Counts, Ms};
use host_harness::bindings::exports::upkeep::{Health, WebhookHealth};
use host_harness::bindings::types::{Finding, Locale, Severity};

const MINUTE: Ms = 60_000;
const HOUR: Ms = 60 * MINUTE;
const DAY: Ms = 24 * HOUR;

/// Tuesday 24 November 2026 at 9:00 in Denmark.
const NOW: Ms = 1_795_507_200_000;

/// Everything in order.
fn well() -> Seen {
    Seen {
        now: NOW,
        installation: "club-17".to_owned(),
        name: "Klub Nord".to_owned(),
        system: "Demobog".to_owned(),
        connector: ConnectorSeen {
            id: "demobog".to_owned(),
            loaded: true,
            capabilities: ["customers", "webhook", "catch-up", "bookkeeping"].map(str::to_owned).to_vec(),
        },
        pause: None,
        enabled: Some(true),
        settings_missing: Vec::new(),
        hosts_missing: Vec::new(),
        customer_tag: "Regnskab".to_owned(),
        counts: Counts { customers: 1_340, tagged: 212, links: 209, ..Counts::default() },
        link: LinkSeen {
            made: Some(NOW - 40 * DAY),
            public_url: true,
            last_used: Some(NOW - 3 * HOUR),
            older: Vec::new(),
        },
        last_call: Some(NOW - 3 * HOUR),
        health: HealthSeen::Answer { at: NOW - 10 * MINUTE, health: healthy() },
        configured: Some(ConfiguredSeen { at: NOW - 40 * DAY, ready: true }),
        budget: Budget { day: u64::try_from(NOW / DAY).unwrap(), used: 312 },
        daily_calls: 5_000,
        next_catch_up: NOW + 12 * MINUTE,
        has_cursor: true,
        parked: Vec::new(),
        due_since: None,
        down: None,
    }
}

fn healthy() -> Health {
    Health { healthy: true, findings: Vec::new(), webhook: Some(webhook(Some(true))), days: Vec::new() }
}

fn webhook(registered: Option<bool>) -> WebhookHealth {
    WebhookHealth { registered, has_errors: false, error_message: String::new(), last_event: String::new() }
}

/// The link is marked in error; what the connector found is in Danish, as the installation is.
fn marked() -> Health {
    let webhook = WebhookHealth {
        has_errors: true,
        error_message: "the receiver cannot be reached".to_owned(),
        last_event: "2026-11-24T05:34:14".to_owned(),
        ..webhook(Some(true))
    };
    let link = finding(Severity::Error, "demobog.link-has-errors", "linket har fejl", &["Tryk Opdater ved linket"]);
    Health { healthy: false, findings: vec![link], webhook: Some(webhook), days: Vec::new() }
}

fn finding(severity: Severity, code: &str, message: &str, steps: &[&str]) -> Finding {
    Finding {
        severity,
        code: code.to_owned(),
        message: message.to_owned(),
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        subject: None,
    }
}

fn answer(health: Health) -> HealthSeen {
    HealthSeen::Answer { at: NOW - 10 * MINUTE, health }
}

/// `well` with something else.
fn but(change: impl FnOnce(&mut Seen)) -> Seen {
    let mut seen = well();
    change(&mut seen);
    seen
}

/// What was said of one thing.
fn examined(seen: &Seen, code: &str) -> Option<Examined> {
    super::diagnose(seen, Locale::En).examined.into_iter().find(|one| one.code == code)
}

fn verdict(seen: &Seen, code: &str) -> Verdict {
    examined(seen, code).unwrap_or_else(|| panic!("{code} was not examined")).verdict
}
