//! Answers as no documentation shows them.

use super::customers::{has, more};
use crate::stage::{Stage, outcome};
use crate::verdict::{Checked, expect};
use accounting_trial::{Attribute, How, On, Typed};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome};

/// As many calls as one case could ever make.
const ALL: u32 = 10_000;
/// Long, and still an answer that a call may read.
const LONG: u64 = 1 << 20;
/// More than any call may read.
const ENDLESS: u64 = 64 << 20;

pub(super) async fn unknown_fields(stage: &mut Stage) -> Checked {
    stage.books.troubles(On::Any, 0, ALL, How::UnknownFields).await?;
    let configured = stage.configure().await?;
    expect(configured.ready, || "with fields nobody knows in the answers the settings are as good".to_owned())?;
    let (member, link) = stage.in_step(0).await?;
    stage.edit(&member.id, |customer| customer.city = "Ørslevkær".to_owned())?;
    let result = stage.changed(&member.id, ChangeKind::Changed).await?;
    expect(matches!(result.outcome, Outcome::Updated), || {
        format!("with fields nobody knows in the answers a change is updated, and is {}", outcome(&result.outcome))
    })?;
    has(&stage.debtor(&link).await?, Attribute::City, "Ørslevkær")
}

pub(super) async fn broken(stage: &mut Stage) -> Checked {
    let reads = [How::Empty, How::Rubbish, How::Truncated, How::Padded { bytes: LONG }, How::Padded { bytes: ENDLESS }];
    for how in reads {
        stage.again().await?;
        stage.configure().await?;
        // Its debtor is there: whoever takes a broken answer for "nothing found" makes a second one.
        let member = stage.member(0);
        let attributes = [(Attribute::Name, "Kaldt noget andet".to_owned())].into();
        stage
            .books
            .type_debtor(&Typed { external_key: Some(member.number.clone()), attributes, unmodelled: false })
            .await?;
        once_broken(stage, On::Read, how, &member.id, 0).await?;
    }
    for how in [How::Rubbish, How::Truncated, How::Padded { bytes: LONG }] {
        stage.again().await?;
        stage.configure().await?;
        let member = stage.member(0);
        once_broken(stage, On::Write, how, &member.id, 1).await?;
    }
    Ok(())
}

/// A new customer whose next call of this kind is answered so, and who is tried again after that.
async fn once_broken(stage: &mut Stage, on: On, how: How, id: &str, made: usize) -> Checked {
    let before = stage.books.debtors().await?.len();
    let event = stage.event(&[(id, ChangeKind::Created)])?;
    stage.books.trouble(on, how.clone()).await?;
    stage.run(&event).await?;
    stage.books.no_more_trouble().await?;
    stage.run_again(&event).await?;
    more(stage, before, made).await.map_err(|wrong| about(wrong, on, &how))?;
    let name = stage.flexybox.customer(id).map(|customer| customer.name).unwrap_or_default();
    let link = stage.link(id).map_err(|wrong| about(wrong, on, &how))?;
    has(&stage.debtor(&link).await?, Attribute::Name, &name).map_err(|wrong| about(wrong, on, &how))
}

fn about(wrong: crate::verdict::Wrong, on: On, how: &How) -> crate::verdict::Wrong {
    match wrong {
        crate::verdict::Wrong::Fails(seen) => {
            crate::verdict::Wrong::Fails(format!("after an answer to a {on:?} that was {how:?}: {seen}"))
        }
        other => other,
    }
}
