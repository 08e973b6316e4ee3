//! Find first: a customer without a link may have its debtor already. By account, which must be the customer's number,
//! then company registration number, then e-mail address.

use crate::UNICONTA;
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{DEBTOR_ENTITY, MAX_ORS};
use crate::call::Call;
use accounting_kit::ports::Host;
use accounting_kit::problem::{ErrorExt, System};
use accounting_kit::say;
use accounting_kit::sync::ahead::only_remembers;
use accounting_kit::sync::finding::{By, Debtors};
use accounting_kit::types::{Customer, Error, ErrorKind, Link, Locale};

/// The debtors of the company.
pub(super) struct DebtorRows<'c> {
    pub(super) call: &'c Call<'c>,
    /// Those that the customers of the batch remember, where they remember all that may be theirs.
    pub(super) remembered: Option<Vec<Row>>,
}

impl Debtors for DebtorRows<'_> {
    type Row = Row;
    const SYSTEM: System = UNICONTA;

    fn host(&self) -> &dyn Host {
        self.call.ports.host
    }

    fn locale(&self) -> Locale {
        self.call.locale
    }

    fn read_any(&self, by: By, values: &[&str]) -> Result<Vec<Row>, Error> {
        match &self.remembered {
            Some(rows) => Ok(rows.clone()),
            None => read_any(self.call, property(by), values),
        }
    }

    fn id(row: &Row) -> Option<String> {
        row.id()
    }

    fn text(row: &Row, by: By) -> String {
        row.text(property(by))
    }

    fn account_of<'n>(&self, customer: &'n Customer) -> Result<Option<&'n str>, Error> {
        let number = customer.number.trim();
        if number.is_empty() { Err(without_number(self.call.locale)) } else { Ok(Some(number)) }
    }

    const ACCOUNT_IS_NUMBER: bool = true;

    fn is_same(_: &Row, _: &Customer) -> bool {
        true
    }
}

/// Where it stands on a debtor.
fn property(by: By) -> &'static str {
    match by {
        By::Account => "Account",
        By::Cvr => "CompanyRegNo",
        By::Email => "ContactEmail",
    }
}

/// A customer that waits for a debtor, and what it remembers, where it remembers any.
pub(super) type Waiting = (Customer, Option<Link>);

/// Customers that wait for a debtor and have its account as their number, else its company registration number, else an
/// e-mail address that nobody else has. `all`: whoever has one of the latter two, where nobody has the first.
pub(super) fn candidates(call: &Call<'_>, row: &Row, all: bool) -> Vec<Waiting> {
    let mut found: Vec<Waiting> = Vec::new();
    for by in [By::Account, By::Cvr, By::Email] {
        if found.is_empty() || (all && by == By::Email) {
            found.extend(waiting(call, by, row));
        }
        if by == By::Account && !found.is_empty() {
            break;
        }
    }
    found
}

/// Synchronised customers without a debtor that share something with this one.
fn waiting(call: &Call<'_>, by: By, row: &Row) -> Vec<Waiting> {
    let (host, text) = (call.ports.host, row.text(property(by)));
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let mut customers = match by {
        By::Account => host.customers_by_number(text),
        By::Cvr => host.customers_by_cvr(text),
        By::Email => host.customers_by_email(text),
    };
    // An address that several customers share says nothing.
    if by == By::Email && customers.len() > 1 {
        customers.clear();
    }
    let mut waiting = Vec::new();
    for customer in customers {
        let link = host.link_by_customer(&customer.id);
        if call.is_tagged(&customer) && link.as_ref().is_none_or(only_remembers) {
            waiting.push((customer, link));
        }
    }
    waiting
}

/// All rows whose property has one of the values, in as few calls as the filter allows.
pub(super) fn read_any(call: &Call<'_>, property: &str, values: &[&str]) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for values in values.chunks(MAX_ORS) {
        rows.extend(call.api().read_all(DEBTOR_ENTITY, &Query::any_of(property, values.iter().copied()))?);
    }
    Ok(rows)
}

fn without_number(locale: Locale) -> Error {
    let message = say!(
        locale,
        "kunden har intet kundenummer, og Uniconta kræver en konto; giv kunden et nummer",
        "the customer has no number, and Uniconta requires an account; give the customer a number"
    );
    UNICONTA.error(ErrorKind::Validation, "number-missing", message).about("number")
}
