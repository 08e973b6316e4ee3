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
use accounting_kit::sync::finding::{By, Debtors};
use accounting_kit::types::{Customer, Error, ErrorKind, Locale};

/// The debtors of the company.
pub(super) struct DebtorRows<'c>(pub(super) &'c Call<'c>);

impl Debtors for DebtorRows<'_> {
    type Row = Row;
    const SYSTEM: System = UNICONTA;

    fn host(&self) -> &dyn Host {
        self.0.ports.host
    }

    fn locale(&self) -> Locale {
        self.0.locale
    }

    fn read_any(&self, by: By, values: &[&str]) -> Result<Vec<Row>, Error> {
        read_any(self.0, property(by), values)
    }

    fn id(row: &Row) -> Option<String> {
        row.id()
    }

    fn text(row: &Row, by: By) -> String {
        row.text(property(by))
    }

    fn account_of<'n>(&self, customer: &'n Customer) -> Result<Option<&'n str>, Error> {
        let number = customer.number.trim();
        if number.is_empty() { Err(without_number(self.0.locale)) } else { Ok(Some(number)) }
    }

    const ACCOUNT_IS_NUMBER: bool = true;

    fn is_same(_: &Row, _: &Customer) -> bool {
        true
    }
}

fn property(by: By) -> &'static str {
    match by {
        By::Account => "Account",
        By::Cvr => "CompanyRegNo",
        By::Email => "ContactEmail",
    }
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
