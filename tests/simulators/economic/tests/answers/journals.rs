//! Vouchers and entries over the legacy interface, and booking them at the screen.

use crate::scene::{LEGACY, ask, delete, economic, get, post, with};
use economic_sim::Switches;
use economic_sim::switches::{BarredCustomer, ContraAccount, Decimals, Language, VoucherSplit};
use rstest::rstest;
use serde_json::{Value, json};

const VOUCHERS: &str = "/journals/2/vouchers";

fn entry(more: Value) -> Value {
    let mut entry = json!({
        "date": "2026-03-01", "amount": -125.50, "text": "Dagens salg",
        "account": {"accountNumber": 1020}, "contraAccount": {"accountNumber": 5820},
    });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    entry
}

fn voucher(entries: Value) -> Value {
    json!({"accountingYear": {"year": "2026"}, "journal": {"journalNumber": 2}, "entries": entries})
}

fn finance(more: Value) -> Value {
    voucher(json!({"financeVouchers": [entry(more)]}))
}

#[test]
fn voucher_create_answers_201_with_an_array() {
    let core = economic();
    let answered = post(&core, VOUCHERS, &finance(json!({"vatAccount": {"vatCode": "U25"}}))).expect(201);
    let one = &answered.as_array().unwrap()[0];
    assert_eq!(one["self"], format!("{LEGACY}/journals/2/vouchers/2026-50000"));
    assert_eq!((&one["voucherNumber"], &one["accountingYear"]["year"]), (&json!(50_000), &json!("2026")));
    let entry = &one["entries"]["financeVouchers"][0];
    assert_eq!(entry["account"], json!({"accountNumber": 1020, "self": format!("{LEGACY}/accounts/1020")}));
    assert_eq!(entry["vatAccount"], json!({"vatCode": "U25", "self": format!("{LEGACY}/vat-accounts/U25")}));
    assert_eq!((entry["amount"].to_string().as_str(), &entry["currency"]["code"]), ("-125.5", &json!("DKK")));
    assert_eq!(post(&core, VOUCHERS, &finance(json!({}))).expect(201)[0]["voucherNumber"], 50_001);
    let read = get(&core, "/journals/2/vouchers/2026-50000").expect(200);
    assert_eq!(read, *one);
    assert_eq!(get(&core, VOUCHERS).expect(200)["collection"].as_array().unwrap().len(), 2);
}

#[test]
fn entries_are_listed_with_their_number_and_deleted_one_by_one() {
    let core = economic();
    post(&core, VOUCHERS, &finance(json!({}))).expect(201);
    let listed = get(&core, "/journals/2/entries?filter=text$like:dagens").expect(200);
    let one = &listed["collection"][0];
    assert_eq!((&one["journalEntryNumber"], &one["entryType"]), (&json!(1), &json!("financeVoucher")));
    let link = one["metaData"]["delete"]["href"].as_str().unwrap();
    assert_eq!(link, format!("{LEGACY}/journals/2/entries/1"));
    delete(&core, "/journals/1/entries/1").expect(404);
    delete(&core, "/journals/2/entries/1").expect(204);
    assert_eq!(delete(&core, "/journals/2/entries/1").expect(404)["errorCode"], "E06000");
    assert_eq!(get(&core, "/journals/2/entries").expect(200)["pagination"]["results"], 0);
    get(&core, "/journals/2/vouchers/2026-50000").expect(404);
    ask(&core, "DELETE", "/journals/2/vouchers/2026-50000").send().expect(405);
}

#[test]
fn a_barred_period_is_told_in_danish_as_the_live_server_did() {
    let core = economic();
    core.set_period_barred("2026-03-17", true).unwrap();
    let body = post(&core, VOUCHERS, &finance(json!({}))).expect(400);
    let expected = json!([{"arrayIndex": 0, "entries": {"errors": [], "items": [{"arrayIndex": 0, "date": {"errors": [{
        "propertyName": "Date", "errorMessage": "Perioden er spærret.", "errorCode": "E04041",
        "inputValue": {"voucherAccountingYear": "2026", "entryDate": "2026-03-01"},
        "developerHint": "You cannot create an entry with a date that is barred in the accounting year.",
    }]}}]}}]);
    assert_eq!((&body["errors"], &body["errorCode"], &body["errorCount"]), (&expected, &json!("E04300"), &json!(1)));
    core.set_period_barred("2026-03-31", false).unwrap();
    post(&core, VOUCHERS, &finance(json!({}))).expect(201);
    let english = with(Switches { language: Language::English, ..Switches::default() });
    let body = post(&english, VOUCHERS, &json!({"accountingYear": {"year": "2025"}, "entries": {"financeVouchers": [entry(json!({"date": "2025-01-31"}))]}})).expect(400);
    assert_eq!(body["errors"][0]["entries"]["items"][0]["date"]["errors"][0]["errorMessage"], "The period is barred.");
}

