//! The story, one step after the other, and what is expected of each.

use super::club::{TAG, customer};
use super::print::{Both, Printer, Told};
use super::{CannotRun, Stage};
use host_harness::bindings::exports::configure::WebhookRegistration;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::{Customer, FieldConflict, Side};
use host_harness::installation::{Driven, RunResult};
use host_harness::replay::to_json;
use serde_json::{Value, json};

/// A step that has begun.
struct Open {
    title: &'static str,
    id: &'static str,
    account: &'static str,
    before: Both,
    calls: usize,
}

/// Play all of it.
pub(super) async fn play(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    stage.club.installation.put_customer(Customer {
        address: "Æblestien 3".to_owned(),
        zip: "8000".to_owned(),
        city: "Aarhus C".to_owned(),
        mobile: "00000017".to_owned(),
        email: "maja@example.com".to_owned(),
        ..customer("C-1", "00077", "Maja Sørensen")
    });
    press_ok(stage, printer).await?;
    untagged(stage, printer).await?;
    becomes_debtor(stage, printer).await?;
    own_echo(stage, printer).await?;
    edited_in_flexybox(stage, printer).await?;
    edited_in_uniconta(stage, printer).await?;
    edited_on_both_sides(stage, printer).await?;
    existing_debtor(stage, printer).await?;
    answer_lost(stage, printer).await?;
    link_in_error(stage, printer).await?;
    what_was_missed(stage, printer).await?;
    tag_off(stage, printer).await?;
    tag_on_again(stage, printer).await?;
    deleted(stage, printer).await
}

async fn press_ok(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The administrator presses OK: Uniconta accepts the settings, the link is entered there", "C-1", "00077").await?;
    let driven = stage.club.configure().await?;
    let (outcome, checks) = match &driven.result {
        Ok(RunResult::Configured(found)) => (
            format!("ready, link {}", word(&to_json(&found.webhook))),
            vec![
                ("the installation is ready", found.ready),
                ("the link was registered", found.webhook == WebhookRegistration::Registered),
                ("every customer data field found its property", found.field_matches.iter().all(|field| field.properties.len() == 1)),
            ],
        ),
        other => (format!("{other:?}"), vec![("configure answers", false)]),
    };
    end(stage, printer, open, outcome, &checks).await
}

async fn untagged(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "A customer without the customer tag changes: nobody outside hears of it", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| customer.phone = "00000010".to_owned()).await?;
    let calls = stage.books.calls().await? - open.calls;
    let none = stage.books.debtor("00077").await?.is_none();
    end(stage, printer, open, outcome, &[("no call was made", calls == 0), ("there is no debtor", none)]).await
}

async fn becomes_debtor(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The customer tag is put on: the customer becomes a debtor", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| {
        customer.tags = vec![TAG.to_owned()];
        customer.fields.iter_mut().filter(|field| field.name == "Kredit maks").for_each(|field| field.value = "1.250,50".to_owned());
    })
    .await?;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    let checks = [
        ("a debtor was created", outcome == "created"),
        ("the account keeps its zeros", row["Account"] == "00077"),
        ("Danish letters arrived", row["Name"] == "Maja Sørensen" && row["Address1"] == "Æblestien 3"),
        ("1.250,50 arrived exactly", decimal(&row["CreditMax"]) == "1250.5"),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn own_echo(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "Uniconta calls the link about that very write: an echo, without a call", "C-1", "00077").await?;
    let outcome = link_called(stage).await?;
    let calls = stage.books.calls().await? - open.calls;
    end(stage, printer, open, outcome.clone(), &[("it was told for an echo", outcome == "ignored: echo"), ("no call was made", calls == 0)]).await
}

