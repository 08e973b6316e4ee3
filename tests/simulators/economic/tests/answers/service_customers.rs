//! Customers and contacts on the customers service: other names, other rules, the same customers.

use crate::scene::{SERVICES, Simulator, ask, delete, economic, get, holding, new_customer, numbers, post, put, with};
use economic_sim::switches::{AppRole, CustomerUpdate, DeleteBooked};
use economic_sim::{Config, Switches};
use rstest::rstest;
use serde_json::{Value, json};

const CUSTOMERS: &str = "/customersapi/v3.1.0/Customers";
const CONTACTS: &str = "/customersapi/v3.1.0/Contacts";

/// A customer with what must be there; null takes a property away.
fn written(more: Value) -> Value {
    let mut customer = json!({
        "customerNumber": 5000, "name": "Ny Kunde", "customerGroupNumber": 1, "zone": 1, "currency": "DKK", "paymentTermId": 1,
        "access": true,
    });
    let customer_map = customer.as_object_mut().unwrap();
    customer_map.extend(more.as_object().unwrap().clone());
    customer_map.retain(|_, value| !value.is_null());
    customer
}

/// Property and code of the broken rules.
fn breaches(body: &Value) -> Vec<(&str, &str)> {
    let errors = body["errors"].as_array().unwrap().iter();
    errors.map(|error| (error["property"].as_str().unwrap(), error["errorCode"].as_str().unwrap())).collect()
}

fn one(core: &Simulator, number: u64) -> Value {
    get(core, &format!("{CUSTOMERS}/{number}")).expect(200)
}

#[test]
fn create_answers_201_with_only_the_number() {
    let core = economic();
    let reply = post(&core, CUSTOMERS, &written(json!({"address1": "Prøvevej 1", "address2": "2. sal"})));
    assert_eq!(reply.expect(201), json!({"customerNumber": 5000}));
    assert_eq!(reply.header("location"), Some(format!("{SERVICES}{CUSTOMERS}/5000").as_str()));
    let legacy = get(&core, "/customers/5000").expect(200);
    assert_eq!((&legacy["name"], &legacy["address"]), (&json!("Ny Kunde"), &json!("Prøvevej 1\n2. sal")));
    assert_eq!((&legacy["paymentTerms"]["paymentTermsNumber"], legacy.get("barred")), (&json!(1), None));
    let small = post(&core, "/customersapi/v3.1.0/customers", &written(json!({"customerNumber": 999_999_999})));
    assert_eq!(small.expect(201), json!({"customerNumber": 999_999_999}));
}

#[rstest]
#[case::absent(json!({"customerNumber": null}))]
#[case::zero(json!({"customerNumber": 0}))]
#[case::too_great(json!({"customerNumber": 1_000_000_000}))]
fn the_number_must_be_supplied(#[case] more: Value) {
    let core = economic();
    let body = post(&core, CUSTOMERS, &written(more)).expect(400);
    assert_eq!(breaches(&body), [("customerNumber", "CustomerInvalidCustomerNumber")]);
    assert_eq!(body["errors"][0]["message"], "The field CustomerNumber must be between 1 and 999999999");
    assert_eq!(core.customers().len(), 6);
}

#[rstest]
#[case(json!({"customerNumber": 1}), "customerNumber", "CustomerAlreadyExists")]
#[case(json!({"name": null}), "name", "CustomerMissingName")]
#[case(json!({"customerGroupNumber": 77}), "customerGroupNumber", "CustomerInvalidGroupId")]
#[case(json!({"zone": null}), "zone", "CustomerInvalidVatZone")]
#[case(json!({"paymentTermId": 77}), "paymentTermId", "CustomerInvalidPaymentTerm")]
#[case(json!({"priceGroupNumber": 77}), "priceGroupNumber", "CustomerInvalidPriceGroup")]
#[case(json!({"defaultAttention": 1}), "defaultAttention", "CustomerInvalidDefaultAttention")]
#[case(json!({"pnr": "1"}), "pnr", "CustomerInvalidPNumber")]
#[case(json!({"currency": "XXX"}), "currency", "InvalidValue")]
#[case(json!({"city": "x".repeat(51)}), "city", "InvalidValue")]
#[case(json!({"city": 5}), "city", "InvalidValue")]
fn breaches_have_the_codes_of_the_service(#[case] more: Value, #[case] property: &str, #[case] code: &str) {
    let body = post(&economic(), CUSTOMERS, &written(more)).expect(400);
    assert_eq!(breaches(&body), [(property, code)], "{body}");
}

