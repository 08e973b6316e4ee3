//! The canary: a known word that is sealed with a key and kept beside the data, so that a start with another key is
//! refused before anything is touched. Without it the first sign would be a value that does not open, in the middle of
//! work, or new values sealed with a key that the old ones do not share.

use super::{KeyError, Keyring, OpenError, SealError};

const ABOUT: &str = "accounting-vault/canary";
const WORD: &str = "these are the keys";

impl Keyring {
    /// A canary of the current key. Keep one for each key that values are sealed with: a new one whenever none of those
    /// kept [is current](Self::is_current), and each until no value names its key.
    ///
    /// # Errors
    ///
    /// [`SealError`].
    pub fn canary(&self) -> Result<String, SealError> {
        self.seal(ABOUT, WORD)
    }

    /// Whether the key that `canary` names is in the keyring and is the same key as then.
    ///
    /// # Errors
    ///
    /// [`KeyError::Missing`], [`KeyError::Wrong`], [`KeyError::Canary`].
    pub fn check_canary(&self, canary: &str) -> Result<(), KeyError> {
        let origin = self.origin.clone();
        match self.open(ABOUT, canary) {
            Ok(word) if word.expose() == WORD => Ok(()),
            Ok(_) | Err(OpenError::Form { .. }) => Err(KeyError::Canary),
            Err(OpenError::MissingKey { id, .. }) => Err(KeyError::Missing { origin, id }),
            Err(OpenError::Refused { id, .. }) => Err(KeyError::Wrong { origin, id }),
        }
    }
}
