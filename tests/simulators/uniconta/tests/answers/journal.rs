//! Journal lines: what may be written, how each breach is refused, and what reads back.

use crate::books::{Books, LINE, line};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uniconta_sim::Switches;
use uniconta_sim::switches::{
    AccountTypeFormat, AccrualDates, FinanceYears, InsertList, InsertListReply, JournalChecks, TooLong,
};

#[rstest]
#[case::no_journal(json!({"Journal": null, "Account": "1010"}), "FieldCannotBeBlank")]
#[case::unknown_journal(json!({"Journal": "NIX", "Account": "1010"}), "FieldHasinvalidValue")]
#[case::blocked_journal(json!({"Journal": "LUKKET", "Account": "1010"}), "JournalIsBlocked")]
#[case::long_text(json!({"Account": "1010", "Text": "æ".repeat(51)}), "FieldHasinvalidValue")]
#[case::danish_amount(json!({"Account": "1010", "Debit": "1.250,50"}), "FieldHasinvalidValue")]
#[case::account_type(json!({"AccountType": "Kunde", "Account": "1010"}), "FieldHasinvalidValue")]
#[case::both(json!({"Account": "1010", "Debit": 1, "Credit": "0.01"}), "DebitAndCreditCannotBothHaveValue")]
#[case::both_in_currency(json!({"Account": "1010", "DebitCur": 1, "CreditCur": 1}), "DebitAndCreditCannotBothHaveValue")]
#[case::payment(json!({"Account": "1010", "Payment": "nix"}), "FieldHasinvalidValue")]
fn a_line_that_breaks_a_rule_of_its_own_is_refused_whenever_accounts_are_checked(
    #[case] own: Value,
    #[case] expected: &str,
    #[values(JournalChecks::Insert, JournalChecks::Posting)] journal_checks: JournalChecks,
) {
    let books = Books::with(Switches { journal_checks, ..Switches::default() });
    assert_eq!(books.insert(LINE, &line(&own)), (400, format!("\"{expected}\"")));
    assert!(books.lines().is_empty());
}

#[rstest]
#[case::ledger(json!({"Account": "9999"}), "AccountDoesNotExist")]
#[case::debtor(json!({"AccountType": "Debtor", "Account": "1010"}), "AccountDoesNotExist")]
#[case::creditor(json!({"AccountType": "Creditor", "Account": "1000"}), "AccountDoesNotExist")]
#[case::offset(json!({"Account": "1010", "OffsetAccount": "9999"}), "AccountDoesNotExist")]
#[case::blocked(json!({"Account": "2090"}), "AccountIsBlocked")]
#[case::blocked_in_journal(json!({"Account": "5600"}), "AccountIsBlocked")]
#[case::blocked_debtor(json!({"AccountType": "Debtor", "Account": "3000"}), "AccountIsBlocked")]
#[case::blocked_creditor(json!({"AccountType": "Creditor", "Account": "70001"}), "AccountIsBlocked")]
#[case::header(json!({"Account": "1000"}), "AccountIsNotPostingAccount")]
#[case::sum(json!({"Account": "1100"}), "AccountIsNotPostingAccount")]
#[case::dimension(json!({"Account": "1010", "Dimension1": "NIX"}), "DimensionDoesNotExist")]
#[case::vat(json!({"Account": "1010", "Vat": "NIX"}), "VatTypeDoesNotExist")]
#[case::offset_vat(json!({"Account": "1010", "OffsetVat": "NIX"}), "VatTypeDoesNotExist")]
#[case::vat_on_debtor(json!({"AccountType": "Debtor", "Account": "1000", "Vat": "U25"}), "DebtorCreditorCannotHaveVat")]
#[case::vat_on_offset_creditor(
    json!({"Account": "1010", "OffsetAccountType": "Creditor", "OffsetAccount": "70000", "OffsetVat": "I25"}),
    "DebtorCreditorCannotHaveVat"
)]
#[case::alike(json!({"Account": "1010", "OffsetAccount": "1010"}), "AccountAndOffsetCannnotBeEqual")]
fn accounts_are_checked_when_a_line_is_written_or_only_when_it_is_posted(#[case] own: Value, #[case] expected: &str) {
    let row = line(&own);
    let books = Books::new();
    assert_eq!(books.insert(LINE, &row), (400, format!("\"{expected}\"")));
    assert!(books.lines().is_empty());
    let late = Books::with(Switches { journal_checks: JournalChecks::Posting, ..Switches::default() });
    assert_eq!(late.insert(LINE, &row).0, 200);
    let posting = late.core.post_journal("DAG", None).unwrap();
    let refusal = posting.refusal.unwrap();
    assert_eq!((refusal.code.name(), posting.line, late.lines().len()), (expected, 1, 1));
    assert_eq!(posting.account, own["Account"].as_str().unwrap());
}

