//! A few installations, and one whose server hangs. No time is asserted; `service-trial many` measures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use service_trials::trials::many::{Many, many};

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
