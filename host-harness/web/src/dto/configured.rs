//! What pressing OK came to.
//!
//! What `configure` asks to remember is left out: it is between the host and the connector, and may be worth keeping secret.

use super::words::{ErrorKindWord, MatchWord, SeverityWord};
use accounting_service as service;
use host_harness::bindings::exports::configure as contract;
use host_harness::bindings::types;
use serde::Serialize;
use utoipa::ToSchema;

/// A text in both languages of the product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Localized {
    da: String,
    en: String,
}

/// One choice of a setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingChoice {
    value: String,
    label: Localized,
}

/// Choices for a setting that only the accounting system knows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingChoices {
    key: String,
    choices: Vec<SettingChoice>,
}

/// Something that was found out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    severity: SeverityWord,
    /// Stable; an open set.
    code: String,
    /// In the installation's language.
    message: String,
    /// What to do, step by step.
    steps: Vec<String>,
    /// The setting, field or line it is about.
    subject: Option<String>,
}

/// What became of one customer data field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldMatch {
    field: String,
    kind: MatchWord,
    /// The property it matched; for `ambiguous` all of them; for `none` the nearest names.
    properties: Vec<String>,
}

/// Whether the accounting system will call the link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WebhookRegistration {
    /// No link is needed, or the settings must be put right first.
    NotNeeded,
    /// It was there already.
    Present,
    /// It was entered now.
    Registered,
    /// A person must enter it: the steps.
    Manual(Vec<String>),
}

/// What `configure` found out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigureResult {
    ready: bool,
    findings: Vec<Finding>,
    field_matches: Vec<FieldMatch>,
    webhook: WebhookRegistration,
    choices: Vec<SettingChoices>,
}

/// Why it could not be found out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectorError {
    kind: ErrorKindWord,
    /// Stable; an open set.
    code: String,
    /// In the installation's language.
    message: String,
    subject: Option<String>,
    retry_after_ms: Option<u64>,
}

/// What pressing OK came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Configured {
    /// The installation works from now on.
    ready: bool,
    /// Null when it could not be found out.
    configured: Option<ConfigureResult>,
    /// Why it could not be found out.
    error: Option<ConnectorError>,
    /// Requests made to the accounting system.
    requests: u64,
}

impl From<types::Finding> for Finding {
    fn from(finding: types::Finding) -> Self {
        Self {
            severity: finding.severity.into(),
            code: finding.code,
            message: finding.message,
            steps: finding.steps,
            subject: finding.subject,
        }
    }
}

impl From<contract::Configured> for ConfigureResult {
    fn from(configured: contract::Configured) -> Self {
        let field_match = |found: contract::FieldMatch| FieldMatch {
            field: found.field,
            kind: found.kind.into(),
            properties: found.properties,
        };
        let choice = |choice: contract::SettingChoice| SettingChoice {
            value: choice.value,
            label: Localized { da: choice.label.da, en: choice.label.en },
        };
        let choices = |choices: contract::SettingChoices| SettingChoices {
            key: choices.key,
            choices: choices.choices.into_iter().map(choice).collect(),
        };
        Self {
            ready: configured.ready,
            findings: configured.findings.into_iter().map(Into::into).collect(),
            field_matches: configured.field_matches.into_iter().map(field_match).collect(),
            webhook: match configured.webhook {
                contract::WebhookRegistration::NotNeeded => WebhookRegistration::NotNeeded,
                contract::WebhookRegistration::Present => WebhookRegistration::Present,
                contract::WebhookRegistration::Registered => WebhookRegistration::Registered,
                contract::WebhookRegistration::Manual(steps) => WebhookRegistration::Manual(steps),
            },
            choices: configured.choices.into_iter().map(choices).collect(),
        }
    }
}

impl From<service::ConfigureAnswer> for Configured {
    fn from(answer: service::ConfigureAnswer) -> Self {
        let error = |error: types::Error| ConnectorError {
            kind: error.kind.into(),
            code: error.code,
            message: error.message,
            subject: error.subject,
            retry_after_ms: error.retry_after_ms,
        };
        Self {
            ready: answer.ready,
            configured: answer.configured.map(Into::into),
            error: answer.error.map(error),
            requests: answer.requests,
        }
    }
}
