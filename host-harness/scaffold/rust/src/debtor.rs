//! A debtor against a customer: which property is which, and what goes which way. No calls.

use crate::api::Api;
use crate::describe::MAX_TEXT;
use accounting_kit::matching::{normal_cvr, normal_email};
use accounting_kit::merge::{Verdict, adopt, merge, rewrite};
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::types::{
    Agreed, Attribute, Customer, CustomerProperty, CustomerUpdate, Effect, Error, ErrorKind, FieldConflict, Link,
    LinkState, PropertyChange, Side,
};
use serde_json::{Map, Value, json};

/// A property of both sides.
pub(crate) struct Property {
    attribute: Attribute,
    /// Toy Ledger's name of it, and its name in a link's base.
    pub(crate) theirs: &'static str,
    of: fn(&Customer) -> &str,
}

/// All that is kept alike.
pub(crate) const PROPERTIES: [Property; 10] = [
    Property { attribute: Attribute::Name, theirs: "name", of: |customer| &customer.name },
    Property { attribute: Attribute::Address, theirs: "street", of: |customer| &customer.address },
    Property { attribute: Attribute::Zip, theirs: "postcode", of: |customer| &customer.zip },
    Property { attribute: Attribute::City, theirs: "town", of: |customer| &customer.city },
    Property { attribute: Attribute::Country, theirs: "country_code", of: |customer| &customer.country },
    Property { attribute: Attribute::Phone, theirs: "telephone", of: |customer| &customer.phone },
    Property { attribute: Attribute::Mobile, theirs: "mobile", of: |customer| &customer.mobile },
    Property { attribute: Attribute::Email, theirs: "mail", of: |customer| &customer.email },
    Property { attribute: Attribute::Cvr, theirs: "vat_number", of: |customer| &customer.cvr },
    Property { attribute: Attribute::Ean, theirs: "gln", of: |customer| &customer.ean },
];

/// A debtor as Toy Ledger shows it; what is not read here is never written.
pub(crate) struct Debtor {
    pub(crate) id: u64,
    pub(crate) number: String,
    pub(crate) blocked: bool,
    shown: Value,
}

impl Debtor {
    /// Of an answer; `None` where it is no debtor.
    pub(crate) fn read(shown: Value) -> Option<Self> {
        let number = shown.get("number")?.as_str()?.to_owned();
        Some(Self { id: shown.get("id")?.as_u64()?, number, blocked: shown.get("blocked")?.as_bool()?, shown })
    }

    /// A text of it; empty for none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.shown.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// How a pair is brought to the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What changed since both agreed moves; FlexyBox wins where both changed.
    Merge,
    /// They never agreed; the side given wins where both have something.
    Adopt(Side),
    /// Everything FlexyBox has is written again.
    Rewrite,
}

/// What it comes to.
#[derive(Default)]
pub(crate) struct Reconciled {
    /// For Toy Ledger, by its names.
    pub(crate) pushes: Map<String, Value>,
    /// For FlexyBox.
    pulls: Vec<(PropertyChange, Agreed)>,
    base: Vec<Agreed>,
    pub(crate) conflicts: Vec<FieldConflict>,
}

/// Everything a new debtor gets, its number too.
///
/// # Errors
/// `validation` for a value that Toy Ledger has no room for.
pub(crate) fn new_debtor(api: &Api<'_>, customer: &Customer) -> Result<Value, Error> {
    let mut properties = Map::new();
    if !customer.number.is_empty() {
        properties.insert("number".to_owned(), json!(customer.number));
    }
    for property in &PROPERTIES {
        let ours = checked(api, customer, property)?;
        if !ours.is_empty() {
            properties.insert(property.theirs.to_owned(), json!(ours));
        }
    }
    Ok(Value::Object(properties))
}

