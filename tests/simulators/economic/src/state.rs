//! Everything that changes while a simulator runs.

use crate::books::Books;
use crate::checks::{Check, Writer, day};
use crate::config::{Config, Token};
use crate::data::AgreementData;
use crate::idempotency::Kept;
use crate::ledger::Ledger;
use crate::rate::Window;
use crate::refusal::Leaf;
use crate::resource::{Key, Resource, Row};
use crate::resources::{CONTACTS, CUSTOMERS, DELIVERY_LOCATIONS, YEARS, in_load_order};
use crate::switches::Switches;
use crate::webhooks::{Owner, Registry};
use jiff::civil::Date;
use serde_json::{Map, Value};
use simulator_kit::{Calls, Clock, Faults, Outbox, copenhagen};
use std::collections::{BTreeMap, BTreeSet};

/// Why a simulator cannot start with its configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The data file contradicts itself or the resources.
    #[error("the data of agreement {agreement} cannot be used: {reason}")]
    Data {
        /// The agreement.
        agreement: u32,
        /// What is wrong.
        reason: String,
    },
    /// Two agreements are the same.
    #[error("agreement {0} is given twice; give it once")]
    Twice(u32),
    /// An agreement other than the first has no number or no grant.
    #[error("an agreement after the first has no {0}; give it one")]
    Nameless(&'static str),
}

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    /// The clock; local time is Danish.
    pub clock: Clock,
    /// The agreements by number.
    pub agreements: BTreeMap<u32, Agreement>,
    /// Calls of webhooks.
    pub outbox: Outbox<Owner>,
    /// Ordered faults.
    pub faults: Faults,
    /// Calls seen.
    pub calls: Calls,
    /// Requests so far, for their ids.
    pub requests: u64,
    /// Somebody tries a connector: calls of webhooks wait to be taken.
    pub on_trial: bool,
}

/// One agreement: a company in e-conomic.
#[derive(Debug)]
pub(crate) struct Agreement {
    pub number: u32,
    pub grant: Token,
    pub name: String,
    pub base_currency: String,
    pub missing_modules: BTreeSet<String>,
    pub books: Books,
    /// Customers that have bookings.
    pub booked_customers: BTreeSet<u64>,
    /// Periods that are barred, by the day that they begin.
    pub barred: BTreeSet<Date>,
    /// Journal entries and booked entries.
    pub ledger: Ledger,
    pub webhooks: Registry,
    /// Draft invoices, by number; only their deletion is there.
    pub draft_invoices: BTreeSet<u64>,
    /// Versions of customers so far; the next gets one more.
    pub versions: u64,
    pub rate: Window,
    /// Answers under an Idempotency-Key.
    pub kept: BTreeMap<String, Kept>,
}

impl State {
    /// The state at the start.
    ///
    /// # Errors
    /// The data cannot be used.
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let clock = Clock::new(copenhagen());
        let mut agreements = BTreeMap::new();
        let empty = [AgreementData::default()];
        let given = if config.data.agreements.is_empty() { &empty[..] } else { &config.data.agreements };
        for (at, data) in given.iter().enumerate() {
            let (number, grant) = match (data.number, &data.grant) {
                (number, grant) if at == 0 => {
                    (number.unwrap_or(config.agreement), grant.clone().unwrap_or_else(|| config.grant.clone()))
                }
                (None, _) => return Err(StartError::Nameless("number")),
                (_, None) => return Err(StartError::Nameless("grant")),
                (Some(number), Some(grant)) => (number, grant.clone()),
            };
            let agreement = Agreement::load(number, grant, data, &clock, &config.switches)
                .map_err(|reason| StartError::Data { agreement: number, reason })?;
            if agreements.insert(number, agreement).is_some() {
                return Err(StartError::Twice(number));
            }
        }
        Ok(Self {
            clock,
            agreements,
            outbox: Outbox::default(),
            faults: Faults::default(),
            calls: Calls::default(),
            requests: 0,
            on_trial: false,
        })
    }

    /// The first agreement's number.
    pub(crate) fn first(config: &Config) -> u32 {
        config.data.agreements.first().and_then(|data| data.number).unwrap_or(config.agreement)
    }
}

