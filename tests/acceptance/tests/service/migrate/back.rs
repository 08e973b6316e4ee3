//! The way back: the old installation goes on as though it had never stopped, and what changed meanwhile is brought to it.

use super::moving::{BY_CVR, BY_NUMBER, MISSING, NEW, New, apply, club, held, links, preview, quiet, turn_to, undo};
use crate::clock::until;
use crate::stage::{CLUB, code};
use accounting_service::{MigrationClass, MigrationState};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_agree_again_and_it_can_be_moved_anew() {
    let mut stage = club().await;
    let before = links(&stage, CLUB).await;
    preview(&stage).await;
    apply(&stage, true).await.unwrap();
    quiet(&stage, NEW).await;
    turn_to(&mut stage, NEW);
    stage.club.read(&stage.service).await;
    // Meanwhile FlexyBox changes two members and gets a new one, and a bookkeeper changes a debtor in the old books.
    stage.club.edit(BY_CVR, |member| member.city = "Ribe".to_owned());
    stage.club.push(&stage.service, BY_CVR, ChangeKind::Changed).await;
    let joined = stage.club.joins(&stage.service, 700_008).await;
    stage.books().type_in(json!({"Account": "700001", "Phone": "11111111"}));
    quiet(&stage, NEW).await;
    assert_eq!(New::town(&stage, "K2"), "Ribe");
    stage.club.read(&stage.service).await;
    // Nobody has fetched what the new installation has to tell.
    let view = undo(&stage).await.unwrap();
    assert_eq!((view.state, view.more), (MigrationState::Undone, false));
    assert!(links(&stage, NEW).await.is_empty());
    let left = |id: &str| {
        view.left_behind.iter().find(|one| one.customer == id).map(|one| (one.debtor.as_str(), one.was_there))
    };
    assert_eq!(left(BY_CVR), Some(("K2", true)));
    assert_eq!(left(MISSING), Some(("700005", false)));
    assert_eq!(left(&joined), Some(("700008", false)));
    assert!(New::numbers(&stage).contains(&"700005".to_owned()), "it stays there");
    let refused = stage.service.check_now(NEW).await;
    assert!(refused.is_ok(), "a person may still look");
    let pushed = vec![stage.club.pushed(BY_NUMBER, ChangeKind::Changed)];
    let refused = stage.service.customers_arrived(NEW, pushed, false, "push").await.unwrap_err();
    assert_eq!((refused.code, refused.subject.as_str()), ("installation-moved", CLUB));
    turn_to(&mut stage, CLUB);
    until("both sides agree", async || {
        stage.club.read(&stage.service).await;
        stage.quiet().await;
        stage.club.member(BY_NUMBER).phone == "11111111"
            && stage.books().text("700002", "City") == "Ribe"
            && stage.books().debtors().iter().any(|row| row["Account"] == "700008")
    })
    .await;
    let now = links(&stage, CLUB).await;
    assert!(before.iter().all(|(customer, debtor)| now.get(customer) == Some(debtor)), "{before:?} {now:?}");
    assert_eq!(held(&stage, CLUB, BY_CVR).await.revision, held(&stage, NEW, BY_CVR).await.revision);
    assert_eq!(code(apply(&stage, false).await), "no-preview");
    until("everything is told", async || {
        stage.club.read(&stage.service).await;
        stage.club.outbox(&stage.service).await.is_empty()
    })
    .await;
    // What was created then is matched now.
    let again = stage.service.migration_preview(NEW, CLUB, false).await.unwrap();
    assert_eq!(again.counts[&MigrationClass::Link], 5, "{again:?}");
    apply(&stage, false).await.unwrap();
    quiet(&stage, NEW).await;
    assert_eq!(links(&stage, NEW).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_for_what_flexybox_has_not_answered_and_a_stale_answer_comes_through() {
    let mut stage = club().await;
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
    quiet(&stage, NEW).await;
    turn_to(&mut stage, NEW);
    stage.club.read(&stage.service).await;
    stage.books().type_into(crate::books::COMPANIES[1], &json!({"Account": "700001", "Phone": "22222222"}));
    stage.service.catch_up_now(NEW).await.unwrap();
    quiet(&stage, NEW).await;
    assert_eq!(stage.club.updates(&stage.service).await.len(), 1);
    assert_eq!(code(undo(&stage).await), "updates-waiting");
    // FlexyBox has moved on from the update's revision: it sends the customer, where it sends all others, and says so.
    stage.club.edit(BY_NUMBER, |member| member.city = "Ribe".to_owned());
    until("FlexyBox has answered", async || {
        stage.club.read(&stage.service).await;
        stage.club.updates(&stage.service).await.is_empty()
    })
    .await;
    until("it is undone", async || {
        stage.club.read(&stage.service).await;
        undo(&stage).await.is_ok()
    })
    .await;
    turn_to(&mut stage, CLUB);
    until("both sides agree", async || {
        stage.club.read(&stage.service).await;
        stage.quiet().await;
        let member = stage.club.member(BY_NUMBER);
        stage.books().text("700001", "City") == member.city && stage.books().text("700001", "Phone") == member.phone
    })
    .await;
    assert_eq!(stage.club.member(BY_NUMBER).city, "Ribe");
}
