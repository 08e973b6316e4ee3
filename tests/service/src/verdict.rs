//! When everything is at rest: what is wrong? Read from both ends and from the host's API, without the host's help in judging.

use crate::api::{Api, number, text};
use crate::club::{Club, EDITED};
use crate::error::CannotRun;
use crate::flexybox::Flexybox;
use crate::member::Member;
use crate::uniconta::{Bookkeeper, shown};
use acceptance::ledger;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uniconta_sim::Uniconta;

type Row = Map<String, Value>;

/// Whether both sides hold the same customers, each once.
///
/// # Errors
/// The host does not answer.
pub async fn customers(api: &Api, core: &Arc<Uniconta>, flexybox: &Flexybox) -> Result<Vec<String>, CannotRun> {
    let installation = format!("/api/v1/installations/{}", flexybox.installation());
    let links = api.all(&format!("{installation}/links"), "links").await?;
    let flags = api.get(&format!("{installation}/flags")).await?;
    let seen = api.get(&installation).await?;
    let debtors = Bookkeeper::new(core, flexybox.company()).debtors();
    let club = flexybox.club();
    let mut wrong = Vec::new();
    if text(&seen, "state") != "active" {
        wrong.push(format!(
            "the installation is {}: {}",
            text(&seen, "state"),
            seen.get("pause").unwrap_or(&Value::Null)
        ));
    }
    let counted = seen.get("counts").map_or(0, |counts| number(counts, "outbox"));
    if counted > 0 {
        wrong.push(format!("nothing is left in the outbox to fetch, but counts.outbox is {counted}"));
    }
    if let Some(flags) = flags.get("flags").and_then(Value::as_array).filter(|flags| !flags.is_empty()) {
        wrong.push(format!("customers are flagged: {flags:?}"));
    }
    for member in &club.members {
        wrong.extend(one_customer(&club, member, &links, &debtors));
    }
    wrong.extend(each_once(&club, &links, &debtors));
    let installation = flexybox.installation();
    Ok(wrong.into_iter().map(|line| format!("{installation}: {line}")).collect())
}

fn one_customer(club: &Club, member: &Member, links: &[Value], debtors: &[Row]) -> Vec<String> {
    let mine: Vec<&Row> = debtors.iter().filter(|row| shown(row, "Account") == member.number).collect();
    let linked: Vec<&Value> = links.iter().filter(|link| text(link, "customer_id") == member.id).collect();
    let id = &member.id;
    if !member.ever_tagged {
        let seen = mine.len() + linked.len();
        return if seen == 0 {
            Vec::new()
        } else {
            vec![format!("{id} never carried the tag and has a debtor or a link")]
        };
    }
    let mut wrong = Vec::new();
    if mine.len() > 1 || linked.len() > 1 {
        wrong.push(format!("{id}: {} debtors {}, {} links", mine.len(), member.number, linked.len()));
    }
    if !member.tagged {
        if linked.first().is_some_and(|link| text(link, "state") != "dormant") {
            wrong.push(format!(
                "{id} does not carry the tag, but its link is {}",
                linked.first().map(|link| text(link, "state")).unwrap_or_default()
            ));
        }
        return wrong;
    }
    let (Some(row), Some(link)) = (mine.first(), linked.first()) else {
        wrong.push(format!("{id} carries the tag: {} debtors {}, {} links", mine.len(), member.number, linked.len()));
        return wrong;
    };
    if text(link, "state") != "active" {
        wrong.push(format!("{id} carries the tag, but its link is {}", text(link, "state")));
    }
    if text(link, "external_id") != shown(row, "RowId") {
        wrong.push(format!(
            "{id} is linked to row {}, its debtor is row {}",
            text(link, "external_id"),
            shown(row, "RowId")
        ));
    }
    for (attribute, property) in EDITED {
        let (ours, theirs) = (member.value(attribute), shown(row, property));
        if ours != theirs {
            wrong.push(format!("{id} {attribute}: FlexyBox {ours:?}, Uniconta {theirs:?}"));
        }
        wrong.extend(lost_edits(club, id, attribute, ours));
    }
    wrong
}

