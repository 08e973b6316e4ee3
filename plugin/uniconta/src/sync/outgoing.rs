//! From FlexyBox to Uniconta: a batch of changed customers.

use super::blocking::{block, detach};
use super::finding::DebtorRows;
use super::incoming::{deleted_there, remove_and_flag};
use super::inserting::insert;
use super::memory::{Memory, is_alike};
use super::pairing::pair;
use super::reconcile::{check_values, nothing_to_send, reconcile};
use crate::UNICONTA;
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{DEBTOR_ENTITY, MAX_ORS};
use crate::call::Call;
use crate::debtor::mapping::mapped;
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use accounting_kit::problem::error;
use accounting_kit::say;
use accounting_kit::sync::ahead::{forget, only_remembers};
use accounting_kit::sync::batch::Batch;
use accounting_kit::sync::finding::{Found, find};
use accounting_kit::sync::pairing::{Mode, Moved, Unsettled, Write};
use accounting_kit::sync::plan::{Manner, Plan, plan_with};
use accounting_kit::sync::result::{Settled, failed, plain, result};
use accounting_kit::types::{Customer, Error, ErrorKind, Link, Side};

/// One result for each change, in order. An error that concerns everyone ends the calls: who is left gets the same error,
/// and what was done before stands.
pub fn customers_changed(call: &Call<'_>, changes: &[CustomerChange]) -> Vec<SyncResult> {
    let mut batch = Batch::new(changes);
    let plan_of =
        |change| plan_with(change, debtor_link(change), call.is_tagged(&change.customer), call.settings.on_delete);
    let plans: Vec<Plan<'_>> = changes.iter().map(plan_of).collect();
    let mut linked = Vec::new();
    let (mut remembering, mut unlinked) = (Vec::new(), Vec::new());
    let mut memory = Memory::default();
    for (at, (change, plan)) in changes.iter().zip(&plans).enumerate() {
        match plan {
            Plan::Skip(reason) => batch.set(at, plain(&change.customer.id, Outcome::Skipped(*reason))),
            Plan::Detach(link) => batch.set(at, detach(change, link)),
            Plan::Sync(link, manner) => {
                let values = mapped(&change.customer, None, &call.settings.own_fields);
                if *manner == Manner::Merge && nothing_to_send(&values, &link.base) {
                    batch.set(at, plain(&change.customer.id, Outcome::Unchanged));
                } else if let Err(error) = check_values(&values, call.locale) {
                    batch.set(at, failed(&change.customer.id, error));
                } else {
                    linked.push((at, change, *plan, *link));
                }
            }
            Plan::Block(link) => linked.push((at, change, *plan, *link)),
            Plan::Find => match call.ahead.remembered(&change.customer, change.link.as_ref()) {
                Some(rows) => {
                    memory.add(rows);
                    remembering.push((at, &change.customer));
                }
                None => unlinked.push((at, &change.customer)),
            },
        }
    }
    for linked in linked.chunks(MAX_ORS) {
        bring_up_to_date(call, linked, &mut batch);
    }
    let memory = (!remembering.is_empty()).then(|| memory.rows());
    unlinked.extend(find_or_create(call, &remembering, memory, &mut batch));
    find_or_create(call, &unlinked, None, &mut batch);
    let mut results = batch.finish(changes, UNICONTA, call.locale);
    for (result, change) in results.iter_mut().zip(changes) {
        if change.link.as_ref().is_some_and(only_remembers) {
            forget(result);
        }
    }
    results
}

/// The link, unless it only remembers.
fn debtor_link(change: &CustomerChange) -> Option<&Link> {
    change.link.as_ref().filter(|link| !only_remembers(link))
}

type Linked<'c> = (usize, &'c CustomerChange, Plan<'c>, &'c Link);

fn bring_up_to_date(call: &Call<'_>, linked: &[Linked<'_>], batch: &mut Batch) {
    let (good, odd): (Vec<_>, Vec<_>) =
        linked.iter().copied().partition(|(_, _, _, link)| is_row_id(&link.external_id));
    for (at, change, _, _) in odd {
        batch.set(at, failed(&change.customer.id, foreign_link(call)));
    }
    if good.is_empty() || batch.is_stopped() {
        return;
    }
    let query = Query::any_number("RowId", good.iter().map(|(_, _, _, link)| link.external_id.as_str()));
    let rows = match call.api().read_all(DEBTOR_ENTITY, &query) {
        Ok(rows) => rows,
        Err(error) => {
            for (at, change, _, _) in good {
                batch.set(at, failed(&change.customer.id, error.clone()));
            }
            return;
        }
    };
    for (at, change, plan, link) in good {
        if batch.is_stopped() {
            return;
        }
        let row = rows.iter().find(|row| row.id().as_deref() == Some(link.external_id.as_str()));
        let result = match plan {
            Plan::Sync(_, manner) => sync(call, &change.customer, link, manner, row),
            _ => block(call, change, link, row),
        };
        batch.set(at, result);
    }
}

