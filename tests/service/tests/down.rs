//! The host is gone for an hour of the simulator's time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use service_trials::trials::down::{Down, down};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_in_an_hour_is_caught_up_and_told() {
    let outcome = down(Down { hours: 1, seed: 3, folder: None }).await.unwrap();
    assert!(outcome.is_good(), "{}", outcome.text());
}
