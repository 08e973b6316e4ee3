//! How an entity is described: by data, not by code.
//!
//! A table is a name, a key and a list of properties, each with its type, limit and reference. Reading, filtering, checking and
//! writing walk that list, so a new table is one more entry in [`crate::tables`].

use crate::data::{UserField, UserFieldType};
use crate::refusal::ErrorCode;

/// A table of a company's books.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Name of the table, as in a Modification URL call: `Debtor`.
    pub name: &'static str,
    /// Number of the table, where it can be watched by a Modification URL.
    pub number: Option<u32>,
    /// Entity name on the API: `DebtorClient`. `DebtorClientUser` is the same with the user-defined fields.
    pub entity: &'static str,
    /// The property that is the key; without one, a row is known by its `RowId` only.
    pub key: Option<&'static str>,
    /// Whether the API may not write it.
    pub read_only: bool,
    /// Whether only posting writes it: a person at the screen cannot either.
    pub posted: bool,
    /// The `RowId` of the first row. Differs between tables, so that mixing them up shows.
    pub first_row_id: u32,
    /// The properties; every table has `RowId` and `CompanyId`.
    pub properties: Vec<Property>,
}

/// A property of a table.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    /// Its name on the API.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether a row must have a value.
    pub required: bool,
    /// Whether the API may not write it.
    pub read_only: bool,
    /// Whether an empty value is left out; else it reads as the type's zero.
    pub nullable: bool,
    /// Whether it is a user-defined field.
    pub user_defined: bool,
    /// The table whose key the value must be, and the refusal where it is not.
    pub reference: Option<(&'static str, ErrorCode)>,
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text of at most so many characters.
    Text(Option<usize>),
    /// Whole number.
    Integer,
    /// Decimal number, kept as written.
    Number,
    /// Yes or no.
    Boolean,
    /// Date and time with second precision; empty reads `0001-01-01T00:00:00`.
    DateTime,
    /// Country, kept as its name.
    Country,
    /// Currency, kept as its code.
    Currency,
    /// VAT zone, kept as its name.
    VatZone,
    /// Ledger, debtor or creditor, kept as its name.
    AccountType,
    /// One of a list, kept as its text.
    Choice(Vec<String>),
}

impl Property {
    fn new(name: &str, kind: Kind, nullable: bool) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            required: false,
            read_only: false,
            nullable,
            user_defined: false,
            reference: None,
        }
    }

    /// A text of at most `length` characters.
    pub(crate) fn text(name: &str, length: usize) -> Self {
        Self::new(name, Kind::Text(Some(length)), true)
    }

    /// A text without a known limit.
    pub(crate) fn free_text(name: &str) -> Self {
        Self::new(name, Kind::Text(None), true)
    }

    /// A whole number.
    pub(crate) fn integer(name: &str) -> Self {
        Self::new(name, Kind::Integer, false)
    }

    /// A decimal number.
    pub(crate) fn number(name: &str) -> Self {
        Self::new(name, Kind::Number, false)
    }

    /// A yes or no.
    pub(crate) fn boolean(name: &str) -> Self {
        Self::new(name, Kind::Boolean, false)
    }

    /// A date and time.
    pub(crate) fn date_time(name: &str) -> Self {
        Self::new(name, Kind::DateTime, false)
    }

    /// A country that reads `Unknown` where it is empty.
    pub(crate) fn country(name: &str) -> Self {
        Self::new(name, Kind::Country, false)
    }

    /// A currency that is left out where it is empty.
    pub(crate) fn currency(name: &str) -> Self {
        Self::new(name, Kind::Currency, true)
    }

    /// A VAT zone that reads as the domestic one where it is empty.
    pub(crate) fn vat_zone(name: &str) -> Self {
        Self::new(name, Kind::VatZone, false)
    }

    /// Ledger, debtor or creditor; reads as the ledger where it is empty.
    pub(crate) fn account_type(name: &str) -> Self {
        Self::new(name, Kind::AccountType, false)
    }

    /// One of a list of texts.
    pub(crate) fn choice(name: &str, values: &[&str]) -> Self {
        Self::new(name, Kind::Choice(values.iter().map(|value| (*value).to_owned()).collect()), true)
    }

    /// The key of a row of `table`.
    pub(crate) fn reference(name: &str, table: &'static str, code: ErrorCode) -> Self {
        Self { reference: Some((table, code)), ..Self::free_text(name) }
    }

    /// A user-defined field, from the data file.
    pub(crate) fn user_defined(field: &UserField) -> Self {
        let kind = match field.kind {
            UserFieldType::String => Kind::Text(field.length),
            UserFieldType::Integer => Kind::Integer,
            UserFieldType::Double => Kind::Number,
            UserFieldType::Enum => Kind::Choice(field.values.clone()),
            UserFieldType::Date | UserFieldType::DateTime => Kind::DateTime,
            UserFieldType::Boolean => Kind::Boolean,
        };
        Self {
            required: field.mandatory,
            read_only: field.read_only,
            user_defined: true,
            ..Self::new(&field.name, kind, true)
        }
    }

    /// The same, and a row must have a value.
    #[must_use]
    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, and the API may not write it.
    #[must_use]
    pub(crate) fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// The same, and an empty value is left out.
    #[must_use]
    pub(crate) fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }
}
