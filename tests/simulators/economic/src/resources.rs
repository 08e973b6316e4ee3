//! The resources of the legacy REST interface that the simulator has.

mod customers;
mod entries;
mod ledger;

pub(crate) use customers::{CONTACTS, CUSTOMERS, DELIVERY_LOCATIONS, MAX_NUMBER as MAX_CUSTOMER_NUMBER};
pub(crate) use entries::{ENTRIES, MAX_TEXT};
pub(crate) use ledger::{
    ACCOUNTS, CURRENCIES, CUSTOMER_GROUPS, DEPARTMENTS, DISTRIBUTIONS, EMPLOYEES, JOURNAL, JOURNALS, LAYOUTS,
    PAYMENT_TERMS, PERIODS, PRICE_GROUPS, VAT_ACCOUNTS, VAT_TYPES, VAT_ZONES, YEAR, YEARS,
};

use crate::resource::Resource;

/// The resources at the root that can be read.
pub(crate) const ROOTS: [&Resource; 12] = [
    &CUSTOMERS,
    &CUSTOMER_GROUPS,
    &PAYMENT_TERMS,
    &VAT_ZONES,
    &CURRENCIES,
    &ACCOUNTS,
    &YEARS,
    &VAT_ACCOUNTS,
    &VAT_TYPES,
    &DEPARTMENTS,
    &DISTRIBUTIONS,
    &JOURNALS,
];

/// The resources below a customer.
pub(crate) const OF_CUSTOMERS: [&Resource; 2] = [&CONTACTS, &DELIVERY_LOCATIONS];

/// What only references lead to: their documents are in the data, and no call reads them.
pub(crate) const UNREAD: [&Resource; 3] = [&LAYOUTS, &EMPLOYEES, &PRICE_GROUPS];

/// Every resource whose rows a data file may give, in the order in which they can be loaded.
pub(crate) fn in_load_order() -> impl Iterator<Item = &'static Resource> {
    let first: [&'static Resource; 12] = [
        &CURRENCIES,
        &VAT_TYPES,
        &ACCOUNTS,
        &VAT_ACCOUNTS,
        &DEPARTMENTS,
        &DISTRIBUTIONS,
        &YEARS,
        &VAT_ZONES,
        &PAYMENT_TERMS,
        &CUSTOMER_GROUPS,
        &CUSTOMERS,
        &JOURNALS,
    ];
    UNREAD.into_iter().chain(first)
}
