//! What follows each trouble, row by row, and at the edges of each count.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_policy::{
    BUSY_WAIT_MS, Counter, Decision, Failure, Follows, Locale, Next, Reason, Standing, TABLE, Tally, Trouble, decide,
    next_day,
};
use rstest::rstest;
use std::collections::BTreeSet;

/// Some moment of some day.
const NOW: u64 = 1_795_000_000_000;
const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const DAY: u64 = 24 * 60 * MINUTE;

fn failure(trouble: Trouble) -> Failure {
    Failure { trouble, attempt: 1, tally: Tally::default(), customers: 1, retry_after_ms: None, now_ms: NOW }
}

/// The same failure again and again: the last decision.
fn after(times: u16, failure: Failure) -> Decision {
    let mut failure = failure;
    let mut decision = decide(&failure, u64::MAX);
    for _ in 1..times {
        failure.tally = decision.tally;
        failure.attempt = decision.attempt;
        decision = decide(&failure, u64::MAX);
    }
    decision
}

fn standing(next: &Next) -> Standing {
    match next {
        Next::RetryAt { .. } => Standing::Waiting,
        Next::Park { .. } => Standing::Parked,
        Next::PauseInstallation { .. } => Standing::Paused,
        Next::Split { .. } => Standing::Split,
    }
}

/// How long a decision waits.
fn wait(decision: &Decision) -> u64 {
    match decision.next {
        Next::RetryAt { not_before_ms, .. } => not_before_ms - NOW,
        ref other => panic!("{other:?} is no retry"),
    }
}

#[rstest]
#[case(Trouble::Config, Standing::Paused, Standing::Paused)]
#[case(Trouble::Auth, Standing::Paused, Standing::Paused)]
#[case(Trouble::Validation, Standing::Parked, Standing::Split)]
#[case(Trouble::Conflict, Standing::Parked, Standing::Split)]
#[case(Trouble::RateLimited, Standing::Waiting, Standing::Waiting)]
#[case(Trouble::Transient, Standing::Waiting, Standing::Waiting)]
#[case(Trouble::Uncertain, Standing::Waiting, Standing::Waiting)]
#[case(Trouble::Unsupported, Standing::Parked, Standing::Parked)]
#[case(Trouble::Internal, Standing::Waiting, Standing::Split)]
#[case(Trouble::Trapped, Standing::Waiting, Standing::Split)]
#[case(Trouble::Limit, Standing::Waiting, Standing::Split)]
#[case(Trouble::Contract, Standing::Waiting, Standing::Split)]
#[case(Trouble::Busy, Standing::Waiting, Standing::Waiting)]
#[case(Trouble::Store, Standing::Waiting, Standing::Waiting)]
#[case(Trouble::Crashed, Standing::Waiting, Standing::Waiting)]
fn the_first_time(#[case] trouble: Trouble, #[case] one: Standing, #[case] several: Standing) {
    for (customers, expected) in [(0, one), (1, one), (2, several), (500, several)] {
        let decision = decide(&Failure { customers, ..failure(trouble) }, 7);
        assert_eq!(standing(&decision.next), expected, "{customers} customers");
        assert_eq!(decision.next.reason(), Reason { trouble, standing: expected });
        assert!(!decision.slow);
        assert!(!decision.alone);
    }
}

/// The last try that is followed by another, and what follows the one after it, for one and for several.
#[rstest]
#[case(Trouble::Internal, 2, Standing::Parked)]
#[case(Trouble::Trapped, 2, Standing::Parked)]
#[case(Trouble::Limit, 2, Standing::Parked)]
#[case(Trouble::Contract, 2, Standing::Parked)]
#[case(Trouble::Crashed, 2, Standing::Parked)]
#[case(Trouble::Uncertain, 19, Standing::Parked)]
#[case(Trouble::Transient, 65_535, Standing::Waiting)]
#[case(Trouble::RateLimited, 65_535, Standing::Waiting)]
#[case(Trouble::Busy, 65_535, Standing::Waiting)]
#[case(Trouble::Store, 65_535, Standing::Waiting)]
fn a_person_is_called_after(#[case] trouble: Trouble, #[case] last: u16, #[case] then: Standing) {
    assert_eq!(standing(&after(last, failure(trouble)).next), Standing::Waiting);
    let end = after(last.saturating_add(1), failure(trouble));
    assert_eq!(standing(&end.next), then);
}

#[rstest]
#[case(Trouble::Uncertain, 20)]
#[case(Trouble::Crashed, 3)]
fn a_batch_is_split_where_one_would_be_parked(#[case] trouble: Trouble, #[case] times: u16) {
    let batch = Failure { customers: 2, ..failure(trouble) };
    assert_eq!(standing(&after(times - 1, batch).next), Standing::Waiting);
    assert_eq!(standing(&after(times, batch).next), Standing::Split);
}

