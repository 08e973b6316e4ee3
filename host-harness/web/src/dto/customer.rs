//! Customers as FlexyBox sends them and as they are held, with their links and flags.

use super::kept;
use super::shapes::Text;
use super::words::{ChangeWord, FieldKindWord, LinkStateWord};
use crate::check::{self, Checked};
use crate::problem::Problem;
use crate::requests::Document;
use accounting_service as service;
use accounting_store as store;
use host_harness::bindings::types as contract;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A customer data field (kundedata felt) on a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    #[schema(min_length = 1, max_length = 4096)]
    name: String,
    #[serde(default)]
    kind: FieldKindWord,
    /// As FlexyBox shows it; empty for none.
    #[serde(default)]
    #[schema(max_length = 4096)]
    value: String,
}

fn first_revision() -> u64 {
    1
}

/// A customer. What is left out is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    /// FlexyBox's own id: never changes, never used again.
    #[schema(min_length = 1, max_length = 64, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    id: String,
    /// The number people see. Text: leading zeros count.
    #[serde(default)]
    #[schema(max_length = 4096)]
    number: String,
    /// Person or company.
    #[serde(default)]
    #[schema(max_length = 4096)]
    name: String,
    #[serde(default)]
    #[schema(max_length = 4096)]
    address: String,
    #[serde(default)]
    #[schema(max_length = 4096)]
    zip: String,
    #[serde(default)]
    #[schema(max_length = 4096)]
    city: String,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(max_length = 4096)]
    country: String,
    #[serde(default)]
    #[schema(max_length = 4096)]
    phone: String,
    #[serde(default)]
    #[schema(max_length = 4096)]
    mobile: String,
    #[serde(default)]
    #[schema(max_length = 4096)]
    email: String,
    /// Company registration number, as typed.
    #[serde(default)]
    #[schema(max_length = 4096)]
    cvr: String,
    /// EAN location number.
    #[serde(default)]
    #[schema(max_length = 4096)]
    ean: String,
    /// Customer tags (kundetags), by name.
    #[serde(default)]
    #[schema(value_type = Vec<Text>, max_items = 10000)]
    tags: Vec<String>,
    #[serde(default)]
    #[schema(max_items = 10000)]
    fields: Vec<Field>,
    #[serde(default)]
    deleted: bool,
    /// Grows by at least one with every change.
    #[serde(default = "first_revision")]
    #[schema(minimum = 1, maximum = 9223372036854775807i64)]
    revision: u64,
}

impl Customer {
    fn check(&self) -> Checked {
        use check::{LONGEST_TEXT, MOST_ENTRIES};
        check::id("id", &self.id, check::LONGEST_CUSTOMER_ID)?;
        let attributes = [
            ("number", &self.number),
            ("name", &self.name),
            ("address", &self.address),
            ("zip", &self.zip),
            ("city", &self.city),
            ("country", &self.country),
            ("phone", &self.phone),
            ("mobile", &self.mobile),
            ("email", &self.email),
            ("cvr", &self.cvr),
            ("ean", &self.ean),
        ];
        for (name, value) in attributes {
            check::text(name, value, LONGEST_TEXT)?;
        }
        check::texts("tags", &self.tags, MOST_ENTRIES, LONGEST_TEXT)?;
        check::each("fields", &self.fields, MOST_ENTRIES, |field| {
            check::filled("name", &field.name, LONGEST_TEXT)?;
            check::text("value", &field.value, LONGEST_TEXT)
        })?;
        check::revision("revision", self.revision)
    }
}

impl From<Customer> for contract::Customer {
    fn from(customer: Customer) -> Self {
        let field = |field: Field| contract::Field { name: field.name, kind: field.kind.into(), value: field.value };
        Self {
            id: customer.id,
            number: customer.number,
            name: customer.name,
            address: customer.address,
            zip: customer.zip,
            city: customer.city,
            country: customer.country,
            phone: customer.phone,
            mobile: customer.mobile,
            email: customer.email,
            cvr: customer.cvr,
            ean: customer.ean,
            tags: customer.tags,
            fields: customer.fields.into_iter().map(field).collect(),
            deleted: customer.deleted,
            revision: customer.revision,
        }
    }
}

