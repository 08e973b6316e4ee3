//! What a person does at the screen of e-conomic, for tests: type a customer in, change one, delete one, enter a webhook.
//!
//! The same checks and the same calls of the webhook as by API. One thing differs, as it does at the screen: a person changes only the
//! properties that are touched. All of it is about the first agreement. What a bookkeeper does to journals: `bookkeeper.rs`.

use crate::books::Links;
use crate::economic::Economic;
use crate::gate::Scene;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::resource::{Key, Kind};
use crate::resources::CUSTOMERS;
use crate::services::register_webhook;
use crate::state::State;
use crate::webhooks::{CUSTOMER_UPDATED, customer_changed};
use serde_json::{Map, Value, json};

/// Where links of documents lead that a person sees.
const ORIGIN: &str = "https://restapi.e-conomic.com";

/// Why what a person wanted was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// There is no such thing.
    #[error("there is no {0}")]
    NotFound(String),
    /// The request itself is wrong.
    #[error("{0}")]
    Wrong(String),
    /// e-conomic's rules refuse it.
    #[error("e-conomic refuses it: {0}")]
    Refused(#[from] Refusal),
}

impl From<Problem> for ScreenError {
    fn from(problem: Problem) -> Self {
        let breaches: Vec<String> =
            problem.errors.iter().map(|breach| format!("{}: {}", breach.code, breach.message)).collect();
        Self::Wrong(format!("{} {}", problem.title, breaches.join(" ")).trim_end().to_owned())
    }
}

fn no_customer(number: u64) -> ScreenError {
    ScreenError::NotFound(format!("customer {number}"))
}

pub(crate) fn object(value: &Value) -> Result<&Map<String, Value>, ScreenError> {
    value.as_object().ok_or_else(|| ScreenError::Wrong("give a JSON object".to_owned()))
}

