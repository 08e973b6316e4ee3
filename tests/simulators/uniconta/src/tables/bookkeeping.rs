//! The tables of bookkeeping: chart of accounts, number series, journals (kladder) and their lines, finance years, and what
//! posting writes. Names, types and lengths: `[meta]`; what a missing reference gives where the metadata names no code: `[inf]`.

use super::{
    CREDITOR, DEBTOR, DEBTOR_TRANS, FINANCE_YEAR, GL_ACCOUNT, GL_TRANS, JOURNAL, JOURNAL_LINE, NO_SUCH_REFERENCE, table,
};
use crate::refusal::ErrorCode;
use crate::schema::{Property as P, Table};

/// `GLAccountTypes`, in the order of their numbers.
const ACCOUNT_TYPES: [&str; 21] = [
    "Header",
    "Sum",
    "CalculationExpression",
    "PL",
    "Revenue",
    "Income",
    "Cost",
    "CostOfGoodSold",
    "Expense",
    "Depreciasions",
    "BalanceSheet",
    "Asset",
    "FixedAssets",
    "CurrentAsset",
    "Inventory",
    "Debtor",
    "LiquidAsset",
    "Bank",
    "Liability",
    "Equity",
    "Creditor",
];
/// `DCPostType`, in the order of their numbers.
const POST_TYPES: [&str; 17] = [
    "Other",
    "Payment",
    "Prepayment",
    "PartialPayment",
    "Invoice",
    "Creditnote",
    "Fee",
    "Discount",
    "InterestFee",
    "CollectionLetter",
    "Collection",
    "WriteOff",
    "Rounding",
    "ExchangeRateDif",
    "PennyDif",
    "VatRounding",
    "Cancellation",
];
/// Whether an account needs a dimension. The enumeration `DimActive` has no public values (`[inf]`).
const DIMENSION_POLICIES: [&str; 2] = ["Optional", "Mandatory"];
/// Whether an account needs a VAT code. Only `NoVat` was seen (`[code]`); the others are `[inf]`.
const VAT_POLICIES: [&str; 3] = ["Optional", "NoVat", "Mandatory"];

/// The tables, in an order in which each only refers to those before it.
pub(super) fn tables() -> Vec<Table> {
    vec![
        table(GL_ACCOUNT, "GLAccountClient", Some("Account"), 2001, gl_account()),
        table("CreditorGroup", "CreditorGroupClient", Some("Group"), 250, creditor_group()),
        table(CREDITOR, "CreditorClient", Some("Account"), 3001, creditor()),
        table("NumberSerie", "NumberSerieClient", Some("Serie"), 600, number_serie()),
        table(JOURNAL, "GLDailyJournalClient", Some("Journal"), 650, journal()),
        table(JOURNAL_LINE, "GLDailyJournalLineClient", None, 20_001, journal_line()),
        Table { read_only: true, ..table(FINANCE_YEAR, "CompanyFinanceYearClient", None, 700, finance_year()) },
        posted(table(GL_TRANS, "GLTransClient", None, 50_001, gl_trans())),
        posted(table(DEBTOR_TRANS, "DebtorTransClient", None, 40_001, debtor_trans())),
    ]
}

/// A table that only posting writes.
fn posted(mut table: Table) -> Table {
    table.properties = table.properties.into_iter().map(P::read_only).collect();
    Table { read_only: true, posted: true, ..table }
}

fn vat(name: &str) -> P {
    P::reference(name, "GLVat", ErrorCode::VatTypeDoesNotExist)
}

fn dimensions() -> [P; 5] {
    let dimension = |name, table| P::reference(name, table, ErrorCode::DimensionDoesNotExist);
    [
        dimension("Dimension1", "GLDimType1"),
        dimension("Dimension2", "GLDimType2"),
        dimension("Dimension3", "GLDimType3"),
        dimension("Dimension4", "GLDimType4"),
        dimension("Dimension5", "GLDimType5"),
    ]
}

fn gl_account() -> Vec<P> {
    let mut properties = vec![
        P::text("Account", 20).required(),
        P::text("Name", 50),
        P::choice("AccountType", &ACCOUNT_TYPES).required(),
        vat("Vat"),
        P::free_text("VatOperation"),
        P::choice("MandatoryTax", &VAT_POLICIES),
        P::boolean("Blocked"),
        P::boolean("BlockedInJournal"),
        P::boolean("MandatoryCategory"),
        P::account_type("DefaultOffsetAccountType"),
        P::text("DefaultOffsetAccount", 20),
        P::text("ExternalNo", 20),
        P::free_text("SystemAccount"),
        P::text("Sum", 500),
    ];
    let policies = ["Dim1Parm", "Dim2Parm", "Dim3Parm", "Dim4Parm", "Dim5Parm"];
    properties.extend(policies.map(|name| P::choice(name, &DIMENSION_POLICIES)));
    properties
}

fn creditor_group() -> Vec<P> {
    vec![P::text("Group", 10).required(), P::text("Name", 50), P::boolean("IsDefault"), P::text("SummeryAccount", 20)]
}

