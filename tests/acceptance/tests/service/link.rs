//! The link: who may call it, how one takes another's place, and what follows when a call cannot be kept.

use crate::books::COMPANIES;
use crate::clock::{DAY, HOUR, until};
use crate::failing_store::FailingStore;
use crate::stage::{CLUB, Ground, PUBLIC_URL, Stage, call, call_at, settings};
use accounting_service::{HookAnswer, Timers};
use accounting_vault::Token;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const OVERLAP: Duration = Duration::from_secs(60 * 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_link_and_the_old_one_are_both_taken_until_the_overlap_is_over() {
    let mut stage = Stage::open().await;
    stage.joined(700_001).await;
    let old = stage.service.link(CLUB).await.unwrap().url;
    let new = stage.service.rotate_link(CLUB, OVERLAP).await.unwrap();
    assert_ne!(new.url, old);
    assert_eq!(new.older.len(), 1);
    for url in [&old, &new.url] {
        assert_eq!(call_at(&stage.service, url, "700001").await, HookAnswer::Kept);
    }
    stage.ground.set_clocks(2 * HOUR);
    assert_eq!(call_at(&stage.service, &old, "700001").await, HookAnswer::Unknown);
    assert_eq!(call_at(&stage.service, &new.url, "700001").await, HookAnswer::Kept);
    assert_eq!(stage.service.link(CLUB).await.unwrap().older.len(), 0);
    stage.quiet().await;
    assert!(stage.service.installation(CLUB).await.unwrap().last_hook.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_was_never_given_out_is_unknown() {
    let stage = Stage::open().await;
    let never = Token::new().unwrap();
    for token in ["", "x", "../admin", never.text()] {
        let url = format!("{PUBLIC_URL}/hooks/{token}");
        assert_eq!(call_at(&stage.service, &url, "1").await, HookAnswer::Unknown, "{token:?}");
    }
    assert_eq!(stage.counts().await.waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_made_after_the_clock_was_set_back_is_the_newest() {
    let stage = Stage::open().await;
    stage.ground.set_clocks(-DAY);
    let old = stage.service.link(CLUB).await.unwrap().url;
    let new = stage.service.rotate_link(CLUB, OVERLAP).await.unwrap().url;
    assert_ne!(new, old);
    stage.ground.set_clocks(2 * HOUR);
    assert_eq!(call(&stage.service, CLUB, "1").await, HookAnswer::Kept, "the link that is shown is taken");
    assert_eq!(call_at(&stage.service, &old, "1").await, HookAnswer::Unknown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_comes_while_the_link_is_replaced_does_not_keep_the_old_one_alive() {
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let stage = Stage::with(ground, service).await;
    let old = stage.service.link(CLUB).await.unwrap().url;
    // The call notes its use of the old link, and has not done so when the link is replaced.
    assert_eq!(call_at(&stage.service, &old, "1").await, HookAnswer::Kept);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let service = stage.service.clone();
    let mut rotating = tokio::spawn(async move { service.rotate_link(CLUB, OVERLAP).await.unwrap() });
    let early = tokio::time::timeout(Duration::from_millis(300), &mut rotating).await;
    store.may_note_use.add_permits(1_000);
    if early.is_err() {
        rotating.await.unwrap();
    }
    until("the use is noted", async || {
        stage.service.link(CLUB).await.unwrap().older.iter().any(|older| older.last_used.is_some())
    })
    .await;
    stage.ground.set_clocks(2 * HOUR);
    assert_eq!(call_at(&stage.service, &old, "1").await, HookAnswer::Unknown);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_cannot_be_kept_is_told_so_and_caught_up_with_later() {
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    store.may_note_use.add_permits(1_000);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let mut stage = Stage::with(ground, service).await;
    let id = stage.joined(700_001).await;
    store.full.store(true, Ordering::SeqCst);
    stage.books().type_in(json!({"Account": "700001", "Phone": "11111111"}));
    assert!(
        matches!(call(&stage.service, CLUB, "700001").await, HookAnswer::NotNow { retry_after_s } if retry_after_s > 0)
    );
    assert!(stage.service.ready().await.is_err());
    store.full.store(false, Ordering::SeqCst);
    until("FlexyBox has what nobody could be told", async || {
        stage.club.read(&stage.service).await;
        stage.club.member(&id).phone == "11111111"
    })
    .await;
    assert!(stage.outcomes("webhook").await.is_empty(), "the call itself was never kept");
    assert_eq!(stage.outcomes("catch-up").await["updated"], 1);
}

/// Timers that go off each minute.
const EACH_MINUTE: Timers = Timers { check_ms: 60_000, catch_up_ms: 60_000 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_for_a_forgotten_installation_holds_up_nobodys_timers() {
    let ground = Ground { timers: EACH_MINUTE, ..Ground::new().await };
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let stage = Stage::with(ground, service).await;
    stage.service.create("club-2", "uniconta", settings(COMPANIES[1])).await.unwrap();
    store.full.store(true, Ordering::SeqCst);
    assert!(matches!(call(&stage.service, "club-2", "1").await, HookAnswer::NotNow { .. }));
    store.full.store(false, Ordering::SeqCst);
    // The catch-up of the missed call may have been faster; then there is nothing left that could hold up anybody.
    stage.service.delete("club-2").await.unwrap();
    stage.ground.set_clocks(2 * 60_000);
    until("the other one is checked", async || !stage.outcomes("check").await.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_that_goes_off_while_the_store_fails_goes_off_afterwards() {
    let ground = Ground { timers: EACH_MINUTE, ..Ground::new().await };
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let stage = Stage::with(ground, service).await;
    store.unreadable.store(true, Ordering::SeqCst);
    stage.ground.set_clocks(2 * 60_000);
    // Two looks at the timers, so that they have surely gone off.
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    store.unreadable.store(false, Ordering::SeqCst);
    until("check and catch-up have run", async || {
        !stage.outcomes("check").await.is_empty() && !stage.outcomes("catch-up").await.is_empty()
    })
    .await;
}
