//! The administrator pressed OK: prove everything, tell everything at once.

pub(crate) mod defaults;
mod fields;

use crate::UNICONTA;
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{DEBTOR_ENTITY, JOURNAL_ENTITY};
use crate::books;
use crate::call::Call;
use crate::debtor::properties;
use crate::link_row::{self, LinkRow, steps_to_enter};
use crate::settings::{UnicontaSettings, is_enabled, key};
use accounting_kit::exports::configure::{Catalogue, Configured, WebhookRegistration};
use accounting_kit::ports::Ports;
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::sync::setup::{as_finding, check_tag, finish, no_error, nothing_found};
use accounting_kit::types::{Context, Error, Finding, Locale, Setting, Severity};

/// Debtors looked at to learn which fields the company made itself: a field shows only where it has a value.
const SAMPLE_ROWS: usize = 100;

/// Prove the settings and compare FlexyBox's set-up with Uniconta's.
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
    let tag = accounting_kit::settings::Settings::new(&context.settings).text(key::TAG);
    out.findings.extend(check_tag(UNICONTA, key::TAG, tag, catalogue, locale));
    let settings = match UnicontaSettings::parse(&context.settings, locale) {
        Ok(settings) => settings,
        Err(faults) => {
            out.findings.extend(faults.into_iter().map(|fault| fault.into_finding(Vec::new())));
            return Ok(finish(out));
        }
    };
    let call = Call::new(ports, context, &settings);
    if let Err(error) = call.api().login() {
        out.findings.push(as_finding(error)?);
        return Ok(finish(out));
    }
    // Whoever only keeps books with it need not have rights to debtors.
    if call.settings.tag.is_empty() && !call.settings.journal.is_empty() {
        if prove(&call, JOURNAL_ENTITY, &mut out.findings)?.is_some() {
            books::setup::check(&call, context.now, catalogue, &mut out)?;
        }
        return Ok(finish(out));
    }
    let Some(rows) = prove(&call, DEBTOR_ENTITY, &mut out.findings)? else { return Ok(finish(out)) };
    let mut seen: Vec<&str> = Vec::new();
    for property in rows.iter().flat_map(Row::properties) {
        if !seen.contains(&property) {
            seen.push(property);
        }
    }
    let (matches, findings) = fields::compare(&catalogue.customer_fields, &seen, locale);
    out.field_matches = matches;
    out.findings.extend(findings);
    defaults::check(&call, &mut out)?;
    out.remember.push(Setting { key: key::OWN_FIELDS.to_owned(), value: own_fields(&seen) });
    books::setup::check(&call, context.now, catalogue, &mut out)?;
    // What must be put right first comes first: the link would bring changes that nobody can take yet.
    if no_error(&out.findings) {
        out.webhook = enter_link(&call, context.webhook_link.as_deref(), &mut out.findings)?;
    }
    Ok(finish(out))
}

/// That the integration is switched off.
pub fn disabled(locale: Locale) -> Finding {
    let message = say!(locale, "Uniconta-integrationen er ikke aktiveret", "the Uniconta integration is not enabled");
    finding(Severity::Info, "uniconta.disabled", Some(key::ENABLED), message)
}

/// Read a few rows over OData, after the login on the Web API: what only one of them knows is proven by that one.
fn prove(call: &Call<'_>, entity: &str, findings: &mut Vec<Finding>) -> Result<Option<Vec<Row>>, Error> {
    let query = Query { top: Some(SAMPLE_ROWS), ..Query::default() };
    match call.api().read(entity, &query) {
        Ok(page) => Ok(Some(page.rows)),
        Err(error) => {
            findings.push(as_finding(error)?);
            Ok(None)
        }
    }
}

fn enter_link(call: &Call<'_>, link: Option<&str>, findings: &mut Vec<Finding>) -> Result<WebhookRegistration, Error> {
    let Some(link) = link else { return Ok(WebhookRegistration::NotNeeded) };
    let by_hand = || WebhookRegistration::Manual(steps_to_enter(link, call.locale));
    let registration = match link_row::find(call, link)? {
        LinkRow::Present(row) => {
            if row.is_on("HasError") {
                let message = say!(
                    call.locale,
                    "linket står allerede i Uniconta, men er markeret med Har fejl",
                    "the link is in Uniconta already, but is marked Has errors"
                );
                let steps = link_row::steps_to_refresh(call.locale);
                findings
                    .push(Finding { steps, ..finding(Severity::Warning, "uniconta.link-has-errors", None, message) });
            }
            WebhookRegistration::Present
        }
        LinkRow::Hidden => by_hand(),
        LinkRow::Absent => match link_row::register(call, link) {
            Ok(true) => WebhookRegistration::Registered,
            Ok(false) => by_hand(),
            Err(error) if link_row::can_be_done_by_hand(&error) => by_hand(),
            Err(error) => return Err(error),
        },
    };
    if matches!(registration, WebhookRegistration::Manual(_)) {
        findings.push(finding(
            Severity::Warning,
            "uniconta.link-by-hand",
            None,
            say!(
                call.locale,
                "Uniconta lod ikke FlexyBox sætte linket ind; gør det selv",
                "Uniconta did not let FlexyBox enter the link; enter it yourself"
            ),
        ));
    }
    Ok(registration)
}

/// Properties that are not Uniconta's own, one a line, for calls that have no row at hand.
fn own_fields(seen: &[&str]) -> String {
    let own: Vec<&str> = seen.iter().copied().filter(|name| properties::by_name(name).is_none()).collect();
    own.join("\n")
}
