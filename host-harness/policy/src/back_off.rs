//! How long to wait: exponential back-off with full jitter, in whole numbers.
//!
//! Full jitter draws from the whole window, down to nothing, so that thousands of events that failed together do not come
//! back together. What is lost is that one event may come back at once; the next window is twice as large.

/// No window is larger: 15 minutes, so that a mended accounting system is noticed within a coffee break.
pub const BACK_OFF_CAP_MS: u64 = 15 * 60 * 1_000;

/// No wait that a connector asks for is longer: 24 hours, a budget day, so that none can put work off for years.
pub const RETRY_AFTER_CAP_MS: u64 = 24 * 60 * 60 * 1_000;

/// The window of the `nth` try, 1 being the first: `base_ms`, doubled with each try after it, at most
/// [`BACK_OFF_CAP_MS`].
#[must_use]
pub const fn window(base_ms: u64, nth: u16) -> u64 {
    let doublings = nth.saturating_sub(1);
    // From 64 doublings on nothing of a number is left; any base but 0 is far past the cap by then.
    let factor = match 1_u64.checked_shl(doublings as u32) {
        Some(factor) => factor,
        None => u64::MAX,
    };
    let wide = base_ms.saturating_mul(factor);
    if wide < BACK_OFF_CAP_MS { wide } else { BACK_OFF_CAP_MS }
}

/// A number in `0..=window_ms`, evenly drawn by `random`, a number from the whole range of `u64`. A larger `random` never
/// gives a smaller one.
#[must_use]
pub fn jitter(window_ms: u64, random: u64) -> u64 {
    let product = u128::from(random) * (u128::from(window_ms) + 1);
    u64::try_from(product >> u64::BITS).unwrap_or(window_ms)
}
