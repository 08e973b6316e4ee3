//! What would be different if another build took the connector's place: one difference of each kind, found and named.

use super::driver::Small;
use super::stage::record_into;
use async_trait::async_trait;
use host_harness::bindings::exports::configure::{
    Catalogue, Configured, Connector, FieldLimit, SettingChoice, SettingKind,
};
use host_harness::bindings::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use host_harness::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use host_harness::bindings::exports::on_webhook::{Request, WebhookResult};
use host_harness::bindings::exports::upkeep::{BookedDay, Health, Page};
use host_harness::bindings::imports::log::Level;
use host_harness::bindings::types::{
    Attribute, Context, CustomerFlag, CustomerProperty, Effect, FieldConflict, Localized, Side,
};
use host_harness::connector::Surroundings;
use host_harness::installation::{CallFailed, CallRecord, Called, Driver};
use host_harness::replay::{Fixture, Privacy};
use host_harness::sandbox::{LogLine, LogSource};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use host_harness::upgrade::{Aspect, FixtureCompared, compare, described};
use rstest::rstest;
use std::sync::Arc;

/// A small connector that does one thing differently.
#[derive(Default)]
struct Altered {
    inner: Small,
    result: Option<fn(&mut SyncResult)>,
    configured: Option<fn(&mut Configured)>,
    record: Option<fn(&mut CallRecord)>,
    request: Option<fn(&mut OutboundRequest)>,
}

/// Alters requests on their way.
struct Altering(Arc<dyn Transport>, fn(&mut OutboundRequest));

#[async_trait]
impl Transport for Altering {
    async fn send(&self, mut request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.1(&mut request);
        self.0.send(request).await
    }
}

impl Altered {
    fn around(&self, around: &Surroundings) -> Surroundings {
        let mut around = around.clone();
        if let Some(alter) = self.request {
            around.transport = Arc::new(Altering(around.transport, alter));
        }
        around
    }
}

#[async_trait]
impl Driver for Altered {
    async fn describe(&self) -> Result<Connector, CallFailed> {
        self.inner.describe().await
    }

    fn compiler(&self) -> Option<String> {
        None
    }

    async fn configure(&self, around: &Surroundings, context: Context, catalogue: Catalogue) -> Called<Configured> {
        let mut called = self.inner.configure(&self.around(around), context, catalogue).await;
        if let (Some(alter), Ok(Ok(configured))) = (self.configured, &mut called.result) {
            alter(configured);
        }
        called
    }

