//! A club and its books before they meet: who matches whom is decided when they are made up, so that the end can be judged.

use crate::books::TAG;
use serde_json::{Map, Value, json};

/// What must become of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// It is linked to the debtor with this account, which was there before.
    Linked(String),
    /// A person is told, and it is not linked.
    Conflict,
    /// A debtor is made under its number.
    Created,
}

/// How many, and how much alike they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shares {
    pub(super) customers: usize,
    pub(super) debtors: usize,
    /// Of a hundred customers, how many have a debtor. Of these five are known by their CVR number and five by their e-mail address.
    pub(super) matching: usize,
    /// Of a hundred customers, how many fit several debtors.
    pub(super) ambiguous: usize,
}

/// Everybody.
#[derive(Debug)]
pub(super) struct People {
    /// What must become of each; its place is its customer's.
    pub(super) expected: Vec<Expected>,
    /// Debtors as the books hold them, in no order.
    pub(super) debtors: Vec<Map<String, Value>>,
    /// Customers whose debtor differs, so that it must be written.
    pub(super) due: usize,
    cvr: Vec<String>,
    email: Vec<String>,
}

/// The id of a customer.
pub(super) fn id_of(customer: usize) -> String {
    format!("C{customer}")
}

/// Its number.
pub(super) fn number_of(customer: usize) -> String {
    format!("{:06}", customer + 1)
}

fn phone_of(customer: usize) -> String {
    format!("{:08}", 20_000_000 + customer)
}

/// One customer in so many has an address that two debtors share. In a batch of those that may have a debtor it is one that has none,
/// and so costs a call of its own.
const RARELY: usize = 5_000;
/// So many customers further on or back: two of them are never in one batch.
const FAR: usize = 1_000;

impl People {
    /// Make them up. `chance` puts the debtors into an order.
    pub(super) fn make_up(shares: Shares, chance: &mut fastrand::Rng) -> Self {
        let mut people = Self {
            expected: vec![Expected::Created; shares.customers],
            debtors: Vec::new(),
            due: 0,
            cvr: vec![String::new(); shares.customers],
            email: (0..shares.customers).map(|customer| format!("k{customer}@example.com")).collect(),
        };
        let matching = shares.matching.clamp(10, 90);
        let (by_account, by_cvr) = (matching - 10, matching - 5);
        let several = matching + shares.ambiguous.min(5);
        for customer in 0..shares.customers {
            match customer % 100 {
                at if at < by_account => people.known_by_account(customer, at),
                at if at < by_cvr => {
                    people.set_cvr(customer, customer);
                    let account = format!("V{customer}");
                    people.debtor(&account, customer, true);
                    people.expect(customer, Expected::Linked(account));
                }
                at if at < matching => {
                    let account = format!("E{customer}");
                    people.debtor(&account, customer, true);
                    people.expect(customer, Expected::Linked(account));
                }
                at if at < several => {
                    people.set_cvr(customer, customer);
                    people.debtor(&format!("A{customer}"), customer, false);
                    people.debtor(&format!("B{customer}"), customer, false);
                    people.expect(customer, Expected::Conflict);
                }
                // A family shares an address with a debtor, which says nothing.
                at if at == several => people.email_of(customer, &format!("familie{customer}@example.com")),
                at if at == several + 1 && customer > 0 => {
                    let shared = format!("familie{}@example.com", customer - 1);
                    people.email_of(customer, &shared);
                    people.debtor(&format!("F{customer}"), customer, true);
                }
                // Two debtors share the address of one customer, which says nothing either.
                at if at == several + 2 && customer % RARELY < 100 => {
                    people.debtor(&format!("G{customer}"), customer, true);
                    people.debtor(&format!("H{customer}"), customer, true);
                }
                // A company with two memberships far apart has one debtor: a person must say whose it is.
                at if at == several + 3 && customer >= FAR => {
                    people.set_cvr(customer, customer);
                    people.set_cvr(customer - FAR + 1, customer);
                    people.debtor(&format!("J{customer}"), customer, false);
                    people.expect(customer, Expected::Conflict);
                    people.expect(customer - FAR + 1, Expected::Conflict);
                }
                _ => {}
            }
        }
        for stranger in people.debtors.len()..shares.debtors {
            let (name, email) = (format!("Fremmed {stranger}"), format!("f{stranger}@example.com"));
            let row = json!({"Account": format!("S{stranger}"), "Name": name, "ContactEmail": email, "Group": "1"});
            people.debtors.extend(row.as_object().cloned());
        }
        chance.shuffle(&mut people.debtors);
        people
    }

