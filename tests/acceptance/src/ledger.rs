//! Simulated books with a small chart of accounts, and how they are read without the connector's help.
//!
//! The functions panic where the simulator does not hold what it must: they serve tests.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "serves tests, which panic when they fail"
)]

use accounting_kit::money::from_decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uniconta_sim::{Config, Data, Switches, Uniconta};

const LINES: &str = "GLDailyJournalLineClient";
const POSTED: &str = "GLTransClient";

/// Books with a small chart of accounts.
pub fn simulator(switches: Switches) -> Uniconta {
    let account = |number: &str, kind: &str| json!({"Account": number, "Name": number, "AccountType": kind});
    let rows = json!({
        "GLVatClient": [{"Vat": "U25", "Name": "Salgsmoms", "Account": "7010", "VatType": "Sales", "Method": "Netto", "Rate": 25}],
        "GLAccountClient": [
            account("1010", "Revenue"), account("1020", "Revenue"), account("5520", "Bank"), account("5530", "Liability"),
            account("5600", "Debtor"), account("7010", "Liability"), account("7900", "Expense"),
        ],
        "NumberSerieClient": [{"Serie": "FIN", "Name": "Finans", "FirstValue": 1, "LastValue": 99999, "Next": 1}],
        "GLDailyJournalClient": [{"Journal": "DAG", "Name": "Dagsrapporter", "NumberSerie": "FIN"}],
        "CompanyFinanceYearClient": [
            {"FromDate": "2026-01-01", "ToDate": "2026-12-31", "Open": true},
        ],
        "DebtorGroupClient": [{"Group": "1", "Name": "Kunder", "SummeryAccount": "5600"}],
        "DebtorClient": [{"Account": "D1", "Name": "En", "Group": "1"}, {"Account": "D2", "Name": "To", "Group": "1"}],
    });
    let data: Data = serde_json::from_value(json!({ "companies": [{ "rows": rows }] })).unwrap();
    let simulator = Uniconta::new(Config { data, switches, ..Config::example() }).unwrap();
    simulator.set_now("2026-11-25T08:00:00Z".parse().unwrap());
    simulator
}

/// A person blocks the second debtor, or opens it again.
pub fn block_debtor(simulator: &Uniconta, blocked: bool) {
    simulator.type_in("DebtorClient", json!({"Account": "D2", "Blocked": blocked})).unwrap();
}

/// How many lines lie in the journals.
pub fn journal_lines(simulator: &Uniconta) -> usize {
    simulator.rows(LINES).len()
}

/// What is on each account, posted and not, VAT included where it was sent, in øre.
pub fn sums(simulator: &Uniconta) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    for row in simulator.rows(LINES) {
        let account = row["Account"].as_str().unwrap().to_owned();
        *sums.entry(account).or_insert(0) += minor(&row, "Debit") - minor(&row, "Credit");
    }
    for row in simulator.rows(POSTED).iter().filter(|row| minor(row, "AmountBase") == 0) {
        let account = if row["DCType"] == "Debtor" { &row["DCAccount"] } else { &row["Account"] };
        let account = account.as_str().unwrap().to_owned();
        *sums.entry(account).or_insert(0) += minor(row, "Amount") + minor(row, "AmountVat");
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// The sum of every voucher, posted and not, in øre.
pub fn vouchers(simulator: &Uniconta) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    for row in simulator.rows(LINES) {
        *sums.entry(row["Voucher"].to_string()).or_insert(0) += minor(&row, "Debit") - minor(&row, "Credit");
    }
    for row in simulator.rows(POSTED) {
        *sums.entry(row["Voucher"].to_string()).or_insert(0) += minor(&row, "Amount");
    }
    sums
}

fn minor(row: &Value, property: &str) -> i128 {
    match row.get(property) {
        None | Some(Value::Null) => 0,
        Some(Value::Number(number)) => from_decimal(&number.to_string(), 2).unwrap().into(),
        Some(other) => panic!("{property} is {other}"),
    }
}
