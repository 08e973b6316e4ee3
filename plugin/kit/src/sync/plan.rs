//! What is to be done about one changed customer, decided before any call: the first table of the design.

use crate::exports::on_customer_changed::{ChangeKind, CustomerChange, SkipReason};
use crate::types::{Link, LinkState};

/// What a deleted customer does, as the setting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The debtor is blocked.
    Block,
    /// The debtor is left as it is.
    Leave,
}

/// How an existing link is brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Three-way merge: only what changed moves.
    Merge,
    /// Every mapped value is written again.
    Rewrite,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plan<'c> {
    /// Nothing.
    Skip(SkipReason),
    /// The link goes to sleep; the accounting system is not called.
    Detach(&'c Link),
    /// The debtor is blocked and the link goes to sleep.
    Block(&'c Link),
    /// The linked debtor is brought up to date.
    Sync(&'c Link, Manner),
    /// There is no link: find the debtor, or make one.
    Find,
}

/// Decide. `tagged` is whether the customer carries the customer tag.
pub fn plan(change: &CustomerChange, tagged: bool, on_delete: OnDelete) -> Plan<'_> {
    plan_with(change, change.link.as_ref(), tagged, on_delete)
}

/// The same with another link than the change carries.
pub fn plan_with<'c>(change: &CustomerChange, link: Option<&'c Link>, tagged: bool, on_delete: OnDelete) -> Plan<'c> {
    let deleted = change.kind == ChangeKind::Deleted || change.customer.deleted;
    match (link, deleted) {
        (None, true) => Plan::Skip(SkipReason::NeverLinked),
        (Some(link), true) if link.state == LinkState::Dormant => Plan::Skip(SkipReason::NotTagged),
        (Some(link), true) if on_delete == OnDelete::Leave => Plan::Detach(link),
        (Some(link), true) => Plan::Block(link),
        (None, false) if tagged => Plan::Find,
        (None, false) => Plan::Skip(SkipReason::NotTagged),
        (Some(link), false) => match (link.state, tagged) {
            (LinkState::Active, true) if change.kind == ChangeKind::Resync => Plan::Sync(link, Manner::Rewrite),
            (LinkState::Active, true) => Plan::Sync(link, Manner::Merge),
            (LinkState::Dormant, true) => Plan::Sync(link, Manner::Rewrite),
            (LinkState::Active, false) => Plan::Detach(link),
            (LinkState::Dormant, false) => Plan::Skip(SkipReason::NotTagged),
        },
    }
}
