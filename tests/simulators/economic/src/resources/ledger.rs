//! What customers and vouchers refer to: groups, terms, zones, currencies, accounts, years, VAT, departments, journals.

use crate::resource::Kind::{Boolean, Choice, Date, Integer, Number, Reference as Refers, Shown, Text};
use crate::resource::{Reference, Resource, Writes, field};

const READ: Writes = Writes { post: false, put: false, patch: false, delete: false };

const fn refers(key: &'static str, resource: &'static str, what: &'static str, many: &'static str) -> Reference {
    Reference { key, resource, what, many, not_found: None, text: false, own: false }
}

/// A customer group (debitorgruppe).
pub(crate) const CUSTOMER_GROUP: Reference = Reference {
    not_found: Some("E07140"),
    ..refers("customerGroupNumber", "customer-groups", "CustomerGroup", "customer groups")
};
/// Terms of payment (betalingsbetingelser).
pub(crate) const PAYMENT_TERM: Reference =
    refers("paymentTermsNumber", "payment-terms", "PaymentTerms", "payment terms");
/// A VAT zone (momszone).
pub(crate) const VAT_ZONE: Reference = refers("vatZoneNumber", "vat-zones", "VatZone", "vat zones");
/// A layout of invoices.
pub(crate) const LAYOUT: Reference = refers("layoutNumber", "layouts", "Layout", "layouts");
/// An employee.
pub(crate) const EMPLOYEE: Reference = refers("employeeNumber", "employees", "Employee", "employees");
/// A price group; referred to by link only.
pub(crate) const PRICE_GROUP: Reference = refers("", "price-groups", "PriceGroup", "price groups");
/// An account (finanskonto).
pub(crate) const ACCOUNT: Reference =
    Reference { not_found: Some("E07150"), ..refers("accountNumber", "accounts", "Account", "accounts") };
/// A VAT code (momskode).
pub(crate) const VAT_ACCOUNT: Reference =
    Reference { text: true, ..refers("vatCode", "vat-accounts", "VatAccount", "vat accounts") };
/// A currency.
pub(crate) const CURRENCY: Reference =
    Reference { text: true, ..refers("code", "currencies", "Currency", "currencies") };
/// A departmental distribution.
pub(crate) const DISTRIBUTION: Reference = refers(
    "departmentalDistributionNumber",
    "departmental-distributions",
    "DepartmentalDistribution",
    "departmental distributions",
);
/// A supplier (kreditor); the simulator has none.
pub(crate) const SUPPLIER: Reference = refers("supplierNumber", "suppliers", "Supplier", "suppliers");
/// An accounting year.
pub(crate) const YEAR: Reference =
    Reference { text: true, ..refers("year", "accounting-years", "AccountingYear", "accounting years") };
/// A journal.
pub(crate) const JOURNAL: Reference = refers("journalNumber", "journals", "Journal", "journals");
const VAT_TYPE: Reference = refers("vatTypeNumber", "vat-types", "VatType", "vat types");

const ACCOUNT_TYPES: [&str; 7] =
    ["profitAndLoss", "status", "totalFrom", "heading", "headingStart", "sumInterval", "sumAlpha"];
const TERMS: [&str; 9] = [
    "net",
    "invoiceMonth",
    "paidInCash",
    "prepaid",
    "dueDate",
    "factoring",
    "invoiceWeekStartingSunday",
    "invoiceWeekStartingMonday",
    "creditcard",
];

/// A resource with a number as its key and no writes, to start from.
const fn plain(path: &'static str, key: &'static str, what: &'static str) -> Resource {
    Resource { path, key, text_key: false, what, fields: &[], links: &[], writes: READ, of_customer: false }
}

/// Customer groups.
pub(crate) const CUSTOMER_GROUPS: Resource = Resource {
    fields: &[
        field("customerGroupNumber", Integer(1, i64::MAX)).required(),
        field("name", Text(0, 50)),
        field("account", Refers(&ACCOUNT)),
        field("layout", Refers(&LAYOUT)).unnamed(),
    ],
    links: &[("customers", "customers")],
    writes: Writes { post: true, put: true, patch: false, delete: true },
    ..plain("customer-groups", "customerGroupNumber", "CustomerGroup")
};

/// Terms of payment.
pub(crate) const PAYMENT_TERMS: Resource = Resource {
    fields: &[
        field("paymentTermsNumber", Integer(1, i64::MAX)).server(),
        field("daysOfCredit", Integer(0, i64::MAX)),
        field("description", Text(0, 1000)),
        field("name", Text(0, 50)).required(),
        field("paymentTermsType", Choice(&TERMS)).required(),
    ],
    writes: Writes { post: true, put: true, patch: false, delete: true },
    ..plain("payment-terms", "paymentTermsNumber", "PaymentTerms")
};

/// VAT zones.
pub(crate) const VAT_ZONES: Resource = Resource {
    fields: &[
        field("vatZoneNumber", Integer(1, i64::MAX)).server(),
        field("name", Text(0, 50)),
        field("enabledForCustomer", Boolean),
        field("enabledForSupplier", Boolean),
    ],
    ..plain("vat-zones", "vatZoneNumber", "VatZone")
};

