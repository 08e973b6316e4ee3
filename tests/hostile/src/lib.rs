//! A connector that misbehaves on purpose: the setting `behaviour` says how. What it could do comes back as findings.
//!
//! It is built with the plain bindings, not with the kit, as a stranger's connector may be.
#![cfg(target_family = "wasm")]

mod behaviour;
mod bindings;
mod raw;
mod requests;

use bindings::exports::flexybox::accounting::{configure, on_customer_changed, on_day_closed, on_webhook, upkeep};
use bindings::flexybox::accounting::types::{Context, Error, ErrorKind, Finding, Severity};

struct Hostile;

/// A text that people may enter, so that a host takes it from them.
fn setting(key: &str) -> configure::SettingSpec {
    let text = || configure::Localized { da: key.to_owned(), en: key.to_owned() };
    configure::SettingSpec {
        key: key.to_owned(),
        kind: configure::SettingKind::Text,
        label: text(),
        help: text(),
        required: false,
        secret: false,
        default_value: None,
        choices: Vec::new(),
    }
}

impl configure::Guest for Hostile {
    fn describe() -> configure::Connector {
        configure::Connector {
            id: "hostile".to_owned(),
            name: "Hostile".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            capabilities: Vec::new(),
            settings: ["behaviour", "argument"].map(setting).to_vec(),
            hosts: vec!["approved.example".to_owned(), "never-approved.example".to_owned()],
            limits: Vec::new(),
        }
    }

    fn configure(context: Context, _: configure::Catalogue) -> Result<configure::Configured, Error> {
        Ok(configure::Configured {
            // Only a well-behaved one is let in.
            ready: context.settings.iter().all(|setting| setting.key != "behaviour" || setting.value.is_empty()),
            findings: findings(&context),
            field_matches: Vec::new(),
            webhook: configure::WebhookRegistration::NotNeeded,
            choices: Vec::new(),
            remember: Vec::new(),
        })
    }
}

impl on_customer_changed::Guest for Hostile {
    fn on_customer_changed(
        context: Context,
        changes: Vec<on_customer_changed::CustomerChange>,
    ) -> Result<Vec<on_customer_changed::SyncResult>, Error> {
        let notices = findings(&context);
        let result = |change: on_customer_changed::CustomerChange| on_customer_changed::SyncResult {
            customer_id: change.customer.id,
            outcome: on_customer_changed::Outcome::Unchanged,
            effects: Vec::new(),
            conflicts: Vec::new(),
            notices: notices.clone(),
        };
        Ok(changes.into_iter().map(result).collect())
    }
}

impl on_webhook::Guest for Hostile {
    fn on_webhook(context: Context, _: on_webhook::Request) -> Result<on_webhook::WebhookResult, Error> {
        Ok(on_webhook::WebhookResult {
            customer_id: None,
            outcome: on_webhook::WebhookOutcome::Ignored(on_webhook::IgnoreReason::OtherTable),
            effects: Vec::new(),
            conflicts: Vec::new(),
            notices: findings(&context),
        })
    }
}

impl on_day_closed::Guest for Hostile {
    fn on_day_closed(
        context: Context,
        _: on_day_closed::DailyReport,
        _: Option<on_day_closed::BookedReport>,
    ) -> Result<on_day_closed::Receipt, Error> {
        let seen: Vec<_> = findings(&context).into_iter().map(|finding| finding.message).collect();
        Err(Error {
            kind: ErrorKind::Unsupported,
            code: "hostile.no-bookkeeping".to_owned(),
            message: seen.join("; "),
            detail: None,
            retry_after_ms: None,
            subject: None,
        })
    }
}

impl upkeep::Guest for Hostile {
    fn check(context: Context, _: Vec<upkeep::BookedDay>) -> Result<upkeep::Health, Error> {
        Ok(upkeep::Health { healthy: false, findings: findings(&context), webhook: None, days: Vec::new() })
    }

    fn catch_up(context: Context, _: Option<String>) -> Result<upkeep::Page, Error> {
        let examined = u32::try_from(findings(&context).len()).unwrap_or(u32::MAX);
        Ok(upkeep::Page { results: Vec::new(), examined, cursor: String::new(), more: false })
    }
}

fn findings(context: &Context) -> Vec<Finding> {
    let setting = |key: &str| context.settings.iter().find(|setting| setting.key == key).map(|s| s.value.as_str());
    behaviour::behave(setting("behaviour").unwrap_or_default(), setting("argument").unwrap_or_default())
        .into_iter()
        .map(|message| Finding {
            severity: Severity::Info,
            code: "hostile.seen".to_owned(),
            message,
            steps: Vec::new(),
            subject: None,
        })
        .collect()
}
