//! Customers over the legacy interface: each row of what the live server was seen to do.

use crate::scene::{LEGACY, ask, delete, economic, get, in_process, leaves, new_customer, numbers, post, put, with};
use economic_sim::Switches;
use economic_sim::switches::{AppRole, DeleteBooked, NoChange, Numbering};
use rstest::rstest;
use serde_json::{Value, json};

#[test]
fn create_answers_201_with_location_and_the_whole_document() {
    let core = economic();
    let reply = post(&core, "/customers", &new_customer(json!({"mobilePhone": "00000007", "barred": false})));
    let body = reply.expect(201);
    assert_eq!(body["customerNumber"], 121, "the server gives the number");
    assert_eq!(reply.header("location"), Some("https://restapi.e-conomic.com/customers/121"));
    assert_eq!(body["self"], format!("{LEGACY}/customers/121"));
    assert_eq!(body["customerGroup"], json!({"customerGroupNumber": 1, "self": format!("{LEGACY}/customer-groups/1")}));
    assert_eq!(body["contacts"], format!("{LEGACY}/customers/121/contacts"));
    assert_eq!((&body["balance"], &body["mobilePhone"]), (&json!(0), &json!("00000007")));
    assert!(body.get("barred").is_none(), "no is left out");
    let given = post(&core, "/customers", &new_customer(json!({"customerNumber": 4711}))).expect(201);
    assert_eq!(given["customerNumber"], 4711);
}

#[test]
fn create_passes_over_what_can_only_be_set_later_or_by_the_server() {
    let more = json!({
        "attention": {"customerContactNumber": 1}, "defaultDeliveryLocation": {"deliveryLocationNumber": 1}, "balance": 99,
        "lastUpdated": "2001-01-01T00:00:00Z", "eInvoicingDisabledByDefault": true, "unknown": {"a": null},
    });
    let body = post(&economic(), "/customers", &new_customer(more)).expect(201);
    for gone in ["attention", "defaultDeliveryLocation", "eInvoicingDisabledByDefault", "unknown"] {
        assert!(body.get(gone).is_none(), "{gone}");
    }
    assert_eq!((&body["balance"], &body["lastUpdated"]), (&json!(0), &json!("2026-03-02T08:00:00Z")));
}

#[rstest]
#[case(Numbering::Highest, 121)]
#[case(Numbering::LowestFree, 6)]
fn a_new_number_is_the_next_or_the_lowest_that_is_free(#[case] numbering: Numbering, #[case] expected: u64) {
    let core = with(Switches { numbering, ..Switches::default() });
    assert_eq!(post(&core, "/customers", &new_customer(json!({}))).expect(201)["customerNumber"], expected);
}

#[test]
fn update_replaces_and_what_is_left_out_is_cleared() {
    let core = economic();
    let before = get(&core, "/customers/2").expect(200);
    assert_eq!(before["attention"]["self"], format!("{LEGACY}/customers/2/contacts/1"));
    assert_eq!(before["priceGroup"], json!({"self": format!("{LEGACY}/price-groups/1")}));
    let reply = put(&core, "/customers/2", &new_customer(json!({"city": "Nyby"})));
    let after = reply.expect(200);
    assert_eq!(reply.header("location"), None);
    for gone in [
        "address",
        "email",
        "layout",
        "salesPerson",
        "priceGroup",
        "attention",
        "customerContact",
        "defaultDeliveryLocation",
        "creditLimit",
        "website",
    ] {
        assert!(before.get(gone).is_some() && after.get(gone).is_none(), "{gone}: {after}");
    }
    assert_eq!((&after["city"], &after["lastUpdated"]), (&json!("Nyby"), &json!("2026-03-02T08:00:00Z")));
    assert_eq!(put(&core, "/customers/5", &new_customer(json!({}))).expect(200).get("barred"), None, "unbarred");
}

#[test]
fn update_keeps_what_is_sent_back_as_it_was_read() {
    let core = economic();
    for number in [1, 2, 3, 4, 5, 120] {
        let mut read = get(&core, &format!("/customers/{number}")).expect(200);
        let mut kept = put(&core, &format!("/customers/{number}"), &read).expect(200);
        for document in [&mut read, &mut kept] {
            document.as_object_mut().unwrap().remove("lastUpdated");
        }
        assert_eq!(read, kept);
    }
}

