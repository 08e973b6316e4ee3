//! Looking at both sides before and after a step, and saying in a word what came of it.

use super::print::{Both, Printer, Told};
use super::{CannotRun, Stage};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::Customer;
use host_harness::installation::{Driven, RunResult};
use host_harness::replay::to_json;
use serde_json::Value;

/// A step that has begun.
pub(super) struct Open {
    title: &'static str,
    about: About,
    before: Both,
    pub(super) calls: usize,
}

/// What a step is about.
#[derive(Clone, Copy)]
enum About {
    /// A customer, and the debtor's account.
    Customer(&'static str, &'static str),
    /// The books.
    Books,
}

pub(super) async fn change(
    stage: &mut Stage,
    id: &str,
    kind: ChangeKind,
    edit: impl FnOnce(&mut Customer),
) -> Result<String, CannotRun> {
    Ok(outcome_of(&changed(stage, id, kind, edit).await?))
}

pub(super) async fn changed(
    stage: &mut Stage,
    id: &str,
    kind: ChangeKind,
    edit: impl FnOnce(&mut Customer),
) -> Result<Driven, CannotRun> {
    stage.club.edit(id, edit)?;
    let event = stage.club.changed(id, kind)?;
    let driven = stage.club.run(&event, 1).await?;
    stage.books.settle().await?;
    Ok(driven)
}

/// Handle what came in through the link; the outcome of the last call.
pub(super) async fn link_called(stage: &mut Stage) -> Result<String, CannotRun> {
    let mut outcome = "nothing came".to_owned();
    for request in stage.link.take() {
        outcome = outcome_of(&stage.club.webhook(request).await?);
    }
    Ok(outcome)
}

pub(super) fn outcome_of(driven: &Driven) -> String {
    match &driven.result {
        Ok(RunResult::NobodyConcerned) => "nobody is synchronised: the connector is not called".to_owned(),
        Ok(RunResult::Customers(results)) => {
            results.iter().map(|result| word(&to_json(&result.outcome))).collect::<Vec<_>>().join(", ")
        }
        Ok(RunResult::Webhook(result)) => word(&to_json(&result.outcome)),
        Ok(RunResult::CaughtUp { pages, .. }) => {
            let found: Vec<String> = pages
                .iter()
                .flat_map(|page| &page.result.results)
                .map(|result| word(&to_json(&result.outcome)))
                .collect();
            let examined: u32 = pages.iter().map(|page| page.result.examined).sum();
            format!(
                "{examined} debtors read, {}",
                if found.is_empty() { "nothing new".to_owned() } else { found.join(", ") }
            )
        }
        Ok(other) => format!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

/// A case of the contract in a word or two: `updated`, `ignored: echo`, `failed: uncertain`.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Object(case) => case.iter().next().map_or_else(String::new, |(name, inner)| match inner {
            Value::String(inner) => format!("{name}: {inner}"),
            Value::Object(inner) => {
                format!("{name}: {}", inner.get("kind").and_then(Value::as_str).unwrap_or_default())
            }
            _ => name.clone(),
        }),
        other => other.to_string(),
    }
}

pub(super) async fn begin(
    stage: &Stage,
    title: &'static str,
    id: &'static str,
    account: &'static str,
) -> Result<Open, CannotRun> {
    open(stage, title, About::Customer(id, account)).await
}

pub(super) async fn begin_books(stage: &Stage, title: &'static str) -> Result<Open, CannotRun> {
    open(stage, title, About::Books).await
}

async fn open(stage: &Stage, title: &'static str, about: About) -> Result<Open, CannotRun> {
    let calls = stage.books.calls().await?;
    Ok(Open { title, about, before: both(stage, about).await?, calls })
}

pub(super) async fn end(
    stage: &Stage,
    printer: &mut Printer,
    open: Open,
    outcome: String,
    checks: &[(&str, bool)],
) -> Result<(), CannotRun> {
    let wrong = checks.iter().filter(|(_, held)| !held).map(|(what, _)| format!("not true: {what}")).collect();
    let calls = stage.books.calls().await? - open.calls;
    let after = both(stage, open.about).await?;
    printer.step(Told { title: open.title, outcome, calls, before: open.before, after, wrong });
    Ok(())
}

async fn both(stage: &Stage, about: About) -> Result<Both, CannotRun> {
    match about {
        About::Customer(id, account) => customer_and_debtor(stage, id, account).await,
        About::Books => super::days::waiting_and_booked(stage).await,
    }
}

async fn customer_and_debtor(stage: &Stage, id: &str, account: &str) -> Result<Both, CannotRun> {
    let flexybox = stage.club.installation.customer(id).map_or_else(
        || "–".to_owned(),
        |customer| {
            let link = stage.club.installation.link(id).map_or("no link".to_owned(), |link| {
                format!("link {} to row {}", word(&to_json(&link.state)), link.external_id)
            });
            let tags = if customer.tags.is_empty() {
                "no tag".to_owned()
            } else {
                format!("tag {}", customer.tags.join(", "))
            };
            let mut parts = vec![
                customer.number,
                customer.name,
                customer.address,
                format!("{} {}", customer.zip, customer.city),
                customer.phone,
                customer.email,
            ];
            parts.extend(
                customer
                    .fields
                    .iter()
                    .filter(|field| !field.value.is_empty())
                    .map(|field| format!("{} {}", field.name, field.value)),
            );
            parts.extend([tags, link]);
            if customer.deleted {
                parts.push("deleted".to_owned());
            }
            joined(parts)
        },
    );
    let uniconta = stage.books.debtor(account).await?.map_or_else(
        || "–".to_owned(),
        |row| {
            let text = |property: &str| row.text(property);
            let mut parts = vec![
                text("Account"),
                text("Name"),
                text("Address1"),
                format!("{} {}", text("ZipCode"), text("City")),
                text("Phone"),
                text("ContactEmail"),
            ];
            parts.extend((row.number("CreditMax") != "0").then(|| format!("CreditMax {}", row.number("CreditMax"))));
            parts.extend((!text("xNote").is_empty()).then(|| format!("xNote {}", text("xNote"))));
            parts.extend((row.is_on("Blocked")).then(|| "blocked".to_owned()));
            parts.push(format!("row {}", row.number("RowId")));
            joined(parts)
        },
    );
    Ok(Both { flexybox, uniconta })
}

fn joined(parts: Vec<String>) -> String {
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
