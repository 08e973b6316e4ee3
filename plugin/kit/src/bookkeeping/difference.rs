//! What a corrected day changes: the lines that turn what was booked into what should have been.

use super::entry::{Entry, MAX_AMOUNT};

/// The entries that must be added to `before` to make it `after`: one for each kind of line whose sum differs, in the
/// order of `after`, then those that only `before` has. Empty when both are the same.
///
/// `None` when a difference is larger than [`MAX_AMOUNT`].
pub fn difference<'r>(before: &[Entry<'r>], after: &[Entry<'r>]) -> Option<Vec<Entry<'r>>> {
    let mut sums = Sums::default();
    for entry in after {
        sums.add(entry, entry.line, i128::from(entry.amount));
    }
    for entry in before {
        sums.add(entry, None, -i128::from(entry.amount));
    }
    let differing = sums.0.into_iter().filter(|sum| sum.minor != 0);
    let amount = |minor| i64::try_from(minor).ok().filter(|amount| amount.unsigned_abs() <= MAX_AMOUNT.unsigned_abs());
    differing.map(|sum| Some(Entry { amount: amount(sum.minor)?, ..sum.entry })).collect()
}

struct Sum<'r> {
    kind: u64,
    entry: Entry<'r>,
    minor: i128,
}

#[derive(Default)]
struct Sums<'r>(Vec<Sum<'r>>);

impl<'r> Sums<'r> {
    fn add(&mut self, entry: &Entry<'r>, line: Option<u32>, minor: i128) {
        let kind = entry.kind();
        match self.0.iter_mut().find(|sum| sum.kind == kind) {
            Some(sum) => sum.minor += minor,
            None => self.0.push(Sum { kind, entry: Entry { line, ..entry.clone() }, minor }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::on_day_closed::Posting;
    use proptest::prelude::*;

    fn entry(posting: &Posting, amount: i64) -> Entry<'_> {
        Entry { line: Some(0), posting, amount, vat: "", text: "x", dimensions: [""; 5], accrual: None }
    }

    proptest! {
        #[test]
        fn before_and_the_difference_make_after(
            before in proptest::collection::vec((0usize..5, -1000i64..1000), 0..12),
            after in proptest::collection::vec((0usize..5, -1000i64..1000), 0..12),
        ) {
            let accounts = ["1", "2", "3", "4", "5"].map(|account| Posting::Ledger(account.to_owned()));
            let entries = |list: &[(usize, i64)]| -> Vec<Entry<'_>> {
                list.iter().map(|(account, amount)| entry(&accounts[*account], *amount)).collect()
            };
            let (before, after) = (entries(&before), entries(&after));
            let change = difference(&before, &after).unwrap();
            for account in &accounts {
                let sum = |list: &[Entry<'_>]| -> i64 {
                    list.iter().filter(|entry| entry.posting == account).map(|entry| entry.amount).sum()
                };
                prop_assert_eq!(sum(&before) + sum(&change), sum(&after));
            }
            prop_assert!(change.iter().all(|entry| entry.amount != 0));
            prop_assert!(difference(&after, &after).unwrap().is_empty());
        }
    }

    #[test]
    fn what_would_be_too_large_for_one_amount_is_refused() {
        let posting = Posting::Ledger("1".into());
        let (most, least) = ([entry(&posting, MAX_AMOUNT)], [entry(&posting, -MAX_AMOUNT)]);
        assert_eq!(difference(&least, &most), None);
        assert!(difference(&[], &most).is_some_and(|change| change.len() == 1));
    }

    #[test]
    fn a_line_that_is_gone_stands_for_no_line_of_the_report() {
        let (kept, gone) = (Posting::Ledger("1".into()), Posting::Ledger("2".into()));
        let change = difference(&[entry(&kept, 5), entry(&gone, 7)], &[entry(&kept, 6)]).unwrap();
        assert_eq!(
            change.iter().map(|entry| (entry.line, entry.amount)).collect::<Vec<_>>(),
            [(Some(0), 1), (None, -7)]
        );
    }
}
