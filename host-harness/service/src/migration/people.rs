//! What the new connector may ask about people during a preview: the old installation's customers as the new one will hold them, and
//! the links that the preview has come to so far, so that no debtor is given to two.

use super::record::{Lines, MigrationClass};
use crate::body;
use crate::directory::StoreDirectory;
use accounting_store::Store;
use async_trait::async_trait;
use host_harness::bindings::types::{Customer, Link, LinkState};
use host_harness::directory::{Directory, DirectoryError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The people of a preview.
pub(crate) struct Previewed {
    held: StoreDirectory,
    tag: String,
    links: Vec<Link>,
}

impl Previewed {
    /// The customers of `from` that carry the tag, with the links of these lines.
    pub(crate) fn new(store: Arc<dyn Store>, from: &str, tag: &str, lines: &Lines) -> Self {
        let linked = lines.values().filter(|line| line.class == MigrationClass::Link && !line.external_id.is_empty());
        let link = |customer: &str, external_id: &str, debtor: &str| Link {
            customer_id: customer.to_owned(),
            external_id: external_id.to_owned(),
            external_key: debtor.to_owned(),
            state: LinkState::Active,
            base: Vec::new(),
        };
        Self {
            held: StoreDirectory { store, installation: from.to_owned(), unsure: BTreeSet::new() },
            tag: tag.to_owned(),
            links: linked.map(|line| link(&line.customer, &line.external_id, &line.debtor)).collect(),
        }
    }

    /// Who has a link in the old installation only, without the tag, has none in the new one and is not seen there.
    fn seen(&self, customers: impl IntoIterator<Item = Customer>) -> Vec<Customer> {
        customers.into_iter().filter(|customer| body::is_tagged(customer, &self.tag)).collect()
    }
}

#[async_trait]
impl Directory for Previewed {
    async fn customer_by_id(&self, id: &str) -> Result<Option<Customer>, DirectoryError> {
        Ok(self.seen(self.held.customer_by_id(id).await?).pop())
    }

    async fn customers_by_number(&self, number: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(self.seen(self.held.customers_by_number(number).await?))
    }

    async fn customers_by_cvr(&self, cvr: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(self.seen(self.held.customers_by_cvr(cvr).await?))
    }

    async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(self.seen(self.held.customers_by_email(email).await?))
    }

    async fn link_by_customer(&self, id: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(self.links.iter().find(|link| link.customer_id == id).cloned())
    }

    async fn link_by_external_id(&self, external_id: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(self.links.iter().find(|link| link.external_id == external_id).cloned())
    }
}
