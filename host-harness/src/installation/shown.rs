//! Remembers which customers a connector was shown during one call: it may change those and no others, so that guessing
//! an id gains it nothing.

use crate::bindings::types::{Customer, Link};
use crate::directory::{Directory, DirectoryError};
use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A directory that notes whom it told of.
pub(crate) struct Shown {
    inner: Arc<dyn Directory>,
    ids: Mutex<BTreeSet<String>>,
}

impl Shown {
    /// Start with those who are handed over in the call itself.
    pub(crate) fn new(inner: Arc<dyn Directory>, handed_over: impl IntoIterator<Item = String>) -> Self {
        Self { inner, ids: Mutex::new(handed_over.into_iter().collect()) }
    }

    /// Everybody the connector knows of by now.
    pub(crate) fn ids(&self) -> BTreeSet<String> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note<'a>(&self, ids: impl IntoIterator<Item = &'a String>) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).extend(ids.into_iter().cloned());
    }
}

#[async_trait]
impl Directory for Shown {
    async fn customer_by_id(&self, id: &str) -> Result<Option<Customer>, DirectoryError> {
        let found = self.inner.customer_by_id(id).await?;
        self.note(found.iter().map(|customer| &customer.id));
        Ok(found)
    }

    async fn customers_by_number(&self, number: &str) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.inner.customers_by_number(number).await?;
        self.note(found.iter().map(|customer| &customer.id));
        Ok(found)
    }

    async fn customers_by_cvr(&self, cvr: &str) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.inner.customers_by_cvr(cvr).await?;
        self.note(found.iter().map(|customer| &customer.id));
        Ok(found)
    }

    async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.inner.customers_by_email(email).await?;
        self.note(found.iter().map(|customer| &customer.id));
        Ok(found)
    }

    async fn link_by_customer(&self, id: &str) -> Result<Option<Link>, DirectoryError> {
        let found = self.inner.link_by_customer(id).await?;
        self.note(found.iter().map(|link| &link.customer_id));
        Ok(found)
    }

    async fn link_by_external_id(&self, external_id: &str) -> Result<Option<Link>, DirectoryError> {
        let found = self.inner.link_by_external_id(external_id).await?;
        self.note(found.iter().map(|link| &link.customer_id));
        Ok(found)
    }
}