#[rstest]
#[case(Trouble::Transient, 12)]
#[case(Trouble::Uncertain, 12)]
#[case(Trouble::RateLimited, 3)]
fn the_installation_is_slow_from(#[case] trouble: Trouble, #[case] times: u16) {
    assert!(!after(times - 1, failure(trouble)).slow);
    assert!(after(times, failure(trouble)).slow);
    assert!(after(u16::MAX, failure(trouble)).slow);
}

#[rstest]
#[case::first(Trouble::Transient, 1, SECOND)]
#[case::second(Trouble::Transient, 2, 2 * SECOND)]
#[case::tenth(Trouble::Transient, 10, 512 * SECOND)]
#[case::eleventh_is_capped(Trouble::Transient, 11, 15 * MINUTE)]
#[case::for_ever(Trouble::Transient, 1_000, 15 * MINUTE)]
#[case(Trouble::Uncertain, 3, 4 * SECOND)]
#[case(Trouble::Internal, 1, 5 * MINUTE)]
#[case(Trouble::Trapped, 2, 10 * MINUTE)]
#[case(Trouble::Busy, 1, BUSY_WAIT_MS)]
#[case(Trouble::Busy, 1_000, BUSY_WAIT_MS)]
#[case(Trouble::Store, 1, BUSY_WAIT_MS)]
#[case(Trouble::Crashed, 1, 0)]
#[case(Trouble::Crashed, 2, 0)]
fn the_longest_wait(#[case] trouble: Trouble, #[case] times: u16, #[case] longest: u64) {
    let last = after(times, failure(trouble));
    assert_eq!(wait(&last), longest);
    let before = if times > 1 { after(times - 1, failure(trouble)).tally } else { Tally::default() };
    assert_eq!(wait(&decide(&Failure { tally: before, ..failure(trouble) }, 0)), 0, "the shortest is none");
}

#[rstest]
#[case::asked(Trouble::RateLimited, Some(40 * SECOND), 40 * SECOND, 41 * SECOND)]
#[case::asked_for_nothing(Trouble::RateLimited, Some(0), 0, SECOND)]
#[case::asked_for_years(Trouble::RateLimited, Some(u64::MAX), DAY, DAY + SECOND)]
#[case::transient(Trouble::Transient, Some(5 * SECOND), 5 * SECOND, 6 * SECOND)]
#[case::transient_for_years(Trouble::Transient, Some(400 * DAY), DAY, DAY + SECOND)]
#[case::uncertain(Trouble::Uncertain, Some(5 * SECOND), 5 * SECOND, 6 * SECOND)]
#[case::internal(Trouble::Internal, Some(SECOND), SECOND, 5 * MINUTE + SECOND)]
fn what_the_connector_asks_for_is_the_least(
    #[case] trouble: Trouble,
    #[case] retry_after_ms: Option<u64>,
    #[case] shortest: u64,
    #[case] longest: u64,
) {
    let asked = Failure { retry_after_ms, ..failure(trouble) };
    assert_eq!(wait(&decide(&asked, 0)), shortest);
    assert_eq!(wait(&decide(&asked, u64::MAX)), longest);
}

#[test]
fn a_rate_limit_that_does_not_say_waits_for_the_next_budget_day() {
    let midnight = next_day(NOW);
    assert!(midnight > NOW && midnight - NOW <= DAY && midnight.is_multiple_of(DAY));
    assert_eq!(NOW + wait(&decide(&failure(Trouble::RateLimited), 0)), midnight);
    assert_eq!(NOW + wait(&decide(&failure(Trouble::RateLimited), u64::MAX)), midnight + 15 * MINUTE);
    let at_midnight = Failure { now_ms: midnight, ..failure(Trouble::RateLimited) };
    let Next::RetryAt { not_before_ms, .. } = decide(&at_midnight, 0).next else { panic!("no retry") };
    assert_eq!(not_before_ms, midnight + DAY, "a limit that is met at midnight is the new day's");
}

#[test]
fn only_a_call_that_never_began_may_have_its_input_built_anew() {
    for trouble in Trouble::ALL {
        for attempt in [1, 2] {
            let decision = decide(&Failure { attempt, ..failure(trouble) }, 0);
            let began = trouble != Trouble::Busy;
            assert_eq!(decision.attempt, attempt + u32::from(began), "{trouble:?}");
            if let Next::RetryAt { keep_input, .. } = decision.next {
                assert_eq!(keep_input, began || attempt > 1, "{trouble:?}");
            }
        }
    }
}

#[test]
fn a_long_outage_counts_against_nothing_else() {
    let outage = after(500, failure(Trouble::Transient));
    for trouble in [Trouble::Internal, Trouble::Uncertain, Trouble::Crashed] {
        let then = Failure { tally: outage.tally, attempt: outage.attempt, ..failure(trouble) };
        assert_eq!(standing(&decide(&then, 0).next), Standing::Waiting, "{trouble:?}");
    }
}

