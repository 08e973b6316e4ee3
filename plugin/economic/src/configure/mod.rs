//! The administrator pressed OK: prove everything, tell everything at once.

pub(crate) mod defaults;
mod fields;

use crate::ECONOMIC;
use crate::books;
use crate::call::Call;
use crate::health::others;
use crate::registration::{self, Registered, steps_to_enter, steps_to_share};
use crate::settings::{EconomicSettings, is_enabled, key};
use accounting_kit::exports::configure::{Catalogue, Configured, WebhookRegistration};
use accounting_kit::ports::Ports;
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::settings::Settings;
use accounting_kit::sync::setup::{as_finding, check_tag, finish, no_error, nothing_found};
use accounting_kit::types::{Context, Error, ErrorKind, Finding, Locale, Setting, Severity};
use serde_json::Value;

/// Prove the settings and compare FlexyBox's set-up with e-conomic's.
///
/// # Errors
/// `transient`, `rate-limited` or `internal`: it could not be found out.
pub fn configure(ports: Ports<'_>, context: &Context, catalogue: &Catalogue) -> Result<Configured, Error> {
    let locale = context.locale;
    let mut out = nothing_found();
    if !is_enabled(&context.settings) {
        out.findings.push(disabled(locale));
        return Ok(out);
    }
    let tag = Settings::new(&context.settings).text(key::TAG);
    out.findings.extend(check_tag(ECONOMIC, key::TAG, tag, catalogue, locale));
    let mut settings = match EconomicSettings::parse(&context.settings, locale) {
        Ok(settings) => settings,
        Err(faults) => {
            out.findings.extend(faults.into_iter().map(|fault| fault.into_finding(Vec::new())));
            return Ok(finish(out));
        }
    };
    match agreement(&Call::new(ports, context, &settings)) {
        Ok(currency) => settings.books_currency = currency,
        Err(error) => {
            out.findings.push(as_finding(error)?);
            return Ok(finish(out));
        }
    }
    if settings.currency.is_empty() {
        settings.currency.clone_from(&settings.books_currency);
    }
    out.remember.push(Setting { key: key::BOOKS_CURRENCY.to_owned(), value: settings.books_currency.clone() });
    let call = Call::new(ports, context, &settings);
    defaults::check(&call, &mut out)?;
    if !settings.tag.is_empty() {
        let (matches, findings) = fields::compare(&catalogue.customer_fields, locale);
        out.field_matches = matches;
        out.findings.extend(findings);
    }
    books::setup::check(&call, catalogue, &mut out)?;
    // What must be put right first comes first: the link would bring changes that nobody can take yet.
    if no_error(&out.findings) && !settings.tag.is_empty() {
        out.webhook = enter_link(&call, &mut out.findings)?;
    }
    Ok(finish(out))
}

/// The finding of an integration that is switched off.
pub(crate) fn disabled(locale: Locale) -> Finding {
    let message = say!(
        locale,
        "e-conomic-integrationen er ikke aktiveret, så intet overføres",
        "the e-conomic integration is not enabled, so nothing is transferred"
    );
    finding(Severity::Info, ECONOMIC.code("disabled"), Some(key::ENABLED), message)
}

/// Prove the keys; the currency of the books, where the agreement tells it.
fn agreement(call: &Call<'_>) -> Result<String, Error> {
    let api = call.api();
    let answer = api.get(api.rest("self"))?.unwrap_or_default();
    let currency = answer.get("settings").and_then(|settings| settings.get("baseCurrency")).and_then(Value::as_str);
    Ok(currency.unwrap_or_default().to_owned())
}

fn enter_link(call: &Call<'_>, findings: &mut Vec<Finding>) -> Result<WebhookRegistration, Error> {
    let Some(link) = call.context.webhook_link.as_deref() else { return Ok(WebhookRegistration::NotNeeded) };
    let entered = match registration::find(call, link)? {
        Registered::Ours(hook) if hook.is_current && !hook.is_disabled => return Ok(WebhookRegistration::Present),
        Registered::Ours(hook) => registration::renew(call, hook, link),
        Registered::Absent => registration::register(call, link),
        Registered::Hidden => Ok(false),
        Registered::Others => {
            findings.push(others(link, call.locale));
            return Ok(WebhookRegistration::Manual(steps_to_share(link, call.locale)));
        }
    };
    match entered {
        Ok(true) => return Ok(WebhookRegistration::Registered),
        Err(error) if matches!(error.kind, ErrorKind::Transient | ErrorKind::RateLimited) => return Err(error),
        Ok(false) | Err(_) => {}
    }
    let message = say!(
        call.locale,
        "e-conomic lod ikke FlexyBox sætte linket ind; gør det selv",
        "e-conomic did not let FlexyBox enter the link; enter it yourself"
    );
    findings.push(finding(Severity::Warning, ECONOMIC.code("link-by-hand"), None, message));
    Ok(WebhookRegistration::Manual(steps_to_enter(link, call.locale)))
}
