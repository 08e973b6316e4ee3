//! Sealing of secret values at rest.
//!
//! XChaCha20-Poly1305 with a random nonce of 24 bytes: no counter has to be kept, however many processes write. A sealed
//! value is bound to the place it belongs to and to the key's id, so it opens nowhere else; whoever can write to the
//! database can still put back an *older* value of the same place, and can see how long a value is.
//!
//! The keys are not in the database: a backup of one without the other is worth nothing to a thief, nor to its owner.

mod canary;
mod keys;
mod sealed;
mod source;

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::Mac;
use zeroize::Zeroize;

use crate::mac;
use crate::random::{self, RandomError};
use crate::secret::Secret;
use keys::Key;
use sealed::Sealed;

pub use source::{KeyError, KeySource};

/// Longest text that is sealed, in bytes: a certificate with its key fits many times; anything longer is no setting.
pub const MAX_PLAIN: usize = 64 * 1024;

/// The keys, newest first. The first one seals; all of them open.
pub struct Keyring {
    origin: KeySource,
    current: Key,
    older: Vec<Key>,
}

/// Why a value was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It was not said what the value is about, so it could be moved to any place.
    #[error("a value is sealed for a place, and none was given: name the installation and the setting")]
    NoPlace,
    /// Over [`MAX_PLAIN`].
    #[error("the secret value of `{about}` is {length} bytes long, more than {MAX_PLAIN}: shorten it")]
    TooLong {
        /// What the value is about.
        about: String,
        /// Its length in bytes.
        length: usize,
    },
    /// No nonce could be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The cipher refused; with a value under [`MAX_PLAIN`] it has no reason to.
    #[error("the secret value of `{about}` cannot be encrypted")]
    Cipher {
        /// What the value is about.
        about: String,
    },
}

/// Why a sealed value was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It has not the form of a sealed value, or that of a later version.
    #[error("what is kept for `{about}` is not a sealed value of this version: enter the value again")]
    Form {
        /// What the value is about.
        about: String,
    },
    /// Its key is not in the keyring.
    #[error(
        "the secret value of `{about}` is sealed with key `{id}`, which is missing: add the line of that key to {origin}"
    )]
    MissingKey {
        /// What the value is about.
        about: String,
        /// The id of the key that is missing.
        id: String,
        /// Where the keys come from.
        origin: KeySource,
    },
    /// It was changed, belongs to another place, or was sealed with another key of the same id.
    #[error(
        "the secret value of `{about}` does not open with key `{id}`: it was changed or moved, or that key is another \
         one; restore the value, or enter it again"
    )]
    Refused {
        /// What the value is about.
        about: String,
        /// The id of the key that was tried.
        id: String,
    },
}

/// Why a value was not sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    /// It did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It was not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Keyring {
    /// Reads the keys: one a line, `id:base64 of 32 bytes`, the current one first. Empty lines and what follows a `#` are
    /// passed over; a comma serves as an end of line, for variables that have only one.
    ///
    /// # Errors
    ///
    /// There is nothing to read, a file that others than its owner may read (on Unix; elsewhere this is not looked at), a
    /// line that is no key, an id or a key twice, a key that is a placeholder.
    pub fn from_source(source: &KeySource) -> Result<Self, KeyError> {
        let text = source.read()?;
        let mut keys = keys::parse(&text, source)?.into_iter();
        let current = keys.next().ok_or_else(|| KeyError::Empty { origin: source.clone() })?;
        Ok(Self { origin: source.clone(), current, older: keys.collect() })
    }

    /// A new key as a line for the file, to be put before the others.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn generate_line() -> Result<Secret, RandomError> {
        Key::generate_line()
    }

    /// Seals `plain` with the current key, for the place `about` and no other. `about` is no secret: errors name it.
    /// Two sealings of the same text differ.
    ///
    /// # Errors
    ///
    /// [`SealError`].
    pub fn seal(&self, about: &str, plain: &str) -> Result<String, SealError> {
        if about.is_empty() {
            return Err(SealError::NoPlace);
        }
        if plain.len() > MAX_PLAIN {
            return Err(SealError::TooLong { about: about.to_owned(), length: plain.len() });
        }
        let nonce = *random::bytes::<{ sealed::NONCE }>()?;
        let key = &self.current;
        let place = sealed::bound_to(&key.id, about);
        let cipher = XChaCha20Poly1305::new(&(*key.bytes).into());
        let encrypted = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain.as_bytes(), aad: &place })
            .map_err(|_| SealError::Cipher { about: about.to_owned() })?;
        Ok(sealed::text(&key.id, &nonce, &encrypted))
    }

    /// Opens what [`seal`](Self::seal) gave for the same `about`, with whichever key it names.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn open(&self, about: &str, sealed: &str) -> Result<Secret, OpenError> {
        let parts = Sealed::parse(sealed).ok_or_else(|| OpenError::Form { about: about.to_owned() })?;
        let Some(key) = self.key(parts.key_id) else {
            let (id, origin) = (parts.key_id.to_owned(), self.origin.clone());
            return Err(OpenError::MissingKey { about: about.to_owned(), id, origin });
        };
        let refused = || OpenError::Refused { about: about.to_owned(), id: key.id.clone() };
        let place = sealed::bound_to(&key.id, about);
        let cipher = XChaCha20Poly1305::new(&(*key.bytes).into());
        let plain = cipher
            .decrypt(&XNonce::from(parts.nonce), Payload { msg: &parts.encrypted, aad: &place })
            .map_err(|_| refused())?;
        let text = String::from_utf8(plain).map_err(|error| {
            error.into_bytes().zeroize();
            refused()
        })?;
        Ok(Secret::new(text))
    }

    /// Whether `sealed` names the current key; if not, [`reseal`](Self::reseal) it.
    #[must_use]
    pub fn is_current(&self, sealed: &str) -> bool {
        Self::key_id(sealed) == Some(self.current.id.as_str())
    }

    /// The same value sealed with the current key, or nothing where it is that already. An old key may be taken out when
    /// no sealed value, and no backup that is to be restored, [names it](Self::key_id).
    ///
    /// # Errors
    ///
    /// [`ResealError`].
    pub fn reseal(&self, about: &str, sealed: &str) -> Result<Option<String>, ResealError> {
        let plain = self.open(about, sealed)?;
        Ok(if self.is_current(sealed) { None } else { Some(self.seal(about, plain.expose())?) })
    }

    /// The id of the key that `sealed` names, or nothing where it is no sealed value.
    #[must_use]
    pub fn key_id(sealed: &str) -> Option<&str> {
        Sealed::parse(sealed).map(|parts| parts.key_id)
    }

    /// The ids of all keys, newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys().map(|key| key.id.as_str())
    }

    /// What two people read to one another to find out whether they hold the same current key: its id and 16 hexadecimal
    /// digits, from which the key cannot be had.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut mac = mac::keyed(self.current.bytes.as_slice());
        mac.update(b"accounting-vault fingerprint");
        let digits: String = mac.finalize().into_bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}:{digits}", self.current.id)
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }

    fn key(&self, id: &str) -> Option<&Key> {
        self.keys().find(|key| key.id == id)
    }
}

/// The ids, and where the keys come from.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.ids().collect();
        f.debug_struct("Keyring").field("origin", &self.origin).field("ids", &ids).finish_non_exhaustive()
    }
}
