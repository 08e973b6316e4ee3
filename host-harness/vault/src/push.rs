//! Signatures of what the host pushes to FlexyBox, after the Standard Webhooks specification 1.0
//! (<https://www.standardwebhooks.com>), so that a receiver can check them with a library it finds for its language.
//!
//! Signed are the id, the time and the body, joined by full stops, with HMAC-SHA-256. The reference library for Rust is
//! not used here, only in the tests: it reads the system's clock and has one tolerance, keeps the secret in memory that is
//! not overwritten, and takes an empty secret.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;
use zeroize::Zeroizing;

use crate::mac;
use crate::random::{self, RandomError};
use crate::secret::Secret;

/// Header with the id of the push: the same on every attempt, so that a receiver does a thing once.
pub const HEADER_ID: &str = "webhook-id";
/// Header with the time of this attempt, in seconds since 1970.
pub const HEADER_TIMESTAMP: &str = "webhook-timestamp";
/// Header with the signatures, separated by spaces.
pub const HEADER_SIGNATURE: &str = "webhook-signature";

/// How far a receiver's clock and ours may differ: what the reference libraries take.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// How a secret begins.
const PREFIX: &str = "whsec_";
/// How a signature of this kind begins.
const VERSION: &str = "v1,";
/// Bytes of a secret we make: as many as the signature has.
const NEW_BYTES: usize = 32;
/// Fewest bytes of a secret, by the specification.
const MIN_BYTES: usize = 24;
/// Most bytes of a secret, by the specification; also the block of the hash.
const MAX_BYTES: usize = mac::BLOCK;
/// Longest id, in characters: fits every receiver's column.
const MAX_ID: usize = 255;
/// Most signatures that are looked at: two are sent while a secret is changed, and each costs a hash of the body.
const MAX_SIGNATURES: usize = 8;

/// The secret shared with the receiver of pushes: one for each receiver.
#[derive(Clone)]
pub struct PushSecret(Zeroizing<Vec<u8>>);

impl PushSecret {
    /// A new one, of 32 bytes.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn new() -> Result<Self, RandomError> {
        Ok(Self(Zeroizing::new(random::bytes::<NEW_BYTES>()?.to_vec())))
    }

    /// Reads `whsec_<base64>`.
    ///
    /// # Errors
    ///
    /// No such text, or not 24 to 64 bytes ([`PushError::Secret`]).
    pub fn parse(text: &str) -> Result<Self, PushError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(PushError::Secret)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| PushError::Secret)?);
        if (MIN_BYTES..=MAX_BYTES).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(PushError::Secret) }
    }

    /// `whsec_<base64>`: for the receiver, and to be sealed for the store.
    #[must_use]
    pub fn text(&self) -> Secret {
        let encoded = Zeroizing::new(STANDARD.encode(self.0.as_slice()));
        Secret::new(format!("{PREFIX}{}", encoded.as_str()))
    }

    fn mac(&self, id: &str, timestamp: i64, body: &[u8]) -> impl Mac {
        let mut mac = mac::keyed(&self.0);
        mac.update(id.as_bytes());
        mac.update(format!(".{timestamp}.").as_bytes());
        mac.update(body);
        mac
    }
}

impl fmt::Debug for PushSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushSecret(hidden)")
    }
}

/// The three headers of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSignature {
    id: String,
    timestamp: i64,
    signatures: String,
}

/// Why something cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The text is no secret. It is not repeated.
    #[error("a push secret is `whsec_` and base64 of 24 to 64 bytes: make a new one")]
    Secret,
    /// The id would break the header, or let the border between id and time be moved.
    #[error("the id of a push is 1 to 255 visible ASCII characters without a full stop: choose another id")]
    Id,
}

/// Why a push is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The id in the header is none.
    #[error("header webhook-id is not 1 to 255 visible ASCII characters without a full stop")]
    Id,
    /// The time in the header is none.
    #[error("header webhook-timestamp is not a whole number of seconds since 1970")]
    Timestamp,
    /// Sent too long ago, or in the future: an old push played again, or clocks that differ.
    #[error("the push was sent {seconds} s away from now, which is more than allowed: compare the two clocks")]
    Time {
        /// How far the times are apart, whichever is first.
        seconds: u64,
    },
    /// None of the signatures is of this secret, id, time and body.
    #[error("no signature fits: compare the secret, and check the body as it came, before it is parsed")]
    Signature,
}

impl PushSignature {
    /// Signs `body` as it goes out, byte by byte, sent at `timestamp` (seconds since 1970).
    ///
    /// # Errors
    ///
    /// [`PushError::Id`].
    pub fn sign(secret: &PushSecret, id: &str, timestamp: i64, body: &[u8]) -> Result<Self, PushError> {
        if !good_id(id) {
            return Err(PushError::Id);
        }
        Ok(Self { id: id.to_owned(), timestamp, signatures: one(secret, id, timestamp, body) })
    }

    /// Adds the signature of a second secret, for the time in which a receiver changes from one to the other.
    #[must_use]
    pub fn also_signed(mut self, secret: &PushSecret, body: &[u8]) -> Self {
        self.signatures = format!("{} {}", self.signatures, one(secret, &self.id, self.timestamp, body));
        self
    }

    /// Names and values of the headers to send.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            (HEADER_ID, self.id.clone()),
            (HEADER_TIMESTAMP, self.timestamp.to_string()),
            (HEADER_SIGNATURE, self.signatures.clone()),
        ]
    }

    /// What came in: the values of [`HEADER_ID`], [`HEADER_TIMESTAMP`] and [`HEADER_SIGNATURE`].
    ///
    /// # Errors
    ///
    /// [`VerifyError::Id`], [`VerifyError::Timestamp`].
    pub fn from_headers(id: &str, timestamp: &str, signatures: &str) -> Result<Self, VerifyError> {
        if !good_id(id) {
            return Err(VerifyError::Id);
        }
        let timestamp = timestamp.parse().map_err(|_| VerifyError::Timestamp)?;
        Ok(Self { id: id.to_owned(), timestamp, signatures: signatures.to_owned() })
    }

    /// For receivers: whether one of the first eight signatures is `secret`'s, and the push was sent within `tolerance` of
    /// `now` (seconds since 1970). The comparison takes the same time for every wrong signature.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Time`], [`VerifyError::Signature`].
    pub fn verify(&self, secret: &PushSecret, body: &[u8], now: i64, tolerance: Duration) -> Result<(), VerifyError> {
        let seconds = now.abs_diff(self.timestamp);
        if seconds > tolerance.as_secs() {
            return Err(VerifyError::Time { seconds });
        }
        let fits = |text: &str| {
            let presented = text.strip_prefix(VERSION).and_then(|encoded| STANDARD.decode(encoded).ok());
            presented.is_some_and(|bytes| secret.mac(&self.id, self.timestamp, body).verify_slice(&bytes).is_ok())
        };
        if self.signatures.split(' ').take(MAX_SIGNATURES).any(fits) { Ok(()) } else { Err(VerifyError::Signature) }
    }
}

fn one(secret: &PushSecret, id: &str, timestamp: i64, body: &[u8]) -> String {
    let signature = secret.mac(id, timestamp, body).finalize().into_bytes();
    format!("{VERSION}{}", STANDARD.encode(signature))
}

fn good_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}