/// Reconcile a customer with a debtor.
///
/// # Errors
/// `validation` for a value that Toy Ledger has no room for: nothing is sent then.
pub(crate) fn reconcile(
    api: &Api<'_>,
    customer: &Customer,
    base: &[Agreed],
    debtor: &Debtor,
    mode: Mode,
) -> Result<Reconciled, Error> {
    let mut out = Reconciled::default();
    for property in &PROPERTIES {
        let theirs = debtor.text(property.theirs).trim();
        let agreed = base.iter().find(|agreed| agreed.name == property.theirs);
        let known = agreed.map_or("", |agreed| agreed.value.as_str());
        let alike = |text: &str| canonical(property, text);
        let (b, o, t) = (alike(known), alike((property.of)(customer)), alike(theirs));
        let verdict = match mode {
            Mode::Merge => merge(&b, &o, &t, Side::Flexybox),
            Mode::Adopt(wins) => adopt(&o, &t, wins),
            Mode::Rewrite => rewrite(&b, &o, &t),
        };
        // A debtor cannot be without a name, nor can a customer.
        let verdict = match (verdict, property.attribute) {
            (Verdict::Pull | Verdict::Conflict(Side::Accounting), Attribute::Name) if t.is_empty() => Verdict::Push,
            (verdict, _) => verdict,
        };
        let entry = |value: &str| Agreed { name: property.theirs.to_owned(), value: value.to_owned() };
        let ours = || checked(api, customer, property);
        if let Verdict::Conflict(kept) = verdict {
            let (kept_value, lost_value) = match kept {
                Side::Flexybox => (ours()?.to_owned(), theirs.to_owned()),
                Side::Accounting => (theirs.to_owned(), (property.of)(customer).to_owned()),
            };
            let property = CustomerProperty::Attribute(property.attribute);
            out.conflicts.push(FieldConflict { property, kept, kept_value, lost_value });
        }
        match verdict {
            Verdict::Agreed => out.base.push(entry(&o)),
            Verdict::Push | Verdict::Conflict(Side::Flexybox) => {
                out.pushes.insert(property.theirs.to_owned(), json!(ours()?));
                out.base.push(entry(&o));
            }
            Verdict::Pull | Verdict::Conflict(Side::Accounting) => {
                let property = CustomerProperty::Attribute(property.attribute);
                out.pulls.push((PropertyChange { property, value: theirs.to_owned() }, entry(&t)));
                // Agreed once FlexyBox has it; until then what was agreed before stands.
                out.base.extend(agreed.cloned());
            }
        }
    }
    Ok(out)
}

impl Reconciled {
    /// Whether FlexyBox changes.
    pub(crate) fn pulls(&self) -> bool {
        !self.pulls.is_empty()
    }

    /// The effects, once the pushes are in Toy Ledger: the link where it is new or differs, then the update.
    pub(crate) fn effects(&self, customer: &Customer, debtor: &Debtor, before: Option<&Link>) -> Vec<Effect> {
        let link = link(customer, debtor, self.base.clone());
        let mut effects = Vec::new();
        if before != Some(&link) {
            effects.push(Effect::PutLink(link));
        }
        if self.pulls() {
            effects.push(Effect::UpdateCustomer(CustomerUpdate {
                customer_id: customer.id.clone(),
                revision: customer.revision,
                changes: self.pulls.iter().map(|(change, _)| change.clone()).collect(),
                agreed: self.pulls.iter().map(|(_, agreed)| agreed.clone()).collect(),
            }));
        }
        effects
    }
}

/// The link of a pair.
fn link(customer: &Customer, debtor: &Debtor, base: Vec<Agreed>) -> Link {
    Link {
        customer_id: customer.id.clone(),
        external_id: debtor.id.to_string(),
        external_key: debtor.number.clone(),
        state: LinkState::Active,
        base,
    }
}

/// The link of a debtor that was just created of all a customer has.
pub(crate) fn link_of_new(customer: &Customer, debtor: &Debtor) -> Link {
    let agreed = |property: &Property| Agreed {
        name: property.theirs.to_owned(),
        value: canonical(property, (property.of)(customer)),
    };
    link(customer, debtor, PROPERTIES.iter().map(agreed).collect())
}

/// The form in which two values are compared and agreed on.
fn canonical(property: &Property, text: &str) -> String {
    match property.attribute {
        Attribute::Cvr => normal_cvr(text),
        Attribute::Email => normal_email(text),
        Attribute::Country => text.trim().to_ascii_uppercase(),
        _ => text.trim().to_owned(),
    }
}

/// What FlexyBox has, if Toy Ledger has room for it.
fn checked<'c>(api: &Api<'_>, customer: &'c Customer, property: &Property) -> Result<&'c str, Error> {
    let text = (property.of)(customer).trim();
    if text.chars().count() <= MAX_TEXT {
        return Ok(text);
    }
    Err(api
        .error(ErrorKind::Validation, "too-long", say!(api.locale,
            "feltet {name} rummer højst {max} tegn i Toy Ledger; gør teksten kortere på kunden",
            "the property {name} takes at most {max} characters in Toy Ledger; make the text shorter on the customer",
            name = property.theirs, max = MAX_TEXT))
        .about(property.theirs))
}
