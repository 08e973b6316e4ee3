//! The contract's values as the store keeps them: JSON text, and the few columns it searches by.

use crate::error::ServiceError;
use accounting_store::{CustomerRow, LinkRow};
use host_harness::bindings::types::{Customer, Link};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as it is kept.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, ServiceError> {
    serde_json::to_string(value).map_err(|error| ServiceError::internal(format!("a value cannot be kept: {error}")))
}

/// A value that was kept. `what` names it in the error, which never quotes the content.
pub(crate) fn read<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, ServiceError> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        ServiceError::internal(format!("{what} as it is kept cannot be read ({place}); restore a back-up"))
    })
}

/// Only the digits of a company registration number.
pub(crate) fn digits(cvr: &str) -> String {
    cvr.chars().filter(char::is_ascii_digit).collect()
}

/// An e-mail address as it is compared.
pub(crate) fn lower(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A customer as it is kept in an installation with this tag (empty: nobody carries it); when it changed the store says.
pub(crate) fn customer_row(customer: &Customer, tag: &str) -> Result<CustomerRow, ServiceError> {
    Ok(CustomerRow {
        id: customer.id.clone(),
        revision: i64::try_from(customer.revision).unwrap_or(i64::MAX),
        number: customer.number.clone(),
        cvr_digits: digits(&customer.cvr),
        email_lower: lower(&customer.email),
        tagged: is_tagged(customer, tag),
        deleted: customer.deleted,
        body_json: write(customer)?,
        changed: 0,
    })
}

/// Whether a customer carries the tag.
pub(crate) fn is_tagged(customer: &Customer, tag: &str) -> bool {
    !tag.is_empty() && customer.tags.iter().any(|one| one == tag)
}

/// A link as it is kept; the store counts its versions.
pub(crate) fn link_row(link: &Link) -> Result<LinkRow, ServiceError> {
    Ok(LinkRow {
        customer_id: link.customer_id.clone(),
        external_id: link.external_id.clone(),
        body_json: write(link)?,
        version: 0,
    })
}

/// A customer that was kept.
pub(crate) fn customer(row: &CustomerRow) -> Result<Customer, ServiceError> {
    read("a customer", &row.body_json)
}

/// A link that was kept.
pub(crate) fn link(row: &LinkRow) -> Result<Link, ServiceError> {
    read("a link", &row.body_json)
}
