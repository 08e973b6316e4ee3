//! The data file: what the books hold at the start, in the words of the API (entity names and property names).
//!
//! Our own format, so a key we do not know is an error and not a silent loss. The built-in example, `example.json`, is a file of
//! this format and the best description of it.

use crate::config::Password;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The content of a data file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The companies. One without `id` is the company named at start; if there is none, an empty one is added.
    #[serde(default)]
    pub companies: Vec<CompanyData>,
    /// Users beside the one named at start.
    #[serde(default)]
    pub users: Vec<UserData>,
    /// Default company of the user named at start; without it a plain user name at login says `NoCompanyId`.
    #[serde(default)]
    pub default_company: bool,
}

/// One company and its rows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyData {
    /// Number of the company; absent means the company named at start.
    #[serde(default)]
    pub id: Option<u32>,
    /// Name of the company.
    #[serde(default)]
    pub name: String,
    /// User-defined fields, by table (`Debtor`).
    #[serde(default)]
    pub user_fields: BTreeMap<String, Vec<UserField>>,
    /// Rows by entity (`DebtorClientUser`), in the order they were created in.
    #[serde(default)]
    pub rows: BTreeMap<String, Vec<Map<String, Value>>>,
    /// Keys of debtors that have transactions and so cannot be deleted.
    #[serde(default)]
    pub debtors_with_transactions: Vec<String>,
}

/// One user-defined field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserField {
    /// Its name: a flat key on the `…ClientUser` entity.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: UserFieldType,
    /// Most characters of a text; absent means no limit.
    #[serde(default)]
    pub length: Option<usize>,
    /// The choices of an `Enum`.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether a row written through `…ClientUser` must have a value.
    #[serde(default)]
    pub mandatory: bool,
    /// Whether the API may not write it.
    #[serde(default)]
    pub read_only: bool,
}

/// Type of a user-defined field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum UserFieldType {
    /// Text, with an optional length.
    String,
    /// Whole number.
    Integer,
    /// Decimal number.
    Double,
    /// One of `values`.
    Enum,
    /// A day.
    Date,
    /// A point in time.
    DateTime,
    /// Yes or no.
    Boolean,
}

/// One more user.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserData {
    /// Login name.
    pub name: String,
    /// Password.
    #[serde(deserialize_with = "password")]
    pub password: Password,
    /// Numbers of the companies the user sees.
    pub companies: Vec<u32>,
    /// The company that a plain user name means.
    #[serde(default)]
    pub default_company: Option<u32>,
    /// Whether every write, and the table of Modification URLs, is refused.
    #[serde(default)]
    pub read_only: bool,
}

fn password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
    String::deserialize(deserializer).map(Password::new)
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

    /// Moves the example to the company named at start: its read-only user sees that one. A second company of the same number is
    /// left out.
    pub fn use_as_example_for(&mut self, company: u32) {
        self.companies.retain(|data| data.id != Some(company));
        for user in &mut self.users {
            user.companies = vec![company];
            user.default_company = user.default_company.map(|_| company);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_example_is_a_data_file() {
        assert!(Data::parse(EXAMPLE).is_ok_and(|data| data.companies.len() == 2));
    }

    #[test]
    fn a_key_that_the_format_does_not_know_is_an_error() {
        assert!(Data::parse(r#"{"company": []}"#).is_err());
    }
}
