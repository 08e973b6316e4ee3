//! Which customer is which debtor: at most one link for each customer and one for each external id.

use crate::bindings::types::Link;
use std::collections::BTreeMap;

/// A link that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Two customers cannot be the same debtor.
    #[error(
        "external id {external_id} is linked to customer {holder} already; remove that link before linking customer {customer_id}"
    )]
    ExternalIdTaken {
        /// The debtor.
        external_id: String,
        /// Who has it.
        holder: String,
        /// Who was to have it.
        customer_id: String,
    },
    /// A link must say which debtor.
    #[error("the link of customer {0} has an empty external id")]
    NoExternalId(String),
}

/// Links, findable from both sides.
#[derive(Debug, Clone, Default)]
pub struct Links {
    by_customer: BTreeMap<String, Link>,
    holder_of: BTreeMap<String, String>,
}

impl Links {
    /// Make or replace the link of a customer.
    ///
    /// # Errors
    /// The external id is empty, or another customer's.
    pub fn put(&mut self, link: Link) -> Result<(), LinkError> {
        self.may_put(&link)?;
        self.remove(&link.customer_id);
        self.holder_of.insert(link.external_id.clone(), link.customer_id.clone());
        self.by_customer.insert(link.customer_id.clone(), link);
        Ok(())
    }

    /// Whether [`Links::put`] would take it.
    ///
    /// # Errors
    /// As [`Links::put`].
    pub fn may_put(&self, link: &Link) -> Result<(), LinkError> {
        if link.external_id.is_empty() {
            return Err(LinkError::NoExternalId(link.customer_id.clone()));
        }
        match self.holder_of.get(&link.external_id) {
            Some(holder) if *holder != link.customer_id => Err(LinkError::ExternalIdTaken {
                external_id: link.external_id.clone(),
                holder: holder.clone(),
                customer_id: link.customer_id.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Forget the link of a customer, if there is one.
    pub fn remove(&mut self, customer_id: &str) -> Option<Link> {
        let link = self.by_customer.remove(customer_id)?;
        self.holder_of.remove(&link.external_id);
        Some(link)
    }

    /// The link of a customer.
    pub fn of_customer(&self, customer_id: &str) -> Option<&Link> {
        self.by_customer.get(customer_id)
    }

    /// The link to an external id.
    pub fn of_external_id(&self, external_id: &str) -> Option<&Link> {
        self.by_customer.get(self.holder_of.get(external_id)?)
    }

    /// All links, by customer id.
    pub fn all(&self) -> impl Iterator<Item = &Link> {
        self.by_customer.values()
    }
}
