//! What happens to a customer: the design's two tables, row by row, and e-conomic's own traits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod club;

use accounting_kit::exports::on_customer_changed::{ChangeKind, Outcome, SkipReason};
use accounting_kit::exports::on_webhook::{IgnoreReason, WebhookOutcome};
use accounting_kit::types::{ErrorKind, LinkState};
use club::{Club, customer, edited};
use serde_json::json;

fn number_of(club: &Club, id: &str) -> u64 {
    club.link(id).unwrap().external_id.parse().unwrap()
}

#[test]
fn an_untagged_customer_costs_no_call() {
    let club = Club::new();
    let untagged = edited(customer("C1", "700"), |customer| customer.tags.clear());
    let result = club.changed(ChangeKind::Created, &untagged);
    assert_eq!(result.outcome, Outcome::Skipped(SkipReason::NotTagged));
    assert!(club.calls().is_empty());
}

#[test]
fn a_new_customer_gets_its_own_number_and_everything_it_has() {
    let club = Club::new();
    let result = club.changed(ChangeKind::Created, &customer("C1", "700"));
    assert_eq!(result.outcome, Outcome::Created, "{result:?}");
    let held = club.held(700).unwrap();
    assert_eq!(held["address"], "Æblestien 3");
    assert_eq!(held["country"], "Danmark");
    assert_eq!((&held["customerGroup"]["customerGroupNumber"], &held["currency"]), (&json!(1), &json!("DKK")));
    // The same again costs nothing.
    club.calls();
    assert_eq!(club.changed(ChangeKind::Changed, &customer("C1", "700")).outcome, Outcome::Unchanged);
    assert!(club.calls().is_empty());
}

#[test]
fn a_number_e_conomic_cannot_hold_stays_as_it_is_and_the_server_gives_another() {
    let club = Club::new();
    for (id, number) in [("C1", "00042"), ("C2", "K-7"), ("C3", "1000000000"), ("C4", "")] {
        let result = club.changed(ChangeKind::Created, &customer(id, number));
        assert_eq!(result.outcome, Outcome::Created, "{number}: {result:?}");
        assert_ne!(number_of(&club, id), 42);
        assert_eq!(club.customer(id).number, number);
    }
}

#[test]
fn a_number_somebody_else_has_is_only_another_number() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "00042"));
    let given = number_of(&club, "C1");
    let result = club.changed(ChangeKind::Created, &customer("C2", &given.to_string()));
    assert_eq!(result.outcome, Outcome::Created, "{result:?}");
    assert_ne!(number_of(&club, "C2"), given);
}

#[test]
fn the_same_number_alone_does_not_make_two_people_one() {
    let club = Club::new();
    let result = club.changed(ChangeKind::Created, &customer("C1", "4"));
    assert_eq!(result.outcome, Outcome::Created, "{result:?}");
    assert_ne!(number_of(&club, "C1"), 4);
    assert_eq!(club.held(4).unwrap()["name"], "Carla Muster");
    club.keep(&customer("C5", "5"));
    assert_eq!(club.called("new=5&old=5").unwrap().outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer));
}

#[test]
fn one_that_is_there_is_found_by_number_cvr_or_email() {
    let club = Club::new();
    let by_number = edited(customer("C1", "4"), |customer| customer.name = "Carla Muster".to_owned());
    let by_email = edited(customer("C2", "00002"), |customer| customer.email = "BO@example.com".to_owned());
    for (customer, number) in [(by_number, 4), (by_email, 2)] {
        let result = club.changed(ChangeKind::Created, &customer);
        assert_eq!(result.outcome, Outcome::Linked, "{result:?}");
        assert_eq!(number_of(&club, &customer.id), number);
    }
    let twice = edited(customer("C3", "00003"), |customer| customer.cvr = "DK 12345674".to_owned());
    let result = club.changed(ChangeKind::Created, &twice);
    assert!(matches!(&result.outcome, Outcome::Failed(error) if error.code == "economic.several-match"), "{result:?}");
}

#[test]
fn what_nobody_models_survives_a_write() {
    let club = Club::new();
    let bo = edited(customer("C2", "2"), |customer| {
        customer.name = "Bo Test Testesen".to_owned();
        customer.city = "Nyby".to_owned();
    });
    let before = club.held(2).unwrap();
    let result = club.changed(ChangeKind::Created, &bo);
    assert_eq!(result.outcome, Outcome::Linked, "{result:?}");
    let after = club.held(2).unwrap();
    assert_eq!((&after["city"], &after["email"]), (&json!("Nyby"), &json!("c2@example.com kontor@example.com")));
    for property in [
        "layout",
        "salesPerson",
        "priceGroup",
        "attention",
        "customerContact",
        "defaultDeliveryLocation",
        "creditLimit",
        "website",
        "publicEntryNumber",
    ] {
        assert_eq!(before[property].to_string(), after[property].to_string(), "{property}");
        assert!(!before[property].is_null(), "{property}");
    }
}

