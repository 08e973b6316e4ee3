//! Applying effects: all of a result or nothing, only for whom it concerns; and driving events.

use super::driver::{Small, Wrong, description, link_of};
use super::people::installation;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::exports::on_webhook::{WebhookOutcome, WebhookResult};
use host_harness::bindings::exports::upkeep::Page;
use host_harness::bindings::types::{
    Agreed, Attribute, CustomerFlag, CustomerProperty, CustomerUpdate, Effect, Locale, PropertyChange,
};
use host_harness::egress::AllowList;
use host_harness::installation::{
    ApplyError, Change, EventId, Host, Installation, LinkError, Moment, RunError, RunResult,
};
use host_harness::sandbox::Limits;
use std::collections::BTreeSet;
use std::sync::Arc;

fn update(id: &str, revision: u64, property: CustomerProperty, value: &str) -> Effect {
    let changes = vec![PropertyChange { property, value: value.into() }];
    let agreed = vec![Agreed { name: "name".into(), value: value.into() }];
    Effect::UpdateCustomer(CustomerUpdate { customer_id: id.into(), revision, changes, agreed })
}

fn name() -> CustomerProperty {
    CustomerProperty::Attribute(Attribute::Name)
}

fn flag(id: &str, code: &str) -> Effect {
    Effect::FlagCustomer(CustomerFlag { customer_id: id.into(), code: code.into(), message: "se på den".into() })
}

fn shown(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn everything(installation: &Installation) -> String {
    format!("{:?}{:?}{:?}", installation.customers(), installation.links(), installation.flags())
}

#[test]
fn an_update_bumps_the_revision_and_writes_over_the_base() {
    let installation = installation();
    let effects =
        [update("linked", 1, name(), "Ny"), update("linked", 1, CustomerProperty::Field("Rabat".into()), "6")];
    let applied = installation.apply(Some("linked"), &effects, &shown(&["linked"])).unwrap();
    assert_eq!(applied.changes, [Change::CustomerUpdated(2), Change::CustomerUpdated(2)]);
    let customer = installation.customer("linked").unwrap();
    assert_eq!((customer.revision, customer.name.as_str(), customer.fields[0].value.as_str()), (2, "Ny", "6"));
    assert_eq!(installation.link("linked").unwrap().base, [Agreed { name: "name".into(), value: "6".into() }]);
}

#[test]
fn a_stale_update_is_left_out_with_its_base_and_the_rest_stands() {
    let installation = installation();
    installation.edit_customer("linked", |customer| customer.city = "Aarhus".into()).unwrap();
    let base = installation.link("linked").unwrap().base;
    let effects = [update("linked", 1, name(), "Ny"), flag("linked", "a.look")];
    let applied = installation.apply(Some("linked"), &effects, &shown(&["linked"])).unwrap();
    assert!(applied.is_stale());
    assert_eq!(applied.changes, [Change::Stale { from: 1, now: 2 }, Change::Flagged]);
    assert_eq!(installation.customer("linked").unwrap().name, "linked");
    assert_eq!(installation.link("linked").unwrap().base, base);
    assert_eq!(installation.flags().len(), 1);
}

#[test]
fn nothing_of_a_refused_result_stays() {
    let shown_all = shown(&["linked", "tagged"]);
    let taken =
        LinkError::ExternalIdTaken { external_id: "7".into(), holder: "linked".into(), customer_id: "tagged".into() };
    let cases: Vec<(Option<&str>, Vec<Effect>, ApplyError)> = vec![
        (
            Some("tagged"),
            vec![flag("tagged", "x"), Effect::PutLink(link_of("tagged", "7", ""))],
            ApplyError::Link(taken),
        ),
        (
            Some("tagged"),
            vec![flag("tagged", "x"), Effect::PutLink(link_of("tagged", "", ""))],
            ApplyError::Link(LinkError::NoExternalId("tagged".into())),
        ),
        (
            Some("tagged"),
            vec![flag("tagged", "x"), flag("linked", "x")],
            ApplyError::SomebodyElse { about: "tagged".into(), other: "linked".into() },
        ),
        (None, vec![flag("tagged", "x")], ApplyError::NobodyNamed(1)),
        (Some("neither"), vec![flag("neither", "x")], ApplyError::NotShown("neither".into())),
        (Some("nobody"), vec![], ApplyError::NotShown("nobody".into())),
        (
            Some("tagged"),
            vec![flag("tagged", "x"), update("tagged", 1, name(), "Ny")],
            ApplyError::NoLink("tagged".into()),
        ),
        (
            Some("linked"),
            vec![flag("linked", "x"), update("linked", 1, CustomerProperty::Field("Farve".into()), "rød")],
            ApplyError::UnknownField { customer_id: "linked".into(), field: "Farve".into() },
        ),
    ];
    for (about, effects, expected) in cases {
        let installation = installation();
        let before = everything(&installation);
        assert_eq!(installation.apply(about, &effects, &shown_all).unwrap_err(), expected);
        assert_eq!(everything(&installation), before, "{expected}");
    }
}

#[test]
fn effects_apply_in_order() {
    let installation = installation();
    let effects = [
        Effect::RemoveLink("linked".into()),
        Effect::PutLink(link_of("linked", "8", "linked")),
        update("linked", 1, name(), "Ny"),
    ];
    installation.apply(Some("linked"), &effects, &shown(&["linked"])).unwrap();
    let link = installation.link("linked").unwrap();
    assert_eq!((link.external_id.as_str(), link.base[0].value.as_str()), ("8", "Ny"));
    // The old external id is free again.
    installation.put_link(link_of("tagged", "7", "")).unwrap();
    assert!(installation.put_link(link_of("neither", "8", "")).is_err());
}

#[test]
fn a_flag_is_kept_once_until_somebody_takes_it_away() {
    let installation = installation();
    let effects = [flag("linked", "a"), flag("linked", "b"), flag("linked", "a")];
    installation.apply(Some("linked"), &effects, &shown(&["linked"])).unwrap();
    assert_eq!(installation.flags().iter().map(|flag| flag.code.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    installation.clear_flag("linked", "a");
    assert_eq!(installation.flags().len(), 1);
}

pub(crate) fn host<'a>(driver: &'a Small, installation: &'a Installation) -> Host<'a> {
    Host {
        driver,
        installation,
        transport: Arc::new(super::books::Books::default()),
        hosts: AllowList::new(description().hosts, description().hosts).unwrap(),
        limits: Limits::default(),
    }
}

pub(crate) fn moment(event: &str) -> Moment {
    Moment { now: 1, locale: Locale::Da, event: EventId(event.into()), attempt: 1 }
}

fn result(id: &str, effects: Vec<Effect>) -> WebhookResult {
    WebhookResult {
        customer_id: Some(id.into()),
        outcome: WebhookOutcome::Updated,
        effects,
        conflicts: vec![],
        notices: vec![],
    }
}

fn page(cursor: &str, more: bool, results: Vec<WebhookResult>) -> Page {
    Page { results, examined: 10, cursor: cursor.into(), more }
}

#[tokio::test]
async fn catches_up_page_by_page_until_there_is_no_more() {
    let (driver, installation) = (Small::default(), installation());
    *driver.pages.lock().unwrap() = vec![page("a", true, vec![]), page("b", true, vec![]), page("c", false, vec![])];
    let driven = host(&driver, &installation).catch_up(&moment("1")).await;
    assert!(
        matches!(driven.result, Ok(RunResult::CaughtUp { ref pages, complete: true, stopped: None }) if pages.len() == 3)
    );
    assert_eq!(installation.cursor().as_deref(), Some("c"));
    let keys: BTreeSet<String> =
        driver.contexts.lock().unwrap().iter().map(|context| context.idempotency_key.clone()).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_alphanumeric())));
}

