//! Finding what no call of the link told of.

use crate::stage::{Stage, kind};
use crate::verdict::{Checked, Wrong, expect, fails};
use accounting_trial::Attribute;
use host_harness::bindings::types::{Customer, ErrorKind, Link};
use host_harness::installation::{Driven, Event, RunError, RunResult};

/// More pages than a handful of debtors can have.
const MOST_PAGES: u32 = 200;
/// How long after the first pass a second one runs, in seconds.
const LATER: i64 = 600;

/// A pass that must come to its end; the cursors it gave out.
async fn pass(stage: &mut Stage) -> Checked<Vec<String>> {
    let driven = stage.run(&Event::CatchUp { max_pages: Some(MOST_PAGES) }).await?;
    cursors(&driven)?.map_err(|error| Wrong::Fails(format!("the pass goes well, and ends with {error}")))
}

/// The cursors of a pass, or what ended it.
fn cursors(driven: &Driven) -> Checked<Result<Vec<String>, RunError>> {
    match &driven.result {
        Ok(RunResult::CaughtUp { stopped: Some(error), .. }) => Ok(Err(error.clone())),
        Ok(RunResult::CaughtUp { complete: false, .. }) => {
            fails(format!("a pass over few debtors ends within {MOST_PAGES} pages"))
        }
        Ok(RunResult::CaughtUp { pages, .. }) => Ok(Ok(pages.iter().map(|page| page.result.cursor.clone()).collect())),
        Err(error) => Ok(Err(error.clone())),
        Ok(_) => fails("a pass has pages"),
    }
}

fn city(stage: &Stage, member: &Customer) -> String {
    stage.flexybox.customer(&member.id).map(|customer| customer.city).unwrap_or_default()
}

/// A bookkeeper changes a debtor, and the call of the link is lost.
async fn silently(stage: &Stage, link: &Link, city: &str) -> Checked {
    stage.typed(link, Attribute::City, city).await?;
    stage.books.take_deliveries().await.map(drop)
}

fn later(stage: &Stage, seconds: i64) -> Checked<String> {
    let now: jiff::Timestamp =
        stage.profile().now.parse().map_err(|_| Wrong::CannotTry("now is no moment".to_owned()))?;
    now.checked_add(jiff::SignedDuration::from_secs(seconds))
        .map(|later| later.to_string())
        .map_err(|error| Wrong::CannotTry(error.to_string()))
}

pub(super) async fn finds(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    silently(stage, &link, "Bogholderby").await?;
    pass(stage).await?;
    let seen = city(stage, &member);
    expect(seen == "Bogholderby", || {
        format!("the first pass finds what the bookkeeper typed, and FlexyBox has {seen:?}")
    })?;
    // Changed a moment after the pass began, when it had read the debtor already.
    stage.books.set_clock(&later(stage, 1)?).await?;
    silently(stage, &link, "Nybogholderby").await?;
    stage.books.set_clock(&later(stage, LATER)?).await?;
    pass(stage).await?;
    let seen = city(stage, &member);
    expect(seen == "Nybogholderby", || {
        format!("the next pass finds what was changed since the last one began, and FlexyBox has {seen:?}")
    })?;
    let writes = stage.books.writes().await?;
    expect(writes == 0, || format!("a pass writes nothing into the books, and wrote {writes} times"))
}

pub(super) async fn every_cursor(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    silently(stage, &link, "Bogholderby").await?;
    let mut given = pass(stage).await?;
    given.extend(pass(stage).await?);
    given.dedup();
    let revision = stage.flexybox.customer(&member.id).map(|customer| customer.revision);
    for cursor in given {
        stage.flexybox.set_cursor(Some(cursor));
        pass(stage).await?;
    }
    let after = stage.flexybox.customer(&member.id).map(|customer| customer.revision);
    expect(after == revision, || "what was read before changes nothing when it is read again".to_owned())?;
    expect(city(stage, &member) == "Bogholderby", || "the customer is as it was".to_owned())
}

/// Cursors that nobody gave out.
fn absurd() -> Vec<String> {
    let mut all =
        ["", " ", "x", "-1", "0", "{}", "[]", "null", "{\"since\":\"tomorrow\"}", "9999-12-31T23:59:59Z", "æøå\u{0}"]
            .map(str::to_owned)
            .to_vec();
    all.push("9".repeat(4_096));
    all.push("{".repeat(2_000));
    all
}

pub(super) async fn absurd_cursor(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let (member, link) = stage.in_step(0).await?;
    for (nth, cursor) in absurd().into_iter().enumerate() {
        let shown = format!("{cursor:.30?}");
        let typed = format!("Bogholderby {nth}");
        silently(stage, &link, &typed).await?;
        stage.flexybox.set_cursor(Some(cursor));
        let driven = stage.run(&Event::CatchUp { max_pages: Some(MOST_PAGES) }).await?;
        match cursors(&driven)? {
            Ok(_) => {
                let seen = city(stage, &member);
                expect(seen == typed, || {
                    format!("from the cursor {shown} everything is read or nothing, and a change was passed over")
                })?;
            }
            Err(RunError::Connector(error)) => expect(error.kind == ErrorKind::Validation, || {
                format!("the cursor {shown} is refused as a validation, and as {}", kind(&error))
            })?,
            Err(error) => return fails(format!("the cursor {shown} is refused with an error, and ends with {error}")),
        }
    }
    // Without one it goes on.
    stage.flexybox.set_cursor(None);
    pass(stage).await.map(drop)
}
