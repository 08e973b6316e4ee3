//! What a simulator is started with: which app may call, for which agreements, what their books hold, and the switches.

use crate::data::Data;
use crate::switches::Switches;
use serde::Deserialize;
use std::fmt;

/// A token. Printing it prints asterisks.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether `attempt` is the token. Not constant in time: this guards made-up data on a loopback address.
    pub fn is(&self, attempt: &str) -> bool {
        self.0 == attempt
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// Everything a simulator is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Number of the agreement whose books the data describes first.
    pub agreement: u32,
    /// The app's own token, `X-AppSecretToken`.
    pub app_secret: Token,
    /// The grant of that agreement, `X-AgreementGrantToken`.
    pub grant: Token,
    /// What the books hold at the start and after a reset.
    pub data: Data,
    /// Where the evidence conflicts or is missing.
    pub switches: Switches,
    /// Whether the record of calls holds request bodies.
    pub record_bodies: bool,
}

impl Config {
    /// The built-in example: agreement 123456, app secret `example-app-secret`, grant `example-grant`, the example data and all
    /// switches at their defaults.
    pub fn example() -> Self {
        Self {
            agreement: 123_456,
            app_secret: Token::new("example-app-secret"),
            grant: Token::new("example-grant"),
            data: Data::example(),
            switches: Switches::default(),
            record_bodies: false,
        }
    }
}
