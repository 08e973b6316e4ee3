//! The services: draft entries, booking, booked entries, webhooks.

use crate::scene::{ask, bare, delete, economic, get, post, put, with};
use economic_sim::Switches;
use economic_sim::switches::{AppRole, JournalsListing, WebhookScheme};
use rstest::rstest;
use serde_json::{Value, json};

const DRAFTS: &str = "/journalsapi/v15.0.0/draft-entries";
const JOURNALS: &str = "/journalsapi/v15.0.0/journals";
const BOOKED: &str = "/bookedEntriesapi/v4.0.0/booked-entries";
const WEBHOOKS: &str = "/webhooksapi/v1.0.0/webhooks";

fn draft(more: Value) -> Value {
    let mut draft = json!({
        "entryTypeNumber": 5, "journalNumber": 2, "date": "2026-03-01", "amount": 12.5, "currency": "DKK",
        "accountNumber": 5820, "contraAccountNumber": 1020, "text": "Bro",
    });
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

fn codes(body: &Value) -> Vec<&str> {
    body["errors"].as_array().unwrap().iter().map(|error| error["errorCode"].as_str().unwrap()).collect()
}

#[test]
fn create_answers_201_with_only_the_number() {
    let core = economic();
    assert_eq!(post(&core, DRAFTS, &draft(json!({}))).expect(201), json!({"entryNumber": 1}));
    let read = get(&core, &format!("{DRAFTS}/1")).expect(200);
    assert_eq!((&read["voucherNumber"], &read["date"]), (&json!(50_000), &json!("2026-03-01T00:00:00Z")));
    assert_eq!((&read["objectVersion"], &read["exchangeRate"]), (&json!("1"), &json!(100)));
    assert_eq!(get(&core, "/journals/2/entries").expect(200)["collection"][0]["account"]["accountNumber"], 5820);
    let missing = get(&core, &format!("{DRAFTS}/9"));
    assert_eq!(missing.expect(404)["errorCode"], "ResourceNotFound");
    assert_eq!(missing.header("content-type"), Some("application/problem+json"));
}

#[test]
fn update_needs_the_version_that_was_read() {
    let core = economic();
    post(&core, DRAFTS, &draft(json!({}))).expect(201);
    let mut read = get(&core, &format!("{DRAFTS}/1")).expect(200);
    read["text"] = json!("Ny");
    assert!(put(&core, DRAFTS, &read).expect(204).is_null());
    let stale = put(&core, DRAFTS, &read).expect(409);
    assert_eq!((&stale["errorCode"], codes(&stale)), (&json!("UpdateConflict"), vec!["UpdateConflict"]));
    read.as_object_mut().unwrap().remove("objectVersion");
    put(&core, DRAFTS, &read).expect(409);
    let after = get(&core, &format!("{DRAFTS}/1")).expect(200);
    assert_eq!((&after["text"], &after["objectVersion"]), (&json!("Ny"), &json!("2")));
    let mut moved = after.clone();
    moved["journalNumber"] = json!(1);
    assert_eq!(codes(&put(&core, DRAFTS, &moved).expect(400)), ["JournalNumberCannotBeChangedOnDraftEntry"]);
    moved["entryNumber"] = json!(77);
    put(&core, DRAFTS, &moved).expect(404);
}

#[rstest]
#[case(json!({"journalNumber": 77}), "JournalDoesNotExist")]
#[case(json!({"entryTypeNumber": 9}), "JournalEntryTypeNotCorrect")]
#[case(json!({"journalNumber": 3}), "JournalEntryTypeNotCorrect")]
#[case(json!({"date": "2031-01-01"}), "JournalEntryDateAccountingYearDoesNotExist")]
#[case(json!({"date": "2024-01-01"}), "JournalEntryDateAccountingYearClosed")]
#[case(json!({"date": "2025-02-28T00:00:00Z"}), "JournalEntryDateAccountingYearPeriodBarred")]
#[case(json!({"accountNumber": 3562}), "JournalEntryAccountNotFound")]
#[case(json!({"contraAccountNumber": 3562}), "JournalEntryContraAccountNotFound")]
#[case(json!({"accountNumber": 2799}), "JournalEntryAccountNotAccessible")]
#[case(json!({"accountNumber": 5600}), "JournalEntryAccountIsBlockedForDirectEntries")]
#[case(json!({"contraAccountNumber": 1000}), "JournalEntryWrongContraAccountType")]
#[case(json!({"accountNumber": null, "contraAccountNumber": null}), "JournalEntryAccountAndContraAccountNotSet")]
#[case(json!({"entryTypeNumber": 2, "customerNumber": 77}), "JournalEntryCustomerNotFound")]
#[case(json!({"entryTypeNumber": 2, "contraAccountNumber": null}), "JournalEntryCustomerAndAccountNotSet")]
#[case(json!({"entryTypeNumber": 10, "customerNumber": 1}), "JournalEntryDueDateNotSet")]
#[case(json!({"currency": "XXX"}), "JournalEntryCurrencyNotFound")]
#[case(json!({"currency": null}), "InvalidValue")]
#[case(json!({"exchangeRate": 745}), "JournalEntryExchangeRateMustBeOneHundredForBaseCurrency")]
#[case(json!({"text": "x".repeat(251)}), "JournalEntryTextTooLong")]
#[case(json!({"amount": 1_000_000_000_000_000_000_i64}), "JournalEntryAmountExceedsDigitLimit")]
#[case(json!({"voucherNumber": 7}), "JournalEntryVoucherNumberNotWithinBoundaries")]
fn breaches_have_the_codes_of_the_service(#[case] more: Value, #[case] code: &str) {
    let core = economic();
    let body = post(&core, DRAFTS, &draft(more)).expect(400);
    assert_eq!(codes(&body), [code], "{body}");
    assert_eq!(get(&core, &format!("{DRAFTS}/count")).expect(200), 0);
}

#[test]
fn unknown_properties_are_passed_over_and_show_up_as_another_fields_error() {
    let body = json!({
        "entryTypeNumber": 5, "journalNumber": 2, "date": "2026-03-01", "amount": 1, "currency": "DKK",
        "account": {"accountNumber": 5820}, "contraAccount": {"accountNumber": 1020},
    });
    assert_eq!(codes(&post(&economic(), DRAFTS, &body).expect(400)), ["JournalEntryAccountAndContraAccountNotSet"]);
}

#[test]
fn bulk_is_all_or_nothing_and_at_most_500() {
    let core = economic();
    let many = |count: usize| json!({"entries": vec![draft(json!({})); count]});
    assert_eq!(
        codes(&post(&core, &format!("{DRAFTS}/bulk"), &many(0)).expect(400)),
        ["OneAPIEntriesListCannotBeEmpty"]
    );
    assert_eq!(codes(&post(&core, &format!("{DRAFTS}/bulk"), &many(501)).expect(400)), ["OneAPITooManyEntries"]);
    let half = json!({"entries": [draft(json!({})), draft(json!({"accountNumber": 3562}))]});
    post(&core, &format!("{DRAFTS}/bulk"), &half).expect(400);
    assert_eq!(get(&core, &format!("{DRAFTS}/count")).expect(200), 0);
    let made = post(&core, &format!("{DRAFTS}/bulk"), &many(500)).expect(201);
    assert_eq!(made["entryNumbers"].as_array().unwrap().len(), 500);
    ask(&core, "DELETE", &format!("{DRAFTS}/delete/2")).send().expect(204);
    assert_eq!(get(&core, &format!("{DRAFTS}/count")).expect(200), 0);
    delete(&core, &format!("{DRAFTS}/1")).expect(404);
}

#[test]
fn a_listing_by_cursor_ends_where_there_is_no_cursor_and_is_not_sorted() {
    let core = economic();
    for _ in 0..3 {
        post(&core, &format!("{DRAFTS}/bulk"), &json!({"entries": vec![draft(json!({})); 400]})).expect(201);
    }
    let first = get(&core, &format!("{DRAFTS}?sort=-entryNumber")).expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 1000);
    assert_eq!(first["items"][0]["entryNumber"], 1, "sorting is passed over in silence");
    let second = get(&core, &format!("{DRAFTS}?cursor={}", first["cursor"].as_str().unwrap())).expect(200);
    assert_eq!((second["items"].as_array().unwrap().len(), second.get("cursor")), (200, None));
    let paged = get(&core, &format!("{DRAFTS}/paged?pageSize=100&skipPages=11&sort=-entryNumber")).expect(200);
    assert_eq!((paged.as_array().unwrap().len(), &paged[0]["entryNumber"]), (100, &json!(100)));
    assert_eq!(get(&core, &format!("{DRAFTS}/paged")).expect(200).as_array().unwrap().len(), 20);
    get(&core, &format!("{DRAFTS}/paged?pageSize=101")).expect(400);
    assert_eq!(get(&core, &format!("{DRAFTS}/count?filter=entryNumber$lte:5")).expect(200), 5);
}

