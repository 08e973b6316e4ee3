//! Posting a journal: each rule, its code, the line it names, and that nothing is written when one is broken.

use crate::books::{Books, LINE, line, refused, texts};
use rstest::rstest;
use serde_json::{Value, json};
use uniconta_sim::{ControlError, Posting};

const TRANS: &str = "GLTransClient";

/// A sale of 125.00 with VAT, paid by card: a voucher that posts.
fn sale() -> [Value; 2] {
    [json!({"Account": "1010", "Credit": "125.00", "Vat": "U25"}), json!({"Account": "5820", "Debit": "125.00"})]
}

/// Posts a good voucher and then lines that are refused; nothing may be written.
fn post_refused(books: &Books, lines: &[Value]) -> Posting {
    let lines: Vec<Value> = sale().iter().chain(lines).cloned().collect();
    let posting = books.post(&lines);
    assert_eq!(posting.journal_posted_id, 0, "{posting:?}");
    assert_eq!(books.lines().len(), lines.len());
    assert!(books.core.rows(TRANS).is_empty() && books.core.rows("DebtorTransClient").is_empty());
    posting
}

#[rstest]
#[case::no_date(json!({"Date": null, "Account": "1010"}), "DateNotSet")]
#[case::no_year(json!({"Date": "2024-12-31", "Account": "1010"}), "FinancePeriodDoesNotExist")]
#[case::closed_year(json!({"Date": "2025-12-31", "Account": "1010"}), "FinancePeriodNotOpen")]
#[case::no_voucher(json!({"Account": "1010", "Voucher": 0}), "VoucherCannotBeZero")]
#[case::no_account(json!({"Debit": 1}), "AccountIsMissing")]
#[case::decimals(json!({"Account": "1010", "Debit": "1.005"}), "FieldHasinvalidValue")]
#[case::currency_decimals(json!({"Account": "1010", "Debit": 1, "Currency": "JPY", "DebitCur": "1.5"}), "FieldHasinvalidValue")]
#[case::sign(json!({"Account": "1010", "Debit": 1, "Currency": "EUR", "CreditCur": 1}), "AmountAndAmountCurHasDifferentSign")]
#[case::rate(json!({"Account": "1010", "Currency": "EUR", "DebitCur": 1}), "NoExchangeRate")]
#[case::dimension(json!({"Account": "1060", "Vat": "U25", "Debit": 1}), "DimensionIsMandatory")]
#[case::mandatory_vat(json!({"Account": "1060", "Dimension1": "CAFE", "Debit": 1}), "AccountHasMandatoryVat")]
#[case::no_vat(json!({"Account": "1040", "Vat": "U25", "Debit": 1}), "VatCodeCannotBeUsedOnThisAccount")]
#[case::purchase_vat(json!({"Account": "1010", "Vat": "I25", "Debit": 1}), "PurchaseVatCannotBeUsedOnSalesAccount")]
#[case::sales_vat(json!({"Account": "2020", "Vat": "U25", "Debit": 1}), "SalesVatCannotBeUsedOnPurchaceAccount")]
#[case::offset_sales_vat(
    json!({"Account": "5810", "OffsetAccount": "2020", "OffsetVat": "U25", "Credit": 1}),
    "SalesVatCannotBeUsedOnPurchaceAccount"
)]
#[case::voucher(json!({"Account": "5810", "Debit": "0.01"}), "VoucherSumNotZero")]
fn a_line_that_cannot_be_posted_is_named_and_nothing_is_written(#[case] own: Value, #[case] expected: &str) {
    let books = Books::new();
    let posting = post_refused(&books, std::slice::from_ref(&own));
    assert_eq!((refused(&posting), posting.line), (expected, 3), "{posting:?}");
    assert_eq!(posting.account, own["Account"].as_str().unwrap_or_default());
}