#[test]
fn a_line_reads_back_as_written_with_what_the_server_knows() {
    let books = Books::new();
    let (status, text) = books.insert(
        LINE,
        &line(&json!({
            "Account": "1060", "Text": "Dagsrapport æøå", "Debit": "", "Credit": "1250.50", "Vat": "u25", "Dimension1": "cafe",
            "Voucher": "10001", "Invoice": "77", "OffsetAccountType": "Debitor", "OffsetAccount": "1000", "Amount": 99,
        })),
    );
    assert_eq!(status, 200, "{text}");
    assert!(text.contains("\"Credit\":1250.50,") && text.contains("\"Amount\":-1250.50,"), "{text}");
    let row: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "AccountName": "Salg i caféen", "OffsetAccountName": "Anna Åkjær-Øster", "AccountType": "Finans",
        "OffsetAccountType": "Debtor", "Vat": "U25", "Dimension1": "CAFE", "Voucher": 10_001, "Invoice": 77,
        "Date": "2026-02-01T00:00:00", "LineNumber": 1, "OnHold": false, "RowId": 20_001,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&row[name], value, "{name}");
    }
    assert!(row.get("Debit").is_none() && row.get("DueDate").is_none());
}

#[rstest]
#[case(json!({}))]
#[case(json!({"Debit": "", "Credit": ""}))]
#[case(json!({"Debit": 0, "Credit": "0.00"}))]
fn a_line_without_account_or_amount_is_a_draft(#[case] own: Value) {
    let books = Books::new();
    let (status, text) = books.insert(LINE, &line(&own));
    let row: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, row["Amount"].to_string().trim_matches(&['0', '.'][..])), (200, ""));
}

#[rstest]
#[case(AccountTypeFormat::Name, json!("Finans"), json!("Debtor"), json!("Creditor"))]
#[case(AccountTypeFormat::Danish, json!("Finans"), json!("Debitor"), json!("Kreditor"))]
#[case(AccountTypeFormat::Number, json!(0), json!(1), json!(2))]
fn account_types_are_written_in_any_form_and_read_in_one(
    #[case] account_type_format: AccountTypeFormat,
    #[case] ledger: Value,
    #[case] debtor: Value,
    #[case] creditor: Value,
    #[values(
        [json!("Finans"), json!("debtor"), json!("Creditor")],
        [json!("finans"), json!("Debitor"), json!("Kreditor")],
        [json!(0), json!(1), json!("2")],
        [json!(""), json!("Debtor"), json!(2)]
    )]
    written: [Value; 3],
) {
    let books = Books::with(Switches { account_type_format, ..Switches::default() });
    let accounts = ["1010", "1000", "70000"];
    let lines = written.into_iter().zip(accounts);
    let lines: Vec<Value> = lines.map(|(kind, key)| line(&json!({"AccountType": kind, "Account": key}))).collect();
    assert_eq!(books.insert_list(LINE, &lines).0, 200);
    let read: Vec<Value> = books.lines().iter().map(|row| row["AccountType"].clone()).collect();
    assert_eq!(read, [ledger, debtor, creditor]);
    for filter in ["AccountType eq 'Debitor'", "AccountType eq 'Debtor'", "AccountType eq 1"] {
        assert_eq!(books.filter(LINE, filter).len(), 1, "{filter}");
    }
}

#[test]
fn accrual_dates_are_kept_or_dropped_and_long_texts_cut() {
    let own = json!({
        "Account": "1010", "Split": "12", "SplitFromDate": "2026-01-01", "SplitToDate": "2026-12-31", "Text": "x".repeat(60),
    });
    let kept = Books::with(Switches { too_long: TooLong::Truncate, ..Switches::default() });
    assert_eq!(kept.insert(LINE, &line(&own)).0, 200);
    let row = &kept.lines()[0];
    assert_eq!((&row["Split"], &row["SplitToDate"]), (&json!("12"), &json!("2026-12-31T00:00:00")));
    assert_eq!(row["Text"], "x".repeat(50));
    let switches =
        Switches { accrual_dates: AccrualDates::Dropped, too_long: TooLong::Truncate, ..Switches::default() };
    let dropped = Books::with(switches);
    assert_eq!(dropped.insert(LINE, &line(&own)).0, 200);
    let row = &dropped.lines()[0];
    assert!(row.get("Split").is_none());
    assert_eq!(row["SplitFromDate"], "0001-01-01T00:00:00");
    assert_eq!(row["SplitToDate"], "0001-01-01T00:00:00");
}

