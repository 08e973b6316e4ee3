//! The plan of switching a club on never promises fewer calls or days than it takes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_policy::{Budget, CUSTOMERS_A_CALL, Calls, DAY_MS, Plan, Work, decide_and_write, look_ahead};
use proptest::prelude::*;
use rstest::rstest;

const NOW: u64 = 20_775 * DAY_MS;
const READ_TOGETHER: usize = 40;

/// Pages are asked for until one is not full.
fn reads(debtors: u64, rows: u64) -> u64 {
    let (mut left, mut calls) = (debtors, 0);
    loop {
        calls += 1;
        if left < rows {
            return calls;
        }
        left -= rows;
    }
}

/// What becomes of a customer that may have a debtor.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Linked,
    Due,
    /// It turns out to have none.
    Created,
    Told,
}

/// Calls of one batch.
fn batch(fates: &[Fate]) -> u64 {
    let count = |fate| fates.iter().filter(|one| **one == fate).count();
    let due = count(Fate::Due);
    u64::try_from(due.div_ceil(READ_TOGETHER) + due).unwrap() + u64::from(count(Fate::Created) > 0)
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        6 => Just(Fate::Linked), 2 => Just(Fate::Due), 1 => Just(Fate::Created), 1 => Just(Fate::Told)
    ];
    proptest::collection::vec(fate, 0..2_500)
}

/// Work off calls within the share of bulk work, each day's end cutting a batch in two.
fn days_of(mut calls: u64, limit: u32) -> u64 {
    let a_day = Budget::default().left(Work::Bulk, limit, 0).unwrap();
    let mut days = 0;
    while calls > 0 {
        days += 1;
        calls = calls.saturating_sub(a_day);
        // What is left of the batch is a batch of its own.
        calls += u64::from(calls > 0);
    }
    days
}

#[rstest]
#[case(Some(0), 1, Some(1))]
#[case(Some(999), 1, Some(1))]
#[case(Some(1_000), 1, Some(2))]
#[case(Some(90_000), 90, Some(91))]
#[case(None, 1, None)]
fn reading_ahead_takes_a_call_for_each_page(
    #[case] debtors: Option<u64>,
    #[case] least: u64,
    #[case] most: Option<u64>,
) {
    assert_eq!(look_ahead(debtors, 1_000), Calls { least, most });
}

#[test]
fn a_club_of_a_hundred_thousand() {
    let calls = decide_and_write(70_000, 7_000, 30_000);
    assert_eq!(calls, Calls { least: 60, most: Some(60 + 140 + 175 + 140 + 7_000) });
    let plan = Plan::of(calls, Budget { day: NOW / DAY_MS, used: 100 }, 5_000, NOW);
    assert_eq!((plan.days_least, plan.days_most), (1, Some(2)));
}

#[test]
fn without_a_limit_it_is_one_day_and_nothing_takes_none() {
    let plan = Plan::of(Calls { least: 0, most: Some(1_000_000) }, Budget::default(), 0, NOW);
    assert_eq!((plan.days_least, plan.days_most), (0, Some(1)));
}

proptest! {
    #[test]
    fn the_look_never_takes_more_than_promised(debtors in 0_u64..5_000, rows in 1_u64..1_200) {
        let (calls, promised) = (reads(debtors, rows), look_ahead(Some(debtors), rows));
        prop_assert!(promised.least <= calls && calls <= promised.most.unwrap());
    }

    #[test]
    fn what_follows_never_takes_more_than_promised(fates in fates(), new in 0_u64..3_000) {
        let due = u64::try_from(fates.iter().filter(|fate| **fate == Fate::Due).count()).unwrap();
        let found = u64::try_from(fates.len()).unwrap();
        let calls = fates.chunks(usize::try_from(CUSTOMERS_A_CALL).unwrap()).map(batch).sum::<u64>()
            + new.div_ceil(CUSTOMERS_A_CALL);
        let promised = decide_and_write(found, due, new);
        prop_assert!(promised.least <= calls && calls <= promised.most.unwrap(), "{calls} of {promised:?}");
    }

    #[test]
    fn it_never_takes_more_days_than_promised(calls in 0_u64..20_000, limit in 20_u32..6_000) {
        let plan = Plan::of(Calls { least: calls, most: Some(calls) }, Budget { day: NOW / DAY_MS, used: 0 }, limit, NOW);
        prop_assert!(days_of(calls, limit) <= plan.days_most.unwrap());
    }
}
