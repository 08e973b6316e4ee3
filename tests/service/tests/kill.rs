//! A few kills with seeds that stay the same; `service-trial kill` does hundreds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use service_trials::trials::kill::{Kill, kill};

const TIMES: u32 = 6;
const SEEDS: [u64; 2] = [11, 23];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_killed_under_load_loses_nothing_and_makes_nothing_twice() {
    for seed in SEEDS {
        let outcome = kill(Kill { times: TIMES, seed, folder: None }).await.unwrap();
        assert!(outcome.is_good(), "{}", outcome.text());
    }
}
