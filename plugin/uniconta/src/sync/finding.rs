//! Find first: a customer without a link may have its debtor already.
//!
//! By account, then company registration number, then e-mail address. A debtor that is linked to somebody else does not
//! count for the latter two; families share an e-mail address, so it only counts where it is unique on both sides.

use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{DEBTOR_ENTITY, MAX_ORS};
use crate::call::Call;
use accounting_kit::matching::{cvr_spellings, normal_cvr, normal_email};
use accounting_kit::names::fold;
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::types::{Customer, Error, ErrorKind};

/// What was found for one customer.
#[derive(Debug)]
pub(super) enum Found {
    /// Exactly one debtor.
    One(Box<Row>),
    /// None: make one.
    None,
    /// A person must decide, or the customer cannot be looked up.
    Unclear(Error),
}

/// Look for the debtors of many customers at once. One answer for each, in order.
///
/// # Errors
/// A read failed: nothing is known of any of them.
pub(super) fn find(call: &Call<'_>, customers: &[&Customer]) -> Result<Vec<Found>, Error> {
    let mut found: Vec<Option<Found>> =
        customers.iter().map(|customer| without_number(call, customer).map(Found::Unclear)).collect();
    let mut taken = Taken::default();
    by_account(call, customers, &mut found, &mut taken)?;
    by_property(call, customers, &mut found, &mut taken, Trait::Cvr)?;
    by_property(call, customers, &mut found, &mut taken, Trait::Email)?;
    Ok(found.into_iter().map(|found| found.unwrap_or(Found::None)).collect())
}

/// Debtors already found for a customer of this batch.
#[derive(Default)]
struct Taken(Vec<(String, String)>);

impl Taken {
    fn in_batch(&self, row_id: &str) -> Option<String> {
        self.0.iter().find(|(row, _)| row == row_id).map(|(_, holder)| holder.clone())
    }

    /// Who has the debtor, if it is somebody else.
    fn by_other(&self, call: &Call<'_>, row_id: &str, customer: &Customer) -> Option<String> {
        let linked = call.ports.host.link_by_external_id(row_id).map(|link| link.customer_id);
        linked.or_else(|| self.in_batch(row_id)).filter(|holder| *holder != customer.id)
    }
}

fn without_number(call: &Call<'_>, customer: &Customer) -> Option<Error> {
    customer.number.trim().is_empty().then(|| {
        error(
            ErrorKind::Validation,
            "uniconta.number-missing",
            say!(
                call.locale,
                "kunden har intet kundenummer, og Uniconta kræver en konto; giv kunden et nummer",
                "the customer has no number, and Uniconta requires an account; give the customer a number"
            ),
        )
        .about("number")
    })
}

fn by_account(
    call: &Call<'_>,
    customers: &[&Customer],
    found: &mut [Option<Found>],
    taken: &mut Taken,
) -> Result<(), Error> {
    let numbers: Vec<&str> = open(customers, found).map(|customer| customer.number.trim()).collect();
    let rows = read_any(call, "Account", &numbers)?;
    let mut seen: Vec<(String, &str)> = Vec::new();
    for (customer, found) in customers.iter().zip(found.iter_mut()).filter(|(_, found)| found.is_none()) {
        let number = customer.number.trim();
        let folded = fold(number);
        if let Some((_, other)) = seen.iter().find(|(known, _)| *known == folded) {
            *found = Some(Found::Unclear(same_number(call, other)));
            continue;
        }
        seen.push((folded, customer.id.as_str()));
        let Some((row, id)) = rows
            .iter()
            .filter_map(|row| Some((row, row.id()?)))
            .find(|(row, _)| row.account().trim().eq_ignore_ascii_case(number))
        else {
            continue;
        };
        *found = Some(match taken.by_other(call, &id, customer) {
            Some(holder) => Found::Unclear(debtor_taken(call, row, &holder)),
            None => {
                taken.0.push((id, customer.id.clone()));
                Found::One(Box::new(row.clone()))
            }
        });
    }
    Ok(())
}

/// What a debtor can be known by, beside its account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trait {
    Cvr,
    Email,
}

