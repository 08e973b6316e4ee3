//! The tables that the simulator holds. Names, types, lengths and numbers: `docs/sources/uniconta.md` (`[meta]` of 2018 and page
//! fields of 2025; the lengths may have grown since). Which error code a missing reference gives is a choice: the metadata names
//! codes for accounts, dimensions and VAT, and nothing for groups and payment terms (`[inf]`).

mod bookkeeping;

use crate::enumerations::LANGUAGES;
use crate::refusal::ErrorCode;
use crate::schema::{Property as P, Table};
use std::sync::LazyLock;

/// Name of the table of debtors.
pub(crate) const DEBTOR: &str = "Debtor";
/// Name of the table behind Modification URLs.
pub(crate) const CHANGE_EVENT: &str = "TableChangeEvent";
/// Name of the chart of accounts.
pub(crate) const GL_ACCOUNT: &str = "GLAccount";
/// Name of the table of creditors.
pub(crate) const CREDITOR: &str = "Creditor";
/// Name of the table of journals (kladder).
pub(crate) const JOURNAL: &str = "GLDailyJournal";
/// Name of the table of journal lines.
pub(crate) const JOURNAL_LINE: &str = "GLDailyJournalLine";
/// Name of the table of finance years.
pub(crate) const FINANCE_YEAR: &str = "CompanyFinanceYear";
/// Name of the table of posted ledger transactions.
pub(crate) const GL_TRANS: &str = "GLTrans";
/// Name of the table of posted debtor transactions.
pub(crate) const DEBTOR_TRANS: &str = "DebtorTrans";
/// What a missing debtor group, payment term or price list gives.
const NO_SUCH_REFERENCE: ErrorCode = ErrorCode::FieldHasinvalidValue;

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables = vec![
        // In an order in which a table only refers to those before it, so that a data file loads in one pass.
        table("GLVat", "GLVatClient", Some("Vat"), 400, vat()),
        table("DebtorGroup", "DebtorGroupClient", Some("Group"), 200, debtor_group()),
        table("PaymentTerm", "PaymentTermClient", Some("Payment"), 300, payment_term()),
        dimension("GLDimType1", "GLDimType1Client", 510),
        dimension("GLDimType2", "GLDimType2Client", 520),
        dimension("GLDimType3", "GLDimType3Client", 530),
        dimension("GLDimType4", "GLDimType4Client", 540),
        dimension("GLDimType5", "GLDimType5Client", 550),
        debtor(),
        Table { read_only: true, ..table("Company", "CompanyClient", None, 1, company()) },
        table(CHANGE_EVENT, "TableChangeEventClient", None, 900, change_event()),
    ];
    tables.extend(bookkeeping::tables());
    tables
});

/// All tables.
pub(crate) fn tables() -> &'static [Table] {
    &TABLES
}

/// The table of that name.
pub(crate) fn table_named(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// The table of that number, of those that a Modification URL can watch.
pub(crate) fn table_numbered(number: u32) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.number == Some(number))
}

/// The table of an entity name, and whether the name is the one with user-defined fields.
pub(crate) fn table_of_entity(entity: &str) -> Option<(&'static Table, bool)> {
    let (plain, with_user_fields) = match entity.strip_suffix("ClientUser") {
        Some(stem) => (format!("{stem}Client"), true),
        None => (entity.to_owned(), false),
    };
    TABLES.iter().find(|table| table.entity == plain).map(|table| (table, with_user_fields))
}

fn table(
    name: &'static str,
    entity: &'static str,
    key: Option<&'static str>,
    first_row_id: u32,
    mut properties: Vec<P>,
) -> Table {
    properties.extend(["RowId", "CompanyId"].map(|name| P::integer(name).read_only()));
    Table { name, number: None, entity, key, read_only: false, posted: false, first_row_id, properties }
}

fn dimension(name: &'static str, entity: &'static str, first_row_id: u32) -> Table {
    table(name, entity, Some("Dimension"), first_row_id, vec![P::text("Dimension", 10).required(), P::text("Name", 30)])
}