    async fn customers_changed(
        &self,
        around: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>> {
        let mut called = self.inner.customers_changed(&self.around(around), context, changes).await;
        if let (Some(alter), Ok(Ok(results))) = (self.result, &mut called.result) {
            results.iter_mut().for_each(alter);
        }
        if let Some(alter) = self.record {
            alter(&mut called.record);
        }
        called
    }

    async fn webhook(&self, around: &Surroundings, context: Context, request: Request) -> Called<WebhookResult> {
        self.inner.webhook(&self.around(around), context, request).await
    }

    async fn day_closed(
        &self,
        around: &Surroundings,
        context: Context,
        report: DailyReport,
        previous: Option<BookedReport>,
    ) -> Called<Receipt> {
        self.inner.day_closed(&self.around(around), context, report, previous).await
    }

    async fn check(&self, around: &Surroundings, context: Context, unposted: Vec<BookedDay>) -> Called<Health> {
        self.inner.check(&self.around(around), context, unposted).await
    }

    async fn catch_up(&self, around: &Surroundings, context: Context, cursor: Option<String>) -> Called<Page> {
        self.inner.catch_up(&self.around(around), context, cursor).await
    }
}

async fn compared(new: &dyn Driver) -> FixtureCompared {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    compare(&Fixture::read(folder.path()).unwrap(), &Small::default(), new).await.unwrap()
}

fn line(level: Level) -> LogLine {
    LogLine { level, source: LogSource::Connector, message: "something else".into() }
}

fn outcome(result: &mut SyncResult) {
    if matches!(result.outcome, Outcome::Updated) {
        result.outcome = Outcome::Unchanged;
    }
}

fn flag(result: &mut SyncResult) {
    let customer_id = result.customer_id.clone();
    result.effects.push(Effect::FlagCustomer(CustomerFlag {
        customer_id,
        code: "a.b".into(),
        message: "se på den".into(),
    }));
}

fn key(result: &mut SyncResult) {
    for effect in &mut result.effects {
        if let Effect::PutLink(link) = effect {
            link.external_key = "9".into();
        }
    }
}

fn conflict(result: &mut SyncResult) {
    let property = CustomerProperty::Attribute(Attribute::Name);
    let (kept_value, lost_value) = ("a".into(), "b".into());
    result.conflicts.push(FieldConflict { property, kept: Side::Flexybox, kept_value, lost_value });
}

#[rstest]
#[case::outcome(Altered { result: Some(outcome), ..Altered::default() }, &[Aspect::Outcomes], "\"updated\" becomes \"unchanged\"")]
#[case::flag(Altered { result: Some(flag), ..Altered::default() }, &[Aspect::Effects, Aspect::Customers], "se på den")]
#[case::link(Altered { result: Some(key), ..Altered::default() }, &[Aspect::Effects, Aspect::Links], "\"\" becomes \"9\"")]
#[case::conflict(Altered { result: Some(conflict), ..Altered::default() }, &[Aspect::Conflicts], "is new")]
#[case::remembered(
    Altered { configured: Some(|configured| configured.remember.clear()), ..Altered::default() },
    &[Aspect::Outcomes, Aspect::Kept],
    "is gone"
)]
#[case::log(Altered { record: Some(|record| record.logs.push(line(Level::Info))), ..Altered::default() }, &[Aspect::Log], "something else")]
#[case::query(
    Altered { request: Some(|request| request.url = request.url.replace("?number=", "?exactly=")), ..Altered::default() },
    &[Aspect::Requests],
    "+GET https://books.example/debtors?exactly=00042"
)]
#[case::body(
    Altered {
        request: Some(|request| {
            if request.method == "PUT" {
                request.body = String::from_utf8_lossy(&request.body).replace("email", "mail").into();
            }
        }),
        ..Altered::default()
    },
    &[Aspect::Requests],
    "+  \"mail\": \"ny@aerlig.dk\""
)]
#[tokio::test]
async fn one_difference_is_found_in_its_place_and_said(
    #[case] new: Altered,
    #[case] aspects: &[Aspect],
    #[case] said: &str,
) {
    let compared = compared(&new).await;
    assert_eq!(compared.aspects().into_iter().collect::<Vec<_>>(), aspects, "{:#?}", compared.changes);
    assert!(compared.changes.iter().any(|change| change.what.contains(said)), "{:#?}", compared.changes);
    assert!(!compared.is_same());
    assert_eq!(compared.not_compared_from, None);
}

#[tokio::test]
async fn the_same_connector_differs_in_nothing() {
    let compared = compared(&Altered::default()).await;
    assert!(compared.is_same(), "{:#?}", compared.changes);
    assert_eq!(compared.old, compared.new);
    assert!(!compared.old_strays && compared.old.fuel > 0);
}

#[tokio::test]
async fn fuel_memory_and_debug_lines_are_no_difference_for_people() {
    let alter: fn(&mut CallRecord) = |record| {
        record.fuel = record.fuel.map(|fuel| fuel * 2);
        record.peak_memory = 4_096;
        record.logs.push(line(Level::Debug));
    };
    let compared = compared(&Altered { record: Some(alter), ..Altered::default() }).await;
    assert!(compared.is_same(), "{:#?}", compared.changes);
    assert!(compared.new.fuel > compared.old.fuel);
    assert_eq!((compared.old.peak_memory, compared.new.peak_memory), (0, 4_096));
}

#[tokio::test]
async fn from_a_request_that_nobody_recorded_on_nothing_is_claimed() {
    let compared = compared(&Small { curious: true, ..Small::default() }).await;
    assert_eq!(compared.aspects().into_iter().collect::<Vec<_>>(), [Aspect::Requests], "{:#?}", compared.changes);
    assert_eq!(compared.not_compared_from, Some(2));
    let extra = "GET https://books.example/debtors?number=none";
    assert!(compared.changes.iter().any(|change| change.what.contains(extra)), "{:#?}", compared.changes);
    assert!(!compared.is_same() && !compared.old_strays);
}