#[rstest]
#[case("account")]
#[case("contraAccount")]
fn a_missing_account_is_told_twice(#[case] side: &str) {
    let body = post(&economic(), VOUCHERS, &finance(json!({side: {"accountNumber": 3562}}))).expect(400);
    assert_eq!(body["errorCount"], 2);
    let whole = &body["errors"][0]["account"]["errors"][0];
    assert_eq!((&whole["errorCode"], &whole["inputValue"]), (&json!("E04041"), &json!("3562")));
    assert_eq!(whole["errorMessage"], "Account(s) is not found or barred.");
    let own = &body["errors"][0]["entries"]["items"][0][side]["errors"][0];
    assert_eq!((&own["errorCode"], &own["inputValue"]), (&json!("E07150"), &json!(3562)));
    assert_eq!(own["errorMessage"], "Account '3562' not found.");
}

#[rstest]
#[case::barred(json!({"account": {"accountNumber": 2799}}))]
#[case::blocked(json!({"account": {"accountNumber": 5600}}))]
#[case::heading(json!({"contraAccount": {"accountNumber": 1000}}))]
fn accounts_must_be_open_for_direct_entries(#[case] more: Value) {
    let body = post(&economic(), VOUCHERS, &finance(more)).expect(400);
    assert_eq!(body["errors"][0]["account"]["errors"][0]["errorCode"], "E04041", "{body}");
}

#[rstest]
#[case::no_date(json!({"date": null}), "date")]
#[case::no_amount(json!({"amount": null}), "amount")]
#[case::no_account(json!({"account": null}), "account")]
#[case::no_contra(json!({"contraAccount": null}), "contraAccount")]
#[case::zero(json!({"account": {"accountNumber": 0}}), "accountNumber")]
#[case::long(json!({"text": "x".repeat(251)}), "text")]
#[case::vat(json!({"vatAccount": {"vatCode": "NIX"}}), "vatAccount")]
#[case::currency(json!({"currency": {"code": "XXX"}}), "currency")]
#[case::rate(json!({"exchangeRate": 99}), "exchangeRate")]
#[case::day(json!({"date": "2026-03-01T00:00:00Z"}), "date")]
#[case::outside(json!({"date": "2027-01-01"}), "date")]
#[case::nowhere(json!({"date": "2031-01-01"}), "date")]
#[case::decimals(json!({"amount": 1.005}), "amount")]
#[case::digits(json!({"amount": 1_000_000_000_000_000_000_i64}), "amount")]
fn what_an_entry_breaks_is_told_under_its_property(#[case] more: Value, #[case] property: &str) {
    let core = economic();
    let body = post(&core, VOUCHERS, &finance(more)).expect(400);
    assert!(body["errors"][0]["entries"]["items"][0][property]["errors"][0].is_object(), "{body}");
    assert!(core.entries(2).unwrap().is_empty());
}

#[rstest]
#[case::no_year(json!({"entries": {"financeVouchers": []}}), "accountingYear")]
#[case::year(json!({"accountingYear": {"year": "2031"}, "entries": {"financeVouchers": [entry(json!({}))]}}), "accountingYear")]
#[case::closed(json!({"accountingYear": {"year": "2024"}, "entries": {"financeVouchers": [entry(json!({"date": "2024-05-05"}))]}}), "accountingYear")]
#[case::no_entries(json!({"accountingYear": {"year": "2026"}}), "entries")]
#[case::journal(json!({"accountingYear": {"year": "2026"}, "journal": {"journalNumber": 1}, "entries": {"financeVouchers": [entry(json!({}))]}}), "journal")]
#[case::number(json!({"accountingYear": {"year": "2026"}, "voucherNumber": 7, "entries": {"financeVouchers": [entry(json!({}))]}}), "voucherNumber")]
fn what_a_voucher_breaks_is_told_under_its_property(#[case] body: Value, #[case] property: &str) {
    let body = post(&economic(), VOUCHERS, &body).expect(400);
    assert!(body["errors"][0][property]["errors"][0].is_object(), "{body}");
}

#[test]
fn several_vouchers_are_written_together_or_not_at_all() {
    let core = economic();
    let good = finance(json!({}));
    let bad = finance(json!({"amount": null}));
    let body = post(&core, VOUCHERS, &json!([good, bad])).expect(400);
    assert_eq!(body["errors"][0]["arrayIndex"], 1);
    assert!(core.entries(2).unwrap().is_empty());
    let both = post(&core, VOUCHERS, &json!([good, good])).expect(201);
    let numbers: Vec<&Value> = both.as_array().unwrap().iter().map(|voucher| &voucher["voucherNumber"]).collect();
    assert_eq!(numbers, [&json!(50_000), &json!(50_001)]);
}

