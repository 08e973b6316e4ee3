//! Customers, links and the catalogue as a scenario writes them; what is left out is empty.

use super::is_default;
use crate::bindings::exports::configure::{AccountEntry, CustomerField, DimensionEntry};
use crate::bindings::types::{Agreed, Customer, Field, FieldKind, Link, LinkState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a customer data field holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum FieldKindSpec {
    #[default]
    Text,
    Number,
    Date,
    YesNo,
    Choice,
}

/// A customer data field on a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Its name.
    pub name: String,
    /// What it holds; text unless set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: FieldKindSpec,
    /// Its value.
    #[serde(default, skip_serializing_if = "is_default")]
    pub value: String,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CustomerSpec {
    pub id: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub number: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub address: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub zip: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub city: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub country: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub mobile: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub email: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub cvr: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub ean: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub fields: Vec<FieldSpec>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deleted: bool,
    /// 1 unless set.
    #[serde(default = "first_revision", skip_serializing_if = "is_first_revision")]
    pub revision: u64,
}

fn first_revision() -> u64 {
    1
}

fn is_first_revision(revision: &u64) -> bool {
    *revision == first_revision()
}

/// Whether a link takes part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum LinkStateSpec {
    #[default]
    Active,
    Dormant,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// Whose.
    pub customer_id: String,
    /// The accounting system's own id.
    pub external_id: String,
    /// The number people see there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub external_key: String,
    /// Active unless set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: LinkStateSpec,
    /// What both sides agreed on last, by the connector's own names.
    #[serde(default, skip_serializing_if = "is_default")]
    pub base: BTreeMap<String, String>,
}

/// A customer data field as defined in FlexyBox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerFieldSpec {
    /// Its name.
    pub name: String,
    /// What it holds; text unless set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: FieldKindSpec,
    /// For `choice`: what can be chosen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choices: Vec<String>,
}

/// What FlexyBox is set up with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogueSpec {
    /// Customer tags; those on the customers unless set.
    #[serde(skip_serializing_if = "is_default")]
    pub tags: Option<Vec<String>>,
    /// Customer data fields; those on the customers unless set.
    #[serde(skip_serializing_if = "is_default")]
    pub fields: Option<Vec<CustomerFieldSpec>>,
    /// The account plan; empty unless set.
    #[serde(skip_serializing_if = "is_default")]
    pub account_plan: Vec<AccountSpec>,
    /// Every dimension value that lines are put on; none unless set.
    #[serde(skip_serializing_if = "is_default")]
    pub dimensions: Vec<DimensionSpec>,
}

/// One entry of the account plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    /// Where it was entered.
    pub source: super::SourceSpec,
    /// The item group, payment type or special account.
    pub name: String,
    /// The account number; empty when it is missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub account: String,
    /// The VAT code; empty for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vat_code: String,
}

/// A value of one of the accounting system's dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionSpec {
    /// Which dimension, 1 to 5.
    pub dimension: u8,
    /// The value.
    pub value: String,
    /// Where it was entered: the department, item group or payment type.
    pub name: String,
}

impl From<FieldKindSpec> for FieldKind {
    fn from(kind: FieldKindSpec) -> Self {
        match kind {
            FieldKindSpec::Text => Self::Text,
            FieldKindSpec::Number => Self::Number,
            FieldKindSpec::Date => Self::Date,
            FieldKindSpec::YesNo => Self::YesNo,
            FieldKindSpec::Choice => Self::Choice,
        }
    }
}

impl From<&FieldSpec> for Field {
    fn from(field: &FieldSpec) -> Self {
        Self { name: field.name.clone(), kind: field.kind.into(), value: field.value.clone() }
    }
}

impl From<&CustomerFieldSpec> for CustomerField {
    fn from(field: &CustomerFieldSpec) -> Self {
        Self { name: field.name.clone(), kind: field.kind.into(), choices: field.choices.clone() }
    }
}

impl From<&AccountSpec> for AccountEntry {
    fn from(entry: &AccountSpec) -> Self {
        Self {
            source: entry.source.into(),
            name: entry.name.clone(),
            account: entry.account.clone(),
            vat_code: entry.vat_code.clone(),
        }
    }
}

impl From<&DimensionSpec> for DimensionEntry {
    fn from(entry: &DimensionSpec) -> Self {
        Self { dimension: entry.dimension, value: entry.value.clone(), name: entry.name.clone() }
    }
}

impl From<&CustomerSpec> for Customer {
    fn from(spec: &CustomerSpec) -> Self {
        Self {
            id: spec.id.clone(),
            number: spec.number.clone(),
            name: spec.name.clone(),
            address: spec.address.clone(),
            zip: spec.zip.clone(),
            city: spec.city.clone(),
            country: spec.country.clone(),
            phone: spec.phone.clone(),
            mobile: spec.mobile.clone(),
            email: spec.email.clone(),
            cvr: spec.cvr.clone(),
            ean: spec.ean.clone(),
            tags: spec.tags.clone(),
            fields: spec.fields.iter().map(Field::from).collect(),
            deleted: spec.deleted,
            revision: spec.revision,
        }
    }
}

impl From<&LinkSpec> for Link {
    fn from(spec: &LinkSpec) -> Self {
        let base = spec.base.iter().map(|(name, value)| Agreed { name: name.clone(), value: value.clone() });
        Self {
            customer_id: spec.customer_id.clone(),
            external_id: spec.external_id.clone(),
            external_key: spec.external_key.clone(),
            state: match spec.state {
                LinkStateSpec::Active => LinkState::Active,
                LinkStateSpec::Dormant => LinkState::Dormant,
            },
            base: base.collect(),
        }
    }
}