#[rstest]
#[case("journalNumber$eq:2$and:entryNumber$in:[1,2]", 200)]
#[case("date$gte:2026-01-01", 200)]
#[case("currency$in:[DKK,EUR]", 200)]
#[case("text$eq:Bro", 400)]
#[case("amount$eq:1", 400)]
#[case("journalNumber$eq:2$and:nope$eq:1", 400)]
#[case("journalNumber$eq:77$and:nope$eq:1", 200)]
fn a_filter_is_evaluated_clause_by_clause(#[case] filter: &str, #[case] status: u16) {
    let core = economic();
    post(&core, DRAFTS, &draft(json!({}))).expect(201);
    let body = get(&core, &format!("{DRAFTS}?filter={filter}")).expect(status);
    assert_eq!(body.get("allowedFilteringFields"), None);
}

#[test]
fn journals_answer_500_to_listing_count_and_filter() {
    let core = economic();
    get(&core, JOURNALS).expect(500);
    get(&core, &format!("{JOURNALS}/count")).expect(500);
    get(&core, &format!("{JOURNALS}/paged?filter=number$eq:1")).expect(500);
    assert_eq!(get(&core, &format!("{JOURNALS}/paged")).expect(200).as_array().unwrap().len(), 3);
    let one = get(&core, &format!("{JOURNALS}/3")).expect(200);
    assert_eq!((&one["name"], &one["allowedEntryType"]), (&json!("Kun indbetalinger"), &json!(2)));
    let working = with(Switches { journals_listing: JournalsListing::Working, ..Switches::default() });
    assert_eq!(get(&working, &format!("{JOURNALS}/count")).expect(200), 3);
}

