//! A customer against a row: what goes which way, and what both sides then agree on. No calls.

use crate::api::Row;
use crate::call::Call;
use crate::debtor::mapping::{Mapped, mapped};
use crate::debtor::values::Kind;
use accounting_kit::merge::Verdict;
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::sync::links::base_of;
use accounting_kit::sync::naming::{name_of, subject_of};
use accounting_kit::sync::pairing::{Compared, Mode, Reconciled};
use accounting_kit::types::{Agreed, Customer, CustomerProperty, Error, ErrorKind, Locale};
use serde_json::Value;
use std::borrow::Cow;

/// Marks, in a link's base, a value that was sent for a property Uniconta does not have: sending it again changes nothing.
const UNTAKEN: &str = "untaken:";

/// A value that goes to Uniconta.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Push {
    pub(super) property: CustomerProperty,
    pub(super) name: String,
    /// Whether it is one of Uniconta's own properties.
    pub(super) known: bool,
    pub(super) kind: Kind,
    pub(super) canonical: String,
    pub(super) typed: String,
    pub(super) value: Value,
}

impl Push {
    /// A mapped value on its way out.
    pub(super) fn of(value: &Mapped<'_>, canonical: String) -> Self {
        Self {
            property: value.property.clone(),
            name: value.name.clone().into_owned(),
            known: value.known,
            kind: value.kind,
            value: value.kind.to_uniconta(&canonical, value.typed),
            typed: value.typed.to_owned(),
            canonical,
        }
    }
}

/// What FlexyBox holds in canonical form, checked: right type, not too long.
///
/// # Errors
/// `validation` naming the property; the value itself is not in the message.
pub(super) fn canonical<'c>(value: &Mapped<'c>, locale: Locale) -> Result<Cow<'c, str>, Error> {
    let canonical = value.kind.from_flexybox(value.typed).map_err(|wrong| {
        let expected = match (wrong.0, locale) {
            (Kind::Number, Locale::Da) => "et tal som 1.250,50",
            (Kind::Number, Locale::En) => "a number such as 1.250,50",
            (Kind::Date, Locale::Da) => "en dato som 24-11-2026",
            (Kind::Date, Locale::En) => "a date such as 24-11-2026",
            (Kind::YesNo, Locale::Da) => "ja eller nej",
            (Kind::YesNo, Locale::En) => "ja or nej",
            (Kind::Country, Locale::Da) => "en landekode som DK",
            (Kind::Country, Locale::En) => "a country code such as DK",
            (Kind::VatZone, Locale::Da) => "en momszone: Domestic, EU, Foreign, NoVatReg eller VatFree",
            (Kind::VatZone, Locale::En) => "a VAT zone: Domestic, EU, Foreign, NoVatReg or VatFree",
            (Kind::Text | Kind::Cvr, Locale::Da) => "en tekst",
            (Kind::Text | Kind::Cvr, Locale::En) => "a text",
        };
        error(
            ErrorKind::Validation,
            "uniconta.wrong-type",
            say!(
                locale,
                "{shown} kan ikke overføres til {name} i Uniconta: der skal stå {expected}; ret det på kunden",
                "{shown} cannot go to {name} in Uniconta: it must be {expected}; correct it on the customer",
                shown = name_of(&value.property, locale),
                name = value.name,
                expected = expected
            ),
        )
        .about(subject_of(&value.property))
    })?;
    if value.max > 0
        && let Some(length) = longer_than(value.typed.trim(), usize::from(value.max))
    {
        return Err(error(ErrorKind::Validation, "uniconta.too-long", say!(locale,
            "{shown} fylder {length} tegn, og {name} i Uniconta rummer højst {max}; gør teksten kortere på kunden",
            "{shown} is too long for {name} in Uniconta: {length} characters, at most {max}; make it shorter on the customer",
            shown = name_of(&value.property, locale), name = value.name, length = length, max = value.max)).about(subject_of(&value.property)));
    }
    Ok(canonical)
}

/// The length of a text that is too long, as .NET counts: in units of UTF-16. There are no more of them than bytes.
fn longer_than(text: &str, most: usize) -> Option<usize> {
    let length = || text.encode_utf16().count();
    (text.len() > most).then(length).filter(|length| *length > most)
}