impl Trait {
    fn property(self) -> &'static str {
        match self {
            Self::Cvr => "CompanyRegNo",
            Self::Email => "ContactEmail",
        }
    }
    fn of(self, customer: &Customer) -> String {
        match self {
            Self::Cvr => normal_cvr(&customer.cvr),
            Self::Email => normal_email(&customer.email),
        }
    }
    fn of_row(self, row: &Row) -> String {
        match self {
            Self::Cvr => normal_cvr(&row.text(self.property())),
            Self::Email => normal_email(&row.text(self.property())),
        }
    }
    fn spellings(self, customer: &Customer) -> Vec<String> {
        match self {
            Self::Cvr => cvr_spellings(&customer.cvr),
            Self::Email => {
                let (typed, normal) = (customer.email.trim().to_owned(), normal_email(&customer.email));
                let typed = (typed != normal).then_some(typed);
                typed.into_iter().chain(Some(normal)).filter(|spelling| !spelling.is_empty()).collect()
            }
        }
    }
    /// Whether another customer of FlexyBox shares it with this one.
    fn is_shared(self, call: &Call<'_>, customer: &Customer, batch: &[&Customer]) -> bool {
        let mine = self.of(customer);
        let host = match self {
            Self::Cvr => call.ports.host.customers_by_cvr(&customer.cvr),
            Self::Email => call.ports.host.customers_by_email(&customer.email),
        };
        host.iter().any(|other| other.id != customer.id)
            || batch.iter().any(|other| other.id != customer.id && self.of(other) == mine)
    }
}

fn by_property(
    call: &Call<'_>,
    customers: &[&Customer],
    found: &mut [Option<Found>],
    taken: &mut Taken,
    by: Trait,
) -> Result<(), Error> {
    let shared: Vec<bool> = customers
        .iter()
        .map(|customer| !by.of(customer).is_empty() && by.is_shared(call, customer, customers))
        .collect();
    let wanted: Vec<String> = customers
        .iter()
        .zip(found.iter())
        .zip(&shared)
        // A shared e-mail address says nothing; a shared registration number is told if it exists there.
        .filter(|((_, found), shared)| found.is_none() && (by == Trait::Cvr || !**shared))
        .flat_map(|((customer, _), _)| by.spellings(customer))
        .collect();
    let rows = read_any(call, by.property(), &wanted.iter().map(String::as_str).collect::<Vec<_>>())?;
    for ((customer, found), shared) in customers.iter().zip(found.iter_mut()).zip(shared) {
        let mine = by.of(customer);
        if found.is_some() || mine.is_empty() || (by == Trait::Email && shared) {
            continue;
        }
        let candidates: Vec<(&Row, String)> = rows
            .iter()
            .filter(|row| by.of_row(row) == mine)
            .filter_map(|row| Some((row, row.id()?)))
            .filter(|(_, id)| taken.by_other(call, id, customer).is_none())
            .collect();
        *found = match candidates.as_slice() {
            [] => None,
            [(row, id)] if !shared => {
                taken.0.push((id.clone(), customer.id.clone()));
                Some(Found::One(Box::new((*row).clone())))
            }
            // Several debtors with one e-mail address: it is not unique, so it does not count.
            _ if by == Trait::Email => None,
            several => Some(Found::Unclear(ambiguous(call, several))),
        };
    }
    Ok(())
}

fn open<'c>(customers: &'c [&'c Customer], found: &'c [Option<Found>]) -> impl Iterator<Item = &'c Customer> {
    customers.iter().zip(found).filter(|(_, found)| found.is_none()).map(|(customer, _)| *customer)
}

/// All rows whose property has one of the values, in as few calls as the filter allows.
pub(super) fn read_any(call: &Call<'_>, property: &str, values: &[&str]) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for values in values.chunks(MAX_ORS) {
        rows.extend(call.api().read_all(DEBTOR_ENTITY, &Query::any_of(property, values.iter().copied()))?);
    }
    Ok(rows)
}

fn same_number(call: &Call<'_>, other: &str) -> Error {
    error(
        ErrorKind::Conflict,
        "uniconta.same-number",
        say!(
            call.locale,
            "kunden {other} har samme kundenummer; giv en af dem et andet",
            "customer {other} has the same number; give one of them another",
            other = other
        ),
    )
    .about("number")
}

fn debtor_taken(call: &Call<'_>, row: &Row, holder: &str) -> Error {
    error(
        ErrorKind::Conflict,
        "uniconta.debtor-taken",
        say!(
            call.locale,
            "debitor {account} i Uniconta hører til kunden {holder}; giv kunden et andet kundenummer",
            "debtor {account} in Uniconta belongs to customer {holder}; give the customer another number",
            account = row.account(),
            holder = holder
        ),
    )
    .about("number")
}

fn ambiguous(call: &Call<'_>, rows: &[(&Row, String)]) -> Error {
    let accounts: Vec<String> = rows.iter().map(|(row, _)| row.account()).collect();
    error(ErrorKind::Conflict, "uniconta.several-match", say!(call.locale,
        "CVR-nummeret passer ikke entydigt: debitor {accounts} i Uniconta; skriv debitorens konto som kundenummer på den rigtige kunde",
        "the CVR number does not match one to one: debtor {accounts} in Uniconta; enter the debtor's account as the number of the right customer",
        accounts = accounts.join(", "))).about("cvr")
}
