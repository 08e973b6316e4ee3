//! The settings, proved against Toy Ledger; everything that is wrong at once.

use crate::api::{Api, Company};
use crate::describe::{API_KEY, COMPANY, CUSTOMER_TAG, ENABLED, JOURNAL};
use accounting_kit::exports::configure::{Catalogue, Configured, FieldMatch, MatchKind, WebhookRegistration};
use accounting_kit::names;
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::settings::Settings;
use accounting_kit::types::{Context, Error, ErrorKind, Finding, Setting, Severity};

/// Prove the settings.
///
/// # Errors
/// It could not be found out.
pub(crate) fn configure(api: &Api<'_>, context: &Context, catalogue: &Catalogue) -> Result<Configured, Error> {
    let mut out = Configured {
        ready: false,
        findings: Vec::new(),
        field_matches: catalogue.customer_fields.iter().map(|field| unmatched(&field.name)).collect(),
        webhook: WebhookRegistration::NotNeeded,
        choices: Vec::new(),
        remember: Vec::new(),
    };
    if !Settings::new(&context.settings).is_on(ENABLED) {
        out.ready = true;
        return Ok(out);
    }
    missing(api, catalogue, &mut out.findings);
    if api.has_key() {
        match api.company() {
            Ok(company) => {
                journal(api, &company, &mut out.findings);
                accounts(api, &company, catalogue, &mut out.findings);
                out.remember.push(Setting { key: COMPANY.to_owned(), value: company.number.to_string() });
            }
            Err(error) if error.kind == ErrorKind::Auth => out.findings.push(error.into_finding(Vec::new())),
            Err(error) => return Err(error),
        }
    }
    out.ready = out.findings.iter().all(|finding| finding.severity != Severity::Error);
    if let (true, Some(link)) = (out.ready, &context.webhook_link) {
        out.webhook = if api.link()?.as_ref() == Some(link) {
            WebhookRegistration::Present
        } else {
            api.enter_link(link)?;
            WebhookRegistration::Registered
        };
    }
    Ok(out)
}

/// Toy Ledger has no properties that a company makes itself.
fn unmatched(field: &str) -> FieldMatch {
    FieldMatch { field: field.to_owned(), kind: MatchKind::None, properties: Vec::new() }
}

fn missing(api: &Api<'_>, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let mut wrong = |subject: &str, message: String| {
        findings.push(finding(Severity::Error, "toy-ledger.setting-wrong", Some(subject), message));
    };
    if !api.has_key() {
        wrong(API_KEY, say!(api.locale, "API nøglen mangler", "the API key is missing"));
    }
    let journal = api.journal();
    if journal.is_empty() || !journal.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = say!(
            api.locale,
            "kladden skal være et nummer, som det står i Toy Ledger",
            "the journal must be a number, as it stands in Toy Ledger"
        );
        wrong(JOURNAL, message);
    }
    let tag = api.tag();
    if tag.is_empty() {
        wrong(CUSTOMER_TAG, say!(api.locale, "kundetagget mangler", "the customer tag is missing"));
    } else if !catalogue.customer_tags.iter().any(|known| names::same(known, tag)) {
        wrong(
            CUSTOMER_TAG,
            say!(
                api.locale,
                "der er intet kundetag '{tag}' i FlexyBox; opret det først",
                "there is no customer tag '{tag}' in FlexyBox; create it first",
                tag = tag
            ),
        );
    }
}

fn journal(api: &Api<'_>, company: &Company, findings: &mut Vec<Finding>) {
    let journal = api.journal();
    if !company.journals.iter().any(|known| known.to_string() == journal) {
        let message = say!(
            api.locale,
            "der er ingen kladde '{journal}' i Toy Ledger",
            "there is no journal '{journal}' in Toy Ledger",
            journal = journal
        );
        findings.push(finding(Severity::Error, "toy-ledger.no-such-journal", Some(JOURNAL), message));
    }
}

fn accounts(api: &Api<'_>, company: &Company, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    for entry in &catalogue.account_plan {
        let account = entry.account.trim();
        let message = if !company.accounts.iter().any(|known| known == account) {
            say!(
                api.locale,
                "'{name}': kontoen '{account}' findes ikke i Toy Ledger",
                "'{name}': there is no account '{account}' in Toy Ledger",
                name = entry.name,
                account = account
            )
        } else if !entry.vat_code.is_empty() && !company.vat_codes.contains(&entry.vat_code) {
            say!(
                api.locale,
                "'{name}': momskoden '{vat}' findes ikke i Toy Ledger",
                "'{name}': there is no VAT code '{vat}' in Toy Ledger",
                name = entry.name,
                vat = entry.vat_code
            )
        } else {
            continue;
        };
        findings.push(finding(Severity::Warning, "toy-ledger.account-plan", Some(&entry.name), message));
    }
}
