//! What a host keeps for a connector: links and what both sides agreed on.

use crate::stage::Stage;
use crate::verdict::{Checked, expect};
use accounting_trial::Attribute;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::{Customer, Link};
use std::collections::BTreeSet;

/// Members of the case.
const MEMBERS: u32 = 3;

pub(super) async fn well_formed(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let mut all = Vec::new();
    for nth in 0..MEMBERS {
        all.push(stage.in_step(nth).await?);
    }
    for (member, first) in &all {
        formed(member, first)?;
        stage.edit(&member.id, |customer| customer.city = "Ørslevkær".to_owned())?;
        stage.changed(&member.id, ChangeKind::Changed).await?;
        stage.typed(first, Attribute::Address, "Bogholdervej 1").await?;
        stage.changed(&member.id, ChangeKind::Resync).await?;
        let last = stage.link(&member.id)?;
        formed(member, &last)?;
        expect(last.external_id == first.external_id, || {
            format!(
                "the external id of a debtor never changes, and was {:?} and is {:?}",
                first.external_id, last.external_id
            )
        })?;
    }
    let ids: BTreeSet<&str> = all.iter().map(|(_, link)| link.external_id.as_str()).collect();
    expect(ids.len() == all.len(), || {
        format!("every customer has a debtor of its own, and {} customers have {}", all.len(), ids.len())
    })?;
    let debtors = stage.books.debtors().await?;
    all.iter().try_for_each(|(_, link)| {
        let there = debtors
            .iter()
            .any(|debtor| debtor.external_id == link.external_id && debtor.external_key == link.external_key);
        expect(there, || {
            format!("a debtor has the id {:?} and the number {:?}, and none has", link.external_id, link.external_key)
        })
    })
}

/// A link names both sides, and each agreed value once.
fn formed(member: &Customer, link: &Link) -> Checked {
    expect(link.customer_id == member.id, || format!("the link is of {}, and names {}", member.id, link.customer_id))?;
    expect(!link.external_id.is_empty() && !link.external_key.is_empty(), || {
        "a link has an external id and an external key, and one is empty".to_owned()
    })?;
    let names: BTreeSet<&str> = link.base.iter().map(|agreed| agreed.name.as_str()).collect();
    expect(names.len() == link.base.len(), || {
        "each agreed value stands in a link once, and one stands twice".to_owned()
    })
}