#[test]
fn accruals_are_listed_and_filtered_well() {
    const ACCRUALS: &str = "/journalsapi/v15.0.0/accruals";
    let core = economic();
    post(&core, &format!("{DRAFTS}/bulk"), &json!({"entries": vec![draft(json!({})); 3]})).expect(201);
    assert_eq!(get(&core, ACCRUALS).expect(200), json!({"items": []}));
    core.set_accrual(1, 6904, "2026-03-01", "2027-02-28").unwrap();
    core.set_accrual(3, 5700, "2026-03-01", "2026-03-31").unwrap();
    core.set_accrual(2, 1, "2026-03-01", "2026-03-31").unwrap_err();
    let numbers = |filter: &str| {
        let found = get(&core, &format!("{ACCRUALS}?filter={filter}")).expect(200);
        found["items"].as_array().unwrap().iter().map(|one| one["entryNumber"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(
        (numbers("accountNumber$eq:5700"), numbers("journalNumber$in:[2]$and:entryNumber$lt:3")),
        (vec![3], vec![1])
    );
    get(&core, &format!("{ACCRUALS}?filter=startDate$gt:2026-01-01")).expect(400);
    let paged = get(&core, &format!("{ACCRUALS}/paged?sort=-entryNumber")).expect(200);
    assert_eq!((&paged[0]["entryNumber"], &paged[0]["endDate"]), (&json!(3), &json!("2026-03-31T00:00:00Z")));
    assert_eq!(get(&core, &format!("{ACCRUALS}/count")).expect(200), 2);
    assert_eq!(get(&core, &format!("{ACCRUALS}/2/1")).expect(200)["accountNumber"], 6904);
    get(&core, &format!("{ACCRUALS}/1/1")).expect(404);
    post(&core, ACCRUALS, &json!({})).expect(405);
    delete(&core, &format!("{DRAFTS}/3")).expect(204);
    assert_eq!(get(&core, &format!("{ACCRUALS}/count")).expect(200), 1);
}

#[test]
fn a_listing_under_a_parent_that_does_not_exist_is_empty() {
    assert_eq!(get(&economic(), &format!("{DRAFTS}?filter=journalNumber$eq:77")).expect(200), json!({"items": []}));
}

#[test]
fn a_whole_journal_or_chosen_entries_are_booked() {
    let core = economic();
    post(&core, &format!("{DRAFTS}/bulk"), &json!({"entries": vec![draft(json!({})); 3]})).expect(201);
    let book = |path: &str, body: Value| post(&core, &format!("{JOURNALS}/2/{path}"), &body);
    assert_eq!(
        codes(&book("bookdraftentries", json!({"entryNumbers": []})).expect(400)),
        ["OneAPIEntriesListCannotBeEmpty"]
    );
    assert_eq!(
        codes(&book("bookdraftentries", json!({"entryNumbers": [1, 77]})).expect(400)),
        ["JournalEntryDoesNotExist"]
    );
    assert!(book("bookdraftentries", json!({"entryNumbers": [2]})).expect(204).is_null());
    assert_eq!(get(&core, &format!("{DRAFTS}/count")).expect(200), 2);
    book("bookWithDateInterval", json!({"fromDate": "2026-04-01", "toDate": "2026-04-30"})).expect(204);
    assert_eq!(get(&core, &format!("{DRAFTS}/count")).expect(200), 2);
    ask(&core, "POST", &format!("{JOURNALS}/2/book")).send().expect(204);
    assert_eq!(get(&core, &format!("{DRAFTS}/count")).expect(200), 0);
    let found = get(&core, &format!("{BOOKED}?filter=voucherNumber$eq:50001")).expect(200);
    let accounts: Vec<&Value> =
        found["items"].as_array().unwrap().iter().map(|entry| &entry["accountNumber"]).collect();
    assert_eq!(accounts, [&json!(5820), &json!(1020)]);
    assert_eq!((&found["items"][1]["amount"], &found["items"][1]["type"]), (&json!(-12.5), &json!(5)));
    post(&core, &format!("{JOURNALS}/77/book"), &json!({})).expect(404);
}

#[test]
fn a_missing_module_and_a_role_are_told_with_403() {
    let core = economic();
    core.answer(http::Request::post("/_sim/modules").body(r#"{"missing":["journalsapi"]}"#.into()).unwrap());
    let missing = get(&core, DRAFTS).expect(403);
    assert_eq!(missing["errorCode"], "AccessDeniedAgreementMissingModules");
    get(&core, BOOKED).expect(200);
    let role = |app_role| with(Switches { app_role, ..Switches::default() });
    get(&role(AppRole::Bookkeeping), WEBHOOKS).expect(403);
    get(&role(AppRole::Bookkeeping), DRAFTS).expect(200);
    get(&role(AppRole::Sales), DRAFTS).expect(403);
}

#[test]
fn versions_and_paths_that_are_none_are_not_found() {
    let core = economic();
    get(&core, "/journalsapi/v16.0.1/draft-entries").expect(200);
    get(&core, "/journalsapi/draft-entries").expect(404);
    get(&core, "/journalsapi/v15.0.0/shoes").expect(404);
    assert_eq!(bare(&core, "GET", DRAFTS).send().expect(401)["errorCode"], "Unauthorized");
}

fn webhook(more: Value) -> Value {
    let mut webhook = json!({
        "eventType": "CUSTOMER_UPDATED", "name": "FlexyBox", "url": "https://flexybox.example/h?n=[NEWNUMBER]&o=[OLDNUMBER]",
        "contentType": "application/json", "postData": "{\"new\":\"[NEWNUMBER]\"}", "customHeaders": [{"key": "X-Secret", "value": "s"}],
    });
    webhook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    webhook
}

#[test]
fn a_webhook_is_registered_once_for_each_type_of_event() {
    let core = economic();
    assert_eq!(post(&core, WEBHOOKS, &webhook(json!({}))).expect(201), json!({"eventType": "CUSTOMER_UPDATED"}));
    assert_eq!(codes(&post(&core, WEBHOOKS, &webhook(json!({}))).expect(400)), ["WebhookAlreadyExistsForEventType"]);
    let mut read = get(&core, &format!("{WEBHOOKS}/CUSTOMER_UPDATED")).expect(200);
    read["isDisabled"] = json!(true);
    put(&core, WEBHOOKS, &read).expect(204);
    put(&core, WEBHOOKS, &read).expect(409);
    core.edit_customer(1, &json!({"city": "Nyby"})).unwrap();
    assert_eq!(core.pending_deliveries(), 0, "it is disabled");
    delete(&core, &format!("{WEBHOOKS}/CUSTOMER_UPDATED")).expect(204);
    delete(&core, &format!("{WEBHOOKS}/CUSTOMER_UPDATED")).expect(404);
    let types = get(&core, "/webhooksapi/v1.0.0/EventTypes").expect(200);
    assert_eq!(types[0]["mergeFields"][0]["fieldName"], "NEWNUMBER");
}

#[rstest]
#[case(json!({"url": "not an address"}), "WebhookInvalidUrl")]
#[case(json!({"url": "http://flexybox.example/h"}), "WebhookInvalidUrlScheme")]
#[case(json!({"eventType": "SHOE_LACED"}), "WebhookInvalidType")]
#[case(json!({"customHeaders": vec![json!({"key": "a", "value": "b"}); 6]}), "WebhookCustomHeadersTooMany")]
#[case(json!({"customHeaders": [{"key": "a", "value": "b".repeat(1000)}]}), "WebhookCustomHeadersTooLong")]
#[case(json!({"customHeaders": [{"key": "a b", "value": "b"}]}), "WebhookCustomHeadersInvalid")]
fn a_webhook_that_cannot_be_is_refused(#[case] more: Value, #[case] code: &str) {
    assert_eq!(codes(&post(&economic(), WEBHOOKS, &webhook(more)).expect(400)), [code]);
}

#[test]
fn a_demonstration_may_have_a_webhook_without_a_certificate() {
    let core = with(Switches { webhook_scheme: WebhookScheme::Any, ..Switches::default() });
    post(&core, WEBHOOKS, &webhook(json!({"url": "http://127.0.0.1:9/h"}))).expect(201);
}
