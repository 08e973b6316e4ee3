//! An existing club is switched on: all debtors are read ahead, a person says go, and each customer is linked, created or told.

use crate::books::Books;
use crate::clock::{DAY, until};
use crate::club::Club;
use crate::stage::{CLUB, Ground, Stage, code, settings};
use accounting_service::{InstallationChange, SwitchOnPhase, SwitchOnView};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use serde_json::json;

/// The books' company of the one installation.
const COMPANY: u32 = 12_345;

/// A host with an installation that was never configured, so that everybody who is pushed waits.
async fn before_it_is_on(daily_calls: u32) -> Stage {
    let ground = Ground::new().await;
    let service = ground.start().await;
    let change = InstallationChange { daily_calls: Some(daily_calls), ..settings(COMPANY) };
    service.create(CLUB, "uniconta", change).await.unwrap();
    Stage { ground, service, club: Club::new(CLUB) }
}

/// Push members as an import does.
async fn import(stage: &Stage, ids: &[String]) {
    let members = ids.iter().map(|id| stage.club.pushed(id, ChangeKind::Created)).collect();
    stage.service.customers_arrived(CLUB, members, true, "import").await.unwrap();
}

async fn view(stage: &Stage) -> SwitchOnView {
    stage.service.switch_on_view(CLUB).await.unwrap()
}

/// Look ahead to the end.
async fn looked(stage: &Stage) -> SwitchOnView {
    stage.service.look_ahead(CLUB, None).await.unwrap();
    until("all debtors are read", async || view(stage).await.phase == Some(SwitchOnPhase::Looked)).await;
    view(stage).await
}

/// Say go, and wait until nobody waits.
async fn gone(stage: &Stage) {
    stage.service.switch_on(CLUB).await.unwrap();
    until("nobody waits", async || view(stage).await.phase == Some(SwitchOnPhase::Done)).await;
}

/// A debtor that holds what the member with this number does.
fn debtor_of(number: u32, account: &str) -> serde_json::Value {
    json!({
        "Account": account, "Name": format!("Medlem Prøvesen {number}"), "City": "Aarhus", "Country": "Denmark",
        "Phone": format!("00{number:06}"), "ContactEmail": format!("medlem{number}@example.com"), "Group": "1",
    })
}

fn debtor_writes(books: &Books) -> usize {
    ["POST", "PUT"].iter().map(|method| books.calls(method, "/DebtorClientUser")).sum()
}

