//! Scenario files: an installation and the events that happen to it, written by people.
//!
//! A scenario says everything a connector sees except what the accounting system answers: that is in `exchanges.json`,
//! or comes from a simulator, or live. Unknown keys are errors, so that a misspelt one is never silently without effect.

mod build;
mod check;
mod events;
mod from_contract;
mod limits;
mod people;
mod read;

pub use build::{Step, build_installation, locale_of, step_of};
pub use events::{
    AdvanceSpec, CatchUpSpec, ChangeKindSpec, ChangedCustomer, ChangedSpec, EditSpec, Empty, EventSpec, LineSpec,
    PostingSpec, ReportSpec, SourceSpec, WebhookBody, WebhookSpec,
};
pub(crate) use from_contract::webhook;
pub use limits::LimitsSpec;
pub use people::{
    AccountSpec, CatalogueSpec, CustomerFieldSpec, CustomerSpec, DimensionSpec, FieldKindSpec, FieldSpec, LinkSpec,
    LinkStateSpec,
};
pub use read::ScenarioError;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocaleSpec {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}

/// A scenario, as `scenario.json` holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in one line.
    pub title: String,
    /// Anything more a reader should know.
    #[serde(default, skip_serializing_if = "is_default")]
    pub about: String,
    /// When it begins, RFC 3339, e.g. `2026-11-24T08:00:00Z`.
    #[serde(deserialize_with = "moment")]
    pub now: jiff::Timestamp,
    /// The language of texts for people; Danish unless set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub locale: LocaleSpec,
    /// The link the accounting system calls, if the host has one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub webhook_link: Option<String>,
    /// Settings by key. Secrets may be left out and handed in from the environment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settings: BTreeMap<String, String>,
    /// The hosts the administrator approved; all that the connector describes unless set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub approved_hosts: Option<Vec<String>>,
    /// FlexyBox's customers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub customers: Vec<CustomerSpec>,
    /// Which customer is which debtor to begin with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub links: Vec<LinkSpec>,
    /// What FlexyBox is set up with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub catalogue: CatalogueSpec,
    /// Where the last catch-up ended; none for an installation that never caught up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cursor: Option<String>,
    /// Other limits than usual.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: LimitsSpec,
    /// What happens, in order.
    pub events: Vec<EventSpec>,
}

/// A moment, with an error that says how to write one.
fn moment<'de, D: serde::Deserializer<'de>>(input: D) -> Result<jiff::Timestamp, D::Error> {
    let text = String::deserialize(input)?;
    let wrong = |error| serde::de::Error::custom(format!("now: {text:?} is not like 2026-11-24T08:00:00Z: {error}"));
    text.parse::<jiff::Timestamp>().map_err(wrong)
}

/// Whether a value is what it would be if it were left out; such values are not written.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
