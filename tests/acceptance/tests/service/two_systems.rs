//! One host, two installations, each on a connector of its own: the same customers and days end up in both systems.

use crate::books::HOSTS;
use crate::clock::{START, until};
use crate::club::{Club, TAG};
use crate::days::day;
use crate::stage::{CLUB, Ground, Stage, component, shipped};
use accounting_service::{InstallationChange, Service, ServiceOptions};
use accounting_trial::{Attribute, Debtor, Surface};
use economic_sim::{Config, Running, Token};
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::exports::on_day_closed::{DailyReport, Posting};
use host_harness::egress::{Route, Routes};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The installation on the other connector.
const OTHER: &str = "club-other";
const OTHER_HOSTS: [&str; 2] = ["restapi.e-conomic.com", "apis.e-conomic.com"];
const APP_KEY: &str = "app-korrekt-hest-batteri";
const GRANT: &str = "aftale-korrekt-hest-batteri";
/// Accounts that are in both charts.
const ACCOUNTS: [&str; 2] = ["1020", "5820"];
/// What is compared: what both systems hold in one form.
const COMPARED: [Attribute; 5] =
    [Attribute::Name, Attribute::Address, Attribute::Zip, Attribute::City, Attribute::Email];

async fn other_books() -> Running {
    let config = Config { app_secret: Token::new(APP_KEY), grant: Token::new(GRANT), ..Config::example() };
    let running = economic_sim::serve(config, TcpListener::bind(("127.0.0.1", 0)).await.unwrap()).await.unwrap();
    running.core.set_now(economic_sim::Timestamp::from_millisecond(START).unwrap());
    running
}

fn other_settings() -> InstallationChange {
    let entered = [
        ("enabled", "true"),
        ("app-secret-token", APP_KEY),
        ("agreement-grant-token", GRANT),
        ("customer-tag", TAG),
        ("customer-group", "1"),
        ("payment-terms", "1"),
        ("vat-zone", "1"),
        ("journal", "1"),
        ("contra-account", "5700"),
    ];
    InstallationChange {
        name: Some("Den anden klub".to_owned()),
        locale: Some("da".to_owned()),
        settings: entered.map(|(key, value)| (key.to_owned(), Some(value.to_owned()))).into(),
        hosts: Some(OTHER_HOSTS.map(str::to_owned).to_vec()),
        catalogue: Some(Catalogue {
            customer_tags: vec![TAG.to_owned()],
            customer_fields: Vec::new(),
            account_plan: Vec::new(),
            dimensions: Vec::new(),
        }),
        concurrency: None,
        daily_calls: Some(0),
    }
}

/// One service with both connectors, each accounting system behind its own hosts.
async fn service(ground: &Ground, other: &Running) -> Service {
    let options = ground.options(ground.store().await);
    let routes = OTHER_HOSTS.map(|host| Route { host: host.to_owned(), target: other.addr.to_string() });
    let transport = Arc::new(Routes::new(options.transport, routes).unwrap());
    let connectors = vec![shipped(), component("CONNECTOR_ECONOMIC")];
    Service::start(ServiceOptions { transport, ..options }, connectors).await.unwrap()
}

/// The customers of these numbers as a system holds them.
fn held(books: &impl Surface, numbers: &[u32]) -> BTreeMap<String, Vec<String>> {
    let value = |debtor: &Debtor, attribute| debtor.attributes.get(&attribute).cloned().unwrap_or_default();
    let ours = |debtor: &Debtor| numbers.iter().any(|number| debtor.external_key == number.to_string());
    let debtors = books.debtors().unwrap().into_iter().filter(ours);
    let row = |debtor: Debtor| {
        let mut row = COMPARED.map(|attribute| value(&debtor, attribute)).to_vec();
        row.push(format!("blocked: {}", debtor.blocked));
        (debtor.external_key.clone(), row)
    };
    debtors.map(row).collect()
}

/// What stands on the accounts of the days, in hundredths.
fn sums(books: &impl Surface) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    for line in books.vouchers().unwrap().into_iter().flat_map(|voucher| voucher.lines) {
        if ACCOUNTS.contains(&line.account.as_str()) {
            *sums.entry(line.account).or_default() +=
                i128::from(accounting_kit::money::from_decimal(&line.amount, 2).unwrap());
        }
    }
    sums
}

async fn quiet(service: &Service) {
    until("nothing waits in either installation", async || {
        let mut waiting = 0;
        for installation in [CLUB, OTHER] {
            let counts = service.counts(installation).await.unwrap();
            waiting += counts.waiting + counts.running;
        }
        waiting == 0
    })
    .await;
}

fn report(id: &str, revision: u32, sold: i64) -> DailyReport {
    let mut report = day(id, revision, sold);
    report.department.clear();
    for (line, account) in report.lines.iter_mut().zip(ACCOUNTS) {
        line.posting = Posting::Ledger(account.to_owned());
    }
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_events_leave_the_same_customers_and_days_in_both_systems() {
    let other = other_books().await;
    let ground = Ground::new().await;
    ground.books.add_account(ACCOUNTS[1]);
    assert!(HOSTS.iter().all(|host| !OTHER_HOSTS.contains(host)));
    let service = service(&ground, &other).await;
    let mut stage = Stage::with(ground, service).await;
    stage.service.create(OTHER, "economic", other_settings()).await.unwrap();
    let answer = stage.service.configure(OTHER).await.unwrap();
    assert!(answer.ready, "{answer:?}");

    let numbers = [700_001, 700_002, 700_003, 700_004];
    let mut clubs = [std::mem::replace(&mut stage.club, Club::new(CLUB)), Club::new(OTHER)];
    for club in &mut clubs {
        for number in numbers {
            club.joins(&stage.service, number).await;
        }
    }
    quiet(&stage.service).await;
    for club in &mut clubs {
        club.edit("c-700002", |member| {
            member.name = "Ægir Ændret".to_owned();
            member.address = "Åstien 7".to_owned();
            member.zip = "0999".to_owned();
        });
        club.push(&stage.service, "c-700002", ChangeKind::Changed).await;
        club.edit("c-700003", |member| member.tags.clear());
        club.push(&stage.service, "c-700003", ChangeKind::Changed).await;
        club.edit("c-700004", |member| member.deleted = true);
        club.push(&stage.service, "c-700004", ChangeKind::Deleted).await;
        let installation = &club.installation;
        for (id, revision, sold) in [("Z-1", 1, 10_005), ("Z-2", 1, 29), ("Z-1", 2, 12_500)] {
            let event = format!("{id}-{revision}");
            stage.service.day_closed(installation, &event, report(id, revision, sold), "day").await.unwrap();
            quiet(&stage.service).await;
        }
    }
    quiet(&stage.service).await;

    let (one, two) = (held(stage.books().shared(), &numbers), held(other.core.as_ref(), &numbers));
    assert_eq!(one, two);
    assert_eq!(one.len(), numbers.len());
    assert_eq!(one["700002"].first().map(String::as_str), Some("Ægir Ændret"));
    assert_eq!(one["700004"].last().map(String::as_str), Some("blocked: true"));
    let expected = BTreeMap::from([(ACCOUNTS[0].to_owned(), -12_529), (ACCOUNTS[1].to_owned(), 12_529)]);
    assert_eq!((sums(stage.books().shared()), sums(other.core.as_ref())), (expected.clone(), expected));
}
