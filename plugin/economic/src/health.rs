//! Why does nothing arrive? The installation seen from e-conomic's side.

use crate::ECONOMIC;
use crate::call::Call;
use crate::registration::{self, Registered, steps_to_enter, steps_to_share};
use accounting_kit::exports::upkeep::{BookedDay, Health, WebhookHealth};
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::sync::setup::{healthy, worst_first};
use accounting_kit::types::{Error, ErrorKind, Finding, Locale, Severity};

/// Look at the keys, the link, and the days in the journal. Where customers are not synchronised, e-conomic need not know
/// the link.
///
/// # Errors
/// `transient` or `rate-limited`: it could not be found out.
pub fn check(call: &Call<'_>, unposted: &[BookedDay]) -> Result<Health, Error> {
    match look(call, unposted) {
        Err(error) if matches!(error.kind, ErrorKind::Auth | ErrorKind::Config) => {
            Ok(healthy(vec![error.into_finding(Vec::new())], None, Vec::new()))
        }
        found => found,
    }
}

fn look(call: &Call<'_>, unposted: &[BookedDay]) -> Result<Health, Error> {
    let api = call.api();
    api.get(api.rest("self"))?;
    let (mut findings, webhook) = link_health(call)?;
    let (days, told) = crate::books::unposted::days(call, unposted)?;
    findings.extend(told);
    Ok(healthy(worst_first(findings), webhook, days))
}

/// What is known of the link, and what a person should know of it.
fn link_health(call: &Call<'_>) -> Result<(Vec<Finding>, Option<WebhookHealth>), Error> {
    let locale = call.locale;
    let Some(link) = call.context.webhook_link.as_deref() else {
        if call.settings.tag.is_empty() {
            return Ok((Vec::new(), None));
        }
        let message = say!(
            locale,
            "FlexyBox har intet link til denne integration; tryk OK på indstillingerne igen",
            "FlexyBox has no link for this integration; press OK on the settings again"
        );
        return Ok((vec![finding(Severity::Error, ECONOMIC.code("no-link"), None, message)], None));
    };
    let known = |registered, has_errors, last: &str| {
        Some(WebhookHealth {
            registered: Some(registered),
            has_errors,
            error_message: String::new(),
            last_event: last.to_owned(),
        })
    };
    Ok(match registration::find(call, link)? {
        Registered::Ours(hook) if hook.is_disabled => {
            (vec![disabled(&hook.last_disabled, locale)], known(hook.is_current, true, ""))
        }
        Registered::Ours(hook) if hook.is_current => (Vec::new(), known(true, false, "")),
        Registered::Ours(_) | Registered::Absent => (vec![absent(link, locale)], known(false, false, "")),
        Registered::Others => (vec![others(link, locale)], known(false, false, "")),
        Registered::Hidden => (vec![hidden(locale)], None),
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

fn disabled(last: &str, locale: Locale) -> Finding {
    let message = say!(
        locale,
        "e-conomic har slået webhooken fra ({last}), så ændringer dér kommer først til FlexyBox, når der hentes",
        "e-conomic has switched the web hook off ({last}), so changes there reach FlexyBox only when they are fetched",
        last = last
    );
    let step = say!(
        locale,
        "tryk OK på indstillingerne for e-conomic; så slås webhooken til igen",
        "press OK on the settings of e-conomic; that switches the web hook on again"
    );
    Finding { steps: vec![step], ..finding(Severity::Error, ECONOMIC.code("link-has-errors"), None, message) }
}

fn absent(link: &str, locale: Locale) -> Finding {
    let message = say!(
        locale,
        "linket er ikke sat ind i e-conomic, så ændringer dér kommer først til FlexyBox, når der hentes",
        "the link is not entered in e-conomic, so changes there reach FlexyBox only when they are fetched"
    );
    Finding {
        steps: steps_to_enter(link, locale),
        ..finding(Severity::Error, ECONOMIC.code("link-missing"), None, message)
    }
}

/// Another integration has the event.
pub(crate) fn others(link: &str, locale: Locale) -> Finding {
    let message = say!(
        locale,
        "en anden integration bruger e-conomics webhook for ændrede kunder, så ændringer kommer først til FlexyBox, når der hentes",
        "another integration uses e-conomic's web hook for changed customers, so changes reach FlexyBox only when they are fetched"
    );
    Finding {
        steps: steps_to_share(link, locale),
        ..finding(Severity::Warning, ECONOMIC.code("link-taken"), None, message)
    }
}

fn hidden(locale: Locale) -> Finding {
    let message = say!(
        locale,
        "e-conomic viser ikke FlexyBox' app webhooks (dens rolle er ikke SuperUser); se selv efter, om linket står der",
        "e-conomic does not show FlexyBox's app the web hooks (its role is not SuperUser); see for yourself whether the link is there"
    );
    finding(Severity::Info, ECONOMIC.code("link-hidden"), None, message)
}
