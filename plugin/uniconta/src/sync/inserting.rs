//! New debtors: one call for one, one call for many, and never one twice.

use super::finding::read_any;
use super::reconcile::{Push, canonical, reconcile, set_agreed};
use super::written::note_written;
use crate::api::Row;
use crate::assumptions::DEBTOR_ENTITY;
use crate::call::Call;
use crate::debtor::mapping::mapped;
use accounting_kit::exports::on_customer_changed::{Outcome, SyncResult};
use accounting_kit::problem::{ErrorExt, concerns_everyone, error};
use accounting_kit::say;
use accounting_kit::sync::links::active_link;
use accounting_kit::sync::pairing::{Mode, Reconciled};
use accounting_kit::sync::result::{Settled, failed, result};
use accounting_kit::types::{Agreed, Customer, Effect, Error, ErrorKind, Side};
use serde_json::{Map, Value};

/// A debtor ready to be created.
struct New<'c> {
    customer: &'c Customer,
    pushes: Vec<Push>,
    row: Map<String, Value>,
}

/// Create debtors for customers that have none; one result each, in order. With `or_ask` there are none when Uniconta refuses
/// one of them: nobody was looked up just now, so it may be there, and somebody else's.
pub(super) fn insert(call: &Call<'_>, customers: &[&Customer], or_ask: bool) -> Option<Vec<SyncResult>> {
    let prepared: Vec<Result<New<'_>, Error>> = customers.iter().map(|customer| prepare(call, customer)).collect();
    let ready: Vec<&New<'_>> = prepared.iter().filter_map(|new| new.as_ref().ok()).collect();
    let mut created = create(call, &ready, or_ask)?.into_iter();
    let results = customers
        .iter()
        .zip(&prepared)
        .map(|(customer, new)| match new {
            Err(error) => failed(&customer.id, error.clone()),
            Ok(new) => match created.next() {
                Some(Ok(row)) => settle(call, new, row),
                Some(Err(error)) => failed(&customer.id, error),
                None => failed(&customer.id, lost_count(call)),
            },
        })
        .collect();
    Some(results)
}

fn prepare<'c>(call: &Call<'_>, customer: &'c Customer) -> Result<New<'c>, Error> {
    let number = customer.number.trim();
    let max = crate::debtor::properties::by_name("Account").map_or(0, |property| property.max);
    if number.encode_utf16().count() > usize::from(max) {
        return Err(error(
            ErrorKind::Validation,
            "uniconta.too-long",
            say!(
                call.locale,
                "kundenummeret er for langt til en konto i Uniconta: højst {max} tegn",
                "the customer number is too long for an account in Uniconta: at most {max} characters",
                max = max
            ),
        )
        .about("number"));
    }
    let mut pushes = Vec::new();
    for value in mapped(customer, None, &call.settings.own_fields).iter().filter(|value| !value.read_only) {
        let canonical = canonical(value, call.locale)?;
        if canonical != value.kind.nothing() {
            pushes.push(Push::of(value, canonical.into_owned()));
        }
    }
    let mut row: Map<String, Value> = pushes.iter().map(|push| (push.name.clone(), push.value.clone())).collect();
    row.insert("Account".to_owned(), Value::String(number.to_owned()));
    for (property, default) in [
        ("Group", &call.settings.group),
        ("Payment", &call.settings.payment),
        ("VatZone", &call.settings.vat_zone),
        ("Currency", &call.settings.currency),
    ] {
        if !default.is_empty() {
            row.entry(property).or_insert_with(|| Value::String(default.clone()));
        }
    }
    Ok(New { customer, pushes, row })
}

/// The created rows, or why not, one each; see [`insert`].
fn create(call: &Call<'_>, new: &[&New<'_>], or_ask: bool) -> Option<Vec<Result<Row, Error>>> {
    let refused = |error: &Error| or_ask && is_about_a_row(error);
    match new {
        [] => Some(Vec::new()),
        [one] => Some(create_one(call, one)).filter(|row| !row.as_ref().is_err_and(refused)).map(|row| vec![row]),
        many => {
            let mut answer = Vec::new();
            let mut rows = many.iter().map(|new| new.row.clone());
            match call.api().insert_list(DEBTOR_ENTITY, &mut rows, &mut |row| answer.push(row)) {
                Ok(()) => Some(collect(call, many, &answer)),
                Err(error) if refused(&error) => None,
                Err(error) if is_about_a_row(&error) => Some(one_by_one(call, many)),
                Err(error) => Some(many.iter().map(|_| Err(error.clone())).collect()),
            }
        }
    }
}

/// Uniconta named something wrong with one of the rows; whether the others were created is not known [inf].
fn is_about_a_row(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Validation | ErrorKind::Conflict)
}