/// Reconcile a customer with a row.
///
/// # Errors
/// `validation` when FlexyBox holds a value Uniconta cannot: nothing is sent then.
pub(super) fn reconcile(
    call: &Call<'_>,
    customer: &Customer,
    base: &[Agreed],
    row: &Row,
    mode: Mode,
) -> Result<Reconciled<Push>, Error> {
    let locale = call.locale;
    let mut out = Reconciled::default();
    for value in mapped(customer, Some(row), &call.settings.own_fields) {
        let ours = if value.read_only { shown(&value) } else { canonical(&value, locale)? };
        let theirs = value.kind.from_uniconta(row.held(&value.name));
        let agreed = base_of(base, &value.name);
        if mode != Mode::Rewrite && is_untaken(base, &value, row, &ours) {
            out.base.push(untaken(&value.name, &ours));
            continue;
        }
        let nothing = value.kind.nothing();
        let (b, o, t) =
            [agreed.unwrap_or(nothing), &ours, &theirs].map(|text| if text == nothing { "" } else { text }).into();
        let verdict = match mode {
            _ if value.read_only && o != t => Verdict::Pull,
            _ if value.read_only => Verdict::Agreed,
            mode => mode.verdict(b, o, t),
        };
        let compared =
            Compared { property: &value.property, name: &value.name, typed: value.typed, ours, theirs, agreed };
        out.take(compared, verdict, |ours| Push::of(&value, ours), |theirs| value.kind.to_flexybox(theirs));
    }
    Ok(out)
}

/// A value that only comes back may hold anything in FlexyBox.
fn shown<'c>(value: &Mapped<'c>) -> Cow<'c, str> {
    value.kind.from_flexybox(value.typed).unwrap_or(Cow::Borrowed(value.typed))
}

/// Whether FlexyBox holds exactly what both agreed on last, so that there is nothing to send. `values` are the customer's, without the
/// row.
pub(super) fn nothing_to_send(values: &[Mapped<'_>], base: &[Agreed]) -> bool {
    values.iter().filter(|value| !value.read_only).all(|value| {
        // The row is not at hand, so a field of the company's own may turn out to be a number: compare in both kinds.
        let kinds = [value.kind, Kind::Number, Kind::YesNo, Kind::Date];
        let kinds = if value.known { kinds.get(..1) } else { kinds.get(..) }.unwrap_or(&kinds);
        let same =
            |wanted: &str| kinds.iter().any(|kind| kind.from_flexybox(value.typed).is_ok_and(|ours| ours == wanted));
        match (base_of(base, &value.name), untaken_of(base, &value.name)) {
            (_, Some(sent)) => same(sent),
            (Some(agreed), None) => same(agreed),
            (None, None) => value.typed.trim().is_empty(),
        }
    })
}

/// Whether a row says exactly what both agreed on last.
pub(super) fn is_echo(call: &Call<'_>, customer: &Customer, base: &[Agreed], row: &Row) -> bool {
    mapped(customer, Some(row), &call.settings.own_fields).iter().all(|value| {
        let theirs = value.kind.from_uniconta(row.held(&value.name));
        theirs == base_of(base, &value.name).unwrap_or(value.kind.nothing())
    })
}

/// The base without an entry, and with it again under a new value.
pub(super) fn set_agreed(base: &mut Vec<Agreed>, name: &str, value: String) {
    base.retain(|agreed| agreed.name != name && agreed.name.strip_prefix(UNTAKEN) != Some(name));
    base.push(Agreed { name: name.to_owned(), value });
}

/// The base with a note that Uniconta does not take this property.
pub(super) fn set_untaken(base: &mut Vec<Agreed>, name: &str, sent: &str) {
    base.retain(|agreed| agreed.name != name);
    base.push(untaken(name, sent));
}

fn untaken(name: &str, sent: &str) -> Agreed {
    Agreed { name: format!("{UNTAKEN}{name}"), value: sent.to_owned() }
}

/// What was sent for a property that Uniconta did not take.
fn untaken_of<'b>(base: &'b [Agreed], name: &str) -> Option<&'b str> {
    let is_it = |agreed: &&Agreed| agreed.name.strip_prefix(UNTAKEN) == Some(name);
    base.iter().find(is_it).map(|agreed| agreed.value.as_str())
}

fn is_untaken(base: &[Agreed], value: &Mapped<'_>, row: &Row, ours: &str) -> bool {
    !value.known && !row.has(&value.name) && untaken_of(base, &value.name) == Some(ours)
}

/// FlexyBox's values checked before any call, as far as they can be without the row: a field of the company's own may
/// turn out to hold something else than FlexyBox thinks.
///
/// # Errors
/// See [`canonical`].
pub(super) fn check_values(values: &[Mapped<'_>], locale: Locale) -> Result<(), Error> {
    let known = values.iter().filter(|value| value.known && !value.read_only);
    known.map(|value| canonical(value, locale)).find_map(Result::err).map_or(Ok(()), Err)
}
