//! Links and their base: what both sides agreed on, in one order, so that the same agreement is the same link.

use crate::names;
use crate::types::{Agreed, Customer, Link, LinkState};

/// Marks, in a link's base, that FlexyBox blocked the debtor because the customer was deleted.
const BLOCKED_BY_US: &str = "blocked:";

/// A link that takes part.
pub fn active_link(customer: &Customer, external_id: String, external_key: String, base: Vec<Agreed>) -> Link {
    let base = in_order(base);
    Link { customer_id: customer.id.clone(), external_id, external_key, state: LinkState::Active, base }
}

/// The link put to sleep, with a note when it was FlexyBox that blocked the debtor.
pub fn asleep(link: &Link, blocked_by_us: bool) -> Link {
    let mut link = Link { state: LinkState::Dormant, ..link.clone() };
    if blocked_by_us && !is_blocked_by_us(&link.base) {
        link.base.push(Agreed { name: BLOCKED_BY_US.to_owned(), value: "true".to_owned() });
        link.base = in_order(link.base);
    }
    link
}

/// Whether it was FlexyBox that blocked the debtor.
pub fn is_blocked_by_us(base: &[Agreed]) -> bool {
    base.iter().any(|agreed| agreed.name == BLOCKED_BY_US)
}

/// What both agreed on for a property; `None` when they never did.
pub fn base_of<'b>(base: &'b [Agreed], name: &str) -> Option<&'b str> {
    base.iter().find(|agreed| names::equal(&agreed.name, name)).map(|agreed| agreed.value.as_str())
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
