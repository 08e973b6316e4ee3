//! What posting writes: net, VAT and its base, reverse charge, debtors, voucher numbers, currencies.

use crate::books::{Books, LINE, line, refused, texts};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use uniconta_sim::Switches;
use uniconta_sim::switches::{AmountVat, VatAmounts};

const TRANS: &str = "GLTransClient";
const MONEY: [&str; 4] = ["Account", "Amount", "AmountVat", "AmountBase"];

fn rows(books: &Books, lines: &[Value]) -> Vec<Value> {
    let posting = books.post(lines);
    assert_eq!(refused(&posting), "Succes", "{posting:?}");
    assert!(books.lines().is_empty());
    books.core.rows(TRANS)
}

#[rstest]
#[case(AmountVat::Shown, ["1010 -100.00 -25.00 0.0", "6902 -25.00 0.0 -100.00", "5820 125.00 0.0 0.0"])]
#[case(AmountVat::Empty, ["1010 -100.00 0.0 0.0", "6902 -25.00 0.0 0.0", "5820 125.00 0.0 0.0"])]
fn vat_is_part_of_the_amount(#[case] amount_vat: AmountVat, #[case] expected: [&str; 3]) {
    let books = Books::with(Switches { amount_vat, ..Switches::default() });
    let sale =
        json!({"Account": "1010", "Credit": 125, "Vat": "U25", "Text": "Salg", "Dimension1": "HAL", "Invoice": 7});
    let rows = rows(&books, &[sale, json!({"Account": "5820", "Debit": "125.0", "DocumentDate": "2026-01-31"})]);
    assert_eq!(texts(&rows, &MONEY), expected);
    let of = ["Name", "Voucher", "VoucherLine", "JournalPostedId", "NumberSerie", "Date", "Debit", "Credit"];
    assert_eq!(
        texts(&rows, &of),
        [
            "Kontingenter, motion 10000 1 1 DAG 2026-02-01T00:00:00 0.0 100.00",
            "Udgående moms 10000 2 1 DAG 2026-02-01T00:00:00 0.0 25.00",
            "Dankort, afstemning 10000 3 1 DAG 2026-02-01T00:00:00 125.00 0.0",
        ]
    );
    assert_eq!(
        texts(&rows, &["Text", "Vat", "Dimension1", "Invoice"]),
        ["Salg U25 HAL 7", "Salg U25 null 7", "null null null 0"]
    );
    assert_eq!(rows[2]["DocumentDate"], "2026-01-31T00:00:00");
}

#[test]
fn vat_can_come_on_top_of_the_amount() {
    let books = Books::with(Switches { vat_amounts: VatAmounts::Added, ..Switches::default() });
    let sale = |paid: &str| {
        [json!({"Account": "1010", "Credit": 100, "Vat": "U25"}), json!({"Account": "5820", "Debit": paid})]
    };
    let rows = rows(&books, &sale("125.00"));
    assert_eq!(texts(&rows, &MONEY), ["1010 -100.00 -25.00 0.0", "6902 -25.00 0.0 -100.00", "5820 125.00 0.0 0.0"]);
    assert_eq!(refused(&books.post(&sale("100.00"))), "VoucherSumNotZero");
}

#[rstest]
#[case(VatAmounts::Included)]
#[case(VatAmounts::Added)]
fn reverse_charge_books_its_vat_on_both_accounts(#[case] vat_amounts: VatAmounts) {
    let books = Books::with(Switches { vat_amounts, ..Switches::default() });
    let rows = rows(
        &books,
        &[json!({"Account": "2030", "Debit": 1000, "Vat": "OmvEU"}), json!({"Account": "5810", "Credit": 1000})],
    );
    assert_eq!(
        texts(&rows, &MONEY),
        ["2030 1000.00 0.0 0.0", "6904 250.00 0.0 1000.00", "6906 -250.00 0.0 1000.00", "5810 -1000.00 0.0 0.0"]
    );
}

#[test]
fn an_offset_account_is_the_other_side_with_a_vat_code_of_its_own() {
    let books = Books::new();
    let rows = rows(&books, &[json!({"Account": "5810", "Debit": 250, "OffsetAccount": "1050", "OffsetVat": "U25"})]);
    assert_eq!(
        texts(&rows, &["Account", "Amount", "VoucherLine"]),
        ["5810 250.00 1", "1050 -200.00 2", "6902 -50.00 3"]
    );
}

#[test]
fn a_debtor_is_booked_on_the_summary_account_and_has_transactions_then() {
    let books = Books::new();
    let delete = || books.call("DELETE", "/api/Entities/Delete/DebtorClient", &json!({"Account": "9"})).1;
    let lines = [
        json!({"AccountType": "Debtor", "Account": "9", "Credit": "99.50", "Text": "Betalt", "DCPostType": "Payment"}),
        json!({"Account": "5840", "Debit": "99.50"}),
        json!({"AccountType": "Creditor", "Account": "70000", "Debit": 10, "Voucher": 2, "OffsetAccount": "5810"}),
    ];
    let rows = rows(&books, &lines);
    assert_eq!(
        texts(&rows, &["Account", "Amount", "DCType", "DCAccount", "DCName"]),
        [
            "5600 -99.50 Debtor 9 null",
            "5840 99.50 null null null",
            "6300 10.00 Creditor 70000 Prøveleverandør ApS",
            "5810 -10.00 null null null"
        ]
    );
    let debtor = books.core.rows("DebtorTransClient");
    let of = ["Account", "Amount", "Credit", "Voucher", "Text", "PostType", "JournalPostedId", "Date"];
    assert_eq!(texts(&debtor, &of), ["9 -99.50 99.50 10000 Betalt Payment 1 2026-02-01T00:00:00"]);
    assert_eq!(delete(), "\"CouldNotDeleteRecordThatHasTransactions\"");
    let row = books.core.row("DebtorClient", 1007).unwrap();
    assert_eq!(
        (row["CurBalance"].to_string(), &row["UpdatedAt"]),
        ("-99.50".to_owned(), &json!("2025-03-06T15:00:00"))
    );
    assert_eq!(books.core.pending_deliveries(), 0, "transactions call no Modification URL");
}

