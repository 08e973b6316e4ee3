//! From FlexyBox to Uniconta: a batch of changed customers.

use super::blocking::{block, detach};
use super::finding::DebtorRows;
use super::incoming::{deleted_there, remove_and_flag};
use super::inserting::insert;
use super::pairing::pair;
use super::reconcile::{check_values, nothing_to_send};
use crate::UNICONTA;
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{DEBTOR_ENTITY, MAX_ORS};
use crate::call::Call;
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use accounting_kit::problem::error;
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
    let plans: Vec<Plan<'_>> =
        changes.iter().map(|change| plan(change, call.is_tagged(&change.customer), call.settings.on_delete)).collect();
    let mut linked = Vec::new();
    let mut unlinked = Vec::new();
    for (at, (change, plan)) in changes.iter().zip(&plans).enumerate() {
        match plan {
            Plan::Skip(reason) => batch.set(at, plain(&change.customer.id, Outcome::Skipped(*reason))),
            Plan::Detach(link) => batch.set(at, detach(change, link)),
            Plan::Sync(link, Manner::Merge) if nothing_to_send(call, &change.customer, &link.base) => {
                batch.set(at, plain(&change.customer.id, Outcome::Unchanged));
            }
            Plan::Sync(link, _) => match check_values(call, &change.customer) {
                Ok(()) => linked.push((at, change, *plan, *link)),
                Err(error) => batch.set(at, failed(&change.customer.id, error)),
            },
            Plan::Block(link) => linked.push((at, change, *plan, *link)),
            Plan::Find => unlinked.push((at, &change.customer)),
        }
    }
    for linked in linked.chunks(MAX_ORS) {
        bring_up_to_date(call, linked, &mut batch);
    }
    find_or_create(call, &unlinked, &mut batch);
    batch.finish(changes, UNICONTA, call.locale)
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

fn find_or_create(call: &Call<'_>, unlinked: &[(usize, &Customer)], batch: &mut Batch) {
    if unlinked.is_empty() || batch.is_stopped() {
        return;
    }
    let customers: Vec<&Customer> = unlinked.iter().map(|(_, customer)| *customer).collect();
    let found = match find(&DebtorRows(call), &customers) {
        Ok(found) => found,
        Err(error) => {
            for (at, customer) in unlinked {
                batch.set(*at, failed(&customer.id, error.clone()));
            }
            return;
        }
    };
    let mut new = Vec::new();
    for ((at, customer), found) in unlinked.iter().zip(found) {
        match found {
            _ if batch.is_stopped() => return,
            Found::One(row) => batch.set(*at, link_up(call, customer, &row)),
            Found::Unclear(error) => batch.set(*at, failed(&customer.id, error)),
            Found::None | Found::Occupied => new.push((*at, *customer)),
        }
    }
    let customers: Vec<&Customer> = new.iter().map(|(_, customer)| *customer).collect();
    for ((at, _), result) in new.iter().zip(insert(call, &customers)) {
        batch.set(*at, result);
    }
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
