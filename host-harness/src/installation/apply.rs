//! Applying what a connector asks for: all of one result or nothing of it, in the order it was asked.
//!
//! The effects of one result concern one customer, so the whole step is worked out on a copy of that customer, its link
//! and its flags, and put in place at the end. An update computed from an old revision is the one thing left out of a
//! result that otherwise stands: the rest says what the accounting system holds, which is true whoever edits FlexyBox.

use super::{Installation, LinkError, State};
use crate::bindings::exports::configure::CustomerField;
use crate::bindings::types::{
    Agreed, Attribute, Customer, CustomerFlag, CustomerProperty, CustomerUpdate, Effect, Field, Link, PropertyChange,
};
use std::collections::BTreeSet;

/// What became of one effect.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Change {
    /// The link stands as asked.
    LinkPut,
    /// The link is gone, or was not there.
    LinkRemoved,
    /// The customer changed; its new revision.
    CustomerUpdated(u64),
    /// The customer held these values already; what both sides agree on was written.
    CustomerAgreed,
    /// Not applied: the customer has moved on from the revision it was computed from. Run the event again.
    Stale {
        /// What it was computed from.
        from: u64,
        /// What the customer is at now.
        now: u64,
    },
    /// People are told.
    Flagged,
}

/// What became of one result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Applied {
    /// Whom it concerned.
    pub customer_id: Option<String>,
    /// What became of each effect, in order.
    pub changes: Vec<Change>,
}

impl Applied {
    /// True when an update was left out because the customer has moved on: the event must run again.
    pub fn is_stale(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::Stale { .. }))
    }
}

/// Why nothing of a result was applied. All but [`ApplyError::Link`] are defects of the connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The link cannot be made.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// A result must say whom its effects concern.
    #[error("a result about no customer has {0} effects; name the customer")]
    NobodyNamed(usize),
    /// An effect for somebody else.
    #[error(
        "a result about customer {about} has an effect for customer {other}; give each customer a result of its own"
    )]
    SomebodyElse {
        /// Whom the result is about.
        about: String,
        /// Whom the effect is for.
        other: String,
    },
    /// A customer that was not shown to the connector in this call, or does not exist.
    #[error("customer {0} was not shown to the connector in this call, so it cannot change it")]
    NotShown(String),
    /// A customer data field that is defined nowhere.
    #[error("customer {customer_id} has no customer data field {field:?}, and none of that name is defined")]
    UnknownField {
        /// Whom.
        customer_id: String,
        /// The name.
        field: String,
    },
    /// Agreed values need a link to stand on.
    #[error("customer {0} has no link to write the agreed values on; put the link first")]
    NoLink(String),
}

/// The part of an installation that one result can change.
struct Step {
    /// What updates must have been computed from; several updates of one result are computed from the same.
    revision: u64,
    customer: Customer,
    link: Option<Link>,
    flags: Vec<CustomerFlag>,
}

impl Installation {
    /// Apply the effects of one result about `customer_id`, all or none. `shown` are the customers the connector was
    /// shown in this call; it can change no others.
    ///
    /// # Errors
    /// Nothing was applied, and why.
    pub fn apply(
        &self,
        customer_id: Option<&str>,
        effects: &[Effect],
        shown: &BTreeSet<String>,
    ) -> Result<Applied, ApplyError> {
        self.state().apply(customer_id, effects, shown)
    }
}

impl State {
    pub(crate) fn apply(
        &mut self,
        customer_id: Option<&str>,
        effects: &[Effect],
        shown: &BTreeSet<String>,
    ) -> Result<Applied, ApplyError> {
        let about = customer_id.map(str::to_owned);
        let Some(id) = customer_id else {
            return match effects.len() {
                0 => Ok(Applied { customer_id: about, changes: Vec::new() }),
                some => Err(ApplyError::NobodyNamed(some)),
            };
        };
        let known = self.customers.get(id).filter(|_| shown.contains(id));
        let customer = known.ok_or_else(|| ApplyError::NotShown(id.to_owned()))?.clone();
        if let Some(other) = effects.iter().map(whom).find(|whom| *whom != id) {
            return Err(ApplyError::SomebodyElse { about: id.to_owned(), other: other.to_owned() });
        }
        let mut step = Step {
            revision: customer.revision,
            customer,
            link: self.links.of_customer(id).cloned(),
            flags: Vec::new(),
        };
        let changes = effects.iter().map(|effect| self.one(&mut step, effect)).collect::<Result<_, _>>()?;
        self.put_in_place(step)?;
        Ok(Applied { customer_id: about, changes })
    }

