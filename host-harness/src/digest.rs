//! SHA-256, which people compare, and how it is written.

use sha2::Digest as _;
use std::fmt::Write as _;

/// SHA-256 of some bytes.
pub type Sha256 = [u8; 32];

/// The SHA-256 of some bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> Sha256 {
    sha2::Sha256::digest(bytes).into()
}

/// The SHA-256 of several texts, in order. Their lengths are mixed in, so that no two different rows of texts are the same to it.
pub fn sha256_of_all<'t>(texts: impl IntoIterator<Item = &'t str>) -> Sha256 {
    let mut hash = sha2::Sha256::new();
    for text in texts {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

/// Lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_others_write_it() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hexadecimal(&sha256("")), empty);
    }

    #[test]
    fn where_one_text_ends_makes_a_difference() {
        assert_ne!(sha256_of_all(["ab", "c"]), sha256_of_all(["a", "bc"]));
        assert_ne!(sha256_of_all(["a"]), sha256_of_all(["a", ""]));
        assert_eq!(sha256_of_all(["a"]), sha256(b"\0\0\0\0\0\0\0\x01a"));
    }
}
