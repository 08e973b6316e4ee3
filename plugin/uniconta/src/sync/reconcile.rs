//! A customer against a row: what goes which way, and what both sides then agree on. No calls.

use crate::api::Row;
use crate::call::Call;
use crate::debtor::mapping::{Mapped, mapped};
use crate::debtor::values::Kind;
use accounting_kit::merge::{Verdict, adopt, merge, rewrite};
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::types::{
    Agreed, Customer, CustomerProperty, CustomerUpdate, Error, ErrorKind, FieldConflict, Locale, PropertyChange, Side,
};
use serde_json::{Map, Value};

/// Marks, in a link's base, a value that was sent for a property Uniconta does not have: sending it again changes nothing.
const UNTAKEN: &str = "untaken:";

/// Whose word counts, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Both sides against what they agreed on; the side given wins a conflict.
    Merge(Side),
    /// They never agreed on anything; the side given wins where both have something.
    Adopt(Side),
    /// Everything FlexyBox has is written again.
    Rewrite,
}

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
            name: value.name.clone(),
            known: value.known,
            kind: value.kind,
            value: value.kind.to_uniconta(&canonical, value.typed),
            typed: value.typed.to_owned(),
            canonical,
        }
    }
}

/// What it comes to.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    /// What goes to Uniconta.
    pub(super) pushes: Vec<Push>,
    /// What goes to FlexyBox, and what is agreed once it has.
    pub(super) pulls: Vec<(PropertyChange, Agreed)>,
    /// What both agree on now, pulls and pushes left as they were.
    pub(super) base: Vec<Agreed>,
    /// Where both had changed the same thing.
    pub(super) conflicts: Vec<FieldConflict>,
}

impl Reconciled {
    /// The update for FlexyBox, if anything goes there.
    pub(super) fn customer_update(&self, customer: &Customer) -> Option<CustomerUpdate> {
        (!self.pulls.is_empty()).then(|| CustomerUpdate {
            customer_id: customer.id.clone(),
            revision: customer.revision,
            changes: self.pulls.iter().map(|(change, _)| change.clone()).collect(),
            agreed: self.pulls.iter().map(|(_, agreed)| agreed.clone()).collect(),
        })
    }

    /// The whole row with the pushes on it.
    pub(super) fn row_to_send(&self, row: &Row) -> Map<String, Value> {
        let mut map = row.to_map();
        map.extend(self.pushes.iter().map(|push| (push.name.clone(), push.value.clone())));
        map
    }
}

/// What FlexyBox holds in canonical form, checked: right type, not too long.
///
/// # Errors
/// `validation` naming the property; the value itself is not in the message.
pub(super) fn canonical(value: &Mapped<'_>, locale: Locale) -> Result<String, Error> {
    let shown = name_of(&value.property, locale);
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
                shown = shown,
                name = value.name,
                expected = expected
            ),
        )
        .about(subject_of(&value.property))
    })?;
    // .NET counts UTF-16 units.
    let length = value.typed.trim().encode_utf16().count();
    if value.max > 0 && length > usize::from(value.max) {
        return Err(error(ErrorKind::Validation, "uniconta.too-long", say!(locale,
            "{shown} fylder {length} tegn, og {name} i Uniconta rummer højst {max}; gør teksten kortere på kunden",
            "{shown} is too long for {name} in Uniconta: {length} characters, at most {max}; make it shorter on the customer",
            shown = shown, name = value.name, length = length, max = value.max)).about(subject_of(&value.property)));
    }
    Ok(canonical)
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
) -> Result<Reconciled, Error> {
    let locale = call.locale;
    let mut out = Reconciled::default();
    for value in mapped(customer, Some(row), &call.settings.own_fields) {
        let ours = if value.read_only { shown(&value) } else { canonical(&value, locale)? };
        let theirs = value.kind.from_uniconta(row.value(&value.name));
        let agreed = base_of(base, &value.name);
        if mode != Mode::Rewrite && is_untaken(base, &value, row, &ours) {
            out.base.push(untaken(&value.name, &ours));
            continue;
        }
        let nothing = value.kind.nothing();
        let blank = |text: &str| if text == nothing { String::new() } else { text.to_owned() };
        let (b, o, t) = (blank(agreed.unwrap_or(nothing)), blank(&ours), blank(&theirs));
        let verdict = match mode {
            _ if value.read_only && o != t => Verdict::Pull,
            _ if value.read_only => Verdict::Agreed,
            Mode::Merge(wins) => merge(&b, &o, &t, wins),
            Mode::Adopt(wins) => adopt(&o, &t, wins),
            Mode::Rewrite => rewrite(&b, &o, &t),
        };
        out.take(&value, verdict, ours, theirs, agreed);
    }
    Ok(out)
}