#[test]
fn a_month_can_be_closed_and_a_year_that_is_neither_open_nor_closed_is_not_open() {
    let books = Books::new();
    books.core.set_month_open("2026-02", false).unwrap();
    assert_eq!(refused(&books.post(&sale())), "MonthNotOpen");
    books.core.set_month_open("2026-02", true).unwrap();
    let year = books.row_id("CompanyFinanceYearClient", "FromDate", "2026-01-01T00:00:00");
    books.type_in("CompanyFinanceYearClient", json!({"RowId": year, "Open": false}));
    assert_eq!(refused(&books.core.post_journal("DAG", None).unwrap()), "FinancePeriodNotOpen");
    books.type_in("CompanyFinanceYearClient", json!({"RowId": year, "Open": true}));
    assert_eq!(refused(&books.core.post_journal("DAG", None).unwrap()), "Succes");
    assert!(books.core.set_month_open("2026-13", false).is_err());
}

#[rstest]
#[case::another_voucher(json!({"Voucher": 2, "Debit": 1}), json!({"Voucher": 3, "Credit": 1}), "VoucherSumNotZero", 3)]
#[case::another_day(json!({"Voucher": 2, "Debit": 1}), json!({"Voucher": 2, "Credit": 1, "Date": "2026-02-02"}), "DateSumNotZero", 4)]
fn every_voucher_is_zero_on_every_day(
    #[case] first: Value,
    #[case] second: Value,
    #[case] expected: &str,
    #[case] line: u32,
) {
    let books = Books::new();
    let on = |account: &str, mut own: Value| {
        own["Account"] = json!(account);
        own
    };
    let posting = post_refused(&books, &[on("5810", first), on("5820", second)]);
    assert_eq!((refused(&posting), posting.line), (expected, line));
}

#[test]
fn what_was_good_when_it_was_written_is_checked_again() {
    let changes: [(&str, &str, &str, &str, Value); 3] = [
        ("GLDailyJournalClient", "Journal", "DAG", "JournalIsBlocked", json!({"Blocked": true})),
        ("GLAccountClient", "Account", "5820", "AccountIsBlocked", json!({"BlockedInJournal": true})),
        ("GLAccountClient", "Account", "1010", "AccountIsNotPostingAccount", json!({"AccountType": "Header"})),
    ];
    for (entity, key, value, expected, mut change) in changes {
        let books = Books::new();
        let lines: Vec<Value> = sale().iter().map(line).collect();
        assert_eq!(books.insert_list(LINE, &lines).0, 200);
        change[key] = json!(value);
        books.type_in(entity, change);
        assert_eq!(refused(&books.core.post_journal("DAG", None).unwrap()), expected);
        assert_eq!(books.lines().len(), 2);
    }
}

#[test]
fn a_summary_account_that_is_missing_is_told() {
    let books = Books::new();
    let lines =
        [json!({"AccountType": "Debtor", "Account": "1000", "Debit": 1}), json!({"Account": "5810", "Credit": 1})];
    books.type_in("DebtorGroupClient", json!({"Group": "1", "SummeryAccount": "4711"}));
    assert_eq!(refused(&books.post(&lines)), "AccountDoesNotExist");
    books.type_in("DebtorGroupClient", json!({"Group": "1", "SummeryAccount": ""}));
    let posting = books.core.post_journal("DAG", None).unwrap();
    assert_eq!((refused(&posting), posting.line, posting.account.as_str()), ("AccountIsMissing", 1, "1000"));
}

#[test]
fn lines_on_hold_unapproved_or_of_later_days_stay() {
    let books = Books::new();
    assert_eq!(refused(&books.core.post_journal("DAG", None).unwrap()), "NoLinesFound");
    let pair = |own: Value| {
        sale().map(|line| {
            let mut line = line;
            line.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            line
        })
    };
    let mut lines = pair(json!({"OnHold": true, "Voucher": 1})).to_vec();
    assert_eq!(refused(&books.post(&lines)), "NoLinesFound");
    lines = pair(json!({"Date": "2026-02-10", "Voucher": 2})).to_vec();
    lines.extend(pair(json!({"Date": "2026-02-11", "Voucher": 3})));
    let lines: Vec<Value> = lines.iter().map(line).collect();
    assert_eq!(books.insert_list(LINE, &lines).0, 200);
    assert_eq!(refused(&books.core.post_journal("DAG", Some("2026-02-09")).unwrap()), "NoLinesFound");
    assert_eq!(refused(&books.core.post_journal("DAG", Some("2026-02-10")).unwrap()), "Succes");
    assert_eq!(texts(&books.lines(), &["Voucher"]), ["1", "1", "3", "3"]);
    books.type_in("GLDailyJournalClient", json!({"Journal": "DAG", "UseApproved": true}));
    assert_eq!(refused(&books.core.post_journal("DAG", None).unwrap()), "NoLinesFound");
    for row in books.filter(LINE, "Voucher eq 3") {
        books.type_in(LINE, json!({"RowId": row["RowId"], "Approved": true}));
    }
    assert_eq!(refused(&books.core.post_journal("DAG", None).unwrap()), "Succes");
    assert_eq!(texts(&books.lines(), &["Voucher", "OnHold"]), ["1 true", "1 true"]);
}