#[rstest]
#[case(VoucherSplit::Together, 1)]
#[case(VoucherSplit::ByDate, 2)]
#[case(VoucherSplit::Each, 3)]
fn entries_may_be_spread_over_vouchers(#[case] voucher_split: VoucherSplit, #[case] vouchers: usize) {
    let core = with(Switches { voucher_split, ..Switches::default() });
    let dates = ["2026-03-01", "2026-03-01", "2026-03-02"].map(|date| entry(json!({"date": date})));
    let answered = post(&core, VOUCHERS, &voucher(json!({"financeVouchers": dates}))).expect(201);
    assert_eq!(answered.as_array().unwrap().len(), vouchers);
}

#[test]
fn one_side_can_be_enough() {
    let core = with(Switches { contra_account: ContraAccount::Optional, ..Switches::default() });
    let one_sided = |number: u64, amount: i64| {
        entry(json!({"account": {"accountNumber": number}, "contraAccount": null, "amount": amount}))
    };
    post(&core, VOUCHERS, &voucher(json!({"financeVouchers": [one_sided(5820, 100)]}))).expect(201);
    assert!(core.book_journal(2).unwrap_err().to_string().contains("voucher 50000 does not sum to zero"));
    let body = json!({"accountingYear": {"year": "2026"}, "voucherNumber": 50_000, "entries": {"financeVouchers": [one_sided(1020, -100)]}});
    post(&core, VOUCHERS, &body).expect(201);
    core.book_journal(2).unwrap();
    let amounts: Vec<String> = core.booked_entries().iter().map(|booked| booked["amount"].to_string()).collect();
    assert_eq!(amounts, ["100", "-100"]);
}

