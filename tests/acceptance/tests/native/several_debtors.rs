//! Several debtors that one customer can be known by: nobody is linked by a guess, whichever side speaks first.

use crate::club::{Club, context};
use acceptance::in_process::InProcess;
use accounting_kit::doubles::nobody;
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome};
use accounting_kit::exports::on_webhook::{IgnoreReason, Request, WebhookOutcome, WebhookResult};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Customer, Effect, Error};
use serde_json::{Value, json};
use uniconta_connector::guest::Uniconta as Connector;
use uniconta_sim::Config;

const CVR: &str = "87654321";

impl Club {
    /// One customer of FlexyBox who waits for a debtor.
    fn waiting(customer: &Customer) -> Self {
        let club = Self::new(Config::example());
        club.host.customers.borrow_mut().push(customer.clone());
        club
    }

    /// A person types a debtor in; its row id.
    fn debtor(&self, account: &str, more: Value) -> u64 {
        let mut row = json!({"Account": account, "Group": "1"});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.simulator.type_in("DebtorClient", row).unwrap()["RowId"].as_u64().unwrap()
    }

    fn sent(&self, customer: &Customer) -> Outcome {
        let change = CustomerChange { kind: ChangeKind::Created, customer: customer.clone(), link: None };
        self.run(&[change]).0.remove(0).outcome
    }

    fn called(&self, row_id: u64) -> WebhookResult {
        let outside = InProcess::new(&self.simulator);
        let call = Request {
            method: "GET".to_owned(),
            query: format!("CompanyId=12345&Table=Debtor&RowId={row_id}&Action=update"),
            headers: Vec::new(),
            body: Vec::new(),
            received: 0,
        };
        self.simulator.clear_calls();
        Connector::webhook_called(Ports { http: &outside, host: &self.host }, &context(), &call).unwrap()
    }

    fn caught_up(&self) -> Vec<WebhookResult> {
        let outside = InProcess::new(&self.simulator);
        let page = Connector::caught_up(Ports { http: &outside, host: &self.host }, &context(), None).unwrap();
        assert!(!page.more);
        page.results
    }
}

fn customer(number: &str) -> Customer {
    Customer {
        number: number.to_owned(),
        name: "Maja Prøve".to_owned(),
        email: "c1@example.com".to_owned(),
        cvr: CVR.to_owned(),
        tags: vec!["Uniconta".to_owned()],
        ..nobody("C1")
    }
}

fn is_conflict(error: &Error) -> bool {
    error.code == "uniconta.several-match" && error.message.contains("A1") && error.message.contains("A2")
}

#[test]
fn a_registration_number_of_two_debtors_links_nobody_whichever_way_it_comes() {
    let maja = customer("90042");
    let club = Club::waiting(&maja);
    let rows = ["A1", "A2"].map(|account| club.debtor(account, json!({"CompanyRegNo": CVR})));
    let Outcome::Failed(told) = club.sent(&maja) else { panic!("it is no guess") };
    assert!(is_conflict(&told), "{told:?}");
    for row in rows {
        let heard = club.called(row);
        assert_eq!((heard.customer_id.as_deref(), heard.effects.len()), (Some("C1"), 0));
        assert_eq!(heard.outcome, WebhookOutcome::Failed(told.clone()));
    }
    let caught = club.caught_up();
    assert_eq!(caught.len(), 2, "{caught:?}");
    for result in caught {
        assert_eq!((result.outcome, result.effects.len()), (WebhookOutcome::Failed(told.clone()), 0));
    }
}

#[test]
fn a_spelling_that_cannot_be_asked_for_counts_too() {
    let club = Club::waiting(&customer("90042"));
    let odd = club.debtor("A1", json!({"CompanyRegNo": "87-65-43-21"}));
    assert_eq!(club.called(odd).outcome, WebhookOutcome::Linked);
    club.debtor("A2", json!({"CompanyRegNo": CVR}));
    let WebhookOutcome::Failed(error) = club.called(odd).outcome else { panic!("it is no guess") };
    assert!(is_conflict(&error), "{error:?}");
}

#[test]
fn a_number_decides_between_two_and_asks_no_more() {
    let club = Club::waiting(&customer("A2"));
    let rows = ["A1", "A2"].map(|account| club.debtor(account, json!({"CompanyRegNo": CVR})));
    // The other one is not the customer's, and no conflict either.
    assert_eq!(club.called(rows[0]).outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer));
    let heard = club.called(rows[1]);
    assert_eq!(heard.outcome, WebhookOutcome::Linked);
    let Some(Effect::PutLink(link)) = heard.effects.first() else { panic!("{heard:?}") };
    assert_eq!(link.external_key, "A2");
    let reads = club.simulator.calls().into_iter().filter(|call| call.method == "GET").count();
    assert_eq!(reads, 1);
}

#[test]
fn a_customer_without_a_number_is_found_by_its_registration_number() {
    let club = Club::waiting(&customer(""));
    let row = club.debtor("A1", json!({"CompanyRegNo": CVR}));
    assert_eq!(club.called(row).outcome, WebhookOutcome::Linked);
}

#[test]
fn an_address_that_two_debtors_share_says_nothing() {
    let club = Club::waiting(&Customer { cvr: String::new(), ..customer("90042") });
    let row = club.debtor("A1", json!({"ContactEmail": "c1@example.com"}));
    club.debtor("A2", json!({"ContactEmail": "c1@example.com"}));
    assert_eq!(club.called(row).outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer));
}