#[test]
fn posting_names_what_does_not_exist_and_what_cannot_be_read() {
    let core = Books::new().core;
    assert!(matches!(core.post_journal("NIX", None), Err(ControlError::NotFound(_))));
    assert!(matches!(core.post_journal_in(7, "DAG", None), Err(ControlError::NotFound(_))));
    assert!(matches!(core.post_journal("DAG", Some("01-02-2026")), Err(ControlError::Wrong(_))));
}

#[test]
fn the_control_surface_posts_and_tells_as_the_sdk_does() {
    let books = Books::new();
    let call = |method: &str, path: &str, body: Value| {
        let (status, text) = books.call(method, &format!("/_sim/{path}"), &body);
        (status, serde_json::from_str::<Value>(&text).unwrap())
    };
    let lines: Vec<Value> =
        [sale()[0].clone(), json!({"Account": "5820", "Debit": "124.00"})].iter().map(line).collect();
    assert_eq!(books.insert_list(LINE, &lines).0, 200);
    let expected = json!({
        "Err": 115, "ErrName": "VoucherSumNotZero", "ErrorProperty": null, "Counter": 2, "Account": "5820", "JournalPostedlId": 0,
    });
    assert_eq!(call("POST", "post-journal", json!({"journal": "DAG"})), (200, expected));
    let row_id = books.row_id(LINE, "Account", "5820");
    assert_eq!(call("POST", &format!("rows/{LINE}"), json!({"row": {"RowId": row_id, "Debit": "125.00"}})).0, 200);
    let expected = json!({
        "Err": 0, "ErrName": "Succes", "ErrorProperty": null, "Counter": 0, "Account": "", "JournalPostedlId": 1,
    });
    let order = json!({"company": 12_345, "journal": "dag", "up_to_date": "2026-12-31"});
    assert_eq!(call("POST", "post-journal", order), (200, expected));
    assert_eq!(call("POST", "post-journal", json!({"journal": "NIX"})).0, 404);
    assert_eq!(call("POST", "post-journal", json!({"journal": "DAG", "company": 9})).0, 404);
    assert_eq!(call("POST", "post-journal", json!({"journal": "DAG", "to": 9})).0, 400);
    assert_eq!(
        call("POST", "months", json!({"month": "2026-02", "open": false})),
        (200, json!({"closed": ["2026-02"]}))
    );
    assert_eq!(call("GET", "months", Value::Null).1, json!({"closed": ["2026-02"]}));
    assert_eq!(call("POST", "reset", Value::Null).0, 200);
    assert_eq!(call("GET", "months", Value::Null).1, json!({"closed": []}));
    assert!(call("GET", "", Value::Null).1["bookkeeping"].to_string().contains("post-journal"));
}

#[test]
fn what_posting_wrote_nobody_types_in_changes_or_deletes() {
    let books = Books::new();
    assert_eq!(refused(&books.post(&sale())), "Succes");
    assert_eq!(books.insert(TRANS, &json!({"Account": "1010"})).1, "\"NoRightsToInsert\"");
    let (_, text) = books.call("DELETE", &format!("/api/Entities/Delete/{TRANS}"), &json!({"RowId": 50_001}));
    assert_eq!(text, "\"NoRightsToDelete\"");
    let wrong = books.core.type_in(TRANS, json!({})).unwrap_err();
    assert_eq!(wrong.to_string(), "GLTransClient is only written by posting a journal");
    assert!(books.core.remove(TRANS, 50_001).is_err());
    let (_, text) = books.call("DELETE", "/api/Entities/Delete/GLAccountClient", &json!({"Account": "1010"}));
    assert_eq!(text, "\"CouldNotDeleteRecordThatHasTransactions\"");
}
