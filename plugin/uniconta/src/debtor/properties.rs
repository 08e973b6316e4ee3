//! The properties of a debtor: name, Danish label on the screen, type, longest text.
//!
//! Sources: names, types and lengths [meta], newer names from the vendor's client [code], labels from the public label
//! list; `docs/sources/uniconta.md`. Lengths may have grown since; a value that is longer is refused, never cut.

use super::values::Kind;
use Access::{Key, ReadOnly, ReadWrite};
use Kind::{Country, Date, Number, Text, VatZone, YesNo};

/// What may be done with a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Both ways.
    ReadWrite,
    /// Uniconta computes it: it only comes back.
    ReadOnly,
    /// It says which row it is and is never synchronised.
    Key,
}

/// One property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    /// As Uniconta spells it.
    pub name: &'static str,
    /// The Danish label people see; empty where the public label list has none of that name.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Longest text in characters; 0 where none is known.
    pub max: u16,
    /// What may be done with it.
    pub access: Access,
    /// Other properties with the same label, which a newer Uniconta may show on a debtor too.
    pub label_twins: &'static [&'static str],
}

const fn p(name: &'static str, label: &'static str, kind: Kind, max: u16, access: Access) -> Property {
    Property { name, label, kind, max, access, label_twins: &[] }
}

const fn twins(property: Property, label_twins: &'static [&'static str]) -> Property {
    Property { label_twins, ..property }
}