#[test]
fn null_is_refused_where_a_value_must_be() {
    let core = economic();
    let mut customer = written(json!({}));
    customer["access"] = Value::Null;
    let body = post(&core, CUSTOMERS, &customer).expect(400);
    assert_eq!(
        (breaches(&body), &body["errors"][0]["message"]),
        (vec![("access", "InvalidValue")], &json!("Invalid value provided."))
    );
    customer["access"] = json!(true);
    customer["city"] = Value::Null;
    post(&core, CUSTOMERS, &customer).expect(201);
}

#[test]
fn update_needs_the_version_of_a_fresh_read() {
    let core = economic();
    let path = format!("{CUSTOMERS}/3");
    let mut read = one(&core, 3);
    read["city"] = json!("Nyby");
    let changed = put(&core, &path, &read);
    assert_eq!((changed.expect(200), changed.text.as_str()), (Value::Null, ""));
    let stale = put(&core, &path, &read).expect(409);
    assert_eq!(
        (&stale["errorCode"], breaches(&stale)),
        (&json!("UpdateConflict"), vec![("objectVersion", "UpdateConflict")])
    );
    read.as_object_mut().unwrap().remove("objectVersion");
    put(&core, &path, &read).expect(409);
    // The legacy interface moves the version too.
    let mut fresh = one(&core, 3);
    core.edit_customer(3, &json!({"city": "Byen"})).unwrap();
    put(&core, &path, &fresh).expect(409);
    assert_eq!(one(&core, 3)["city"], "Byen");
    fresh = one(&core, 3);
    fresh["customerNumber"] = json!(4);
    assert_eq!(breaches(&put(&core, &path, &fresh).expect(400)), [("customerNumber", "CustomerannotChangeNumber")]);
    put(&core, &format!("{CUSTOMERS}/77"), &fresh).expect(404);
}

#[test]
fn update_replaces_and_what_is_left_out_is_cleared() {
    let core = economic();
    let version = one(&core, 3)["objectVersion"].clone();
    let least = written(json!({"customerNumber": 3, "access": null, "objectVersion": version}));
    put(&core, &format!("{CUSTOMERS}/3"), &least).expect(200);
    let legacy = get(&core, "/customers/3").expect(200);
    for gone in ["address", "city", "corporateIdentificationNumber", "ean", "pNumber"] {
        assert!(legacy.get(gone).is_none(), "{gone}");
    }
    assert_eq!((&legacy["barred"], &legacy["balance"]), (&json!(true), &json!(1250.5)));
    assert_eq!(legacy["lastUpdated"], "2026-03-02T08:00:00Z");
    let quiet = with(Switches { customer_update: CustomerUpdate::NoContent, ..Switches::default() });
    put(&quiet, &format!("{CUSTOMERS}/3"), &one(&quiet, 3)).expect(204);
}

#[test]
fn update_keeps_what_is_sent_back_as_it_was_read() {
    let core = economic();
    let without = |mut customer: Value, moves: &str| {
        customer.as_object_mut().unwrap().remove(moves);
        customer
    };
    for number in [1, 2, 3, 4, 5, 120] {
        let (read, legacy) = (one(&core, number), get(&core, &format!("/customers/{number}")).expect(200));
        put(&core, &format!("{CUSTOMERS}/{number}"), &read).expect(200);
        assert_eq!(without(one(&core, number), "objectVersion"), without(read, "objectVersion"));
        let after = get(&core, &format!("/customers/{number}")).expect(200);
        assert_eq!(without(after, "lastUpdated"), without(legacy, "lastUpdated"));
    }
}