#[tokio::test]
async fn an_error_on_a_page_keeps_what_was_done_before_it() {
    let (driver, installation) = (Small::default(), installation());
    *driver.pages.lock().unwrap() = vec![page("a", true, vec![])];
    let driven = host(&driver, &installation).catch_up(&moment("1")).await;
    let Ok(RunResult::CaughtUp { pages, complete: false, stopped: Some(RunError::Connector(error)) }) = driven.result
    else {
        panic!()
    };
    assert_eq!((pages.len(), error.code.as_str()), (1, "books.no-page-after-a"));
    assert_eq!(installation.cursor().as_deref(), Some("a"));
}

#[tokio::test]
async fn a_page_cannot_change_a_customer_it_was_not_shown_and_cannot_go_round() {
    let (driver, installation) = (Small::default(), installation());
    *driver.pages.lock().unwrap() =
        vec![page("a", true, vec![result("tagged", vec![flag("tagged", "x")])]), page("a", true, vec![])];
    let driven = host(&driver, &installation).catch_up(&moment("1")).await;
    let applied: Vec<_> = driven.everything_applied().cloned().collect();
    assert_eq!(applied, [Err(ApplyError::NotShown("tagged".into()))]);
    let Ok(RunResult::CaughtUp { stopped: Some(RunError::Contract(reason)), .. }) = driven.result else { panic!() };
    assert!(reason.contains("its cursor is where it began"), "{reason}");
    assert!(installation.flags().is_empty());
}

#[tokio::test]
async fn nobody_synchronised_means_no_call() {
    let (driver, installation) = (Small::default(), installation());
    let driven = host(&driver, &installation)
        .customers_changed(&[("neither", ChangeKind::Changed)], &moment("1"))
        .await
        .unwrap();
    assert!(matches!(driven.result, Ok(RunResult::NobodyConcerned)));
    assert!(driver.contexts.lock().unwrap().is_empty());
}

#[tokio::test]
async fn results_must_be_one_for_each_customer_in_order_or_nothing_is_applied() {
    let installation = installation();
    let before = everything(&installation);
    let both = [("tagged", ChangeKind::Changed), ("linked", ChangeKind::Changed)];
    for (wrong, expected) in [
        (Wrong::Swapped, "result 1 must be for customer tagged and is for linked"),
        (Wrong::OneMissing, "2 customers were handed over and 1 results came back"),
    ] {
        let driver = Small { wrong: Some(wrong), ..Small::default() };
        let driven = host(&driver, &installation).customers_changed(&both, &moment("1")).await.unwrap();
        let Err(RunError::Contract(reason)) = driven.result else { panic!("{driven:?}") };
        assert_eq!(reason, expected);
        assert_eq!(everything(&installation), before);
        assert_eq!(driven.records.len(), 1);
    }
}

#[tokio::test]
async fn a_stale_result_runs_again_with_the_customer_as_it_is_now() {
    let (driver, installation) = (Small::default(), installation());
    let event = installation.customers_changed([("tagged", ChangeKind::Changed)]).unwrap();
    installation.edit_customer("tagged", |customer| customer.city = "Aarhus".into()).unwrap();
    let fresh = event.refreshed(&installation).unwrap();
    assert_ne!(event, fresh);
    host(&driver, &installation).run(&fresh, &moment("1")).await;
    assert_eq!(driver.changes.lock().unwrap()[0][0].customer.revision, 2);
}
