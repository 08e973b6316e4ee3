//! What the customers service calls the properties of a customer, and what the legacy interface calls them.
//!
//! The names and limits are those of the vendor's specification, 55 properties. Which of them is which of the legacy interface follows
//! from their descriptions; where those do not say it, it is a guess, listed in the read-me of the simulator.

use super::version;
use crate::resource::Kind::{Boolean, Integer, Moment, Number, Text};
use crate::resource::{Field, REST, Resource, Row, Writes, field};
use crate::resources::MAX_CUSTOMER_NUMBER;
use serde_json::{Value, json};

/// Customers, as filter and sort know them: only the number can be named, though every property is known.
pub(super) const CUSTOMERS: Resource = Resource {
    path: "Customers",
    key: "customerNumber",
    text_key: false,
    what: "Customer",
    fields: &[
        field("customerNumber", Integer(1, MAX_CUSTOMER_NUMBER)),
        field("customerGroupNumber", Integer(1, MAX_CUSTOMER_NUMBER)).unnamed(),
        whole("zone"),
        text("currency", 3),
        flag("access"),
        text("name", 255),
        text("address1", MAX_LINE),
        text("address2", MAX_LINE),
        text("postCode", 30),
        text("city", 50),
        text("country", 50),
        text("contactPerson", 50),
        text("phone", 255),
        text("email", 255),
        whole("paymentDays"),
        text("bankAccount", 50),
        text("cvrNo", 40),
        whole("ourRef"),
        whole("layoutGroup"),
        whole("paymentTermId"),
        text("homepage", 255),
        whole("defaultTheirRef"),
        whole("defaultAttention"),
        whole("layoutGroupPrint"),
        whole("language"),
        whole("discountGroupNumber"),
        whole("priceGroupNumber"),
        whole("defaultDeliveryLocation"),
        text("eanLocationNumber", 13),
        text("voucherNumber", 30),
        text("county", 50),
        text("vatNo", 50),
        field("creditMaximum", Number).unnamed(),
        text("recipientPeppol", 30),
        field("defaultDiscountPct", Number).unnamed(),
        text("bankGiroNumber", 20),
        text("iban", 50),
        text("swift", 20),
        field("directDebitMandateDate", Moment).unnamed(),
        text("pnr", 40),
        whole("nemHandelReceiverType"),
        text("mobilePhone", 50),
        whole("emailAttachmentLanguage"),
        flag("defaultDisableEInvoicing"),
        text("defaultInvoiceRecipient", 255),
        whole("defaultInvoiceTemplate"),
        text("defaultOrderRecipient", 255),
        whole("defaultOrderTemplate"),
        text("defaultQuoteRecipient", 255),
        whole("defaultQuoteTemplate"),
        text("defaultReminderRecipient", 255),
        whole("defaultReminderTemplate"),
        text("defaultStatementOfAccountRecipient", 255),
        whole("defaultStatementOfAccountTemplate"),
        text("objectVersion", 50).server(),
    ],
    links: &[],
    writes: Writes { post: true, put: true, patch: false, delete: true },
    of_customer: false,
};

/// Longest line of an address, in characters.
const MAX_LINE: usize = 255;

const fn text(name: &'static str, max: usize) -> Field {
    field(name, Text(0, max)).unnamed()
}

/// A whole number of 32 bits; enumerations are numbers too.
const fn whole(name: &'static str) -> Field {
    field(name, Integer(i32::MIN as i64, i32::MAX as i64)).unnamed()
}

const fn flag(name: &'static str) -> Field {
    field(name, Boolean).unnamed()
}

/// The properties that both interfaces have, as the service and as the legacy interface call them; `access` and the lines of the address
/// apart.
pub(super) const NAMES: [(&str, &str); 26] = [
    ("customerNumber", "customerNumber"),
    ("customerGroupNumber", "customerGroup"),
    ("zone", "vatZone"),
    ("currency", "currency"),
    ("name", "name"),
    ("postCode", "zip"),
    ("city", "city"),
    ("country", "country"),
    ("phone", "telephoneAndFaxNumber"),
    ("email", "email"),
    ("cvrNo", "corporateIdentificationNumber"),
    ("ourRef", "salesPerson"),
    ("layoutGroup", "layout"),
    ("paymentTermId", "paymentTerms"),
    ("homepage", "website"),
    ("defaultTheirRef", "customerContact"),
    ("defaultAttention", "attention"),
    ("priceGroupNumber", "priceGroup"),
    ("defaultDeliveryLocation", "defaultDeliveryLocation"),
    ("eanLocationNumber", "ean"),
    ("voucherNumber", "publicEntryNumber"),
    ("vatNo", "vatNumber"),
    ("creditMaximum", "creditLimit"),
    ("mobilePhone", "mobilePhone"),
    ("pnr", "pNumber"),
    ("defaultDisableEInvoicing", "eInvoicingDisabledByDefault"),
];

/// A kept customer as the service shows it.
pub(super) fn shown(row: &Row) -> Row {
    let mut shown = row.get(REST).and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, legacy) in NAMES {
        shown.extend(row.get(legacy).cloned().map(|value| (name.to_owned(), value)));
    }
    let address = row.get("address").and_then(Value::as_str).unwrap_or_default();
    let (first, second) = lines(address);
    for (name, line) in [("address1", first), ("address2", second)] {
        if !line.is_empty() {
            shown.insert(name.to_owned(), Value::from(line));
        }
    }
    if row.get("barred") != Some(&Value::Bool(true)) {
        shown.insert("access".to_owned(), json!(true));
    }
    shown.insert("objectVersion".to_owned(), Value::from(version(row)));
    shown
}

/// The two lines of an address: parted at its first break, or where one line is as long as may be.
fn lines(address: &str) -> (&str, &str) {
    let (first, second) = address.split_once('\n').unwrap_or((address, ""));
    match first.char_indices().nth(MAX_LINE) {
        Some((at, _)) => address.split_at(at),
        None => (first.trim_end_matches('\r'), second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn both_sides_know_the_names() {
        for (name, legacy) in NAMES {
            assert!(CUSTOMERS.field(name).is_some() && crate::resources::CUSTOMERS.field(legacy).is_some(), "{name}");
        }
        assert_eq!(CUSTOMERS.fields.len(), 55);
    }

    #[rstest]
    #[case("", "", "")]
    #[case("Prøvevej 1", "Prøvevej 1", "")]
    #[case("Prøvevej 1\r\n2. sal", "Prøvevej 1", "2. sal")]
    fn an_address_has_two_lines(#[case] address: &str, #[case] first: &str, #[case] second: &str) {
        assert_eq!(lines(address), (first, second));
    }

    #[test]
    fn a_line_that_is_too_long_goes_on_in_the_next() {
        let long = "ø".repeat(300);
        let (first, second) = lines(&long);
        assert_eq!((first.chars().count(), second.chars().count()), (255, 45));
    }
}
