//! A club that moves: members in the old books, debtors in the new ones, and what both sides hold.
//!
//! What belongs to one accounting system stands in [`New`] alone, so that another connector can take the place of the new one.

use crate::books::COMPANIES;
use crate::clock::until;
use crate::club::TAG;
use crate::stage::{CLUB, Ground, Stage};
use accounting_service::{MigrationClass, MigrationView, MigrationWish, MovedCustomer, Service, ServiceError};
use accounting_store::CustomerRow;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::{Customer, Link};
use serde_json::json;
use std::collections::BTreeMap;

/// The installation that takes over.
pub(crate) const NEW: &str = "club-2";

pub(crate) const BY_NUMBER: &str = "c-700001";
pub(crate) const BY_CVR: &str = "c-700002";
pub(crate) const BY_EMAIL: &str = "c-700003";
pub(crate) const SEVERAL: &str = "c-700004";
pub(crate) const MISSING: &str = "c-700005";
pub(crate) const TOO_LONG: &str = "c-700006";
pub(crate) const UNTAGGED: &str = "c-700007";

/// The new accounting system.
pub(crate) struct New;

impl New {
    const COMPANY: u32 = COMPANIES[1];

    /// A debtor that a bookkeeper has made there.
    pub(crate) fn has(stage: &Stage, number: &str, cvr: &str, email: &str) {
        let row = json!({"Account": number, "Name": "Debitor Prøvesen", "Group": "1", "CompanyRegNo": cvr, "ContactEmail": email});
        stage.books().type_into(Self::COMPANY, &row);
    }

    /// Numbers of its debtors, in order.
    pub(crate) fn numbers(stage: &Stage) -> Vec<String> {
        let rows = stage.books().debtors_of(Self::COMPANY);
        let mut numbers: Vec<String> = rows.iter().map(|row| row["Account"].as_str().unwrap().to_owned()).collect();
        numbers.sort();
        numbers
    }

    /// The town of a debtor.
    pub(crate) fn town(stage: &Stage, number: &str) -> String {
        let rows = stage.books().debtors_of(Self::COMPANY);
        let row = rows.iter().find(|row| row["Account"] == number).unwrap();
        row.get("City").and_then(|city| city.as_str()).unwrap_or_default().to_owned()
    }
}

/// The club with one member of each kind, and the new books with the debtors that fit them.
pub(crate) async fn club() -> Stage {
    on(Stage::open().await).await
}

pub(crate) async fn club_on(ground: Ground, service: Service) -> Stage {
    on(Stage::with(ground, service).await).await
}

/// What makes a member the one a test needs.
type Edit = fn(&mut Customer);

async fn on(mut stage: Stage) -> Stage {
    stage.create(NEW).await;
    New::has(&stage, "700001", "", "");
    New::has(&stage, "K2", "DK 22222222", "");
    New::has(&stage, "K3", "", "medlem700003@example.com");
    New::has(&stage, "K4a", "44444444", "");
    New::has(&stage, "K4b", "44444444", "");
    let edits: [(u32, Edit); 7] = [
        (700_001, |_| {}),
        (700_002, |member| member.cvr = "22222222".to_owned()),
        (700_003, |_| {}),
        (700_004, |member| member.cvr = "44444444".to_owned()),
        (700_005, |_| {}),
        (700_006, |member| member.name = "Prøvesen ".repeat(6)),
        (700_007, |member| member.tags.clear()),
    ];
    for (number, edit) in edits {
        let id = stage.club.join(number);
        stage.club.edit(&id, edit);
        stage.club.push(&stage.service, &id, ChangeKind::Created).await;
    }
    stage.quiet().await;
    until("everything is told", async || {
        stage.club.read(&stage.service).await;
        stage.club.outbox(&stage.service).await.is_empty()
    })
    .await;
    stage
}

pub(crate) async fn preview(stage: &Stage) -> MigrationView {
    let view = stage.service.migration_preview(NEW, CLUB, false).await.unwrap();
    assert!(!view.more, "{view:?}");
    view
}

pub(crate) async fn apply(stage: &Stage, create_missing: bool) -> Result<MigrationView, ServiceError> {
    let wish = MigrationWish { create_missing, leave_unsettled: false };
    stage.service.migration_apply(NEW, CLUB, wish).await
}

pub(crate) async fn undo(stage: &Stage) -> Result<MigrationView, ServiceError> {
    stage.service.migration_undo(NEW, CLUB).await
}

/// From now on FlexyBox sends to this one and reads its outbox.
pub(crate) fn turn_to(stage: &mut Stage, installation: &str) {
    stage.club.installation = installation.to_owned();
}

/// Nothing waits and nothing runs in an installation.
pub(crate) async fn quiet(stage: &Stage, installation: &str) {
    until("nothing waits", async || {
        let counts = stage.service.counts(installation).await.unwrap();
        counts.waiting + counts.running == 0
    })
    .await;
}

/// Which customer is linked to which debtor in an installation.
pub(crate) async fn links(stage: &Stage, installation: &str) -> BTreeMap<String, String> {
    let rows = stage.service.links(installation, None, 1_000).await.unwrap().items;
    let link = |body: &str| serde_json::from_str::<Link>(body).unwrap();
    rows.into_iter().map(|row| (row.customer_id, link(&row.body_json).external_key)).collect()
}

pub(crate) fn pairs(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
    expected.iter().map(|(customer, debtor)| ((*customer).to_owned(), (*debtor).to_owned())).collect()
}

/// The three that the preview matches.
pub(crate) const MATCHED: [(&str, &str); 3] = [(BY_NUMBER, "700001"), (BY_CVR, "K2"), (BY_EMAIL, "K3")];

/// What is told of each customer.
pub(crate) async fn told(stage: &Stage, class: Option<MigrationClass>) -> Vec<MovedCustomer> {
    stage.service.migration_customers(NEW, class, None, 1_000).await.unwrap().items
}

/// A customer as an installation holds it.
pub(crate) async fn held(stage: &Stage, installation: &str, id: &str) -> CustomerRow {
    stage.service.customer(installation, id).await.unwrap()
}

/// The tag, for tests that enter another.
pub(crate) const SAME_TAG: &str = TAG;
