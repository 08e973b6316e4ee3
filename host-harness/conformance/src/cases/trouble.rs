//! Trouble on the line.

use super::customers::{has, more};
use super::days;
use crate::stage::{Stage, day, kind, refusal, results};
use crate::verdict::{Checked, Wrong, expect, fails};
use accounting_trial::{Attribute, How, On};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome};
use host_harness::bindings::types::{Error, ErrorKind};
use host_harness::installation::Event;

/// As many calls as one call of a connector could ever make.
const ALL: u32 = 10_000;
/// What the system asks to wait.
const WAIT_S: u32 = 217;

/// An error is of this kind.
fn is(error: &Error, expected: ErrorKind, when: &str) -> Checked {
    let name = host_harness::replay::to_json(&expected);
    expect(error.kind == expected, || {
        format!(
            "{when} is an error of the kind {}, and is {} ({})",
            name.as_str().unwrap_or_default(),
            kind(error),
            error.code
        )
    })
}

/// Ways in which the answer to a write is lost, and whether it was done.
const LOSSES: [(How, bool); 3] = [(How::LostAfter, true), (How::Truncated, true), (How::LostBefore, false)];

pub(super) async fn lost_customer(stage: &mut Stage) -> Checked {
    for (how, _) in LOSSES {
        stage.again().await?;
        stage.configure().await?;
        let before = stage.books.debtors().await?.len();
        let member = stage.member(0);
        let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
        stage.books.trouble(On::Write, how.clone()).await?;
        let driven = stage.run(&event).await?;
        // Where the answer says nothing that is needed, a connector may go on without it.
        let went_on = matches!(how, How::Truncated) && stage.flexybox.link(&member.id).is_some();
        if !went_on {
            is(&refusal(&driven)?, ErrorKind::Uncertain, &format!("a write whose answer is {how:?}"))?;
        }
        stage.books.no_more_trouble().await?;
        stage.run_again(&event).await?;
        more(stage, before, 1).await?;
        let link = stage.link(&member.id)?;
        has(&stage.debtor(&link).await?, Attribute::Name, &member.name)?;
        changed(stage, &member.id, how).await?;
    }
    Ok(())
}

/// The same for a debtor that is there.
async fn changed(stage: &mut Stage, id: &str, how: How) -> Checked {
    let before = stage.books.debtors().await?.len();
    stage.edit(id, |customer| customer.city = "Ørslevkær".to_owned())?;
    let event = stage.event(&[(id, ChangeKind::Changed)])?;
    stage.books.trouble(On::Write, how).await?;
    stage.run(&event).await?;
    stage.books.no_more_trouble().await?;
    let driven = stage.run_again(&event).await?;
    let settled = results(&driven)?.iter().all(|one| !matches!(one.outcome, Outcome::Failed(_)));
    expect(settled, || "tried again, the change goes well".to_owned())?;
    has(&stage.debtor(&stage.link(id)?).await?, Attribute::City, "Ørslevkær")?;
    more(stage, before, 0).await
}

pub(super) async fn lost_day(stage: &mut Stage) -> Checked {
    for (how, _) in LOSSES {
        stage.again().await?;
        stage.configure().await?;
        let report = days::report(stage, "day-1", 1, &[12_550, 9_900])?;
        let first = days::before(stage, &report).await?;
        let event = stage.day(&report)?;
        stage.books.trouble(On::Write, how.clone()).await?;
        match day(&stage.run(&event).await?)? {
            Err(error) => is(&error, ErrorKind::Uncertain, &format!("a day whose answer is {how:?}"))?,
            Ok(_) if matches!(how, How::Truncated) => {}
            Ok(_) => return fails(format!("a day whose answer is {how:?} is uncertain, and has a receipt")),
        }
        stage.books.no_more_trouble().await?;
        day(&stage.run_again(&event).await?)?.map_err(|error| {
            Wrong::Fails(format!("tried again, the day has a receipt, and is refused: {}", error.message))
        })?;
        days::hold(stage, &report, &first, 1).await?;
    }
    Ok(())
}

pub(super) async fn unavailable(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let before = stage.books.debtors().await?.len();
    let member = stage.member(0);
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    stage.books.troubles(On::Any, 0, ALL, How::Unavailable).await?;
    is(&refusal(&stage.run(&event).await?)?, ErrorKind::Transient, "a system that is not available")?;
    stage.books.no_more_trouble().await?;
    more(stage, before, 0).await?;
    stage.run_again(&event).await?;
    more(stage, before, 1).await
}

pub(super) async fn rate_limited(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let before = stage.books.debtors().await?.len();
    let members = [0, 1, 2].map(|nth| stage.member(nth));
    let changed: Vec<(&str, ChangeKind)> =
        members.iter().map(|member| (member.id.as_str(), ChangeKind::Created)).collect();
    let event = stage.event(&changed)?;
    stage.sent();
    stage.books.troubles(On::Any, 0, ALL, How::RateLimited { retry_after_s: WAIT_S }).await?;
    let error = refusal(&stage.run(&event).await?)?;
    is(&error, ErrorKind::RateLimited, "a system that asks to wait")?;
    let wanted = u64::from(WAIT_S) * 1_000;
    expect(error.retry_after_ms == Some(wanted), || {
        format!("the wait of {wanted} ms is passed on, and it is {:?}", error.retry_after_ms)
    })?;
    let sent = stage.sent().len();
    expect(sent == 1, || format!("nothing more is asked of a system that asks to wait, and {sent} requests went out"))?;
    stage.books.no_more_trouble().await?;
    stage.run_again(&event).await?;
    more(stage, before, 3).await
}

pub(super) async fn not_accepted(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let member = stage.member(0);
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    stage.books.troubles(On::Any, 0, ALL, How::NotAccepted).await?;
    is(&refusal(&stage.run(&event).await?)?, ErrorKind::Auth, "credentials that are not accepted")?;
    // So that the installation pauses with a reason, and is not said to be wrong about this one customer.
    let driven = stage.run(&Event::Configure(stage.catalogue())).await?;
    let ready =
        matches!(&driven.result, Ok(host_harness::installation::RunResult::Configured(configured)) if configured.ready);
    expect(!ready, || "configure is not ready while the credentials are not accepted".to_owned())
}