#[test]
fn a_change_goes_there_and_an_echo_leads_to_nothing() {
    let club = Club::new();
    club.simulator.set_webhook(&format!("{}?new=[NEWNUMBER]&old=[OLDNUMBER]", club::LINK)).unwrap();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    let moved = edited(customer("C1", "700"), |customer| customer.city = "Ribe".to_owned());
    assert_eq!(club.changed(ChangeKind::Changed, &moved).outcome, Outcome::Updated);
    assert_eq!(club.held(700).unwrap()["city"], "Ribe");
    let calls = club.simulator.take_deliveries();
    assert_eq!(calls.len(), 2);
    for call in calls {
        let query = call.url.split_once('?').unwrap().1.to_owned();
        assert_eq!(club.called(&query).unwrap().outcome, WebhookOutcome::Ignored(IgnoreReason::Echo));
    }
}

#[test]
fn what_a_bookkeeper_types_comes_back() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    club.simulator.edit_customer(700, &json!({"telephoneAndFaxNumber": "00000099", "country": "Sweden"})).unwrap();
    let result = club.called("new=700&old=700").unwrap();
    assert_eq!(result.outcome, WebhookOutcome::Updated);
    let customer = club.customer("C1");
    assert_eq!((customer.phone.as_str(), customer.country.as_str()), ("00000099", "SE"));
    // Text that is no country is left alone on both sides.
    club.simulator.edit_customer(700, &json!({"country": "Atlantis"})).unwrap();
    assert_eq!(club.called("new=700&old=700").unwrap().outcome, WebhookOutcome::Ignored(IgnoreReason::Echo));
    let moved = edited(club.customer("C1"), |customer| customer.city = "Ribe".to_owned());
    assert_eq!(club.changed(ChangeKind::Changed, &moved).outcome, Outcome::Updated);
    assert_eq!(club.held(700).unwrap()["country"], "Atlantis");
}

#[test]
fn the_tag_taken_off_and_put_on_again() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    let off = edited(customer("C1", "700"), |customer| customer.tags.clear());
    club.calls();
    assert_eq!(club.changed(ChangeKind::Changed, &off).outcome, Outcome::Detached);
    assert!(club.calls().is_empty());
    assert_eq!(club.link("C1").unwrap().state, LinkState::Dormant);
    club.simulator.edit_customer(700, &json!({"city": "Ribe"})).unwrap();
    assert_eq!(club.called("new=700&old=700").unwrap().outcome, WebhookOutcome::Ignored(IgnoreReason::Dormant));
    let on = edited(customer("C1", "700"), |customer| customer.revision = 3);
    let result = club.changed(ChangeKind::Changed, &on);
    assert_eq!((result.outcome, result.conflicts.len()), (Outcome::Updated, 1));
    assert_eq!(club.held(700).unwrap()["city"], "Testrup");
}

#[test]
fn a_deleted_customer_is_barred_and_opened_when_it_comes_back() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    let gone = edited(customer("C1", "700"), |customer| customer.deleted = true);
    assert_eq!(club.changed(ChangeKind::Deleted, &gone).outcome, Outcome::Blocked);
    assert_eq!(club.held(700).unwrap()["barred"], true);
    assert!(club.calls().iter().all(|call| !call.starts_with("DELETE")));
    let back = edited(customer("C1", "700"), |customer| customer.revision = 3);
    assert_eq!(club.changed(ChangeKind::Changed, &back).outcome, Outcome::Updated);
    assert_ne!(club.held(700).unwrap()["barred"], true);
}

#[test]
fn one_deleted_there_is_never_made_anew_by_a_write() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    club.simulator.delete_customer(700).unwrap();
    let moved = edited(customer("C1", "700"), |customer| customer.city = "Ribe".to_owned());
    let result = club.changed(ChangeKind::Changed, &moved);
    assert!(matches!(&result.outcome, Outcome::Failed(error) if error.code == "economic.customer-deleted"));
    assert_eq!((club.held(700), club.link("C1")), (None, None));
    assert_eq!(*club.flags.borrow(), ["economic.customer-deleted"]);
}

#[test]
fn a_deletion_there_is_heard_by_the_link() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    club.simulator.delete_customer(700).unwrap();
    assert_eq!(club.called("new=&old=700").unwrap().outcome, WebhookOutcome::Unlinked);
    assert_eq!(club.link("C1"), None);
    assert_eq!(club.called("new=&old=700").unwrap().outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer));
}

#[test]
fn a_link_follows_a_new_number() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    club.simulator.renumber_customer(700, 900).unwrap();
    club.simulator.edit_customer(900, &json!({"city": "Ribe"})).unwrap();
    assert_eq!(club.called("new=900&old=700").unwrap().outcome, WebhookOutcome::Updated);
    assert_eq!((number_of(&club, "C1"), club.customer("C1").city.as_str()), (900, "Ribe"));
    assert_eq!(club.customer("C1").number, "700");
    // A call that lies about a renumbering leads nowhere.
    assert_eq!(club.called("new=1&old=900").unwrap().outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer));
    assert_eq!(number_of(&club, "C1"), 900);
}