    /// The account is the customer's number. Now and then a value differs, another debtor has the same address, or the debtor has the
    /// address of somebody else, who comes long before and must not get it.
    fn known_by_account(&mut self, customer: usize, at: usize) {
        let account = number_of(customer);
        self.debtor(&account, customer, true);
        match at {
            7 | 17 | 27 | 37 | 47 | 57 => {
                self.change_last("Phone", "");
                self.due += 1;
            }
            0 => self.debtor(&format!("L{customer}"), customer, true),
            1 if customer >= FAR => {
                let thief = customer - FAR + 98;
                let theirs = self.email.get(thief).cloned().unwrap_or_default();
                self.change_last("ContactEmail", &theirs);
                self.due += 1;
            }
            _ => {}
        }
        self.expect(customer, Expected::Linked(account));
    }

    fn expect(&mut self, customer: usize, expected: Expected) {
        if let Some(place) = self.expected.get_mut(customer) {
            *place = expected;
        }
    }

    fn set_cvr(&mut self, customer: usize, like: usize) {
        if let Some(place) = self.cvr.get_mut(customer) {
            *place = format!("{:08}", 10_000_000 + like);
        }
    }

    fn email_of(&mut self, customer: usize, email: &str) {
        if let Some(place) = self.email.get_mut(customer) {
            email.clone_into(place);
        }
    }

    /// A debtor that holds what the customer does, but for the address where it is to be known by something else.
    fn debtor(&mut self, account: &str, customer: usize, with_email: bool) {
        let email = self.email.get(customer).filter(|_| with_email).cloned().unwrap_or_default();
        let cvr = self.cvr.get(customer).cloned().unwrap_or_default();
        let row = json!({
            "Account": account, "Name": format!("Kunde {customer}"), "Address1": format!("Prøvevej {customer}"), "ZipCode": "8000",
            "City": "Aarhus C", "Country": "Denmark", "Phone": phone_of(customer), "ContactEmail": email, "CompanyRegNo": cvr,
            "Group": "1",
        });
        let row = row.as_object().cloned().unwrap_or_default();
        self.debtors.push(row.into_iter().filter(|(_, value)| value != "").collect());
    }

    fn change_last(&mut self, property: &str, value: &str) {
        let Some(row) = self.debtors.last_mut() else { return };
        match value {
            "" => row.remove(property),
            value => row.insert(property.to_owned(), json!(value)),
        };
    }

    /// A customer as FlexyBox sends it.
    pub(super) fn event(&self, customer: usize) -> Value {
        let text = |values: &[String]| values.get(customer).cloned().unwrap_or_default();
        json!({
            "event_id": format!("{}-r1", id_of(customer)),
            "kind": "created",
            "customer": {
                "id": id_of(customer), "number": number_of(customer), "name": format!("Kunde {customer}"),
                "address": format!("Prøvevej {customer}"), "zip": "8000", "city": "Aarhus C", "country": "DK",
                "phone": phone_of(customer), "mobile": "", "email": text(&self.email), "cvr": text(&self.cvr), "ean": "",
                "tags": [TAG], "fields": [], "deleted": false, "revision": 1,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn as_many_as_asked_for_and_no_account_twice() {
        let shares = Shares { customers: 3_000, debtors: 2_900, matching: 70, ambiguous: 1 };
        let people = People::make_up(shares, &mut fastrand::Rng::with_seed(1));
        let accounts: BTreeSet<_> = people.debtors.iter().map(|row| row["Account"].to_string()).collect();
        assert_eq!((people.expected.len(), people.debtors.len(), accounts.len()), (3_000, 2_900, 2_900));
        let linked = people.expected.iter().filter(|expected| matches!(expected, Expected::Linked(_))).count();
        assert_eq!(linked, 3_000 * 70 / 100);
        // Some fit several debtors, and 20 companies have two memberships each.
        assert_eq!(people.expected.iter().filter(|expected| **expected == Expected::Conflict).count(), 30 + 20 + 20);
    }
}