async fn edited_in_flexybox(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The customer moves: one read, one write of the whole row", "C-1", "00077").await?;
    let vat_before = stage.books.debtor("00077").await?.unwrap_or_default()["VatZone"].clone();
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| {
        customer.zip = "5000".to_owned();
        customer.city = "Odense C".to_owned();
    })
    .await?;
    let calls = stage.books.calls().await? - open.calls;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    drop(link_called(stage).await?);
    let checks = [
        ("the debtor moved", row["City"] == "Odense C" && row["ZipCode"] == "5000"),
        ("it cost two calls", calls == 2),
        ("what FlexyBox does not know stayed", row["VatZone"] == vat_before),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn edited_in_uniconta(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "A bookkeeper types a phone number and a note into Uniconta: they come back through the link", "C-1", "00077").await?;
    stage.books.type_in(json!({ "Account": "00077", "Phone": "00000099", "xNote": "betaler kontant" })).await?;
    let outcome = link_called(stage).await?;
    let now = stage.club.installation.customer("C-1").unwrap_or_else(|| customer("C-1", "", ""));
    let note = now.fields.iter().any(|field| field.name == "xNote" && field.value == "betaler kontant");
    let checks = [("the customer was updated", outcome == "updated"), ("the phone number arrived", now.phone == "00000099"), ("the note arrived", note)];
    end(stage, printer, open, outcome, &checks).await
}

async fn edited_on_both_sides(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "Both sides change the town at once, FlexyBox the street too: Uniconta's town counts and the other is told", "C-1", "00077").await?;
    stage.books.type_in(json!({ "Account": "00077", "City": "Svendborg" })).await?;
    let missed = stage.link.take();
    let driven = changed(stage, "C-1", ChangeKind::Changed, |customer| {
        customer.city = "Nyborg".to_owned();
        customer.address = "Ny Vej 1".to_owned();
    })
    .await?;
    let told: Vec<FieldConflict> = match &driven.result {
        Ok(RunResult::Customers(results)) => results.iter().flat_map(|result| result.conflicts.clone()).collect(),
        _ => Vec::new(),
    };
    for request in missed {
        drop(stage.club.webhook(request).await?);
    }
    drop(link_called(stage).await?);
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    let now = stage.club.installation.customer("C-1").unwrap_or_else(|| customer("C-1", "", ""));
    let reported = told.iter().any(|conflict| conflict.kept == Side::Accounting && conflict.lost_value == "Nyborg");
    let checks = [
        ("both hold Uniconta's town", row["City"] == "Svendborg" && now.city == "Svendborg"),
        ("the street went to Uniconta", row["Address1"] == "Ny Vej 1"),
        ("the lost value is told", reported),
    ];
    end(stage, printer, open, outcome_of(&driven), &checks).await
}

async fn existing_debtor(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    stage.books.type_in(json!({ "Account": "D-500", "Name": "Havnens Kajakker ApS", "Group": "1", "CompanyRegNo": "DK 12 34 56 78" })).await?;
    drop(link_called(stage).await?);
    stage.club.installation.put_customer(Customer {
        cvr: "12345678".to_owned(),
        email: "kontakt@example.org".to_owned(),
        ..customer("C-2", "00078", "Havnens Kajakker ApS")
    });
    let open = begin(stage, "A company that is a debtor already gets the tag: found by its CVR number, linked, not made twice", "C-2", "D-500").await?;
    let debtors = stage.books.debtors().await?.len();
    let outcome = change(stage, "C-2", ChangeKind::Changed, |customer| customer.tags = vec![TAG.to_owned()]).await?;
    let row = stage.books.debtor("D-500").await?.unwrap_or_default();
    let same = stage.books.debtors().await?.len() == debtors;
    drop(link_called(stage).await?);
    let checks = [("it was linked", outcome == "linked"), ("no debtor was made", same), ("the e-mail arrived", row["ContactEmail"] == "kontakt@example.org")];
    end(stage, printer, open, outcome, &checks).await
}

async fn answer_lost(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    stage.club.installation.put_customer(Customer { tags: vec![TAG.to_owned()], ..customer("C-3", "00079", "Åse Lund") });
    let open = begin(stage, "A new customer, and the line breaks after Uniconta wrote: looked up before it is tried again, one debtor", "C-3", "00079").await?;
    stage.books.fault("POST", "/Insert/", "drop-after").await?;
    let event = stage.club.changed("C-3", ChangeKind::Created)?;
    let first = outcome_of(&stage.club.run(&event, 1).await?);
    let second = outcome_of(&stage.club.run(&event, 2).await?);
    let there = stage.books.debtors().await?.iter().filter(|row| row["Account"] == "00079").count();
    stage.books.settle().await?;
    drop(link_called(stage).await?);
    let checks = [
        ("the first attempt says that it is not known", first.contains("uncertain")),
        ("the second found the debtor", second == "linked"),
        ("there is exactly one", there == 1),
    ];
    end(stage, printer, open, format!("{first}, then {second}"), &checks).await
}

