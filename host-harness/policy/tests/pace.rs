//! Timers: on the grid, spread, and never far away.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_policy::{LONGEST_INTERVAL_MS, Occasion, SHORTEST_INTERVAL_MS, Timer, offset};
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeMap;

const NOW: u64 = 1_795_000_000_000;
const MINUTE: u64 = 60_000;
const TIMERS: [Timer; 2] = [Timer::Check, Timer::CatchUp];

fn clubs() -> impl Iterator<Item = String> + Clone {
    (1..=2_000).map(|number| format!("club-{number}"))
}

/// How many of the moments fall into the fullest second.
fn fullest_second(moments: impl Iterator<Item = u64>) -> usize {
    let mut seconds: BTreeMap<u64, usize> = BTreeMap::new();
    for moment in moments {
        *seconds.entry(moment / 1_000).or_default() += 1;
    }
    seconds.into_values().max().unwrap()
}

#[rstest]
#[case(Timer::Check, 60 * MINUTE, 6)]
#[case(Timer::CatchUp, 30 * MINUTE, 9)]
fn two_thousand_installations_do_not_begin_together(#[case] timer: Timer, #[case] every: u64, #[case] most: usize) {
    assert_eq!(timer.interval_ms(), every);
    let fullest = fullest_second(clubs().map(|club| timer.next_after(every, NOW, &club)));
    assert!(fullest <= most, "{fullest} in one second");
}

#[test]
fn after_the_host_was_down_they_come_back_over_ten_minutes() {
    let every = Timer::CatchUp.interval_ms();
    let moments = clubs().map(|club| Timer::CatchUp.sooner(Occasion::HostWasDown, every, NOW, &club));
    let fullest = fullest_second(moments.clone());
    assert!(fullest <= 20, "{fullest} in one second");
    assert!(moments.clone().all(|moment| (NOW..NOW + 10 * MINUTE).contains(&moment)));
    assert!(moments.max().unwrap() > NOW + 9 * MINUTE);
}

#[test]
fn a_link_in_error_is_caught_up_within_a_minute() {
    for club in clubs() {
        let moment = Timer::CatchUp.sooner(Occasion::LinkInError, Timer::CatchUp.interval_ms(), NOW, &club);
        assert!((NOW..NOW + MINUTE).contains(&moment));
    }
}

/// The grid must not move with a new version: all installations would be checked twice or not at all.
#[test]
fn the_place_on_the_grid_is_pinned() {
    assert_eq!(offset("club-17", 1_000_000), 711_700);
}

#[rstest]
#[case::due(NOW - 1, NOW - 1)]
#[case::now(NOW, NOW)]
#[case::soon(NOW + 5, NOW + 5)]
#[case::at_the_end(NOW + 60 * MINUTE, NOW + 60 * MINUTE)]
fn a_stored_moment_that_can_be_right_stays(#[case] stored: u64, #[case] expected: u64) {
    assert_eq!(Timer::Check.stored_or_next(stored, 60 * MINUTE, NOW, "club-17"), expected);
}

#[test]
fn a_stored_moment_of_a_clock_that_was_set_back_is_found_anew() {
    for stored in [NOW + 60 * MINUTE + 1, NOW + 400 * 24 * 60 * MINUTE, u64::MAX] {
        let next = Timer::Check.stored_or_next(stored, 60 * MINUTE, NOW, "club-17");
        assert_eq!(next, Timer::Check.next_after(60 * MINUTE, NOW, "club-17"));
    }
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), any::<u64>(), 1_u64..10_000_000]
}

proptest! {
    #[test]
    fn the_next_time_is_later_than_now_and_at_most_an_interval_away(
        interval in number(), now_ms in number(), club in "[a-z0-9-]{0,20}",
    ) {
        let allowed = interval.clamp(SHORTEST_INTERVAL_MS, LONGEST_INTERVAL_MS);
        for timer in TIMERS {
            let next = timer.next_after(interval, now_ms, &club);
            prop_assert!(next > now_ms || now_ms == u64::MAX);
            prop_assert!(next - now_ms <= allowed);
            let stored = timer.stored_or_next(next, interval, now_ms, &club);
            prop_assert_eq!(stored, next);
            for occasion in [Occasion::LinkInError, Occasion::HostWasDown] {
                let sooner = timer.sooner(occasion, interval, now_ms, &club);
                prop_assert!(now_ms <= sooner && sooner <= next);
            }
        }
    }

    #[test]
    fn the_times_are_a_grid(
        interval in SHORTEST_INTERVAL_MS..=LONGEST_INTERVAL_MS, now_ms in 0..NOW * 2, back in 0..NOW, club in "[a-z]{1,9}",
    ) {
        for timer in TIMERS {
            let next = timer.next_after(interval, now_ms, &club);
            prop_assert_eq!(timer.next_after(interval, next - 1, &club), next);
            prop_assert_eq!(timer.next_after(interval, next, &club), next + interval);
            let earlier = timer.next_after(interval, now_ms.saturating_sub(back), &club);
            prop_assert!(earlier <= next && (next - earlier).is_multiple_of(interval));
        }
    }

    #[test]
    fn an_offset_is_within(club in ".{0,20}", within in number()) {
        prop_assert!(offset(&club, within) < within.max(1));
    }
}
