//! The story, one step after the other, and what is expected of each.

use super::club::{TAG, customer};
use super::look::{begin, change, changed, end, link_called, outcome_of, word};
use super::print::Printer;
use super::{CannotRun, Stage};
use host_harness::bindings::exports::configure::WebhookRegistration;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::{Customer, FieldConflict, Side};
use host_harness::installation::RunResult;
use host_harness::replay::to_json;
use serde_json::json;

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
    deleted(stage, printer).await?;
    super::days::play(stage, printer).await
}

async fn press_ok(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(
        stage,
        "The administrator presses OK: Uniconta accepts the settings, the link is entered there",
        "C-1",
        "00077",
    )
    .await?;
    let driven = stage.club.configure().await?;
    let (outcome, checks) = match &driven.result {
        Ok(RunResult::Configured(found)) => (
            format!("ready, link {}", word(&to_json(&found.webhook))),
            vec![
                ("the installation is ready", found.ready),
                ("the link was registered", found.webhook == WebhookRegistration::Registered),
                (
                    "every customer data field found its property",
                    found.field_matches.iter().all(|field| field.properties.len() == 1),
                ),
            ],
        ),
        other => (format!("{other:?}"), vec![("configure answers", false)]),
    };
    end(stage, printer, open, outcome, &checks).await
}

async fn untagged(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open =
        begin(stage, "A customer without the customer tag changes: nobody outside hears of it", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| customer.phone = "00000010".to_owned()).await?;
    let calls = stage.books.calls().await? - open.calls;
    let none = stage.books.debtor("00077").await?.is_none();
    end(stage, printer, open, outcome, &[("no call was made", calls == 0), ("there is no debtor", none)]).await
}

