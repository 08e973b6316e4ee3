//! What is to be done about one changed customer, decided before any call: the first table of the design.

use crate::settings::OnDelete;
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, SkipReason};
use accounting_kit::types::{Link, LinkState};

/// How an existing link is brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Three-way merge: only what changed moves.
    Merge,
    /// Every mapped value is written again.
    Rewrite,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plan<'c> {
    Skip(SkipReason),
    /// The link goes to sleep; Uniconta is not called.
    Detach(&'c Link),
    /// The debtor is blocked and the link goes to sleep.
    Block(&'c Link),
    /// The linked debtor is brought up to date.
    Sync(&'c Link, Manner),
    /// There is no link: find the debtor, or make one.
    Find,
}

/// Decide. `tagged` is whether the customer carries the customer tag.
pub(super) fn plan(change: &CustomerChange, tagged: bool, on_delete: OnDelete) -> Plan<'_> {
    let deleted = change.kind == ChangeKind::Deleted || change.customer.deleted;
    match (&change.link, deleted) {
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
