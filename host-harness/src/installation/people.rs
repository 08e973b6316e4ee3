//! Who may enter the sandbox: customers that carry the installation's customer tag or have a link, and nobody else.

use super::{Installation, State};
use crate::bindings::types::{Customer, Link};
use crate::directory::{Directory, DirectoryError};
use async_trait::async_trait;

/// The most customers one look-up answers with, as the contract says.
const MOST_ANSWERS: usize = 100;

impl State {
    /// Whether a connector may see this customer.
    pub(crate) fn is_synchronised(&self, customer: &Customer) -> bool {
        let tagged = self.customer_tag().is_some_and(|tag| customer.tags.contains(&tag));
        tagged || self.links.of_customer(&customer.id).is_some()
    }

    fn find(&self, wanted: impl Fn(&Customer) -> bool) -> Vec<Customer> {
        let living = self.customers.values().filter(|customer| !customer.deleted && wanted(customer));
        living.filter(|customer| self.is_synchronised(customer)).take(MOST_ANSWERS).cloned().collect()
    }
}

impl Installation {
    /// Whether a connector may see this customer: it carries the customer tag or has a link. False for an unknown one.
    pub fn is_synchronised(&self, id: &str) -> bool {
        let state = self.state();
        state.customers.get(id).is_some_and(|customer| state.is_synchronised(customer))
    }
}

/// The digits of a company registration number; whatever else was typed does not count.
fn digits(cvr: &str) -> String {
    cvr.chars().filter(char::is_ascii_digit).collect()
}

#[async_trait]
impl Directory for Installation {
    async fn customer_by_id(&self, id: &str) -> Result<Option<Customer>, DirectoryError> {
        let state = self.state();
        Ok(state.customers.get(id).filter(|customer| state.is_synchronised(customer)).cloned())
    }

    async fn customers_by_number(&self, number: &str) -> Result<Vec<Customer>, DirectoryError> {
        if number.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.state().find(|customer| customer.number == number))
    }

    async fn customers_by_cvr(&self, cvr: &str) -> Result<Vec<Customer>, DirectoryError> {
        let wanted = digits(cvr);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.state().find(|customer| digits(&customer.cvr) == wanted))
    }

    async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, DirectoryError> {
        let wanted = email.trim().to_lowercase();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.state().find(|customer| customer.email.trim().to_lowercase() == wanted))
    }

    async fn link_by_customer(&self, id: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(self.link(id))
    }

    async fn link_by_external_id(&self, external_id: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(self.state().links.of_external_id(external_id).cloned())
    }
}
