//! What a connector may ask the host about people: the seam between the sandbox and wherever the host keeps them.

use crate::bindings::types::{Customer, Link};
use async_trait::async_trait;

/// The host's customers and links, read only, of one installation.
///
/// An implementation answers only with customers that carry the installation's customer tag or have a link. An error
/// ends the call; it is the host's own trouble (its store does not answer), never "not found".
#[async_trait]
pub trait Directory: Send + Sync {
    /// The customer with this id.
    async fn customer_by_id(&self, id: &str) -> Result<Option<Customer>, DirectoryError>;
    /// Customers with exactly this number, at most 100.
    async fn customers_by_number(&self, number: &str) -> Result<Vec<Customer>, DirectoryError>;
    /// Customers with this company registration number, compared by its digits, at most 100.
    async fn customers_by_cvr(&self, cvr: &str) -> Result<Vec<Customer>, DirectoryError>;
    /// Customers with this e-mail address, compared without regard to case, at most 100.
    async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, DirectoryError>;
    /// The link of a customer.
    async fn link_by_customer(&self, id: &str) -> Result<Option<Link>, DirectoryError>;
    /// The link to an external id.
    async fn link_by_external_id(&self, external_id: &str) -> Result<Option<Link>, DirectoryError>;
}

/// The host's store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the host's store of customers and links does not answer: {0}")]
pub struct DirectoryError(pub String);
