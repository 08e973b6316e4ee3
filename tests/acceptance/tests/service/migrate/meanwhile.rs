//! The new installation takes over: who was matched is linked, once, and what FlexyBox changes during the move is not lost.

use super::moving::{
    BY_CVR, BY_NUMBER, MATCHED, MISSING, NEW, New, SEVERAL, TOO_LONG, UNTAGGED, apply, club, held, links, pairs,
    preview, quiet, told, turn_to,
};
use crate::stage::{CLUB, code};
use accounting_service::{MigrationState, UnsettledKind};
use accounting_store::Accepted;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matched_are_linked_and_nobody_is_there_twice() {
    let stage = club().await;
    preview(&stage).await;
    let debtors = New::numbers(&stage);
    let view = apply(&stage, false).await.unwrap();
    assert_eq!((view.state, view.more), (MigrationState::Applied, false));
    quiet(&stage, NEW).await;
    assert_eq!(links(&stage, NEW).await, pairs(&MATCHED));
    assert_eq!(New::numbers(&stage), debtors, "nobody was created");
    assert_eq!(New::town(&stage, "K2"), "Aarhus", "what FlexyBox holds is there");
    // All of them are held, the untagged too; those that were left out wait for a word.
    for id in [SEVERAL, MISSING, TOO_LONG, UNTAGGED] {
        assert_eq!(held(&stage, NEW, id).await.revision, held(&stage, CLUB, id).await.revision, "{id}");
    }
    // Once more is as good as once.
    let calls = stage.books().all_calls();
    assert_eq!(apply(&stage, false).await.unwrap().state, MigrationState::Applied);
    quiet(&stage, NEW).await;
    assert_eq!((stage.books().all_calls(), New::numbers(&stage)), (calls, debtors));
    assert!(told(&stage, None).await.iter().all(|one| !one.otherwise));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_missing_is_created_only_when_allowed_and_the_ambiguous_never() {
    let stage = club().await;
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
    quiet(&stage, NEW).await;
    // Whatever goes through everybody leaves them out; and what is read of K4a and K4b is no reason to choose one.
    stage.service.resync(NEW, None, "all").await.unwrap();
    stage.service.catch_up_now(NEW).await.unwrap();
    quiet(&stage, NEW).await;
    stage.service.pause(NEW, "").await.unwrap();
    stage.service.resume(NEW).await.unwrap();
    quiet(&stage, NEW).await;
    assert_eq!(links(&stage, NEW).await, pairs(&MATCHED));
    let view = apply(&stage, true).await.unwrap();
    assert!(view.create_missing);
    quiet(&stage, NEW).await;
    let mut expected = pairs(&MATCHED);
    expected.insert(MISSING.to_owned(), "700005".to_owned());
    assert_eq!(links(&stage, NEW).await, expected);
    assert_eq!(New::numbers(&stage), ["700001", "700005", "K2", "K3", "K4a", "K4b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_one_sends_flexybox_to_the_new_one() {
    let mut stage = club().await;
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
    stage.club.edit(BY_NUMBER, |member| member.city = "Ribe".to_owned());
    let pushed = vec![stage.club.pushed(BY_NUMBER, ChangeKind::Changed)];
    let refused = stage.service.customers_arrived(CLUB, pushed, false, "push").await.unwrap_err();
    assert_eq!((refused.code, refused.subject.as_str()), ("installation-moved", NEW));
    turn_to(&mut stage, NEW);
    assert!(matches!(
        stage.club.push(&stage.service, BY_NUMBER, ChangeKind::Changed).await,
        Accepted::New(_) | Accepted::Collapsed(_)
    ));
    quiet(&stage, NEW).await;
    assert_eq!(New::town(&stage, "700001"), "Ribe");
    assert_eq!(stage.books().text("700001", "City"), "Aarhus", "the old books are left alone");
    let paused = stage.service.installation(CLUB).await.unwrap().pause.unwrap();
    assert_eq!((paused.code.as_str(), paused.subject.as_str()), ("moved", NEW));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_flexybox_changes_while_the_move_waits_for_it_goes_along() {
    let mut stage = club().await;
    preview(&stage).await;
    // A bookkeeper has typed something into the old books, and FlexyBox has not answered.
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    let waits = apply(&stage, false).await.unwrap_err();
    assert_eq!(waits.code, "updates-waiting");
    assert!(stage.service.installation(CLUB).await.unwrap().pause.is_none(), "nothing was begun");
    let view = stage.service.migration(NEW).await.unwrap();
    assert!(view.unsettled.iter().any(|one| one.kind == UnsettledKind::Updates && one.blocks));
    stage.club.read(&stage.service).await;
    assert_eq!(stage.club.member(BY_NUMBER).phone, "11111111");
    // By that the customer has changed, so the preview is stale; and so it is after any other change.
    assert_eq!(code(apply(&stage, false).await), "preview-stale");
    stage.club.edit(BY_CVR, |member| member.city = "Ribe".to_owned());
    stage.club.push(&stage.service, BY_CVR, ChangeKind::Changed).await;
    stage.quiet().await;
    assert_eq!(code(apply(&stage, false).await), "preview-stale");
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
    quiet(&stage, NEW).await;
    assert_eq!(links(&stage, NEW).await, pairs(&MATCHED));
    assert_eq!(New::town(&stage, "K2"), "Ribe");
    assert_eq!(held(&stage, NEW, BY_NUMBER).await.revision, 3);
}
