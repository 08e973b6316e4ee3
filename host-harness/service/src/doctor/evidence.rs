//! What the last look at the accounting system (`check` of the contract) tells about the link and about the credentials.
//!
//! Codes of findings are a connector's own. Those about the link are known by the last part of the code, which says `link`
//! or `webhook`; whether the credentials were refused is known by there being an error and nothing else: neither a link
//! nor a day could be looked at. A connector that names things otherwise loses nothing: what is not recognised is told as
//! it is.

use super::examination::{one_line, quoted};
use super::seen::{HealthSeen, Seen};
use accounting_policy::{Locale as PolicyLocale, Reason, Standing, Trouble};
use accounting_store::Ms;
use host_harness::bindings::exports::upkeep::{Health, WebhookHealth};
use host_harness::bindings::types::{Finding, Locale, Severity};

/// What is known of the link in the accounting system.
pub(super) enum LinkSight<'a> {
    /// Nobody looked since the link was made.
    Never,
    /// It could not be looked at; `refused` when nobody was let in.
    Failed { at: Ms, why: String, refused: bool },
    /// The connector looked, and cannot tell.
    NotTold { at: Ms, health: &'a Health },
    /// The connector looked.
    Told { at: Ms, health: &'a Health, webhook: &'a WebhookHealth },
}

/// What is known of the link that was made at this moment.
pub(super) fn link_sight(seen: &Seen, made: Ms, locale: Locale) -> LinkSight<'_> {
    match &seen.health {
        HealthSeen::Answer { at, health } if *at >= made => match (&health.webhook, refusal(health)) {
            (Some(webhook), _) => LinkSight::Told { at: *at, health, webhook },
            (None, Some(refusal)) => LinkSight::Failed { at: *at, why: quoted(&refusal.message), refused: true },
            (None, None) => LinkSight::NotTold { at: *at, health },
        },
        HealthSeen::Failed { at, trouble, message } if *at >= made => {
            LinkSight::Failed { at: *at, why: why(*trouble, message, locale), refused: is_refusal(*trouble) }
        }
        HealthSeen::Never | HealthSeen::Answer { .. } | HealthSeen::Failed { .. } => LinkSight::Never,
    }
}

/// The finding that says that the accounting system let nobody in.
pub(super) fn refusal(health: &Health) -> Option<&Finding> {
    let saw_something = health.webhook.is_some() || !health.days.is_empty();
    let refused = |finding: &&Finding| finding.severity == Severity::Error && !is_about_link(finding);
    if saw_something { None } else { health.findings.iter().find(refused) }
}

/// Whether this trouble means that nobody is let in until a person mends it.
pub(super) const fn is_refusal(trouble: Trouble) -> bool {
    matches!(trouble, Trouble::Auth | Trouble::Config)
}

pub(super) fn is_about_link(finding: &Finding) -> bool {
    let tail = finding.code.rsplit('.').next().unwrap_or_default();
    tail.contains("link") || tail.contains("webhook")
}

/// The steps of the worst finding about the link that has any.
pub(super) fn link_steps(health: &Health) -> Option<Vec<String>> {
    let with_steps = |finding: &&Finding| is_about_link(finding) && !finding.steps.is_empty();
    health.findings.iter().find(with_steps).map(steps_of)
}

pub(super) fn steps_of(finding: &Finding) -> Vec<String> {
    finding.steps.iter().map(|step| one_line(step)).collect()
}

/// Why it could not be found out: the message there was, or else what kind of trouble it was.
pub(super) fn why(trouble: Trouble, message: &str, locale: Locale) -> String {
    let message = quoted(message);
    if message.is_empty() {
        let locale = match locale {
            Locale::Da => PolicyLocale::Da,
            Locale::En => PolicyLocale::En,
        };
        Reason { trouble, standing: Standing::Waiting }.text(locale)
    } else {
        message
    }
}
