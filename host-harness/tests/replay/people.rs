//! Who may enter the sandbox.

use super::driver::{description, link_of};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::Customer;
use host_harness::directory::Directory;
use host_harness::installation::{Event, EventError, Installation};
use host_harness::scenario::CustomerSpec;
use rstest::rstest;
use serde_json::{Value, json};

pub(crate) fn customer(json: Value) -> Customer {
    Customer::from(&serde_json::from_value::<CustomerSpec>(json).unwrap())
}

pub(crate) fn installation() -> Installation {
    let installation = Installation::new("test", description().settings);
    installation.set_setting("tag", "Erhverv");
    let person = |id: &str, tagged: bool, deleted: bool| {
        let tags = if tagged { json!(["Erhverv"]) } else { json!([]) };
        customer(json!({"id": id, "number": "00042", "cvr": "DK 12 34.56-78", "email": "Post@Example.dk", "name": id,
            "tags": tags, "deleted": deleted, "fields": [{"name": "Rabat", "value": "5"}]}))
    };
    installation.put_customer(person("tagged", true, false));
    installation.put_customer(person("linked", false, false));
    installation.put_customer(person("neither", false, false));
    installation.put_customer(person("deleted", true, true));
    installation.put_link(link_of("linked", "7", "linked")).unwrap();
    installation
}

fn ids(customers: &[Customer]) -> Vec<&str> {
    customers.iter().map(|customer| customer.id.as_str()).collect()
}

#[rstest]
#[case("tagged", true)]
#[case("linked", true)]
#[case("deleted", true)]
#[case("neither", false)]
#[case("unknown", false)]
#[tokio::test]
async fn answers_by_id_only_with_who_is_synchronised(#[case] id: &str, #[case] found: bool) {
    assert_eq!(installation().customer_by_id(id).await.unwrap().is_some(), found);
    assert_eq!(installation().is_synchronised(id), found);
}

#[tokio::test]
async fn finds_by_number_digits_and_address_but_never_the_deleted() {
    let installation = installation();
    let both = ["linked", "tagged"];
    assert_eq!(ids(&installation.customers_by_number("00042").await.unwrap()), both);
    assert_eq!(ids(&installation.customers_by_number("42").await.unwrap()), [""; 0]);
    assert_eq!(ids(&installation.customers_by_cvr("12345678").await.unwrap()), both);
    assert_eq!(ids(&installation.customers_by_cvr("DK12345678").await.unwrap()), both);
    assert_eq!(ids(&installation.customers_by_cvr("DK").await.unwrap()), [""; 0]);
    assert_eq!(ids(&installation.customers_by_email("POST@example.DK").await.unwrap()), both);
    assert_eq!(ids(&installation.customers_by_email("").await.unwrap()), [""; 0]);
}

#[test]
fn hands_over_only_who_is_synchronised_unless_forced() {
    let installation = installation();
    let handed = |event: Event| match event {
        Event::CustomersChanged(changes) => changes.into_iter().map(|change| change.customer.id).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let all = ["tagged", "neither", "linked"].map(|id| (id, ChangeKind::Changed));
    assert_eq!(handed(installation.customers_changed(all).unwrap()), ["tagged", "linked"]);
    let forced = installation.customers_changed_with_forced([("neither", ChangeKind::Changed, true)]);
    assert_eq!(handed(forced.unwrap()), ["neither"]);
    let twice = installation.customers_changed([("tagged", ChangeKind::Changed), ("tagged", ChangeKind::Deleted)]);
    assert_eq!(twice.unwrap_err(), EventError::Twice("tagged".into()));
}

#[test]
fn without_a_chosen_tag_only_the_linked_are_synchronised() {
    let installation = installation();
    installation.set_setting("tag", "");
    assert!(installation.is_synchronised("linked") && !installation.is_synchronised("tagged"));
}
