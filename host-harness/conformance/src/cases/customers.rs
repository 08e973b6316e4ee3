//! From FlexyBox to the books.

use crate::stage::{Stage, kind, outcome, refusal, results};
use crate::verdict::{Checked, expect, fails};
use accounting_trial::{Attribute, Debtor, Typed};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome, SkipReason};
use host_harness::bindings::types::{ErrorKind, LinkState};

/// The value of an attribute of a debtor; empty for none.
pub(super) fn value(debtor: &Debtor, attribute: Attribute) -> &str {
    debtor.attributes.get(&attribute).map_or("", String::as_str)
}

/// An attribute has this value.
pub(super) fn has(debtor: &Debtor, attribute: Attribute, expected: &str) -> Checked {
    let seen = value(debtor, attribute);
    expect(seen == expected, || format!("the debtor's {attribute:?} is {expected:?}, and is {seen:?}"))
}

/// There are so many debtors more than at first.
pub(super) async fn more(stage: &Stage, before: usize, more: usize) -> Checked {
    let now = stage.books.debtors().await?.len();
    expect(now == before.saturating_add(more), || {
        format!("there are {more} debtors more than before, {before}, and there are {now}")
    })
}

async fn no_write(stage: &Stage) -> Checked {
    let writes = stage.books.writes().await?;
    expect(writes == 0, || format!("nothing is written, and there were {writes} writes"))
}

pub(super) async fn untagged(stage: &mut Stage) -> Checked {
    let member = stage.member(0);
    stage.edit(&member.id, |customer| customer.tags = vec!["Nyhedsbrev".to_owned()])?;
    for kind in [ChangeKind::Created, ChangeKind::Changed, ChangeKind::Resync] {
        let result = stage.changed(&member.id, kind).await?;
        expect(matches!(result.outcome, Outcome::Skipped(SkipReason::NotTagged)), || {
            format!("a customer without the tag is skipped as not-tagged, and is {}", outcome(&result.outcome))
        })?;
    }
    let sent = stage.sent().len();
    expect(sent == 0, || format!("nothing is called for a customer without the tag, and {sent} requests went out"))
}

pub(super) async fn created(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let before = stage.books.debtors().await?.len();
    let (member, link) = stage.in_step(0).await?;
    more(stage, before, 1).await?;
    let debtor = stage.debtor(&link).await?;
    let values = [
        (Attribute::Name, &member.name),
        (Attribute::Address, &member.address),
        (Attribute::Zip, &member.zip),
        (Attribute::City, &member.city),
        (Attribute::Email, &member.email),
    ];
    values.into_iter().try_for_each(|(attribute, expected)| has(&debtor, attribute, expected))?;
    let phone = [value(&debtor, Attribute::Phone), value(&debtor, Attribute::Mobile)];
    expect(phone.contains(&member.phone.as_str()), || "the debtor has the customer's telephone number".to_owned())?;
    expect(link.external_key == debtor.external_key, || {
        format!("the link's external-key is the debtor's number {}, and is {}", debtor.external_key, link.external_key)
    })?;
    expect(link.state == LinkState::Active && link.customer_id == member.id, || {
        "the link is the customer's and active".to_owned()
    })?;
    expect(!debtor.blocked, || "a new debtor is not blocked".to_owned())
}

pub(super) async fn unchanged(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    for kind in [ChangeKind::Changed, ChangeKind::Created] {
        let result = stage.changed(&member.id, kind).await?;
        expect(matches!(result.outcome, Outcome::Unchanged), || {
            format!("a customer that did not change is unchanged, and is {}", outcome(&result.outcome))
        })?;
    }
    no_write(stage).await?;
    // Something that is not synchronised changed.
    stage.edit(&member.id, |customer| customer.tags.push("Nyhedsbrev".to_owned()))?;
    stage.changed(&member.id, ChangeKind::Changed).await?;
    no_write(stage).await?;
    expect(stage.link(&member.id)?.external_id == link.external_id, || "the link stays the same".to_owned())
}

pub(super) async fn changed(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    let before = stage.books.debtors().await?.len();
    stage.edit(&member.id, |customer| {
        customer.city = "Ørslevkær".to_owned();
        customer.email = "nyt@medlem.example".to_owned();
        customer.address.clear();
    })?;
    let result = stage.changed(&member.id, ChangeKind::Changed).await?;
    expect(matches!(result.outcome, Outcome::Updated), || {
        format!("a customer that changed is updated, and is {}", outcome(&result.outcome))
    })?;
    let debtor = stage.debtor(&link).await?;
    has(&debtor, Attribute::City, "Ørslevkær")?;
    has(&debtor, Attribute::Email, "nyt@medlem.example")?;
    has(&debtor, Attribute::Address, "")?;
    has(&debtor, Attribute::Name, &member.name)?;
    more(stage, before, 0).await
}