#[test]
fn what_only_the_service_knows_outlives_a_replacement_by_the_legacy_interface() {
    let core = economic();
    let more = json!({"iban": "DK0000000000000000", "nemHandelReceiverType": 1, "defaultDisableEInvoicing": true});
    post(&core, CUSTOMERS, &written(more)).expect(201);
    put(&core, "/customers/5000", &new_customer(json!({"city": "Nyby"}))).expect(200);
    let read = one(&core, 5000);
    assert_eq!((&read["iban"], &read["nemHandelReceiverType"]), (&json!("DK0000000000000000"), &json!(1)));
    assert_eq!((&read["city"], &read["defaultDisableEInvoicing"]), (&json!("Nyby"), &json!(true)));
    assert!(get(&core, "/customers/5000").expect(200).get("iban").is_none());
    core.renumber_customer(5000, 5001).unwrap();
    assert_eq!(one(&core, 5001)["iban"], "DK0000000000000000");
}

#[test]
fn a_number_that_is_used_again_does_not_have_the_old_version() {
    let core = economic();
    post(&core, CUSTOMERS, &written(json!({}))).expect(201);
    let old = one(&core, 5000);
    delete(&core, &format!("{CUSTOMERS}/5000")).expect(204);
    delete(&core, &format!("{CUSTOMERS}/5000")).expect(404);
    post(&core, CUSTOMERS, &written(json!({}))).expect(201);
    put(&core, &format!("{CUSTOMERS}/5000"), &old).expect(409);
}

#[rstest]
#[case(DeleteBooked::Conflict, 409)]
#[case(DeleteBooked::BadRequest, 400)]
fn delete_of_a_customer_with_bookings_is_refused(#[case] delete_booked: DeleteBooked, #[case] status: u16) {
    let core = with(Switches { delete_booked, ..Switches::default() });
    delete(&core, &format!("{CUSTOMERS}/3")).expect(status);
    one(&core, 3);
}

#[test]
fn unknown_properties_are_passed_over_and_show_up_as_another_fields_error() {
    let core = economic();
    let legacy_name = written(json!({"paymentTermId": null, "paymentTermsNumber": 1}));
    let body = post(&core, CUSTOMERS, &legacy_name).expect(400);
    assert_eq!(breaches(&body), [("paymentTermId", "CustomerInvalidPaymentTerm")]);
    post(&core, CUSTOMERS, &written(json!({"paymentTermsNumber": 77, "shoeSize": {"left": 44}}))).expect(201);
    assert!(one(&core, 5000).get("shoeSize").is_none());
}

#[test]
fn errors_are_problem_json_with_their_marks() {
    let reply = post(&economic(), CUSTOMERS, &json!({}));
    let body = reply.expect(400);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    let mut keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["errorCode", "errors", "status", "title", "traceId", "traceTimeUtc", "type"]);
    for error in body["errors"].as_array().unwrap() {
        let mut keys: Vec<&String> = error.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["errorCode", "message", "property"]);
    }
    assert_eq!(
        (&body["errorCode"], &body["traceTimeUtc"]),
        (&json!("ValidationError"), &json!("2026-03-02T08:00:00Z"))
    );
    assert_eq!(breaches(&body).len(), 6);
}

#[test]
fn enumerations_are_whole_numbers() {
    let core = economic();
    assert_eq!(
        (&one(&core, 4)["zone"], &get(&core, "/customers/4").expect(200)["vatZone"]["vatZoneNumber"]),
        (&json!(2), &json!(2))
    );
    for (property, word) in [("zone", "EU"), ("nemHandelReceiverType", "EAN"), ("emailAttachmentLanguage", "da")] {
        let body = post(&core, CUSTOMERS, &written(json!({property: word}))).expect(400);
        assert!(breaches(&body).contains(&(property, "InvalidValue")), "{body}");
    }
    post(&core, CUSTOMERS, &written(json!({"zone": 3, "nemHandelReceiverType": 1, "emailAttachmentLanguage": 2})))
        .expect(201);
    assert_eq!(one(&core, 5000)["nemHandelReceiverType"], 1);
}

