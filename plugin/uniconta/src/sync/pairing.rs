//! Bringing one customer and one debtor together: reconcile, write if needed, and say what the host must keep.

use super::reconcile::{Push, reconcile};
use super::written::note_written;
use crate::api::Row;
use crate::assumptions::DEBTOR_ENTITY;
use crate::call::Call;
use crate::debtor::values::Kind;
use accounting_kit::sync::links::{active_link, is_blocked_by_us};
use accounting_kit::sync::pairing::{Mode, Moved, Unsettled, Write};
use accounting_kit::sync::result::Settled;
use accounting_kit::types::{Customer, CustomerProperty, Effect, Link};

/// Bring a customer and its debtor together; the link is active afterwards.
///
/// # Errors
/// `validation` before anything was sent, or what the write came to.
pub(super) fn pair(
    call: &Call<'_>,
    customer: &Customer,
    link: Option<&Link>,
    row: &Row,
    mode: Mode,
    write: Write,
) -> Result<(Settled, Moved), Box<Unsettled>> {
    let old_base = link.map(|link| link.base.as_slice()).unwrap_or_default();
    let mut found = reconcile(call, customer, old_base, row, mode)?;
    if write == Write::Never {
        found.leave_pushes_for_later(old_base);
    } else if is_blocked_by_us(old_base) {
        found.pushes.extend(row.is_on("Blocked").then(unblock));
    }
    let pushed = write == Write::Always || (write == Write::IfNeeded && !found.pushes.is_empty());
    let mut base = std::mem::take(&mut found.base);
    let mut notices = Vec::new();
    let mut account = row.account();
    if pushed {
        let values: Vec<_> = found.pushes.iter().map(|push| (push.name.as_str(), &push.value)).collect();
        let answer = call.api().update(DEBTOR_ENTITY, row, &values).map_err(|error| found.unsettled(error))?;
        notices = note_written(&found.pushes, answer.as_ref(), &mut base, call.locale);
        base.retain(|agreed| agreed.name != "Blocked" || old_base.iter().any(|old| old.name == "Blocked"));
        account = answer.map(|row| row.account()).filter(|account| !account.is_empty()).unwrap_or(account);
    }
    let external_id = row.id().or_else(|| link.map(|link| link.external_id.clone())).unwrap_or_default();
    let new = active_link(customer, external_id, account, base);
    let update = found.customer_update(customer);
    let moved = Moved { pushed, pulled: update.is_some() };
    let effects = (link != Some(&new))
        .then_some(Effect::PutLink(new))
        .into_iter()
        .chain(update.map(Effect::UpdateCustomer))
        .collect();
    Ok((Settled { effects, conflicts: found.conflicts, notices }, moved))
}

fn unblock() -> Push {
    Push {
        property: CustomerProperty::Field("Blocked".to_owned()),
        name: "Blocked".to_owned(),
        known: true,
        kind: Kind::YesNo,
        canonical: "false".to_owned(),
        typed: "nej".to_owned(),
        value: serde_json::Value::Bool(false),
    }
}
