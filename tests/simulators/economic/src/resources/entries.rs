//! Journal entries (kladdelinjer), as the legacy interface has them.

use super::customers::CUSTOMER;
use super::ledger::{ACCOUNT, CURRENCY, DISTRIBUTION, EMPLOYEE, SUPPLIER, VAT_ACCOUNT};
use crate::resource::Kind::{Choice, Date, Integer, Number, Reference as Refers, Shown, Text};
use crate::resource::{Resource, Writes, field};

/// Longest text of an entry.
pub(crate) const MAX_TEXT: usize = 250;

const TYPES: [&str; 5] =
    ["financeVoucher", "supplierInvoice", "supplierPayment", "customerPayment", "manualCustomerInvoice"];

/// Entries. `journalEntryNumber` is their key and is sent though older schemas do not declare it.
pub(crate) const ENTRIES: Resource = Resource {
    path: "entries",
    key: "journalEntryNumber",
    text_key: false,
    what: "JournalEntry",
    fields: &[
        field("journalEntryNumber", Integer(1, i64::MAX)).server(),
        field("amount", Number).required(),
        field("date", Date).required(),
        field("text", Text(0, MAX_TEXT)),
        field("account", Refers(&ACCOUNT)),
        field("contraAccount", Refers(&ACCOUNT)),
        field("vatAccount", Refers(&VAT_ACCOUNT)).unnamed(),
        field("contraVatAccount", Refers(&VAT_ACCOUNT)),
        field("vatAmount", Number).unnamed(),
        field("contraVatAmount", Number),
        field("currency", Refers(&CURRENCY)),
        field("exchangeRate", Number),
        field("amountBaseCurrency", Number).unnamed(),
        field("customer", Refers(&CUSTOMER)),
        field("customerInvoice", Integer(1, i64::MAX)).unnamed(),
        field("supplier", Refers(&SUPPLIER)),
        field("supplierInvoiceNumber", Text(0, 30)).unnamed(),
        field("dueDate", Date).unnamed(),
        field("departmentalDistribution", Refers(&DISTRIBUTION)).unnamed(),
        field("employee", Refers(&EMPLOYEE)),
        field("quantity1", Number).unnamed(),
        field("quantity2", Number).unnamed(),
        field("entryType", Choice(&TYPES)).server().unsorted(),
        field("remainder", Number).server().unnamed(),
        field("voucher", Shown).server().unnamed(),
        field("journal", Shown).server().unnamed(),
    ],
    links: &[],
    writes: Writes { post: false, put: false, patch: false, delete: true },
    of_customer: false,
};
