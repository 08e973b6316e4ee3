//! Creating, replacing and deleting documents, by a call or by a person: the rules that go beyond types and limits.

use crate::books::path;
use crate::checks::{Check, Writer};
use crate::gate::Scene;
use crate::refusal::{Leaf, Refusal};
use crate::resource::{Key, REST, Resource, Row, VERSION};
use crate::resources::{ACCOUNTS, CONTACTS, CUSTOMER_GROUPS, CUSTOMERS, PAYMENT_TERMS, YEARS};
use crate::state::{days_of, finish, to_the_second};
use crate::switches::{DeleteBooked, NoChange, Numbering};
use crate::webhooks::customer_changed;
use http::StatusCode;
use serde_json::{Map, Value};

/// What only the server knows of a customer, and a replacement keeps.
const OF_THE_SERVER: [&str; 4] = ["balance", "dueAmount", "eInvoicingDisabledByDefault", REST];
/// What only the server knows of a customer whichever interface writes it.
const OF_NO_INTERFACE: [&str; 2] = ["balance", "dueAmount"];
/// What moves with every write of a customer.
const MOVES: [&str; 2] = ["lastUpdated", VERSION];
/// Types of accounts that a customer group may have.
const OF_GROUPS: [&str; 2] = ["profitAndLoss", "status"];

/// What a write did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The document's key.
    pub key: Key,
    /// Whether it is new.
    pub created: bool,
}

