//! Find first: a customer without a link may have its debtor already.
//!
//! By account, then company registration number, then e-mail address. A debtor that is linked to somebody else does not
//! count for the latter two; families share an e-mail address, so it only counts where it is unique on both sides.

use crate::matching::{cvr_spellings, normal_cvr, normal_email};
use crate::names::fold;
use crate::ports::Host;
use crate::problem::{ErrorExt, System};
use crate::say;
use crate::types::{Customer, Error, ErrorKind, Locale};

/// What a debtor can be known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The number people see there.
    Account,
    /// The company registration number.
    Cvr,
    /// The e-mail address.
    Email,
}

/// The debtors of an accounting system, as far as finding one needs them.
pub trait Debtors {
    /// A debtor as it was read.
    type Row: Clone;

    /// What the accounting system is called.
    const SYSTEM: System;

    /// FlexyBox.
    fn host(&self) -> &dyn Host;
    /// The reader's language.
    fn locale(&self) -> Locale;
    /// All debtors that are written with one of these values.
    ///
    /// # Errors
    /// The read failed.
    fn read_any(&self, by: By, values: &[&str]) -> Result<Vec<Self::Row>, Error>;
    /// What the debtor is linked by; `None` when the row does not tell.
    fn id(row: &Self::Row) -> Option<String>;
    /// What stands on the debtor.
    fn text(row: &Self::Row, by: By) -> String;
    /// The account a customer's number may be; none where a number like it is no account there.
    ///
    /// # Errors
    /// `validation` where a customer cannot be looked up at all.
    fn account_of<'c>(&self, customer: &'c Customer) -> Result<Option<&'c str>, Error>;
    /// Whether the account must be the customer's number, so that a debtor with it is the customer's, and one in use by
    /// somebody else is a conflict; otherwise numbers on both sides run independently.
    const ACCOUNT_IS_NUMBER: bool;
    /// Whether a debtor with the customer's number is the customer, where numbers run independently.
    fn is_same(row: &Self::Row, customer: &Customer) -> bool;
}

/// What was found for one customer.
#[derive(Debug)]
pub enum Found<R> {
    /// Exactly one debtor.
    One(Box<R>),
    /// None: make one.
    None,
    /// None: make one, under another number than the customer's, which somebody else has there.
    Occupied,
    /// A person must decide, or the customer cannot be looked up.
    Unclear(Error),
}

/// Look for the debtors of many customers at once. One answer for each, in order.
///
/// # Errors
/// A read failed: nothing is known of any of them.
pub fn find<D: Debtors>(debtors: &D, customers: &[&Customer]) -> Result<Vec<Found<D::Row>>, Error> {
    search(debtors, customers, None)
}

/// Whether a debtor that came in by itself is the one a customer would be given, where not its number but its registration
/// number or e-mail address says so: the others there are asked for, so that the first to come in is not taken for a guess.
///
/// # Errors
/// A read failed, or a person must decide.
pub fn is_the_one<D: Debtors>(debtors: &D, customer: &Customer, row: &D::Row) -> Result<bool, Error> {
    match search(debtors, &[customer], Some(row))?.pop() {
        Some(Found::One(found)) => Ok(D::id(&found) == D::id(row)),
        Some(Found::Unclear(error)) => Err(error),
        _ => Ok(false),
    }
}

fn search<D: Debtors>(
    debtors: &D,
    customers: &[&Customer],
    known: Option<&D::Row>,
) -> Result<Vec<Found<D::Row>>, Error> {
    let found = customers.iter().map(|_| None).collect();
    let mut search = Search { debtors, customers, known, found, taken: Vec::new(), occupied: Vec::new() };
    search.by_account()?;
    search.by_trait(By::Cvr)?;
    search.by_trait(By::Email)?;
    let occupied = search.occupied;
    let none = |at: usize| if !D::ACCOUNT_IS_NUMBER && occupied.contains(&at) { Found::Occupied } else { Found::None };
    Ok(search.found.into_iter().enumerate().map(|(at, found)| found.unwrap_or_else(|| none(at))).collect())
}

struct Search<'s, D: Debtors> {
    debtors: &'s D,
    customers: &'s [&'s Customer],
    /// The debtor that came in: it counts however it is spelled. Nobody is created then, so a number may be missing.
    known: Option<&'s D::Row>,
    found: Vec<Option<Found<D::Row>>>,
    /// Debtors already found for a customer of this batch, and whose they are.
    taken: Vec<(String, String)>,
    /// Customers whose number somebody else has there.
    occupied: Vec<usize>,
}