impl From<contract::Customer> for Customer {
    fn from(customer: contract::Customer) -> Self {
        let field = |field: contract::Field| Field { name: field.name, kind: field.kind.into(), value: field.value };
        Self {
            id: customer.id,
            number: customer.number,
            name: customer.name,
            address: customer.address,
            zip: customer.zip,
            city: customer.city,
            country: customer.country,
            phone: customer.phone,
            mobile: customer.mobile,
            email: customer.email,
            cvr: customer.cvr,
            ean: customer.ean,
            tags: customer.tags,
            fields: customer.fields.into_iter().map(field).collect(),
            deleted: customer.deleted,
            revision: customer.revision,
        }
    }
}

impl TryFrom<store::CustomerRow> for Customer {
    type Error = Problem;

    fn try_from(row: store::CustomerRow) -> Result<Self, Problem> {
        kept::<contract::Customer>("customer", &row.body_json).map(Into::into)
    }
}

/// A customer that changed in FlexyBox.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerEvent {
    /// FlexyBox's id of the event: the same again is the same event. Left out: only the revision tells what is old.
    #[serde(default)]
    #[schema(max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    event_id: String,
    kind: ChangeWord,
    /// The customer as it is now.
    customer: Customer,
}

impl Document for CustomerEvent {
    fn check(&self) -> Checked {
        check::event_id(&self.event_id)?;
        self.customer.check().map_err(|invalid| invalid.under("customer"))
    }
}

impl From<CustomerEvent> for service::CustomerIn {
    fn from(event: CustomerEvent) -> Self {
        Self { event_id: event.event_id, kind: event.kind.into(), customer: event.customer.into() }
    }
}

/// Customers held.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerPage {
    customers: Vec<Customer>,
    /// `after` of the next part; null at the end.
    next: Option<String>,
}

impl TryFrom<store::Page<store::CustomerRow>> for CustomerPage {
    type Error = Problem;

    fn try_from(page: store::Page<store::CustomerRow>) -> Result<Self, Problem> {
        let customers = page.items.into_iter().map(Customer::try_from).collect::<Result<_, _>>()?;
        Ok(Self { customers, next: page.next })
    }
}

/// Which customer is which debtor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    customer_id: String,
    /// The accounting system's own id.
    external_id: String,
    /// The number people see there (debtor account).
    external_key: String,
    state: LinkStateWord,
}

impl From<contract::Link> for Link {
    fn from(link: contract::Link) -> Self {
        Self {
            customer_id: link.customer_id,
            external_id: link.external_id,
            external_key: link.external_key,
            state: link.state.into(),
        }
    }
}

/// Links by customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkPage {
    links: Vec<Link>,
    /// `after` of the next part; null at the end.
    next: Option<String>,
}

impl TryFrom<store::Page<store::LinkRow>> for LinkPage {
    type Error = Problem;

    fn try_from(page: store::Page<store::LinkRow>) -> Result<Self, Problem> {
        let link = |row: store::LinkRow| kept::<contract::Link>("link", &row.body_json).map(Link::from);
        Ok(Self { links: page.items.into_iter().map(link).collect::<Result<_, _>>()?, next: page.next })
    }
}

/// Something about a customer that a person must look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Flag {
    customer_id: String,
    /// Stable; an open set.
    code: String,
    /// In the installation's language.
    message: String,
    at_ms: i64,
}

/// Flags, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Flags {
    flags: Vec<Flag>,
}

impl From<Vec<store::FlagRow>> for Flags {
    fn from(rows: Vec<store::FlagRow>) -> Self {
        let flag = |row: store::FlagRow| Flag {
            customer_id: row.customer_id,
            code: row.code,
            message: row.message,
            at_ms: row.at,
        };
        Self { flags: rows.into_iter().map(flag).collect() }
    }
}
