//! SHA-256, which people compare, and how it is written.

use sha2::Digest as _;
use std::fmt::Write as _;

/// SHA-256 of some bytes.
pub type Sha256 = [u8; 32];

pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> Sha256 {
    sha2::Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
