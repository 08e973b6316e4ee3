//! What an event costs of Uniconta's 5,000 free calls a day.

use acceptance::in_process::InProcess;
use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome, SyncResult};
use accounting_kit::ports::Ports;
use accounting_kit::types::{Context, Customer, Effect, Link, Locale, Setting};
use serde_json::Value;
use uniconta_connector::guest::customers_changed;
use uniconta_sim::{Config, Uniconta};

struct Club {
    simulator: Uniconta,
    host: MemoryHost,
}

impl Club {
    fn new() -> Self {
        Self { simulator: Uniconta::new(Config::example()).unwrap(), host: MemoryHost::default() }
    }

    /// Run one event; results, and the calls it cost as "METHOD path".
    fn run(&self, changes: &[CustomerChange]) -> (Vec<SyncResult>, Vec<String>) {
        self.simulator.clear_calls();
        let outside = InProcess::new(&self.simulator);
        let results = customers_changed(Ports { http: &outside, host: &self.host }, &context(), changes).unwrap();
        let calls = self.simulator.calls().into_iter().map(|call| format!("{} {}", call.method, call.path)).collect();
        (results, calls)
    }
}

fn context() -> Context {
    let settings = [
        ("enabled", "true"), ("username", "flexybox"), ("password", "example-password"), ("company-id", "12345"),
        ("api-key", "11111111-2222-4333-8444-555555555555"), ("customer-tag", "Uniconta"), ("debtor-group", "1"),
    ];
    Context {
        now: 1_772_438_400_000,
        locale: Locale::En,
        settings: settings.map(|(key, value)| Setting { key: key.into(), value: value.into() }).to_vec(),
        webhook_link: None,
        idempotency_key: "k".to_owned(),
        attempt: 1,
    }
}

fn customer(number: usize) -> Customer {
    let text = String::new;
    Customer {
        id: format!("C{number}"), number: format!("{number:05}"), name: format!("Customer {number}"), address: text(), zip: text(), city: text(),
        country: text(), phone: text(), mobile: text(), email: format!("c{number}@example.com"), cvr: text(), ean: text(),
        tags: vec!["Uniconta".to_owned()], fields: Vec::new(), deleted: false, revision: 1,
    }
}

fn change(customer: Customer, link: Option<Link>) -> CustomerChange {
    CustomerChange { kind: ChangeKind::Changed, customer, link }
}

fn link_of(result: &SyncResult) -> Link {
    result.effects.iter().find_map(|effect| match effect { Effect::PutLink(link) => Some(link.clone()), _ => None }).unwrap()
}

#[test]
fn a_plain_update_is_one_read_and_one_write() {
    let club = Club::new();
    let (created, _) = club.run(&[change(customer(1), None)]);
    let link = link_of(&created[0]);
    let moved = Customer { city: "Odense".to_owned(), ..customer(1) };
    let (results, calls) = club.run(&[change(moved, Some(link))]);
    assert_eq!(results[0].outcome, Outcome::Updated);
    assert_eq!(calls, ["GET /odata/12345/DebtorClientUser", "PUT /api/Entities/Update/DebtorClientUser"]);
}

#[test]
fn an_unchanged_customer_and_an_untagged_one_cost_nothing() {
    let club = Club::new();
    let (created, _) = club.run(&[change(customer(1), None)]);
    let link = link_of(&created[0]);
    let untagged = Customer { tags: Vec::new(), ..customer(2) };
    let (results, calls) = club.run(&[change(customer(1), Some(link)), change(untagged, None)]);
    assert_eq!(results[0].outcome, Outcome::Unchanged);
    assert!(matches!(results[1].outcome, Outcome::Skipped(_)));
    assert!(calls.is_empty(), "{calls:?}");
}

#[test]
fn a_batch_of_new_customers_is_one_insert_list() {
    let club = Club::new();
    let batch: Vec<CustomerChange> = (1..=40).map(|number| change(customer(number), None)).collect();
    let (results, calls) = club.run(&batch);
    assert!(results.iter().all(|result| result.outcome == Outcome::Created), "{results:?}");
    let writes: Vec<&String> = calls.iter().filter(|call| !call.starts_with("GET")).collect();
    assert_eq!(writes, ["POST /api/Entities/InsertList/DebtorClientUser"]);
    assert_eq!(calls.len(), 3, "one look-up by account, one by e-mail, one write: {calls:?}");
}

#[test]
fn forty_changed_debtors_are_read_in_one_call() {
    let club = Club::new();
    let batch: Vec<CustomerChange> = (1..=40).map(|number| change(customer(number), None)).collect();
    let (created, _) = club.run(&batch);
    let changes: Vec<CustomerChange> = (1..=40)
        .zip(&created)
        .map(|(number, result)| change(Customer { city: "Ribe".to_owned(), ..customer(number) }, Some(link_of(result))))
        .collect();
    let (results, calls) = club.run(&changes);
    assert!(results.iter().all(|result| result.outcome == Outcome::Updated));
    assert_eq!(calls.len(), 41, "one read, forty writes");
    let towns = club.simulator.rows("DebtorClient").iter().filter(|row| row["City"] == Value::from("Ribe")).count();
    assert_eq!(towns, 40);
}
