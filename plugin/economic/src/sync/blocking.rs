//! A customer was deleted in FlexyBox: the one in e-conomic is barred (spærret), never deleted, since it may have entries.

use super::pairing::put;
use crate::api::Doc;
use crate::call::Call;
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use accounting_kit::sync::links::asleep;
use accounting_kit::sync::result::{Settled, failed, plain, result};
use accounting_kit::types::{Effect, Link};
use serde_json::Value;

/// Bar the customer and put the link to sleep.
pub(super) fn block(call: &Call<'_>, change: &CustomerChange, link: &Link, doc: Option<&Doc>) -> SyncResult {
    let id = &change.customer.id;
    let Some(doc) = doc else {
        let settled = Settled { effects: vec![Effect::RemoveLink(id.clone())], ..Settled::default() };
        return result(id, Outcome::Detached, settled);
    };
    let barred_already = doc.is_on("barred");
    if !barred_already {
        let mut map = doc.to_send();
        map.insert("barred".to_owned(), Value::Bool(true));
        if let Err(error) = put(call, &link.external_id, map) {
            return failed(id, error);
        }
    }
    let link = asleep(link, !barred_already);
    result(id, Outcome::Blocked, Settled { effects: vec![Effect::PutLink(link)], ..Settled::default() })
}

/// Put the link to sleep and leave the customer there as it is.
pub(super) fn detach(change: &CustomerChange, link: &Link) -> SyncResult {
    let mut settled = plain(&change.customer.id, Outcome::Detached);
    settled.effects.push(Effect::PutLink(asleep(link, false)));
    settled
}
