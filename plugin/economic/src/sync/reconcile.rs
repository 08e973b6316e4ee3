//! A customer against a document: what goes which way. No calls.

use crate::ECONOMIC;
use crate::api::Doc;
use crate::customer::mapping::{Mapped, mapped};
use crate::customer::properties::Property;
use crate::customer::values::Kind;
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::sync::links::base_of;
use accounting_kit::sync::naming::{name_of, subject_of};
use accounting_kit::sync::pairing::{Compared, Mode, Reconciled};
use accounting_kit::types::{
    Agreed, Attribute, Customer, CustomerProperty, Error, ErrorKind, Finding, Locale, Severity,
};
use serde_json::{Map, Value};

/// The length of a P number, which e-conomic takes in no other [doc].
const P_NUMBER: usize = 10;

/// A value that goes to e-conomic.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Push {
    /// Whose it is.
    pub(super) property: CustomerProperty,
    /// Where it stands.
    pub(super) at: &'static Property,
    /// In canonical form.
    pub(super) canonical: String,
    /// As typed.
    pub(super) typed: String,
}

impl Push {
    /// A mapped value on its way out.
    pub(super) fn of(value: &Mapped<'_>, canonical: String) -> Self {
        Self { property: value.property.clone(), at: value.at, canonical, typed: value.typed.to_owned() }
    }
}

/// A document with values put into it, the others as they were.
pub(super) fn with(mut map: Map<String, Value>, pushes: &[Push]) -> Map<String, Value> {
    for push in pushes {
        match push.at.kind.to_economic(&push.canonical, &push.typed, map.get(push.at.name)) {
            Some(value) => map.insert(push.at.name.to_owned(), value),
            None => map.remove(push.at.name),
        };
    }
    map
}

/// What FlexyBox holds in canonical form, checked: right type, not too long.
///
/// # Errors
/// `validation` naming the property; the value itself is not in the message.
pub(super) fn canonical(value: &Mapped<'_>, locale: Locale) -> Result<String, Error> {
    let wrong = |code: &str, what: String| {
        let message = say!(
            locale,
            "{shown} kan ikke overføres til e-conomic: {what}; ret det på kunden",
            "{shown} cannot go to e-conomic: {what}; correct it on the customer",
            shown = name_of(&value.property, locale),
            what = what
        );
        ECONOMIC.error(ErrorKind::Validation, code, message).about(subject_of(&value.property))
    };
    let canonical = value.at.kind.from_flexybox(value.typed).map_err(|error| {
        let (da, en) = match error.0 {
            Kind::Number => ("der skal stå et tal som 1.250,50", "it must be a number such as 1.250,50"),
            Kind::Country => ("der skal stå en landekode som DK", "it must be a country code such as DK"),
            Kind::Emails => ("der skal stå én adresse uden mellemrum", "it must be one address without spaces"),
            Kind::Text | Kind::Cvr => ("der skal stå en tekst", "it must be a text"),
        };
        wrong("wrong-type", said(locale, da, en).to_owned())
    })?;
    // .NET counts UTF-16 units.
    let length = value.typed.trim().encode_utf16().count();
    if value.at.max > 0 && length > usize::from(value.at.max) {
        let what = say!(
            locale,
            "det fylder {length} tegn, og der er plads til højst {max}",
            "it has {length} characters, and there is room for at most {max}",
            length = length,
            max = value.at.max
        );
        return Err(wrong("too-long", what));
    }
    if value.at.name == "pNumber" && length > 0 && length != P_NUMBER {
        let what = said(locale, "et P-nummer har 10 cifre", "a P number has 10 digits");
        return Err(wrong("wrong-type", what.to_owned()));
    }
    if value.property == CustomerProperty::Attribute(Attribute::Name) && canonical.is_empty() {
        let what = said(locale, "en kunde skal have et navn", "a customer must have a name");
        return Err(wrong("name-missing", what.to_owned()));
    }
    Ok(canonical)
}

fn said(locale: Locale, da: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Da => da,
        Locale::En => en,
    }
}

/// Reconcile a customer with a document. Text there that is not what a property should hold is left alone.
///
/// # Errors
/// `validation` when FlexyBox holds a value e-conomic cannot: nothing is sent then.
pub(super) fn reconcile(
    locale: Locale,
    customer: &Customer,
    base: &[Agreed],
    doc: &Doc,
    mode: Mode,
) -> Result<Reconciled<Push>, Error> {
    let mut out = Reconciled::default();
    for value in mapped(customer) {
        let ours = canonical(&value, locale)?;
        let (kind, name) = (value.at.kind, value.at.name);
        let agreed = base_of(base, name);
        let Some(theirs) = kind.from_economic(doc.value(name)) else {
            out.base.extend(agreed.map(|agreed| Agreed { name: name.to_owned(), value: agreed.to_owned() }));
            continue;
        };
        let verdict = mode.verdict(agreed.unwrap_or_default(), &ours, &theirs);
        let (ours, theirs) = (ours.into(), theirs.into());
        let compared = Compared { property: &value.property, name, typed: value.typed, ours, theirs, agreed };
        out.take(compared, verdict, |ours| Push::of(&value, ours), |theirs| kind.to_flexybox(theirs));
    }
    Ok(out)
}

/// Whether FlexyBox holds exactly what both agreed on last, so that there is nothing to send.
pub(super) fn nothing_to_send(customer: &Customer, base: &[Agreed]) -> bool {
    mapped(customer).iter().all(|value| {
        let ours = value.at.kind.from_flexybox(value.typed);
        ours.is_ok_and(|ours| ours == base_of(base, value.at.name).unwrap_or_default())
    })
}

/// Whether a document says exactly what both agreed on last.
pub(super) fn is_echo(customer: &Customer, base: &[Agreed], doc: &Doc) -> bool {
    mapped(customer).iter().all(|value| {
        let theirs = value.at.kind.from_economic(doc.value(value.at.name));
        theirs.is_none_or(|theirs| theirs == base_of(base, value.at.name).unwrap_or_default())
    })
}

/// FlexyBox's values checked before any call.
///
/// # Errors
/// See [`canonical`].
pub(super) fn check_values(customer: &Customer, locale: Locale) -> Result<(), Error> {
    mapped(customer).iter().try_for_each(|value| canonical(value, locale).map(drop))
}

/// After a write: is what e-conomic now holds what was sent? Nothing is cut or changed silently. Without the document in
/// the answer, what was sent counts as taken.
pub(super) fn note_written(
    pushes: &[Push],
    answer: Option<&Doc>,
    base: &mut Vec<Agreed>,
    locale: Locale,
) -> Vec<Finding> {
    let mut notices = Vec::new();
    for push in pushes {
        let held =
            answer.map_or(Some(push.canonical.clone()), |doc| push.at.kind.from_economic(doc.value(push.at.name)));
        if held.as_ref() != Some(&push.canonical) {
            let message = say!(
                locale,
                "e-conomic gemte {shown} anderledes, end det blev sendt; se efter på kunden i e-conomic",
                "e-conomic stored {shown} otherwise than it was sent; have a look at the customer in e-conomic",
                shown = name_of(&push.property, locale)
            );
            let subject = subject_of(&push.property);
            notices.push(finding(Severity::Warning, ECONOMIC.code("stored-otherwise"), Some(&subject), message));
        }
        set_agreed(base, push.at.name, held.unwrap_or_default());
    }
    notices
}

/// The base with an entry under a new value.
pub(super) fn set_agreed(base: &mut Vec<Agreed>, name: &str, value: String) {
    base.retain(|agreed| agreed.name != name);
    base.push(Agreed { name: name.to_owned(), value });
}
