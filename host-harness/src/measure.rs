//! What a measurement is told by: spreads of times, and ratios, in whole numbers.
//!
//! A mean says little of times: one pause of the machine moves it. So times are told by their places: what half of them, nine
//! in ten, all but one in a hundred do not exceed.

use serde_json::{Value, json};
use std::time::Duration;

/// A time in nanoseconds; at most what 64 bits hold, some 584 years.
pub fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Many times, all in one unit: nanoseconds unless whoever measures says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread(Vec<u64>);

impl Spread {
    /// From times in any order.
    pub fn new(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many per cent of all do not exceed, 100 for the longest; 0 when there are none.
    pub fn at_per_cent(&self, per_cent: usize) -> u64 {
        let place = self.0.len().saturating_mul(per_cent).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// The time that half of all do not exceed; 0 when there are none.
    pub fn median(&self) -> u64 {
        self.at_per_cent(50)
    }

    /// The longest; 0 when there are none.
    pub fn max(&self) -> u64 {
        self.0.last().copied().unwrap_or_default()
    }

    /// Of times in nanoseconds: `count`, `p10_ns`, `p50_ns`, `p90_ns`, `p99_ns`.
    pub fn nanoseconds_json(&self) -> Value {
        json!({
            "count": self.count(),
            "p10_ns": self.at_per_cent(10),
            "p50_ns": self.median(),
            "p90_ns": self.at_per_cent(90),
            "p99_ns": self.at_per_cent(99),
        })
    }
}

/// `part` in thousandths of `whole`, cut off; 0 where there is no whole.
pub fn per_mille(part: u64, whole: u64) -> u64 {
    let thousandths = (u128::from(part) * 1_000).checked_div(u128::from(whole)).unwrap_or_default();
    u64::try_from(thousandths).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_of_a_hundred_knows_its_places() {
        let spread = Spread::new((1..=100).rev().collect());
        let places = [1, 10, 50, 90, 99, 100].map(|per_cent| spread.at_per_cent(per_cent));
        assert_eq!(places, [1, 10, 50, 90, 99, 100]);
        assert_eq!((spread.count(), spread.median(), spread.max()), (100, 50, 100));
    }

    #[test]
    fn a_spread_of_one_or_none_has_them_too() {
        assert_eq!((Spread::new(vec![7]).at_per_cent(1), Spread::new(vec![7]).at_per_cent(99)), (7, 7));
        assert_eq!((Spread::default().at_per_cent(99), Spread::default().max()), (0, 0));
        assert_eq!(Spread::new(vec![1, 2, 3]).median(), 2);
    }

    #[test]
    fn a_place_beyond_all_is_none() {
        assert_eq!(Spread::new(vec![7]).at_per_cent(usize::MAX), 0);
    }

    #[test]
    fn is_told_in_nanoseconds() {
        let told = Spread::new((1..=10).collect()).nanoseconds_json();
        assert_eq!(told, json!({"count": 10, "p10_ns": 1, "p50_ns": 5, "p90_ns": 9, "p99_ns": 10}));
    }

    #[test]
    fn a_ratio_is_in_thousandths_and_of_nothing_is_none() {
        assert_eq!((per_mille(3, 2), per_mille(7, 7), per_mille(5, 0)), (1_500, 1_000, 0));
        assert_eq!((per_mille(u64::MAX, u64::MAX), per_mille(u64::MAX, 1)), (1_000, u64::MAX));
    }
}