#[test]
fn finer_amounts_are_never_rounded() {
    let core = with(Switches { decimals: Decimals::Keep, ..Switches::default() });
    let sent: Value = serde_json::from_str(r#"{"amount": 0.100500}"#).unwrap();
    let answered = post(&core, VOUCHERS, &finance(sent)).expect(201);
    assert_eq!(answered[0]["entries"]["financeVouchers"][0]["amount"].to_string(), "0.100500");
}

#[test]
fn a_customers_payment_and_a_manual_invoice() {
    let core = economic();
    let payment = json!({"date": "2026-03-01", "amount": -100, "customer": {"customerNumber": 3}, "contraAccount": {"accountNumber": 5820}, "customerInvoice": 12});
    let invoice = json!({"date": "2026-03-01", "dueDate": "2026-03-09", "amount": 80, "customer": {"customerNumber": 4}, "contraAccount": {"accountNumber": 1020}});
    let answered =
        post(&core, VOUCHERS, &voucher(json!({"customerPayments": [payment], "manualCustomerInvoices": [invoice]})))
            .expect(201);
    assert_eq!(answered[0]["entries"]["customerPayments"][0]["customer"]["customerNumber"], 3);
    core.book_journal(2).unwrap();
    assert_eq!(core.customer(3).unwrap()["balance"].to_string(), "1150.5");
    assert_eq!(core.booked_entries()[0]["account"], 5600, "the account of the customer's group");
    delete(&core, "/customers/4").expect(409);
    let missing = json!({"date": "2026-03-01", "amount": 1, "customer": {"customerNumber": 77}, "contraAccount": {"accountNumber": 5820}});
    let body = post(&core, VOUCHERS, &voucher(json!({"customerPayments": [missing]}))).expect(400);
    assert_eq!(body["errors"][0]["entries"]["items"][0]["customer"]["errors"][0]["inputValue"], 77);
}

#[rstest]
#[case(BarredCustomer::Accept, 201)]
#[case(BarredCustomer::Refuse, 400)]
fn a_barred_customer_may_have_entries_or_not(#[case] barred_customer: BarredCustomer, #[case] status: u16) {
    let core = with(Switches { barred_customer, ..Switches::default() });
    let payment = json!({"date": "2026-03-01", "amount": -100, "customer": {"customerNumber": 5}, "contraAccount": {"accountNumber": 5820}});
    post(&core, VOUCHERS, &voucher(json!({"customerPayments": [payment]}))).expect(status);
}

#[test]
fn a_journal_may_be_restricted_to_one_kind() {
    post(
        &economic(),
        "/journals/3/vouchers",
        &json!({"accountingYear": {"year": "2026"}, "entries": {"financeVouchers": [entry(json!({}))]}}),
    )
    .expect(400);
}

#[test]
fn a_bookkeeper_changes_removes_and_books_entries() {
    let core = economic();
    for _ in 0..3 {
        post(&core, VOUCHERS, &finance(json!({"vatAccount": {"vatCode": "U25"}}))).expect(201);
    }
    core.remove_entry(1).unwrap();
    assert_eq!(core.edit_entry(2, &json!({"text": "Rettet", "amount": -100})).unwrap()["text"], "Rettet");
    core.edit_entry(2, &json!({"account": 3562})).unwrap_err();
    core.edit_entry(2, &json!({"journal": 1})).unwrap_err();
    core.edit_entry(1, &json!({})).unwrap_err();
    core.book_journal(2).unwrap();
    let booked: Vec<(u64, String)> = core
        .booked_entries()
        .iter()
        .map(|booked| (booked["account"].as_u64().unwrap(), booked["amount"].to_string()))
        .collect();
    let expected = [(1020, "-80"), (6902, "-20"), (5820, "100"), (1020, "-100.4"), (6902, "-25.1"), (5820, "125.5")];
    assert_eq!(booked, expected.map(|(account, amount)| (account, amount.to_owned())));
    assert!(core.entries(2).unwrap().is_empty());
    assert_eq!(
        post(&core, VOUCHERS, &finance(json!({}))).expect(201)[0]["voucherNumber"],
        50_003,
        "numbers are not used twice"
    );
}

#[test]
fn booking_looks_again_and_books_all_or_nothing() {
    let core = economic();
    post(&core, VOUCHERS, &finance(json!({}))).expect(201);
    post(&core, VOUCHERS, &finance(json!({"date": "2026-04-01"}))).expect(201);
    core.set_period_barred("2026-04-01", true).unwrap();
    assert!(core.book_journal(2).unwrap_err().to_string().contains("PeriodBarred"));
    assert_eq!((core.entries(2).unwrap().len(), core.booked_entries().len()), (2, 0));
}

#[test]
fn years_are_created_with_two_days_and_never_changed() {
    let core = economic();
    let year = |from: &str, to: &str| json!({"fromDate": from, "toDate": to});
    let made = post(&core, "/accounting-years", &year("2028-07-01", "2029-06-30")).expect(201);
    assert_eq!(made["year"], "2028/2029");
    assert_eq!(made["self"], format!("{LEGACY}/accounting-years/2028_6_2029"));
    let periods = get(&core, "/accounting-years/2028_6_2029/periods").expect(200);
    assert_eq!(periods["collection"].as_array().unwrap().len(), 12);
    assert_eq!(periods["collection"][0]["fromDate"], "2028-07-01");
    assert_eq!(get(&core, "/accounting-years/2028_6_2029/periods/12").expect(200)["toDate"], "2029-06-30");
    assert_eq!(post(&core, "/accounting-years", &year("2030-01-01", "2030-12-31")).expect(201)["year"], json!("2030"));
    post(&core, "/accounting-years", &year("2029-01-01", "2029-12-31")).expect(400);
    post(&core, "/accounting-years", &year("2031-01-01", "2030-12-31")).expect(400);
    ask(&core, "PUT", "/accounting-years/2026").json(&year("2026-01-01", "2026-12-31")).send().expect(405);
    delete(&core, "/accounting-years/2026").expect(405);
    assert_eq!(get(&core, "/accounting-years/2025/periods/1").expect(200)["closed"], true, "a barred period");
    assert_eq!(get(&core, "/accounting-years/2025/periods/3").expect(200).get("closed"), None);
    let body = json!({"accountingYear": {"year": "2028/2029"}, "entries": {"financeVouchers": [entry(json!({"date": "2029-01-31"}))]}});
    let voucher = post(&core, VOUCHERS, &body).expect(201);
    assert_eq!(voucher[0]["self"], format!("{LEGACY}/journals/2/vouchers/2028_6_2029-50000"));
    get(&core, "/journals/2/vouchers/2028_6_2029-50000").expect(200);
}

#[test]
fn departments_need_their_module() {
    let core = economic();
    assert_eq!(get(&core, "/departmental-distributions/departments").expect(200)["pagination"]["results"], 2);
    let answered =
        post(&core, VOUCHERS, &finance(json!({"departmentalDistribution": {"departmentalDistributionNumber": 10}})))
            .expect(201);
    let kept = &answered[0]["entries"]["financeVouchers"][0]["departmentalDistribution"];
    assert_eq!(kept["self"], format!("{LEGACY}/departmental-distributions/distributions/10"));
    get(&core, "/departmental-distributions/distributions/10").expect(200);
    let other = crate::scene::bare(&core, "GET", "/departments")
        .header("x-appsecrettoken", "example-app-secret")
        .header("x-agreementgranttoken", "other-grant");
    other.send().expect(403);
}