#[tokio::test]
async fn an_old_connector_that_strays_from_the_fixture_is_told() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let fixture = Fixture::read(folder.path()).unwrap();
    let curious = Small { curious: true, ..Small::default() };
    assert!(compare(&fixture, &curious, &Small::default()).await.unwrap().old_strays);
}

/// Each line of what is said, with what there is to do.
fn said(alter: impl FnOnce(&mut Connector, &mut Connector)) -> Vec<(&'static str, String, Option<String>)> {
    let (mut old, mut new) = (super::driver::description(), super::driver::description());
    alter(&mut old, &mut new);
    described(&old, &new).into_iter().map(|one| (one.code, one.words, one.to_do)).collect()
}

#[test]
fn the_same_description_says_nothing_and_a_version_is_nothing_to_people() {
    assert_eq!(said(|_, _| {}), []);
    let (old, mut new) = (super::driver::description(), super::driver::description());
    new.version = "1.0.1".into();
    let found = described(&old, &new);
    assert_eq!(found.len(), 1);
    assert!(!found[0].is_for_people());
}

#[rstest]
#[case("setting-added", "fill in `books`", |_: &mut Connector, new: &mut Connector| {
    let mut spec = new.settings[0].clone();
    spec.key = "books".into();
    new.settings.push(spec);
})]
#[case("setting-added", "", |_: &mut Connector, new: &mut Connector| {
    let mut spec = new.settings[0].clone();
    spec.key = "books".into();
    spec.required = false;
    new.settings.push(spec);
})]
#[case("setting-removed", "note what `user` holds", |_: &mut Connector, new: &mut Connector| drop(new.settings.remove(0)))]
#[case("setting-required", "fill in `user` where", |old: &mut Connector, _: &mut Connector| old.settings[0].required = false)]
#[case("setting-required", "", |_: &mut Connector, new: &mut Connector| new.settings[0].required = false)]
#[case("setting-kind", "still right", |_: &mut Connector, new: &mut Connector| new.settings[0].kind = SettingKind::Guid)]
#[case("setting-secret", "enter `user` again", |_: &mut Connector, new: &mut Connector| new.settings[0].secret = true)]
#[case("setting-default", "enter `user` where", |_: &mut Connector, new: &mut Connector| {
    new.settings[0].default_value = Some("x".into());
})]
#[case("choice-removed", "where `user` is `a`", |old: &mut Connector, _: &mut Connector| {
    let label = Localized { da: "A".into(), en: "A".into() };
    old.settings[0].choices.push(SettingChoice { value: "a".into(), label });
})]
#[case("setting-text", "", |_: &mut Connector, new: &mut Connector| new.settings[0].label.da = "Bruger".into())]
#[case("capability-added", "", |_: &mut Connector, new: &mut Connector| new.capabilities.push("bookkeeping".into()))]
#[case("capability-removed", "nobody relies", |_: &mut Connector, new: &mut Connector| new.capabilities.clear())]
#[case("host-added", "approve the host more.example", |_: &mut Connector, new: &mut Connector| {
    new.hosts.push("more.example".into());
})]
#[case("host-removed", "", |_: &mut Connector, new: &mut Connector| new.hosts.clear())]
#[case("limit", "more than 60 characters", |old: &mut Connector, new: &mut Connector| {
    old.limits.push(FieldLimit { property: "Name".into(), max_length: 100 });
    new.limits.push(FieldLimit { property: "Name".into(), max_length: 60 });
})]
#[case("limit", "", |old: &mut Connector, _: &mut Connector| {
    old.limits.push(FieldLimit { property: "Name".into(), max_length: 100 });
})]
#[case("id", "another connector", |_: &mut Connector, new: &mut Connector| new.id = "other".into())]
fn what_an_administrator_must_do_is_said(
    #[case] code: &str,
    #[case] to_do: &str,
    #[case] alter: fn(&mut Connector, &mut Connector),
) {
    let found = said(alter);
    assert!(!found.is_empty());
    let of_code: Vec<_> = found.iter().filter(|(found, _, _)| *found == code).collect();
    assert_eq!(of_code.len(), 1, "{found:?}");
    let told = of_code[0].2.as_deref().unwrap_or_default();
    assert_eq!(told.is_empty(), to_do.is_empty(), "{told}");
    assert!(told.contains(to_do), "{told}");
}
