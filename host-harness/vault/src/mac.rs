//! HMAC-SHA-256 without a way to fail.

use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The block of SHA-256, in bytes: a shorter key is filled up with zeros, by the definition of HMAC.
pub(crate) const BLOCK: usize = 64;

/// Ready to take in what is signed with `key`, which is at most [`BLOCK`] bytes: the callers' types see to that.
pub(crate) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; BLOCK]);
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    Hmac::new(&(*block).into())
}