/// Every edit must stand, or have been overwritten by somebody who saw it or put the tag on again, or have been reported as lost.
fn lost_edits(club: &Club, id: &str, attribute: &str, stands: &str) -> Vec<String> {
    let mut accounted: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = club.lost.iter().map(String::as_str).chain([stands]).collect();
    while let Some(value) = open.pop() {
        if accounted.insert(value) {
            open.extend(club.overwrote.get(value).into_iter().flatten().map(String::as_str));
        }
    }
    let mine =
        club.edits.iter().filter(|edit| edit.customer == id && edit.attribute == attribute && !edit.before_tag_on);
    mine.filter(|edit| !accounted.contains(edit.value.as_str()))
        .map(|edit| format!("{id} {attribute}: the edit {:?} is lost without a report", edit.value))
        .collect()
}

/// No debtor and no link but those of the customers, and none twice.
fn each_once(club: &Club, links: &[Value], debtors: &[Row]) -> Vec<String> {
    let mut wrong = Vec::new();
    let ours: BTreeSet<&str> = club.members.iter().map(|member| member.number.as_str()).collect();
    let mut accounts: BTreeMap<String, u32> = BTreeMap::new();
    for row in debtors {
        *accounts.entry(shown(row, "Account")).or_default() += 1;
    }
    for (account, count) in &accounts {
        // The books hold debtors whose accounts begin with a letter before the trial begins.
        if *count > 1 || !(ours.contains(account.as_str()) || account.starts_with('D')) {
            wrong.push(format!("{count} debtors have the account {account}"));
        }
    }
    let rows: BTreeSet<String> =
        debtors.iter().filter(|row| !shown(row, "Account").starts_with('D')).map(|row| shown(row, "RowId")).collect();
    let linked: BTreeSet<String> = links.iter().map(|link| text(link, "external_id").to_owned()).collect();
    if linked.len() != links.len() {
        wrong.push(format!("{} links lead to {} debtors", links.len(), linked.len()));
    }
    if linked != rows {
        let (without, without_row): (Vec<_>, Vec<_>) =
            (rows.difference(&linked).collect(), linked.difference(&rows).collect());
        wrong.push(format!("debtors without a link: {without:?}; links without a debtor: {without_row:?}"));
    }
    wrong
}

/// Whether each closed day is in the books exactly once, and the receipts say so.
///
/// # Errors
/// The host does not answer.
pub async fn days(
    api: &Api,
    core: &Arc<Uniconta>,
    flexybox: &Flexybox,
    posted: bool,
) -> Result<Vec<String>, CannotRun> {
    let installation = flexybox.installation();
    let all: Vec<(String, u64, BTreeSet<u64>)> =
        flexybox.club().days.all().map(|(id, revision, told)| (id.to_owned(), revision, told)).collect();
    let mut wrong = Vec::new();
    for (id, last, told) in all {
        let path = format!("/api/v1/installations/{installation}/days/{id}/receipts");
        let receipts = api.get(&path).await?.get("receipts").and_then(Value::as_array).cloned().unwrap_or_default();
        let revisions: Vec<u64> = receipts.iter().map(|receipt| number(receipt, "revision")).collect();
        let distinct: BTreeSet<u64> = revisions.iter().copied().collect();
        if distinct.len() != revisions.len() || distinct.last() != Some(&last) || distinct != told {
            wrong.push(format!("day {id}: sent last as {last}, receipts {revisions:?}, FlexyBox was told of {told:?}"));
        }
        for receipt in &receipts {
            let balanced = receipt.get("total_debit") == receipt.get("total_credit");
            let is_posted = receipt.get("posted").and_then(Value::as_bool) == Some(true);
            if !balanced || is_posted != posted || text(receipt, "report_id") != id {
                wrong.push(format!("day {id}: a receipt is not as it should be (posted: {posted}): {receipt}"));
            }
        }
    }
    let (should, is) = (flexybox.club().days.sums(), ledger::sums(core));
    if should != is {
        let off: Vec<String> = should
            .keys()
            .chain(is.keys())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|account| (account, should.get(account).unwrap_or(&0), is.get(account).unwrap_or(&0)))
            .filter(|(_, should, is)| should != is)
            .map(|(account, should, is)| format!("{account}: {is} øre and not {should}"))
            .collect();
        wrong.push(format!("the books differ from the days: {}", off.join(", ")));
    }
    for (voucher, sum) in ledger::vouchers(core) {
        if sum != 0 {
            wrong.push(format!("voucher {voucher} is {sum} øre off balance"));
        }
    }
    Ok(wrong.into_iter().map(|line| format!("{installation}: {line}")).collect())
}

