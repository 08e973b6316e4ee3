//! The surroundings of a call that needs none: `describe` answers without any outside call, and is held to it.

use crate::bindings::types::{Customer, Link};
use crate::directory::{Directory, DirectoryError};
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;

pub(super) struct NoDirectory;

#[async_trait]
impl Directory for NoDirectory {
    async fn customer_by_id(&self, _: &str) -> Result<Option<Customer>, DirectoryError> {
        Ok(None)
    }

    async fn customers_by_number(&self, _: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }

    async fn customers_by_cvr(&self, _: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }

    async fn customers_by_email(&self, _: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }

    async fn link_by_customer(&self, _: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(None)
    }

    async fn link_by_external_id(&self, _: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(None)
    }
}

pub(super) struct NoTransport;

#[async_trait]
impl Transport for NoTransport {
    async fn send(&self, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
        Err(TransportError::Refused { reason: "this call sends nothing outside".to_owned() })
    }
}