async fn link_in_error(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The link breaks down: Uniconta marks it Has errors, what is typed then never arrives, and check says why", "C-1", "00077").await?;
    stage.link.break_down(true);
    stage.books.type_in(json!({ "Account": "00077", "Phone": "00000055" })).await?;
    stage.link.break_down(false);
    stage.books.type_in(json!({ "Account": "00077", "Phone": "00000056" })).await?;
    let arrived = stage.link.take().len();
    let event = stage.club.installation.checked();
    let driven = stage.club.run(&event, 1).await?;
    let (outcome, told, steps) = match &driven.result {
        Ok(RunResult::Checked(health)) => {
            let finding = health.findings.first();
            let code = finding.map(|finding| finding.code.clone()).unwrap_or_default();
            (code.clone(), !health.healthy && code == "uniconta.link-has-errors", finding.is_some_and(|finding| !finding.steps.is_empty()))
        }
        other => (format!("{other:?}"), false, false),
    };
    let checks = [("nothing arrived", arrived == 0), ("check tells that the link has errors", told), ("and what to do", steps)];
    end(stage, printer, open, outcome, &checks).await
}

async fn what_was_missed(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "Catch-up finds what was missed, without anyone pressing anything; then Refresh is pressed", "C-1", "00077").await?;
    let event = host_harness::installation::Event::CatchUp { max_pages: None };
    let driven = stage.club.run(&event, 1).await?;
    let now = stage.club.installation.customer("C-1").unwrap_or_else(|| customer("C-1", "", ""));
    stage.books.refresh().await?;
    let mended = !stage.books.link_has_errors().await?;
    let checks = [("the missed phone number arrived", now.phone == "00000056"), ("the link works again", mended)];
    end(stage, printer, open, outcome_of(&driven), &checks).await
}

async fn tag_off(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The tag is taken off: the link sleeps, the debtor stays as it is", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| {
        customer.tags.clear();
        customer.name = "Maja Sørensen Holm".to_owned();
    })
    .await?;
    let calls = stage.books.calls().await? - open.calls;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    let checks = [("no call was made", calls == 0), ("the debtor keeps its name", row["Name"] == "Maja Sørensen")];
    end(stage, printer, open, outcome, &checks).await
}

async fn tag_on_again(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The tag is put on again: everything is written again", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| customer.tags = vec![TAG.to_owned()]).await?;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    let checks = [("it was updated", outcome == "updated"), ("the debtor has the new name", row["Name"] == "Maja Sørensen Holm")];
    end(stage, printer, open, outcome, &checks).await
}

async fn deleted(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The customer is deleted in FlexyBox: the debtor is blocked, never deleted", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Deleted, |customer| customer.deleted = true).await?;
    let row = stage.books.debtor("00077").await?;
    let blocked = row.is_some_and(|row| row["Blocked"] == true);
    end(stage, printer, open, outcome.clone(), &[("it says so", outcome == "blocked"), ("the debtor is there, blocked", blocked)]).await
}

async fn change(stage: &mut Stage, id: &str, kind: ChangeKind, edit: impl FnOnce(&mut Customer)) -> Result<String, CannotRun> {
    Ok(outcome_of(&changed(stage, id, kind, edit).await?))
}

async fn changed(stage: &mut Stage, id: &str, kind: ChangeKind, edit: impl FnOnce(&mut Customer)) -> Result<Driven, CannotRun> {
    stage.club.edit(id, edit)?;
    let event = stage.club.changed(id, kind)?;
    let driven = stage.club.run(&event, 1).await?;
    stage.books.settle().await?;
    Ok(driven)
}

/// Handle what came in through the link; the outcome of the last call.
async fn link_called(stage: &mut Stage) -> Result<String, CannotRun> {
    let mut outcome = "nothing came".to_owned();
    for request in stage.link.take() {
        outcome = outcome_of(&stage.club.webhook(request).await?);
    }
    Ok(outcome)
}

