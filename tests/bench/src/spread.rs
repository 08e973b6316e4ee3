//! Many times of the same thing, in nanoseconds.

use serde_json::{Value, json};
use std::time::Duration;

/// Times in order.
#[derive(Debug, Clone, Default)]
pub struct Spread(Vec<u64>);

impl Spread {
    /// From times in any order.
    pub fn of(times: &[Duration]) -> Self {
        let mut all: Vec<u64> = times.iter().map(|time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)).collect();
        all.sort_unstable();
        Self(all)
    }

    /// The time that so many per cent of all do not exceed; 0 when there are none.
    pub fn at_per_cent(&self, per_cent: usize) -> u64 {
        let place = self.0.len().saturating_mul(per_cent).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// The median in thousandths of another's; 0 where there is no other.
    pub fn per_mille_of(&self, other: &Self) -> u64 {
        self.at_per_cent(50).saturating_mul(1_000).checked_div(other.at_per_cent(50)).unwrap_or_default()
    }

    /// `count`, `p10_ns`, `p50_ns`, `p99_ns`.
    pub fn json(&self) -> Value {
        json!({
            "count": self.0.len(),
            "p10_ns": self.at_per_cent(10),
            "p50_ns": self.at_per_cent(50),
            "p99_ns": self.at_per_cent(99),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_knows_its_places_and_its_ratio() {
        let spread =
            |times: &[u64]| Spread::of(&times.iter().map(|time| Duration::from_nanos(*time)).collect::<Vec<_>>());
        let hundred = spread(&(1..=100).rev().collect::<Vec<_>>());
        assert_eq!((hundred.at_per_cent(10), hundred.at_per_cent(50), hundred.at_per_cent(99)), (10, 50, 99));
        assert_eq!(spread(&[9]).per_mille_of(&spread(&[2])), 4_500);
        assert_eq!(spread(&[9]).per_mille_of(&Spread::default()), 0);
    }
}