/// Currencies.
pub(crate) const CURRENCIES: Resource = Resource {
    text_key: true,
    fields: &[field("code", Text(3, 3)), field("name", Text(0, 50)), field("isoNumber", Text(0, 3))],
    ..plain("currencies", "code", "Currency")
};

/// The chart of accounts (kontoplan).
pub(crate) const ACCOUNTS: Resource = Resource {
    fields: &[
        field("accountNumber", Integer(1, 999_999_999)).required(),
        field("accountType", Choice(&ACCOUNT_TYPES)),
        field("balance", Number),
        field("draftBalance", Number).unnamed(),
        field("barred", Boolean).unsorted(),
        field("blockDirectEntries", Boolean),
        field("contraAccount", Refers(&ACCOUNT)).unnamed(),
        field("debitCredit", Choice(&["debit", "credit"])),
        field("name", Text(0, 125)),
        field("vatAccount", Refers(&VAT_ACCOUNT)).unnamed(),
        field("totalFromAccount", Refers(&ACCOUNT)).unnamed(),
    ],
    links: &[("accountingYears", "accounting-years")],
    ..plain("accounts", "accountNumber", "Account")
};

/// Accounting years (regnskabsår).
pub(crate) const YEARS: Resource = Resource {
    text_key: true,
    fields: &[
        field("year", Text(4, 9)).server(),
        field("fromDate", Date).required(),
        field("toDate", Date).required(),
        field("closed", Boolean).server().unnamed(),
    ],
    links: &[("periods", "periods"), ("entries", "entries"), ("totals", "totals"), ("vouchers", "vouchers")],
    writes: Writes { post: true, ..READ },
    ..plain("accounting-years", "year", "AccountingYear")
};

/// The periods of an accounting year; they follow from its days.
pub(crate) const PERIODS: Resource = Resource {
    fields: &[
        field("periodNumber", Integer(1, i64::MAX)),
        field("fromDate", Date),
        field("toDate", Date),
        field("closed", Boolean).unnamed(),
        field("accountingYear", Shown).unnamed(),
    ],
    links: &[("entries", "entries"), ("totals", "totals")],
    ..plain("periods", "periodNumber", "AccountingYearPeriod")
};

/// VAT codes.
pub(crate) const VAT_ACCOUNTS: Resource = Resource {
    text_key: true,
    fields: &[
        field("vatCode", Text(1, 5)),
        field("name", Text(0, 40)),
        field("ratePercentage", Number),
        field("account", Refers(&ACCOUNT)).unnamed(),
        field("contraAccount", Refers(&ACCOUNT)).unnamed(),
        field("vatType", Refers(&VAT_TYPE)).unnamed(),
        field("barred", Boolean).unsorted(),
    ],
    ..plain("vat-accounts", "vatCode", "VatAccount")
};

/// Kinds of VAT: sales, purchases and their like.
pub(crate) const VAT_TYPES: Resource = Resource {
    fields: &[field("vatTypeNumber", Integer(1, i64::MAX)), field("name", Text(0, 50))],
    ..plain("vat-types", "vatTypeNumber", "VatType")
};

/// Departments (afdelinger).
pub(crate) const DEPARTMENTS: Resource = Resource {
    fields: &[
        field("departmentNumber", Integer(1, i64::MAX)),
        field("name", Text(0, 250)),
        field("barred", Boolean).unsorted(),
    ],
    ..plain("departments", "departmentNumber", "Department")
};

/// Departmental distributions (fordelinger).
pub(crate) const DISTRIBUTIONS: Resource = Resource {
    fields: &[
        field("departmentalDistributionNumber", Integer(1, i64::MAX)),
        field("name", Text(0, 250)),
        field("distributionType", Choice(&["distribution", "department"])).unnamed(),
        field("barred", Boolean).unnamed(),
    ],
    ..plain("departmental-distributions", "departmentalDistributionNumber", "DepartmentalDistribution")
};

/// Journals (kassekladder).
pub(crate) const JOURNALS: Resource = Resource {
    fields: &[
        field("journalNumber", Integer(1, i64::MAX)),
        field("name", Text(0, 50)),
        field("settings", Shown).unnamed(),
    ],
    links: &[("vouchers", "vouchers"), ("entries", "entries")],
    ..plain("journals", "journalNumber", "Journal")
};

/// Layouts of invoices; only referred to.
pub(crate) const LAYOUTS: Resource = Resource {
    fields: &[field("layoutNumber", Integer(1, i64::MAX)), field("name", Text(0, 100))],
    ..plain("layouts", "layoutNumber", "Layout")
};

/// Employees; only referred to.
pub(crate) const EMPLOYEES: Resource = Resource {
    fields: &[field("employeeNumber", Integer(1, i64::MAX)), field("name", Text(0, 250))],
    ..plain("employees", "employeeNumber", "Employee")
};

/// Price groups; only referred to.
pub(crate) const PRICE_GROUPS: Resource = Resource {
    fields: &[field("priceGroupNumber", Integer(1, i64::MAX)), field("name", Text(0, 50))],
    ..plain("price-groups", "priceGroupNumber", "PriceGroup")
};