#[test]
fn vouchers_get_their_numbers_when_the_journal_says_so() {
    let books = Books::new();
    let on = |voucher: u32, day: &str| {
        [("1030", "Credit"), ("5810", "Debit")].map(|(account, side)| {
            line(&json!({"Journal": "AUTO", "Account": account, side: 5, "Voucher": voucher, "Date": day}))
        })
    };
    let lines =
        [on(7, "2026-05-01"), on(0, "2026-05-02"), on(3, "2026-05-01"), on(0, "2026-05-03"), on(7, "2026-05-01")]
            .concat();
    assert_eq!(books.insert_list(LINE, &lines).0, 200);
    assert_eq!(refused(&books.core.post_journal("AUTO", None).unwrap()), "Succes");
    let numbers = texts(&books.core.rows(TRANS), &["Voucher", "VoucherLine"]);
    let expected =
        ["50000 1", "50000 2", "50001 1", "50001 2", "50002 1", "50002 2", "50003 1", "50003 2", "50000 3", "50000 4"];
    assert_eq!(numbers, expected);
    let series = |books: &Books| books.filter("NumberSerieClient", "Serie eq 'AUTO'")[0]["Next"].clone();
    assert_eq!(series(&books), 50_004);
    let refused_with = |change: Value, expected: &str| {
        books.type_in("NumberSerieClient", change);
        assert_eq!(books.insert_list(LINE, &on(1, "2026-05-04")).0, 200);
        assert_eq!(refused(&books.core.post_journal("AUTO", None).unwrap()), expected);
    };
    refused_with(json!({"Serie": "AUTO", "Next": 60_000}), "SequenceNumberError");
    refused_with(json!({"Serie": "AUTO", "Next": 59_999, "Blocked": true}), "NumberSerieIsBlocked");
    refused_with(json!({"Serie": "AUTO", "Blocked": false}), "Succes");
    assert_eq!((series(&books), books.lines().len()), (json!(60_000), 0));
    assert_eq!(books.filter(TRANS, "Voucher eq 59999 and JournalPostedId eq 2").len(), 6);
}

#[rstest]
#[case("DKK", "99.99", "-79.99", "-20.00")]
#[case("JPY", "999", "-799", "-200")]
#[case("KWD", "0.999", "-0.799", "-0.200")]
fn vat_is_rounded_to_the_minor_unit_of_the_company(
    #[case] currency: &str,
    #[case] amount: &str,
    #[case] net: &str,
    #[case] vat: &str,
) {
    let books = Books::new();
    books.type_in("CompanyClient", json!({"RowId": 12_345, "CurrencyId": currency}));
    let rows = rows(
        &books,
        &[json!({"Account": "1010", "Credit": amount, "Vat": "U25"}), json!({"Account": "5820", "Debit": amount})],
    );
    assert_eq!(texts(&rows[..2], &["Amount"]), [net, vat]);
}

#[test]
fn an_amount_in_currency_is_split_alike() {
    let books = Books::new();
    let sale = json!({"Account": "1010", "Credit": 746, "Currency": "EUR", "CreditCur": 100, "Vat": "U25"});
    let rows = rows(&books, &[sale, json!({"Account": "5810", "Debit": 746})]);
    assert_eq!(
        texts(&rows, &["Amount", "AmountCur", "Currency"]),
        ["-596.80 -80.00 EUR", "-149.20 -20.00 EUR", "746.00 0.0 null"]
    );
}

#[test]
fn a_line_of_nothing_posts_as_nothing() {
    let books = Books::new();
    let rows = rows(&books, &[json!({"Account": "1010", "Vat": "U25", "OffsetAccount": "5810"})]);
    assert_eq!(texts(&rows, &["Account", "Amount", "Credit"]), ["1010 0.00 0.0", "5810 0.00 0.0"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is sold, what is posted sums to zero on each voucher, VAT among it.
    #[test]
    fn posted_vouchers_sum_to_zero(sales in proptest::collection::vec((1_i64..10_000_000, 0_usize..3), 1..12)) {
        let books = Books::new();
        let text = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
        let accounts = [("1010", Some("U25")), ("1030", None), ("1050", Some("U25"))];
        let mut lines: Vec<Value> = sales
            .iter()
            .map(|(minor, at)| json!({"Account": accounts[*at].0, "Credit": text(*minor), "Vat": accounts[*at].1}))
            .collect();
        lines.push(json!({"Account": "5820", "Debit": text(sales.iter().map(|(minor, _)| minor).sum())}));
        let posted = rows(&books, &lines);
        let minor = |row: &Value| row["Amount"].to_string().replace('.', "").parse::<i64>().unwrap();
        prop_assert_eq!(posted.iter().map(minor).sum::<i64>(), 0);
    }
}
