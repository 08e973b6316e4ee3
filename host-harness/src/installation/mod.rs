//! One customer's installation: its customers, links, flags, settings and receipts, and the one place that changes them.
//!
//! Everything a connector asks for is written here and nowhere else ([`Installation::apply`]), so that what a result does
//! to FlexyBox can be read in one file. This one lives in memory: it serves fixtures, the demo and tests, and shows what
//! a durable one has to keep. A copy of an [`Installation`] is another handle on the same state.

mod apply;
mod booked;
mod caller;
mod drive;
mod driver;
mod event;
mod links;
mod moment;
mod people;
mod receipt;
mod shown;

pub use apply::{Applied, ApplyError, Change, agree, property_of, set_property};
pub use caller::{Answered, Caller, RunError};
pub use drive::{Driven, Host, Page, RunResult, idempotency_key};
pub use driver::{CallFailed, CallFailure, CallRecord, Called, Driver};
pub use event::{Event, EventError};
pub use links::{LinkError, Links};
pub use moment::{EventId, Moment};

use crate::bindings::exports::configure::{
    AccountEntry, Catalogue, CustomerField, DimensionEntry, SettingKind, SettingSpec,
};
use crate::bindings::exports::on_day_closed::BookedReport;
use crate::bindings::exports::upkeep::BookedDay;
use crate::bindings::types::{Customer, CustomerFlag, Link, Setting};
use booked::BookedDays;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An installation: one FlexyBox customer's connection to one accounting system. Cheap to clone; clones share the state.
#[derive(Clone)]
pub struct Installation {
    name: Arc<str>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) customers: BTreeMap<String, Customer>,
    pub(crate) links: Links,
    pub(crate) flags: Vec<CustomerFlag>,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) remembered: BTreeMap<String, String>,
    pub(crate) specs: Vec<SettingSpec>,
    pub(crate) customer_fields: Vec<CustomerField>,
    pub(crate) account_plan: Vec<AccountEntry>,
    pub(crate) dimensions: Vec<DimensionEntry>,
    pub(crate) webhook_link: Option<String>,
    pub(crate) cursor: Option<String>,
    pub(crate) booked: BookedDays,
}

/// An unknown customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no customer {0}")]
pub struct UnknownCustomer(pub String);

