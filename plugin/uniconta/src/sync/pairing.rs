//! Bringing one customer and one debtor together: reconcile, write if needed, and say what the host must keep.

use super::reconcile::{Mode, Push, Reconciled, reconcile};
use super::result::Settled;
use super::written::note_written;
use crate::api::Row;
use crate::assumptions::DEBTOR_ENTITY;
use crate::call::Call;
use crate::debtor::values::Kind;
use accounting_kit::types::{
    Agreed, Customer, CustomerProperty, Effect, Error, ErrorKind, FieldConflict, Link, LinkState, Side,
};

/// Marks, in a link's base, that FlexyBox blocked the debtor because the customer was deleted.
const BLOCKED_BY_US: &str = "blocked:";

/// When the row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// When something goes to Uniconta.
    IfNeeded,
    /// Even when nothing differs: a person asked for it.
    Always,
    /// Not now: what FlexyBox changed comes as an event of its own.
    Never,
}

/// What moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) pushed: bool,
    pub(super) pulled: bool,
}

/// Why customer and debtor could not be brought together. There are no effects then.
#[derive(Debug)]
pub(super) struct Unsettled {
    pub(super) error: Error,
    /// What a write of unknown outcome may have overwritten: told now, since the next attempt cannot see it any more.
    pub(super) conflicts: Vec<FieldConflict>,
}

impl From<Error> for Box<Unsettled> {
    fn from(error: Error) -> Self {
        Self::new(Unsettled { error, conflicts: Vec::new() })
    }
}

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
    } else if old_base.iter().any(|agreed| agreed.name == BLOCKED_BY_US) {
        found.pushes.extend(row.is_on("Blocked").then(unblock));
    }
    let pushed = write == Write::Always || (write == Write::IfNeeded && !found.pushes.is_empty());
    let mut base = std::mem::take(&mut found.base);
    let mut notices = Vec::new();
    let mut account = row.account();
    if pushed {
        let answer =
            call.api().update(DEBTOR_ENTITY, &found.row_to_send(row)).map_err(|error| found.unsettled(error))?;
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

/// A link that takes part. Its base is in one order, so that the same agreement is the same link.
pub(super) fn active_link(customer: &Customer, external_id: String, external_key: String, base: Vec<Agreed>) -> Link {
    let base = in_order(base);
    Link { customer_id: customer.id.clone(), external_id, external_key, state: LinkState::Active, base }
}

/// The link put to sleep, with a note when it was FlexyBox that blocked the debtor.
pub(super) fn asleep(link: &Link, blocked_by_us: bool) -> Link {
    let mut link = Link { state: LinkState::Dormant, ..link.clone() };
    if blocked_by_us && link.base.iter().all(|agreed| agreed.name != BLOCKED_BY_US) {
        link.base.push(Agreed { name: BLOCKED_BY_US.to_owned(), value: "true".to_owned() });
        link.base = in_order(link.base);
    }
    link
}

/// By name. A base has a few dozen entries.
fn in_order(base: Vec<Agreed>) -> Vec<Agreed> {
    let mut ordered: Vec<Agreed> = Vec::with_capacity(base.len());
    for agreed in base {
        let place = ordered.partition_point(|other| other.name <= agreed.name);
        ordered.insert(place, agreed);
    }
    ordered
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

impl Reconciled {
    fn unsettled(&mut self, error: Error) -> Box<Unsettled> {
        let mut conflicts = std::mem::take(&mut self.conflicts);
        conflicts.retain(|conflict| conflict.kept == Side::Flexybox && error.kind == ErrorKind::Uncertain);
        Box::new(Unsettled { error, conflicts })
    }

    /// What FlexyBox changed is not sent now; it stays as it was in the base, and a conflict FlexyBox would win waits too.
    fn leave_pushes_for_later(&mut self, old_base: &[Agreed]) {
        self.conflicts.retain(|conflict| conflict.kept == Side::Accounting);
        self.pushes.clear();
        for old in old_base.iter().filter(|old| old.name.contains(':')) {
            if self.base.iter().all(|agreed| agreed.name != old.name) {
                self.base.push(old.clone());
            }
        }
    }
}
