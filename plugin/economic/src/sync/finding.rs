//! Find first: a customer without a link may be in e-conomic already.
//!
//! By number, where FlexyBox's number can be one of e-conomic's and name, registration number or e-mail agree; then by
//! company registration number, then e-mail address. The number alone says nothing: e-conomic gives numbers of its own to
//! those whose number it cannot hold, so the two run independently and sooner or later give one number to two people.

use crate::ECONOMIC;
use crate::api::Doc;
use crate::api::filter::{any_number, any_of, encoded};
use crate::assumptions::MAX_ORS;
use crate::call::Call;
use crate::customer::mapping::mapped;
use accounting_kit::matching::{normal_cvr, normal_email};
use accounting_kit::names;
use accounting_kit::ports::Host;
use accounting_kit::problem::System;
use accounting_kit::sync::finding::{By, Debtors};
use accounting_kit::types::{Customer, Error, Locale};

/// The customers of the agreement.
pub(super) struct Customers<'c>(pub(super) &'c Call<'c>);

impl Debtors for Customers<'_> {
    type Row = Doc;
    const SYSTEM: System = ECONOMIC;

    fn host(&self) -> &dyn Host {
        self.0.ports.host
    }

    fn locale(&self) -> Locale {
        self.0.locale
    }

    fn read_any(&self, by: By, values: &[&str]) -> Result<Vec<Doc>, Error> {
        let mut docs = Vec::new();
        for values in values.chunks(MAX_ORS) {
            let filter = match by {
                By::Account => any_number("customerNumber", values),
                By::Cvr => any_of("corporateIdentificationNumber", "eq", values.iter().copied()),
                // Without an asterisk it means contains: there may be several addresses.
                By::Email => any_of("email", "like", values.iter().copied()),
            };
            docs.extend(read(self.0, &filter)?);
        }
        Ok(docs)
    }

    fn id(doc: &Doc) -> Option<String> {
        doc.number()
    }

    fn text(doc: &Doc, by: By) -> String {
        match by {
            By::Account => doc.number().unwrap_or_default(),
            By::Cvr => doc.text("corporateIdentificationNumber").to_owned(),
            By::Email => doc.text("email").split_whitespace().next().unwrap_or_default().to_owned(),
        }
    }

    fn account_of<'n>(&self, customer: &'n Customer) -> Result<Option<&'n str>, Error> {
        Ok(usable_number(customer))
    }

    const ACCOUNT_IS_NUMBER: bool = false;

    fn is_same(doc: &Doc, customer: &Customer) -> bool {
        is_same(doc, customer)
    }
}

/// Whether a customer there with this one's number is this one: name, company registration number or e-mail agree.
pub(super) fn is_same(doc: &Doc, customer: &Customer) -> bool {
    let alike = |ours: String, theirs: String| !ours.is_empty() && ours == theirs;
    let cvr = Customers::text(doc, By::Cvr);
    let email = Customers::text(doc, By::Email);
    names::same(doc.text("name"), &customer.name)
        || alike(normal_cvr(&customer.cvr), normal_cvr(&cvr))
        || alike(normal_email(&customer.email), normal_email(&email))
}

/// The number of a customer, where e-conomic can hold it to the letter: an integer from 1 to 999999999 [doc]. `00042`
/// would come back as `42`, which is another number.
pub(super) fn usable_number(customer: &Customer) -> Option<&str> {
    let number = customer.number.trim();
    let fits = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !number.starts_with('0')).then_some(number)
}

/// Customers that hold exactly what this one would have been created with, and that nobody else is linked to: what an
/// earlier attempt without an answer may have left behind. e-conomic has no field to mark a customer by that people do not
/// see, so all values together are the mark.
///
/// # Errors
/// The read failed.
pub(super) fn twins(call: &Call<'_>, customer: &Customer) -> Result<Vec<Doc>, Error> {
    let docs = read(call, &any_of("name", "eq", [customer.name.trim()]))?;
    let values = mapped(customer);
    let same = |doc: &Doc| {
        values.iter().all(|value| {
            let theirs = value.at.kind.from_economic(doc.value(value.at.name));
            value.at.kind.from_flexybox(value.typed).is_ok_and(|ours| theirs == Some(ours))
        })
    };
    let free = |doc: &Doc| {
        let link = doc.number().and_then(|number| call.ports.host.link_by_external_id(&number));
        link.is_none_or(|link| link.customer_id == customer.id)
    };
    Ok(docs.into_iter().filter(|doc| same(doc) && free(doc)).collect())
}

fn read(call: &Call<'_>, filter: &str) -> Result<Vec<Doc>, Error> {
    let rows = call.api().list("customers", &format!("filter={}", encoded(filter)))?;
    Ok(rows.into_iter().filter_map(Doc::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_kit::doubles::nobody;
    use rstest::rstest;

    #[rstest]
    #[case("42", Some("42"))]
    #[case(" 999999999 ", Some("999999999"))]
    #[case("00042", None)]
    #[case("0", None)]
    #[case("1000000000", None)]
    #[case("K-17", None)]
    #[case("", None)]
    fn numbers_that_e_conomic_can_hold(#[case] number: &str, #[case] usable: Option<&str>) {
        let customer = Customer { number: number.to_owned(), ..nobody("C1") };
        assert_eq!(usable_number(&customer), usable);
    }
}
