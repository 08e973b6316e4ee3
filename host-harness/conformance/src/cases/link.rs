//! From the books to FlexyBox, through the link.

use super::customers::{has, more};
use crate::stage::{LINK, Stage, kind, outcome};
use crate::verdict::{Checked, Wrong, expect, fails};
use accounting_trial::Attribute;
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome};
use host_harness::bindings::exports::on_webhook::{Header, IgnoreReason, Request, WebhookOutcome};
use host_harness::bindings::types::{Customer, Effect, ErrorKind, Link};

/// A member in step, with the link in place.
async fn begin(stage: &mut Stage) -> Checked<(Customer, Link)> {
    stage.configure().await?;
    stage.in_step(0).await
}

/// The calls that wait; at least so many.
async fn calls(stage: &Stage, at_least: usize) -> Checked<Vec<Request>> {
    let calls = stage.calls_of_the_link().await?;
    expect(calls.len() >= at_least, || {
        format!(
            "the system calls the link {LINK} after a change, so configure registered it; {} calls wait",
            calls.len()
        )
    })?;
    Ok(calls)
}

fn city(stage: &Stage, member: &Customer) -> String {
    stage.flexybox.customer(&member.id).map(|customer| customer.city).unwrap_or_default()
}

async fn no_write(stage: &Stage) -> Checked {
    let writes = stage.books.writes().await?;
    expect(writes == 0, || format!("a call of the link writes nothing into the books, and wrote {writes} times"))
}

pub(super) async fn brings_changes(stage: &mut Stage) -> Checked {
    let (member, link) = begin(stage).await?;
    stage.typed(&link, Attribute::City, "Bogholderby").await?;
    let mut updated = false;
    for call in calls(stage, 1).await? {
        let result = stage
            .called(&call)
            .await?
            .map_err(|error| Wrong::Fails(format!("the call is understood, and is refused: {}", error.message)))?;
        updated |= matches!(result.outcome, WebhookOutcome::Updated);
    }
    let seen = city(stage, &member);
    expect(seen == "Bogholderby", || format!("FlexyBox has what the bookkeeper typed, and has {seen:?}"))?;
    expect(updated, || "the outcome is updated".to_owned())?;
    no_write(stage).await?;
    // What came in is agreed: it does not go out again.
    let result = stage.changed(&member.id, ChangeKind::Changed).await?;
    expect(matches!(result.outcome, Outcome::Unchanged), || {
        format!("what came in through the link is not sent back, and the customer is {}", outcome(&result.outcome))
    })?;
    no_write(stage).await
}

pub(super) async fn twice(stage: &mut Stage) -> Checked {
    let (member, link) = begin(stage).await?;
    stage.typed(&link, Attribute::City, "Bogholderby").await?;
    let calls = calls(stage, 1).await?;
    for call in &calls {
        stage.called(call).await?.map_err(|error| Wrong::Fails(error.message))?;
    }
    let revision = stage.flexybox.customer(&member.id).map(|customer| customer.revision);
    for call in &calls {
        match stage.called(call).await? {
            Ok(result) if matches!(result.outcome, WebhookOutcome::Ignored(IgnoreReason::Echo)) => {}
            Ok(result) => {
                return fails(format!("a call that comes twice is ignored as an echo, and is {:?}", result.outcome));
            }
            Err(error) => {
                return fails(format!("a call that comes twice is ignored, and is refused: {}", error.message));
            }
        }
    }
    let after = stage.flexybox.customer(&member.id).map(|customer| customer.revision);
    expect(after == revision, || "the second time changes nothing, and the customer has a new revision".to_owned())?;
    no_write(stage).await
}

pub(super) async fn out_of_order(stage: &mut Stage) -> Checked {
    let (member, link) = begin(stage).await?;
    stage.typed(&link, Attribute::City, "Bogholderby").await?;
    let first = calls(stage, 1).await?;
    stage.typed(&link, Attribute::City, "Nybogholderby").await?;
    let second = calls(stage, 1).await?;
    for call in second.iter().chain(&first) {
        stage.called(call).await?.map_err(|error| Wrong::Fails(error.message))?;
    }
    let seen = city(stage, &member);
    expect(seen == "Nybogholderby", || format!("FlexyBox has what stands in the books, and has {seen:?}"))
}

