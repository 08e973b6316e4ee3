//! The trial surface over the simulator.

use crate::scene::{get, in_process, new_customer, post, put};
use economic_sim::{Cut, Economic, Switches};
use rstest::rstest;
use serde_json::{Value, json};

fn asked(core: &Economic, method: &str, path: &str, body: Value, status: u16) -> Value {
    let request = http::Request::builder().method(method).uri(format!("/_trial{path}")).body(body.to_string().into());
    let response = core.answer(request.unwrap()).response;
    let answered: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(response.status(), status, "{answered}");
    answered
}

#[test]
fn it_says_what_it_is() {
    let about = asked(&in_process(Switches::default()), "GET", "", json!(null), 200);
    assert_eq!(about, json!({"trial": 1, "system": "e-conomic", "abilities": ["customers", "link", "bookkeeping"]}));
}

#[test]
fn debtors_are_told_in_the_contracts_words() {
    let core = in_process(Switches::default());
    let all = asked(&core, "GET", "/debtors", json!(null), 200);
    let expected = json!({
        "external_id": "3", "external_key": "3", "blocked": false,
        "attributes": {
            "name": "Eksempel ApS", "address": "Fabrikken 3", "zip": "0998", "city": "Eksempelby", "country": "Danmark",
            "email": "faktura@example.org", "cvr": "12345674", "ean": "5790000000012",
        },
        "unmodelled": {"currency": "DKK", "customerGroup": "2", "paymentTerms": "2", "vatZone": "1", "pNumber": "1000000001"},
    });
    assert_eq!(all[2], expected);
    assert_eq!(all[4]["blocked"], true);
    let two = &all[1]["unmodelled"];
    for name in [
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
        assert!(two[name].is_string(), "{name}");
    }
}

#[test]
fn a_person_types_edits_renumbers_and_deletes() {
    let core = in_process(Switches::default());
    asked(&core, "POST", "/link", json!({"url": "https://flexybox.example/h?old=[OLDNUMBER]&new=[NEWNUMBER]"}), 200);
    let typed =
        json!({"external_key": "700", "attributes": {"name": "Ny Kunde", "mobile": "00000007"}, "unmodelled": true});
    let made = asked(&core, "POST", "/debtors", typed, 200);
    assert_eq!((&made["external_id"], made["unmodelled"].as_object().unwrap().len()), (&json!("700"), 16));
    let edited = asked(&core, "PATCH", "/debtors/700", json!({"attributes": {"mobile": "", "city": "Nyby"}}), 200);
    assert_eq!((edited["attributes"].get("mobile"), &edited["unmodelled"]), (None, &made["unmodelled"]));
    assert_eq!(asked(&core, "PATCH", "/debtors/700", json!({"external_key": "701"}), 200)["external_id"], "701");
    asked(&core, "PATCH", "/debtors/700", json!({}), 404);
    asked(&core, "PATCH", "/debtors/abc", json!({}), 404);
    asked(&core, "DELETE", "/debtors/701", json!(null), 200);
    asked(&core, "DELETE", "/debtors/3", json!(null), 400);
    let calls = asked(&core, "POST", "/deliveries/take", json!(null), 200);
    let queries: Vec<&str> = calls.as_array().unwrap().iter().map(|call| call["query"].as_str().unwrap()).collect();
    assert_eq!((queries[0], queries[queries.len() - 1]), ("old=&new=700", "old=701&new="));
    assert_eq!(calls[0]["method"], "POST");
    assert_eq!(calls[0]["headers"][0], json!({"name": "content-type", "value": "application/json"}));
    assert_eq!(asked(&core, "POST", "/deliveries/take", json!(null), 200), json!([]));
    asked(&core, "GET", "/deliveries/foreign", json!(null), 404);
    asked(&core, "POST", "/link", json!({"url": "ftp://x"}), 400);
    asked(&core, "POST", "/debtors", json!({"external_key": "K-1"}), 400);
}

#[test]
fn what_has_no_word_survives_only_where_it_is_sent_back() {
    let core = in_process(Switches::default());
    let before = asked(&core, "GET", "/debtors", json!(null), 200)[1]["unmodelled"].clone();
    let mut document = get(&core, "/customers/2").expect(200);
    document["city"] = json!("Nyby");
    put(&core, "/customers/2", &document).expect(200);
    assert_eq!(asked(&core, "GET", "/debtors", json!(null), 200)[1]["unmodelled"], before);
    put(&core, "/customers/2", &new_customer(json!({}))).expect(200);
    assert_eq!(asked(&core, "GET", "/debtors", json!(null), 200)[1]["unmodelled"].as_object().unwrap().len(), 4);
}

