//! What an event costs of Uniconta's 5,000 free calls a day.

use crate::club::{Club, change, customer, everyone_moves, link_of};
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome};
use accounting_kit::types::Customer;
use uniconta_sim::Config;

#[test]
fn a_plain_update_is_one_read_and_one_write() {
    let club = Club::new(Config::example());
    let changes = everyone_moves(&club, 1);
    let (results, calls) = club.run(&changes);
    assert_eq!(results[0].outcome, Outcome::Updated);
    assert_eq!(calls, ["GET /odata/12345/DebtorClientUser", "PUT /api/Entities/Update/DebtorClientUser"]);
}

#[test]
fn an_unchanged_customer_and_an_untagged_one_cost_nothing() {
    let club = Club::new(Config::example());
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
    let club = Club::new(Config::example());
    let batch: Vec<CustomerChange> = (1..=40).map(|number| change(customer(number), None)).collect();
    let (results, calls) = club.run(&batch);
    assert!(results.iter().all(|result| result.outcome == Outcome::Created), "{results:?}");
    let writes: Vec<&String> = calls.iter().filter(|call| !call.starts_with("GET")).collect();
    assert_eq!(writes, ["POST /api/Entities/InsertList/DebtorClientUser"]);
    assert_eq!(calls.len(), 3, "one look-up by account, one by e-mail, one write: {calls:?}");
}

#[test]
fn forty_changed_debtors_are_read_in_one_call() {
    let club = Club::new(Config::example());
    let changes = everyone_moves(&club, 40);
    let (results, calls) = club.run(&changes);
    assert!(results.iter().all(|result| result.outcome == Outcome::Updated));
    assert_eq!(calls.len(), 41, "one read, forty writes");
    let towns = club.simulator.rows("DebtorClient").iter().filter(|row| row["City"] == "Ribe").count();
    assert_eq!(towns, 40);
}
