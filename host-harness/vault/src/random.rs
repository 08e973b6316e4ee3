//! Random bytes from the operating system, and nowhere else: what is made here is worth nothing when it can be guessed.

use zeroize::Zeroizing;

/// The operating system gave no random bytes; nothing was made.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct RandomError(#[from] getrandom::Error);

/// `N` unpredictable bytes, overwritten when dropped.
pub(crate) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, RandomError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

/// Letters and digits that are not taken for one another when read aloud; 32 of them, so that five bits choose one.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `N` random letters and digits: `5 * N` bits.
pub(crate) fn readable<const N: usize>() -> Result<String, RandomError> {
    let bytes = bytes::<N>()?;
    Ok(bytes.iter().filter_map(|byte| READABLE.get(usize::from(byte % 32))).map(|&letter| char::from(letter)).collect())
}
