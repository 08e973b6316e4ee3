//! Randomness from the system.

use crate::error::ServiceError;

/// Sixteen hexadecimal digits.
pub(crate) fn hex16() -> Result<String, ServiceError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| ServiceError::internal(format!("the system gives no randomness: {error}")))?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
}

/// A number from the whole range; where the system gives none, the middle of it: a wait is then merely not spread.
pub(crate) fn number() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_be_bytes(bytes),
        Err(_) => u64::MAX / 2,
    }
}
