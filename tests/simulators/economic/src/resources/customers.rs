//! Customers (debitorer), their contacts and delivery locations.

use super::ledger::{CUSTOMER_GROUP, EMPLOYEE, LAYOUT, PAYMENT_TERM, PRICE_GROUP, VAT_ZONE};
use crate::resource::Kind::{Boolean, Choices, Integer, Moment, Number, Reference as Refers, Text};
use crate::resource::{Field, Reference, Resource, Writes, field};

/// Largest number of a customer.
pub(crate) const MAX_NUMBER: i64 = 999_999_999;

/// A contact of the customer itself.
const CONTACT: Reference = Reference {
    key: "customerContactNumber",
    resource: "contacts",
    what: "CustomerContact",
    many: "customer contacts",
    not_found: None,
    text: false,
    own: true,
};

const DELIVERY_LOCATION: Reference = Reference {
    key: "deliveryLocationNumber",
    resource: "delivery-locations",
    what: "DeliveryLocation",
    many: "delivery locations",
    not_found: None,
    text: false,
    own: true,
};

const ALL: Writes = Writes { post: true, put: true, patch: false, delete: true };

/// Customers. `mobilePhone` is in no list of properties to filter or sort by; `pNumber` can be filtered by though the schema does not
/// say so, and so can the group.
pub(crate) const CUSTOMERS: Resource = Resource {
    path: "customers",
    key: "customerNumber",
    text_key: false,
    what: "Customer",
    fields: &[
        field("customerNumber", Integer(1, MAX_NUMBER)),
        field("address", Text(0, 510)),
        field("balance", Number).server(),
        field("barred", Boolean).unsorted(),
        field("city", Text(0, 50)),
        field("corporateIdentificationNumber", Text(0, 40)),
        field("pNumber", Text(10, 10)).unsorted(),
        field("country", Text(0, 50)),
        field("creditLimit", Number),
        field("currency", Text(3, 3)).required(),
        field("dueAmount", Number).server().unnamed(),
        field("ean", Text(0, 13)),
        field("email", Text(0, 255)),
        field("lastUpdated", Moment).server(),
        field("name", Text(1, 255)).required(),
        field("publicEntryNumber", Text(0, 50)),
        field("telephoneAndFaxNumber", Text(0, 255)),
        field("mobilePhone", Text(0, 50)).unnamed(),
        field("eInvoicingDisabledByDefault", Boolean).server().unnamed(),
        field("vatNumber", Text(0, 20)),
        field("website", Text(0, 255)),
        field("zip", Text(0, 30)),
        field("customerGroup", Refers(&CUSTOMER_GROUP)).required().unsorted(),
        field("paymentTerms", Refers(&PAYMENT_TERM)).required().unnamed(),
        field("vatZone", Refers(&VAT_ZONE)).required().unnamed(),
        field("layout", Refers(&LAYOUT)).unnamed(),
        field("salesPerson", Refers(&EMPLOYEE)).unnamed(),
        field("priceGroup", Refers(&PRICE_GROUP)).unnamed(),
        field("attention", Refers(&CONTACT)).later().unnamed(),
        field("customerContact", Refers(&CONTACT)).later().unnamed(),
        field("defaultDeliveryLocation", Refers(&DELIVERY_LOCATION)).later().unnamed(),
    ],
    links: &[("contacts", "contacts"), ("deliveryLocations", "delivery-locations")],
    writes: Writes { patch: true, ..ALL },
    of_customer: false,
};

/// The customer that a contact or a delivery location belongs to.
const OWNER: Field = field("customer", Refers(&CUSTOMER)).server();

/// A customer.
pub(crate) const CUSTOMER: Reference = Reference {
    key: "customerNumber",
    resource: "customers",
    what: "Customer",
    many: "customers",
    not_found: None,
    text: false,
    own: false,
};

/// Contacts.
pub(crate) const CONTACTS: Resource = Resource {
    path: "contacts",
    key: "customerContactNumber",
    text_key: false,
    what: "CustomerContact",
    fields: &[
        field("customerContactNumber", Integer(1, i64::MAX)).server(),
        field("email", Text(0, 255)),
        field("name", Text(0, 255)).required(),
        field("phone", Text(0, 50)),
        field("eInvoiceId", Text(0, 50)),
        field("notes", Text(0, 2000)).unnamed(),
        field("emailNotifications", Choices(&["invoices", "orders", "quotations", "reminders"])).unnamed(),
        field("deleted", Boolean).server().unnamed(),
        field("sortKey", Integer(1, i64::MAX)).server(),
        OWNER,
    ],
    links: &[],
    writes: ALL,
    of_customer: true,
};

/// Delivery locations.
pub(crate) const DELIVERY_LOCATIONS: Resource = Resource {
    path: "delivery-locations",
    key: "deliveryLocationNumber",
    text_key: false,
    what: "DeliveryLocation",
    fields: &[
        field("deliveryLocationNumber", Integer(1, i64::MAX)).server(),
        field("address", Text(0, 255)),
        field("city", Text(0, 50)),
        field("country", Text(0, 50)),
        field("postalCode", Text(0, 15)),
        field("termsOfDelivery", Text(0, 100)).unnamed(),
        field("barred", Boolean).unsorted(),
        field("sortKey", Integer(1, i64::MAX)),
        OWNER,
    ],
    links: &[],
    writes: ALL,
    of_customer: true,
};