async fn becomes_debtor(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The customer tag is put on: the customer becomes a debtor", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| {
        customer.tags = vec![TAG.to_owned()];
        customer
            .fields
            .iter_mut()
            .filter(|field| field.name == "Kredit maks")
            .for_each(|field| field.value = "1.250,50".to_owned());
    })
    .await?;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    let checks = [
        ("a debtor was created", outcome == "created"),
        ("the account keeps its zeros", row.text("Account") == "00077"),
        ("Danish letters arrived", row.text("Name") == "Maja Sørensen" && row.text("Address1") == "Æblestien 3"),
        ("1.250,50 arrived exactly", row.number("CreditMax") == "1250.5"),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn own_echo(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open =
        begin(stage, "Uniconta calls the link about that very write: an echo, without a call", "C-1", "00077").await?;
    let outcome = link_called(stage).await?;
    let calls = stage.books.calls().await? - open.calls;
    end(
        stage,
        printer,
        open,
        outcome.clone(),
        &[("it was told for an echo", outcome == "ignored: echo"), ("no call was made", calls == 0)],
    )
    .await
}

async fn edited_in_flexybox(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The customer moves: one read, one write of the whole row", "C-1", "00077").await?;
    let vat_before = stage.books.debtor("00077").await?.unwrap_or_default().text("VatZone");
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| {
        customer.zip = "5000".to_owned();
        customer.city = "Odense C".to_owned();
    })
    .await?;
    let calls = stage.books.calls().await? - open.calls;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    drop(link_called(stage).await?);
    let checks = [
        ("the debtor moved", row.text("City") == "Odense C" && row.text("ZipCode") == "5000"),
        ("it cost two calls", calls == 2),
        ("what FlexyBox does not know stayed", row.text("VatZone") == vat_before),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn edited_in_uniconta(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(
        stage,
        "A bookkeeper types a phone number and a note into Uniconta: they come back through the link",
        "C-1",
        "00077",
    )
    .await?;
    stage.books.type_in(json!({ "Account": "00077", "Phone": "00000099", "xNote": "betaler kontant" })).await?;
    let outcome = link_called(stage).await?;
    let now = stage.club.installation.customer("C-1").unwrap_or_else(|| customer("C-1", "", ""));
    let note = now.fields.iter().any(|field| field.name == "xNote" && field.value == "betaler kontant");
    let checks = [
        ("the customer was updated", outcome == "updated"),
        ("the phone number arrived", now.phone == "00000099"),
        ("the note arrived", note),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn edited_on_both_sides(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(
        stage,
        "Both sides change the town at once, FlexyBox the street too: Uniconta's town counts and the other is told",
        "C-1",
        "00077",
    )
    .await?;
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
        ("both hold Uniconta's town", row.text("City") == "Svendborg" && now.city == "Svendborg"),
        ("the street went to Uniconta", row.text("Address1") == "Ny Vej 1"),
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
    let open = begin(
        stage,
        "A company that is a debtor already gets the tag: found by its CVR number, linked, not made twice",
        "C-2",
        "D-500",
    )
    .await?;
    let debtors = stage.books.debtors().await?.len();
    let outcome = change(stage, "C-2", ChangeKind::Changed, |customer| customer.tags = vec![TAG.to_owned()]).await?;
    let row = stage.books.debtor("D-500").await?.unwrap_or_default();
    let same = stage.books.debtors().await?.len() == debtors;
    drop(link_called(stage).await?);
    let checks = [
        ("it was linked", outcome == "linked"),
        ("no debtor was made", same),
        ("the e-mail arrived", row.text("ContactEmail") == "kontakt@example.org"),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn answer_lost(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    stage
        .club
        .installation
        .put_customer(Customer { tags: vec![TAG.to_owned()], ..customer("C-3", "00079", "Åse Lund") });
    let open = begin(
        stage,
        "A new customer, and the line breaks after Uniconta wrote: looked up before it is tried again, one debtor",
        "C-3",
        "00079",
    )
    .await?;
    stage.books.fault("POST", "/Insert/", "drop-after").await?;
    let event = stage.club.changed("C-3", ChangeKind::Created)?;
    let first = outcome_of(&stage.club.run(&event, 1).await?);
    let second = outcome_of(&stage.club.run(&event, 2).await?);
    let there = stage.books.debtors().await?.iter().filter(|row| row.text("Account") == "00079").count();
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
    let open = begin(
        stage,
        "The link breaks down: Uniconta marks it Has errors, what is typed then never arrives, and check says why",
        "C-1",
        "00077",
    )
    .await?;
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
            (
                code.clone(),
                !health.healthy && code == "uniconta.link-has-errors",
                finding.is_some_and(|finding| !finding.steps.is_empty()),
            )
        }
        other => (format!("{other:?}"), false, false),
    };
    let checks =
        [("nothing arrived", arrived == 0), ("check tells that the link has errors", told), ("and what to do", steps)];
    end(stage, printer, open, outcome, &checks).await
}

async fn what_was_missed(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(
        stage,
        "Catch-up finds what was missed, without anyone pressing anything; then Refresh is pressed",
        "C-1",
        "00077",
    )
    .await?;
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
    let checks = [("no call was made", calls == 0), ("the debtor keeps its name", row.text("Name") == "Maja Sørensen")];
    end(stage, printer, open, outcome, &checks).await
}

async fn tag_on_again(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin(stage, "The tag is put on again: everything is written again", "C-1", "00077").await?;
    let outcome = change(stage, "C-1", ChangeKind::Changed, |customer| customer.tags = vec![TAG.to_owned()]).await?;
    let row = stage.books.debtor("00077").await?.unwrap_or_default();
    let checks = [
        ("it was updated", outcome == "updated"),
        ("the debtor has the new name", row.text("Name") == "Maja Sørensen Holm"),
    ];
    end(stage, printer, open, outcome, &checks).await
}

async fn deleted(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open =
        begin(stage, "The customer is deleted in FlexyBox: the debtor is blocked, never deleted", "C-1", "00077")
            .await?;
    let outcome = change(stage, "C-1", ChangeKind::Deleted, |customer| customer.deleted = true).await?;
    let row = stage.books.debtor("00077").await?;
    let blocked = row.is_some_and(|row| row.is_on("Blocked"));
    end(
        stage,
        printer,
        open,
        outcome.clone(),
        &[("it says so", outcome == "blocked"), ("the debtor is there, blocked", blocked)],
    )
    .await
}
