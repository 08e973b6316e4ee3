//! A server that hands out its rows in small pages: nothing beyond the first page may be taken for missing.

use crate::club::{Club, change, customer, everyone_moves};
use accounting_kit::exports::on_customer_changed::Outcome;
use accounting_kit::types::Customer;
use serde_json::json;
use uniconta_sim::{Config, Switches};

fn club() -> Club {
    Club::new(Config { switches: Switches { page_size: 1, ..Switches::default() }, ..Config::example() })
}

#[test]
fn linked_customers_behind_the_first_page_are_still_there() {
    let club = club();
    let changes = everyone_moves(&club, 3);
    let (results, _) = club.run(&changes);
    assert!(results.iter().all(|result| result.outcome == Outcome::Updated), "{results:?}");
}

#[test]
fn a_registration_number_of_two_debtors_is_a_conflict_whichever_page_they_are_on() {
    let club = club();
    for account in ["A1", "A2"] {
        club.simulator
            .type_in("DebtorClient", json!({"Account": account, "Group": "1", "CompanyRegNo": "12345678"}))
            .unwrap();
    }
    let (results, calls) = club.run(&[change(Customer { cvr: "12345678".to_owned(), ..customer(1) }, None)]);
    let Outcome::Failed(error) = &results[0].outcome else { panic!("{results:?}") };
    assert_eq!(error.code, "uniconta.several-match");
    assert!(error.message.contains("A1") && error.message.contains("A2"), "{}", error.message);
    assert!(calls.iter().all(|call| call.starts_with("GET")), "{calls:?}");
}
