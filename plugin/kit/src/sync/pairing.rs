//! A customer against a debtor: which value goes which way, and what both sides then agree on. No calls.

use crate::merge::{Verdict, adopt, merge, rewrite};
use crate::types::{
    Agreed, Customer, CustomerProperty, CustomerUpdate, Error, ErrorKind, FieldConflict, PropertyChange, Side,
};
use std::borrow::Cow;

/// Whose word counts, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Both sides against what they agreed on; the side given wins a conflict.
    Merge(Side),
    /// They never agreed on anything; the side given wins where both have something.
    Adopt(Side),
    /// Everything FlexyBox has is written again.
    Rewrite,
}

impl Mode {
    /// What happens to one property. All three in canonical form, no value as empty text.
    pub fn verdict(self, base: &str, ours: &str, theirs: &str) -> Verdict {
        match self {
            Self::Merge(wins) => merge(base, ours, theirs, wins),
            Self::Adopt(wins) => adopt(ours, theirs, wins),
            Self::Rewrite => rewrite(base, ours, theirs),
        }
    }
}

/// When the debtor is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// When something goes to the accounting system.
    IfNeeded,
    /// Even when nothing differs: a person asked for it.
    Always,
    /// Not now: what FlexyBox changed comes as an event of its own.
    Never,
}

/// What moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The debtor was written.
    pub pushed: bool,
    /// The customer changes.
    pub pulled: bool,
}

/// Why customer and debtor could not be brought together. There are no effects then.
#[derive(Debug)]
pub struct Unsettled {
    /// What went wrong.
    pub error: Error,
    /// What a write of unknown outcome may have overwritten: told now, since the next attempt cannot see it any more.
    pub conflicts: Vec<FieldConflict>,
}

impl From<Error> for Box<Unsettled> {
    fn from(error: Error) -> Self {
        Self::new(Unsettled { error, conflicts: Vec::new() })
    }
}

/// One property seen from both sides, in canonical form.
pub struct Compared<'v> {
    /// The FlexyBox side.
    pub property: &'v CustomerProperty,
    /// Its name in the base.
    pub name: &'v str,
    /// What FlexyBox holds, as typed.
    pub typed: &'v str,
    /// What FlexyBox holds.
    pub ours: Cow<'v, str>,
    /// What the accounting system holds.
    pub theirs: Cow<'v, str>,
    /// What both agreed on last.
    pub agreed: Option<&'v str>,
}

/// What it comes to. `P` is a value on its way to the accounting system.
#[derive(Debug)]
pub struct Reconciled<P> {
    /// What goes to the accounting system.
    pub pushes: Vec<P>,
    /// What goes to FlexyBox, and what is agreed once it has.
    pub pulls: Vec<(PropertyChange, Agreed)>,
    /// What both agree on now, pulls and pushes left as they were.
    pub base: Vec<Agreed>,
    /// Where both had changed the same thing.
    pub conflicts: Vec<FieldConflict>,
}

impl<P> Default for Reconciled<P> {
    fn default() -> Self {
        Self { pushes: Vec::new(), pulls: Vec::new(), base: Vec::new(), conflicts: Vec::new() }
    }
}

impl<P> Reconciled<P> {
    /// Note what happens to one property. `push` makes the value that goes out, `shown` what FlexyBox shows for a
    /// canonical value of the accounting system.
    pub fn take(
        &mut self,
        value: Compared<'_>,
        verdict: Verdict,
        push: impl FnOnce(String) -> P,
        shown: impl Fn(&str) -> String,
    ) {
        if let Verdict::Conflict(kept) = verdict {
            let (kept_value, lost_value) = match kept {
                Side::Flexybox => (value.typed.to_owned(), shown(&value.theirs)),
                Side::Accounting => (shown(&value.theirs), value.typed.to_owned()),
            };
            self.conflicts.push(FieldConflict { property: value.property.clone(), kept, kept_value, lost_value });
        }
        let name = value.name.to_owned();
        match verdict {
            Verdict::Agreed => {
                self.base.push(Agreed { name, value: value.ours.into_owned() });
                return;
            }
            Verdict::Push | Verdict::Conflict(Side::Flexybox) => self.pushes.push(push(value.ours.into_owned())),
            Verdict::Pull | Verdict::Conflict(Side::Accounting) => {
                let change = PropertyChange { property: value.property.clone(), value: shown(&value.theirs) };
                self.pulls.push((change, Agreed { name, value: value.theirs.into_owned() }));
            }
        }
        if let Some(agreed) = value.agreed {
            self.base.push(Agreed { name: value.name.to_owned(), value: agreed.to_owned() });
        }
    }

    /// The update for FlexyBox, if anything goes there.
    pub fn customer_update(&self, customer: &Customer) -> Option<CustomerUpdate> {
        (!self.pulls.is_empty()).then(|| CustomerUpdate {
            customer_id: customer.id.clone(),
            revision: customer.revision,
            changes: self.pulls.iter().map(|(change, _)| change.clone()).collect(),
            agreed: self.pulls.iter().map(|(_, agreed)| agreed.clone()).collect(),
        })
    }

    /// A write failed: what it may have overwritten is told with the error.
    pub fn unsettled(&mut self, error: Error) -> Box<Unsettled> {
        let mut conflicts = std::mem::take(&mut self.conflicts);
        conflicts.retain(|conflict| conflict.kept == Side::Flexybox && error.kind == ErrorKind::Uncertain);
        Box::new(Unsettled { error, conflicts })
    }

    /// What FlexyBox changed is not sent now; it stays as it was in the base, and a conflict FlexyBox would win waits too.
    pub fn leave_pushes_for_later(&mut self, old_base: &[Agreed]) {
        self.conflicts.retain(|conflict| conflict.kept == Side::Accounting);
        self.pushes.clear();
        for old in old_base.iter().filter(|old| old.name.contains(':')) {
            if self.base.iter().all(|agreed| agreed.name != old.name) {
                self.base.push(old.clone());
            }
        }
    }
}
