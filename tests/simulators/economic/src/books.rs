//! The documents of an agreement, and how they are shown.

use crate::resource::{Key, Kind, NUMBER, Reference, Resource, Row, for_services};
use crate::resources::{CONTACTS, CUSTOMERS, DISTRIBUTIONS, JOURNALS, OF_CUSTOMERS, VAT_TYPES};
use crate::state::finish;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The documents of one resource; of a customer's own resources, of one customer.
pub(crate) type Rows = BTreeMap<Key, Row>;

/// Where links lead: scheme and host as the caller knows them, and whether it came with `demo=true`.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    /// Scheme and host.
    pub origin: String,
    /// Every link carries `demo=true`.
    pub demo: bool,
}

impl Links {
    /// The link to a path, which begins without a slash.
    pub(crate) fn to(&self, path: &str) -> String {
        let mark = match (self.demo, path.contains('?')) {
            (false, _) => "",
            (true, false) => "?demo=true",
            (true, true) => "&demo=true",
        };
        format!("{}/{path}{mark}", self.origin)
    }
}

/// The documents of an agreement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    tables: BTreeMap<(&'static str, Option<u64>), Rows>,
    nothing: Rows,
}

impl Books {
    /// The documents of a resource; of a customer's own, of the customer `owner`.
    pub(crate) fn rows(&self, resource: &Resource, owner: Option<u64>) -> &Rows {
        self.tables.get(&(resource.path, owner)).unwrap_or(&self.nothing)
    }

    /// The same, to be changed.
    pub(crate) fn rows_mut(&mut self, resource: &Resource, owner: Option<u64>) -> &mut Rows {
        self.tables.entry((resource.path, owner)).or_default()
    }

    /// The documents of a customer's own resource, of all customers.
    pub(crate) fn of_all_customers(&self, resource: &Resource) -> impl Iterator<Item = &Row> {
        self.tables.iter().filter(|((path, _), _)| *path == resource.path).flat_map(|(_, rows)| rows.values())
    }

    /// Gives a contact its number on the services: that of the one it replaces, or the next.
    pub(crate) fn number_contact(&self, before: Option<&Row>, row: &mut Row) {
        let number = |row: &Row| row.get(NUMBER).and_then(Value::as_u64);
        let next = || self.of_all_customers(&CONTACTS).filter_map(number).max().unwrap_or_default() + 1;
        let number = before.and_then(number).unwrap_or_else(next);
        row.insert(NUMBER.to_owned(), Value::from(number));
    }

    /// One document.
    pub(crate) fn row(&self, resource: &Resource, owner: Option<u64>, key: &Key) -> Option<&Row> {
        self.rows(resource, owner).get(key)
    }

    /// A customer.
    pub(crate) fn customer(&self, number: u64) -> Option<&Row> {
        self.row(&CUSTOMERS, None, &Key::Number(number))
    }

    /// Whether what a reference means is there; `owner` is the customer that refers to something of its own.
    pub(crate) fn has(&self, reference: &Reference, owner: Option<u64>, key: &Key) -> bool {
        let owner = owner.filter(|_| reference.own);
        self.tables.get(&(reference.resource, owner)).is_some_and(|rows| rows.contains_key(key))
    }

    /// The first of the documents that a reference can mean.
    pub(crate) fn first_of(&self, reference: &Reference) -> Option<&Key> {
        self.tables.get(&(reference.resource, None))?.keys().next()
    }

    /// Moves what belongs to a customer to another number.
    pub(crate) fn move_what_belongs_to(&mut self, old: u64, new: u64) {
        for resource in OF_CUSTOMERS {
            let Some(mut rows) = self.tables.remove(&(resource.path, Some(old))) else {
                continue;
            };
            for row in rows.values_mut() {
                finish(resource, Some(new), row);
            }
            self.tables.insert((resource.path, Some(new)), rows);
        }
    }

    /// Forgets what belongs to a customer.
    pub(crate) fn forget_what_belongs_to(&mut self, customer: u64) {
        self.tables.retain(|(_, owner), _| *owner != Some(customer));
    }