/// All of them.
pub const DEBTOR: [Property; 84] = [
    twins(p("RowId", "Løbenummer", Number, 0, Key), &["SeqNumber"]),
    p("KeyStr", "", Text, 0, Key),
    p("KeyName", "", Text, 0, Key),
    p("CompanyId", "Firma-id", Number, 0, Key),
    twins(p("Account", "Konto", Text, 20, Key), &["CAccount", "DAccount"]),
    p("Name", "Navn", Text, 40, ReadWrite),
    p("Address1", "", Text, 40, ReadWrite),
    p("Address2", "", Text, 40, ReadWrite),
    p("Address3", "", Text, 40, ReadWrite),
    p("ZipCode", "Postnummer", Text, 8, ReadWrite),
    p("City", "Bynavn", Text, 0, ReadWrite),
    p("Country", "Land", Country, 0, ReadWrite),
    p("CountryName", "", Text, 0, ReadOnly),
    p("Phone", "", Text, 20, ReadWrite),
    p("MobilPhone", "Mobiltelefon", Text, 0, ReadWrite),
    p("ContactPerson", "", Text, 30, ReadWrite),
    p("ContactEmail", "", Text, 40, ReadWrite),
    p("InvoiceEmail", "", Text, 40, ReadWrite),
    p("CompanyRegNo", "CVR-nr", Text, 20, ReadWrite),
    p("VatNumber", "SE-nummer", Text, 0, ReadWrite),
    p("EAN", "", Text, 0, ReadWrite),
    p("Group", "Gruppe", Text, 0, ReadWrite),
    p("Payment", "Betaling", Text, 0, ReadWrite),
    p("Currency", "Valuta", Text, 0, ReadWrite),
    p("Vat", "Moms", Text, 0, ReadWrite),
    p("VatOperation", "Moms operation", Text, 0, ReadWrite),
    p("VatZone", "Momszone", VatZone, 0, ReadWrite),
    p("PriceGroup", "Prisgruppe", Number, 0, ReadWrite),
    p("PriceList", "Prisliste", Text, 0, ReadWrite),
    p("ItemNameGroup", "Varenavnegruppe", Text, 0, ReadWrite),
    p("LayoutGroup", "Layoutgruppe", Text, 0, ReadWrite),
    p("PostingAccount", "Bogføringskonto", Text, 0, ReadWrite),
    p("InvoiceAccount", "Fakturakonto", Text, 0, ReadWrite),
    p("Employee", "Medarbejder", Text, 0, ReadWrite),
    p("CrmGroup", "CRM-gruppe", Text, 0, ReadWrite),
    twins(p("Blocked", "Spærret", YesNo, 0, ReadWrite), &["Stopped"]),
    p("PricesInclVat", "", YesNo, 0, ReadWrite),
    p("CreditMax", "Kredit maks", Number, 0, ReadWrite),
    p("EndDiscountPct", "Slutrabat %", Number, 0, ReadWrite),
    p("LineDiscountPct", "Linjerabat %", Number, 0, ReadWrite),
    p("DeliveryName", "Leveringsnavn", Text, 0, ReadWrite),
    p("DeliveryAddress1", "Leveringsadresse 1", Text, 40, ReadWrite),
    p("DeliveryAddress2", "Leveringsadresse 2", Text, 40, ReadWrite),
    p("DeliveryAddress3", "Leveringsadresse 3", Text, 40, ReadWrite),
    p("DeliveryZipCode", "Leveringspostnummer", Text, 0, ReadWrite),
    p("DeliveryCity", "Leveringsby", Text, 0, ReadWrite),
    p("DeliveryCountry", "Leveringsland", Country, 0, ReadWrite),
    p("DeliveryContactPerson", "Kontaktperson for levering", Text, 0, ReadWrite),
    p("DeliveryPhone", "Leveringstelefon", Text, 0, ReadWrite),
    p("DeliveryContactEmail", "Leverings e-mail", Text, 0, ReadWrite),
    p("Dimension1", "", Text, 10, ReadWrite),
    p("Dimension2", "", Text, 10, ReadWrite),
    p("Dimension3", "", Text, 10, ReadWrite),
    p("Dimension4", "", Text, 10, ReadWrite),
    p("Dimension5", "", Text, 10, ReadWrite),
    p("UserLanguage", "", Text, 0, ReadWrite),
    twins(p("CurBalance", "Saldo", Number, 0, ReadOnly), &["BalanceBefore"]),
    p("CurBalanceCur", "Saldo i valuta", Number, 0, ReadOnly),
    p("Overdue", "Forfalden", Number, 0, ReadOnly),
    p("OverdueCur", "Forfalden i valuta", Number, 0, ReadOnly),
    p("Created", "Oprettet", Date, 0, ReadOnly),
    p("LastInvoice", "Sidste faktura", Date, 0, ReadOnly),
    p("UpdatedAt", "", Text, 0, Key),
    p("Www", "", Text, 0, ReadWrite),
    twins(p("Active", "Aktiv", YesNo, 0, ReadWrite), &["AccountTypeActive"]),
    p("BankAccount", "Bankkonto", Text, 0, ReadWrite),
    p("EmailDocuments", "Send e-mail", YesNo, 0, ReadWrite),
    p("InvoiceInXML", "Faktura i OIOUBL", YesNo, 0, ReadWrite),
    p("OurAccount", "Vores kontonummer", Text, 0, ReadWrite),
    p("PaymentFormat", "Betalingsformat", Text, 0, ReadWrite),
    p("PaymentMethod", "Betalingsmetode", Text, 0, ReadWrite),
    p("PaymentId", "Betalings-ID", Text, 0, ReadWrite),
    p("TransType", "Fast-tekst", Text, 0, ReadWrite),
    p("DeliveryTerm", "Leveringsbetingelse", Text, 0, ReadWrite),
    p("Interests", "Interesser", Text, 0, ReadWrite),
    p("Products", "Produkter", Text, 0, ReadWrite),
    p("BalanceMethod", "Saldometode", Text, 0, ReadWrite),
    p("CompanyState", "Tilstand", Text, 0, ReadWrite),
    p("DirectDebitActive", "", YesNo, 0, ReadWrite),
    p("EORI", "", Text, 0, ReadWrite),
    p("HasDocs", "", YesNo, 0, ReadOnly),
    p("HasNotes", "", YesNo, 0, ReadOnly),
    p("Shipment", "Forsendelse", Text, 0, ReadWrite),
    p("SWIFT", "", Text, 0, ReadWrite),
];

/// A property by its name, as a person may have typed it.
pub fn by_name(name: &str) -> Option<&'static Property> {
    let name = accounting_kit::names::trimmed(name);
    DEBTOR
        .iter()
        .find(|property| accounting_kit::names::equal(property.name, name))
        .or_else(|| DEBTOR.iter().find(|property| accounting_kit::names::same(property.name, name)))
}

/// All properties with this Danish label.
pub fn by_label(label: &str) -> Vec<&'static Property> {
    DEBTOR
        .iter()
        .filter(|property| !property.label.is_empty() && accounting_kit::names::same(property.label, label))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_labels_too() {
        let names: BTreeSet<_> = DEBTOR.iter().map(|property| property.name.to_lowercase()).collect();
        assert_eq!(names.len(), DEBTOR.len());
        for property in DEBTOR.iter().filter(|property| !property.label.is_empty()) {
            assert_eq!(by_label(property.label), [property]);
        }
    }

    #[test]
    fn people_type_labels_in_any_case() {
        assert_eq!(by_label("kredit MAKS").first().map(|property| property.name), Some("CreditMax"));
        assert_eq!(by_name("creditmax").map(|property| property.name), Some("CreditMax"));
        assert!(by_label("").is_empty());
    }
}
