//! What a simulator is started with: who may log in, what the books hold, and the switches.

use crate::data::Data;
use crate::switches::Switches;
use std::fmt;
use uuid::Uuid;

/// A password. Printing it prints asterisks.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether `attempt` is the password. Not constant in time: this guards made-up data on a loopback address.
    pub fn is(&self, attempt: &str) -> bool {
        self.0 == attempt
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// Everything a simulator is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Number of the company whose books the data describes first.
    pub company: u32,
    /// Login name of the one user who may do everything in that company.
    pub user: String,
    /// That user's password.
    pub password: Password,
    /// The API key that the Web API accepts.
    pub api_key: Uuid,
    /// What the books hold at the start and after a reset.
    pub data: Data,
    /// Where the evidence conflicts or is missing.
    pub switches: Switches,
    /// Whether the record of calls holds request bodies. Those of a login are never held.
    pub record_bodies: bool,
}

impl Config {
    /// The built-in example: company 12345, user `flexybox`, password `example-password`, key
    /// `11111111-2222-4333-8444-555555555555`, the example data and all switches at their defaults.
    pub fn example() -> Self {
        Self {
            company: 12_345,
            user: "flexybox".to_owned(),
            password: Password::new("example-password"),
            api_key: Uuid::from_u128(0x11111111_2222_4333_8444_555555555555),
            data: Data::example(),
            switches: Switches::default(),
            record_bodies: false,
        }
    }
}
