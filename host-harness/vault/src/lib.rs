//! What the accounting host keeps secret, in one place, so that it can be read in one sitting.
//!
//! | what | kept as | module |
//! |---|---|---|
//! | secret setting values | sealed with a key that is not in the database | [`Keyring`] |
//! | the token of a webhook link | its hash, and a sealed copy to show the link again | [`Token`] |
//! | keys of the API's users | their hash only | [`ApiKey`], [`Scope`] |
//! | the secret that signs pushes | sealed | [`PushSecret`], [`PushSignature`] |
//!
//! It knows no database, no HTTP and no clock: the caller stores the texts, reads the headers and says what time it is.
//! What it trades away for that: it cannot see whether a hash was looked up, a canary checked or a value re-sealed.
//!
//! Nothing secret is in an error or in what `Debug` prints, and memory that held a secret is overwritten when it is
//! given back. The latter is best effort: a copy that the caller, the allocator or the system made stays out of reach.

mod api_key;
mod keyring;
mod mac;
mod push;
mod random;
mod scope;
mod secret;
mod stored_hash;
mod token;

pub use api_key::{ApiKey, ApiKeyError, ApiKeyHash};
pub use keyring::{KeyError, KeySource, Keyring, MAX_PLAIN, OpenError, ResealError, SealError};
pub use push::{
    DEFAULT_TOLERANCE, HEADER_ID, HEADER_SIGNATURE, HEADER_TIMESTAMP, PushError, PushSecret, PushSignature, VerifyError,
};
pub use random::RandomError;
pub use scope::{Scope, ScopeError, Scopes};
pub use secret::Secret;
pub use stored_hash::{HashError, StoredHash};
pub use token::{Token, TokenError, TokenHash};
