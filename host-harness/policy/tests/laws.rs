//! What holds for every failure, and for a whole queue of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_policy::{
    BACK_OFF_CAP_MS, Decision, Failure, Next, RETRY_AFTER_CAP_MS, Tally, Trouble, Wait, decide, halves, jitter,
    next_day, window,
};
use proptest::prelude::*;
use std::collections::{BTreeSet, VecDeque};

fn trouble() -> impl Strategy<Value = Trouble> {
    proptest::sample::select(Trouble::ALL.to_vec())
}

/// Numbers of every size, the ends among them.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), any::<u64>(), (0_u32..64).prop_map(|shift| 1_u64 << shift)]
}

fn tally() -> impl Strategy<Value = Tally> {
    prop_oneof![Just(0_i64), Just(-1), any::<i64>()].prop_map(Tally::from_number)
}

prop_compose! {
    fn failure()(
        trouble in trouble(),
        attempt in prop_oneof![1_u32..30, Just(u32::MAX)],
        tally in tally(),
        customers in prop_oneof![0_usize..3, Just(500), Just(usize::MAX)],
        retry_after_ms in proptest::option::of(number()),
        now_ms in number(),
    ) -> Failure {
        Failure { trouble, attempt, tally, customers, retry_after_ms, now_ms }
    }
}