#[test]
fn different_defects_add_up() {
    let mut tally = Tally::default();
    for trouble in [Trouble::Limit, Trouble::Contract] {
        tally = decide(&Failure { tally, ..failure(trouble) }, 0).tally;
    }
    assert_eq!(standing(&decide(&Failure { tally, ..failure(Trouble::Trapped) }, 0).next), Standing::Parked);
}

#[rstest]
#[case::another_outcome(Trouble::Transient, Standing::Waiting)]
#[case::never_begun(Trouble::Busy, Standing::Parked)]
fn crashes_count_in_a_row(#[case] between: Trouble, #[case] then: Standing) {
    let twice = after(2, failure(Trouble::Crashed));
    assert!(twice.alone, "the third time it runs alone");
    let middle = decide(&Failure { tally: twice.tally, ..failure(between) }, 0);
    assert_eq!(middle.alone, then == Standing::Parked);
    let last = decide(&Failure { tally: middle.tally, ..failure(Trouble::Crashed) }, 0);
    assert_eq!(standing(&last.next), then);
}

#[test]
fn whoever_was_there_when_the_host_died_twice_is_not_taken_for_the_cause() {
    // Both ran when the host died, twice. Then each runs alone: one kills the host again, the other does not.
    let both = after(2, failure(Trouble::Crashed));
    let cause = decide(&Failure { tally: both.tally, ..failure(Trouble::Crashed) }, 0);
    let other = decide(&Failure { tally: both.tally, ..failure(Trouble::Transient) }, 0);
    assert_eq!(standing(&cause.next), Standing::Parked);
    assert_eq!(standing(&other.next), Standing::Waiting);
    assert!(!other.alone);
}

#[test]
fn the_table_has_one_row_for_each_trouble_in_order() {
    assert_eq!(TABLE.map(|row| row.trouble), Trouble::ALL);
    for row in &TABLE {
        assert_eq!(*row, row.trouble.row());
        assert!(row.park_from.is_none() || row.counts.is_some(), "{row:?} would never be parked");
        assert!(row.slow_from.is_none() || row.counts.is_some(), "{row:?} would never be slow");
        assert!(row.follows == Follows::Retry || row.park_from.is_none(), "{row:?} has no tries to count");
    }
}

#[test]
fn a_trouble_is_found_by_its_name() {
    let names: BTreeSet<_> = Trouble::ALL.iter().map(|trouble| trouble.name()).collect();
    assert_eq!(names.len(), Trouble::ALL.len());
    for trouble in Trouble::ALL {
        assert_eq!(Trouble::from_name(trouble.name()), Some(trouble));
    }
    assert_eq!(Trouble::from_name("Config"), None);
    assert_eq!(Trouble::from_name(""), None);
}

#[test]
fn the_contracts_kinds_have_the_contracts_names() {
    let contract = include_str!("../../../wit/types.wit");
    let kinds = contract.split_once("enum error-kind {").unwrap().1.split_once('}').unwrap().0;
    let kinds: Vec<&str> = kinds
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("///"))
        .map(|line| line.trim_end_matches(','))
        .collect();
    assert_eq!(kinds.len(), 9);
    for kind in kinds {
        assert!(Trouble::from_name(kind).is_some(), "the contract's {kind} has no row");
    }
}

#[test]
fn the_counters_of_a_tally_are_apart() {
    let tally = Tally { waits: 1, doubts: 2, defects: 3, crashes: 4 };
    let counters = [Counter::Waits, Counter::Doubts, Counter::Defects, Counter::Crashes];
    assert_eq!(counters.map(|counter| tally.of(counter)), [1, 2, 3, 4]);
    assert_eq!(Tally::default().to_number(), 0);
}

#[test]
fn people_read_a_text_of_its_own_for_each_reason_in_both_languages() {
    let standings = [Standing::Waiting, Standing::Parked, Standing::Paused, Standing::Split];
    let mut seen = BTreeSet::new();
    for trouble in Trouble::ALL {
        for standing in standings {
            for locale in [Locale::Da, Locale::En] {
                let text = Reason { trouble, standing }.text(locale);
                assert!(!text.ends_with('.') && text.contains("; "), "{text}");
                assert!(seen.insert(text.clone()), "two reasons say: {text}");
            }
        }
    }
    let parked = Reason { trouble: Trouble::Validation, standing: Standing::Parked };
    assert_eq!(
        parked.text(Locale::Da),
        "regnskabssystemet kan ikke tage imod det, som det er; det hviler, til det bliver rettet, eller nogen vælger at prøve igen"
    );
    assert_eq!(
        parked.text(Locale::En),
        "the accounting system cannot accept it as it is; it rests until it is corrected or somebody chooses to try again"
    );
}