#[test]
fn a_link_follows_a_new_number_while_nothing_is_synchronised() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    club.keep(&edited(customer("C1", "700"), |customer| customer.tags.clear()));
    club.simulator.renumber_customer(700, 900).unwrap();
    let result = club.called("new=900&old=700").unwrap();
    assert_eq!(result.outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer));
    assert_eq!(number_of(&club, "C1"), 900);
}

#[test]
fn catching_up_finds_what_the_link_lost() {
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    let (_, cursor) = club.catch_up(None);
    club.simulator.edit_customer(700, &json!({"city": "Ribe"})).unwrap();
    let (results, cursor) = club.catch_up(Some(&cursor));
    assert_eq!(results.len(), 1);
    assert_eq!(club.customer("C1").city, "Ribe");
    assert!(club.catch_up(Some(&cursor)).0.is_empty());
}

#[test]
fn a_customer_typed_in_there_finds_the_one_who_waits() {
    let club = Club::new();
    club.keep(&customer("C1", "00042"));
    club.simulator.type_customer(&json!({"name": "Maja", "email": "c1@example.com", "customerNumber": 555})).unwrap();
    let result = club.called("new=555&old=").unwrap();
    assert_eq!(result.outcome, WebhookOutcome::Linked, "{result:?}");
    assert_eq!((number_of(&club, "C1"), club.customer("C1").name.as_str()), (555, "Maja"));
    assert_eq!(club.held(555).unwrap()["city"], "Testrup");
}

#[test]
fn a_registration_number_of_two_there_links_nobody_whichever_way_it_comes() {
    let club = Club::new();
    let twice = edited(customer("C1", "00003"), |customer| customer.cvr = "DK 12345674".to_owned());
    let Outcome::Failed(told) = club.changed(ChangeKind::Created, &twice).outcome else { panic!("it is no guess") };
    assert_eq!(told.code, "economic.several-match");
    for number in [3, 120] {
        let heard = club.called(&format!("new={number}&old={number}")).unwrap();
        assert_eq!((heard.outcome, heard.customer_id.as_deref()), (WebhookOutcome::Failed(told.clone()), Some("C1")));
    }
    let (caught, _) = club.catch_up(None);
    assert_eq!(caught.len(), 2, "{caught:?}");
    assert!(caught.iter().all(|result| result.outcome == WebhookOutcome::Failed(told.clone())), "{caught:?}");
    assert_eq!((club.link("C1"), club.customer("C1")), (None, twice));
    // Where one of them is gone, the other is the one.
    club.simulator.delete_customer(120).unwrap();
    assert_eq!(club.called("new=3&old=3").unwrap().outcome, WebhookOutcome::Linked);
}

#[test]
fn a_number_decides_between_two_and_asks_no_more() {
    let club = Club::new();
    club.keep(&edited(customer("C1", "120"), |customer| customer.cvr = "12345674".to_owned()));
    assert_eq!(club.called("new=120&old=120").unwrap().outcome, WebhookOutcome::Linked);
    let calls = club.calls();
    assert_eq!(calls.iter().filter(|call| call.starts_with("GET")).count(), 1, "{calls:?}");
    assert_eq!(number_of(&club, "C1"), 120);
}

#[test]
fn an_address_that_two_there_share_says_nothing() {
    let club = Club::new();
    club.keep(&customer("C1", "00042"));
    for number in [555, 556] {
        let typed = json!({"name": "Delt", "email": "C1@example.com", "customerNumber": number});
        club.simulator.type_customer(&typed).unwrap();
    }
    let heard = club.called("new=555&old=").unwrap();
    assert_eq!(heard.outcome, WebhookOutcome::Ignored(IgnoreReason::NoTaggedCustomer), "{heard:?}");
    assert_eq!(club.link("C1"), None);
}

#[test]
fn too_long_is_told_and_never_cut() {
    let club = Club::new();
    let long = edited(customer("C1", "700"), |customer| customer.city = "x".repeat(51));
    let result = club.changed(ChangeKind::Created, &long);
    let Outcome::Failed(error) = result.outcome else { panic!("{result:?}") };
    assert_eq!((error.kind, error.subject.as_deref()), (ErrorKind::Validation, Some("city")));
    assert!(club.calls().is_empty());
}

#[test]
fn both_changed_the_same_and_the_setting_decides() {
    for (rule, kept) in [("accounting", "Ribe"), ("flexybox", "Skive")] {
        let club = Club::new();
        club.set("conflict-rule", rule);
        club.changed(ChangeKind::Created, &customer("C1", "700"));
        club.simulator.edit_customer(700, &json!({"city": "Ribe"})).unwrap();
        let moved = edited(customer("C1", "700"), |customer| customer.city = "Skive".to_owned());
        let result = club.changed(ChangeKind::Changed, &moved);
        assert_eq!((result.outcome, result.conflicts.len()), (Outcome::Updated, 1));
        assert_eq!((club.customer("C1").city.as_str(), &club.held(700).unwrap()["city"]), (kept, &json!(kept)));
    }
}
