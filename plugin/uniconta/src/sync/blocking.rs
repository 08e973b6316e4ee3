//! A customer was deleted in FlexyBox: the debtor is blocked, never deleted, since it may have transactions.

use crate::api::Row;
use crate::assumptions::DEBTOR_ENTITY;
use crate::call::Call;
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use accounting_kit::sync::links::asleep;
use accounting_kit::sync::result::{Settled, failed, plain, result};
use accounting_kit::types::{Effect, Link};
use serde_json::Value;

/// Block the debtor of a deleted customer and put the link to sleep.
pub(super) fn block(call: &Call<'_>, change: &CustomerChange, link: &Link, row: Option<&Row>) -> SyncResult {
    let id = &change.customer.id;
    let Some(row) = row else {
        let settled = Settled { effects: vec![Effect::RemoveLink(id.clone())], ..Settled::default() };
        return result(id, Outcome::Detached, settled);
    };
    let blocked_already = row.is_on("Blocked");
    if !blocked_already && let Err(error) = call.api().update(DEBTOR_ENTITY, row, &[("Blocked", &Value::Bool(true))]) {
        return failed(id, error);
    }
    let link = asleep(link, !blocked_already);
    result(id, Outcome::Blocked, Settled { effects: vec![Effect::PutLink(link)], ..Settled::default() })
}

/// Put the link to sleep and leave the debtor as it is.
pub(super) fn detach(change: &CustomerChange, link: &Link) -> SyncResult {
    let mut settled = plain(&change.customer.id, Outcome::Detached);
    settled.effects.push(Effect::PutLink(asleep(link, false)));
    settled
}
