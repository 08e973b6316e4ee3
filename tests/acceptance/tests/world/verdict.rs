//! When the story is over: what is wrong with it?

use super::people::{number, place};
use super::{DEBTORS, PROPERTIES, World};
use accounting_kit::types::LinkState;
use std::collections::BTreeSet;

impl World {
    pub(crate) fn what_is_wrong(&self) -> Vec<String> {
        let mut wrong = self.broken.clone();
        let customers = self.host.customers.borrow();
        let links = self.host.links.borrow();
        for (who, customer) in customers.iter().enumerate() {
            let account = number(who);
            let there = self.simulator.rows(DEBTORS).iter().filter(|row| row["Account"] == account.as_str()).count();
            let link = links.iter().find(|link| link.customer_id == customer.id);
            if customer.tags.is_empty() {
                continue;
            }
            let Some(link) = link.filter(|link| link.state == LinkState::Active) else {
                wrong.push(format!("C{who} is tagged and has no active link"));
                continue;
            };
            let row = self.debtor(&account).unwrap_or_default();
            if there != 1 || row["RowId"].as_u64() != link.external_id.parse().ok() {
                wrong.push(format!("C{who}: {there} debtors {account}, linked to {}", link.external_id));
            }
            for (what, property) in PROPERTIES.iter().enumerate() {
                let ours = place(&mut customer.clone(), what).clone();
                let theirs = row[*property].as_str().unwrap_or_default();
                if ours != theirs {
                    wrong.push(format!("C{who} {property}: FlexyBox {ours:?}, Uniconta {theirs:?}"));
                }
                wrong.extend(self.lost_edits(who, what, &ours));
            }
        }
        let created = links.iter().filter(|link| link.external_key != number(0)).count();
        let debtors = self.simulator.rows(DEBTORS).len();
        if debtors != self.debtors_at_first + created {
            wrong.push(format!("{debtors} debtors, expected {} + {created}", self.debtors_at_first));
        }
        wrong
    }

    /// Every edit must stand, or have been overwritten by somebody who saw it, or have been reported as lost.
    fn lost_edits(&self, who: usize, what: usize, stands: &str) -> Vec<String> {
        if self.cleared.contains(&(who, what)) {
            return Vec::new();
        }
        let mut accounted: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = self.lost.iter().map(String::as_str).chain([stands]).collect();
        while let Some(value) = open.pop() {
            if accounted.insert(value) {
                open.extend(self.overwrote.get(value).map(String::as_str));
            }
        }
        let mine = self.made.iter().filter(|(edited, property, _)| (*edited, *property) == (who, what));
        mine.filter(|(_, _, value)| !accounted.contains(value.as_str()))
            .map(|(_, _, value)| format!("C{who} {}: the edit {value} is lost without a report", PROPERTIES[what]))
            .collect()
    }
}
