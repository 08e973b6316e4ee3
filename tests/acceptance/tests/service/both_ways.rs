//! A customer becomes a debtor, and what the bookkeeper changes comes back: nothing is lost on either side.

use crate::clock::until;
use crate::club::TAG;
use crate::stage::{CLUB, Stage, code};
use accounting_service::{Acknowledged, Acknowledgement};
use accounting_store::Accepted;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_becomes_a_debtor_and_the_call_is_in_the_list() {
    let mut stage = Stage::open().await;
    let id = stage.club.joins(&stage.service, 700_001).await;
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "City"), "Aarhus");
    assert_eq!(stage.link_of(&id).await.unwrap().external_key, "700001");
    assert_eq!(stage.outcomes("customer").await, [("created".to_owned(), 1)].into());
    let call = stage.activity().await.remove(0);
    assert_eq!((call.attempt, call.items, call.correlation.as_str()), (1, 1, "push"));
    assert!(call.requests > 0);
    let counts = stage.counts().await;
    assert_eq!((counts.customers, counts.tagged, counts.links, counts.parked), (1, 1, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_bookkeeper_changes_is_offered_applied_and_agreed() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    let offered = stage.club.updates(&stage.service).await;
    assert_eq!((offered.len(), offered[0].item.revision, offered[0].item.customer_id.as_str()), (1, 1, "c-700001"));
    assert!(!offered[0].item.body_json.contains("kept"), "what the host keeps for itself is not FlexyBox's to see");
    // Nothing is agreed on before FlexyBox has made the update.
    assert_eq!(stage.agreed_phone(&id).await, "00700001");
    stage.club.read(&stage.service).await;
    assert_eq!(stage.club.member(&id).phone, "11111111");
    assert_eq!(stage.agreed_phone(&id).await, "11111111");
    // The host holds the customer as FlexyBox made it, so pushing it says nothing new; and the next call is an echo.
    assert_eq!(stage.club.push(&stage.service, &id, ChangeKind::Changed).await, Accepted::Outdated);
    stage.called("700001").await;
    stage.quiet().await;
    assert_eq!(stage.outcomes("webhook").await, [("updated".to_owned(), 1), ("ignored".to_owned(), 1)].into());
    assert!(stage.club.outbox(&stage.service).await.is_empty());
    assert_eq!(stage.books().calls("PUT", "/Update/"), 0, "nothing was written back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_comes_too_late_loses_nothing_on_either_side() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    stage.club.edit(&id, |member| member.city = "Ribe".to_owned());
    let offered = stage.club.updates(&stage.service).await.remove(0);
    // FlexyBox says so before it has told what it changed: then the host could not know what to compare.
    let too_early = stage.service.acknowledge(offered.id, Acknowledgement::Stale).await;
    assert_eq!(code(too_early), "send-the-customer-first");
    until("both sides are the same", async || {
        stage.club.read(&stage.service).await;
        stage.club.member(&id).phone == "11111111" && stage.books().text("700001", "City") == "Ribe"
    })
    .await;
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "Phone"), "11111111");
    assert_eq!(stage.club.member(&id).city, "Ribe");
    assert_eq!(stage.agreed_phone(&id).await, "11111111");
    assert!(stage.club.outbox(&stage.service).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_is_offered_again_when_the_edit_was_about_something_else() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    stage.service.pause(CLUB, "").await.unwrap();
    let stale = stage.club.updates(&stage.service).await.remove(0);
    stage.club.edit(&id, |member| member.city = "Ribe".to_owned());
    stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    assert_eq!(stage.service.acknowledge(stale.id, Acknowledgement::Stale).await.unwrap(), Acknowledged::Done);
    // While nothing runs: so it is the acknowledgement that offered it.
    let again = stage.club.updates(&stage.service).await;
    assert_eq!((again.len(), again[0].item.revision), (1, 2));
    assert!(again[0].id > stale.id);
    stage.club.read(&stage.service).await;
    assert_eq!((stage.club.member(&id).phone.as_str(), stage.club.member(&id).revision), ("11111111", 3));
    stage.service.resume(CLUB).await.unwrap();
    stage.quiet().await;
    assert_eq!(
        (stage.books().text("700001", "City"), stage.books().text("700001", "Phone")),
        ("Ribe".to_owned(), "11111111".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_of_the_same_value_is_settled_by_the_rule_and_the_loser_is_named() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    stage.club.edit(&id, |member| member.phone = "22222222".to_owned());
    until("the bookkeeper's value is in FlexyBox", async || {
        stage.club.read(&stage.service).await;
        stage.club.member(&id).phone == "11111111"
    })
    .await;
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "Phone"), "11111111");
    let told = serde_json::to_string(&stage.club.told).unwrap();
    assert!(told.contains("22222222"), "the value that lost is told: {told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_update_takes_the_place_of_one_that_waits() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    let first = stage.club.updates(&stage.service).await.remove(0);
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "22222222"})).await;
    stage.quiet().await;
    let open = stage.club.updates(&stage.service).await;
    assert_eq!(open.len(), 1);
    assert!(open[0].id > first.id && open[0].item.body_json.contains("22222222"));
    // FlexyBox had read the first one and makes it; then it finds the second, worked out anew.
    let answer = stage.club.apply(&stage.service, &first).await;
    assert_eq!(stage.service.acknowledge(first.id, answer).await.unwrap(), Acknowledged::Done);
    until("FlexyBox has the last value", async || {
        stage.club.read(&stage.service).await;
        stage.club.member(&id).phone == "22222222"
    })
    .await;
    stage.quiet().await;
    assert_eq!(
        (stage.books().text("700001", "Phone"), stage.agreed_phone(&id).await),
        ("22222222".to_owned(), "22222222".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_is_never_merely_seen_and_twice_acknowledged_is_gone() {
    let mut stage = Stage::open().await;
    stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    let offered = stage.club.updates(&stage.service).await.remove(0);
    assert_eq!(code(stage.service.acknowledge(offered.id, Acknowledgement::Seen).await), "say-what-became-of-it");
    let not_newer = Acknowledgement::Applied { revision: 1 };
    assert_eq!(code(stage.service.acknowledge(offered.id, not_newer).await), "wrong-revision");
    assert_eq!(stage.club.updates(&stage.service).await.len(), 1, "it waits all the same");
    let answer = stage.club.apply(&stage.service, &offered).await;
    assert_eq!(stage.service.acknowledge(offered.id, answer).await.unwrap(), Acknowledged::Done);
    assert_eq!(stage.service.acknowledge(offered.id, answer).await.unwrap(), Acknowledged::Gone);
    assert_eq!(stage.service.acknowledge(offered.id, Acknowledgement::Stale).await.unwrap(), Acknowledged::Gone);
}

/// The bookkeeper changes a value and takes it back before FlexyBox has made the first change. With `restarted` the host
/// starts anew in between; with `caught_up` a catch-up has read past it.
#[rstest::rstest]
#[case::at_once(false, false)]
#[case::after_a_start(true, false)]
#[case::after_a_catch_up(false, true)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_is_taken_back_while_its_update_waits_is_taken_back_in_flexybox(
    #[case] restarted: bool,
    #[case] caught_up: bool,
) {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "00700001"})).await;
    stage.quiet().await;
    if caught_up {
        for _pass in 0..2 {
            stage.ground.set_clocks(6 * crate::clock::HOUR);
            stage.service.catch_up_now(CLUB).await.unwrap();
            stage.quiet().await;
        }
    }
    if restarted {
        stage.service.stop(std::time::Duration::from_secs(5)).await;
        stage.service = stage.ground.start().await;
    }
    let mut rounds = 0;
    until("FlexyBox has what the bookkeeper wants", async || {
        rounds += stage.club.read(&stage.service).await;
        stage.quiet().await;
        rounds > 0 && stage.club.member(&id).phone == "00700001" && stage.club.outbox(&stage.service).await.is_empty()
    })
    .await;
    assert_eq!(stage.books().text("700001", "Phone"), "00700001");
    assert_eq!(stage.agreed_phone(&id).await, "00700001");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_carry_the_tag_stays_away_until_it_does() {
    let mut stage = Stage::open().await;
    let id = stage.club.join(700_001);
    stage.club.edit(&id, |member| member.tags.clear());
    assert_eq!(stage.club.push(&stage.service, &id, ChangeKind::Created).await, Accepted::NotConcerned);
    assert!(stage.books().debtors().is_empty());
    stage.club.edit(&id, |member| member.tags.push(TAG.to_owned()));
    stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    stage.quiet().await;
    assert_eq!(stage.books().debtors().len(), 1);
}