#[test]
fn a_list_with_a_refused_line_is_dropped_whole_or_kept_up_to_it() {
    let lines: Vec<Value> =
        ["1010", "5810", "1000", "5820"].iter().map(|account| line(&json!({"Account": account}))).collect();
    let atomic = Books::new();
    assert_eq!(atomic.insert_list(LINE, &lines), (400, "\"AccountIsNotPostingAccount\"".to_owned()));
    assert!(atomic.lines().is_empty());
    let switches =
        Switches { insert_list: InsertList::Partial, insert_list_reply: InsertListReply::Empty, ..Switches::default() };
    let partial = Books::with(switches);
    assert_eq!(partial.insert_list(LINE, &lines).0, 400);
    assert_eq!(crate::books::texts(&partial.lines(), &["Account", "LineNumber"]), ["1010 1", "5810 2"]);
    assert_eq!(partial.insert_list(LINE, &lines[..1]), (200, String::new()));
}

#[test]
fn a_person_edits_and_deletes_a_line_and_the_api_does_too() {
    let books = Books::new();
    let row = books.type_in(LINE, line(&json!({"Account": "1010", "Credit": "10.00"})));
    let row_id = row["RowId"].as_u64().unwrap();
    let changed = books.type_in(LINE, json!({"RowId": row_id, "Credit": "12.50", "Text": "rettet"}));
    assert_eq!((changed["Amount"].to_string(), &changed["Account"]), ("-12.50".to_owned(), &json!("1010")));
    let wrong = books.core.type_in(LINE, json!({"RowId": row_id, "Debit": 1})).unwrap_err();
    assert!(wrong.to_string().contains("DebitAndCreditCannotBothHaveValue"), "{wrong}");
    assert!(books.core.type_in(LINE, json!({"RowId": row_id, "Amount": 1})).is_err());
    let (status, text) =
        books.call("PUT", &format!("/api/Entities/Update/{LINE}"), &json!({"RowId": row_id, "Journal": "DIV"}));
    assert_eq!(status, 200, "{text}");
    assert_eq!((&books.lines()[0]["Journal"], books.lines()[0].get("Account")), (&json!("DIV"), None));
    books.core.remove(LINE, u32::try_from(row_id).unwrap()).unwrap();
    assert!(books.lines().is_empty());
    let row_id = books.type_in(LINE, line(&json!({})))["RowId"].clone();
    let (status, _) = books.call("DELETE", &format!("/api/Entities/Delete/{LINE}"), &json!({"RowId": row_id}));
    assert_eq!((status, books.lines().len()), (200, 0));
}

#[test]
fn what_a_line_refers_to_cannot_be_deleted() {
    let books = Books::new();
    let lines = [
        line(&json!({"Account": "1030", "Vat": "Købsmoms", "Dimension3": "BØRN"})),
        line(&json!({"AccountType": "Debtor", "Account": "9"})),
    ];
    assert_eq!(books.insert_list(LINE, &lines).0, 200);
    let referred = [
        ("GLAccountClient", json!({"Account": "1030"})),
        ("DebtorClient", json!({"Account": "9"})),
        ("GLVatClient", json!({"Vat": "Købsmoms"})),
        ("GLDimType3Client", json!({"Dimension": "BØRN"})),
        ("GLDailyJournalClient", json!({"Journal": "DAG"})),
        ("NumberSerieClient", json!({"Serie": "AUTO"})),
    ];
    for (entity, key) in &referred {
        let (_, text) = books.call("DELETE", &format!("/api/Entities/Delete/{entity}"), key);
        assert_eq!(text, "\"CouldNotDeleteRecordThatIsReferred\"", "{entity}");
    }
    for row in books.lines() {
        books.core.remove(LINE, u32::try_from(row["RowId"].as_u64().unwrap()).unwrap()).unwrap();
    }
    for (entity, key) in &referred[..5] {
        assert_eq!(books.call("DELETE", &format!("/api/Entities/Delete/{entity}"), key).0, 200, "{entity}");
    }
}

