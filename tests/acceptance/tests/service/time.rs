//! The clock is set: nothing waits for a time that is a day away, and nothing storms.

use crate::books::status;
use crate::clock::{DAY, HOUR, MINUTE, until};
use crate::failing_store::FailingStore;
use crate::stage::{CLUB, Ground, Stage};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A member whose debtor cannot be made yet: the event waits for minutes.
async fn waits_for_minutes(stage: &mut Stage) -> i64 {
    stage.books().fault(None, "/odata/", u32::MAX, status(503));
    stage.club.joins(&stage.service, 700_001).await;
    // After some failures the wait is so long that it is not over while the test looks.
    until("it waits for minutes", async || {
        let waits = stage.waiting().await.first().map_or(0, |event| event.event.not_before - stage.ground.now());
        if waits < MINUTE {
            stage.ground.set_clocks(waits.max(0));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        waits >= MINUTE
    })
    .await;
    stage.books().mend();
    stage.waiting().await[0].event.not_before
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_waits_no_longer_when_the_clock_is_set_back_by_a_day() {
    let mut stage = Stage::open().await;
    let before = waits_for_minutes(&mut stage).await;
    stage.ground.set_clocks(-DAY);
    until("it waits for an earlier time", async || stage.waiting().await[0].event.not_before < before - 20 * HOUR)
        .await;
    stage.ground.set_clocks(20 * MINUTE);
    stage.quiet().await;
    assert_eq!(stage.books().debtors().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_set_back_is_not_forgotten_while_the_disk_is_full() {
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let mut stage = Stage::with(ground, service).await;
    let before = waits_for_minutes(&mut stage).await;
    store.full.store(true, Ordering::SeqCst);
    stage.ground.set_clocks(-DAY);
    // Long enough for the host to have seen the clock, and to have been refused.
    tokio::time::sleep(Duration::from_secs(2)).await;
    store.full.store(false, Ordering::SeqCst);
    until("it waits for an earlier time", async || stage.waiting().await[0].event.not_before < before - 20 * HOUR)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catch_up_reads_on_though_the_clock_was_set_back_behind_the_last_one() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.service.catch_up_now(CLUB).await.unwrap();
    stage.quiet().await;
    stage.ground.set_clocks(-DAY);
    stage.books().type_in(json!({"Account": "700001", "Phone": "11111111"}));
    stage.service.catch_up_now(CLUB).await.unwrap();
    stage.quiet().await;
    stage.club.read(&stage.service).await;
    assert_eq!(stage.club.member(&id).phone, "11111111");
    // And the next one has a place to go on from again.
    stage.service.catch_up_now(CLUB).await.unwrap();
    stage.quiet().await;
    let outcomes = stage.outcomes("catch-up").await;
    assert_eq!(outcomes["validation"], 1, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_forward_by_a_month_lets_each_timer_go_off_once() {
    let mut stage = Stage::open().await;
    stage.books().fault(None, "/odata/", 1, status(503));
    stage.club.joins(&stage.service, 700_001).await;
    stage.ground.set_clocks(30 * DAY);
    until("check and catch-up have run", async || {
        !stage.outcomes("check").await.is_empty() && !stage.outcomes("catch-up").await.is_empty()
    })
    .await;
    stage.quiet().await;
    let calls = stage.activity().await;
    let count = |function: &str| calls.iter().filter(|call| call.function == function).count();
    assert_eq!((count("check"), count("catch-up")), (1, 1));
    assert_eq!(stage.books().debtors().len(), 1);
}