impl Economic {
    /// Does something where a person sits, in the first agreement.
    pub(crate) fn at_the_screen<T>(
        &self,
        act: impl FnOnce(&mut Scene<'_>) -> Result<T, ScreenError>,
    ) -> Result<T, ScreenError> {
        let mut state = self.lock();
        let State { agreements, clock, outbox, .. } = &mut *state;
        let number = self.agreement();
        let agreement =
            agreements.get_mut(&number).ok_or_else(|| ScreenError::NotFound(format!("agreement {number}")))?;
        let links = Links { origin: ORIGIN.to_owned(), demo: false };
        act(&mut Scene { agreement, clock, outbox, config: self.config(), links })
    }

    /// Types a customer in, in the words of the API; its number where none is given is the next. Group, terms, zone and currency are the
    /// first there are, as the screen fills them in.
    ///
    /// # Errors
    /// A rule refuses it.
    pub fn type_customer(&self, customer: &Value) -> Result<Value, ScreenError> {
        let given = object(customer)?;
        self.at_the_screen(|scene| {
            let mut body = first_choices(scene);
            body.extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
            let written = scene.create(&CUSTOMERS, None, &body)?;
            let Key::Number(number) = written.key else {
                return Err(ScreenError::NotFound("number".to_owned()));
            };
            shown(scene, number)
        })
    }

    /// Changes a customer: the given properties, in the words of the API; null takes one away.
    ///
    /// # Errors
    /// There is no such customer, or a rule refuses it.
    pub fn edit_customer(&self, number: u64, changes: &Value) -> Result<Value, ScreenError> {
        let changes = object(changes)?;
        self.at_the_screen(|scene| {
            let row = scene.agreement.books.customer(number).ok_or_else(|| no_customer(number))?;
            let mut whole = scene.show(&CUSTOMERS, None, row);
            for (name, value) in changes {
                if CUSTOMERS.field(name).is_none() {
                    return Err(ScreenError::NotFound(format!("property {name} of a customer")));
                }
                match value {
                    Value::Null => whole.remove(name),
                    value => whole.insert(name.clone(), value.clone()),
                };
            }
            scene.replace(&CUSTOMERS, None, &Key::Number(number), &whole)?;
            shown(scene, number)
        })
    }

    /// Gives a customer another number.
    ///
    /// # Errors
    /// There is no such customer, or the number is taken.
    pub fn renumber_customer(&self, old: u64, new: u64) -> Result<Value, ScreenError> {
        self.at_the_screen(|scene| {
            if scene.agreement.books.customer(new).is_some() {
                return Err(ScreenError::Wrong(format!("customer {new} exists already")));
            }
            let rows = scene.agreement.books.rows_mut(&CUSTOMERS, None);
            let mut row = rows.remove(&Key::Number(old)).ok_or_else(|| no_customer(old))?;
            row.insert(CUSTOMERS.key.to_owned(), Value::from(new));
            rows.insert(Key::Number(new), row);
            scene.agreement.books.move_what_belongs_to(old, new);
            if scene.agreement.booked_customers.remove(&old) {
                scene.agreement.booked_customers.insert(new);
            }
            customer_changed(scene, Some(old), Some(new));
            shown(scene, new)
        })
    }

    /// Deletes a customer.
    ///
    /// # Errors
    /// There is no such customer, or it has bookings.
    pub fn delete_customer(&self, number: u64) -> Result<(), ScreenError> {
        self.at_the_screen(|scene| {
            scene.agreement.books.customer(number).ok_or_else(|| no_customer(number))?;
            Ok(scene.delete(&CUSTOMERS, None, &Key::Number(number))?)
        })
    }

    /// All customers, by number, as the API shows them.
    pub fn customers(&self) -> Vec<Value> {
        let all = self.at_the_screen(|scene| {
            let rows = scene.agreement.books.rows(&CUSTOMERS, None).values();
            Ok(rows.map(|row| Value::Object(scene.show(&CUSTOMERS, None, row))).collect())
        });
        all.unwrap_or_default()
    }

    /// One customer, as the API shows it.
    pub fn customer(&self, number: u64) -> Option<Value> {
        self.at_the_screen(|scene| shown(scene, number)).ok()
    }

    /// Says whether a customer has bookings; one that has cannot be deleted.
    ///
    /// # Errors
    /// There is no such customer.
    pub fn set_has_bookings(&self, number: u64, flag: bool) -> Result<(), ScreenError> {
        self.at_the_screen(|scene| {
            scene.agreement.books.customer(number).ok_or_else(|| no_customer(number))?;
            if flag {
                scene.agreement.booked_customers.insert(number);
            } else {
                scene.agreement.booked_customers.remove(&number);
            }
            Ok(())
        })
    }

    /// Enters the webhook for customers, in place of any there was: a POST of the merge fields as JSON to `url`, which may hold merge
    /// fields too.
    ///
    /// # Errors
    /// The address cannot be used.
    pub fn set_webhook(&self, url: &str) -> Result<(), ScreenError> {
        self.at_the_screen(|scene| {
            let before = scene.agreement.webhooks.remove(CUSTOMER_UPDATED);
            let body = json!({
                "eventType": CUSTOMER_UPDATED,
                "name": "Customers",
                "url": url,
                "contentType": "application/json",
                "postData": r#"{"oldNumber":"[OLDNUMBER]","newNumber":"[NEWNUMBER]"}"#,
            });
            let outcome = register_webhook(scene, object(&body)?);
            if let (Err(_), Some(before)) = (&outcome, before) {
                scene.agreement.webhooks.insert(CUSTOMER_UPDATED.to_owned(), before);
            }
            outcome?;
            Ok(())
        })
    }
}

fn shown(scene: &Scene<'_>, number: u64) -> Result<Value, ScreenError> {
    let row = scene.agreement.books.customer(number).ok_or_else(|| no_customer(number))?;
    Ok(Value::Object(scene.show(&CUSTOMERS, None, row)))
}

/// What the screen fills in for a new customer: the first of each list, and the agreement's own currency.
fn first_choices(scene: &Scene<'_>) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("currency".to_owned(), Value::from(scene.agreement.base_currency.as_str()));
    for name in ["customerGroup", "paymentTerms", "vatZone"] {
        let Some(Kind::Reference(reference)) = CUSTOMERS.field(name).map(|field| field.kind) else {
            continue;
        };
        if let Some(key) = scene.agreement.books.first_of(reference) {
            body.insert(name.to_owned(), json!({reference.key: key.shown()}));
        }
    }
    body
}