    /// A document as answers show it: references with their links, nothing for no.
    pub(crate) fn shown(&self, resource: &Resource, owner: Option<u64>, row: &Row, links: &Links) -> Row {
        let key = row.get(resource.key).and_then(Key::of);
        let here = path(resource, owner, key.as_ref());
        let mut shown = Map::new();
        for (name, value) in row.iter().filter(|(name, _)| !for_services(name)) {
            let value = match resource.field(name).map(|field| field.kind) {
                Some(Kind::Boolean) if *value == Value::Bool(false) => continue,
                Some(Kind::Reference(reference)) => {
                    let owner = if resource.path == CUSTOMERS.path { number(key.as_ref()) } else { owner };
                    match Key::of(value) {
                        Some(key) => Value::Object(self.reference(reference, owner, &key, links)),
                        None => continue,
                    }
                }
                _ => value.clone(),
            };
            shown.insert(name.clone(), value);
        }
        for (name, below) in resource.links {
            shown.insert((*name).to_owned(), Value::from(links.to(&format!("{here}/{below}"))));
        }
        if resource.path == CUSTOMERS.path {
            shown.extend(groups_of_links(&here, links, &GROUPS_OF_CUSTOMERS));
        }
        if resource.path == JOURNALS.path {
            shown.extend(groups_of_links(&here, links, &GROUPS_OF_JOURNALS));
            link_contra_accounts(&mut shown, links);
        }
        let here = match &key {
            Some(key) if resource.path == DISTRIBUTIONS.path => self.distribution(key).1,
            _ => here,
        };
        shown.insert("self".to_owned(), Value::from(links.to(&here)));
        shown
    }

    /// The type of a departmental distribution, and its path: it stands in one of two collections.
    fn distribution(&self, key: &Key) -> (String, String) {
        let kind = self.row(&DISTRIBUTIONS, None, key).and_then(|row| row.get("distributionType")?.as_str());
        let kind = kind.unwrap_or("department");
        (kind.to_owned(), format!("{}/{kind}s/{}", DISTRIBUTIONS.path, key.in_path()))
    }

    /// A reference as documents show it.
    pub(crate) fn reference(&self, reference: &Reference, owner: Option<u64>, key: &Key, links: &Links) -> Row {
        let mut shown = Map::new();
        if !reference.key.is_empty() {
            shown.insert(reference.key.to_owned(), key.shown());
        }
        if reference.resource == VAT_TYPES.path {
            let name = self.row(&VAT_TYPES, None, key).and_then(|row| row.get("name")).cloned();
            shown.extend(name.map(|name| ("name".to_owned(), name)));
        }
        if reference.resource == DISTRIBUTIONS.path {
            let (kind, path) = self.distribution(key);
            shown.insert("distributionType".to_owned(), Value::from(kind));
            shown.insert("self".to_owned(), Value::from(links.to(&path)));
            return shown;
        }
        let link = match owner.filter(|_| reference.own) {
            Some(owner) => format!("customers/{owner}/{}/{}", reference.resource, key.in_path()),
            None => format!("{}/{}", reference.resource, key.in_path()),
        };
        shown.insert("self".to_owned(), Value::from(links.to(&link)));
        shown
    }
}

/// Links that stand in groups: the group, and the links in it.
type Groups = [(&'static str, &'static [&'static str])];

const GROUPS_OF_CUSTOMERS: [(&str, &[&str]); 3] = [
    ("templates", &["invoice", "invoiceLine"]),
    ("totals", &["drafts", "booked"]),
    ("invoices", &["drafts", "booked"]),
];
const GROUPS_OF_JOURNALS: [(&str, &[&str]); 1] = [("templates", &["financeVoucher", "manualCustomerInvoice"])];

fn groups_of_links(here: &str, links: &Links, groups: &Groups) -> Row {
    let group = |(name, below): &(&str, &[&str])| {
        let mut group: Row = below
            .iter()
            .map(|word| ((*word).to_owned(), Value::from(links.to(&format!("{here}/{name}/{}", word.to_lowercase())))))
            .collect();
        group.insert("self".to_owned(), Value::from(links.to(&format!("{here}/{name}"))));
        ((*name).to_owned(), Value::Object(group))
    };
    groups.iter().map(group).collect()
}

/// The contra accounts in the settings of a journal get their links.
fn link_contra_accounts(journal: &mut Row, links: &Links) {
    let accounts = journal.get_mut("settings").and_then(|settings| settings.get_mut("contraAccounts"));
    for account in accounts.and_then(Value::as_object_mut).into_iter().flat_map(|accounts| accounts.values_mut()) {
        let link = account.get("accountNumber").map(|number| links.to(&format!("accounts/{number}")));
        if let (Some(account), Some(link)) = (account.as_object_mut(), link) {
            account.insert("self".to_owned(), Value::from(link));
        }
    }
}

fn number(key: Option<&Key>) -> Option<u64> {
    match key {
        Some(Key::Number(number)) => Some(*number),
        _ => None,
    }
}

/// The path of a resource or of one of its documents, without a slash in front.
pub(crate) fn path(resource: &Resource, owner: Option<u64>, key: Option<&Key>) -> String {
    let parent = owner.map(|owner| format!("customers/{owner}/")).unwrap_or_default();
    let key = key.map(|key| format!("/{}", key.in_path())).unwrap_or_default();
    format!("{parent}{}{key}", resource.path)
}
