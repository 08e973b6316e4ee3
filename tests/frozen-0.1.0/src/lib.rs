//! A connector of the contract as it was at 0.1.0, with a copy of that contract beside it. **Never changed again**: it
//! stands for every connector that was built then, and today's host must load and run it.
//!
//! It keeps its books nowhere: the debtor of customer `C1` is `D-C1`. Each function of the contract does something, and
//! each interface of the host is asked, so that a host which changes any of them notices here.
#![cfg(target_family = "wasm")]

mod bindings;

use bindings::exports::flexybox::accounting::{configure, on_customer_changed, on_day_closed, on_webhook, upkeep};
use bindings::flexybox::accounting::types::{
    Agreed, Attribute, Context, CustomerProperty, CustomerUpdate, Effect, Error, ErrorKind, Finding, Link, LinkState,
    Localized, PropertyChange, Setting, Severity,
};
use bindings::flexybox::accounting::{customers, links, log};

struct Frozen;

/// The setting that holds the customer tag.
const TAG: &str = "customer-tag";

fn localized(da: &str, en: &str) -> Localized {
    Localized { da: da.to_owned(), en: en.to_owned() }
}

fn link(customer: &customers::Customer) -> Link {
    Link {
        customer_id: customer.id.clone(),
        external_id: format!("D-{}", customer.id),
        external_key: customer.number.clone(),
        state: LinkState::Active,
        base: vec![Agreed { name: "name".to_owned(), value: customer.name.clone() }],
    }
}

fn finding(code: &str, message: String) -> Finding {
    Finding { severity: Severity::Info, code: code.to_owned(), message, steps: Vec::new(), subject: None }
}

impl configure::Guest for Frozen {
    fn describe() -> configure::Connector {
        configure::Connector {
            id: "frozen".to_owned(),
            name: "Frozen".to_owned(),
            version: "0.1.0".to_owned(),
            capabilities: ["customers", "webhook", "catch-up", "bookkeeping"].map(str::to_owned).to_vec(),
            settings: vec![configure::SettingSpec {
                key: TAG.to_owned(),
                kind: configure::SettingKind::CustomerTag,
                label: localized("Kundetag", "Customer tag"),
                help: localized("Hvem der synkroniseres.", "Who is synchronised."),
                required: true,
                secret: false,
                default_value: None,
                choices: Vec::new(),
            }],
            hosts: vec!["books.example".to_owned()],
            limits: vec![configure::FieldLimit { property: "Name".to_owned(), max_length: 60 }],
        }
    }

    fn configure(context: Context, catalogue: configure::Catalogue) -> Result<configure::Configured, Error> {
        Ok(configure::Configured {
            ready: true,
            findings: vec![finding("frozen.tags", format!("{} tags", catalogue.customer_tags.len()))],
            field_matches: Vec::new(),
            webhook: configure::WebhookRegistration::NotNeeded,
            choices: Vec::new(),
            remember: vec![Setting { key: "configured-at".to_owned(), value: context.now.to_string() }],
        })
    }
}

impl on_customer_changed::Guest for Frozen {
    fn on_customer_changed(
        context: Context,
        changes: Vec<on_customer_changed::CustomerChange>,
    ) -> Result<Vec<on_customer_changed::SyncResult>, Error> {
        let tag = context.settings.iter().find(|setting| setting.key == TAG).map(|setting| &setting.value);
        log::write(log::Level::Info, "customers changed");
        let one = |change: on_customer_changed::CustomerChange| {
            let customer = change.customer;
            let tagged = tag.is_some_and(|tag| customer.tags.contains(tag));
            let known = change.link.or_else(|| links::by_customer(&customer.id));
            let (outcome, effects) = match known {
                None if !tagged => {
                    let reason = on_customer_changed::SkipReason::NotTagged;
                    (on_customer_changed::Outcome::Skipped(reason), Vec::new())
                }
                None => (on_customer_changed::Outcome::Created, vec![Effect::PutLink(link(&customer))]),
                Some(_) => (on_customer_changed::Outcome::Updated, vec![Effect::PutLink(link(&customer))]),
            };
            on_customer_changed::SyncResult {
                customer_id: customer.id,
                outcome,
                effects,
                conflicts: Vec::new(),
                notices: Vec::new(),
            }
        };
        Ok(changes.into_iter().map(one).collect())
    }
}