fn debtor() -> Table {
    let group = |name| P::reference(name, "DebtorGroup", NO_SUCH_REFERENCE);
    let dimension = |name, table| P::reference(name, table, ErrorCode::DimensionDoesNotExist);
    let mut properties = vec![
        P::text("Account", 20).required(),
        P::text("Name", 40),
        group("Group"),
        P::reference("Payment", "PaymentTerm", NO_SUCH_REFERENCE),
        P::reference("Vat", "GLVat", ErrorCode::VatTypeDoesNotExist),
        P::reference("InvoiceAccount", DEBTOR, ErrorCode::AccountDoesNotExist),
        P::currency("Currency"),
        P::vat_zone("VatZone"),
        P::country("Country"),
        P::free_text("CountryName").read_only(),
        P::country("DeliveryCountry").nullable(),
        P::choice("UserLanguage", &LANGUAGES),
        P::integer("PriceGroup").nullable(),
        dimension("Dimension1", "GLDimType1"),
        dimension("Dimension2", "GLDimType2"),
        dimension("Dimension3", "GLDimType3"),
        dimension("Dimension4", "GLDimType4"),
        dimension("Dimension5", "GLDimType5"),
    ];
    let texts = [
        ("Address1", 40),
        ("Address2", 40),
        ("Address3", 40),
        ("ZipCode", 8),
        ("DeliveryName", 40),
        ("DeliveryAddress1", 40),
        ("DeliveryAddress2", 40),
        ("DeliveryAddress3", 40),
        ("DeliveryZipCode", 8),
        ("CompanyRegNo", 20),
        ("VatNumber", 20),
        ("Phone", 20),
        ("MobilPhone", 20),
        ("ContactPerson", 30),
        ("ContactEmail", 40),
        ("InvoiceEmail", 40),
        ("EAN", 20),
    ];
    properties.extend(texts.map(|(name, length)| P::text(name, length)));
    let free = [
        "City",
        "DeliveryCity",
        "Www",
        "VatOperation",
        "PriceList",
        "ItemNameGroup",
        "LayoutGroup",
        "PostingAccount",
        "Employee",
        "CrmGroup",
        "BankAccount",
        "SWIFT",
        "PaymentId",
        "OurAccount",
    ];
    properties.extend(free.map(P::free_text));
    properties
        .extend(["Blocked", "PricesInclVat", "EmailDocuments", "InvoiceInXML", "DirectDebitActive"].map(P::boolean));
    properties.extend(["CreditMax", "EndDiscountPct", "LineDiscountPct"].map(P::number));
    properties.extend(["CurBalance", "Overdue"].map(|name| P::number(name).read_only()));
    properties.extend(["Created", "UpdatedAt", "LastInvoice"].map(|name| P::date_time(name).read_only()));
    properties.extend(["HasDocs", "HasNotes"].map(|name| P::boolean(name).read_only()));
    Table { number: Some(50), ..table(DEBTOR, "DebtorClient", Some("Account"), 1001, properties) }
}

fn debtor_group() -> Vec<P> {
    let account = |name| P::text(name, 20);
    vec![
        P::text("Group", 10).required(),
        P::text("Name", 50),
        P::boolean("IsDefault"),
        account("SummeryAccount"),
        account("RevenueAccount"),
        account("RevenueAccount1"),
        P::reference("SalesVat", "GLVat", ErrorCode::VatTypeDoesNotExist),
    ]
}

fn payment_term() -> Vec<P> {
    vec![
        P::text("Payment", 10).required(),
        P::text("Name", 50),
        P::boolean("IsDefault"),
        P::choice("PaymentMethod", &["NetDays", "EndMonth", "EndWeek", "Creditcard", "NetCash", "Prepaid"]),
        P::integer("Days"),
    ]
}

fn vat() -> Vec<P> {
    vec![
        P::text("Vat", 10).required(),
        P::text("Name", 50),
        P::text("Account", 20).required(),
        P::text("OffsetAccount", 20),
        P::choice("VatType", &["Sales", "Buy"]),
        P::choice("Method", &["Brutto", "Netto", "Automatic"]),
        P::number("Rate"),
    ]
}

fn company() -> Vec<P> {
    vec![P::free_text("Name"), P::country("Country"), P::currency("CurrencyId")]
}

fn change_event() -> Vec<P> {
    vec![
        P::free_text("Job"),
        P::integer("TableId"),
        P::free_text("Table").read_only(),
        P::text("Url", 250).required(),
        P::free_text("Argument"),
        P::boolean("UsePost"),
        P::boolean("HasError").read_only(),
        P::free_text("ErrorMessage").read_only(),
        P::date_time("LastEvent").read_only(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_and_key_names_something_that_exists() {
        for table in tables() {
            if let Some(key) = table.key {
                assert!(table.properties.iter().any(|property| property.name == key), "{}", table.name);
            }
            for property in &table.properties {
                if let Some((target, _)) = property.reference {
                    assert!(table_named(target).is_some_and(|target| target.key.is_some()), "{}", property.name);
                }
            }
        }
    }

    #[test]
    fn the_user_entity_is_the_same_table_with_its_user_defined_fields() {
        assert!(matches!(table_of_entity("DebtorClient"), Some((table, false)) if table.name == DEBTOR));
        assert!(matches!(table_of_entity("DebtorClientUser"), Some((table, true)) if table.name == DEBTOR));
        assert!(table_of_entity("Debtor").is_none());
        assert!(table_of_entity("debtorclient").is_none());
    }
}
