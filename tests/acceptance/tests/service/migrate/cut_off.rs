//! The host dies in the middle, after any of its writes: what was begun is finished by the same wish.

use super::moving::{MATCHED, MISSING, NEW, New, club_on, links, pairs, preview, quiet, told};
use crate::failing_store::FailingStore;
use crate::stage::{CLUB, Ground, Stage};
use accounting_service::{MigrationState, MigrationView, MigrationWish, ServiceError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// More writes than any step takes.
const ENOUGH: i64 = 200;

/// The host starts anew over a store that will have no room.
async fn start_anew(stage: &mut Stage) -> Arc<FailingStore> {
    stage.service.stop(Duration::from_secs(5)).await;
    let store = FailingStore::before(stage.ground.store().await);
    stage.service = stage.ground.start_over(Arc::clone(&store) as _).await;
    store
}

/// Wish for it with room for no write, then one, then two …, with a new start of the host in between, until it is done; how often it
/// was cut off.
async fn cut_off_everywhere(
    stage: &mut Stage,
    wish: impl AsyncFn(&Stage) -> Result<MigrationView, ServiceError>,
) -> i64 {
    for room in 0..ENOUGH {
        let store = start_anew(stage).await;
        store.room_for.store(room, Ordering::SeqCst);
        let answer = wish(stage).await;
        store.room_for.store(-1, Ordering::SeqCst);
        match answer {
            Ok(_) => return room,
            Err(error) => assert_eq!(error.code, "store", "{error}"),
        }
    }
    panic!("it is never done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_and_its_way_back_are_finished_wherever_they_were_cut_off() {
    let ground = Ground::new().await;
    let service = ground.start().await;
    let mut stage = club_on(ground, service).await;
    preview(&stage).await;
    let wish = MigrationWish { create_missing: true, leave_unsettled: false };
    let cuts = cut_off_everywhere(&mut stage, async |stage| stage.service.migration_apply(NEW, CLUB, wish).await).await;
    assert!(cuts > 3, "{cuts}");
    quiet(&stage, NEW).await;
    let mut expected = pairs(&MATCHED);
    expected.insert(MISSING.to_owned(), "700005".to_owned());
    assert_eq!(links(&stage, NEW).await, expected);
    assert_eq!(New::numbers(&stage), ["700001", "700005", "K2", "K3", "K4a", "K4b"]);
    assert!(told(&stage, None).await.iter().all(|one| !one.otherwise));
    stage.club.installation = NEW.to_owned();
    stage.club.read(&stage.service).await;
    let before = links(&stage, CLUB).await;
    let cuts = cut_off_everywhere(&mut stage, async |stage| stage.service.migration_undo(NEW, CLUB).await).await;
    assert!(cuts > 3, "{cuts}");
    stage.quiet().await;
    let view = stage.service.migration(NEW).await.unwrap();
    assert_eq!((view.state, view.left_behind.len()), (MigrationState::Undone, 4), "{view:?}");
    assert_eq!(links(&stage, CLUB).await, before);
    assert!(links(&stage, NEW).await.is_empty());
    assert!(stage.service.installation(CLUB).await.unwrap().pause.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_was_cut_off_anywhere_can_be_taken_back() {
    let ground = Ground::new().await;
    let service = ground.start().await;
    let mut stage = club_on(ground, service).await;
    let before = links(&stage, CLUB).await;
    for room in 1..ENOUGH {
        let store = start_anew(&mut stage).await;
        preview(&stage).await;
        store.room_for.store(room, Ordering::SeqCst);
        let applied = stage.service.migration_apply(NEW, CLUB, MigrationWish::default()).await;
        store.room_for.store(-1, Ordering::SeqCst);
        if stage.service.migration(NEW).await.unwrap().state == MigrationState::Previewed {
            // The host's own clock took the place of the first write.
            continue;
        }
        if applied.is_ok() {
            quiet(&stage, NEW).await;
        }
        let undone = stage.service.migration_undo(NEW, CLUB).await.unwrap();
        assert_eq!(undone.state, MigrationState::Undone, "{room}");
        stage.quiet().await;
        assert_eq!(links(&stage, CLUB).await, before, "{room}");
        assert!(links(&stage, NEW).await.is_empty(), "{room}");
        assert!(stage.service.installation(CLUB).await.unwrap().pause.is_none(), "{room}");
        if applied.is_ok() {
            assert!(room > 5, "{room}");
            return;
        }
    }
    panic!("it is never done");
}
