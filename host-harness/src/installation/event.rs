//! What happens to an installation, as data: the input of a call, kept so that a retry carries the very same.

use super::Installation;
use crate::bindings::exports::configure::Catalogue;
use crate::bindings::exports::on_customer_changed::{ChangeKind, CustomerChange};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport};
use crate::bindings::exports::on_webhook::Request;
use crate::bindings::exports::upkeep::BookedDay;
use std::collections::BTreeSet;

/// The most customers one call takes, as the contract says.
const MOST_CUSTOMERS: usize = 500;

/// The most lines of a day's report, as the contract says.
const MOST_LINES: usize = 10_000;

/// The longest id of a day's report, in characters, as the contract says.
const LONGEST_REPORT_ID: usize = 64;

/// One event with its whole input. Build it with the functions of [`Installation`], run it with
/// [`Host::run`](super::Host::run), and run the same value again to retry.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Customers changed in FlexyBox. May be empty: nobody concerned, and then nothing is called.
    CustomersChanged(Vec<CustomerChange>),
    /// The accounting system called the link.
    Webhook(Request),
    /// A day's report is ready for the books.
    DayClosed {
        /// The report.
        report: DailyReport,
        /// The receipt of the highest revision of the same report id, with what was sent for it.
        previous: Option<Box<BookedReport>>,
    },
    /// Read again what changed in the accounting system.
    CatchUp {
        /// Stop after so many pages; none for all there are.
        max_pages: Option<u32>,
    },
    /// Look at the installation from the accounting system's side.
    Check(Vec<BookedDay>),
    /// The administrator pressed OK.
    Configure(Catalogue),
}

/// An event that cannot be handed to a connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Unknown customer.
    #[error("there is no customer {0}")]
    UnknownCustomer(String),
    /// The contract: each customer at most once.
    #[error("customer {0} stands in the event twice; name each customer once")]
    Twice(String),
    /// The contract: at most 500 customers.
    #[error("{0} customers in one event; at most {MOST_CUSTOMERS}")]
    TooMany(usize),
    /// The contract: a report has an id.
    #[error("the day's report of {date} has no id; give it one that is never used again")]
    NoReportId {
        /// Its day.
        date: String,
    },
    /// The contract: an id of at most 64 characters.
    #[error("the day's report of {date} has an id of {characters} characters; at most {LONGEST_REPORT_ID}")]
    LongReportId {
        /// Its day.
        date: String,
        /// How long its id is.
        characters: usize,
    },
    /// The contract: at most 10,000 lines.
    #[error("the day's report {id} has {lines} lines; at most {MOST_LINES}, so add lines of one account together")]
    TooManyLines {
        /// The report.
        id: String,
        /// How many it has.
        lines: usize,
    },
}

impl Installation {
    /// The event that these customers changed, with each as it is now and its link. Customers that neither carry the
    /// customer tag nor have a link are left out: they stay outside the sandbox.
    ///
    /// # Errors
    /// An unknown customer, one named twice, or more than 500.
    pub fn customers_changed<'a>(
        &self,
        changed: impl IntoIterator<Item = (&'a str, ChangeKind)>,
    ) -> Result<Event, EventError> {
        let all = changed.into_iter().map(|(id, kind)| (id, kind, false));
        self.customers_changed_with_forced(all)
    }

    /// Like [`Installation::customers_changed`], but a customer with `true` is handed over even if it is not
    /// synchronised: for testing that a connector skips the untagged by itself.
    ///
    /// # Errors
    /// As [`Installation::customers_changed`].
    pub fn customers_changed_with_forced<'a>(
        &self,
        changed: impl IntoIterator<Item = (&'a str, ChangeKind, bool)>,
    ) -> Result<Event, EventError> {
        let state = self.state();
        let mut seen = BTreeSet::new();
        let mut changes = Vec::new();
        for (id, kind, forced) in changed {
            let customer = state.customers.get(id).ok_or_else(|| EventError::UnknownCustomer(id.to_owned()))?;
            if !seen.insert(id) {
                return Err(EventError::Twice(id.to_owned()));
            }
            if forced || state.is_synchronised(customer) {
                let link = state.links.of_customer(id).cloned();
                changes.push(CustomerChange { kind, customer: customer.clone(), link });
            }
        }
        if changes.len() > MOST_CUSTOMERS {
            return Err(EventError::TooMany(changes.len()));
        }
        Ok(Event::CustomersChanged(changes))
    }

    /// The event that a day was closed, with the receipt of the highest revision of the same report. What is wrong
    /// within the lines (an amount of zero, sums that differ, a missing account) is for the connector to say.
    ///
    /// # Errors
    /// A report that the contract has no room for: an id that is empty or longer than 64 characters, more than 10,000
    /// lines.
    pub fn day_closed(&self, report: DailyReport) -> Result<Event, EventError> {
        if report.id.is_empty() {
            return Err(EventError::NoReportId { date: report.date });
        }
        let characters = report.id.chars().count();
        if characters > LONGEST_REPORT_ID {
            return Err(EventError::LongReportId { date: report.date, characters });
        }
        if report.lines.len() > MOST_LINES {
            return Err(EventError::TooManyLines { id: report.id, lines: report.lines.len() });
        }
        let previous = self.state().booked.last(&report.id).cloned().map(Box::new);
        Ok(Event::DayClosed { report, previous })
    }

    /// The event of asking what is wrong, with every receipt not known to be posted.
    pub fn checked(&self) -> Event {
        Event::Check(self.unposted())
    }
}

impl Event {
    /// The same event with the customers and links as they are now: what to run when a result was stale. Events that
    /// carry no customers are as fresh as ever.
    ///
    /// # Errors
    /// A customer is gone altogether.
    pub fn refreshed(&self, installation: &Installation) -> Result<Self, EventError> {
        let Self::CustomersChanged(changes) = self else { return Ok(self.clone()) };
        let again = changes.iter().map(|change| (change.customer.id.as_str(), change.kind, true));
        installation.customers_changed_with_forced(again)
    }
}