pub(super) async fn about_others(stage: &mut Stage) -> Checked {
    let (member, _) = begin(stage).await?;
    let Some(foreign) = stage.books.foreign_delivery().await? else {
        return Err(Wrong::NotNeeded("the system makes no calls about anybody else".to_owned()));
    };
    let count = stage.books.debtors().await?.len();
    let call = stage.request(foreign);
    match stage.called(&call).await? {
        Ok(result) if result.effects.is_empty() && matches!(result.outcome, WebhookOutcome::Ignored(_)) => {}
        Ok(result) => return fails(format!("a call about others is ignored, and is {:?}", result.outcome)),
        Err(error) => return fails(format!("a call about others is ignored, and is refused: {}", error.message)),
    }
    expect(city(stage, &member) == member.city, || "nobody changes because of it".to_owned())?;
    no_write(stage).await?;
    more(stage, count, 0).await
}

/// What comes in from somebody who found the address.
fn rubbish() -> Vec<Request> {
    let get = |query: &str| Request {
        method: "GET".to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        received: 0,
    };
    let post = |body: &[u8]| Request {
        method: "POST".to_owned(),
        headers: vec![Header { name: "content-type".to_owned(), value: "application/json".to_owned() }],
        body: body.to_vec(),
        ..get("")
    };
    let mut all: Vec<Request> =
        ["", "a", "=", "&&&", "%", "%ff%fe=%zz", "id=1%20or%201%20eq%201", "id=-1", "key='"].map(get).into();
    all.push(get(&"x".repeat(100_000)));
    all.push(get(&format!("id={}", "9".repeat(5_000))));
    all.extend(["", "{", "[]", "null", "\"x\"", "{\"id\":{}}", "<xml/>"].map(|body| post(body.as_bytes())));
    all.push(post(&[0xff, 0xfe, 0x00, 0x80]));
    all.push(post(&vec![b'['; 100_000]));
    all.push(Request { method: "DELETE".to_owned(), ..get("id=1") });
    all
}

pub(super) async fn garbage(stage: &mut Stage) -> Checked {
    let (member, link) = begin(stage).await?;
    let before = stage.books.debtors().await?;
    for call in rubbish() {
        let shown = format!("{} ?{:.40} with {} bytes", call.method, call.query, call.body.len());
        match stage.called(&call).await? {
            Ok(result) if result.effects.is_empty() => {}
            Ok(result) => return fails(format!("the call {shown} changes nothing, and leads to {:?}", result.outcome)),
            Err(error) => expect(matches!(error.kind, ErrorKind::Validation | ErrorKind::Unsupported), || {
                format!("the call {shown} is an error of the kind validation, and is {}", kind(&error))
            })?,
        }
    }
    expect(city(stage, &member) == member.city && stage.link(&member.id)?.external_id == link.external_id, || {
        "nobody changes because of it".to_owned()
    })?;
    no_write(stage).await?;
    expect(stage.books.debtors().await? == before, || "the books are as before".to_owned())
}

pub(super) async fn echo(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let member = stage.member(0);
    stage.changed(&member.id, ChangeKind::Created).await?;
    stage.edit(&member.id, |customer| customer.city = "Ørslevkær".to_owned())?;
    stage.changed(&member.id, ChangeKind::Changed).await?;
    let revision = stage.flexybox.customer(&member.id).map(|customer| customer.revision);
    stage.books.forget_calls().await?;
    for call in calls(stage, 1).await? {
        let result = stage.called(&call).await?.map_err(|error| Wrong::Fails(error.message))?;
        expect(matches!(result.outcome, WebhookOutcome::Ignored(IgnoreReason::Echo)), || {
            format!("the connector's own write coming back is ignored as an echo, and is {:?}", result.outcome)
        })?;
        let changes = result.effects.iter().any(|effect| matches!(effect, Effect::UpdateCustomer(_)));
        expect(!changes, || "an echo changes no customer".to_owned())?;
    }
    let after = stage.flexybox.customer(&member.id).map(|customer| customer.revision);
    expect(after == revision, || "an echo changes nothing, and the customer has a new revision".to_owned())?;
    has(&stage.debtor(&stage.link(&member.id)?).await?, Attribute::City, "Ørslevkær")?;
    no_write(stage).await
}