impl<D: Debtors> Search<'_, D> {
    /// Who has the debtor, if it is somebody else.
    fn holder(&self, id: &str, customer: &Customer) -> Option<String> {
        let linked = self.debtors.host().link_by_external_id(id).map(|link| link.customer_id);
        let in_batch = || self.taken.iter().find(|(taken, _)| taken == id).map(|(_, holder)| holder.clone());
        linked.or_else(in_batch).filter(|holder| *holder != customer.id)
    }

    fn read(&self, by: By, values: &[&str]) -> Result<Vec<D::Row>, Error> {
        let mut rows = if values.is_empty() { Vec::new() } else { self.debtors.read_any(by, values)? };
        let unread = self.known.filter(|known| rows.iter().all(|row| D::id(row) != D::id(known)));
        rows.extend(unread.cloned());
        Ok(rows)
    }

    fn set(&mut self, at: usize, found: Found<D::Row>) {
        if let Some(place) = self.found.get_mut(at) {
            *place = Some(found);
        }
    }

    fn take(&mut self, at: usize, row: &D::Row, id: String, customer: &Customer) {
        self.taken.push((id, customer.id.clone()));
        self.set(at, Found::One(Box::new(row.clone())));
    }

    fn by_account(&mut self) -> Result<(), Error> {
        let mut numbers: Vec<(usize, &Customer, &str)> = Vec::new();
        for (at, customer) in self.customers.iter().enumerate() {
            match self.debtors.account_of(customer) {
                Ok(Some(number)) => numbers.push((at, customer, number)),
                Ok(None) => {}
                Err(error) if self.known.is_none() => self.set(at, Found::Unclear(error)),
                Err(_) => {}
            }
        }
        let wanted: Vec<&str> = numbers.iter().map(|(_, _, number)| *number).collect();
        let rows = keyed::<D>(self.read(By::Account, &wanted)?, By::Account);
        let mut seen: Vec<(String, &str)> = Vec::new();
        for (at, customer, number) in numbers {
            let folded = fold(number);
            if let Some((_, other)) = seen.iter().find(|(known, _)| *known == folded) {
                self.set(at, Found::Unclear(same_number::<D>(self.debtors.locale(), other)));
                continue;
            }
            seen.push((folded, customer.id.as_str()));
            let Some(Keyed { row, id, .. }) = rows.iter().find(|keyed| keyed.key.eq_ignore_ascii_case(number)) else {
                continue;
            };
            match self.holder(id, customer) {
                Some(holder) if D::ACCOUNT_IS_NUMBER => {
                    self.set(at, Found::Unclear(taken::<D>(self.debtors.locale(), row, &holder)));
                }
                None if D::ACCOUNT_IS_NUMBER || D::is_same(row, customer) => self.take(at, row, id.clone(), customer),
                _ => self.occupied.push(at),
            }
        }
        Ok(())
    }

    fn by_trait(&mut self, by: By) -> Result<(), Error> {
        let all: Vec<String> = self.customers.iter().map(|customer| by.of(customer)).collect();
        let host = self.debtors.host();
        // Whoever is found already is not asked about.
        let open = self.found.iter().map(Option::is_none);
        let shared: Vec<bool> = open
            .zip(self.customers.iter().zip(&all))
            .map(|(open, (customer, mine))| open && !mine.is_empty() && by.is_shared(host, customer, mine, &all))
            .collect();
        let mut wanted = Vec::new();
        for ((customer, found), shared) in self.customers.iter().zip(self.found.iter()).zip(&shared) {
            // A shared e-mail address says nothing; a shared registration number is told if it exists there.
            if found.is_none() && (by == By::Cvr || !shared) {
                wanted.extend(by.spellings(customer));
            }
        }
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let rows = keyed::<D>(self.read(by, &wanted)?, by);
        for (at, ((customer, mine), shared)) in self.customers.iter().zip(&all).zip(shared).enumerate() {
            if self.found.get(at).is_none_or(Option::is_some) || mine.is_empty() || (by == By::Email && shared) {
                continue;
            }
            let candidates: Vec<&Keyed<D::Row>> = rows
                .iter()
                .filter(|keyed| keyed.key == *mine)
                .filter(|keyed| self.holder(&keyed.id, customer).is_none() && !self.is_numbered(&keyed.row, customer))
                .collect();
            match candidates.as_slice() {
                [] => {}
                [one] if !shared => self.take(at, &one.row, one.id.clone(), customer),
                // Several debtors with one e-mail address: it is not unique, so it does not count.
                _ if by == By::Email => {}
                several => {
                    let accounts: Vec<String> = several.iter().map(|one| D::text(&one.row, By::Account)).collect();
                    self.set(at, Found::Unclear(ambiguous::<D>(self.debtors.locale(), &accounts)));
                }
            }
        }
        Ok(())
    }

    /// Whether the account is the number of another customer, who has the better claim and may only come later.
    fn is_numbered(&self, row: &D::Row, customer: &Customer) -> bool {
        D::ACCOUNT_IS_NUMBER
            && self
                .debtors
                .host()
                .customers_by_number(D::text(row, By::Account).trim())
                .iter()
                .any(|other| other.id != customer.id)
    }
}