impl Reconciled {
    fn take(&mut self, value: &Mapped<'_>, verdict: Verdict, ours: String, theirs: String, agreed: Option<&str>) {
        if let Verdict::Conflict(kept) = verdict {
            let (kept_value, lost_value) = match kept {
                Side::Flexybox => (value.typed.to_owned(), value.kind.to_flexybox(&theirs)),
                Side::Accounting => (value.kind.to_flexybox(&theirs), value.typed.to_owned()),
            };
            self.conflicts.push(FieldConflict { property: value.property.clone(), kept, kept_value, lost_value });
        }
        match verdict {
            Verdict::Agreed => {
                self.base.push(Agreed { name: value.name.clone(), value: ours });
                return;
            }
            Verdict::Push | Verdict::Conflict(Side::Flexybox) => {
                self.pushes.push(Push::of(value, ours));
            }
            Verdict::Pull | Verdict::Conflict(Side::Accounting) => {
                let change =
                    PropertyChange { property: value.property.clone(), value: value.kind.to_flexybox(&theirs) };
                self.pulls.push((change, Agreed { name: value.name.clone(), value: theirs }));
            }
        }
        if let Some(agreed) = agreed {
            self.base.push(Agreed { name: value.name.clone(), value: agreed.to_owned() });
        }
    }
}

/// A value that only comes back may hold anything in FlexyBox.
fn shown(value: &Mapped<'_>) -> String {
    value.kind.from_flexybox(value.typed).unwrap_or_else(|_| value.typed.to_owned())
}

/// Whether FlexyBox holds exactly what both agreed on last, so that there is nothing to send.
pub(super) fn nothing_to_send(call: &Call<'_>, customer: &Customer, base: &[Agreed]) -> bool {
    mapped(customer, None, &call.settings.own_fields).iter().filter(|value| !value.read_only).all(|value| {
        // The row is not at hand, so a field of the company's own may turn out to be a number: compare in both kinds.
        let kinds = [value.kind, Kind::Number, Kind::YesNo, Kind::Date];
        let kinds = if value.known { kinds.get(..1) } else { kinds.get(..) }.unwrap_or(&kinds);
        let same =
            |wanted: &str| kinds.iter().any(|kind| kind.from_flexybox(value.typed).is_ok_and(|ours| ours == wanted));
        match (base_of(base, &value.name), base_of(base, &format!("{UNTAKEN}{}", value.name))) {
            (_, Some(sent)) => same(sent),
            (Some(agreed), None) => same(agreed),
            (None, None) => value.typed.trim().is_empty(),
        }
    })
}

/// Whether a row says exactly what both agreed on last.
pub(super) fn is_echo(call: &Call<'_>, customer: &Customer, base: &[Agreed], row: &Row) -> bool {
    mapped(customer, Some(row), &call.settings.own_fields).iter().all(|value| {
        let theirs = value.kind.from_uniconta(row.value(&value.name));
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

fn is_untaken(base: &[Agreed], value: &Mapped<'_>, row: &Row, ours: &str) -> bool {
    !value.known && !row.has(&value.name) && base_of(base, &format!("{UNTAKEN}{}", value.name)) == Some(ours)
}

fn base_of<'b>(base: &'b [Agreed], name: &str) -> Option<&'b str> {
    base.iter().find(|agreed| agreed.name == name).map(|agreed| agreed.value.as_str())
}

/// FlexyBox's values checked before any call, as far as they can be without the row: a field of the company's own may
/// turn out to hold something else than FlexyBox thinks.
///
/// # Errors
/// See [`canonical`].
pub(super) fn check_values(call: &Call<'_>, customer: &Customer) -> Result<(), Error> {
    let values = mapped(customer, None, &call.settings.own_fields);
    let known = values.iter().filter(|value| value.known && !value.read_only);
    known.map(|value| canonical(value, call.locale)).find_map(Result::err).map_or(Ok(()), Err)
}

/// What a property is called in `subject`: the same in every language.
pub(super) fn subject_of(property: &CustomerProperty) -> String {
    use accounting_kit::types::Attribute as A;
    let name = match property {
        CustomerProperty::Field(name) => name,
        CustomerProperty::Attribute(attribute) => match attribute {
            A::Name => "name",
            A::Address => "address",
            A::Zip => "zip",
            A::City => "city",
            A::Country => "country",
            A::Phone => "phone",
            A::Mobile => "mobile",
            A::Email => "email",
            A::Cvr => "cvr",
            A::Ean => "ean",
        },
    };
    name.to_owned()
}

/// What a property is called on the customer's page.
pub(super) fn name_of(property: &CustomerProperty, locale: Locale) -> String {
    use accounting_kit::types::Attribute as A;
    let (da, en) = match property {
        CustomerProperty::Field(name) => return name.clone(),
        CustomerProperty::Attribute(attribute) => match attribute {
            A::Name => ("navn", "name"),
            A::Address => ("adresse", "address"),
            A::Zip => ("postnummer", "postal code"),
            A::City => ("by", "town"),
            A::Country => ("land", "country"),
            A::Phone => ("telefon", "phone"),
            A::Mobile => ("mobil", "mobile"),
            A::Email => ("e-mail", "e-mail"),
            A::Cvr => ("CVR-nummer", "CVR number"),
            A::Ean => ("EAN-nummer", "EAN number"),
        },
    };
    match locale {
        Locale::Da => da.to_owned(),
        Locale::En => en.to_owned(),
    }
}
