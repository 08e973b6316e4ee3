//! The text form of a sealed value: `v1.<key id>.<base64url(nonce, ciphertext, tag)>`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::keys;

/// Bytes of the nonce of XChaCha20: long enough that random ones do not meet.
pub(super) const NONCE: usize = 24;

/// Names cipher and form; another of either gets another number.
const VERSION: &str = "v1";

/// A sealed value taken apart; nothing is verified yet.
pub(super) struct Sealed<'a> {
    pub(super) key_id: &'a str,
    pub(super) nonce: [u8; NONCE],
    pub(super) encrypted: Vec<u8>,
}

impl<'a> Sealed<'a> {
    /// Of every sealed value there is one spelling; the rest is refused here.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (key_id, encoded) = text.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok().filter(|_| keys::good_id(key_id))?;
        let (nonce, encrypted) = bytes.split_first_chunk()?;
        Some(Self { key_id, nonce: *nonce, encrypted: encrypted.to_vec() })
    }
}

pub(super) fn text(key_id: &str, nonce: &[u8; NONCE], encrypted: &[u8]) -> String {
    let encoded = URL_SAFE_NO_PAD.encode([nonce.as_slice(), encrypted].concat());
    format!("{VERSION}.{key_id}.{encoded}")
}

/// What is authenticated beside the value: form, key and place. Neither of the first two can hold a zero byte, so no two
/// combinations come out alike.
pub(super) fn bound_to(key_id: &str, about: &str) -> Vec<u8> {
    format!("accounting-vault {VERSION}\0{key_id}\0{about}").into_bytes()
}
