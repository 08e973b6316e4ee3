//! An accounting system that hangs holds up its own installation and nobody else's.

use crate::books::COMPANIES;
use crate::clock::until;
use crate::club::Club;
use crate::stage::{CLUB, Stage};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_whose_server_hangs_with_two_hundred_waiting_holds_up_no_other() {
    let mut stage = Stage::open().await;
    stage.create("club-2").await;
    stage.books().hang(&format!("/odata/{}/", COMPANIES[0]));
    stage.club.joins(&stage.service, 700_000).await;
    until("it hangs", async || stage.counts().await.running == 1).await;
    let many: Vec<_> = (1..=200).map(|number| stage.club.join(700_000 + number)).collect();
    let many = many.iter().map(|id| stage.club.pushed(id, ChangeKind::Created)).collect();
    stage.service.customers_arrived(CLUB, many, false, "many").await.unwrap();
    let mut other = Club::new("club-2");
    other.joins(&stage.service, 800_001).await;
    until("the other one is done", async || stage.service.counts("club-2").await.unwrap().links == 1).await;
    let counts = stage.counts().await;
    assert_eq!((counts.running, counts.waiting), (1, 200));
    assert_eq!(stage.books().debtors_of(COMPANIES[1]).len(), 1);
}
