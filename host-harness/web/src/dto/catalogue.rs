//! What FlexyBox is set up with.

use super::shapes::Text;
use super::words::{FieldKindWord, SourceWord};
use crate::check::{self, Checked, Invalid};
use host_harness::bindings::exports::configure as contract;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A customer data field (kundedata felt) as defined in FlexyBox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerFieldDefinition {
    #[schema(min_length = 1, max_length = 4096)]
    name: String,
    #[serde(default)]
    kind: FieldKindWord,
    /// For `choice`: what can be chosen.
    #[serde(default)]
    #[schema(value_type = Vec<Text>, max_items = 10000)]
    choices: Vec<String>,
}

/// One entry of the account plan FlexyBox books by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountEntry {
    source: SourceWord,
    /// The item group, payment type or special account.
    #[schema(max_length = 4096)]
    name: String,
    /// The account number; empty when it is missing.
    #[serde(default)]
    #[schema(max_length = 4096)]
    account: String,
    /// The VAT code; empty for none.
    #[serde(default)]
    #[schema(max_length = 4096)]
    vat_code: String,
}

/// A value that FlexyBox puts on lines for one of the accounting system's dimensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DimensionEntry {
    #[schema(minimum = 1, maximum = 5)]
    dimension: u8,
    #[schema(max_length = 4096)]
    value: String,
    /// The department, item group or payment type.
    #[schema(max_length = 4096)]
    name: String,
}

/// What FlexyBox is set up with, for `configure` to compare.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Catalogue {
    /// All customer tags (kundetags), by name.
    #[schema(value_type = Vec<Text>, max_items = 10000)]
    customer_tags: Vec<String>,
    #[schema(max_items = 10000)]
    customer_fields: Vec<CustomerFieldDefinition>,
    /// Empty when bookkeeping is not set up.
    #[schema(max_items = 10000)]
    account_plan: Vec<AccountEntry>,
    /// Every dimension value FlexyBox books on.
    #[schema(max_items = 10000)]
    dimensions: Vec<DimensionEntry>,
}

impl Catalogue {
    pub(crate) fn check(&self) -> Checked {
        use check::{LONGEST_TEXT, MOST_ENTRIES};
        check::texts("customer_tags", &self.customer_tags, MOST_ENTRIES, LONGEST_TEXT)?;
        check::each("customer_fields", &self.customer_fields, MOST_ENTRIES, |field| {
            check::filled("name", &field.name, LONGEST_TEXT)?;
            check::texts("choices", &field.choices, MOST_ENTRIES, LONGEST_TEXT)
        })?;
        check::each("account_plan", &self.account_plan, MOST_ENTRIES, |entry| {
            check::text("name", &entry.name, LONGEST_TEXT)?;
            check::text("account", &entry.account, LONGEST_TEXT)?;
            check::text("vat_code", &entry.vat_code, LONGEST_TEXT)
        })?;
        check::each("dimensions", &self.dimensions, MOST_ENTRIES, |entry| {
            if !(1..=5).contains(&entry.dimension) {
                return Err(Invalid::new("dimension", "is not between 1 and 5"));
            }
            check::text("value", &entry.value, LONGEST_TEXT)?;
            check::text("name", &entry.name, LONGEST_TEXT)
        })
    }
}

impl From<Catalogue> for contract::Catalogue {
    fn from(catalogue: Catalogue) -> Self {
        let field = |field: CustomerFieldDefinition| contract::CustomerField {
            name: field.name,
            kind: field.kind.into(),
            choices: field.choices,
        };
        let account = |entry: AccountEntry| contract::AccountEntry {
            source: entry.source.into(),
            name: entry.name,
            account: entry.account,
            vat_code: entry.vat_code,
        };
        let dimension = |entry: DimensionEntry| contract::DimensionEntry {
            dimension: entry.dimension,
            value: entry.value,
            name: entry.name,
        };
        Self {
            customer_tags: catalogue.customer_tags,
            customer_fields: catalogue.customer_fields.into_iter().map(field).collect(),
            account_plan: catalogue.account_plan.into_iter().map(account).collect(),
            dimensions: catalogue.dimensions.into_iter().map(dimension).collect(),
        }
    }
}

impl From<contract::Catalogue> for Catalogue {
    fn from(catalogue: contract::Catalogue) -> Self {
        let field = |field: contract::CustomerField| CustomerFieldDefinition {
            name: field.name,
            kind: field.kind.into(),
            choices: field.choices,
        };
        let account = |entry: contract::AccountEntry| AccountEntry {
            source: entry.source.into(),
            name: entry.name,
            account: entry.account,
            vat_code: entry.vat_code,
        };
        let dimension = |entry: contract::DimensionEntry| DimensionEntry {
            dimension: entry.dimension,
            value: entry.value,
            name: entry.name,
        };
        Self {
            customer_tags: catalogue.customer_tags,
            customer_fields: catalogue.customer_fields.into_iter().map(field).collect(),
            account_plan: catalogue.account_plan.into_iter().map(account).collect(),
            dimensions: catalogue.dimensions.into_iter().map(dimension).collect(),
        }
    }
}