proptest! {
    #[test]
    fn a_retry_is_never_early_and_never_years_away(failure in failure(), random in number()) {
        if let Next::RetryAt { not_before_ms, .. } = decide(&failure, random).next {
            let asked = failure.retry_after_ms.unwrap_or(0).min(RETRY_AFTER_CAP_MS);
            let least = failure.now_ms.saturating_add(asked);
            prop_assert!(not_before_ms >= least);
            let until_tomorrow = next_day(failure.now_ms) - failure.now_ms;
            let waits_for_tomorrow =
                failure.retry_after_ms.is_none() && matches!(failure.trouble.row().wait, Wait::BackOffOrNextDay(_));
            let most = if waits_for_tomorrow { failure.now_ms.saturating_add(until_tomorrow) } else { least };
            prop_assert!(not_before_ms <= most.saturating_add(BACK_OFF_CAP_MS));
        }
    }

    #[test]
    fn a_window_never_shrinks_and_never_passes_the_cap(base in number(), nth in any::<u16>()) {
        let here = window(base, nth);
        let next = window(base, nth.saturating_add(1));
        prop_assert!(here <= next);
        prop_assert!(next <= BACK_OFF_CAP_MS);
        prop_assert_eq!(window(base, 1), base.min(BACK_OFF_CAP_MS));
        if nth > 0 && base < BACK_OFF_CAP_MS && next < BACK_OFF_CAP_MS && nth < u16::MAX {
            prop_assert_eq!(next, here * 2);
        }
    }

    #[test]
    fn jitter_covers_the_window_and_no_more(width in number(), random in number(), other in number()) {
        prop_assert_eq!(jitter(width, 0), 0);
        prop_assert!(jitter(width, random) <= width);
        prop_assert!(jitter(width, random.min(other)) <= jitter(width, random.max(other)));
        // Two to the power of 64 drawings reach each of so many places.
        prop_assert_eq!(jitter(width, u64::MAX), width);
        let half = jitter(width, u64::MAX / 2);
        prop_assert!(half.abs_diff(width / 2) <= 1);
    }

    #[test]
    fn each_millisecond_of_a_small_window_is_drawn(width in 0_u64..40) {
        let drawn: BTreeSet<u64> = (0..4_000_u64).map(|step| jitter(width, step * (u64::MAX / 4_000))).collect();
        prop_assert_eq!(drawn.len() as u64, width + 1);
    }

    #[test]
    fn nothing_counts_down_but_crashes(failure in failure(), random in number()) {
        let decision = decide(&failure, random);
        let (before, after) = (failure.tally, decision.tally);
        prop_assert!(after.waits >= before.waits && after.doubts >= before.doubts && after.defects >= before.defects);
        prop_assert!(after.crashes == 0 || after.crashes >= before.crashes);
        prop_assert!(decision.attempt >= failure.attempt);
        if matches!(failure.trouble, Trouble::Busy) {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn one_customer_is_never_split_and_a_pause_is_only_for_settings(failure in failure(), random in number()) {
        let next = decide(&failure, random).next;
        let split = matches!(next, Next::Split { .. });
        prop_assert!(!split || failure.customers > 1);
        let settings = matches!(failure.trouble, Trouble::Config | Trouble::Auth);
        prop_assert_eq!(matches!(next, Next::PauseInstallation { .. }), settings);
    }

    #[test]
    fn a_tally_comes_back_from_its_number(number in any::<i64>()) {
        prop_assert_eq!(Tally::from_number(number).to_number(), number);
    }

    #[test]
    fn halves_are_the_whole(batch in proptest::collection::vec(any::<u8>(), 0..40)) {
        let (first, second) = halves(&batch);
        prop_assert_eq!([first, second].concat(), batch.clone());
        prop_assert!(first.len() - second.len() <= 1);
        prop_assert!(batch.len() < 2 || !second.is_empty());
    }
}

/// An event of a queue, as a host would keep it.
struct Kept {
    customers: Vec<u16>,
    tally: Tally,
    attempt: u32,
    not_before_ms: u64,
}

#[derive(Default)]
struct Ended {
    done: BTreeSet<u16>,
    parked: BTreeSet<u16>,
    calls: usize,
    pauses: usize,
}

/// Runs a batch to its end: some customers spoil every call they are in, and the first calls meet other troubles first.
fn run(size: u16, spoils: &BTreeSet<u16>, spoilt: Trouble, first: &[Trouble], randoms: &[u64]) -> Ended {
    let mut ended = Ended::default();
    let mut first = first.iter();
    let mut randoms = randoms.iter().cycle();
    let whole = Kept { customers: (0..size).collect(), tally: Tally::default(), attempt: 1, not_before_ms: 0 };
    let mut queue = VecDeque::from([whole]);
    let mut now_ms = 0;
    while let Some(event) = queue.pop_front() {
        assert!(ended.calls < 100_000, "it never ends");
        ended.calls += 1;
        now_ms = now_ms.max(event.not_before_ms);
        let spoilt = event.customers.iter().any(|customer| spoils.contains(customer)).then_some(spoilt);
        let Some(trouble) = first.next().copied().or(spoilt) else {
            ended.done.extend(event.customers);
            continue;
        };
        let failure = Failure {
            trouble,
            attempt: event.attempt,
            tally: event.tally,
            customers: event.customers.len(),
            retry_after_ms: None,
            now_ms,
        };
        let Decision { next, tally, attempt, .. } = decide(&failure, *randoms.next().unwrap());
        let kept =
            |customers: &[u16], not_before_ms| Kept { customers: customers.to_vec(), tally, attempt, not_before_ms };
        match next {
            Next::RetryAt { not_before_ms, .. } => queue.push_back(kept(&event.customers, not_before_ms)),
            Next::Park { .. } => ended.parked.extend(event.customers),
            Next::PauseInstallation { .. } => {
                ended.pauses += 1;
                queue.push_front(kept(&event.customers, now_ms));
            }
            Next::Split { .. } => {
                let (front, back) = halves(&event.customers);
                queue.extend([kept(front, now_ms), kept(back, now_ms)]);
            }
        }
    }
    ended
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whoever_spoils_a_batch_is_parked_and_all_others_go_on(
        size in 1_u16..200,
        spoils in proptest::collection::btree_set(0_u16..200, 0..4),
        spoilt in proptest::sample::select(vec![
            Trouble::Validation, Trouble::Conflict, Trouble::Internal, Trouble::Trapped, Trouble::Limit,
            Trouble::Contract, Trouble::Crashed, Trouble::Uncertain,
        ]),
        first in proptest::collection::vec(proptest::sample::select(vec![
            Trouble::Config, Trouble::Auth, Trouble::RateLimited, Trouble::Transient, Trouble::Uncertain, Trouble::Busy,
            Trouble::Store,
        ]), 0..15),
        randoms in proptest::collection::vec(any::<u64>(), 1..20),
    ) {
        let spoils: BTreeSet<u16> = spoils.into_iter().filter(|customer| *customer < size).collect();
        let ended = run(size, &spoils, spoilt, &first, &randoms);
        let others: BTreeSet<u16> = (0..size).filter(|customer| !spoils.contains(customer)).collect();
        prop_assert_eq!(ended.done, others);
        prop_assert_eq!(&ended.parked, &spoils);
        let pauses = first.iter().filter(|trouble| matches!(trouble, Trouble::Config | Trouble::Auth)).count();
        prop_assert_eq!(ended.pauses, pauses, "a paused event runs again");
        // Each spoiler costs two calls for each of at most 8 halvings, and the tries of the whole or of itself.
        prop_assert!(ended.calls <= 1 + first.len() + spoils.len() * (2 * 8 + 20), "{} calls", ended.calls);
    }
}
