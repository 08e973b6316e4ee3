//! Connectors that are loaded.

use accounting_service as service;
use serde::Serialize;
use utoipa::ToSchema;

/// A connector that is loaded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Connector {
    id: String,
    /// The accounting system's name.
    name: String,
    version: String,
    /// Of its component.
    sha256: String,
    /// What it can do; an open set.
    capabilities: Vec<String>,
    /// The hosts it must reach.
    hosts: Vec<String>,
    /// How many installations use it.
    installations: usize,
}

/// Connectors that are loaded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Connectors {
    pub(crate) connectors: Vec<Connector>,
}

impl From<service::ConnectorView> for Connector {
    fn from(view: service::ConnectorView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            version: view.version,
            sha256: view.sha256,
            capabilities: view.capabilities,
            hosts: view.hosts,
            installations: view.installations,
        }
    }
}