#[test]
fn vouchers_are_told_line_by_line_as_they_are_held() {
    let core = in_process(Switches::default());
    let body = r#"{"accountingYear":{"year":"2026"},"entries":{"financeVouchers":[{"date":"2026-03-01","amount":-125.50,"text":"Salg",
        "account":{"accountNumber":1010},"vatAccount":{"vatCode":"U25"},"contraAccount":{"accountNumber":5820}}],
        "customerPayments":[{"date":"2026-03-01","amount":-10,"customer":{"customerNumber":3},"contraAccount":{"accountNumber":5820}}]}}"#;
    post(&core, "/journals/2/vouchers", &serde_json::from_str(body).unwrap()).expect(201);
    let line = |account: &str, debtor: &str, amount: &str, vat_code: &str, text: &str| json!({"account": account, "debtor": debtor, "amount": amount, "vat_code": vat_code, "text": text});
    let mut expected = json!([{
        "journal": "2", "voucher": "50000", "date": "2026-03-01", "currency": "DKK", "posted": false,
        "lines": [
            line("1010", "", "-125.50", "U25", "Salg"), line("5820", "", "125.50", "", "Salg"),
            line("", "3", "-10", "", ""), line("5820", "", "10", "", ""),
        ],
    }]);
    assert_eq!(asked(&core, "GET", "/vouchers", json!(null), 200), expected);
    core.book_journal(2).unwrap();
    expected[0]["posted"] = json!(true);
    expected[0]["lines"] = json!([
        line("1010", "", "-100.40", "U25", "Salg"),
        line("6902", "", "-25.10", "U25", "Salg"),
        line("5820", "", "125.50", "", "Salg"),
        line("", "3", "-10", "", ""),
        line("5820", "", "10", "", ""),
    ]);
    assert_eq!(asked(&core, "GET", "/vouchers", json!(null), 200), expected);
}

#[rstest]
#[case(json!("unavailable"), 503, false)]
#[case(json!({"rate-limited": {"retry_after_s": 7}}), 429, false)]
#[case(json!("not-accepted"), 401, false)]
#[case(json!("unknown-fields"), 201, true)]
#[case(json!({"padded": {"bytes": 100}}), 201, true)]
#[case(json!("empty"), 200, false)]
#[case(json!("rubbish"), 200, false)]
#[case(json!("lost-before"), 503, false)]
#[case(json!("lost-after"), 201, true)]
#[case(json!("truncated"), 201, true)]
fn trouble_comes_as_ordered(#[case] how: Value, #[case] status: u16, #[case] done: bool) {
    let core = in_process(Switches::default());
    asked(&core, "POST", "/faults", json!({"on": "write", "skip": 1, "times": 1, "how": how}), 200);
    get(&core, "/customers").expect(200);
    post(&core, "/customers", &json!({})).expect(400);
    let request = http::Request::post("/customers")
        .header("x-appsecrettoken", "example-app-secret")
        .header("x-agreementgranttoken", "example-grant")
        .header("content-type", "application/json");
    let answer = core.answer(request.body(new_customer(json!({})).to_string().into()).unwrap());
    assert_eq!((answer.response.status().as_u16(), core.customer(121).is_some()), (status, done));
    let name = how.as_str().unwrap_or_default();
    assert_eq!(answer.cut != Cut::None, matches!(name, "lost-before" | "lost-after" | "truncated"));
    let calls = asked(&core, "GET", "/calls", json!(null), 200);
    let expected = json!([
        {"method": "GET", "path": "/customers", "write": false, "status": 200},
        {"method": "POST", "path": "/customers", "write": true, "status": 400},
        {"method": "POST", "path": "/customers", "write": true, "status": status},
    ]);
    assert_eq!(calls, expected);
    asked(&core, "DELETE", "/calls", json!(null), 200);
    assert_eq!(asked(&core, "GET", "/calls", json!(null), 200), json!([]));
}

#[test]
fn reset_starts_again_and_leaves_the_clock() {
    let core = in_process(Switches::default());
    asked(&core, "POST", "/clock", json!({"now": "2026-05-01T08:00:00Z"}), 200);
    asked(&core, "POST", "/clock", json!({"now": "may"}), 400);
    asked(&core, "POST", "/debtors", json!({"attributes": {"name": "Ny"}}), 200);
    asked(&core, "POST", "/faults", json!({"on": "any", "times": 1, "how": "unavailable"}), 200);
    asked(&core, "POST", "/link", json!({"url": "https://flexybox.example/h"}), 200);
    asked(&core, "POST", "/reset", json!(null), 200);
    assert_eq!(asked(&core, "GET", "/debtors", json!(null), 200).as_array().unwrap().len(), 6);
    assert_eq!(core.now().to_string(), "2026-05-01T08:00:00Z");
    get(&core, "/customers").expect(200);
    asked(&core, "POST", "/faults", json!({"on": "any", "times": 1, "how": "unavailable"}), 200);
    asked(&core, "DELETE", "/faults", json!(null), 200);
    get(&core, "/customers").expect(200);
}
