//! API keys.

use crate::check::{self, Checked, Invalid};
use crate::problem::Problem;
use crate::requests::Document;
use accounting_store as store;
use accounting_vault::Scopes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest name of a key.
const LONGEST_KEY_NAME: usize = 100;

/// One thing that a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Scope)]
pub(crate) enum ScopeWord {
    /// See installations, their settings without secret values, their health.
    #[serde(rename = "installations:read")]
    InstallationsRead,
    /// Create installations, change settings, make a new link.
    #[serde(rename = "installations:write")]
    InstallationsWrite,
    /// Hand over changes of customers.
    #[serde(rename = "customers:write")]
    CustomersWrite,
    /// Hand over closed days.
    #[serde(rename = "days:write")]
    DaysWrite,
    /// Read what is to be applied to customers, and acknowledge it.
    #[serde(rename = "outbox:read")]
    OutboxRead,
    /// Retry or drop what is parked, pause and resume, swap connectors.
    #[serde(rename = "operate")]
    Operate,
    /// Read the figures for monitoring.
    #[serde(rename = "metrics:read")]
    MetricsRead,
    /// All of these, API keys, backups, and removing installations.
    #[serde(rename = "admin")]
    Admin,
}

impl ScopeWord {
    fn inside(self) -> accounting_vault::Scope {
        use accounting_vault::Scope;
        match self {
            Self::InstallationsRead => Scope::InstallationsRead,
            Self::InstallationsWrite => Scope::InstallationsWrite,
            Self::CustomersWrite => Scope::CustomersWrite,
            Self::DaysWrite => Scope::DaysWrite,
            Self::OutboxRead => Scope::OutboxRead,
            Self::Operate => Scope::Operate,
            Self::MetricsRead => Scope::MetricsRead,
            Self::Admin => Scope::Admin,
        }
    }
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) name: String,
    /// What it may do.
    #[schema(min_items = 1, max_items = 8)]
    scopes: Vec<ScopeWord>,
}

impl NewKey {
    pub(crate) fn scopes(&self) -> Result<Scopes, Problem> {
        let names: Vec<_> = self.scopes.iter().map(|scope| scope.inside().as_str()).collect();
        names.join(",").parse().map_err(|error: accounting_vault::ScopeError| {
            Problem::invalid("invalid-value", error.to_string()).about("scopes")
        })
    }
}

impl Document for NewKey {
    fn check(&self) -> Checked {
        check::filled("name", &self.name, LONGEST_KEY_NAME)?;
        check::count("scopes", self.scopes.len(), accounting_vault::Scope::ALL.len())?;
        if self.scopes.is_empty() {
            return Err(Invalid::new("scopes", "is empty; a key without scopes could do nothing"));
        }
        Ok(())
    }
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKey {
    /// Its public part.
    id: String,
    name: String,
    #[schema(value_type = Vec<ScopeWord>)]
    scopes: Vec<String>,
    created_ms: i64,
    /// When it was taken back; null while it holds.
    revoked_ms: Option<i64>,
}

impl From<store::ApiKeyRow> for ApiKey {
    fn from(row: store::ApiKeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes.split(',').map(|scope| scope.trim().to_owned()).collect(),
            created_ms: row.created,
            revoked_ms: row.revoked,
        }
    }
}

/// All keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeys {
    pub(crate) keys: Vec<ApiKey>,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeKey {
    pub(crate) key: ApiKey,
    /// The whole key. Shown this once.
    #[schema(pattern = "^fbx_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$")]
    pub(crate) secret: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_vault::Scope;

    #[test]
    fn every_scope_has_its_word() {
        for scope in Scope::ALL {
            let word: ScopeWord = serde_json::from_value(scope.as_str().into()).unwrap();
            assert_eq!(word.inside(), scope);
        }
    }

    #[test]
    fn a_key_has_a_name_and_scopes() {
        let key = |name: &str, scopes| NewKey { name: name.to_owned(), scopes };
        assert!(key("host", vec![ScopeWord::Operate]).check().is_ok());
        assert_eq!(key("", vec![ScopeWord::Operate]).check().unwrap_err().field, "name");
        assert_eq!(key("host", vec![]).check().unwrap_err().field, "scopes");
        assert_eq!(key("host", vec![ScopeWord::Operate; 9]).check().unwrap_err().field, "scopes");
        let twice = key("host", vec![ScopeWord::DaysWrite, ScopeWord::Operate, ScopeWord::DaysWrite]);
        assert_eq!(twice.scopes().unwrap().to_string(), "days:write,operate");
    }
}
