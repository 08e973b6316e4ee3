//! The day's budget: who waits from when on, at which moment, and when the clock is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_policy::{Budget, DAY_MS, DEFAULT_DAILY_CALLS, Locale, Permission, SHARES, Work, next_day};
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeSet;

const TODAY: u64 = 20_775;
const NOW: u64 = TODAY * DAY_MS + 5_000_000;
const WORKS: [Work; 6] = [Work::Routine, Work::Bulk, Work::Webhook, Work::Customer, Work::Day, Work::Person];

fn used(used: u64) -> Budget {
    Budget { day: TODAY, used }
}

/// The last call that may still be made of 5,000, counted from 0.
#[rstest]
#[case(Work::Routine, 3_999)]
#[case(Work::Bulk, 4_499)]
#[case(Work::Webhook, 4_849)]
#[case(Work::Customer, 4_849)]
#[case(Work::Day, 4_999)]
#[case(Work::Person, 5_499)]
fn work_waits_from_its_share_on(#[case] work: Work, #[case] last: u64) {
    let limit = DEFAULT_DAILY_CALLS;
    assert_eq!(used(0).may_run(work, limit, NOW), Permission::Go);
    assert_eq!(used(last).may_run(work, limit, NOW), Permission::Go);
    assert_eq!(used(last).left(work, limit, NOW), Some(1));
    assert_eq!(used(last + 1).may_run(work, limit, NOW), Permission::WaitUntil((TODAY + 1) * DAY_MS));
    assert_eq!(used(last + 1).may_run(work, 0, NOW), Permission::Go, "0 is no limit");
    assert_eq!(used(u64::MAX).left(work, 0, NOW), None);
}

#[test]
fn even_the_smallest_budget_lets_each_make_a_call() {
    for work in WORKS {
        assert_eq!(used(0).may_run(work, 1, NOW), Permission::Go);
    }
}

#[test]
fn shares_stand_in_the_order_of_waiting_each_work_once() {
    assert_eq!(SHARES.map(|share| share.work), WORKS);
    assert!(SHARES.is_sorted_by_key(|share| share.per_mille));
}

#[rstest]
#[case::same_day(TODAY, NOW, TODAY, 10)]
#[case::next_day(TODAY, NOW + DAY_MS, TODAY + 1, 0)]
#[case::much_later(TODAY, NOW + 99 * DAY_MS, TODAY + 99, 0)]
#[case::set_back_over_midnight(TODAY + 1, NOW, TODAY + 1, 10)]
#[case::set_back_by_more_than_a_day(TODAY + 2, NOW, TODAY, 0)]
#[case::was_years_ahead(u64::MAX, NOW, TODAY, 0)]
#[case::clock_at_its_beginning(TODAY, 0, 0, 0)]
fn a_day_begins_anew(#[case] stored: u64, #[case] now_ms: u64, #[case] day: u64, #[case] used: u64) {
    assert_eq!(Budget { day: stored, used: 10 }.at(now_ms), Budget { day, used });
}

#[test]
fn a_clock_that_goes_back_and_forth_over_midnight_gives_one_budget() {
    let midnight = (TODAY + 1) * DAY_MS;
    let mut budget = used(4_000);
    for _ in 0..50 {
        budget = budget.spent(10, midnight + 1);
        budget = budget.spent(10, midnight - 1);
    }
    assert_eq!(budget, Budget { day: TODAY + 1, used: 1_000 });
}

#[test]
fn a_waiting_person_is_told_why_in_both_languages() {
    let texts: BTreeSet<_> =
        WORKS.iter().flat_map(|work| [work.waits_because(Locale::Da), work.waits_because(Locale::En)]).collect();
    assert_eq!(texts.len(), 4);
    assert!(Work::Routine.waits_because(Locale::Da).contains("gemmes"));
    assert!(Work::Day.waits_because(Locale::En).contains("limit is raised"));
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0_u64..10_000, Just(NOW)]
}

proptest! {
    #[test]
    fn routine_never_runs_past_its_share(now_ms in number(), used in number(), limit in 1_u32..) {
        let budget = Budget { day: now_ms / DAY_MS, used };
        let past = u128::from(used) * 1_000 >= u128::from(limit) * 800;
        prop_assert_eq!(budget.may_run(Work::Routine, limit, now_ms) != Permission::Go, past);
    }

    #[test]
    fn who_waits_later_may_do_whatever_who_waits_sooner_may(
        day in number(), used in number(), limit in any::<u32>(), now_ms in number(),
    ) {
        let budget = Budget { day, used };
        let may = SHARES.map(|share| budget.may_run(share.work, limit, now_ms) == Permission::Go);
        prop_assert!(may.is_sorted());
    }

    #[test]
    fn whoever_waits_waits_for_a_moment_when_the_budget_is_new(
        ahead in 0_u64..3, used in number(), limit in 1_u32.., now_ms in 0_u64..u64::MAX - 3 * DAY_MS,
    ) {
        let budget = Budget { day: now_ms / DAY_MS + ahead, used };
        for work in WORKS {
            if let Permission::WaitUntil(moment) = budget.may_run(work, limit, now_ms) {
                prop_assert!(moment > now_ms && moment <= next_day(now_ms) + DAY_MS);
                prop_assert_eq!(budget.may_run(work, limit, moment), Permission::Go);
            }
        }
    }

    #[test]
    fn calls_never_come_back_within_a_day_and_a_day_back(
        used in number(), calls in number(), now_ms in DAY_MS.., back in 0..=DAY_MS,
    ) {
        let before = Budget { day: now_ms / DAY_MS, used }.spent(calls, now_ms);
        prop_assert!(before.used >= used && before.used >= calls);
        prop_assert_eq!(before.at(now_ms - back), before);
    }

    #[test]
    fn nothing_overflows(day in number(), used in number(), calls in number(), limit in any::<u32>(), now_ms in number()) {
        let budget = Budget { day, used }.spent(calls, now_ms);
        for work in WORKS {
            let left = budget.left(work, limit, now_ms);
            prop_assert_eq!(left == Some(0), budget.may_run(work, limit, now_ms) != Permission::Go);
        }
        prop_assert!(next_day(now_ms) > now_ms || now_ms > u64::MAX - DAY_MS);
    }
}
