//! Where the keys come from: a file that its owner alone may read, or a variable of the environment.
//!
//! The file is the better one: a variable is seen by child processes and in dumps of a process, and cannot be protected by
//! us. It is there for platforms that hand out secrets in no other way.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Largest key file, in bytes: a thousand keys; anything longer is another file.
const MAX_FILE: usize = 64 * 1024;

/// Where the keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file; on Unix with no rights for group and others.
    File(PathBuf),
    /// The name of a variable of the environment.
    Variable(String),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "key file `{}`", path.display()),
            Self::Variable(name) => write!(f, "variable `{name}`"),
        }
    }
}

/// Why there is no keyring, or not the right one. None of them holds anything of a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("{origin} cannot be read: {error}; a new key is a line from `harness keys new`")]
    Unreadable {
        /// Where the keys should come from.
        origin: KeySource,
        /// What the system says.
        error: io::Error,
    },
    /// The variable is not set, or is no text.
    #[error("{origin} is not set, or is no text: set it to the lines of the keys, newest first")]
    Unset {
        /// Where the keys should come from.
        origin: KeySource,
    },
    /// Others than the owner may read or change the file.
    #[error("{origin} is open to others than its owner (mode {mode:03o}): run `chmod 600` on it")]
    Permissions {
        /// Where the keys come from.
        origin: KeySource,
        /// The rights it has.
        mode: u32,
    },
    /// Over 64 KiB.
    #[error("{origin} is longer than {MAX_FILE} bytes: it is no key file")]
    TooLong {
        /// Where the keys should come from.
        origin: KeySource,
    },
    /// No key in it.
    #[error("{origin} holds no key: put a line from `harness keys new` into it")]
    Empty {
        /// Where the keys should come from.
        origin: KeySource,
    },
    /// A line is no key.
    #[error(
        "line {line} of {origin} is no key: `id:key` with an id of 1 to 32 letters, digits, `-` and `_`, and base64 of \
         32 bytes; `harness keys new` makes one"
    )]
    Line {
        /// Where the keys come from.
        origin: KeySource,
        /// Counted from 1.
        line: usize,
    },
    /// A key of one byte again and again.
    #[error("key `{id}` of {origin} is a placeholder: put a line from `harness keys new` in its place")]
    Placeholder {
        /// Where the keys come from.
        origin: KeySource,
        /// Which key.
        id: String,
    },
    /// Two keys have one id.
    #[error("{origin} holds two keys with the id `{id}`: take out the one that was not used")]
    SameId {
        /// Where the keys come from.
        origin: KeySource,
        /// Their id.
        id: String,
    },
    /// One key has two ids, so changing from one to the other would change nothing.
    #[error("keys `{other}` and `{id}` of {origin} are the same key: put a line from `harness keys new` for the newer")]
    SameKey {
        /// Where the keys come from.
        origin: KeySource,
        /// The later line.
        id: String,
        /// The earlier line.
        other: String,
    },
    /// The canary names a key that is not there.
    #[error("the data is sealed with key `{id}`, which {origin} does not hold: add its line below the first")]
    Missing {
        /// Where the keys come from.
        origin: KeySource,
        /// Which key.
        id: String,
    },
    /// The canary names a key that is there, but with other content; or the canary was changed.
    #[error("key `{id}` of {origin} is not the one the data is sealed with: put back the keys used before")]
    Wrong {
        /// Where the keys come from.
        origin: KeySource,
        /// Which key.
        id: String,
    },
    /// What is kept as the canary is none.
    #[error("what is kept to recognise the keys by is damaged: restore the data from a backup")]
    Canary,
}

impl KeySource {
    pub(super) fn read(&self) -> Result<Zeroizing<String>, KeyError> {
        let text = match self {
            Self::File(path) => self.read_file(path)?,
            Self::Variable(name) => Zeroizing::new(
                std::env::var_os(name)
                    .and_then(|value| value.into_string().ok())
                    .ok_or_else(|| KeyError::Unset { origin: self.clone() })?,
            ),
        };
        if text.len() > MAX_FILE { Err(KeyError::TooLong { origin: self.clone() }) } else { Ok(text) }
    }

    fn read_file(&self, path: &Path) -> Result<Zeroizing<String>, KeyError> {
        let unreadable = |error| KeyError::Unreadable { origin: self.clone(), error };
        let file = File::open(path).map_err(unreadable)?;
        self.check_permissions(&file)?;
        // Room for all of it at once: growing would leave copies of keys behind.
        let mut text = Zeroizing::new(String::with_capacity(MAX_FILE + 64));
        let limit = u64::try_from(MAX_FILE + 1).unwrap_or(u64::MAX);
        file.take(limit).read_to_string(&mut text).map_err(unreadable)?;
        Ok(text)
    }

    /// Asked of the open file, so that it cannot be exchanged between the question and the reading.
    #[cfg(unix)]
    fn check_permissions(&self, file: &File) -> Result<(), KeyError> {
        use std::os::unix::fs::PermissionsExt;

        let metadata = file.metadata().map_err(|error| KeyError::Unreadable { origin: self.clone(), error })?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::Permissions { origin: self.clone(), mode }) }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same signature everywhere")]
    fn check_permissions(&self, _file: &File) -> Result<(), KeyError> {
        Ok(())
    }
}
