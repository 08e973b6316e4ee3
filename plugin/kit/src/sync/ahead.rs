//! Looking ahead: before the customers of a club are switched on, the host has all debtors read once, and each customer
//! remembers the debtors that may be its own. The batches that follow decide from that and ask for nobody.
//!
//! A connector keeps nothing, so what a customer remembers lies where the host keeps what belongs to a customer: in its link,
//! asleep, under an external id that no debtor has. It trades room in the host's store for calls.

use crate::exports::on_customer_changed::{Outcome, SyncResult};
use crate::types::{Agreed, Customer, Effect, ErrorKind, Link, LinkState, Setting};

/// The setting by which the host tells how far a look ahead is.
const SETTING: &str = "host.look-ahead";
/// Its value while debtors are read.
const UNDER_WAY: &str = "under-way";
/// Its value afterwards; ids of customers that must be looked up all the same may follow, each on a line.
const DONE: &str = "done";
/// How the external id of a link that only remembers begins; no accounting system's ids do.
const MARK: &str = "?";
/// In the base of such a link: more debtors may be the customer's than are remembered, so they must be asked for.
const MORE: &str = "more";
/// Debtors that one customer remembers: two are a conflict already, and an address that a whole club shares says nothing.
const MOST: usize = 8;

/// How far a look ahead is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead<'s> {
    /// Nobody looks ahead.
    No,
    /// Debtors are being read: customers remember them.
    UnderWay,
    /// All debtors were read. The text names the customers that must be looked up all the same.
    Done(&'s str),
}

impl<'s> Ahead<'s> {
    /// What the host tells.
    pub fn of(settings: &'s [Setting]) -> Self {
        match settings.iter().find(|setting| setting.key == SETTING).map(|setting| setting.value.as_str()) {
            Some(UNDER_WAY) => Self::UnderWay,
            Some(value) => value.strip_prefix(DONE).map_or(Self::No, Self::Done),
            None => Self::No,
        }
    }

    /// The debtors this customer remembers, in the form they were remembered in, all there are; `None` when that is not known and they
    /// must be asked for.
    pub fn remembered<'c>(self, customer: &Customer, link: Option<&'c Link>) -> Option<&'c [Agreed]> {
        let Self::Done(except) = self else { return None };
        let base = link.map(|link| link.base.as_slice()).unwrap_or_default();
        let all = !except.split('\n').any(|id| id == customer.id) && base.iter().all(|agreed| agreed.name != MORE);
        all.then_some(base)
    }
}

/// Whether a link only remembers debtors: there is none yet.
pub fn only_remembers(link: &Link) -> bool {
    link.external_id.starts_with(MARK)
}

/// A link of this customer that remembers nothing yet.
pub fn empty_memory(customer: &Customer) -> Link {
    Link {
        customer_id: customer.id.clone(),
        external_id: [MARK, &customer.id].concat(),
        external_key: String::new(),
        state: LinkState::Dormant,
        base: Vec::new(),
    }
}

/// Remember a debtor.
pub fn remember(link: &mut Link, id: &str, row: String) {
    if let Some(known) = link.base.iter_mut().find(|known| known.name == id) {
        known.value = row;
    } else if link.base.len() < MOST {
        link.base.push(Agreed { name: id.to_owned(), value: row });
    } else {
        link.base = vec![Agreed { name: MORE.to_owned(), value: String::new() }];
    }
}

/// Nothing is remembered of a customer that was decided on.
pub fn forget(result: &mut SyncResult) {
    let later = match &result.outcome {
        Outcome::Failed(error) => !matches!(error.kind, ErrorKind::Validation | ErrorKind::Conflict),
        _ => false,
    };
    if !later && !result.effects.iter().any(|effect| matches!(effect, Effect::PutLink(_) | Effect::RemoveLink(_))) {
        result.effects.insert(0, Effect::RemoveLink(result.customer_id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubles::nobody;
    use crate::problem::error;
    use crate::sync::result::{failed, plain};
    use rstest::rstest;

    fn told(value: &str) -> Vec<Setting> {
        vec![Setting { key: SETTING.to_owned(), value: value.to_owned() }]
    }

    #[rstest]
    #[case(&[], Ahead::No)]
    #[case(&told("under-way"), Ahead::UnderWay)]
    #[case(&told("done"), Ahead::Done(""))]
    #[case(&told("done\nC1"), Ahead::Done("\nC1"))]
    #[case(&told("something new"), Ahead::No)]
    fn what_the_host_tells(#[case] settings: &[Setting], #[case] ahead: Ahead<'_>) {
        assert_eq!(Ahead::of(settings), ahead);
    }

    #[test]
    fn nobody_who_must_be_looked_up_is_decided_on_from_memory() {
        let customer = nobody("C1");
        let settings = told("done\nC2\nC11");
        let ahead = Ahead::of(&settings);
        let mut link = empty_memory(&customer);
        assert_eq!(ahead.remembered(&customer, None), Some([].as_slice()), "all were read, and none is its own");
        remember(&mut link, "7", "{}".to_owned());
        assert_eq!(ahead.remembered(&customer, Some(&link)).map(<[Agreed]>::len), Some(1));
        assert_eq!(Ahead::of(&told("done\nC1")).remembered(&customer, Some(&link)), None);
        assert_eq!(Ahead::No.remembered(&customer, Some(&link)), None);
    }

    #[test]
    fn a_debtor_is_remembered_once_and_more_than_a_few_are_asked_for() {
        let customer = nobody("C1");
        let mut link = empty_memory(&customer);
        for round in ["old", "new"] {
            remember(&mut link, "1", round.to_owned());
        }
        assert_eq!(link.base, [Agreed { name: "1".to_owned(), value: "new".to_owned() }]);
        assert!(only_remembers(&link));
        for id in 0..=MOST {
            remember(&mut link, &format!("2{id}"), String::new());
        }
        assert_eq!(Ahead::Done("").remembered(&customer, Some(&link)), None);
        // It stays so, however many come.
        remember(&mut link, "1", "again".to_owned());
        assert_eq!(Ahead::Done("").remembered(&customer, Some(&link)), None);
    }

    #[test]
    fn memory_goes_once_it_was_decided_and_stays_for_a_later_attempt() {
        let of = |kind| failed("C1", error(kind, "x", String::new()));
        let mut told = of(ErrorKind::Conflict);
        forget(&mut told);
        assert_eq!(told.effects, [Effect::RemoveLink("C1".to_owned())]);
        let mut later = of(ErrorKind::Transient);
        forget(&mut later);
        assert!(later.effects.is_empty());
        let mut linked = plain("C1", Outcome::Linked);
        linked.effects.push(Effect::PutLink(empty_memory(&nobody("C1"))));
        forget(&mut linked);
        assert_eq!(linked.effects.len(), 1, "the link takes the place of what was remembered");
    }
}