fn outcome_of(driven: &Driven) -> String {
    match &driven.result {
        Ok(RunResult::NobodyConcerned) => "nobody is synchronised: the connector is not called".to_owned(),
        Ok(RunResult::Customers(results)) => results.iter().map(|result| word(&to_json(&result.outcome))).collect::<Vec<_>>().join(", "),
        Ok(RunResult::Webhook(result)) => word(&to_json(&result.outcome)),
        Ok(RunResult::CaughtUp { pages, .. }) => {
            let found: Vec<String> = pages.iter().flat_map(|page| &page.result.results).map(|result| word(&to_json(&result.outcome))).collect();
            let examined: u32 = pages.iter().map(|page| page.result.examined).sum();
            format!("{examined} debtors read, {}", if found.is_empty() { "nothing new".to_owned() } else { found.join(", ") })
        }
        Ok(other) => format!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

/// A case of the contract in a word or two: `updated`, `ignored: echo`, `failed: uncertain`.
fn word(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Object(case) => case.iter().next().map_or_else(String::new, |(name, inner)| match inner {
            Value::String(inner) => format!("{name}: {inner}"),
            Value::Object(inner) => format!("{name}: {}", inner.get("kind").and_then(Value::as_str).unwrap_or_default()),
            _ => name.clone(),
        }),
        other => other.to_string(),
    }
}

async fn begin(stage: &Stage, title: &'static str, id: &'static str, account: &'static str) -> Result<Open, CannotRun> {
    let calls = stage.books.calls().await?;
    Ok(Open { title, id, account, before: both(stage, id, account).await?, calls })
}

async fn end(stage: &Stage, printer: &mut Printer, open: Open, outcome: String, checks: &[(&str, bool)]) -> Result<(), CannotRun> {
    let wrong = checks.iter().filter(|(_, held)| !held).map(|(what, _)| format!("not true: {what}")).collect();
    let calls = stage.books.calls().await? - open.calls;
    let after = both(stage, open.id, open.account).await?;
    printer.step(Told { title: open.title, outcome, calls, before: open.before, after, wrong });
    Ok(())
}

async fn both(stage: &Stage, id: &str, account: &str) -> Result<Both, CannotRun> {
    let flexybox = stage.club.installation.customer(id).map_or_else(|| "–".to_owned(), |customer| {
        let link = stage.club.installation.link(id).map_or("no link".to_owned(), |link| {
            format!("link {} to row {}", word(&to_json(&link.state)), link.external_id)
        });
        let tags = if customer.tags.is_empty() { "no tag".to_owned() } else { format!("tag {}", customer.tags.join(", ")) };
        let mut parts = vec![customer.number, customer.name, customer.address, format!("{} {}", customer.zip, customer.city), customer.phone, customer.email];
        parts.extend(customer.fields.iter().filter(|field| !field.value.is_empty()).map(|field| format!("{} {}", field.name, field.value)));
        parts.extend([tags, link]);
        if customer.deleted {
            parts.push("deleted".to_owned());
        }
        joined(parts)
    });
    let uniconta = stage.books.debtor(account).await?.map_or_else(|| "–".to_owned(), |row| {
        let text = |property: &str| row[property].as_str().unwrap_or_default().to_owned();
        let mut parts = vec![text("Account"), text("Name"), text("Address1"), format!("{} {}", text("ZipCode"), text("City")), text("Phone"), text("ContactEmail")];
        parts.extend((decimal(&row["CreditMax"]) != "0").then(|| format!("CreditMax {}", decimal(&row["CreditMax"]))));
        parts.extend((!text("xNote").is_empty()).then(|| format!("xNote {}", text("xNote"))));
        parts.extend((row["Blocked"] == true).then(|| "blocked".to_owned()));
        parts.push(format!("row {}", row["RowId"]));
        joined(parts)
    });
    Ok(Both { flexybox, uniconta })
}

fn joined(parts: Vec<String>) -> String {
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// A number without the zeros behind it, so that 1250.5 and 1250.50 are the same.
fn decimal(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "0".to_owned(),
        other => other.to_string(),
    };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
