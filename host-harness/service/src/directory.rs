//! What a connector may ask about people, answered from the store: only customers that carry the tag or have a link.

use crate::body;
use accounting_store::{CustomerRow, Store, StoreError};
use async_trait::async_trait;
use host_harness::bindings::types::{Customer, Link};
use host_harness::directory::{Directory, DirectoryError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most customers one look-up answers with, as the contract says.
const MOST_ANSWERS: u32 = 100;

/// The customers and links of one installation.
pub(crate) struct StoreDirectory {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) installation: String,
    /// Customers that are not searched for, though they are found by id: nobody is to guess whose they are.
    pub(crate) unsure: BTreeSet<String>,
}

fn failed(error: impl std::fmt::Display) -> DirectoryError {
    DirectoryError(error.to_string())
}

impl StoreDirectory {
    fn found(&self, rows: Result<Vec<CustomerRow>, StoreError>) -> Result<Vec<Customer>, DirectoryError> {
        let rows = rows.map_err(failed)?;
        let sure = rows.iter().filter(|row| !self.unsure.contains(&row.id));
        sure.map(|row| body::customer(row).map_err(failed)).collect()
    }
}

#[async_trait]
impl Directory for StoreDirectory {
    async fn customer_by_id(&self, id: &str) -> Result<Option<Customer>, DirectoryError> {
        let Some(row) = self.store.customer(&self.installation, id).await.map_err(failed)? else { return Ok(None) };
        let linked = self.store.link(&self.installation, id).await.map_err(failed)?.is_some();
        if row.tagged || linked { body::customer(&row).map(Some).map_err(failed) } else { Ok(None) }
    }

    async fn customers_by_number(&self, number: &str) -> Result<Vec<Customer>, DirectoryError> {
        if number.is_empty() {
            return Ok(Vec::new());
        }
        self.found(self.store.customers_by_number(&self.installation, number, MOST_ANSWERS).await)
    }

    async fn customers_by_cvr(&self, cvr: &str) -> Result<Vec<Customer>, DirectoryError> {
        let digits = body::digits(cvr);
        if digits.is_empty() {
            return Ok(Vec::new());
        }
        self.found(self.store.customers_by_cvr(&self.installation, &digits, MOST_ANSWERS).await)
    }

    async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, DirectoryError> {
        let email = body::lower(email);
        if email.is_empty() {
            return Ok(Vec::new());
        }
        self.found(self.store.customers_by_email(&self.installation, &email, MOST_ANSWERS).await)
    }

    async fn link_by_customer(&self, id: &str) -> Result<Option<Link>, DirectoryError> {
        let row = self.store.link(&self.installation, id).await.map_err(failed)?;
        row.as_ref().map(body::link).transpose().map_err(failed)
    }

    async fn link_by_external_id(&self, external_id: &str) -> Result<Option<Link>, DirectoryError> {
        let row = self.store.link_by_external_id(&self.installation, external_id).await.map_err(failed)?;
        row.as_ref().map(body::link).transpose().map_err(failed)
    }
}
