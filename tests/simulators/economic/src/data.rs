//! The data file: what the books of each agreement hold at the start, in the words of the legacy REST interface.

use crate::config::Token;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What the books hold at the start.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The agreements. The first needs neither number nor grant: those it is started with are its own.
    pub agreements: Vec<AgreementData>,
}

/// The books of one agreement.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementData {
    /// Its number.
    #[serde(default)]
    pub number: Option<u32>,
    /// The token of its grant.
    #[serde(default)]
    pub grant: Option<Token>,
    /// Name of the company.
    #[serde(default)]
    pub name: String,
    /// The currency that it keeps its books in.
    #[serde(default)]
    pub base_currency: Option<String>,
    /// What the agreement lacks: `departments`, or the name of a service such as `journalsapi`.
    #[serde(default)]
    pub missing_modules: Vec<String>,
    /// Documents by the path of their resource.
    #[serde(default)]
    pub rows: BTreeMap<String, Vec<Map<String, Value>>>,
    /// Contacts by customer number.
    #[serde(default)]
    pub contacts: BTreeMap<u64, Vec<Map<String, Value>>>,
    /// Delivery locations by customer number.
    #[serde(default)]
    pub delivery_locations: BTreeMap<u64, Vec<Map<String, Value>>>,
    /// Customers that have bookings, and so cannot be deleted.
    #[serde(default)]
    pub customers_with_bookings: Vec<u64>,
    /// Periods that are barred, each by the day that it begins, `YYYY-MM-DD`.
    #[serde(default)]
    pub barred_periods: Vec<String>,
}

/// Text of the built-in example.
pub const EXAMPLE: &str = include_str!("example.json");

impl Data {
    /// Reads a data file.
    ///
    /// # Errors
    /// The text is not JSON, or has a key that the format does not know.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The built-in example: a small fitness club's books, all names made up.
    pub fn example() -> Self {
        // A test reads the same text and fails where it does not parse, so the fall-back is never seen.
        Self::parse(EXAMPLE).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_example_is_a_data_file() {
        assert_eq!(Data::parse(EXAMPLE).map(|data| data.agreements.len()).ok(), Some(2));
    }

    #[test]
    fn a_key_that_the_format_does_not_know_is_an_error() {
        assert!(Data::parse(r#"{"agreement": []}"#).is_err());
    }
}
