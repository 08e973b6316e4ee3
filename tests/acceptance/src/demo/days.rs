//! The books: a day is closed, corrected, posted by a person, and refused.

use super::look::{begin_books, end};
use super::print::{Both, Printer};
use super::{CannotRun, Stage};
use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_day_closed::{DailyReport, Posting, Receipt, ReportLine};
use host_harness::bindings::types::ErrorKind;
use host_harness::installation::{Driven, RunError, RunResult};

/// What is sold and how it is paid: source, name, account, VAT code, øre; positive is debit.
type Sold = (AccountSource, &'static str, &'static str, &'static str, i64);

const SOLD: [Sold; 4] = [
    (AccountSource::ItemGroup, "Svømmehold", "1040", "", -180_000),
    (AccountSource::ItemGroup, "Entré", "1050", "U25", -43_750),
    (AccountSource::PaymentType, "Dankort", "5820", "", 198_800),
    (AccountSource::PaymentType, "Kontant", "5800", "", 24_950),
];

pub(super) async fn play(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    stage.club.installation.set_setting("journal", "DAG");
    closed(stage, printer).await?;
    corrected(stage, printer).await?;
    posted(stage, printer).await?;
    refused(stage, printer).await
}

fn report(revision: u32, sold: &[Sold]) -> DailyReport {
    let none = String::new;
    let lines = sold.iter().map(|(source, name, account, vat, amount)| ReportLine {
        source: *source,
        source_name: (*name).to_owned(),
        posting: Posting::Ledger((*account).to_owned()),
        amount: *amount,
        vat_code: (*vat).to_owned(),
        text: none(),
        dimensions: (none(), none(), none(), none(), none()),
        accrual: None,
    });
    DailyReport {
        id: "Z-1".to_owned(),
        date: "2026-11-24".to_owned(),
        department: "Hallen".to_owned(),
        currency: "DKK".to_owned(),
        revision,
        lines: lines.collect(),
    }
}

async fn send(stage: &mut Stage, report: DailyReport, attempt: u32) -> Result<Driven, CannotRun> {
    let event = stage.club.installation.day_closed(report).map_err(|error| CannotRun::because("the event", error))?;
    stage.club.run(&event, attempt).await
}

async fn closed(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open =
        begin_books(stage, "A day is closed, and the line breaks after Uniconta took it: found again, booked once")
            .await?;
    stage.books.fault("POST", "/InsertList/", "drop-after").await?;
    let first = send(stage, report(1, &SOLD), 1).await?;
    let unknown = matches!(&first.result, Err(RunError::Connector(error)) if error.kind == ErrorKind::Uncertain);
    let second = send(stage, report(1, &SOLD), 2).await?;
    let booked = receipt(&second);
    let lines = stage.books.rows("GLDailyJournalLineClient").await?.len();
    let checks = [
        ("the first attempt says that it is not known", unknown),
        ("the second has a receipt of 2.237,50", booked.is_some_and(|receipt| receipt.total_debit == 223_750)),
        ("each line is in the journal once", lines == SOLD.len()),
    ];
    end(stage, printer, open, format!("uncertain, then {}", told(&second)), &checks).await
}

async fn corrected(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open =
        begin_books(stage, "50,00 was cash and not Dankort: the difference is booked, and names the first voucher")
            .await?;
    let mut sold = SOLD;
    for (_, name, _, _, amount) in &mut sold {
        match *name {
            "Dankort" => *amount -= 5_000,
            "Kontant" => *amount += 5_000,
            _ => {}
        }
    }
    let driven = send(stage, report(2, &sold), 1).await?;
    let texts: Vec<String> =
        stage.books.rows("GLDailyJournalLineClient").await?.iter().map(|row| row.text("Text")).collect();
    let checks = [
        ("two lines of 50,00", receipt(&driven).is_some_and(|one| (one.lines.len(), one.total_debit) == (2, 5_000))),
        (
            "their texts say what they correct",
            texts.iter().filter(|text| text.starts_with("Rettelse til bilag")).count() == 2,
        ),
    ];
    end(stage, printer, open, told(&driven), &checks).await
}

async fn posted(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open = begin_books(stage, "A bookkeeper posts the journal: before it check tells what waits, after it nothing")
        .await?;
    let before = stage.club.installation.unposted().len();
    stage.books.post_journal("DAG").await?;
    let event = stage.club.installation.checked();
    let driven = stage.club.run(&event, 1).await?;
    let after = stage.club.installation.unposted().len();
    let checks = [("both receipts waited", before == 2), ("both are known to be posted", after == 0)];
    let outcome = match &driven.result {
        Ok(RunResult::Checked(health)) => format!("{} days looked up", health.days.len()),
        other => format!("{other:?}"),
    };
    end(stage, printer, open, outcome, &checks).await
}

async fn refused(stage: &mut Stage, printer: &mut Printer) -> Result<(), CannotRun> {
    let open =
        begin_books(stage, "A day with two mistakes: both are named, with the place to mend them, and nothing is sent")
            .await?;
    let mut sold = SOLD;
    for (_, name, account, _, _) in &mut sold {
        match *name {
            "Dankort" => *account = "",
            "Entré" => *account = "2090",
            _ => {}
        }
    }
    // An account that is missing is known without asking; one that is blocked only Uniconta knows.
    let missing = send(stage, DailyReport { id: "Z-2".to_owned(), ..report(1, &sold) }, 1).await?;
    for (_, name, account, _, _) in &mut sold {
        if *name == "Dankort" {
            *account = "5820";
        }
    }
    let blocked = send(stage, DailyReport { id: "Z-2".to_owned(), ..report(1, &sold) }, 1).await?;
    let names = |driven: &Driven, what: &str| {
        matches!(&driven.result, Err(RunError::Connector(error))
            if error.kind == ErrorKind::Validation && error.message.contains(what))
    };
    let checks = [
        ("the missing account is named with its place", names(&missing, "Cash count > Values > Dankort")),
        (
            "the blocked account is named with its place",
            names(&blocked, "account 2090 is blocked in Uniconta; mend it under Items > Entré"),
        ),
        ("nothing lies in the journal", stage.books.rows("GLDailyJournalLineClient").await?.is_empty()),
    ];
    end(stage, printer, open, told(&blocked), &checks).await
}

fn receipt(driven: &Driven) -> Option<&Receipt> {
    match &driven.result {
        Ok(RunResult::DayClosed(receipt)) => Some(receipt),
        _ => None,
    }
}

fn told(driven: &Driven) -> String {
    match &driven.result {
        Ok(RunResult::DayClosed(receipt)) => {
            format!("{} lines in journal {}, voucher {}", receipt.lines.len(), receipt.journal, receipt.voucher)
        }
        Ok(other) => format!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

/// What waits in FlexyBox, and what is in the books.
pub(super) async fn waiting_and_booked(stage: &Stage) -> Result<Both, CannotRun> {
    let waiting = stage.club.installation.unposted();
    let vouchers: Vec<&str> = waiting.iter().map(|day| day.voucher.as_str()).collect();
    let flexybox = match vouchers.as_slice() {
        [] => "no receipt waits to be posted".to_owned(),
        some => format!("receipts for vouchers {} wait to be posted", some.join(", ")),
    };
    let lines = stage.books.rows("GLDailyJournalLineClient").await?.len();
    let posted = stage.books.rows("GLTransClient").await?.len();
    Ok(Both { flexybox, uniconta: format!("{lines} lines in journals, {posted} transactions posted") })
}