#[cfg(test)]
mod tests {
    use super::{each_once, one_customer};
    use crate::club::Club;
    use serde_json::{Map, Value, json};

    /// One customer with the tag, whose debtor and link are as they should be.
    fn agreed() -> (Club, Vec<Value>, Vec<Map<String, Value>>) {
        let mut club = Club::default();
        club.join(true);
        let number = club.members.first().map(|member| member.number.clone()).unwrap_or_default();
        let link = json!({"customer_id": "C0", "external_id": "7", "external_key": number, "state": "active"});
        let row = json!({"RowId": 7, "Account": number, "Name": "v1"});
        (club, vec![link], row.as_object().cloned().into_iter().collect())
    }

    fn wrong(club: &Club, links: &[Value], debtors: &[Map<String, Value>]) -> Vec<String> {
        let members = club.members.iter().flat_map(|member| one_customer(club, member, links, debtors));
        members.chain(each_once(club, links, debtors)).collect()
    }

    #[test]
    fn nothing_is_wrong_where_both_sides_agree() {
        let (club, links, debtors) = agreed();
        assert_eq!(wrong(&club, &links, &debtors), Vec::<String>::new());
    }

    #[test]
    fn a_debtor_made_twice_is_seen() {
        let (club, links, mut debtors) = agreed();
        debtors.extend(debtors.clone());
        assert!(!wrong(&club, &links, &debtors).is_empty());
    }

    #[test]
    fn a_debtor_of_nobody_is_seen() {
        let (club, links, mut debtors) = agreed();
        debtors.extend(json!({"RowId": 8, "Account": "700009"}).as_object().cloned());
        assert!(!wrong(&club, &links, &debtors).is_empty());
    }

    #[test]
    fn a_link_to_another_row_is_seen() {
        let (club, _, debtors) = agreed();
        let links = [json!({"customer_id": "C0", "external_id": "8", "state": "active"})];
        assert!(!wrong(&club, &links, &debtors).is_empty());
        assert!(!wrong(&club, &[], &debtors).is_empty());
    }

    #[test]
    fn a_debtor_of_somebody_without_the_tag_is_seen() {
        let (mut club, links, debtors) = agreed();
        club.members.iter_mut().for_each(|member| (member.tagged, member.ever_tagged) = (false, false));
        assert!(!wrong(&club, &links, &debtors).is_empty());
    }

    #[test]
    fn values_that_differ_are_seen() {
        let (club, links, mut debtors) = agreed();
        debtors.iter_mut().for_each(|row| drop(row.insert("Phone".to_owned(), json!("1"))));
        assert_eq!(wrong(&club, &links, &debtors), ["C0 phone: FlexyBox \"\", Uniconta \"1\""]);
    }

    #[test]
    fn an_edit_must_stand_or_be_overwritten_or_be_reported() {
        let (mut club, links, mut debtors) = agreed();
        club.edit(0, 0);
        debtors.iter_mut().for_each(|row| drop(row.insert("Name".to_owned(), json!("v2"))));
        assert_eq!(wrong(&club, &links, &debtors), Vec::<String>::new());
        // Another edit that nobody overwrote and nobody has.
        club.new_value(0, "name");
        assert_eq!(wrong(&club, &links, &debtors), ["C0 name: the edit \"v3\" is lost without a report"]);
        club.lost.insert("v3".to_owned());
        assert_eq!(wrong(&club, &links, &debtors), Vec::<String>::new());
    }
}