#[rstest]
#[case("customerNumber$eq:3", &[3])]
#[case("customerNumber$in:[1,3,77]", &[1, 3])]
#[case("customerNumber$gt:4", &[5, 120])]
#[case("customerNumber$lte:2", &[1, 2])]
fn filter_by_the_number(#[case] filter: &str, #[case] expected: &[u64]) {
    let items = get(&economic(), &format!("{CUSTOMERS}?filter={filter}")).expect(200);
    assert_eq!(numbers(&json!({"collection": items["items"]})), expected);
}

#[rstest]
#[case("name$eq:x", "Operator $eq: not supported on property name")]
#[case("cvrNo$like:12", "Operator $like: not supported on property cvrNo")]
#[case("zone$in:[1]", "Operator $in: not supported on property zone")]
#[case("customerGroupNumber$eq:1", "Operator $eq: not supported on property customerGroupNumber")]
#[case(
    "corporateIdentificationNumber$eq:12345674",
    "Filtering is not allowed on property 'corporateIdentificationNumber'."
)]
#[case("zzzNoSuchField$eq:1", "Filtering is not allowed on property 'zzzNoSuchField'.")]
fn filter_by_anything_else_is_refused_and_no_list_is_told(#[case] filter: &str, #[case] message: &str) {
    let core = economic();
    for form in ["", "/paged", "/count"] {
        let body = get(&core, &format!("{CUSTOMERS}{form}?filter={filter}")).expect(400);
        assert_eq!((&body["errorCode"], &body["errors"][0]["message"]), (&json!("BadFilterRequest"), &json!(message)));
        assert!(body.get("allowedFilteringFields").is_none(), "{body}");
    }
}

#[test]
fn a_broken_clause_hides_behind_one_that_leaves_nothing() {
    let core = economic();
    for (filter, status) in [
        ("customerNumber$eq:77$and:name$eq:x", 200),
        ("name$eq:x$and:customerNumber$eq:77", 400),
        ("customerNumber$eq:3$and:name$eq:x", 400),
    ] {
        get(&core, &format!("{CUSTOMERS}?filter={filter}")).expect(status);
    }
}

#[test]
fn listings_by_cursor_by_page_and_counted() {
    let mut config = Config::example();
    let rows = config.data.agreements[0].rows.get_mut("customers").unwrap();
    let template = rows[0].clone();
    rows.extend((1000..11_000).map(|number| {
        let mut row = template.clone();
        row.insert("customerNumber".to_owned(), json!(number));
        row
    }));
    let core = holding(config);
    let (mut path, mut seen, mut calls) = (CUSTOMERS.to_owned(), 0, 0);
    loop {
        let body = get(&core, &path).expect(200);
        seen += body["items"].as_array().unwrap().len();
        calls += 1;
        match body.get("cursor") {
            // The cursor is the number of the first item of the next answer.
            Some(cursor) => path = format!("{CUSTOMERS}?cursor={}", cursor.as_str().unwrap()),
            None => break,
        }
    }
    assert_eq!((seen, calls), (10_006, 11));
    assert_eq!(get(&core, &format!("{CUSTOMERS}/count")).expect(200), 10_006);
    assert_eq!(get(&core, &format!("{CUSTOMERS}/count?filter=customerNumber$lt:6")).expect(200), 5);
    let page = |skip: u64| get(&core, &format!("{CUSTOMERS}/paged?pageSize=100&skipPages={skip}")).expect(200);
    assert_eq!((page(99).as_array().unwrap().len(), page(99)[99]["customerNumber"].as_u64()), (100, Some(10_993)));
    assert_eq!(page(100), json!([]), "what is beyond 10,000 is out of reach");
    assert_eq!(get(&core, &format!("{CUSTOMERS}/paged")).expect(200).as_array().unwrap().len(), 20);
    get(&core, &format!("{CUSTOMERS}/paged?pageSize=101")).expect(400);
}

