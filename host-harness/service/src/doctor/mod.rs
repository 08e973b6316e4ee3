//! Why does nothing arrive from the accounting system?
//!
//! [`diagnose`] answers from what the host knows already: no clock, no store, no network, so every answer can be tested and
//! the same facts always give the same answer. Whoever calls it gathers the facts ([`Seen`]), and may have `check` run
//! before. It trades away finding out anything by itself: what nobody looked at is answered with [`Verdict::Unknown`], and
//! with who should look.
//!
//! Each thing examined says what was seen, and, unless it is in order, what a person can do. Things that only wait for
//! another one that is mended elsewhere in the list count as in order, so that the first reason stands out.
//!
//! | examined | in | in reading order |
//! |---|---|---|
//! | what people set up | `setup` | `connector-loaded`, `installation-active`, `enabled`, `settings-entered`, `hosts-approved`, `customer-tag-chosen`, `customers-tagged` |
//! | the link | `link` | `link-made`, `link-registered`, `link-in-error`, `link-token`, `last-call` |
//! | the accounting system | `system` | `credentials-accepted`, `also-found` (for each finding that has no place of its own), `catch-up`, `budget` |
//! | what waits | `waiting` | `parked`, `queue`, `outbox`, `host-was-down` |
//!
//! What a connector cannot do, or has no setting for, is left out: `enabled`, the two about customers, the link, `catch-up`.

mod calendar;
mod evidence;
mod examination;
mod link;
mod report;
mod seen;
mod setup;
mod system;
#[cfg(test)]
mod tests;
mod texts;
mod waiting;

pub use report::text;
pub(crate) use seen::{
    ConfiguredSeen, ConnectorSeen, Down, HealthSeen, LinkSeen, OlderLinkSeen, ParkedSeen, PauseSeen, Seen,
};

use crate::model::{Diagnosis, Verdict};
use examination::{Examination, worst};
use host_harness::bindings::types::Locale;

/// What is wrong, or that nothing is, in the language asked for. Messages that connectors gave come in the language of the
/// installation.
pub(crate) fn diagnose(seen: &Seen, locale: Locale) -> Diagnosis {
    let mut examination = Examination::new(seen, locale);
    setup::examine(&mut examination);
    link::examine(&mut examination);
    system::examine(&mut examination);
    waiting::examine(&mut examination);
    let examined = examination.finish();
    Diagnosis {
        installation: seen.installation.clone(),
        verdict: worst(&examined).map_or(Verdict::Unknown, |worst| worst.verdict),
        examined,
    }
}