#[test]
fn update_of_a_number_that_does_not_exist_creates_it() {
    let core = economic();
    let reply = put(&core, "/customers/900", &new_customer(json!({})));
    assert_eq!(reply.expect(201)["customerNumber"], 900);
    assert_eq!(reply.header("location"), Some("https://restapi.e-conomic.com/customers/900"));
    get(&core, "/customers/900").expect(200);
}

#[test]
fn delete_answers_204_and_then_404_with_e06000_and_the_number_is_used_again() {
    let core = economic();
    assert_eq!(delete(&core, "/customers/120").expect(204), Value::Null);
    let again = delete(&core, "/customers/120").expect(404);
    assert_eq!((&again["errorCode"], &again["httpStatusCode"]), (&json!("E06000"), &json!(404)));
    assert_eq!(get(&core, "/customers/120").expect(404)["errorCode"], "E06000");
    assert_eq!(post(&core, "/customers", &new_customer(json!({}))).expect(201)["customerNumber"], 6);
    assert_eq!(post(&core, "/customers", &new_customer(json!({"customerNumber": 120}))).status, 201);
    delete(&core, "/customers/120").expect(204);
    get(&core, "/customers/120").expect(404);
}

#[test]
fn delete_of_a_draft_invoice_answers_200() {
    let core = economic();
    let path = format!("/invoices/drafts/{}", core.draft_invoice());
    assert!(delete(&core, &path).expect(200)["message"].is_string());
    assert_eq!(delete(&core, &path).expect(404)["errorCode"], "E06000");
    get(&core, &path).expect(405);
}

#[rstest]
#[case(DeleteBooked::Conflict, 409)]
#[case(DeleteBooked::BadRequest, 400)]
fn delete_of_a_customer_with_bookings_is_refused(#[case] delete_booked: DeleteBooked, #[case] status: u16) {
    let core = with(Switches { delete_booked, ..Switches::default() });
    delete(&core, "/customers/3").expect(status);
    get(&core, "/customers/3").expect(200);
}

#[rstest]
#[case(json!({"city": null}), "city", "Expected String but got Null")]
#[case(json!({"barred": null}), "barred", "Expected Boolean but got Null")]
#[case(json!({"creditLimit": "5"}), "creditLimit", "Expected Number but got String")]
#[case(json!({"customerNumber": 0}), "customerNumber", "less than minimum value of 1")]
#[case(json!({"customerNumber": 1_000_000_000}), "customerNumber", "exceeds maximum value of 999999999")]
#[case(json!({"customerGroup": {"customerGroupNumber": 0}}), "customerGroupNumber", "less than minimum value of 1")]
#[case(json!({"customerGroup": null}), "customerGroup", "Expected Object but got Null")]
#[case(json!({"zip": "1".repeat(31)}), "zip", "exceeds maximum length of 30")]
#[case(json!({"ean": "1".repeat(14)}), "ean", "exceeds maximum length of 13")]
#[case(json!({"pNumber": "123"}), "pNumber", "less than minimum length of 10")]
#[case(json!({"currency": "dk"}), "currency", "less than minimum length of 3")]
#[case(json!({"name": ""}), "name", "less than minimum length of 1")]
fn null_zero_and_wrong_values_are_refused(#[case] more: Value, #[case] property: &str, #[case] message: &str) {
    let core = economic();
    let body = post(&core, "/customers", &new_customer(more)).expect(400);
    assert_eq!((&body["errorCode"], &body["message"]), (&json!("E04300"), &json!("Validation failed. 1 error found.")));
    let leaf = &body["errors"][property]["errors"][0];
    assert!(leaf["errorMessage"].as_str().unwrap().contains(message), "{body}");
    assert_eq!(numbers(&get(&core, "/customers").expect(200)).len(), 6, "nothing was written");
}

#[test]
fn what_must_be_there_is_told_property_by_property() {
    let body = post(&economic(), "/customers", &json!({})).expect(400);
    let properties: Vec<String> = leaves(&body).into_iter().map(|(property, _)| property).collect();
    assert_eq!(properties, ["currency", "customerGroup", "name", "paymentTerms", "vatZone"]);
    assert_eq!((&body["errorCount"], &body["message"]), (&json!(5), &json!("Validation failed. 5 errors found.")));
}