pub(super) async fn unmodelled(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let member = stage.member(0);
    let attributes = [(Attribute::Name, member.name.clone()), (Attribute::Email, member.email.clone())].into();
    let typed = Typed { external_key: Some(member.number.clone()), attributes, unmodelled: true };
    let before = stage.books.type_debtor(&typed).await?;
    expect(!before.unmodelled.is_empty(), || "the simulator shows properties the contract has no word for".to_owned())?;
    let result = stage.changed(&member.id, ChangeKind::Created).await?;
    expect(matches!(result.outcome, Outcome::Linked), || {
        format!("the debtor that is there is linked, and it is {}", outcome(&result.outcome))
    })?;
    stage.edit(&member.id, |customer| customer.city = "Ørslevkær".to_owned())?;
    stage.changed(&member.id, ChangeKind::Changed).await?;
    stage.edit(&member.id, |customer| customer.city.clear())?;
    stage.changed(&member.id, ChangeKind::Resync).await?;
    let link = stage.link(&member.id)?;
    let after = stage.debtor(&link).await?;
    let lost = before.unmodelled.iter().filter(|(name, value)| after.unmodelled.get(*name) != Some(value));
    let lost: Vec<&str> = lost.map(|(name, _)| name.as_str()).collect();
    expect(lost.is_empty(), || {
        format!("what the contract has no word for stays, and these did not: {}", lost.join(", "))
    })
}

pub(super) async fn existing(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    // By number and name, since a number alone may be somebody else's; and where number and name differ by e-mail.
    let (by_number, by_email) = (stage.member(0), stage.member(1));
    let typed = |key: &str, name: &str, attribute, value: &str| Typed {
        external_key: Some(key.to_owned()),
        attributes: [(Attribute::Name, name.to_owned()), (attribute, value.to_owned())].into(),
        unmodelled: false,
    };
    let first = typed(&by_number.number, &by_number.name, Attribute::City, "Ørslevkær");
    let first = stage.books.type_debtor(&first).await?;
    let other = stage.profile().customers.first_number.saturating_add(500).to_string();
    let second = typed(&other, "Kaldt noget andet", Attribute::Email, &by_email.email);
    let second = stage.books.type_debtor(&second).await?;
    let before = stage.books.debtors().await?.len();
    for (member, debtor, by) in [(by_number, first, "number and name"), (by_email, second, "e-mail")] {
        let result = stage.changed(&member.id, ChangeKind::Created).await?;
        expect(matches!(result.outcome, Outcome::Linked), || {
            format!("a customer whose {by} is that of a debtor is linked, and is {}", outcome(&result.outcome))
        })?;
        let link = stage.link(&member.id)?;
        expect(link.external_id == debtor.external_id, || format!("it is linked to the debtor with its {by}"))?;
        let debtor = stage.debtor(&link).await?;
        has(&debtor, Attribute::Name, &member.name)?;
        has(&debtor, Attribute::City, &member.city)?;
    }
    more(stage, before, 0).await
}

pub(super) async fn tag_off_and_on(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    let before = stage.debtor(&link).await?;
    let count = stage.books.debtors().await?.len();
    stage.edit(&member.id, |customer| customer.tags.clear())?;
    let result = stage.changed(&member.id, ChangeKind::Changed).await?;
    expect(matches!(result.outcome, Outcome::Detached), || {
        format!("a customer whose tag was taken off is detached, and is {}", outcome(&result.outcome))
    })?;
    let asleep = stage.flexybox.link(&member.id).is_none_or(|link| link.state == LinkState::Dormant);
    expect(asleep, || "without the tag the link sleeps, and it is active".to_owned())?;
    stage.edit(&member.id, |customer| customer.city = "Ørslevkær".to_owned())?;
    stage.changed(&member.id, ChangeKind::Changed).await?;
    expect(stage.debtor(&link).await? == before, || {
        "without the tag the debtor is left as it is, and it changed".to_owned()
    })?;
    no_write(stage).await?;
    let tag = stage.profile().customers.tag.clone();
    stage.edit(&member.id, |customer| customer.tags.push(tag))?;
    stage.changed(&member.id, ChangeKind::Changed).await?;
    let link = stage.link(&member.id)?;
    expect(link.state == LinkState::Active, || "with the tag again the link is active".to_owned())?;
    has(&stage.debtor(&link).await?, Attribute::City, "Ørslevkær")?;
    more(stage, count, 0).await
}

