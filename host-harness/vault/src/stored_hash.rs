//! What the store keeps of a secret that is only ever compared.
//!
//! SHA-256 once, without salt: the secrets are 256 random bits, so there is nothing to guess and no table to prepare.
//! A slow hash (argon2, bcrypt) makes *guessing* dear, which protects a password that a person chose; here it would
//! protect nothing and cost its time on every call.

use std::fmt;
use std::marker::PhantomData;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The SHA-256 of a secret `Of` some kind; hashes of different kinds cannot be compared. `==` takes the same time wherever
/// the first difference is.
///
/// Looking one up through a database index is fine: whoever measures that learns something about a hash, not about what was
/// hashed, and cannot choose a text by its hash.
pub struct StoredHash<Of> {
    bytes: [u8; 32],
    of: PhantomData<fn() -> Of>,
}

/// A text or bytes that are no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored hash is 32 bytes, or 64 hexadecimal digits in lower case: restore it from a backup")]
pub struct HashError;

impl<Of> StoredHash<Of> {
    pub(crate) fn of_text(text: &str) -> Self {
        Self::from_bytes(Sha256::digest(text.as_bytes()).into())
    }

    /// The hash as it was stored with [`as_bytes`](Self::as_bytes).
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, of: PhantomData }
    }

    /// For the store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn hex(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads what [`hex`](Self::hex) wrote.
    ///
    /// # Errors
    ///
    /// Anything but 64 hexadecimal digits in lower case.
    pub fn from_hex(text: &str) -> Result<Self, HashError> {
        let lower = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if text.len() != 64 || !text.as_bytes().iter().all(lower) {
            return Err(HashError);
        }
        let mut bytes = [0; 32];
        for (place, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| HashError)?;
            *place = u8::from_str_radix(digits, 16).map_err(|_| HashError)?;
        }
        Ok(Self::from_bytes(bytes))
    }
}

impl<Of> TryFrom<&[u8]> for StoredHash<Of> {
    type Error = HashError;

    fn try_from(bytes: &[u8]) -> Result<Self, HashError> {
        bytes.try_into().map(Self::from_bytes).map_err(|_| HashError)
    }
}

impl<Of> Clone for StoredHash<Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Of> Copy for StoredHash<Of> {}

impl<Of> PartialEq for StoredHash<Of> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl<Of> Eq for StoredHash<Of> {}

impl<Of> fmt::Debug for StoredHash<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredHash(hidden)")
    }
}