/// A debtor with what it is compared by.
struct Keyed<R> {
    key: String,
    id: String,
    row: R,
}

/// Worked out once for each debtor and not for each pair: a batch compares hundreds with hundreds.
fn keyed<D: Debtors>(rows: Vec<D::Row>, by: By) -> Vec<Keyed<D::Row>> {
    rows.into_iter()
        .filter_map(|row| Some(Keyed { key: by.normal(&D::text(&row, by)), id: D::id(&row)?, row }))
        .collect()
}

impl By {
    fn normal(self, text: &str) -> String {
        match self {
            Self::Account => text.trim().to_owned(),
            Self::Cvr => normal_cvr(text),
            Self::Email => normal_email(text),
        }
    }
    fn of(self, customer: &Customer) -> String {
        self.normal(match self {
            Self::Account => &customer.number,
            Self::Cvr => &customer.cvr,
            Self::Email => &customer.email,
        })
    }
    fn spellings(self, customer: &Customer) -> Vec<String> {
        match self {
            Self::Account => vec![customer.number.trim().to_owned()],
            Self::Cvr => cvr_spellings(&customer.cvr),
            Self::Email => {
                let (typed, normal) = (customer.email.trim().to_owned(), normal_email(&customer.email));
                let typed = (typed != normal).then_some(typed);
                typed.into_iter().chain(Some(normal)).filter(|spelling| !spelling.is_empty()).collect()
            }
        }
    }
    /// Whether another customer of FlexyBox shares it with this one; `all` is what those of the batch have.
    fn is_shared(self, host: &dyn Host, customer: &Customer, mine: &str, all: &[String]) -> bool {
        let known = match self {
            Self::Account => host.customers_by_number(&customer.number),
            Self::Cvr => host.customers_by_cvr(&customer.cvr),
            Self::Email => host.customers_by_email(&customer.email),
        };
        known.iter().any(|other| other.id != customer.id) || all.iter().filter(|other| *other == mine).count() > 1
    }
}

fn same_number<D: Debtors>(locale: Locale, other: &str) -> Error {
    let message = say!(
        locale,
        "kunden {other} har samme kundenummer; giv en af dem et andet",
        "customer {other} has the same number; give one of them another",
        other = other
    );
    D::SYSTEM.error(ErrorKind::Conflict, "same-number", message).about("number")
}

fn taken<D: Debtors>(locale: Locale, row: &D::Row, holder: &str) -> Error {
    let message = say!(
        locale,
        "debitor {account} i {system} hører til kunden {holder}; giv kunden et andet kundenummer",
        "debtor {account} in {system} belongs to customer {holder}; give the customer another number",
        account = D::text(row, By::Account),
        system = D::SYSTEM.name,
        holder = holder
    );
    D::SYSTEM.error(ErrorKind::Conflict, "debtor-taken", message).about("number")
}

fn ambiguous<D: Debtors>(locale: Locale, accounts: &[String]) -> Error {
    let message = say!(
        locale,
        "CVR-nummeret passer ikke entydigt: debitor {accounts} i {system}; skriv debitorens konto som kundenummer på den rigtige kunde",
        "the CVR number does not match one to one: debtor {accounts} in {system}; enter the debtor's account as the number of the right customer",
        accounts = accounts.join(", "),
        system = D::SYSTEM.name
    );
    D::SYSTEM.error(ErrorKind::Conflict, "several-match", message).about("cvr")
}
