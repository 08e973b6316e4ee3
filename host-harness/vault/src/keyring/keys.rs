//! Keys and the lines they are written in.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{KeyError, KeySource};
use crate::random::{self, RandomError};
use crate::secret::Secret;

/// Bytes of a key, given by the cipher.
const KEY: usize = 32;

/// Longest id of a key: room for a date and a word.
const MAX_ID: usize = 32;

/// Random characters in the id of a new key: 40 bits, plenty for the handful that a file ever holds.
const NEW_ID: usize = 8;

/// Standard base64 with or without its padding, since tools differ.
const EITHER_PADDING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One key. No `Debug`: there is nothing to show but the id.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) bytes: Zeroizing<[u8; KEY]>,
}

impl Key {
    pub(super) fn generate_line() -> Result<Secret, RandomError> {
        let id = random::readable::<NEW_ID>()?;
        let bytes = random::bytes::<KEY>()?;
        let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        Ok(Secret::new(format!("{id}:{}", encoded.as_str())))
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, encoded) = text.split_once(':')?;
        let decoded = Zeroizing::new(EITHER_PADDING.decode(encoded.trim()).ok()?);
        let bytes = Zeroizing::new(<[u8; KEY]>::try_from(decoded.as_slice()).ok()?);
        let id = id.trim();
        good_id(id).then(|| Self { id: id.to_owned(), bytes })
    }

    fn is_placeholder(&self) -> bool {
        self.bytes.iter().all(|byte| Some(byte) == self.bytes.first())
    }
}

/// 1 to 32 letters, digits, `-` and `_`: no sign that separates anything.
pub(super) fn good_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// All keys in `text`, in their order. Errors name the line, never what it holds.
pub(super) fn parse(text: &str, origin: &KeySource) -> Result<Vec<Key>, KeyError> {
    let mut keys: Vec<Key> = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split('#').next().unwrap_or_default();
        for entry in content.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let key = Key::parse(entry).ok_or_else(|| KeyError::Line { origin: origin.clone(), line })?;
            if key.is_placeholder() {
                return Err(KeyError::Placeholder { origin: origin.clone(), id: key.id });
            }
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyError::SameId { origin: origin.clone(), id: key.id });
            }
            if let Some(other) = keys.iter().find(|other| other.bytes.ct_eq(key.bytes.as_slice()).into()) {
                return Err(KeyError::SameKey { origin: origin.clone(), id: key.id, other: other.id.clone() });
            }
            keys.push(key);
        }
    }
    Ok(keys)
}
