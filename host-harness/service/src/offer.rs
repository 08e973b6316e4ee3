//! An update of a customer that FlexyBox is asked to make.

use crate::body;
use crate::error::ServiceError;
use host_harness::bindings::exports::configure::CustomerField;
use host_harness::bindings::types::{Agreed, Customer, CustomerUpdate, FieldConflict, PropertyChange};
use host_harness::installation::{property_of, set_property};
use host_harness::replay::to_json;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the host keeps of an offer for itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    changes: Vec<PropertyChange>,
    agreed: Vec<Agreed>,
    /// The values the changes would take the place of, as they were when the offer was made.
    before: Vec<PropertyChange>,
}

/// An update of a customer that FlexyBox is asked to make, if the customer is at exactly this revision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer {
    pub(crate) revision: i64,
    pub(crate) changes: Vec<PropertyChange>,
    pub(crate) agreed: Vec<Agreed>,
    pub(crate) before: Vec<PropertyChange>,
    pub(crate) conflicts: Vec<FieldConflict>,
}

impl Offer {
    /// The kind of its outbox item.
    pub(crate) const KIND: &'static str = "customer-update";
    /// The part of its body that is not for FlexyBox.
    const KEPT: &'static str = "kept";

    /// An offer without changes.
    pub(crate) fn of(revision: u64) -> Self {
        let revision = i64::try_from(revision).unwrap_or(i64::MAX);
        Self { revision, changes: Vec::new(), agreed: Vec::new(), before: Vec::new(), conflicts: Vec::new() }
    }

    /// One more update worked out from the same revision; what it changes again takes the later value.
    pub(crate) fn add(&mut self, update: &CustomerUpdate, customer: Option<&Customer>) {
        for change in &update.changes {
            if let Some(same) = self.changes.iter_mut().find(|one| one.property == change.property) {
                same.value.clone_from(&change.value);
                continue;
            }
            let value = customer.map(|customer| property_of(customer, &change.property).to_owned()).unwrap_or_default();
            self.before.push(PropertyChange { property: change.property.clone(), value });
            self.changes.push(change.clone());
        }
        self.agreed.extend(update.agreed.iter().cloned());
    }

    /// As it is kept in the outbox.
    pub(crate) fn write(&self) -> Result<String, ServiceError> {
        let kept = Kept { changes: self.changes.clone(), agreed: self.agreed.clone(), before: self.before.clone() };
        let kept = serde_json::to_value(&kept)
            .map_err(|error| ServiceError::internal(format!("an offer cannot be kept: {error}")))?;
        let body = json!({
            "changes": to_json(&self.changes),
            "conflicts": to_json(&self.conflicts),
            Self::KEPT: kept,
        });
        body::write(&body)
    }

    /// Back from what is kept; the conflicts were for FlexyBox alone.
    pub(crate) fn read(revision: i64, body_json: &str) -> Result<Self, ServiceError> {
        #[derive(Deserialize)]
        struct Body {
            kept: Kept,
        }
        let Body { kept: Kept { changes, agreed, before } } = body::read("an offer", body_json)?;
        Ok(Self { revision, changes, agreed, before, conflicts: Vec::new() })
    }

    /// The body as FlexyBox may see it.
    pub(crate) fn shown(body_json: &str) -> Result<String, ServiceError> {
        let mut body: Value = body::read("an outbox item", body_json)?;
        if let Some(members) = body.as_object_mut() {
            members.remove(Self::KEPT);
        }
        body::write(&body)
    }

    /// Whether none of its properties has another value by now than when it was made.
    pub(crate) fn is_untouched(&self, customer: &Customer) -> bool {
        self.before.iter().all(|one| property_of(customer, &one.property) == one.value)
    }

    /// Make the changes on a customer, as FlexyBox has done. A field that is defined no longer is left out.
    pub(crate) fn make(&self, customer: &mut Customer, defined: &[CustomerField]) {
        for change in &self.changes {
            let _gone = set_property(customer, change, defined);
        }
    }
}
