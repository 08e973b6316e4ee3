//! Holding both sides against what was made up, when all is done.

use super::people::{Expected, People, id_of, number_of};
use crate::api::text;
use crate::error::{CannotRun, Outcome};
use crate::scene::Scene;
use crate::uniconta::{DEBTORS, shown};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of what is wrong that are told of one kind.
const MOST_TOLD: usize = 10;
/// What several debtors for one customer are told as.
const SEVERAL: &str = "uniconta.several-match";

/// Look at every link, every debtor, and what waits for a person.
pub(super) async fn judge(
    scene: &Scene,
    installation: &str,
    company: u32,
    people: &People,
    held_before: usize,
    outcome: &mut Outcome,
) -> Result<(), CannotRun> {
    let path = format!("/api/v1/installations/{installation}");
    let links = scene.api.all(&format!("{path}/links"), "links").await?;
    let parked = scene.api.all(&format!("{path}/parked"), "events").await?;
    let rows = scene.simulator.core.rows_in(company, DEBTORS).unwrap_or_default();
    let accounts: BTreeMap<String, String> =
        rows.iter().map(|row| (shown(row, "RowId"), shown(row, "Account"))).collect();
    let before: BTreeSet<String> = people.debtors.iter().map(|row| shown(row, "Account")).collect();
    let mut linked: BTreeMap<String, String> = BTreeMap::new();
    let mut holders: BTreeSet<String> = BTreeSet::new();
    for link in &links {
        let (customer, row) = (text(link, "customer_id"), text(link, "external_id"));
        if !holders.insert(row.to_owned()) {
            outcome.wrong.push(format!("debtor row {row} is linked twice"));
        }
        if text(link, "state") != "active" {
            outcome.wrong.push(format!("the link of {customer} is not active"));
        }
        linked.insert(customer.to_owned(), accounts.get(row).cloned().unwrap_or_default());
    }
    let told: BTreeSet<String> = parked
        .iter()
        .filter(|event| text(event, "reason_code") == SEVERAL)
        .map(|event| text(event, "key").trim_start_matches("c:").to_owned())
        .collect();
    let mut wrong = Vec::new();
    let mut created = 0;
    for (customer, expected) in people.expected.iter().enumerate() {
        let id = id_of(customer);
        let account = linked.get(&id).map(String::as_str);
        let is_told = told.contains(&id);
        let good = match expected {
            Expected::Linked(wanted) => account == Some(wanted) && !is_told,
            Expected::Conflict => account.is_none() && is_told,
            Expected::Created => {
                created += 1;
                let number = number_of(customer);
                account == Some(number.as_str()) && !before.contains(&number) && !is_told
            }
        };
        if !good {
            wrong.push(format!("{id} must be {expected:?}, and is linked to {account:?}, told: {is_told}"));
        }
    }
    let all = people.expected.iter().filter(|expected| **expected == Expected::Conflict).count();
    if parked.len() != all {
        wrong.push(format!("{} events wait for a person, of {all} that must", parked.len()));
    }
    if rows.len() != held_before + created {
        wrong.push(format!("the books hold {} debtors and not {held_before} + {created}", rows.len()));
    }
    let number = wrong.len();
    outcome.wrong.extend(wrong.into_iter().take(MOST_TOLD));
    if number > MOST_TOLD {
        outcome.wrong.push(format!("and {} more", number - MOST_TOLD));
    }
    outcome.figure("linked", linked.len() - created.min(linked.len()));
    outcome.figure("created", created);
    outcome.figure("told", told.len());
    Ok(())
}
