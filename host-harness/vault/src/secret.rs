//! A text that must not be shown by accident.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text in memory: overwritten when dropped, and not shown by `Debug`. It has no `Display`, so that every place
/// that reads it says [`expose`](Self::expose).
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes `text` over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Not for logs, errors or command lines.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}
