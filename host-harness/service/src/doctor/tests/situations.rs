//! Whole answers, as people read them. The expected texts lie beside, one file for each situation and language.

use super::super::{
    ConfiguredSeen, Down, HealthSeen, LinkSeen, OlderLinkSeen, ParkedSeen, PauseSeen, Seen, diagnose, text,
};
use super::{DAY, HOUR, MINUTE, NOW, answer, but, finding, marked, well};
use accounting_policy::Trouble;
use accounting_store::{Counts, EventKind};
use host_harness::bindings::exports::upkeep::Health;
use host_harness::bindings::types::{Locale, Localized, Severity};
use rstest::rstest;

pub(super) fn label(da: &str, en: &str) -> Localized {
    Localized { da: da.to_owned(), en: en.to_owned() }
}

/// Nobody has entered anything yet.
pub(super) fn new() -> Seen {
    but(|seen| {
        seen.pause = Some(PauseSeen {
            code: "new".to_owned(),
            message: "settings are missing".to_owned(),
            about: None,
            since: NOW - HOUR,
        });
        seen.enabled = Some(false);
        seen.settings_missing = vec![label("Brugernavn", "User name"), label("Kodeord", "Password")];
        seen.hosts_missing = vec!["api.demobog.example".to_owned()];
        seen.customer_tag = String::new();
        seen.counts = Counts::default();
        seen.link = LinkSeen { public_url: true, ..LinkSeen::default() };
        seen.last_call = None;
        seen.health = HealthSeen::Never;
        seen.configured = None;
        seen.budget.used = 0;
        seen.has_cursor = false;
    })
}

/// The accounting system found nobody at the link, because the host was down.
pub(super) fn link_in_error() -> Seen {
    but(|seen| {
        seen.health = answer(marked());
        seen.down = Some(Down { from: NOW - 4 * HOUR, to: NOW - 3 * HOUR - 25 * MINUTE });
        seen.last_call = Some(NOW - 5 * HOUR);
        seen.link.last_used = Some(NOW - 5 * HOUR);
    })
}

/// The password was changed in the accounting system.
pub(super) fn wrong_password() -> Seen {
    but(|seen| {
        seen.pause = Some(PauseSeen {
            code: "demobog.wrong-password".to_owned(),
            message: "Demobog afviser brugernavn og kodeord".to_owned(),
            about: Some(label("Kodeord", "Password")),
            since: NOW - 20 * HOUR,
        });
        let refused = finding(Severity::Error, "demobog.wrong-password", "Demobog afviser brugernavn og kodeord", &[]);
        let health = Health { healthy: false, findings: vec![refused], webhook: None, days: Vec::new() };
        seen.health = answer(health);
        seen.counts = Counts { waiting: 14, oldest_waiting: Some(NOW - 20 * HOUR), ..seen.counts };
        seen.due_since = Some(NOW - 20 * HOUR);
        seen.last_call = Some(NOW - 21 * HOUR);
        seen.link.last_used = Some(NOW - 21 * HOUR);
    })
}

/// FlexyBox does not fetch, an old link is still called, and three things wait for a person.
pub(super) fn not_fetched() -> Seen {
    but(|seen| {
        let parked = |kind, code: &str, message: &str, since| ParkedSeen {
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
            since,
        };
        seen.parked = vec![
            parked(EventKind::Customer, "demobog.too-long", "postnummeret er for langt til Demobog", NOW - 6 * DAY),
            parked(EventKind::Day, "demobog.account-missing", "", NOW - 2 * DAY),
        ];
        seen.counts =
            Counts { parked: 3, flags: 2, outbox: 1_204, oldest_outbox: Some(NOW - 26 * HOUR), ..seen.counts };
        seen.link.last_used = None;
        seen.link.made = Some(NOW - 2 * DAY);
        seen.link.older = vec![OlderLinkSeen { expires: NOW + 28 * DAY, last_used: Some(NOW - 3 * HOUR) }];
        seen.configured = Some(ConfiguredSeen { at: NOW - 2 * DAY, ready: true });
        seen.health = HealthSeen::Failed { at: NOW - 5 * MINUTE, trouble: Trouble::Transient, message: String::new() };
        seen.budget.used = 4_100;
    })
}

macro_rules! expected {
    ($name:literal) => {
        [include_str!(concat!("situations/", $name, ".da.txt")), include_str!(concat!("situations/", $name, ".en.txt"))]
    };
}

#[rstest]
#[case::new(new(), expected!("new"))]
#[case::link_in_error(link_in_error(), expected!("link-in-error"))]
#[case::well(well(), expected!("well"))]
#[case::wrong_password(wrong_password(), expected!("wrong-password"))]
#[case::not_fetched(not_fetched(), expected!("not-fetched"))]
fn reads_like_this(#[case] seen: Seen, #[case] expected: [&str; 2]) {
    for (locale, expected) in [Locale::Da, Locale::En].into_iter().zip(expected) {
        let actual = text(&diagnose(&seen, locale), locale);
        assert!(actual == expected, "in {locale:?} it reads:\n{actual}\nexpected:\n{expected}");
    }
}