impl on_webhook::Guest for Frozen {
    /// The body is `debtor=name`: the debtor has that name now.
    fn on_webhook(_: Context, request: on_webhook::Request) -> Result<on_webhook::WebhookResult, Error> {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let (debtor, name) = body.split_once('=').unwrap_or((&body, ""));
        let customer = links::by_external_id(debtor).and_then(|link| customers::by_id(&link.customer_id));
        let Some(customer) = customer else {
            return Ok(on_webhook::WebhookResult {
                customer_id: None,
                outcome: on_webhook::WebhookOutcome::Ignored(on_webhook::IgnoreReason::NoTaggedCustomer),
                effects: Vec::new(),
                conflicts: Vec::new(),
                notices: Vec::new(),
            });
        };
        let update = CustomerUpdate {
            customer_id: customer.id.clone(),
            revision: customer.revision,
            changes: vec![PropertyChange {
                property: CustomerProperty::Attribute(Attribute::Name),
                value: name.to_owned(),
            }],
            agreed: vec![Agreed { name: "name".to_owned(), value: name.to_owned() }],
        };
        Ok(on_webhook::WebhookResult {
            customer_id: Some(customer.id),
            outcome: on_webhook::WebhookOutcome::Updated,
            effects: vec![Effect::UpdateCustomer(update)],
            conflicts: Vec::new(),
            notices: Vec::new(),
        })
    }
}

impl on_day_closed::Guest for Frozen {
    fn on_day_closed(
        context: Context,
        report: on_day_closed::DailyReport,
        previous: Option<on_day_closed::BookedReport>,
    ) -> Result<on_day_closed::Receipt, Error> {
        if report.lines.is_empty() {
            return Err(Error {
                kind: ErrorKind::Validation,
                code: "frozen.empty-day".to_owned(),
                message: "the day has no lines".to_owned(),
                detail: None,
                retry_after_ms: None,
                subject: Some(report.id),
            });
        }
        if let Some(previous) = previous {
            return Ok(previous.receipt);
        }
        let amounts = || report.lines.iter().map(|line| line.amount);
        let total = |negative: bool| {
            amounts().filter(|amount| (*amount < 0) == negative).map(i64::unsigned_abs).fold(0, u64::saturating_add)
        };
        let lines = (0_u32..).zip(&report.lines);
        Ok(on_day_closed::Receipt {
            lines: lines
                .map(|(line, _)| on_day_closed::LineReceipt { line: Some(line), external_id: format!("L{line}") })
                .collect(),
            total_debit: total(false),
            total_credit: total(true),
            fingerprint: format!("{}-{}", report.id, report.lines.len()),
            report_id: report.id,
            revision: report.revision,
            journal: "DAY".to_owned(),
            voucher: "1".to_owned(),
            corrects: String::new(),
            state: on_day_closed::PostingState::AwaitsPerson,
            adjustments: Vec::new(),
            booked_at: context.now,
        })
    }
}

impl upkeep::Guest for Frozen {
    fn check(_: Context, unposted: Vec<upkeep::BookedDay>) -> Result<upkeep::Health, Error> {
        let state = |day: upkeep::BookedDay| upkeep::DayReport {
            report_id: day.report_id,
            revision: day.revision,
            state: upkeep::DayState::Posted,
        };
        Ok(upkeep::Health {
            healthy: true,
            findings: Vec::new(),
            webhook: None,
            days: unposted.into_iter().map(state).collect(),
        })
    }

    fn catch_up(_: Context, cursor: Option<String>) -> Result<upkeep::Page, Error> {
        let passes: u32 = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let cursor = passes.saturating_add(1).to_string();
        Ok(upkeep::Page { results: Vec::new(), examined: 0, cursor, more: false })
    }
}
