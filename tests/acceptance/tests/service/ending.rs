//! The host ends, by itself or not, and begins anew: what was under way runs again, and leaves one debtor.

use crate::clock::until;
use crate::club::Club;
use crate::stage::{CLUB, Ground, Stage};
use accounting_store::{EventFilter, EventKind, EventState, SqliteOptions, SqliteStore, Store};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use uniconta_sim::FaultAction;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Start a host of its own on the ground, do something with it, and let it die in the middle of whatever it does.
fn dies(ground: &Ground, doing: impl AsyncFnOnce(&Doomed<'_>)) {
    let own = runtime();
    own.block_on(async {
        let service = ground.start().await;
        doing(&Doomed { ground, service }).await;
    });
    own.shutdown_background();
}

/// A service over a ground that outlives it.
struct Doomed<'g> {
    ground: &'g Ground,
    service: accounting_service::Service,
}

/// The store, as soon as the one that died has let go of it.
async fn store_of_the_dead(ground: &Ground) -> SqliteStore {
    let began = Instant::now();
    loop {
        match SqliteStore::open(&ground.data(), SqliteOptions::default()).await {
            Ok(store) => return store,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(20), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn a_host_that_dies_during_a_call_calls_again_and_there_is_one_debtor() {
    let world = runtime();
    let ground = world.block_on(Ground::new());
    dies(&ground, async |host| {
        host.service.create(CLUB, "uniconta", crate::stage::settings(crate::books::COMPANIES[0])).await.unwrap();
        assert!(host.service.configure(CLUB).await.unwrap().ready);
        host.ground.books.fault(Some("POST"), "/Insert", 1, FaultAction::Delay(Duration::from_secs(600)));
        Club::new(CLUB).joins(&host.service, 700_001).await;
        until("the debtor is made", async || !host.ground.books.debtors().is_empty()).await;
    });
    world.block_on(async {
        let store = store_of_the_dead(&ground).await;
        assert_eq!(store.counts(CLUB).await.unwrap().running, 1);
        let service = ground.start_over(std::sync::Arc::new(store)).await;
        let stage = Stage { ground, service, club: Club::new(CLUB) };
        stage.quiet().await;
        assert_eq!((stage.books().debtors().len(), stage.counts().await.links), (1, 1));
        let calls: Vec<i64> = stage.activity().await.iter().map(|call| call.attempt).collect();
        assert_eq!(calls, [2], "the call that was cut off has told nothing");
    });
}

#[test]
fn what_the_host_died_of_three_times_is_parked_and_a_person_may_try_it_again() {
    let world = runtime();
    let ground = world.block_on(Ground::new());
    // What runs when the host dies is now and then the catch-up that follows each start.
    let mut cut_off = 0;
    for death in 0..20 {
        dies(&ground, async |host| {
            if death == 0 {
                host.service
                    .create(CLUB, "uniconta", crate::stage::settings(crate::books::COMPANIES[0]))
                    .await
                    .unwrap();
                assert!(host.service.configure(CLUB).await.unwrap().ready);
                host.ground.books.hang("/odata/");
                Club::new(CLUB).joins(&host.service, 700_001).await;
            }
            until("something runs", async || host.service.counts(CLUB).await.unwrap().running == 1).await;
            let running = EventFilter { state: Some(EventState::Running), ..EventFilter::default() };
            let running = host.service.events(running, None, 10).await.unwrap().items.remove(0);
            cut_off += i64::from(running.event.kind == EventKind::Customer);
            assert!(running.event.kind != EventKind::Customer || running.attempt == cut_off, "{running:?}");
        });
        world.block_on(async { store_of_the_dead(&ground).await.close().await });
        if cut_off == 3 {
            break;
        }
    }
    ground.books.mend();
    world.block_on(async {
        let stage = Stage { service: ground.start().await, ground, club: Club::new(CLUB) };
        until("it is parked", async || !stage.parked().await.is_empty()).await;
        let parked = stage.parked().await.remove(0);
        assert_eq!((parked.reason_code.as_str(), parked.attempt), ("host.crashed", 3));
        assert!(stage.books().debtors().is_empty());
        stage.service.retry_parked(CLUB, parked.seq).await.unwrap();
        stage.quiet().await;
        assert_eq!((stage.books().debtors().len(), stage.counts().await.parked), (1, 0));
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_under_way_ends_before_the_host_does() {
    let mut stage = Stage::open().await;
    stage.books().fault(Some("POST"), "/Insert", 1, FaultAction::Delay(Duration::from_millis(500)));
    stage.club.joins(&stage.service, 700_001).await;
    until("the call is under way", async || !stage.books().debtors().is_empty()).await;
    // What comes now is kept, and not begun.
    stage.club.join(700_002);
    let service = stage.service.clone();
    let stopping = tokio::spawn(async move { service.stop(Duration::from_secs(30)).await });
    stopping.await.unwrap();
    assert!(stage.service.ready().await.is_err());
    let store = stage.ground.store().await;
    let counts = store.counts(CLUB).await.unwrap();
    assert_eq!((counts.links, counts.waiting, counts.running), (1, 0, 0));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_does_not_end_is_let_go_of_and_runs_again_after_the_next_start() {
    let mut stage = Stage::open().await;
    stage.books().fault(Some("POST"), "/Insert", 1, FaultAction::Delay(Duration::from_secs(600)));
    stage.club.joins(&stage.service, 700_001).await;
    until("the debtor is made", async || !stage.books().debtors().is_empty()).await;
    stage.service.stop(Duration::from_millis(200)).await;
    let store = stage.ground.store().await;
    let seq = store.events(&Default::default(), None, 10).await.unwrap().items[0].seq;
    let (row, _) = store.event(CLUB, seq).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason_code.as_str(), row.attempt), (EventState::Waiting, "host.stopped", 1));
    assert!(row.input_json.is_some(), "it runs again with the same input");
    stage.service = stage.ground.start_over(store).await;
    stage.quiet().await;
    assert_eq!((stage.books().debtors().len(), stage.counts().await.links), (1, 1));
    assert_eq!(stage.activity().await.pop().unwrap().attempt, 2);
}