/// Link customers to their debtors, or create those. Whoever cannot be settled from what was remembered comes back and must be asked
/// for.
fn find_or_create<'c>(
    call: &Call<'_>,
    customers: &[(usize, &'c Customer)],
    remembered: Option<Vec<Row>>,
    batch: &mut Batch,
) -> Vec<(usize, &'c Customer)> {
    let (mut due, mut new, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    if customers.is_empty() || batch.is_stopped() {
        return asked;
    }
    let from_memory = remembered.is_some();
    let whom: Vec<&Customer> = customers.iter().map(|(_, customer)| *customer).collect();
    let found = match find(&DebtorRows { call, remembered }, &whom) {
        Ok(found) => found,
        Err(error) => {
            fail_all(customers, &error, batch);
            return asked;
        }
    };
    for (place, found) in customers.iter().zip(found) {
        let (at, customer) = *place;
        match found {
            _ if batch.is_stopped() => return asked,
            // A row is written whole, so it must be as it is now.
            Found::One(row) if from_memory && is_due(call, customer, &row) => due.push((*place, row)),
            Found::One(row) => batch.set(at, link_up(call, customer, &row)),
            Found::Unclear(error) => batch.set(at, failed(&customer.id, error)),
            Found::None | Found::Occupied => new.push(*place),
        }
    }
    for due in due.chunks(MAX_ORS) {
        let ids: Vec<String> = due.iter().filter_map(|(_, row)| row.id()).collect();
        let rows = call.api().read_all(DEBTOR_ENTITY, &Query::any_number("RowId", ids.iter().map(String::as_str)));
        for ((at, customer), remembered) in due {
            match &rows {
                Err(error) => batch.set(*at, failed(&customer.id, error.clone())),
                Ok(rows) => match rows.iter().find(|row| is_alike(row, remembered)) {
                    Some(row) => batch.set(*at, link_up(call, customer, row)),
                    None => asked.push((*at, *customer)),
                },
            }
            if batch.is_stopped() {
                return asked;
            }
        }
    }
    let customers: Vec<&Customer> = new.iter().map(|(_, customer)| *customer).collect();
    match insert(call, &customers, from_memory) {
        Some(results) => new.iter().zip(results).for_each(|((at, _), result)| batch.set(*at, result)),
        None => asked.extend(new),
    }
    asked
}

fn fail_all(customers: &[(usize, &Customer)], error: &Error, batch: &mut Batch) {
    for (at, customer) in customers {
        batch.set(*at, failed(&customer.id, error.clone()));
    }
}

/// Whether bringing the two together would write to the debtor, or is refused, which the link-up then tells.
pub(super) fn is_due(call: &Call<'_>, customer: &Customer, row: &Row) -> bool {
    reconcile(call, customer, &[], row, Mode::Adopt(Side::Flexybox)).is_ok_and(|found| !found.pushes.is_empty())
}

fn sync(call: &Call<'_>, customer: &Customer, link: &Link, manner: Manner, row: Option<&Row>) -> SyncResult {
    let Some(row) = row else {
        let settled = Settled { effects: remove_and_flag(call, link), ..Settled::default() };
        return result(&customer.id, Outcome::Failed(deleted_there(call, link)), settled);
    };
    let (mode, write) = match manner {
        Manner::Merge => (Mode::Merge(call.settings.wins), Write::IfNeeded),
        Manner::Rewrite => (Mode::Rewrite, Write::Always),
    };
    match pair(call, customer, Some(link), row, mode, write) {
        Ok((settled, Moved { pushed: false, pulled: false })) => result(&customer.id, Outcome::Unchanged, settled),
        Ok((settled, _)) => result(&customer.id, Outcome::Updated, settled),
        Err(unsettled) => not_settled(&customer.id, *unsettled),
    }
}

fn link_up(call: &Call<'_>, customer: &Customer, row: &Row) -> SyncResult {
    match pair(call, customer, None, row, Mode::Adopt(Side::Flexybox), Write::IfNeeded) {
        Ok((settled, _)) => result(&customer.id, Outcome::Linked, settled),
        Err(unsettled) => not_settled(&customer.id, *unsettled),
    }
}

fn not_settled(customer_id: &str, unsettled: Unsettled) -> SyncResult {
    SyncResult { conflicts: unsettled.conflicts, ..failed(customer_id, unsettled.error) }
}

/// Row ids stand unquoted in a filter, so they must be what they say.
fn is_row_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn foreign_link(call: &Call<'_>) -> Error {
    error(
        ErrorKind::Internal,
        "uniconta.foreign-link",
        say!(
            call.locale,
            "kundens kobling stammer ikke fra Uniconta; tag kundetagget af og sæt det på igen",
            "the customer's link does not come from Uniconta; take the customer tag off and put it on again"
        ),
    )
}
