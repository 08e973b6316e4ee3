//! The alternative a host would build otherwise: the connector as a program of its own that speaks JSON, a line a message.
//!
//! The host writes an event; the connector asks for requests, one at a time, and is answered; at the end it writes what came
//! of the event. Both ends say the same as the contract does, so that what is compared is the way and not the work. Nothing keeps such
//! a program from reading files, calling whomever it likes, or remembering one event in the next.

pub mod child;
pub mod parent;

use host_harness::bindings::exports::on_customer_changed::CustomerChange;
use host_harness::bindings::types::{Context, Customer, Link};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Error, Write};

/// What the host writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToConnector {
    /// Customers changed.
    Event {
        /// The context of the call.
        context: Context,
        /// The batch.
        changes: Vec<CustomerChange>,
        /// Whom the connector may look up.
        customers: Vec<Customer>,
        /// Which links it may look up.
        links: Vec<Link>,
    },
    /// The answer to a request.
    Answer {
        /// HTTP status.
        status: u16,
        /// The body, which is text with every accounting system there is.
        body: String,
    },
}

/// What the connector writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FromConnector {
    /// It asks for a request.
    Request {
        /// Upper-case.
        method: String,
        /// Absolute.
        url: String,
        /// Name and value.
        headers: Vec<(String, String)>,
        /// The body, as text.
        body: String,
    },
    /// The event ended.
    Ended(Vec<Ended>),
}

/// What came of one customer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ended {
    /// The customer.
    pub customer_id: String,
    /// Its outcome, in the words of the program's language.
    pub outcome: String,
    /// The links to keep.
    pub links: Vec<Link>,
    /// Everything else it says.
    pub rest: Vec<String>,
}

/// Write one message and hand it over.
///
/// # Errors
/// The other end is gone.
pub fn write<T: Serialize>(to: &mut impl Write, message: &T) -> Result<(), Error> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    to.write_all(&line)?;
    to.flush()
}

/// Read one message; none at the end. `line` is room that is used again.
///
/// # Errors
/// The other end wrote something else.
pub fn read<T: for<'a> Deserialize<'a>>(from: &mut impl BufRead, line: &mut String) -> Result<Option<T>, Error> {
    line.clear();
    match from.read_line(line)? {
        0 => Ok(None),
        _ => Ok(Some(serde_json::from_str(line)?)),
    }
}
