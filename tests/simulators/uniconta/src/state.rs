//! Everything that changes while a simulator runs.

use crate::books::{Books, Change, View};
use crate::config::Config;
use crate::data::CompanyData;
use crate::hooks::{self, Outbox};
use crate::quota::Quota;
use crate::session::{Sessions, User};
use crate::switches::{Switches, TimeZone};
use crate::tables::{DEBTOR, table_named, table_of_entity, tables};
use jiff::civil::DateTime;
use serde_json::{Map, Value, json};
use simulator_kit::{Calls, Clock, Faults, copenhagen};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Why a simulator cannot start with its configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The data file contradicts itself or the tables.
    #[error("the data of company {company} cannot be used: {reason}")]
    Data {
        /// The company.
        company: u32,
        /// What is wrong.
        reason: String,
    },
    /// Two users, or two companies, are the same.
    #[error("{what} is given twice; give it once")]
    Twice {
        /// Which.
        what: String,
    },
    /// A user sees a company that is not in the data.
    #[error("user {user} refers to company {company}, which is not in the data")]
    NoSuchCompany {
        /// The user.
        user: String,
        /// The company.
        company: u32,
    },
}

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    /// The clock.
    pub clock: Clock,
    /// The books of each company.
    pub companies: BTreeMap<u32, Books>,
    /// Who may log in.
    pub users: Vec<User>,
    /// Tokens.
    pub sessions: Sessions,
    /// Call counters.
    pub quota: Quota,
    /// Calls to Modification URLs.
    pub outbox: Outbox,
    /// Ordered faults.
    pub faults: Faults,
    /// Calls seen.
    pub calls: Calls,
    /// Somebody tries a connector: calls to Modification URLs wait to be taken.
    pub on_trial: bool,
}

impl State {
    /// The state at the start.
    ///
    /// # Errors
    /// The data cannot be used.
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let clock = Clock::new(match config.switches.time_zone {
            TimeZone::Utc => jiff::tz::TimeZone::UTC,
            TimeZone::LocalCopenhagen => copenhagen(),
        });
        let mut companies = BTreeMap::new();
        for data in &config.data.companies {
            let id = data.id.unwrap_or(config.company);
            let books =
                load(id, data, &clock, &config.switches).map_err(|reason| StartError::Data { company: id, reason })?;
            if companies.insert(id, books).is_some() {
                return Err(StartError::Twice { what: format!("company {id}") });
            }
        }
        if let Entry::Vacant(vacant) = companies.entry(config.company) {
            let empty = load(config.company, &CompanyData::default(), &clock, &config.switches);
            vacant.insert(empty.map_err(|reason| StartError::Data { company: config.company, reason })?);
        }
        let mut users = vec![User {
            name: config.user.clone(),
            password: config.password.clone(),
            companies: vec![config.company],
            default_company: config.data.default_company.then_some(config.company),
            read_only: false,
        }];
        for user in &config.data.users {
            if users.iter().any(|known| known.name == user.name) {
                return Err(StartError::Twice { what: format!("user {}", user.name) });
            }
            let mut named = user.companies.iter().chain(&user.default_company);
            if let Some(company) = named.find(|company| !companies.contains_key(*company)) {
                return Err(StartError::NoSuchCompany { user: user.name.clone(), company: *company });
            }
            users.push(User {
                name: user.name.clone(),
                password: user.password.clone(),
                companies: user.companies.clone(),
                default_company: user.default_company,
                read_only: user.read_only,
            });
        }
        Ok(Self {
            clock,
            companies,
            users,
            sessions: Sessions::default(),
            quota: Quota::default(),
            outbox: Outbox::default(),
            faults: Faults::default(),
            calls: Calls::default(),
            on_trial: false,
        })
    }

    /// The user of that name.
    pub(crate) fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// Queues the calls that a change brings.
    pub(crate) fn announce(&mut self, company: u32, change: &Change, switches: &Switches) {
        if let Some(books) = self.companies.get(&company) {
            hooks::queue(&mut self.outbox, company, books, change, switches);
        }
    }
}

fn load(id: u32, data: &CompanyData, clock: &Clock, switches: &Switches) -> Result<Books, String> {
    let mut books = Books::new(id, data)?;
    let now = clock.local();
    let name = if data.name.is_empty() { format!("Company {id}") } else { data.name.clone() };
    let about = json!({"RowId": id, "Name": name, "Country": "Denmark", "CurrencyId": "DKK"});
    if let (Some(table), Value::Object(about)) = (table_named("Company"), about) {
        books.seed(View { table, user_fields: false }, &about, now, switches).map_err(|refusal| refusal.to_string())?;
    }
    if let Some(unknown) = data.rows.keys().find(|entity| table_of_entity(entity).is_none()) {
        return Err(format!("rows: there is no entity {unknown}"));
    }
    for table in tables() {
        for (entity, rows) in &data.rows {
            let Some((_, user_fields)) = table_of_entity(entity).filter(|(own, _)| own.name == table.name) else {
                continue;
            };
            let view = View { table, user_fields };
            for row in rows {
                load_row(&mut books, view, entity, row, now, switches)?;
            }
        }
    }
    mark_transactions(&mut books, &data.debtors_with_transactions, switches)?;
    Ok(books)
}

fn load_row(
    books: &mut Books,
    view: View,
    entity: &str,
    row: &Map<String, Value>,
    now: DateTime,
    switches: &Switches,
) -> Result<(), String> {
    if let Some(unknown) = row.keys().find(|key| books.property(view, key).is_none()) {
        return Err(format!("rows: {entity} has no property {unknown}"));
    }
    let key = view.table.key.and_then(|key| row.get(key)).unwrap_or(&Value::Null);
    match books.seed(view, row, now, switches) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(format!("rows: {entity} {key}: {refusal}")),
    }
}

fn mark_transactions(books: &mut Books, keys: &[String], switches: &Switches) -> Result<(), String> {
    for key in keys {
        let marked = table_named(DEBTOR).and_then(|table| {
            let row_id = books.with_key(table, key, switches)?;
            books.row_mut(table, row_id)
        });
        match marked {
            Some(row) => row.has_transactions = true,
            None => {
                return Err(format!("debtors_with_transactions: there is no debtor {key}"));
            }
        }
    }
    Ok(())
}