#[test]
fn a_group_that_does_not_exist_is_told_as_the_live_server_did() {
    let core = economic();
    let body =
        post(&core, "/customers", &new_customer(json!({"customerGroup": {"customerGroupNumber": 77}}))).expect(400);
    let expected = json!({
        "message": "Validation failed. 1 error found.", "errorCode": "E04300",
        "developerHint": "Inspect validation errors and correct your request.",
        "logId": "0000000000000001-CPH", "httpStatusCode": 400,
        "errors": {"customerGroup": {"errors": [{
            "propertyName": "customerGroup", "errorMessage": "CustomerGroup '77' not found.", "errorCode": "E07140", "inputValue": 77,
            "developerHint": "Find a list of customer groups at https://restapi.e-conomic.com/customer-groups .",
        }]}},
        "logTime": "2026-03-02T09:00:00", "errorCount": 1,
    });
    assert_eq!(body, expected);
}

#[rstest]
#[case(json!({"paymentTerms": {"paymentTermsNumber": 77}}), "paymentTerms", "E07140")]
#[case(json!({"vatZone": {"vatZoneNumber": 77}}), "vatZone", "E07140")]
#[case(json!({"vatZone": {}}), "vatZone", "E04500")]
#[case(json!({"priceGroup": {"priceGroupNumber": 1}}), "priceGroup", "E04500")]
#[case(json!({"customerNumber": 1}), "customerNumber", "E06010")]
fn broken_references_and_taken_numbers_have_codes(#[case] more: Value, #[case] property: &str, #[case] code: &str) {
    let body = post(&economic(), "/customers", &new_customer(more)).expect(400);
    assert_eq!(body["errors"][property]["errors"][0]["errorCode"], code, "{body}");
}

#[rstest]
#[case(json!({"customerGroup": {"self": "https://restapi.e-conomic.com/customer-groups/2"}}), "customerGroup", "customerGroupNumber", 2)]
#[case(json!({"vatZone": {"vatZoneNumber": 3}}), "vatZone", "vatZoneNumber", 3)]
#[case(json!({"paymentTerms": {"self": "https://restapi.e-conomic.com/payment-terms/2?demo=true"}}), "paymentTerms", "paymentTermsNumber", 2)]
fn references_are_taken_as_number_or_link(
    #[case] more: Value,
    #[case] property: &str,
    #[case] key: &str,
    #[case] number: u64,
) {
    let body = post(&economic(), "/customers", &new_customer(more)).expect(201);
    assert_eq!(body[property][key], number);
}

#[rstest]
#[case("https://elsewhere.example/customer-groups/2")]
#[case("https://restapi.e-conomic.com/payment-terms/2")]
fn a_link_to_something_else_is_no_reference(#[case] link: &str) {
    post(&economic(), "/customers", &new_customer(json!({"customerGroup": {"self": link}}))).expect(400);
}

#[test]
fn an_enumeration_is_strict_and_the_type_of_terms_does_not_change() {
    let core = economic();
    let terms = json!({"name": "Netto 14", "paymentTermsType": "net", "daysOfCredit": 14});
    assert_eq!(post(&core, "/payment-terms", &terms).expect(201)["paymentTermsNumber"], 4);
    post(&core, "/payment-terms", &json!({"name": "X", "paymentTermsType": "Net"})).expect(400);
    post(&core, "/payment-terms", &json!({"name": "X"})).expect(400);
    let body = put(&core, "/payment-terms/4", &json!({"name": "X", "paymentTermsType": "prepaid"})).expect(400);
    assert_eq!(leaves(&body), [("paymentTermsType".to_owned(), "\"E06151\"".to_owned())]);
    put(&core, "/payment-terms/4", &json!({"name": "Y", "paymentTermsType": "net"})).expect(200);
}

#[test]
fn electronic_invoicing_is_changed_by_patch_only() {
    let core = economic();
    let flag = |value: bool| json!([{"op": "replace", "path": "/eInvoicingDisabledByDefault", "value": value}]);
    let patched = ask(&core, "PATCH", "/customers/1").json(&flag(true)).send().expect(200);
    assert_eq!(patched["eInvoicingDisabledByDefault"], true);
    let put_back = put(&core, "/customers/1", &new_customer(json!({"eInvoicingDisabledByDefault": false}))).expect(200);
    assert_eq!(put_back["eInvoicingDisabledByDefault"], true, "a replacement neither sets nor clears it");
    let patched = ask(&core, "PATCH", "/customers/1").json(&flag(false)).send().expect(200);
    assert_eq!(patched.get("eInvoicingDisabledByDefault"), None);
    let other = json!([{"op": "replace", "path": "/name", "value": "X"}]);
    ask(&core, "PATCH", "/customers/1").json(&other).send().expect(400);
}