impl Agreement {
    fn load(
        number: u32,
        grant: Token,
        data: &AgreementData,
        clock: &Clock,
        switches: &Switches,
    ) -> Result<Self, String> {
        let mut books = Books::default();
        if let Some(unknown) = data.rows.keys().find(|path| in_load_order().all(|known| known.path != path.as_str())) {
            return Err(format!("rows: there is no resource {unknown}"));
        }
        for resource in in_load_order() {
            for row in data.rows.get(resource.path).into_iter().flatten() {
                load_row(&mut books, resource, None, row, clock, switches)?;
            }
        }
        for (resource, rows) in [(&CONTACTS, &data.contacts), (&DELIVERY_LOCATIONS, &data.delivery_locations)] {
            for (customer, rows) in rows {
                if books.customer(*customer).is_none() {
                    return Err(format!("{}: there is no customer {customer}", resource.path));
                }
                for row in rows {
                    load_row(&mut books, resource, Some(*customer), row, clock, switches)?;
                }
            }
        }
        if let Some(missing) = data.customers_with_bookings.iter().find(|number| books.customer(**number).is_none()) {
            return Err(format!("customers_with_bookings: there is no customer {missing}"));
        }
        let barred = data.barred_periods.iter().map(|text| match day(text) {
            Some(day) => Ok(day),
            None => Err(format!("barred_periods: {text} is not a day, YYYY-MM-DD")),
        });
        Ok(Self {
            number,
            grant,
            name: if data.name.is_empty() { format!("Agreement {number}") } else { data.name.clone() },
            base_currency: data.base_currency.clone().unwrap_or_else(|| "DKK".to_owned()),
            missing_modules: data.missing_modules.iter().cloned().collect(),
            booked_customers: data.customers_with_bookings.iter().copied().collect(),
            barred: barred.collect::<Result<_, String>>()?,
            books,
            ledger: Ledger::default(),
            webhooks: Registry::default(),
            draft_invoices: BTreeSet::new(),
            versions: 1,
            rate: Window::default(),
            kept: BTreeMap::new(),
        })
    }
}

fn load_row(
    books: &mut Books,
    resource: &'static Resource,
    owner: Option<u64>,
    row: &Map<String, Value>,
    clock: &Clock,
    switches: &Switches,
) -> Result<(), String> {
    let about = |reason: String| {
        let key = row.get(resource.key).unwrap_or(&Value::Null);
        format!("rows: {} {key}: {reason}", resource.path)
    };
    if let Some(unknown) = row.keys().find(|name| resource.field(name).is_none()) {
        return Err(about(format!("there is no property {unknown}")));
    }
    let check = Check { books, switches, origin: "", writer: Writer::Loader, owner: None };
    let mut kept = check.document(resource, row).map_err(|leaves: Vec<Leaf>| {
        about(leaves.iter().map(|leaf| format!("{}: {}", leaf.property, leaf.message)).collect::<Vec<_>>().join("; "))
    })?;
    let key = kept.get(resource.key).and_then(Key::of).ok_or_else(|| about(format!("{} is missing", resource.key)))?;
    if resource.path == CUSTOMERS.path && !kept.contains_key("lastUpdated") {
        kept.insert("lastUpdated".to_owned(), Value::from(to_the_second(clock)));
    }
    finish(resource, owner, &mut kept);
    if resource.path == CONTACTS.path {
        books.number_contact(None, &mut kept);
    }
    if books.rows_mut(resource, owner).insert(key, kept).is_some() {
        return Err(about("it is given twice".to_owned()));
    }
    Ok(())
}

/// What a kept document always has: a customer its balance, what is a customer's own the customer.
pub(crate) fn finish(resource: &Resource, owner: Option<u64>, row: &mut Row) {
    if let (true, Some(owner)) = (resource.of_customer, owner) {
        row.insert("customer".to_owned(), Value::from(owner));
    }
    if resource.path == CUSTOMERS.path {
        for name in ["balance", "dueAmount"] {
            row.entry(name).or_insert_with(|| Value::from(0));
        }
    }
}

/// Now, as `lastUpdated` shows it.
pub(crate) fn to_the_second(clock: &Clock) -> String {
    clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The accounting year that a day lies in: its name, and whether it is closed.
pub(crate) fn year_of(books: &Books, day: Date) -> Option<(String, bool)> {
    books.rows(&YEARS, None).values().find_map(|row| {
        let (from, to) = days_of(row)?;
        let year = row.get("year").and_then(Value::as_str)?;
        (from <= day && day <= to).then(|| (year.to_owned(), row.get("closed") == Some(&Value::Bool(true))))
    })
}

/// The first and last day of a year or a period.
pub(crate) fn days_of(row: &Row) -> Option<(Date, Date)> {
    let at = |name: &str| row.get(name).and_then(Value::as_str).and_then(day);
    Some((at("fromDate")?, at("toDate")?))
}
