//! The unguessable part of a webhook link.
//!
//! The accounting system cannot sign its calls, so knowing the link is the only proof a call carries. The hash finds the
//! installation when a call comes in; a copy sealed by the [`Keyring`](crate::Keyring) lets the link be shown to the
//! connector again, so that it can be registered and compared.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::random::{self, RandomError};
use crate::secret::Secret;
use crate::stored_hash::StoredHash;

/// What the store keeps of a [`Token`].
pub type TokenHash = StoredHash<Token>;

/// Bytes of a token: 256 bits, so that no number of tries finds one.
const BYTES: usize = 32;

/// A token of 43 characters that stand in an address as they are (base64url without padding).
#[derive(Clone, Debug)]
pub struct Token(Secret);

/// A text that is no token. The text itself is not told: it may be one with a typing error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link's token is 43 letters, digits, `-` and `_`: make a new link")]
pub struct TokenError;

impl Token {
    /// A new one.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn new() -> Result<Self, RandomError> {
        let bytes = random::bytes::<BYTES>()?;
        Ok(Self(Secret::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// A token as [`text`](Self::text) gave it, for instance from its sealed copy or from the address of a call.
    ///
    /// # Errors
    ///
    /// Anything else: of each token there is one spelling.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let bytes = zeroize::Zeroizing::new(URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError)?);
        if bytes.len() == BYTES { Ok(Self(Secret::new(text.to_owned()))) } else { Err(TokenError) }
    }

    /// For the link.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose()
    }

    /// For the store, and to find out whose call came in.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of_text(self.text())
    }
}
