//! What `configure` and `check` say of any accounting system.

use crate::exports::configure::{Catalogue, Configured, FieldMatch, WebhookRegistration};
use crate::exports::upkeep::{DayReport, Health, WebhookHealth};
use crate::names;
use crate::problem::{ErrorExt, System, finding};
use crate::say;
use crate::types::{Error, ErrorKind, Finding, Locale, Severity};

/// A health; healthy when no finding is an error.
pub fn healthy(findings: Vec<Finding>, webhook: Option<WebhookHealth>, days: Vec<DayReport>) -> Health {
    let healthy = no_error(&findings);
    Health { healthy, findings, webhook, days }
}

/// Findings with the errors first.
pub fn worst_first(findings: Vec<Finding>) -> Vec<Finding> {
    let order = [Severity::Error, Severity::Warning, Severity::Info];
    let of = |severity: Severity| findings.iter().filter(move |finding| finding.severity == severity).cloned();
    order.into_iter().flat_map(of).collect()
}

/// What `configure` begins with.
pub fn nothing_found() -> Configured {
    Configured {
        ready: true,
        findings: Vec::new(),
        field_matches: Vec::<FieldMatch>::new(),
        webhook: WebhookRegistration::NotNeeded,
        choices: Vec::new(),
        remember: Vec::new(),
    }
}

/// What `configure` ends with: ready when no finding is an error.
pub fn finish(out: Configured) -> Configured {
    Configured { ready: no_error(&out.findings), ..out }
}

/// Whether nothing must be put right first.
pub fn no_error(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Error)
}

/// A fault of the settings is a finding; trouble on the way is not.
///
/// # Errors
/// The error, where it says that it could not be found out.
pub fn as_finding(error: Error) -> Result<Finding, Error> {
    match error.kind {
        ErrorKind::Auth | ErrorKind::Config | ErrorKind::Validation => Ok(error.into_finding(Vec::new())),
        _ => Err(error),
    }
}

/// What is to be said of the chosen customer tag; `subject` is the setting.
pub fn check_tag(system: System, subject: &str, tag: &str, catalogue: &Catalogue, locale: Locale) -> Option<Finding> {
    if tag.is_empty() {
        let message = say!(
            locale,
            "der er ikke valgt et kundetag, så ingen kunder synkroniseres",
            "no customer tag is chosen, so no customers are synchronised"
        );
        return Some(finding(Severity::Info, system.code("no-tag"), Some(subject), message));
    }
    if catalogue.customer_tags.iter().any(|known| known == tag) {
        return None;
    }
    let nearest = names::nearest(tag, catalogue.customer_tags.iter().map(String::as_str), 1);
    let message = match nearest.first() {
        Some(nearest) => say!(
            locale,
            "kundetagget '{tag}' findes ikke i FlexyBox; mente du '{nearest}'?",
            "there is no customer tag '{tag}' in FlexyBox; did you mean '{nearest}'?",
            tag = tag,
            nearest = nearest
        ),
        None => say!(
            locale,
            "kundetagget '{tag}' findes ikke i FlexyBox; opret det på en kunde under Oplysninger > Kunde tags, eller vælg et andet",
            "there is no customer tag '{tag}' in FlexyBox; create it on a customer under Information > Customer tags, or choose another",
            tag = tag
        ),
    };
    Some(finding(Severity::Error, system.code("tag-missing"), Some(subject), message))
}
