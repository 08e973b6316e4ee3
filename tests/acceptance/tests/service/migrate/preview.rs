//! A preview says what would become of everybody and changes nothing.

use super::moving::{
    BY_CVR, BY_EMAIL, BY_NUMBER, MISSING, NEW, New, SEVERAL, TOO_LONG, UNTAGGED, club, held, links, preview, told,
};
use crate::books::status;
use crate::stage::{CLUB, code, setting};
use accounting_service::{InstallationChange, MigrationClass, MigrationState, UnsettledKind};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_classified_and_nothing_is_written() {
    let stage = club().await;
    let (writes, debtors, before) = (stage.books().writes(), New::numbers(&stage), stage.counts().await);
    let view = preview(&stage).await;
    assert_eq!((stage.books().writes(), New::numbers(&stage)), (writes, debtors), "a preview writes nothing");
    assert_eq!(view.state, MigrationState::Previewed);
    let counts = [
        (MigrationClass::Link, 3),
        (MigrationClass::Create, 1),
        (MigrationClass::Ambiguous, 1),
        (MigrationClass::Refused, 1),
    ];
    assert_eq!(view.counts, counts.into());
    let all = told(&stage, None).await;
    let class = |id: &str| all.iter().find(|one| one.line.customer == id).map(|one| one.line.class);
    let debtor = |id: &str| all.iter().find(|one| one.line.customer == id).map(|one| one.line.debtor.as_str());
    assert_eq!((debtor(BY_NUMBER), debtor(BY_CVR), debtor(BY_EMAIL)), (Some("700001"), Some("K2"), Some("K3")));
    assert_eq!((class(MISSING), debtor(MISSING)), (Some(MigrationClass::Create), Some("")));
    assert_eq!(class(SEVERAL), Some(MigrationClass::Ambiguous));
    let several = &told(&stage, Some(MigrationClass::Ambiguous)).await[0].line;
    assert!(several.message.contains("K4a") && several.message.contains("K4b"), "{several:?}");
    let refused = &told(&stage, Some(MigrationClass::Refused)).await[0].line;
    assert_eq!((refused.customer.as_str(), refused.code.as_str()), (TOO_LONG, "uniconta.too-long"));
    assert_eq!(class(UNTAGGED), None);
    // Neither installation has noticed anything.
    assert_eq!(stage.counts().await, before);
    assert!(stage.service.installation(CLUB).await.unwrap().pause.is_none());
    assert_eq!(stage.service.counts(NEW).await.unwrap().customers, 0);
    assert!(links(&stage, NEW).await.is_empty());
    assert_eq!(held(&stage, CLUB, BY_CVR).await.revision, 2);
    // The one that is too long is parked in the old installation: said, and no reason to wait.
    let parked = view.unsettled.iter().find(|one| one.kind == UnsettledKind::Parked).unwrap();
    assert!(!parked.blocks && view.unsettled.iter().all(|one| !one.blocks), "{:?}", view.unsettled);
    assert!(stage.service.installation(NEW).await.unwrap().pause.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_is_not_asked_for_again() {
    let mut stage = club().await;
    preview(&stage).await;
    let calls = stage.books().all_calls();
    preview(&stage).await;
    assert_eq!(stage.books().all_calls(), calls);
    // One who changed is asked about, and nobody else.
    stage.club.edit(TOO_LONG, |member| member.name = "Kort".to_owned());
    stage.club.push(&stage.service, TOO_LONG, ChangeKind::Changed).await;
    stage.quiet().await;
    let view = preview(&stage).await;
    assert_eq!(view.counts.get(&MigrationClass::Refused), None);
    assert_eq!(view.counts[&MigrationClass::Create], 2);
    // With other settings everybody is.
    let calls = stage.books().all_calls();
    stage.service.change(NEW, setting("conflict-rule", "flexybox")).await.unwrap();
    preview(&stage).await;
    assert!(stage.books().all_calls() > calls);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_that_does_not_answer_interrupts_it_and_it_goes_on() {
    let stage = club().await;
    stage.books().fault(Some("GET"), "DebtorClient", u32::MAX, status(503));
    let interrupted = stage.service.migration_preview(NEW, CLUB, false).await;
    assert_eq!(code(interrupted), "preview-interrupted");
    stage.books().mend();
    assert_eq!(preview(&stage).await.counts[&MigrationClass::Link], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stays_within_the_days_calls_and_counts_only_what_went_out() {
    let stage = club().await;
    let used = async || stage.service.installation(NEW).await.unwrap().calls_today;
    let (before, calls) = (used().await, stage.books().all_calls());
    preview(&stage).await;
    let made = i64::try_from(stage.books().all_calls() - calls).unwrap();
    assert!(made > 0);
    assert_eq!(used().await - before, made);
    let budget = InstallationChange { daily_calls: Some(1), ..InstallationChange::default() };
    stage.service.change(NEW, budget).await.unwrap();
    let out = stage.service.migration_preview(NEW, CLUB, true).await;
    assert_eq!(code(out), "budget-used");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_asked_about_together() {
    const MANY: u32 = 240;
    let mut stage = club().await;
    let joined: Vec<_> = (710_000..710_000 + MANY).map(|number| stage.club.join(number)).collect();
    let joined = joined.iter().map(|id| stage.club.pushed(id, ChangeKind::Created)).collect();
    stage.service.customers_arrived(CLUB, joined, true, "push").await.unwrap();
    // Every second one has a debtor there, which holds another town than FlexyBox.
    (710_000..710_000 + MANY).step_by(2).for_each(|number| New::has(&stage, &number.to_string(), "", ""));
    stage.quiet().await;
    let (writes, calls) = (stage.books().writes(), stage.books().all_calls());
    let view = preview(&stage).await;
    assert_eq!((view.counts[&MigrationClass::Link], view.counts[&MigrationClass::Create]), (123, 121));
    let asked = stage.books().all_calls() - calls;
    assert!(asked <= 40, "{asked} calls for {MANY} customers");
    assert_eq!(stage.books().writes(), writes);
}
