//! Digests of lines: the voucher number of a report, and the fingerprint by which a day is known again.
//!
//! Their values never change from one version to the next, as the voucher of a day must not.

use crate::digest::Digest;

/// Voucher numbers begin here: nine digits, out of the way of the numbers people and number series use.
const FIRST_VOUCHER: u64 = 100_000_000;
/// How many voucher numbers there are: all of nine digits.
const VOUCHERS: u64 = 900_000_000;

/// The voucher number (bilagsnummer) of one revision of a report: nine digits, the same on every attempt.
///
/// Two reports of the same day share a number once in 900 million pairs.
pub fn voucher_of(report_id: &str, revision: u32) -> u64 {
    FIRST_VOUCHER + Digest::of(&[report_id, revision.to_string().as_str()]) % VOUCHERS
}

/// A digest of a set of lines, whatever their order: one half for every detail, one for the sums on each account, which
/// stay the same when the accounting system splits a line in two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fingerprint {
    details: u64,
    sums: u64,
}

impl Fingerprint {
    /// Add a line: the texts that tell its account, all other texts, its amount in minor units.
    pub fn add(&mut self, account: &[&str], details: &[&str], amount: i64) {
        let own = Digest::of(account);
        let minor = amount.to_string();
        let all = Digest::of(account.iter().chain(details).chain(&[minor.as_str()]));
        self.details = self.details.wrapping_add(all);
        // Two's complement: a negative amount takes away what the positive one adds.
        self.sums = self.sums.wrapping_add(own.wrapping_mul(amount.cast_unsigned()));
    }

    /// Whether the sums on each account are the same, whatever the lines.
    pub fn same_sums(self, other: Self) -> bool {
        self.sums == other.sums
    }

    /// Both together: all lines of one and all of the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { details: self.details.wrapping_add(other.details), sums: self.sums.wrapping_add(other.sums) }
    }

    /// As the host keeps it.
    pub fn to_text(self) -> String {
        let mut out = self.details.to_string();
        out.push('-');
        out.push_str(&self.sums.to_string());
        out
    }

    /// What the host kept; `None` when it is not a fingerprint.
    pub fn from_text(text: &str) -> Option<Self> {
        let (details, sums) = text.split_once('-')?;
        Some(Self { details: details.parse().ok()?, sums: sums.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_voucher_never_changes_from_one_version_to_the_next() {
        let report = "Z-2026-11-24-HAL";
        assert_eq!(voucher_of(report, 1), VOUCHER_1);
        assert_ne!(voucher_of(report, 2), voucher_of(report, 1));
    }

    /// Worked out once; if it moves, days that are in the books are not known again.
    const VOUCHER_1: u64 = 563_451_601;

    proptest! {
        #[test]
        fn order_does_not_count_and_splitting_keeps_the_sums(
            mut lines in proptest::collection::vec(("[0-9]{1,4}", "[a-z]{0,3}", -1_000_000i64..1_000_000), 0..20),
            part in -500i64..500,
        ) {
            let print = |lines: &[(String, String, i64)]| {
                let mut out = Fingerprint::default();
                for (account, text, amount) in lines {
                    out.add(&["ledger", account], &[text], *amount);
                }
                out
            };
            let before = print(&lines);
            prop_assert_eq!(Fingerprint::from_text(&before.to_text()), Some(before));
            lines.reverse();
            prop_assert_eq!(print(&lines), before);
            if let Some(first) = lines.first_mut() {
                first.2 -= part;
                let rest = (first.0.clone(), "rest".to_owned(), part);
                lines.push(rest);
                prop_assert!(print(&lines).same_sums(before));
            }
        }
    }
}