impl Installation {
    /// An installation without customers. `name` goes into every idempotency key; `specs` are the connector's settings,
    /// of which the one of kind `customer-tag` says who is synchronised.
    pub fn new(name: &str, specs: Vec<SettingSpec>) -> Self {
        let state = State { specs, ..State::default() };
        Self { name: name.into(), state: Arc::new(Mutex::new(state)) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The state; a panic elsewhere while it was held leaves it usable, since every change is made in one assignment.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enter a setting, as the administrator does on the settings page.
    pub fn set_setting(&self, key: &str, value: &str) {
        self.state().settings.insert(key.to_owned(), value.to_owned());
    }

    /// All settings as a context carries them: what was entered, then defaults for what was not, then what `configure`
    /// asked to remember.
    pub fn settings(&self) -> Vec<Setting> {
        let state = self.state();
        let mut all = state.settings.clone();
        for spec in &state.specs {
            if let Some(value) = &spec.default_value {
                all.entry(spec.key.clone()).or_insert_with(|| value.clone());
            }
        }
        all.extend(state.remembered.clone());
        all.into_iter().map(|(key, value)| Setting { key, value }).collect()
    }

    /// The values of all settings marked secret, not empty: what must appear nowhere.
    pub fn secrets(&self) -> Vec<String> {
        let state = self.state();
        let secret = state.specs.iter().filter(|spec| spec.secret);
        secret.filter_map(|spec| state.settings.get(&spec.key)).filter(|value| !value.is_empty()).cloned().collect()
    }

    /// What `configure` asked to keep beside the settings.
    pub fn remembered(&self) -> Vec<Setting> {
        let state = self.state();
        state.remembered.iter().map(|(key, value)| Setting { key: key.clone(), value: value.clone() }).collect()
    }

    /// The customer tag (kundetag) that says who is synchronised; none when nothing was chosen.
    pub fn customer_tag(&self) -> Option<String> {
        self.state().customer_tag()
    }

    /// The customer data fields (kundedata felter) defined in FlexyBox: what a connector may set beside those a customer
    /// has already.
    pub fn set_customer_fields(&self, fields: Vec<CustomerField>) {
        self.state().customer_fields = fields;
    }

    /// The account plan FlexyBox books by; empty while bookkeeping is not set up.
    pub fn set_account_plan(&self, plan: Vec<AccountEntry>) {
        self.state().account_plan = plan;
    }

    /// Every dimension value FlexyBox books on; empty while it uses none.
    pub fn set_dimensions(&self, dimensions: Vec<DimensionEntry>) {
        self.state().dimensions = dimensions;
    }

    /// Put in a customer, or replace it, as it is.
    pub fn put_customer(&self, customer: Customer) {
        self.state().customers.insert(customer.id.clone(), customer);
    }

    /// Edit a customer as a person in FlexyBox does; its revision grows by one.
    ///
    /// # Errors
    /// There is no such customer.
    pub fn edit_customer(&self, id: &str, edit: impl FnOnce(&mut Customer)) -> Result<Customer, UnknownCustomer> {
        let mut state = self.state();
        let customer = state.customers.get_mut(id).ok_or_else(|| UnknownCustomer(id.to_owned()))?;
        let revision = customer.revision;
        edit(customer);
        id.clone_into(&mut customer.id);
        customer.revision = revision.saturating_add(1);
        Ok(customer.clone())
    }

    /// A customer, whoever it is.
    pub fn customer(&self, id: &str) -> Option<Customer> {
        self.state().customers.get(id).cloned()
    }

    /// All customers, by id.
    pub fn customers(&self) -> Vec<Customer> {
        self.state().customers.values().cloned().collect()
    }

    /// Make or replace the link of a customer.
    ///
    /// # Errors
    /// The external id belongs to another customer's link.
    pub fn put_link(&self, link: Link) -> Result<(), LinkError> {
        self.state().links.put(link)
    }

    /// The link of a customer.
    pub fn link(&self, customer_id: &str) -> Option<Link> {
        self.state().links.of_customer(customer_id).cloned()
    }

    /// All links, by customer id.
    pub fn links(&self) -> Vec<Link> {
        self.state().links.all().cloned().collect()
    }

    /// What people must look at, oldest first; one for each customer and code.
    pub fn flags(&self) -> Vec<CustomerFlag> {
        self.state().flags.clone()
    }

    /// Take a flag away, as a person does who has dealt with it.
    pub fn clear_flag(&self, customer_id: &str, code: &str) {
        self.state().flags.retain(|flag| flag.customer_id != customer_id || flag.code != code);
    }

    /// The link the accounting system calls; none when the host has none.
    pub fn set_webhook_link(&self, link: Option<String>) {
        self.state().webhook_link = link;
    }

    /// The link the accounting system calls.
    pub fn webhook_link(&self) -> Option<String> {
        self.state().webhook_link.clone()
    }

    /// Begin as if a catch-up had ended here.
    pub fn set_cursor(&self, cursor: Option<String>) {
        self.state().cursor = cursor;
    }

    /// Where the last catch-up ended.
    pub fn cursor(&self) -> Option<String> {
        self.state().cursor.clone()
    }

    /// Every booked report of this id with its receipt, lowest revision first.
    pub fn booked(&self, report_id: &str) -> Vec<BookedReport> {
        self.state().booked.of(report_id).cloned().collect()
    }

    /// Receipts that are not known to be posted, oldest day first: what `check` asks about.
    pub fn unposted(&self) -> Vec<BookedDay> {
        self.state().booked.unposted()
    }

    /// What FlexyBox is set up with: the customer tags that some customer carries, the customer data fields, the account
    /// plan and the dimension values.
    pub fn catalogue(&self) -> Catalogue {
        let state = self.state();
        let mut tags: Vec<String> = state.customers.values().flat_map(|customer| customer.tags.clone()).collect();
        tags.sort();
        tags.dedup();
        Catalogue {
            customer_tags: tags,
            customer_fields: state.customer_fields.clone(),
            account_plan: state.account_plan.clone(),
            dimensions: state.dimensions.clone(),
        }
    }
}

impl State {
    /// The value of the first setting of kind `customer-tag`, if it is not empty.
    pub(crate) fn customer_tag(&self) -> Option<String> {
        let spec = self.specs.iter().find(|spec| spec.kind == SettingKind::CustomerTag)?;
        let value = self.settings.get(&spec.key).or(spec.default_value.as_ref())?;
        (!value.is_empty()).then(|| value.clone())
    }
}