#[test]
fn a_number_in_the_body_must_be_that_of_the_address() {
    put(&economic(), "/customers/1", &new_customer(json!({"customerNumber": 2}))).expect(400);
}

#[rstest]
#[case(NoChange::Announced, "2026-03-02T08:00:00Z", 1)]
#[case(NoChange::Silent, "2026-01-02T09:18:09Z", 0)]
fn a_write_that_changes_nothing_is_told_or_not(
    #[case] no_change: NoChange,
    #[case] updated: &str,
    #[case] calls: usize,
) {
    let core = in_process(Switches { no_change, ..Switches::default() });
    core.set_webhook("https://flexybox.example/x").unwrap();
    let read = get(&core, "/customers/1").expect(200);
    assert_eq!(put(&core, "/customers/1", &read).expect(200)["lastUpdated"], updated);
    assert_eq!(core.take_deliveries().len(), calls);
}

#[test]
fn contacts_and_delivery_locations_belong_to_a_customer() {
    let core = economic();
    let made =
        post(&core, "/customers/1/contacts", &json!({"name": "Ida Prøve", "email": "ida@example.com"})).expect(201);
    assert_eq!(made["self"], format!("{LEGACY}/customers/1/contacts/1"));
    assert_eq!(made["customer"], json!({"customerNumber": 1, "self": format!("{LEGACY}/customers/1")}));
    let mut customer = get(&core, "/customers/1").expect(200);
    customer["attention"] = json!({"self": made["self"]});
    assert_eq!(put(&core, "/customers/1", &customer).expect(200)["attention"]["customerContactNumber"], 1);
    customer["attention"] = json!({"customerContactNumber": 2});
    put(&core, "/customers/1", &customer).expect(400);
    put(&core, "/customers/1/contacts/1", &json!({"name": "Ida Ny"})).expect(200);
    put(&core, "/customers/1/contacts/7", &json!({"name": "Ida Ny"})).expect(404);
    delete(&core, "/customers/1/contacts/1").expect(204);
    post(&core, "/customers/1/delivery-locations", &json!({"address": "Bagvejen 1"})).expect(201);
    assert_eq!(get(&core, "/customers/2/contacts").expect(200)["pagination"]["results"], 2);
    get(&core, "/customers/77/contacts").expect(404);
    get(&core, "/customers/1/shoes").expect(404);
}

#[test]
fn groups_need_a_number_of_the_callers_and_an_account_that_is_open() {
    let core = economic();
    let group = |number: u64, account: u64| json!({"customerGroupNumber": number, "name": "Ny", "account": {"accountNumber": account}});
    assert_eq!(post(&core, "/customer-groups", &group(7, 5700)).expect(201)["customerGroupNumber"], 7);
    post(&core, "/customer-groups", &group(9, 1020)).expect(201);
    post(&core, "/customer-groups", &json!({"name": "Uden nummer", "account": {"accountNumber": 5700}})).expect(400);
    for closed in [2799, 1000] {
        post(&core, "/customer-groups", &group(8, closed)).expect(400);
    }
    let missing = post(&core, "/customer-groups", &group(8, 1)).expect(400);
    assert_eq!(leaves(&missing), [("account".to_owned(), "\"E07150\"".to_owned())]);
    assert_eq!(numbers(&get(&core, "/customer-groups/2/customers").expect(200)), [3]);
    delete(&core, "/customer-groups/2").expect(400);
    delete(&core, "/customer-groups/7").expect(204);
}

#[rstest]
#[case(AppRole::Bookkeeping, "/customers", 403)]
#[case(AppRole::Bookkeeping, "/payment-terms", 200)]
#[case(AppRole::Sales, "/customers", 200)]
#[case(AppRole::Sales, "/accounting-years", 403)]
#[case(AppRole::SuperUser, "/customers", 200)]
fn the_role_of_the_app_limits_what_it_reaches(#[case] app_role: AppRole, #[case] path: &str, #[case] status: u16) {
    get(&with(Switches { app_role, ..Switches::default() }), path).expect(status);
}