pub(super) async fn deleted(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    stage.edit(&member.id, |customer| customer.deleted = true)?;
    let result = stage.changed(&member.id, ChangeKind::Deleted).await?;
    let debtor = stage.debtor(&link).await?;
    expect(matches!(result.outcome, Outcome::Blocked), || {
        format!("the debtor of a deleted customer is blocked, and the outcome is {}", outcome(&result.outcome))
    })?;
    expect(debtor.blocked, || "the debtor of a deleted customer is blocked, and it is open".to_owned())?;
    has(&debtor, Attribute::Name, &member.name)?;
    // And nobody comes to life because of it.
    let never = stage.member(1);
    stage.edit(&never.id, |customer| customer.deleted = true)?;
    let before = stage.books.debtors().await?.len();
    let result = stage.changed(&never.id, ChangeKind::Deleted).await?;
    expect(matches!(result.outcome, Outcome::Skipped(SkipReason::NeverLinked)), || {
        format!("a deleted customer that was never linked is skipped, and is {}", outcome(&result.outcome))
    })?;
    more(stage, before, 0).await
}

pub(super) async fn deleted_there(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    stage.books.delete_debtor(&link.external_id).await?;
    let before = stage.books.debtors().await?.len();
    stage.edit(&member.id, |customer| customer.city = "Ørslevkær".to_owned())?;
    let event = stage.event(&[(&member.id, ChangeKind::Changed)])?;
    let driven = stage.run(&event).await?;
    more(stage, before, 0).await?;
    let flagged = stage.flexybox.flags().iter().any(|flag| flag.customer_id == member.id);
    let failed = results(&driven)?.iter().any(|one| matches!(one.outcome, Outcome::Failed(_)));
    expect(flagged || failed, || "people are told that the debtor is gone, and are not".to_owned())
}

pub(super) async fn too_long(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    let long = "Å".repeat(stage.profile().customers.too_long);
    stage.edit(&member.id, |customer| {
        customer.name = long;
        customer.city = "Ørslevkær".to_owned();
    })?;
    let event = stage.event(&[(&member.id, ChangeKind::Changed)])?;
    let driven = stage.run(&event).await?;
    let debtor = stage.debtor(&link).await?;
    has(&debtor, Attribute::Name, &member.name)?;
    has(&debtor, Attribute::City, &member.city)?;
    let error = refusal(&driven)?;
    expect(error.kind == ErrorKind::Validation, || {
        format!("it is an error of the kind validation, and is {}", kind(&error))
    })?;
    expect(error.subject.is_some(), || "the error says which field it is about".to_owned())
}

pub(super) async fn one_bad(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let before = stage.books.debtors().await?.len();
    let members = [0, 1, 2].map(|nth| stage.member(nth));
    let [_, bad, _] = &members;
    let long = "Å".repeat(stage.profile().customers.too_long);
    stage.edit(&bad.id, |customer| customer.name = long)?;
    let changed: Vec<(&str, ChangeKind)> =
        members.iter().map(|member| (member.id.as_str(), ChangeKind::Created)).collect();
    let event = stage.event(&changed)?;
    let outcomes: Vec<Outcome> = results(&stage.run(&event).await?)?.into_iter().map(|one| one.outcome).collect();
    let words: Vec<String> = outcomes.iter().map(outcome).collect();
    match outcomes.as_slice() {
        [Outcome::Created, Outcome::Failed(error), Outcome::Created] if error.kind == ErrorKind::Validation => {}
        _ => return fails(format!("of three the second fails alone, and they are: {}", words.join(", "))),
    }
    more(stage, before, 2).await
}

pub(super) async fn both_changed(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    stage.typed(&link, Attribute::City, "Bogholderby").await?;
    stage.edit(&member.id, |customer| customer.city = "Klubby".to_owned())?;
    let result = stage.changed(&member.id, ChangeKind::Changed).await?;
    let there = value(&stage.debtor(&link).await?, Attribute::City).to_owned();
    let here = stage.flexybox.customer(&member.id).map(|customer| customer.city).unwrap_or_default();
    expect(there == here, || format!("both sides hold the same, and FlexyBox has {here:?} and the books {there:?}"))?;
    expect(!result.conflicts.is_empty(), || "that both had changed it is told as a conflict, and is not".to_owned())?;
    let lost = if here == "Klubby" { "Bogholderby" } else { "Klubby" };
    let told = result.conflicts.iter().any(|one| one.kept_value == here && one.lost_value == lost);
    expect(told, || "the conflict says which value stands and which was lost".to_owned())
}

pub(super) async fn twice(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let before = stage.books.debtors().await?.len();
    let member = stage.member(0);
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    stage.run_and_forget(&event).await?;
    more(stage, before, 1).await?;
    let driven = stage.run_again(&event).await?;
    more(stage, before, 1).await?;
    let link = stage.link(&member.id)?;
    has(&stage.debtor(&link).await?, Attribute::Name, &member.name)?;
    expect(driven.result.is_ok(), || "the second run succeeds".to_owned())
}