    fn one(&self, step: &mut Step, effect: &Effect) -> Result<Change, ApplyError> {
        match effect {
            Effect::PutLink(link) => {
                self.links.may_put(link)?;
                step.link = Some(link.clone());
                Ok(Change::LinkPut)
            }
            Effect::RemoveLink(_) => {
                step.link = None;
                Ok(Change::LinkRemoved)
            }
            Effect::UpdateCustomer(update) => self.update(step, update),
            Effect::FlagCustomer(flag) => {
                step.flags.push(flag.clone());
                Ok(Change::Flagged)
            }
        }
    }

    fn update(&self, step: &mut Step, update: &CustomerUpdate) -> Result<Change, ApplyError> {
        let now = step.revision;
        if update.revision != now {
            return Ok(Change::Stale { from: update.revision, now });
        }
        let mut changed = step.customer.clone();
        for change in &update.changes {
            set_property(&mut changed, change, &self.customer_fields)?;
        }
        if !update.agreed.is_empty() {
            let link = step.link.as_mut().ok_or_else(|| ApplyError::NoLink(changed.id.clone()))?;
            agree(&mut link.base, &update.agreed);
        }
        if changed == step.customer {
            return Ok(Change::CustomerAgreed);
        }
        changed.revision = now.saturating_add(1);
        step.customer = changed;
        Ok(Change::CustomerUpdated(step.customer.revision))
    }

    /// The only place where a result changes anything. The one thing that can fail comes first.
    fn put_in_place(&mut self, step: Step) -> Result<(), LinkError> {
        let id = step.customer.id.clone();
        match step.link {
            Some(link) => self.links.put(link)?,
            None => drop(self.links.remove(&id)),
        }
        self.customers.insert(id, step.customer);
        for flag in step.flags {
            self.flags.retain(|kept| kept.customer_id != flag.customer_id || kept.code != flag.code);
            self.flags.push(flag);
        }
        Ok(())
    }
}

/// Give one property of a customer another value. A customer data field the customer does not have yet must be defined.
///
/// # Errors
/// The field is defined nowhere.
pub fn set_property(
    customer: &mut Customer,
    change: &PropertyChange,
    defined: &[CustomerField],
) -> Result<(), ApplyError> {
    let name = match &change.property {
        CustomerProperty::Attribute(attribute) => {
            change.value.clone_into(attribute_mut(customer, *attribute));
            return Ok(());
        }
        CustomerProperty::Field(name) => name,
    };
    if let Some(field) = customer.fields.iter_mut().find(|field| field.name == *name) {
        change.value.clone_into(&mut field.value);
        return Ok(());
    }
    let unknown = || ApplyError::UnknownField { customer_id: customer.id.clone(), field: name.clone() };
    let kind = defined.iter().find(|field| field.name == *name).ok_or_else(unknown)?.kind;
    if !change.value.is_empty() {
        customer.fields.push(Field { name: name.clone(), kind, value: change.value.clone() });
    }
    Ok(())
}

/// The value of one property of a customer; empty for a customer data field it does not have.
pub fn property_of<'a>(customer: &'a Customer, property: &CustomerProperty) -> &'a str {
    match property {
        CustomerProperty::Attribute(attribute) => match attribute {
            Attribute::Name => &customer.name,
            Attribute::Address => &customer.address,
            Attribute::Zip => &customer.zip,
            Attribute::City => &customer.city,
            Attribute::Country => &customer.country,
            Attribute::Phone => &customer.phone,
            Attribute::Mobile => &customer.mobile,
            Attribute::Email => &customer.email,
            Attribute::Cvr => &customer.cvr,
            Attribute::Ean => &customer.ean,
        },
        CustomerProperty::Field(name) => {
            customer.fields.iter().find(|field| field.name == *name).map_or("", |field| &field.value)
        }
    }
}

/// Write what both sides agree on over a link's base, name by name.
pub fn agree(base: &mut Vec<Agreed>, agreed: &[Agreed]) {
    for one in agreed {
        match base.iter_mut().find(|before| before.name == one.name) {
            Some(before) => before.value.clone_from(&one.value),
            None => base.push(one.clone()),
        }
    }
}

/// Whom an effect is for.
fn whom(effect: &Effect) -> &str {
    match effect {
        Effect::PutLink(link) => &link.customer_id,
        Effect::RemoveLink(customer_id) => customer_id,
        Effect::UpdateCustomer(update) => &update.customer_id,
        Effect::FlagCustomer(flag) => &flag.customer_id,
    }
}

/// The place of a standard attribute.
pub(crate) fn attribute_mut(customer: &mut Customer, attribute: Attribute) -> &mut String {
    match attribute {
        Attribute::Name => &mut customer.name,
        Attribute::Address => &mut customer.address,
        Attribute::Zip => &mut customer.zip,
        Attribute::City => &mut customer.city,
        Attribute::Country => &mut customer.country,
        Attribute::Phone => &mut customer.phone,
        Attribute::Mobile => &mut customer.mobile,
        Attribute::Email => &mut customer.email,
        Attribute::Cvr => &mut customer.cvr,
        Attribute::Ean => &mut customer.ean,
    }
}
