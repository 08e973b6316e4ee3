//! From FlexyBox to e-conomic: a batch of changed customers.

use super::blocking::{block, detach};
use super::finding::{Customers, twins, usable_number};
use super::incoming::{deleted_there, remove_and_flag};
use super::inserting::{insert, several_twins};
use super::pairing::{Seen, pair};
use super::reconcile::{check_values, nothing_to_send};
use crate::ECONOMIC;
use crate::api::Doc;
use crate::call::Call;
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use accounting_kit::say;
use accounting_kit::sync::batch::Batch;
use accounting_kit::sync::finding::{Found, find};
use accounting_kit::sync::pairing::{Mode, Moved, Unsettled, Write};
use accounting_kit::sync::plan::{Manner, Plan, plan};
use accounting_kit::sync::result::{Settled, failed, plain, result};
use accounting_kit::types::{Customer, Error, ErrorKind, Link, Side};

/// One result for each change, in order. An error that concerns everyone ends the calls: who is left gets the same error,
/// and what was done before stands.
pub fn customers_changed(call: &Call<'_>, changes: &[CustomerChange]) -> Vec<SyncResult> {
    let mut batch = Batch::new(changes);
    let mut unlinked = Vec::new();
    for (at, change) in changes.iter().enumerate() {
        let customer = &change.customer;
        match plan(change, call.is_tagged(customer), call.settings.on_delete) {
            Plan::Skip(reason) => batch.set(at, plain(&customer.id, Outcome::Skipped(reason))),
            Plan::Detach(link) => batch.set(at, detach(change, link)),
            Plan::Sync(link, Manner::Merge) if nothing_to_send(customer, &link.base) => {
                batch.set(at, plain(&customer.id, Outcome::Unchanged));
            }
            Plan::Sync(..) | Plan::Block(_) if batch.is_stopped() => {}
            Plan::Sync(link, manner) => {
                let done = check_values(customer, call.locale).and_then(|()| read_linked(call, link));
                let done = done.map(|doc| sync(call, customer, link, manner, doc));
                batch.set(at, done.unwrap_or_else(|error| failed(&customer.id, error)));
            }
            Plan::Block(link) => {
                let done = read_linked(call, link).map(|doc| block(call, change, link, doc.as_ref()));
                batch.set(at, done.unwrap_or_else(|error| failed(&customer.id, error)));
            }
            Plan::Find => match check_values(customer, call.locale) {
                Ok(()) => unlinked.push((at, customer)),
                Err(error) => batch.set(at, failed(&customer.id, error)),
            },
        }
    }
    find_or_create(call, &unlinked, &mut batch);
    batch.finish(changes, ECONOMIC, call.locale)
}

fn find_or_create(call: &Call<'_>, unlinked: &[(usize, &Customer)], batch: &mut Batch) {
    if unlinked.is_empty() || batch.is_stopped() {
        return;
    }
    let customers: Vec<&Customer> = unlinked.iter().map(|(_, customer)| *customer).collect();
    let found = match find(&Customers(call), &customers) {
        Ok(found) => found,
        Err(error) => {
            for (at, customer) in unlinked {
                batch.set(*at, failed(&customer.id, error.clone()));
            }
            return;
        }
    };
    let mut taken: Vec<String> = Vec::new();
    let mut new = Vec::new();
    for ((at, customer), found) in unlinked.iter().zip(found) {
        match found {
            _ if batch.is_stopped() => return,
            Found::One(doc) => {
                taken.extend(doc.number());
                batch.set(*at, link_up(call, customer, *doc));
            }
            Found::Unclear(error) => batch.set(*at, failed(&customer.id, error)),
            Found::None => new.push((*at, *customer, usable_number(customer))),
            Found::Occupied => new.push((*at, *customer, None)),
        }
    }
    // Those who ask for a number come first, so that e-conomic does not give it to one who does not.
    let free = |number: &&str| taken.iter().all(|taken| taken != number);
    let numbered = new.into_iter().map(|(at, customer, number)| (at, customer, number.filter(free)));
    let (asking, given): (Vec<_>, Vec<_>) = numbered.partition(|(_, _, number)| number.is_some());
    for (at, customer, number) in asking.into_iter().chain(given) {
        if batch.is_stopped() {
            return;
        }
        batch.set(at, create(call, customer, number));
    }
}

/// Create a customer, unless an earlier attempt without an answer did.
fn create(call: &Call<'_>, customer: &Customer, number: Option<&str>) -> SyncResult {
    if call.context.attempt > 1 && number.is_none() {
        let mut twins = match twins(call, customer) {
            Ok(twins) => twins,
            Err(error) => return failed(&customer.id, error),
        };
        match (twins.pop(), twins.is_empty()) {
            (Some(doc), true) => return link_up(call, customer, doc),
            (Some(doc), false) => {
                twins.push(doc);
                return failed(&customer.id, several_twins(call, &twins));
            }
            (None, _) => {}
        }
    }
    insert(call, customer, number)
}

/// The customer a link leads to; none when it is gone.
fn read_linked(call: &Call<'_>, link: &Link) -> Result<Option<Doc>, Error> {
    if !is_number(&link.external_id) {
        return Err(foreign_link(call));
    }
    call.api().customer(&link.external_id)
}

fn sync(call: &Call<'_>, customer: &Customer, link: &Link, manner: Manner, doc: Option<Doc>) -> SyncResult {
    let Some(doc) = doc else {
        let settled = Settled { effects: remove_and_flag(call, link), ..Settled::default() };
        return result(&customer.id, Outcome::Failed(deleted_there(call, link)), settled);
    };
    let (mode, write) = match manner {
        Manner::Merge => (Mode::Merge(call.settings.wins), Write::IfNeeded),
        Manner::Rewrite => (Mode::Rewrite, Write::Always),
    };
    match pair(call, customer, Some(link), &Seen { doc, fresh: true }, mode, write) {
        Ok((settled, Moved { pushed: false, pulled: false })) => result(&customer.id, Outcome::Unchanged, settled),
        Ok((settled, _)) => result(&customer.id, Outcome::Updated, settled),
        Err(unsettled) => not_settled(&customer.id, *unsettled),
    }
}

fn link_up(call: &Call<'_>, customer: &Customer, doc: Doc) -> SyncResult {
    match pair(call, customer, None, &Seen { doc, fresh: false }, Mode::Adopt(Side::Flexybox), Write::IfNeeded) {
        Ok((settled, _)) => result(&customer.id, Outcome::Linked, settled),
        Err(unsettled) => not_settled(&customer.id, *unsettled),
    }
}

fn not_settled(customer_id: &str, unsettled: Unsettled) -> SyncResult {
    SyncResult { conflicts: unsettled.conflicts, ..failed(customer_id, unsettled.error) }
}

/// Numbers stand in addresses, so they must be what they say.
pub(super) fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn foreign_link(call: &Call<'_>) -> Error {
    let message = say!(
        call.locale,
        "kundens kobling stammer ikke fra e-conomic; tag kundetagget af og sæt det på igen",
        "the customer's link does not come from e-conomic; take the customer tag off and put it on again"
    );
    ECONOMIC.error(ErrorKind::Internal, "foreign-link", message)
}
