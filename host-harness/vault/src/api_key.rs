//! Keys of those who call the host's API: `fbx_<id>_<secret>`, sent as a bearer token.
//!
//! The prefix lets scanners of source code find a key that was checked in by mistake. The id is no secret: logs and lists
//! name a key by it. The text is hashed as soon as it is read, so an [`ApiKey`] holds nothing that must be kept from a log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};
use crate::secret::Secret;
use crate::stored_hash::StoredHash;

/// What the store keeps of an [`ApiKey`], beside its id.
pub type ApiKeyHash = StoredHash<ApiKey>;

/// How every key begins.
const PREFIX: &str = "fbx_";

/// Characters of an id: 60 random bits, so that two keys alike are not to be expected; the store refuses them anyway.
const ID_CHARS: usize = 12;

/// Bytes of the secret: 256 bits, which is why its hash need not be slow.
const SECRET_BYTES: usize = 32;

/// A key that was made or presented: its id and the hash of its whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    id: String,
    hash: ApiKeyHash,
}

/// A text that is no key. The text itself is not told: it may be one with a typing error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an API key looks like `fbx_`, 12 characters, `_`, 43 characters: copy the whole key, or make a new one")]
pub struct ApiKeyError;

impl ApiKey {
    /// A new key, and its text: to be shown once, since it cannot be had again.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn new() -> Result<(Self, Secret), RandomError> {
        let id = random::readable::<ID_CHARS>()?;
        let bytes = random::bytes::<SECRET_BYTES>()?;
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()));
        let text = Secret::new(format!("{PREFIX}{id}_{}", secret.as_str()));
        let hash = ApiKeyHash::of_text(text.expose());
        Ok((Self { id, hash }, text))
    }

    /// A key as somebody presents it, without the word `Bearer`. Whether it is a good one, [`verify`](Self::verify) says.
    ///
    /// # Errors
    ///
    /// The text has not the form of a key.
    pub fn parse(text: &str) -> Result<Self, ApiKeyError> {
        let rest = text.strip_prefix(PREFIX).ok_or(ApiKeyError)?;
        let (id, rest) = rest.split_at_checked(ID_CHARS).ok_or(ApiKeyError)?;
        let secret = rest.strip_prefix('_').ok_or(ApiKeyError)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(secret).map_err(|_| ApiKeyError)?);
        let plain_id = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !plain_id || bytes.len() != SECRET_BYTES {
            return Err(ApiKeyError);
        }
        Ok(Self { id: id.to_owned(), hash: ApiKeyHash::of_text(text) })
    }

    /// 12 lower-case letters and digits; no secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// For the store.
    #[must_use]
    pub fn hash(&self) -> ApiKeyHash {
        self.hash
    }

    /// Whether this is the key that `stored` was kept of, in a time that tells nothing. `stored` is found by
    /// [`id`](Self::id); where there is none, the answer is the same as for a wrong secret: no.
    #[must_use]
    pub fn verify(&self, stored: &ApiKeyHash) -> bool {
        self.hash == *stored
    }
}
