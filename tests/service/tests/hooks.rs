//! A small flood of the links, beside a connector that breaks down; `service-trial hooks` does more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use service_trials::trials::hooks::{Broken, Hooks, hooks};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_of_a_link_is_taken_whatever_the_connector_does() {
    let broken = Some(Broken::Trap);
    let order = Hooks { rate: 200, seconds: 5, installations: 4, broken, seed: 5, folder: None };
    let outcome = hooks(order).await.unwrap();
    assert!(outcome.is_good(), "{}", outcome.text());
    assert_eq!(outcome.figures["calls"], 1_000);
}
