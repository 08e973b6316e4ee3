//! A day of 5,000 lines goes in one call within the default limits; what it takes is printed, and pinned.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use acceptance::ledger;
use acceptance::recording::{Simulated, load};
use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_day_closed::{DailyReport, Posting, ReportLine};
use host_harness::bindings::types::Locale;
use host_harness::egress::AllowList;
use host_harness::installation::{Driven, EventId, Host, Installation, Moment, RunResult};
use host_harness::sandbox::Limits;
use std::path::PathBuf;
use std::sync::Arc;
use uniconta_sim::Switches;

const LINES: usize = 5_000;

/// Instructions for each line: 100,279 when this was written, a tenth up or down, since compilers differ by a few per cent.
const FUEL_PER_LINE: std::ops::RangeInclusive<u64> = 90_000..=110_000;
/// Pages of 64 KiB the component had at most: 182 when this was written, of 512 allowed.
const PAGES: std::ops::RangeInclusive<u64> = 164..=200;

fn line(number: usize, amount: i64) -> ReportLine {
    let account = ["1010", "1020", "5520", "5530"][number % 4];
    let none = String::new;
    ReportLine {
        source: AccountSource::ItemGroup,
        source_name: format!("Hold {number}"),
        posting: Posting::Ledger(account.to_owned()),
        amount,
        vat_code: if account == "1010" { "U25".to_owned() } else { none() },
        text: format!("Holdbetaling nr. {number} for efterårssæsonen"),
        dimensions: (none(), none(), none(), none(), none()),
        accrual: None,
    }
}

fn day() -> DailyReport {
    let lines = (0..LINES).map(|number| {
        let amount = i64::try_from(number / 2 + 1).unwrap() * 1_237;
        line(number, if number % 2 == 0 { amount } else { -amount })
    });
    DailyReport {
        id: "Z-2026-11-24".to_owned(),
        date: "2026-11-24".to_owned(),
        department: "Hal".to_owned(),
        currency: "DKK".to_owned(),
        revision: 1,
        lines: lines.collect(),
    }
}

fn told(driven: &Driven, what: &str) -> (u64, u64) {
    let record = &driven.records[0];
    let fuel = record.fuel.unwrap() / u64::try_from(LINES).unwrap();
    let pages = record.peak_memory / 65_536;
    println!(
        "{what}: {LINES} lines, {fuel} instructions a line, {pages} pages of memory, {} requests, {} KB out, {} KB in",
        record.traffic.requests,
        record.traffic.bytes_out / 1_000,
        record.traffic.bytes_in / 1_000
    );
    assert!(record.exceeded.is_empty(), "{:?}", record.exceeded);
    (fuel, pages)
}

#[tokio::test]
async fn five_thousand_lines_go_in_one_call() {
    let path = std::env::var_os("CONNECTOR_UNICONTA").expect("CONNECTOR_UNICONTA is not set: run `cargo xtask test`");
    let connector = load(&PathBuf::from(path)).unwrap();
    let described = connector.describe(Limits::default()).await.result.unwrap();
    let hosts = AllowList::new(&described.hosts, &described.hosts).unwrap();
    let installation = Installation::new("large-day", described.settings);
    for (key, value) in [
        ("enabled", "true"),
        ("username", "flexybox"),
        ("password", "example-password"),
        ("api-key", "11111111-2222-4333-8444-555555555555"),
        ("company-id", "12345"),
        ("journal", "DAG"),
    ] {
        installation.set_setting(key, value);
    }
    let transport = Arc::new(Simulated::new(ledger::simulator(Switches::default())));
    let host = Host {
        driver: &connector,
        installation: &installation,
        transport: transport.clone(),
        hosts,
        limits: Limits::default(),
    };
    let moment =
        |attempt| Moment { now: 1_795_500_000_000, locale: Locale::Da, event: EventId("day-1".to_owned()), attempt };
    let first = host.day_closed(day(), &moment(1)).await.unwrap();
    let Ok(RunResult::DayClosed(receipt)) = &first.result else { panic!("{:?}", first.result) };
    assert_eq!(receipt.lines.len(), LINES);
    assert!(receipt.lines.iter().all(|line| !line.external_id.is_empty()));
    assert_eq!(ledger::journal_lines(transport.core()), LINES);
    let (fuel, pages) = told(&first, "booked");

    // The receipt is lost and the day sent once more: everything is found, nothing is created.
    let forgetful = Installation::new("large-day", Vec::new());
    for setting in installation.settings() {
        forgetful.set_setting(&setting.key, &setting.value);
    }
    let again = Host { installation: &forgetful, ..host }.day_closed(day(), &moment(2)).await.unwrap();
    let Ok(RunResult::DayClosed(found)) = &again.result else { panic!("{:?}", again.result) };
    assert_eq!(
        (&found.voucher, &found.lines, &found.fingerprint),
        (&receipt.voucher, &receipt.lines, &receipt.fingerprint)
    );
    assert_eq!(ledger::journal_lines(transport.core()), LINES);
    let (_, pages_again) = told(&again, "found again");

    assert!(FUEL_PER_LINE.contains(&fuel), "{fuel} instructions a line; pinned {FUEL_PER_LINE:?}");
    let most = pages.max(pages_again);
    assert!(PAGES.contains(&most), "{most} pages of memory; pinned {PAGES:?}");
}
