//! API keys: made, listed, taken back, recognised.

use crate::error::{Refusal, ServiceError};
use crate::service::Service;
use accounting_store::{ApiKeyRow, Change, Write};
use accounting_vault::{ApiKey, ApiKeyHash, Scopes};

/// The longest name of a key, in characters.
const LONGEST_NAME: usize = 100;

impl Service {
    /// A new API key; its text is shown this once.
    ///
    /// # Errors
    /// The name is empty or too long; the store cannot keep it now.
    pub async fn new_api_key(&self, name: &str, scopes: &Scopes) -> Result<(ApiKeyRow, String), ServiceError> {
        let characters = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&characters) {
            let message = format!("the name of a key has 1 to {LONGEST_NAME} characters, not {characters}");
            return Err(ServiceError::invalid("wrong-name", message).about("name"));
        }
        let (key, text) = ApiKey::new()?;
        let row = ApiKeyRow {
            id: key.id().to_owned(),
            name: name.to_owned(),
            hash: key.hash().hex(),
            scopes: scopes.to_string(),
            created: self.now(),
            revoked: None,
        };
        let writes = vec![Write::PutApiKey(row.clone())];
        self.commit(Change { writes, ..Change::default() }).await?;
        Ok((row, text.expose().to_owned()))
    }

    /// All API keys, without their secrets.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyRow>, ServiceError> {
        Ok(self.store().api_keys().await?)
    }

    /// Take a key back.
    ///
    /// # Errors
    /// There is no such key.
    pub async fn revoke_api_key(&self, key: &str) -> Result<(), ServiceError> {
        if self.api_keys().await?.iter().all(|row| row.id != key) {
            let message = format!("there is no API key {key}");
            return Err(ServiceError::new(Refusal::NotFound, "unknown-key", message));
        }
        let writes = vec![Write::RevokeApiKey { id: key.to_owned(), at: self.now() }];
        self.commit(Change { writes, ..Change::default() }).await
    }

    /// What a presented key may do; none when it is unknown, wrong or taken back.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn scopes_of(&self, key: &ApiKey) -> Result<Option<Scopes>, ServiceError> {
        let rows = self.api_keys().await?;
        let Some(row) = rows.iter().find(|row| row.id == key.id() && row.revoked.is_none()) else { return Ok(None) };
        let unreadable = |what: String| ServiceError::internal(format!("API key {} as it is kept: {what}", row.id));
        let hash = ApiKeyHash::from_hex(&row.hash).map_err(|error| unreadable(error.to_string()))?;
        if !key.verify(&hash) {
            return Ok(None);
        }
        row.scopes.parse().map(Some).map_err(|error: accounting_vault::ScopeError| unreadable(error.to_string()))
    }
}