#[test]
fn lines_are_filtered_and_paged() {
    let books = Books::with(Switches { page_size: 7, ..Switches::default() });
    let accounts = ["1010", "1050", "5810", "5820"];
    let one = |at: usize| {
        let day = 1 + at % 28;
        line(&json!({"Account": accounts[at % 4], "Debit": at, "Voucher": at, "Date": format!("2026-03-{day:02}")}))
    };
    let lines: Vec<Value> = (1..=50).map(one).collect();
    assert_eq!(books.insert_list(LINE, &lines).0, 200);
    let ors = |name: &str, count: usize, quote: &str| {
        let parts = (1..=count).map(|at| format!("{name} eq {quote}{at}{quote}"));
        parts.collect::<Vec<_>>().join(" or ")
    };
    let counts = [
        ("Voucher eq 12".to_owned(), 1),
        ("Voucher eq 1 or Voucher eq 2".to_owned(), 2),
        (ors("Voucher", 41, ""), 41),
        ("Account eq '1010' or Account eq '5810'".to_owned(), 25),
        (format!("{} or Account eq '5820'", ors("Account", 40, "'")), 12),
        ("Journal eq 'DAG' and Debit gt 40.5".to_owned(), 10),
        ("Date eq datetime'2026-03-02T00:00:00'".to_owned(), 2),
        ("Date ge datetime'2026-03-02T00:00:00' and Date lt datetime'2026-03-04T00:00:00'".to_owned(), 4),
        ("Journal eq 'DIV'".to_owned(), 0),
    ];
    for (filter, expected) in counts {
        assert_eq!(books.filter(LINE, &filter).len(), expected, "{filter}");
    }
    let too_many = ors("Voucher", 42, "").replace(' ', "%20");
    assert_eq!(books.call("GET", &format!("/odata/12345/{LINE}?$filter={too_many}"), &Value::Null).0, 400);
}

#[test]
fn finance_years_are_shown_or_hidden_and_only_a_person_changes_them() {
    const YEAR: &str = "CompanyFinanceYearClient";
    let books = Books::new();
    let open = books.filter(YEAR, "Open eq true");
    assert_eq!(
        crate::books::texts(&open, &["FromDate", "Current"]),
        ["2026-01-01T00:00:00 true", "2027-01-01T00:00:00 false"]
    );
    let day = "datetime'2025-06-01T00:00:00'";
    assert_eq!(books.filter(YEAR, &format!("FromDate le {day} and ToDate ge {day} and Closed eq true")).len(), 1);
    assert_eq!(books.insert(YEAR, &json!({"FromDate": "2028-01-01"})).1, "\"NoRightsToInsert\"");
    let closed = books.type_in(YEAR, json!({"RowId": open[0]["RowId"], "Open": false, "Closed": true}));
    assert_eq!(closed["Closed"], true);
    let hidden = Books::with(Switches { finance_years: FinanceYears::Hidden, ..Switches::default() });
    for entity in [YEAR, "CompanyFinanceYearClientUser"] {
        assert_eq!(hidden.call("GET", &format!("/odata/12345/{entity}"), &Value::Null).0, 404);
    }
    assert!(!hidden.call("GET", "/odata/12345", &Value::Null).1.contains(YEAR));
    assert!(books.call("GET", "/odata/12345", &Value::Null).1.contains(YEAR));
    assert_eq!(hidden.core.rows(YEAR).len(), 3, "a person sees them");
}

#[test]
fn ten_thousand_lines_are_written_posted_and_found_without_delay() {
    let books = Books::new();
    let one = |at: u32| {
        let (account, side) = if at.is_multiple_of(2) { ("1010", "Credit") } else { ("5820", "Debit") };
        line(
            &json!({"Account": account, side: "125.00", "Voucher": 10_000 + at.div_ceil(2), "Text": "Dagsrapport", "Dimension1": "HAL"}),
        )
    };
    let lines: Vec<Value> = (1..=10_000).map(one).collect();
    let body = Value::from(lines);
    let started = Instant::now();
    let (status, text) = books.call("POST", &format!("/api/Entities/InsertList/{LINE}"), &body);
    let written = started.elapsed();
    assert_eq!(status, 200, "{text}");
    let found = Instant::now();
    let filter = (1..=41).map(|at| format!("Voucher eq {}", 10_000 + at)).collect::<Vec<_>>().join(" or ");
    assert_eq!(books.filter(LINE, &filter).len(), 82);
    let found = found.elapsed();
    let started = Instant::now();
    assert_eq!(crate::books::refused(&books.core.post_journal("DAG", None).unwrap()), "Succes");
    let posted = started.elapsed();
    eprintln!("written in {written:?}, found in {found:?}, posted in {posted:?}");
    // Generous, because other tests run beside this one; anything quadratic takes far longer.
    for took in [written, found, posted] {
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