fn creditor() -> Vec<P> {
    vec![
        P::text("Account", 20).required(),
        P::text("Name", 40),
        P::reference("Group", "CreditorGroup", NO_SUCH_REFERENCE),
        P::text("CompanyRegNo", 20),
        P::boolean("Blocked"),
        P::number("CurBalance").read_only(),
    ]
}

fn number_serie() -> Vec<P> {
    vec![
        P::text("Serie", 10).required(),
        P::text("Name", 30),
        P::integer("FirstValue"),
        P::integer("LastValue"),
        P::integer("Next"),
        P::free_text("Prefix"),
        P::boolean("Blocked"),
        P::boolean("Manual"),
    ]
}

fn journal() -> Vec<P> {
    let mut properties = vec![
        P::text("Journal", 10).required(),
        P::text("Name", 30),
        P::reference("NumberSerie", "NumberSerie", ErrorCode::NumberSerieDoesNotExist).required(),
        P::choice("DateFunction", &["Free", "Today", "Fixed"]),
        P::account_type("DefaultAccountType"),
        P::text("Account", 20),
        P::account_type("DefaultOffsetAccountType"),
        P::text("OffsetAccount", 20),
        vat("Vat"),
        P::free_text("TransType"),
    ];
    let flags = ["Blocked", "GenerateVoucher", "DeleteLines", "UseApproved", "TwoVatCodes", "EmptyAccountOnHold"];
    properties.extend(flags.map(P::boolean));
    properties.extend(dimensions());
    properties
}

fn journal_line() -> Vec<P> {
    let mut properties = vec![
        P::reference("Journal", JOURNAL, NO_SUCH_REFERENCE).required(),
        P::date_time("Date"),
        P::date_time("DocumentDate"),
        P::account_type("AccountType"),
        P::text("Account", 20),
        P::free_text("AccountName").read_only(),
        P::account_type("OffsetAccountType"),
        P::text("OffsetAccount", 20),
        P::free_text("OffsetAccountName").read_only(),
        P::text("Text", 50),
        P::number("Amount").read_only(),
        P::number("AmountCur").read_only(),
        P::currency("Currency"),
        P::integer("Voucher"),
        P::integer("Invoice").nullable(),
        vat("Vat"),
        P::free_text("VatOperation"),
        vat("OffsetVat"),
        P::free_text("VatOffsetOperation"),
        P::free_text("TransType"),
        P::choice("DCPostType", &POST_TYPES),
        P::reference("Payment", "PaymentTerm", NO_SUCH_REFERENCE),
        P::date_time("DueDate").nullable(),
        P::text("PaymentId", 50),
        P::text("Settlements", 200),
        P::choice("SettleValue", &["Invoice", "Voucher"]),
        P::integer("DocumentRef"),
        P::free_text("Split"),
        P::date_time("SplitFromDate"),
        P::date_time("SplitToDate"),
        P::boolean("OnHold"),
        P::boolean("Approved"),
        P::number("LineNumber"),
    ];
    properties.extend(["Debit", "Credit", "DebitCur", "CreditCur"].map(|name| P::number(name).nullable()));
    properties.extend(dimensions());
    properties
}

fn finance_year() -> Vec<P> {
    let mut properties = vec![P::date_time("FromDate").required(), P::date_time("ToDate").required()];
    properties.extend(["Open", "Closed", "Blocked", "Current"].map(P::boolean));
    properties
}

fn gl_trans() -> Vec<P> {
    let mut properties = vec![
        P::date_time("Date"),
        P::date_time("DocumentDate"),
        P::reference("Account", GL_ACCOUNT, ErrorCode::AccountDoesNotExist),
        P::text("Name", 50),
        P::integer("Voucher"),
        P::integer("VoucherLine"),
        P::integer("Invoice"),
        P::integer("JournalPostedId"),
        P::text("Text", 50),
        P::free_text("NumberSerie"),
        vat("Vat"),
        P::free_text("VatOperation"),
        P::free_text("TransType"),
        P::currency("Currency"),
        P::account_type("DCType").nullable(),
        P::free_text("DCAccount"),
        P::free_text("DCName"),
    ];
    properties.extend(["Amount", "Debit", "Credit", "AmountVat", "AmountBase", "AmountCur"].map(P::number));
    properties.extend(dimensions());
    properties
}

fn debtor_trans() -> Vec<P> {
    let mut properties = vec![
        P::date_time("Date"),
        P::reference("Account", DEBTOR, ErrorCode::AccountDoesNotExist),
        P::text("Name", 40),
        P::integer("Voucher"),
        P::integer("Invoice"),
        P::integer("JournalPostedId"),
        P::text("Text", 50),
        P::choice("PostType", &POST_TYPES),
        P::free_text("NumberSerie"),
        P::free_text("TransType"),
        P::currency("Currency"),
    ];
    properties.extend(["Amount", "Debit", "Credit", "AmountCur"].map(P::number));
    properties
}
