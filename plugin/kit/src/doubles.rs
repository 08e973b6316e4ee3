//! In-memory ports for native tests of connectors.

use crate::matching::{normal_cvr, normal_email};
use crate::ports::{Host, Level};
use crate::types::{Customer, Link};
use std::cell::RefCell;

/// A customer of whom nothing is known but the id, at its first revision: what a test says of one comes on top.
pub fn nobody(id: &str) -> Customer {
    let none = String::new;
    Customer {
        id: id.to_owned(),
        number: none(),
        name: none(),
        address: none(),
        zip: none(),
        city: none(),
        country: none(),
        phone: none(),
        mobile: none(),
        email: none(),
        cvr: none(),
        ean: none(),
        tags: Vec::new(),
        fields: Vec::new(),
        deleted: false,
        revision: 1,
    }
}

/// A FlexyBox of a few customers.
#[derive(Default)]
pub struct MemoryHost {
    /// Everyone the host would answer with.
    pub customers: RefCell<Vec<Customer>>,
    /// All links.
    pub links: RefCell<Vec<Link>>,
    /// What was logged.
    pub log: RefCell<Vec<(Level, String)>>,
}

impl MemoryHost {
    fn customers(&self, wanted: impl Fn(&Customer) -> bool) -> Vec<Customer> {
        self.customers.borrow().iter().filter(|customer| !customer.deleted && wanted(customer)).cloned().collect()
    }
}

impl Host for MemoryHost {
    fn customer_by_id(&self, id: &str) -> Option<Customer> {
        self.customers.borrow().iter().find(|customer| customer.id == id).cloned()
    }
    fn customers_by_number(&self, number: &str) -> Vec<Customer> {
        self.customers(|customer| customer.number == number)
    }
    fn customers_by_cvr(&self, cvr: &str) -> Vec<Customer> {
        let cvr = normal_cvr(cvr);
        self.customers(|customer| !cvr.is_empty() && normal_cvr(&customer.cvr) == cvr)
    }
    fn customers_by_email(&self, email: &str) -> Vec<Customer> {
        let email = normal_email(email);
        self.customers(|customer| !email.is_empty() && normal_email(&customer.email) == email)
    }
    fn link_by_customer(&self, id: &str) -> Option<Link> {
        self.links.borrow().iter().find(|link| link.customer_id == id).cloned()
    }
    fn link_by_external_id(&self, external_id: &str) -> Option<Link> {
        self.links.borrow().iter().find(|link| link.external_id == external_id).cloned()
    }
    fn log(&self, level: Level, message: &str) {
        self.log.borrow_mut().push((level, message.to_owned()));
    }
}