async fn account_of(stage: &Stage, id: &str) -> Option<String> {
    stage.link_of(id).await.map(|link| link.external_key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_matches_is_linked_who_does_not_is_created_and_who_fits_several_is_told() {
    let mut stage = before_it_is_on(0).await;
    let ids: Vec<String> = (1..=5).map(|number| stage.club.join(700_000 + number)).collect();
    stage.club.edit("c-700004", |member| member.cvr = "12345678".to_owned());
    import(&stage, &ids).await;
    let books = stage.books();
    books.type_in(debtor_of(700_001, "700001"));
    // The same address on another account, which the number must win over.
    books.type_in(debtor_of(700_001, "9001"));
    books.type_in(debtor_of(700_002, "9002"));
    let mut other_phone = debtor_of(700_003, "700003");
    other_phone["Phone"] = json!("");
    books.type_in(other_phone);
    for account in ["9004", "9005"] {
        books.type_in(json!({"Account": account, "Name": "To ens", "CompanyRegNo": "DK 12 34 56 78", "Group": "1"}));
    }

    let plan = looked(&stage).await;
    assert_eq!((plan.customers, plan.found, plan.due, plan.debtors), (5, 4, 2, Some(8)));
    assert_eq!(debtor_writes(stage.books()), 0, "nothing is written before somebody says go");
    assert_eq!(stage.counts().await.waiting, 5);
    let before = stage.books().calls("GET", "/DebtorClientUser");

    gone(&stage).await;
    assert_eq!(account_of(&stage, "c-700001").await.as_deref(), Some("700001"));
    assert_eq!(account_of(&stage, "c-700002").await.as_deref(), Some("9002"));
    assert_eq!(account_of(&stage, "c-700003").await.as_deref(), Some("700003"));
    assert_eq!(stage.books().text("700003", "Phone"), "00700003");
    assert_eq!(account_of(&stage, "c-700004").await, None);
    assert_eq!(account_of(&stage, "c-700005").await.as_deref(), Some("700005"));
    let parked = stage.parked().await;
    assert_eq!(parked.iter().map(|event| event.reason_code.as_str()).collect::<Vec<_>>(), ["uniconta.several-match"]);
    // One created, one changed, and that one read again before.
    assert_eq!(debtor_writes(stage.books()), 2);
    assert_eq!(stage.books().calls("GET", "/DebtorClientUser") - before, 1);
    let outside = stage.service.links(CLUB, None, 100).await.unwrap().items;
    assert!(outside.iter().all(|link| !link.external_id.starts_with('?')), "nobody remembers any more: {outside:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_waits_for_a_person_and_what_people_do_meanwhile_does_not() {
    let mut stage = before_it_is_on(0).await;
    let ids: Vec<String> = (1..=2).map(|number| stage.club.join(700_000 + number)).collect();
    import(&stage, &ids).await;
    assert_eq!(code(stage.service.switch_on(CLUB).await), "not-looked-ahead");
    looked(&stage).await;
    stage.club.joins(&stage.service, 700_009).await;
    until("the new member is a debtor", async || account_of(&stage, "c-700009").await.is_some()).await;
    assert_eq!((stage.counts().await.waiting, stage.books().debtors().len()), (2, 1));
    gone(&stage).await;
    assert_eq!(stage.books().debtors().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_changes_after_the_look_is_looked_up() {
    let mut stage = before_it_is_on(0).await;
    let ids: Vec<String> = (1..=2).map(|number| stage.club.join(700_000 + number)).collect();
    import(&stage, &ids).await;
    stage.books().type_in(json!({"Account": "9001", "Name": "Ny", "ContactEmail": "ny@example.com", "Group": "1"}));
    assert_eq!(looked(&stage).await.found, 0);
    stage.club.edit("c-700001", |member| member.email = "ny@example.com".to_owned());
    let changed = vec![stage.club.pushed("c-700001", ChangeKind::Changed)];
    stage.service.customers_arrived(CLUB, changed, true, "import").await.unwrap();
    gone(&stage).await;
    assert_eq!(account_of(&stage, "c-700001").await.as_deref(), Some("9001"));
    assert_eq!(account_of(&stage, "c-700002").await.as_deref(), Some("700002"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_mends_is_looked_up_when_it_is_tried_again() {
    let mut stage = before_it_is_on(0).await;
    let ids = vec![stage.club.join(700_001)];
    stage.club.edit("c-700001", |member| member.cvr = "12345678".to_owned());
    import(&stage, &ids).await;
    for account in ["9001", "9002"] {
        stage.books().type_in(json!({"Account": account, "Name": "To ens", "CompanyRegNo": "12345678", "Group": "1"}));
    }
    looked(&stage).await;
    gone(&stage).await;
    let parked = stage.parked().await;
    assert_eq!((parked.len(), stage.books().debtors().len()), (1, 2));
    stage.books().type_in(json!({"Account": "9002", "CompanyRegNo": "87654321"}));
    stage.service.retry_parked(CLUB, parked[0].seq).await.unwrap();
    stage.quiet().await;
    assert_eq!(account_of(&stage, "c-700001").await.as_deref(), Some("9001"));
    assert_eq!(stage.books().debtors().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_else_makes_the_debtor_between_the_look_and_go() {
    let mut stage = before_it_is_on(0).await;
    let ids: Vec<String> = (1..=3).map(|number| stage.club.join(700_000 + number)).collect();
    import(&stage, &ids).await;
    looked(&stage).await;
    stage.books().type_in(debtor_of(700_002, "700002"));
    gone(&stage).await;
    assert_eq!(stage.books().debtors().len(), 3, "none is there twice");
    assert_eq!(account_of(&stage, "c-700002").await.as_deref(), Some("700002"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_budget_is_spread_over_days_and_it_goes_on_by_itself() {
    const LIMIT: u32 = 30;
    const DUE: u32 = 40;
    let mut stage = before_it_is_on(LIMIT).await;
    let ids: Vec<String> = (1..=DUE).map(|number| stage.club.join(700_000 + number)).collect();
    import(&stage, &ids).await;
    for number in 700_001..=700_000 + DUE {
        let mut debtor = debtor_of(number, &number.to_string());
        debtor["Phone"] = json!("");
        stage.books().type_in(debtor);
    }
    let plan = looked(&stage).await;
    assert_eq!((plan.found, plan.due), (u64::from(DUE), u64::from(DUE)));
    let before = stage.books().all_calls();
    stage.service.switch_on(CLUB).await.unwrap();
    let mut days = 1;
    loop {
        until("it is done, or waits for another day", async || {
            let view = view(&stage).await;
            view.phase == Some(SwitchOnPhase::Done) || (view.goes_on.is_some() && stage.counts().await.running == 0)
        })
        .await;
        let view = view(&stage).await;
        if view.phase == Some(SwitchOnPhase::Done) {
            break;
        }
        let installation = stage.service.installation(CLUB).await.unwrap();
        assert!(installation.calls_today <= i64::from(LIMIT), "{installation:?}");
        assert!(view.goes_on.unwrap() > stage.ground.now());
        days += 1;
        stage.ground.set_clocks(DAY);
    }
    let calls = u64::try_from(stage.books().all_calls() - before).unwrap();
    assert!(days > 1 && days <= plan.plan.days_most.unwrap(), "{days} days of {:?}", plan.plan);
    assert!(calls <= plan.plan.calls.most.unwrap(), "{calls} calls of {:?}", plan.plan);
    for number in 700_001..=700_000 + DUE {
        assert_eq!(stage.books().text(&number.to_string(), "Phone"), format!("00{number:06}"));
    }
    assert_eq!(stage.books().debtors().len(), usize::try_from(DUE).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_are_wrong_begin_nothing() {
    let mut stage = before_it_is_on(0).await;
    let ids = vec![stage.club.join(700_001)];
    import(&stage, &ids).await;
    let wrong = crate::stage::setting("password", "forkert");
    stage.service.change(CLUB, wrong).await.unwrap();
    assert_eq!(code(stage.service.look_ahead(CLUB, None).await), "not-ready");
    assert_eq!(view(&stage).await.phase, None);
}