fn create_one(call: &Call<'_>, new: &New<'_>) -> Result<Row, Error> {
    match call.api().insert(DEBTOR_ENTITY, &new.row)? {
        Some(row) if row.id().is_some() => Ok(row),
        _ => read_back(call, &[new])?.into_iter().next().flatten().ok_or_else(|| not_there(call)),
    }
}

/// Match the rows of an answer to what was sent; what the answer leaves out is read back.
fn collect(call: &Call<'_>, new: &[&New<'_>], answer: &[Row]) -> Vec<Result<Row, Error>> {
    let answered = by_account(answer, new);
    let missing: Vec<&New<'_>> =
        new.iter().zip(&answered).filter(|(_, row)| row.is_none()).map(|(new, _)| *new).collect();
    let mut read = match read_back(call, &missing) {
        Ok(rows) => rows.into_iter(),
        Err(error) => return answered.into_iter().map(|row| row.ok_or_else(|| after_write(error.clone()))).collect(),
    };
    answered.into_iter().map(|row| row.or_else(|| read.next().flatten()).ok_or_else(|| not_there(call))).collect()
}

/// A list was refused: see which of it is there all the same, and create the others one by one, so that each gets its
/// own answer.
fn one_by_one(call: &Call<'_>, new: &[&New<'_>]) -> Vec<Result<Row, Error>> {
    let there = match read_back(call, new) {
        Ok(rows) => rows,
        Err(error) => return new.iter().map(|_| Err(after_write(error.clone()))).collect(),
    };
    let mut stopped: Option<Error> = None;
    new.iter()
        .zip(there)
        .map(|(new, there)| match (there, &stopped) {
            (Some(row), _) => Ok(row),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => create_one(call, new).inspect_err(|error| {
                stopped = concerns_everyone(error).then(|| error.clone());
            }),
        })
        .collect()
}

fn read_back(call: &Call<'_>, new: &[&New<'_>]) -> Result<Vec<Option<Row>>, Error> {
    let accounts: Vec<&str> = new.iter().map(|new| new.customer.number.trim()).collect();
    let rows = read_any(call, "Account", &accounts)?;
    Ok(by_account(&rows, new))
}

/// For each its row. Mostly they stand in the order of what was sent, so each search begins behind the one before.
fn by_account(rows: &[Row], new: &[&New<'_>]) -> Vec<Option<Row>> {
    let mut begin = 0;
    let mut found = Vec::with_capacity(new.len());
    for new in new {
        let number = new.customer.number.trim();
        let (before, after) = rows.split_at(begin);
        let in_turn = after
            .iter()
            .chain(before)
            .position(|row| row.id().is_some() && row.account().trim().eq_ignore_ascii_case(number));
        found.push(in_turn.and_then(|at| {
            begin = (begin + at) % rows.len();
            rows.get(begin).cloned()
        }));
    }
    found
}

/// A read that failed after a write leaves the write's outcome unknown.
fn after_write(error: Error) -> Error {
    Error { kind: ErrorKind::Uncertain, ..error }
}

/// The link of a new debtor. What Uniconta filled in by itself (a default country, say) comes back at once.
fn settle(call: &Call<'_>, new: &New<'_>, row: Row) -> SyncResult {
    let customer = new.customer;
    let mut base = Vec::new();
    let notices = note_written(&new.pushes, Some(&row), &mut base, call.locale);
    let found = match reconcile(call, customer, &base, &row, Mode::Merge(Side::Accounting)) {
        Ok(found) => found,
        Err(error) => return failed(&customer.id, error),
    };
    let sent = |agreed: &Agreed| new.pushes.iter().any(|push| push.name == agreed.name);
    let pulls = found.pulls.into_iter().filter(|(_, agreed)| !sent(agreed)).collect();
    for agreed in found.base {
        if base.iter().all(|known| known.name != agreed.name) {
            set_agreed(&mut base, &agreed.name, agreed.value);
        }
    }
    let update = Reconciled::<Push> { pulls, ..Reconciled::default() }.customer_update(customer);
    let link = active_link(customer, row.id().unwrap_or_default(), row.account(), base);
    let effects = std::iter::once(Effect::PutLink(link)).chain(update.map(Effect::UpdateCustomer)).collect();
    result(&customer.id, Outcome::Created, Settled { effects, conflicts: Vec::new(), notices })
}

fn not_there(call: &Call<'_>) -> Error {
    error(
        ErrorKind::Uncertain,
        "uniconta.created-but-not-found",
        say!(
            call.locale,
            "Uniconta tog imod debitoren, men den kan ikke ses endnu; der ses efter igen",
            "Uniconta took the debtor, but it cannot be seen yet; it will be looked up again"
        ),
    )
}

fn lost_count(call: &Call<'_>) -> Error {
    error(
        ErrorKind::Internal,
        "uniconta.lost-count",
        say!(call.locale, "resultatet for kunden mangler", "the result for the customer is missing"),
    )
}
