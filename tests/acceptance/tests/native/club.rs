//! The connector's native logic over the simulator in process: one event at a time, and what it cost.

use acceptance::in_process::InProcess;
use accounting_kit::doubles::{MemoryHost, nobody};
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, SyncResult};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Context, Customer, Effect, Link, Locale, Setting};
use uniconta_connector::guest::Uniconta as Connector;
use uniconta_sim::{Config, Uniconta};

/// FlexyBox and Uniconta.
pub(crate) struct Club {
    pub(crate) simulator: Uniconta,
    pub(crate) host: MemoryHost,
}

impl Club {
    pub(crate) fn new(config: Config) -> Self {
        Self { simulator: Uniconta::new(config).unwrap(), host: MemoryHost::default() }
    }

    /// Run one event; results, and the calls it cost as "METHOD path".
    pub(crate) fn run(&self, changes: &[CustomerChange]) -> (Vec<SyncResult>, Vec<String>) {
        self.simulator.clear_calls();
        let outside = InProcess::new(&self.simulator);
        let results =
            Connector::customers_changed(Ports { http: &outside, host: &self.host }, &context(), changes).unwrap();
        let calls = self.simulator.calls().into_iter().map(|call| format!("{} {}", call.method, call.path)).collect();
        (results, calls)
    }
}

/// One call in the first attempt.
pub(crate) fn context() -> Context {
    let settings = [
        ("enabled", "true"),
        ("username", "flexybox"),
        ("password", "example-password"),
        ("company-id", "12345"),
        ("api-key", "11111111-2222-4333-8444-555555555555"),
        ("customer-tag", "Uniconta"),
        ("debtor-group", "1"),
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

pub(crate) fn customer(number: usize) -> Customer {
    Customer {
        number: format!("{number:05}"),
        name: format!("Customer {number}"),
        email: format!("c{number}@example.com"),
        tags: vec!["Uniconta".to_owned()],
        ..nobody(&format!("C{number}"))
    }
}

pub(crate) fn change(customer: Customer, link: Option<Link>) -> CustomerChange {
    CustomerChange { kind: ChangeKind::Changed, customer, link }
}

pub(crate) fn link_of(result: &SyncResult) -> Link {
    result
        .effects
        .iter()
        .find_map(|effect| match effect {
            Effect::PutLink(link) => Some(link.clone()),
            _ => None,
        })
        .unwrap()
}

/// Create `count` customers as debtors, and change the town of all of them.
pub(crate) fn everyone_moves(club: &Club, count: usize) -> Vec<CustomerChange> {
    let batch: Vec<CustomerChange> = (1..=count).map(|number| change(customer(number), None)).collect();
    let (created, _) = club.run(&batch);
    let moved = |number| Customer { city: "Ribe".to_owned(), ..customer(number) };
    (1..=count).zip(&created).map(|(number, result)| change(moved(number), Some(link_of(result)))).collect()
}
