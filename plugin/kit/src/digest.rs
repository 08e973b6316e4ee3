//! Digests of texts, the same in every version: what differs by accident is told apart, not what differs by malice, so a
//! fast hash serves. It is FNV-1a.

use core::hash::Hasher as _;
use fnv::FnvHasher;

/// Hashes texts so that no two lists of texts run together.
pub struct Digest;

impl Digest {
    /// The digest of a list of texts.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t &'t str>) -> u64 {
        let mut hash = FnvHasher::default();
        for text in texts {
            hash.write(text.as_bytes());
            hash.write_u8(0xff);
        }
        hash.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_do_not_run_together() {
        assert_ne!(Digest::of(&["ab", "c"]), Digest::of(&["a", "bc"]));
        assert_ne!(Digest::of(&["a"]), Digest::of(&["a", ""]));
    }
}
