//! Small versions of the trials; `service-trial` holds the large ones. They run side by side, since one of them mostly waits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use service_trials::trials::bulk::{Bulk, bulk};
use service_trials::trials::down::{Down, down};
use service_trials::trials::hooks::{Broken, Hooks, hooks};
use service_trials::trials::hostile::{Hostile, hostile};
use service_trials::trials::kill::{Kill, kill};
use service_trials::trials::many::{Many, many};

/// Kills with each of the seeds.
const TIMES: u32 = 6;
const SEEDS: [u64; 2] = [11, 23];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_killed_under_load_loses_nothing_and_makes_nothing_twice() {
    for seed in SEEDS {
        let outcome = kill(Kill { times: TIMES, seed, folder: None }).await.unwrap();
        assert!(outcome.is_good(), "{}", outcome.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_of_a_link_is_taken_whatever_the_connector_does() {
    let broken = Some(Broken::Trap);
    let order = Hooks { rate: 200, seconds: 5, installations: 4, broken, seed: 5, folder: None };
    let outcome = hooks(order).await.unwrap();
    assert!(outcome.is_good(), "{}", outcome.text());
    assert_eq!(outcome.figures["calls"], 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_in_an_hour_is_caught_up_and_told() {
    let outcome = down(Down { hours: 1, seed: 3, folder: None }).await.unwrap();
    assert!(outcome.is_good(), "{}", outcome.text());
}

/// No time is asserted; `service-trial many` measures.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_installation_whose_server_hangs_does_not_stop_the_others() {
    let order = Many {
        installations: 20,
        customers: 10,
        rate: 20,
        seconds: 3,
        pending: 200,
        most_per_mille: None,
        seed: 1,
        folder: None,
    };
    let outcome = many(order).await.unwrap();
    assert!(outcome.is_good(), "{}", outcome.text());
    assert_eq!(outcome.figures["event_to_call"]["count"], 60);
}

/// How much the honest ones notice is told and not asserted; `service-trial hostile` measures.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connectors_that_misbehave_cost_honest_ones_nothing() {
    let order = Hostile {
        installations: 4,
        customers: 10,
        rate: 20,
        seconds: 5,
        hostile: 24,
        hostile_rate: 2,
        ways: Vec::new(),
        most_per_mille: None,
        seed: 2,
        folder: None,
    };
    let outcome = hostile(order).await.unwrap();
    assert!(outcome.is_good(), "{}", outcome.text());
    println!("p99 beside, in thousandths of without: {}", outcome.figures["p99_per_mille"]);
    assert_eq!(outcome.figures["honest_events"], 200);
}

/// Some thousand customers are few enough for a test and too many for one batch.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_existing_club_is_switched_on_also_where_the_host_is_killed_in_between() {
    for kill_at in [None, Some(40)] {
        let order = Bulk {
            customers: 2_500,
            debtors: 2_300,
            matching: 70,
            ambiguous: 1,
            kill_at,
            plain: false,
            seed: 7,
            folder: None,
        };
        let outcome = bulk(order).await.unwrap();
        assert!(outcome.is_good(), "{}", outcome.text());
        assert_eq!(outcome.figures["calls"]["reads"].as_u64().map(|reads| reads >= 3), Some(true));
    }
}