impl Scene<'_> {
    fn check(&self, writer: Writer, owner: Option<u64>) -> Check<'_> {
        let switches = &self.config.switches;
        Check { books: &self.agreement.books, switches, origin: &self.links.origin, writer, owner }
    }

    /// Creates a document.
    ///
    /// # Errors
    /// A rule refuses it.
    pub(crate) fn create(
        &mut self,
        resource: &'static Resource,
        owner: Option<u64>,
        body: &Map<String, Value>,
    ) -> Result<Written, Refusal> {
        let mut row =
            self.check(Writer::Create, owner).document(resource, body).map_err(|leaves| Refusal::invalid(&leaves))?;
        let key = self.new_key(resource, owner, &row)?;
        row.insert(resource.key.to_owned(), key.shown());
        self.keep(resource, owner, key.clone(), row)?;
        Ok(Written { key, created: true })
    }

    /// Replaces a document; what the new one leaves out is gone. A customer that does not exist is created.
    ///
    /// # Errors
    /// There is no such document, or a rule refuses the new one.
    pub(crate) fn replace(
        &mut self,
        resource: &'static Resource,
        owner: Option<u64>,
        key: &Key,
        body: &Map<String, Value>,
    ) -> Result<Written, Refusal> {
        let known = self.agreement.books.row(resource, owner, key).is_some();
        let may_create = resource.path == CUSTOMERS.path;
        if !known && !may_create {
            return Err(Refusal::not_found(resource.what, &key.to_string()));
        }
        let inner = match key {
            Key::Number(number) if resource.path == CUSTOMERS.path => Some(*number),
            _ => owner,
        };
        let mut body = body.clone();
        if resource.path == CUSTOMER_GROUPS.path {
            body.entry(resource.key).or_insert_with(|| key.shown());
        }
        let mut row =
            self.check(Writer::Replace, inner).document(resource, &body).map_err(|leaves| Refusal::invalid(&leaves))?;
        let named = row.insert(resource.key.to_owned(), key.shown());
        if let Some(other) = named.filter(|named| *named != key.shown()) {
            let message = format!("{} '{other}' is not the one of the address, '{key}'.", resource.key);
            return Err(Refusal::invalid(&[Leaf::new(resource.key, message, None, other)]));
        }
        self.keep(resource, owner, key.clone(), row)?;
        Ok(Written { key: key.clone(), created: !known })
    }

    /// Deletes a document.
    ///
    /// # Errors
    /// There is no such document, or it is in use.
    pub(crate) fn delete(&mut self, resource: &'static Resource, owner: Option<u64>, key: &Key) -> Result<(), Refusal> {
        if self.agreement.books.row(resource, owner, key).is_none() {
            return Err(Refusal::not_found(resource.what, &key.to_string()));
        }
        let customer = match key {
            Key::Number(number) if resource.path == CUSTOMERS.path => Some(*number),
            _ => None,
        };
        if customer.is_some_and(|number| self.agreement.booked_customers.contains(&number)) {
            let status = match self.config.switches.delete_booked {
                DeleteBooked::Conflict => StatusCode::CONFLICT,
                DeleteBooked::BadRequest => StatusCode::BAD_REQUEST,
            };
            let hint = "A customer with bookings can be barred.";
            return Err(Refusal::new(status, format!("Customer '{key}' has bookings and cannot be deleted."), hint));
        }
        if let Some(field) = self.named_by_customers(resource, key) {
            let hint = "Let the customers refer to another one first.";
            let message = format!("{} '{key}' is the {field} of customers and cannot be deleted.", resource.what);
            return Err(Refusal::new(StatusCode::BAD_REQUEST, message, hint));
        }
        self.agreement.books.rows_mut(resource, owner).remove(key);
        if let Some(number) = customer {
            self.agreement.books.forget_what_belongs_to(number);
            customer_changed(self, Some(number), None);
        }
        Ok(())
    }

    /// The property by which customers refer to a document of another resource.
    fn named_by_customers(&self, resource: &Resource, key: &Key) -> Option<&'static str> {
        let field = match resource.path {
            path if path == CUSTOMER_GROUPS.path => "customerGroup",
            path if path == PAYMENT_TERMS.path => "paymentTerms",
            _ => return None,
        };
        let rows = self.agreement.books.rows(&CUSTOMERS, None);
        rows.values().any(|row| row.get(field).and_then(Key::of).as_ref() == Some(key)).then_some(field)
    }

    fn new_key(&self, resource: &Resource, owner: Option<u64>, row: &Row) -> Result<Key, Refusal> {
        if resource.path == YEARS.path {
            return self.new_year(row);
        }
        let rows = self.agreement.books.rows(resource, owner);
        match row.get(resource.key).and_then(Key::of) {
            Some(key) if rows.contains_key(&key) => {
                let message = format!("{} '{key}' already exists.", resource.what);
                let code = Some(self.config.switches.duplicate_code.as_str());
                Err(Refusal::invalid(&[Leaf::new(resource.key, message, code, key.shown())]))
            }
            Some(key) => Ok(key),
            None => {
                let number = match self.config.switches.numbering {
                    Numbering::Highest => match rows.last_key_value() {
                        Some((Key::Number(highest), _)) => highest + 1,
                        _ => 1,
                    },
                    Numbering::LowestFree => {
                        (1..).find(|number| !rows.contains_key(&Key::Number(*number))).unwrap_or(1)
                    }
                };
                Ok(Key::Number(number))
            }
        }
    }

    /// The name of a new accounting year: the years of its first and last day.
    fn new_year(&self, row: &Row) -> Result<Key, Refusal> {
        let wrong = |property: &str, message: &str| {
            let input = row.get(property).cloned().unwrap_or_default();
            Refusal::invalid(&[Leaf::new(property, message.to_owned(), None, input)])
        };
        let (from, to) = days_of(row).ok_or_else(|| wrong("fromDate", "It is not a day."))?;
        if to < from {
            return Err(wrong("toDate", "The last day is before the first."));
        }
        let years = self.agreement.books.rows(&YEARS, None);
        if years.values().filter_map(days_of).any(|(first, last)| from <= last && first <= to) {
            return Err(wrong("fromDate", "The days belong to another accounting year already."));
        }
        let name =
            if from.year() == to.year() { from.year().to_string() } else { format!("{}/{}", from.year(), to.year()) };
        Ok(Key::Text(name))
    }

    /// Keeps a document that has been checked, with what the server adds, and tells of it.
    fn keep(&mut self, resource: &'static Resource, owner: Option<u64>, key: Key, mut row: Row) -> Result<(), Refusal> {
        let before = self.agreement.books.row(resource, owner, &key).cloned();
        if resource.path == CUSTOMER_GROUPS.path {
            self.check_group(&row)?;
        }
        if resource.path == PAYMENT_TERMS.path {
            check_terms(before.as_ref(), &row)?;
        }
        if resource.path == CUSTOMERS.path {
            self.keep_but(&OF_THE_SERVER, key, row);
        } else {
            finish(resource, owner, &mut row);
            if resource.path == CONTACTS.path {
                self.agreement.books.number_contact(before.as_ref(), &mut row);
            }
            self.agreement.books.rows_mut(resource, owner).insert(key, row);
        }
        Ok(())
    }

    /// Keeps a customer that a service wrote, checked.
    pub(crate) fn keep_whole_customer(&mut self, number: u64, row: Row) {
        self.keep_but(&OF_NO_INTERFACE, Key::Number(number), row);
    }

    /// Keeps a customer as it is written, but for some properties, which stay as they were.
    fn keep_but(&mut self, staying: &[&str], key: Key, mut row: Row) {
        let before = self.agreement.books.row(&CUSTOMERS, None, &key);
        let stays = |name: &&str| Some(((*name).to_owned(), before?.get(*name)?.clone()));
        row.extend(staying.iter().filter_map(stays));
        finish(&CUSTOMERS, None, &mut row);
        self.keep_customer(key, row);
    }

    /// Keeps a customer, moves its `lastUpdated`, and calls the webhook.
    pub(crate) fn keep_customer(&mut self, key: Key, mut row: Row) {
        let Key::Number(number) = key else {
            return;
        };
        let rows = self.agreement.books.rows_mut(&CUSTOMERS, None);
        let before = rows.get(&key);
        let known = before.is_some();
        let unchanged = before.is_some_and(|before| {
            let old = before.iter().filter(|(name, _)| !MOVES.contains(&name.as_str()));
            old.eq(row.iter().filter(|(name, _)| !MOVES.contains(&name.as_str())))
        });
        if unchanged && self.config.switches.no_change == NoChange::Silent {
            return;
        }
        self.agreement.versions += 1;
        row.insert("lastUpdated".to_owned(), Value::from(to_the_second(self.clock)));
        row.insert(VERSION.to_owned(), Value::from(self.agreement.versions));
        rows.insert(key, row);
        customer_changed(self, known.then_some(number), Some(number));
    }

    /// The account of a customer group must be open, and one that can hold amounts.
    fn check_group(&self, row: &Row) -> Result<(), Refusal> {
        let Some(number) = row.get("account") else {
            return Ok(());
        };
        let account = Key::of(number).and_then(|key| self.agreement.books.row(&ACCOUNTS, None, &key));
        let fits = account.is_some_and(|account| {
            let kind = account.get("accountType").and_then(Value::as_str).unwrap_or_default();
            OF_GROUPS.contains(&kind) && account.get("barred") != Some(&Value::Bool(true))
        });
        if fits {
            return Ok(());
        }
        let message = format!("Account '{number}' must be an open profit and loss or balance account.");
        Err(Refusal::invalid(&[Leaf::new("account", message, None, number.clone())]))
    }

    /// Changes what a call of PATCH may change of a customer: whether it gets invoices electronically.
    ///
    /// # Errors
    /// There is no such customer, or the patch is another one.
    pub(crate) fn patch_customer(&mut self, key: &Key, patch: &Value) -> Result<(), Refusal> {
        let Some(mut row) = self.agreement.books.row(&CUSTOMERS, None, key).cloned() else {
            return Err(Refusal::not_found(CUSTOMERS.what, &key.to_string()));
        };
        let hint = "Send a JSON Patch that replaces /eInvoicingDisabledByDefault.";
        let wrong = || Refusal::new(StatusCode::BAD_REQUEST, "The patch cannot be applied.", hint);
        let steps = patch.as_array().filter(|steps| !steps.is_empty()).ok_or_else(wrong)?;
        for step in steps {
            let text = |name: &str| step.get(name).and_then(Value::as_str);
            if text("path") != Some("/eInvoicingDisabledByDefault") {
                return Err(wrong());
            }
            let flag = match (text("op"), step.get("value")) {
                (Some("add" | "replace"), Some(Value::Bool(flag))) => *flag,
                (Some("remove"), _) => false,
                _ => return Err(wrong()),
            };
            row.remove("eInvoicingDisabledByDefault");
            if flag {
                row.insert("eInvoicingDisabledByDefault".to_owned(), Value::Bool(true));
            }
        }
        self.keep_customer(key.clone(), row);
        Ok(())
    }

    /// A document as answers show it.
    pub(crate) fn show(&self, resource: &Resource, owner: Option<u64>, row: &Row) -> Row {
        let mut shown = self.agreement.books.shown(resource, owner, row, &self.links);
        if resource.path == CUSTOMERS.path {
            let here = path(resource, owner, row.get(resource.key).and_then(Key::of).as_ref());
            let action = |verb: &str, method: &str| {
                let href = self.links.to(&here);
                serde_json::json!({"description": format!("{verb} this customer."), "href": href, "httpMethod": method})
            };
            let actions =
                serde_json::json!({"delete": action("Delete", "delete"), "replace": action("Replace", "put")});
            shown.insert("metaData".to_owned(), actions);
        }
        shown
    }
}

/// The type of payment terms does not change.
fn check_terms(before: Option<&Row>, row: &Row) -> Result<(), Refusal> {
    let kind = |row: &Row| row.get("paymentTermsType").cloned().unwrap_or_default();
    match before {
        Some(before) if kind(before) != kind(row) => {
            let message = "The type of payment terms cannot be changed.".to_owned();
            Err(Refusal::invalid(&[Leaf::new("paymentTermsType", message, Some("E06151"), kind(row))]))
        }
        _ => Ok(()),
    }
}
