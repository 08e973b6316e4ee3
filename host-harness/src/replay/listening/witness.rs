//! Notes whom a directory told of, so that the same can be told again.

use crate::bindings::types::{Customer, Link};
use crate::directory::{Directory, DirectoryError};
use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Everybody who was told of, by customer.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) customers: BTreeMap<String, Customer>,
    pub(super) links: BTreeMap<String, Link>,
}

/// A directory that is listened to.
pub(super) struct Witness {
    inner: Arc<dyn Directory>,
    handed_over: BTreeSet<String>,
    seen: Mutex<Seen>,
}

impl Witness {
    /// Listen, with those who are handed over in the call itself.
    pub(super) fn new(inner: Arc<dyn Directory>, seen: Seen) -> Self {
        Self { inner, handed_over: seen.customers.keys().cloned().collect(), seen: Mutex::new(seen) }
    }

    /// Everybody who was told of, as they were told of first; for each link its customer, and for each customer the link, since
    /// who is found at all depends on it. Those who were handed over stay as they were handed over.
    ///
    /// # Errors
    /// The directory does not answer.
    pub(super) async fn seen(&self) -> Result<Seen, DirectoryError> {
        let mut seen = self.lock().clone();
        let unknown: Vec<String> = seen.links.keys().filter(|id| !seen.customers.contains_key(*id)).cloned().collect();
        for id in unknown {
            match self.inner.customer_by_id(&id).await? {
                Some(customer) => drop(seen.customers.insert(id, customer)),
                None => drop(seen.links.remove(&id)),
            }
        }
        let found: Vec<String> = seen.customers.keys().filter(|id| !self.handed_over.contains(*id)).cloned().collect();
        for id in found {
            if !seen.links.contains_key(&id)
                && let Some(link) = self.inner.link_by_customer(&id).await?
            {
                seen.links.insert(id, link);
            }
        }
        Ok(seen)
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, customers: &[Customer]) {
        let mut seen = self.lock();
        for customer in customers {
            seen.customers.entry(customer.id.clone()).or_insert_with(|| customer.clone());
        }
    }

    fn note_link(&self, link: Option<&Link>) {
        if let Some(link) = link {
            self.lock().links.entry(link.customer_id.clone()).or_insert_with(|| link.clone());
        }
    }
}

#[async_trait]
impl Directory for Witness {
    async fn customer_by_id(&self, id: &str) -> Result<Option<Customer>, DirectoryError> {
        let found = self.inner.customer_by_id(id).await?;
        self.note(found.as_slice());
        Ok(found)
    }

    async fn customers_by_number(&self, number: &str) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.inner.customers_by_number(number).await?;
        self.note(&found);
        Ok(found)
    }

    async fn customers_by_cvr(&self, cvr: &str) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.inner.customers_by_cvr(cvr).await?;
        self.note(&found);
        Ok(found)
    }

    async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, DirectoryError> {
        let found = self.inner.customers_by_email(email).await?;
        self.note(&found);
        Ok(found)
    }

    async fn link_by_customer(&self, id: &str) -> Result<Option<Link>, DirectoryError> {
        let found = self.inner.link_by_customer(id).await?;
        self.note_link(found.as_ref());
        Ok(found)
    }

    async fn link_by_external_id(&self, external_id: &str) -> Result<Option<Link>, DirectoryError> {
        let found = self.inner.link_by_external_id(external_id).await?;
        self.note_link(found.as_ref());
        Ok(found)
    }
}