#[test]
fn sorting_by_cursor_is_passed_over_and_by_page_is_done() {
    let core = economic();
    let of = |items: &Value| numbers(&json!({"collection": items}));
    let by_cursor = get(&core, &format!("{CUSTOMERS}?sort=-customerNumber")).expect(200);
    assert_eq!(of(&by_cursor["items"]), [1, 2, 3, 4, 5, 120]);
    assert_eq!(of(&get(&core, &format!("{CUSTOMERS}/paged?sort=-customerNumber")).expect(200)), [120, 5, 4, 3, 2, 1]);
    get(&core, &format!("{CUSTOMERS}/paged?sort=name")).expect(400);
}

#[test]
fn idempotency_key_replays_a_create() {
    let core = economic();
    let create = |number: u64| {
        let body = written(json!({"customerNumber": number}));
        ask(&core, "POST", CUSTOMERS).header("idempotency-key", "k1").json(&body).send()
    };
    let (first, again) = (create(5000), create(5000));
    assert_eq!((first.expect(201), first.header("x-resultfromcache")), (again.expect(201), None));
    assert_eq!(again.header("x-resultfromcache"), Some("true"));
    let other = ask(&core, "PUT", &format!("{CUSTOMERS}/5000")).header("idempotency-key", "k1").json(&json!({})).send();
    assert_eq!(other.expect(400)["errorCode"], "URLChanged");
}

#[test]
fn a_missing_module_and_a_role_are_told_with_403() {
    let mut config = Config::example();
    config.data.agreements[0].missing_modules.push("customersapi".to_owned());
    let core = holding(config);
    for path in [CUSTOMERS, CONTACTS] {
        assert_eq!(get(&core, path).expect(403)["errorCode"], "AccessDeniedAgreementMissingModules");
    }
    get(&core, "/customers").expect(200);
    let role = |app_role| with(Switches { app_role, ..Switches::default() });
    get(&role(AppRole::Bookkeeping), CUSTOMERS).expect(403);
    get(&role(AppRole::Sales), CUSTOMERS).expect(200);
}

#[test]
fn contacts_of_all_customers_have_numbers_of_their_own() {
    let core = economic();
    post(&core, "/customers/1/contacts", &json!({"name": "Ida Prøve"})).expect(201);
    let all = get(&core, CONTACTS).expect(200);
    let of = |contact: &Value| {
        ["number", "customerNumber", "userInterfaceNumber"].map(|name| contact[name].as_u64().unwrap())
    };
    let seen: Vec<[u64; 3]> = all["items"].as_array().unwrap().iter().map(of).collect();
    assert_eq!((seen, all.get("cursor")), (vec![[1, 2, 1], [2, 2, 2], [3, 1, 1]], None));
    let hans = get(&core, &format!("{CONTACTS}/2")).expect(200);
    assert_eq!((&hans["name"], &hans["receiveInvoices"]), (&json!("Hans Prøve"), &json!(true)));
    delete(&core, "/customers/2/contacts/1").expect(204);
    put(&core, "/customers/1/contacts/1", &json!({"name": "Ida Ny"})).expect(200);
    assert_eq!(get(&core, &format!("{CONTACTS}/3")).expect(200)["name"], "Ida Ny");
    get(&core, &format!("{CONTACTS}/77")).expect(404);
    post(&core, CONTACTS, &json!({})).expect(405);
}

#[test]
fn a_listing_under_a_parent_that_does_not_exist_is_empty() {
    let core = economic();
    let of = |customer: u64, form: &str| {
        get(&core, &format!("{CONTACTS}{form}?filter=customerNumber$eq:{customer}")).expect(200)
    };
    assert_eq!(of(2, "")["items"].as_array().unwrap().len(), 2);
    assert_eq!((of(77, ""), of(77, "/paged"), of(77, "/count")), (json!({"items": []}), json!([]), json!(0)));
}
