//! Why does nothing arrive? The installation seen from Uniconta's side.

use crate::assumptions::EMPTY_DATE;
use crate::books;
use crate::call::Call;
use crate::link_row::{self, LinkRow, steps_to_enter, steps_to_refresh};
use accounting_kit::exports::upkeep::{BookedDay, Health, WebhookHealth};
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::sync::setup::{healthy, worst_first};
use accounting_kit::types::{Error, ErrorKind, Finding, Locale, Severity};

/// Look at credentials, the link, and the days in the journal. Where customers are not synchronised, Uniconta need not
/// know the link.
///
/// # Errors
/// `transient` or `rate-limited`: it could not be found out.
pub fn check(call: &Call<'_>, link: Option<&str>, unposted: &[BookedDay]) -> Result<Health, Error> {
    let found = look(call, link, unposted);
    match found {
        Ok(found) => Ok(found),
        Err(error) if matches!(error.kind, ErrorKind::Auth | ErrorKind::Config) => {
            Ok(healthy(vec![error.into_finding(Vec::new())], None, Vec::new()))
        }
        Err(error) => Err(error),
    }
}

fn look(call: &Call<'_>, link: Option<&str>, unposted: &[BookedDay]) -> Result<Health, Error> {
    let (mut findings, webhook) = link_health(call, link)?;
    let (days, told) = books::unposted::days(call, unposted)?;
    findings.extend(told);
    Ok(healthy(worst_first(findings), webhook, days))
}

/// What is known of the link, and what a person should know of it.
fn link_health(call: &Call<'_>, link: Option<&str>) -> Result<(Vec<Finding>, Option<WebhookHealth>), Error> {
    let Some(link) = link else {
        if call.settings.tag.is_empty() {
            // Still prove the credentials, by the same read.
            link_row::find(call, "")?;
            return Ok((Vec::new(), None));
        }
        let finding = finding(
            Severity::Error,
            "uniconta.no-link",
            None,
            say!(
                call.locale,
                "FlexyBox har intet link til denne integration; tryk OK på indstillingerne igen",
                "FlexyBox has no link for this integration; press OK on the settings again"
            ),
        );
        return Ok((vec![finding], None));
    };
    Ok(match link_row::find(call, link)? {
        LinkRow::Present(row) => {
            let webhook = WebhookHealth {
                registered: Some(true),
                has_errors: row.is_on("HasError"),
                error_message: row.text("ErrorMessage"),
                // Never called is an empty date; the contract's word for unknown is empty.
                last_event: Some(row.text("LastEvent")).filter(|moment| moment != EMPTY_DATE).unwrap_or_default(),
            };
            let finding = webhook.has_errors.then(|| in_error(&webhook, call.locale));
            (finding.into_iter().collect(), Some(webhook))
        }
        LinkRow::Absent => {
            let webhook = WebhookHealth {
                registered: Some(false),
                has_errors: false,
                error_message: String::new(),
                last_event: String::new(),
            };
            (vec![absent(link, call.locale)], Some(webhook))
        }
        LinkRow::Hidden => (vec![hidden(call.locale)], None),
    })
}

/// The health of an installation whose settings do not even have the right form.
pub fn unusable(faults: Vec<Error>) -> Health {
    healthy(faults.into_iter().map(|fault| fault.into_finding(Vec::new())).collect(), None, Vec::new())
}

/// The health of an integration that is switched off.
pub fn not_enabled(locale: Locale) -> Health {
    healthy(vec![crate::configure::disabled(locale)], None, Vec::new())
}

fn in_error(webhook: &WebhookHealth, locale: Locale) -> Finding {
    let message = say!(
        locale,
        "linket er markeret med Har fejl i Uniconta, så intet overføres fra Uniconta til FlexyBox; seneste kald {last}, fejl: {why}",
        "the link is marked Has errors in Uniconta, so nothing is transferred from Uniconta to FlexyBox; last call {last}, error: {why}",
        last = webhook.last_event,
        why = webhook.error_message
    );
    Finding { steps: steps_to_refresh(locale), ..finding(Severity::Error, "uniconta.link-has-errors", None, message) }
}

fn absent(link: &str, locale: Locale) -> Finding {
    let message = say!(
        locale,
        "linket er ikke sat ind i Uniconta, så ændringer dér kommer ikke til FlexyBox",
        "the link is not entered in Uniconta, so changes there do not reach FlexyBox"
    );
    Finding { steps: steps_to_enter(link, locale), ..finding(Severity::Error, "uniconta.link-missing", None, message) }
}

fn hidden(locale: Locale) -> Finding {
    let message = say!(
        locale,
        "Uniconta viser ikke sine ændrings-URL'er til denne bruger; se selv efter, om linket har fejl",
        "Uniconta does not show its modification URLs to this user; look for yourself whether the link has errors"
    );
    Finding { steps: steps_to_refresh(locale), ..finding(Severity::Warning, "uniconta.link-unseen", None, message) }
}
