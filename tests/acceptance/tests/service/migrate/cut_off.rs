//! The host dies in the middle, after any of its writes: what was begun is finished by the same wish.

use super::moving::{BY_CVR, MATCHED, MISSING, NEW, New, TOO_LONG, club_on, links, pairs, preview, quiet, told};
use crate::failing_store::FailingStore;
use crate::stage::{CLUB, Ground, Stage, code};
use accounting_service::{MigrationState, MigrationView, MigrationWish, ServiceError};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_in_while_a_move_is_cut_off_goes_along() {
    let ground = Ground::new().await;
    let service = ground.start().await;
    let mut stage = club_on(ground, service).await;
    preview(&stage).await;
    // As it is after the first step: both hold still, and the old one takes in what comes.
    let mut room = 1;
    while stage.service.migration(NEW).await.unwrap().state != MigrationState::Applying {
        let store = start_anew(&mut stage).await;
        store.room_for.store(room, Ordering::SeqCst);
        let cut = stage.service.migration_apply(NEW, CLUB, MigrationWish::default()).await;
        assert!(cut.is_err(), "{cut:?}");
        store.room_for.store(-1, Ordering::SeqCst);
        room += 1;
    }
    assert_eq!(stage.service.installation(CLUB).await.unwrap().pause.unwrap().code, "moving");
    assert_eq!(code(stage.service.resume(CLUB).await), "installation-moving");
    stage.club.edit(BY_CVR, |member| member.city = "Ribe".to_owned());
    stage.club.push(&stage.service, BY_CVR, ChangeKind::Changed).await;
    stage.club.edit(TOO_LONG, |member| member.name = "Kort".to_owned());
    stage.club.push(&stage.service, TOO_LONG, ChangeKind::Changed).await;
    New::has(&stage, "700006", "", "");
    let view = stage.service.migration_apply(NEW, CLUB, MigrationWish::default()).await.unwrap();
    assert_eq!(view.state, MigrationState::Applied);
    quiet(&stage, NEW).await;
    let mut expected = pairs(&MATCHED);
    // Looked at once more, since it changed: now it fits.
    expected.insert(TOO_LONG.to_owned(), "700006".to_owned());
    assert_eq!(links(&stage, NEW).await, expected);
    assert_eq!(New::town(&stage, "K2"), "Ribe");
    assert_eq!(stage.books().text("700002", "City"), "Aarhus", "the old books are left alone");
}
