//! Why does nothing arrive? The link and the booked days, looked at from Toy Ledger's side.

use crate::api::Api;
use crate::books::is_as_booked;
use accounting_kit::exports::upkeep::{BookedDay, DayReport, DayState, Health, WebhookHealth};
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Finding, Locale, Severity};

/// Look.
///
/// # Errors
/// It could not be found out.
pub(crate) fn check(api: &Api<'_>, wanted: Option<&str>, unposted: &[BookedDay]) -> Result<Health, Error> {
    let link = match api.link() {
        Ok(link) => link,
        Err(error) if error.kind == ErrorKind::Auth => return Ok(health(vec![error.into_finding(Vec::new())])),
        Err(error) => return Err(error),
    };
    let registered = wanted.is_some() && link.as_deref() == wanted;
    let mut findings = Vec::new();
    if wanted.is_some() && !registered {
        let message = say!(
            api.locale,
            "ændrings-URL'en er ikke indtastet i Toy Ledger; tryk OK på indstillingssiden",
            "the link is not entered in Toy Ledger; press OK on the settings page"
        );
        findings.push(finding(Severity::Error, "toy-ledger.link-missing", None, message));
    }
    let mut days = Vec::new();
    for day in unposted {
        let state = match api.voucher(&day.journal, &day.voucher)? {
            None => DayState::Missing,
            Some(voucher) if is_as_booked(&voucher, &day.fingerprint) => DayState::AwaitsPerson,
            Some(_) => DayState::Changed,
        };
        if matches!(state, DayState::Missing | DayState::Changed) {
            let message = say!(
                api.locale,
                "bilag {voucher} i kladde {journal} ligger der ikke, som det blev bogført",
                "voucher {voucher} in journal {journal} is not there as it was booked",
                voucher = day.voucher,
                journal = day.journal
            );
            findings.push(finding(Severity::Warning, "toy-ledger.voucher-changed", Some(&day.report_id), message));
        }
        days.push(DayReport { report_id: day.report_id.clone(), revision: day.revision, state });
    }
    let webhook = WebhookHealth {
        registered: Some(registered),
        has_errors: false,
        error_message: String::new(),
        last_event: String::new(),
    };
    Ok(Health { webhook: Some(webhook), days, ..health(findings) })
}

/// The answer while the integration is switched off.
pub(crate) fn not_enabled(locale: Locale) -> Health {
    let message = say!(locale, "integrationen er slået fra", "the integration is switched off");
    health(vec![finding(Severity::Warning, "toy-ledger.not-enabled", None, message)])
}

fn health(findings: Vec<Finding>) -> Health {
    let healthy = findings.iter().all(|finding| finding.severity != Severity::Error);
    Health { healthy, findings, webhook: None, days: Vec::new() }
}
